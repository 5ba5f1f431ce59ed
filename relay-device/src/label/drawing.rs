//! One label: where symbol and texts stand on it, as dark rectangles.
//!
//! Owns the layout and the fewest dots of a module. Next: [`super::sheet`].

use super::lettering::{Lettering, Line};
use super::symbol::{Carrier, Symbol};
use super::{DOTS_PER_INCH, LabelFault};
use crate::tag::TagAddress;

/// Tenths of a millimetre in an inch.
const TENTHS_PER_INCH: u32 = 254;
/// Left free at each edge, in dots: 2 mm, which sheet printers need between labels.
const MARGIN: u16 = 24;
/// Between symbol and text, in dots: 1 mm.
const GAP: u16 = 12;
/// The fewest dots of a QR module: 0.34 mm, which phones read from an arm's length.
const QR_DOTS_MIN: u16 = 4;
/// The fewest dots of a bar: 0.17 mm, at which a 300 dpi printer still makes two clean dots.
const BAR_DOTS_MIN: u16 = 2;
/// The most dots of a bar: more is no easier to read.
const BAR_DOTS_MAX: u16 = 5;
/// Heights of text that are tried, in dots, the largest first.
const TEXT_HEIGHTS: [u16; 2] = [40, 20];

/// The size of a label in dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: u16,
    /// From top to bottom.
    pub height: u16,
}

impl Size {
    /// The label of a sheet of twenty-four: 70 mm by 37 mm.
    pub const SHEET_LABEL: Self = Self { width: 826, height: 437 };

    /// Takes millimetres; a size over 5 m is the largest there is.
    #[must_use]
    pub fn millimetres(width: u16, height: u16) -> Self {
        let dots = |length: u16| {
            let inches = u32::from(length).saturating_mul(10 * u32::from(DOTS_PER_INCH));
            u16::try_from(inches / TENTHS_PER_INCH).unwrap_or(u16::MAX)
        };
        Self { width: dots(width), height: dots(height) }
    }
}

/// A dark rectangle, in dots from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dark {
    /// From the left edge.
    pub x: u16,
    /// From the top edge.
    pub y: u16,
    /// From left to right.
    pub width: u16,
    /// From top to bottom.
    pub height: u16,
}

/// What is dark on a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The label.
    pub size: Size,
    /// Everything that is not paper.
    pub dark: Vec<Dark>,
}

/// What a label says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where a phone pays; a QR code holds it.
    pub address: TagAddress,
    /// The shop's name for people to read; it may be empty.
    pub shop: String,
    /// Which symbol stands on it: QR codes hold the address, bar codes the terminal's id, which is
    /// short enough for them.
    pub carrier: Carrier,
}

impl Label {
    /// Makes the label's symbol.
    ///
    /// # Errors
    /// [`LabelFault::Symbol`].
    pub fn symbol(&self) -> Result<Symbol, LabelFault> {
        match self.carrier {
            Carrier::Qr => Symbol::of(Carrier::Qr, self.address.as_str()),
            Carrier::Bars => Symbol::of(Carrier::Bars, self.address.terminal().as_str()),
        }
    }

    /// Draws the label.
    ///
    /// # Errors
    /// Each variant of [`LabelFault`] but `Font` and `Picture`.
    pub fn draw(&self, size: Size, lettering: &Lettering) -> Result<Drawing, LabelFault> {
        let symbol = self.symbol()?;
        let mut drawing = Drawing { size, dark: Vec::new() };
        match self.carrier {
            Carrier::Qr => self.beside_qr(&mut drawing, &symbol, lettering)?,
            Carrier::Bars => self.around_bars(&mut drawing, &symbol, lettering)?,
        }
        Ok(drawing)
    }

    /// The code on the left, from edge to edge, and the words beside it, in the middle.
    fn beside_qr(
        &self,
        drawing: &mut Drawing,
        symbol: &Symbol,
        lettering: &Lettering,
    ) -> Result<(), LabelFault> {
        let Size { width, height } = drawing.size;
        let room = height.saturating_sub(MARGIN);
        let dots = module(symbol, room.min(width), QR_DOTS_MIN, u16::MAX)?;
        let side = symbol.width.saturating_mul(dots);
        let top = height.saturating_sub(side) / 2;
        for (row, y) in symbol.rows.iter().zip(0_u16..) {
            let y = top.saturating_add(y.saturating_mul(dots));
            drawing.row(row, dots, Dark { x: 0, y, width: side, height: dots });
        }
        let left = side.saturating_add(GAP);
        let room = width.saturating_sub(left).saturating_sub(MARGIN);
        let lines = self.lines(lettering, room)?;
        let tall = lines.iter().map(|line| line.height.saturating_add(GAP)).sum::<u16>();
        drawing.column(&lines, left, height.saturating_sub(tall) / 2);
        Ok(())
    }

    /// The shop above the bars, the terminal's id below them.
    fn around_bars(
        &self,
        drawing: &mut Drawing,
        symbol: &Symbol,
        lettering: &Lettering,
    ) -> Result<(), LabelFault> {
        let Size { width, height } = drawing.size;
        let dots = module(symbol, width, BAR_DOTS_MIN, BAR_DOTS_MAX)?;
        let room = width.saturating_sub(MARGIN * 2);
        let above = fitting(lettering, &self.shop, room)?;
        let below = fitting(lettering, self.address.terminal().as_str(), room)?;
        let tall = |lines: &[Line]| lines.iter().map(|line| line.height).sum::<u16>();
        let top = MARGIN.saturating_add(tall(&above)).saturating_add(GAP);
        let bottom = height.saturating_sub(MARGIN).saturating_sub(tall(&below));
        let bars = symbol.width.saturating_mul(dots);
        let (x, tallness) = (width.saturating_sub(bars) / 2, bottom.saturating_sub(GAP));
        let frame = Dark { x, y: top, width: bars, height: tallness.saturating_sub(top) };
        if let Some(row) = symbol.rows.first() {
            drawing.row(row, dots, frame);
        }
        drawing.column(&above, MARGIN, MARGIN);
        drawing.column(&below, MARGIN, bottom);
        Ok(())
    }

    fn lines(&self, lettering: &Lettering, room: u16) -> Result<Vec<Line>, LabelFault> {
        let mut lines = fitting(lettering, &self.shop, room)?;
        lines.extend(fitting(lettering, self.address.terminal().as_str(), room)?);
        Ok(lines)
    }
}

impl Drawing {
    /// Adds the dark modules of one row, neighbours as one rectangle.
    fn row(&mut self, modules: &[bool], dots: u16, frame: Dark) {
        let mut x = frame.x;
        for run in modules.chunk_by(|left, right| left == right) {
            let long = u16::try_from(run.len()).unwrap_or(u16::MAX).saturating_mul(dots);
            if run.first() == Some(&true) {
                self.dark.push(Dark { x, width: long, ..frame });
            }
            x = x.saturating_add(long);
        }
    }

    /// Adds lines of text, one under the other.
    fn column(&mut self, lines: &[Line], x: u16, mut y: u16) {
        for line in lines {
            for row in line.dots.chunks(usize::from(line.width).max(1)) {
                self.row(row, 1, Dark { x, y, width: line.width, height: 1 });
                y = y.saturating_add(1);
            }
            y = y.saturating_add(GAP);
        }
    }
}

/// The dots of a module: as many as there is room for.
fn module(symbol: &Symbol, room: u16, dots_min: u16, dots_max: u16) -> Result<u16, LabelFault> {
    let dots = (room / symbol.width.max(1)).min(dots_max);
    if dots >= dots_min {
        return Ok(dots);
    }
    Err(LabelFault::TooFine { what: symbol.carrier, modules: symbol.width, room, dots_min })
}

/// The text in as few lines as there is room for, large letters before small ones.
fn fitting(lettering: &Lettering, text: &str, room: u16) -> Result<Vec<Line>, LabelFault> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let [large, small] = TEXT_HEIGHTS;
    let line = lettering.line(text, large)?;
    if line.width <= room {
        return Ok(vec![line]);
    }
    let letters: Vec<char> = text.chars().collect();
    let mut lines = Vec::new();
    let mut rest = letters.as_slice();
    while !rest.is_empty() {
        let fits = |count: &usize| {
            let part: String = rest.iter().take(*count).collect();
            lettering.line(&part, small).map(|line| (line.width <= room, line))
        };
        let mut taken = (1, fits(&1)?.1);
        for count in 2..=rest.len() {
            let (true, line) = fits(&count)? else { break };
            taken = (count, line);
        }
        lines.push(taken.1);
        rest = rest.get(taken.0..).unwrap_or_default();
    }
    Ok(lines)
}

//! Lines of text as dots: with built-in letters, or with those of a font file.
//!
//! Owns both ways. The built-in letters are `embedded-graphics`'s 10x20 font, which has Western
//! European ones only; font files are read and drawn by `ab_glyph`. A letter that is not there is
//! refused, never replaced. Next: [`super::drawing`].

use super::LabelFault;
use ab_glyph::{Font, FontVec, PxScale, ScaleFont, point};
use embedded_graphics::Drawable;
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::iso_8859_1::FONT_10X20;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::{DrawTarget, OriginDimensions, Pixel, Point, Size};
use embedded_graphics::text::{Baseline, Text};
use std::convert::Infallible;
use std::path::Path;

/// Width of a built-in letter in dots.
const LETTER_WIDTH: u16 = 10;
/// Height of a built-in letter in dots.
const LETTER_HEIGHT: u16 = 20;
/// How dark a dot of a drawn letter must be to be printed.
const DARK_FROM: f32 = 0.5;

/// Letters to write with.
#[derive(Default)]
pub enum Lettering {
    /// Those that every build has.
    #[default]
    BuiltIn,
    /// Those of a font file.
    File(Box<FontVec>),
}

impl std::fmt::Debug for Lettering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::BuiltIn => "BuiltIn",
            Self::File(_) => "File",
        })
    }
}

/// A line of text as dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Dots of a row.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// Row by row, true where it is dark.
    pub dots: Vec<bool>,
}

impl Lettering {
    /// Returns the letters of a font file, or the built-in ones when the path is empty.
    ///
    /// # Errors
    /// [`LabelFault::Font`].
    pub fn of(path: &Path) -> Result<Self, LabelFault> {
        if path.as_os_str().is_empty() { Ok(Self::BuiltIn) } else { Self::load(path) }
    }

    /// Reads a font file.
    ///
    /// # Errors
    /// [`LabelFault::Font`].
    pub fn load(path: &Path) -> Result<Self, LabelFault> {
        let fault = |reason: String| LabelFault::Font { path: path.to_owned(), reason };
        let bytes = std::fs::read(path).map_err(|wrong| fault(wrong.to_string()))?;
        let font = FontVec::try_from_vec(bytes).map_err(|wrong| fault(wrong.to_string()))?;
        Ok(Self::File(Box::new(font)))
    }

    /// Draws one line, `height` dots high; built-in letters come in multiples of twenty dots.
    ///
    /// # Errors
    /// [`LabelFault::LetterMissing`].
    pub fn line(&self, text: &str, height: u16) -> Result<Line, LabelFault> {
        match self {
            Self::BuiltIn => built_in(text, height),
            Self::File(font) => from_file(font, text, height),
        }
    }
}

impl Line {
    fn blank(width: u16, height: u16) -> Self {
        let dots = vec![false; usize::from(width).saturating_mul(usize::from(height))];
        Self { width, height, dots }
    }

    fn darken(&mut self, x: u16, y: u16) {
        let place = usize::from(y).saturating_mul(usize::from(self.width));
        let dot = self.dots.get_mut(place.saturating_add(usize::from(x)));
        if let Some(dot) = dot.filter(|_| x < self.width) {
            *dot = true;
        }
    }

    fn magnified(&self, times: u16) -> Self {
        let repeat = usize::from(times);
        let rows = self.dots.chunks(usize::from(self.width).max(1));
        let dots = rows.flat_map(|row| {
            let wide = row.iter().flat_map(move |dot| std::iter::repeat_n(*dot, repeat));
            let wide: Vec<bool> = wide.collect();
            std::iter::repeat_n(wide, repeat).flatten()
        });
        let dots = dots.collect();
        let (width, height) = (self.width.saturating_mul(times), self.height.saturating_mul(times));
        Self { width, height, dots }
    }
}

fn built_in(text: &str, height: u16) -> Result<Line, LabelFault> {
    let known = |letter: char| matches!(letter, ' '..='~' | '\u{a0}'..='\u{ff}');
    if let Some(character) = text.chars().find(|letter| !known(*letter)) {
        return Err(LabelFault::LetterMissing { character });
    }
    let letters = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
    let mut line = Line::blank(letters.saturating_mul(LETTER_WIDTH), LETTER_HEIGHT);
    let style = MonoTextStyle::new(&FONT_10X20, BinaryColor::On);
    let written = Text::with_baseline(text, Point::zero(), style, Baseline::Top);
    let Ok(_) = written.draw(&mut line);
    Ok(line.magnified((height / LETTER_HEIGHT).max(1)))
}

impl OriginDimensions for Line {
    fn size(&self) -> Size {
        Size::new(u32::from(self.width), u32::from(self.height))
    }
}

impl DrawTarget for Line {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Infallible>
    where
        I: IntoIterator<Item = Pixel<BinaryColor>>,
    {
        for Pixel(at, color) in pixels {
            if let (true, Ok(x), Ok(y)) = (color.is_on(), at.x.try_into(), at.y.try_into()) {
                self.darken(x, y);
            }
        }
        Ok(())
    }
}

fn from_file(font: &FontVec, text: &str, height: u16) -> Result<Line, LabelFault> {
    let font = font.as_scaled(PxScale::from(f32::from(height)));
    let mut glyphs = Vec::new();
    let (mut across, mut before) = (0.0, None);
    for character in text.chars() {
        let id = font.glyph_id(character);
        if id.0 == 0 {
            return Err(LabelFault::LetterMissing { character });
        }
        across += before.map_or(0.0, |before| font.kern(before, id));
        glyphs.push(id.with_scale_and_position(font.scale(), point(across, font.ascent())));
        across += font.h_advance(id);
        before = Some(id);
    }
    let mut line = Line::blank(whole(across).saturating_add(1), height);
    for outlined in glyphs.into_iter().filter_map(|glyph| font.outline_glyph(glyph)) {
        let start = outlined.px_bounds().min;
        let (left, top) = (whole(start.x), whole(start.y));
        outlined.draw(|x, y, darkness| {
            let place = (u16::try_from(x), u16::try_from(y));
            if let (true, (Ok(x), Ok(y))) = (darkness >= DARK_FROM, place) {
                line.darken(left.saturating_add(x), top.saturating_add(y));
            }
        });
    }
    Ok(line)
}

/// The largest whole number of dots that is not over a length; nothing is less than none.
fn whole(length: f32) -> u16 {
    (0..u16::BITS).rev().fold(0, |sum: u16, bit| {
        let more = sum | (1 << bit);
        if f32::from(more) <= length { more } else { sum }
    })
}

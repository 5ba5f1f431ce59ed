//! A receipt as bytes of ESC/POS, the language of nearly all receipt printers.
//!
//! Owns the few commands that are used (Epson's command reference: ESC @, ESC a, GS !, GS v 0,
//! GS ( k, ESC d, GS V). Plain letters are sent as text; a line with others is drawn as dots,
//! because printers have one country's letters each. Control characters never reach the printer.
//! Next: [`super::printer`].

use super::{Part, Receipt};
use crate::label::lettering::Line;
use crate::label::{LabelFault, Lettering};

/// Begins anew: nothing of the last receipt stays.
const RESET: &[u8] = b"\x1b@";
const LEFT: &[u8] = b"\x1ba\x00";
const MIDDLE: &[u8] = b"\x1ba\x01";
const LARGE: &[u8] = b"\x1d!\x11";
const NORMAL: &[u8] = b"\x1d!\x00";
/// Four lines of paper, so that the last one is beyond the knife.
const FEED: &[u8] = b"\x1bd\x04";
/// Cuts all but one point.
const CUT: &[u8] = b"\x1dV\x01";
/// The printer's letters are 12 dots wide.
const LETTER_DOTS: u16 = 12;
/// Height of a drawn line and of a drawn title, in dots.
const DRAWN_DOTS: [u16; 2] = [24, 48];
/// Dots of a module of a QR code: 0.75 mm at 203 dots an inch.
const MODULE_DOTS: u8 = 6;
/// The longest content of a QR code in bytes: what still fits across 58 mm paper.
pub const CODE_BYTES_MAX: usize = 180;

/// Writes a receipt for paper of this many dots.
///
/// # Errors
/// [`LabelFault::LetterMissing`] for a letter that neither the printer nor the lettering has, and
/// [`LabelFault::Symbol`] for a code over [`CODE_BYTES_MAX`].
pub fn to_bytes(
    receipt: &Receipt,
    paper_dots: u16,
    lettering: &Lettering,
) -> Result<Vec<u8>, LabelFault> {
    let mut paper = Paper { dots: paper_dots, lettering, bytes: RESET.to_vec() };
    receipt.parts.iter().try_for_each(|part| paper.part(part))?;
    paper.bytes.extend_from_slice(LEFT);
    paper.bytes.extend_from_slice(FEED);
    paper.bytes.extend_from_slice(CUT);
    Ok(paper.bytes)
}

struct Paper<'l> {
    dots: u16,
    lettering: &'l Lettering,
    bytes: Vec<u8>,
}

impl Paper<'_> {
    fn part(&mut self, part: &Part) -> Result<(), LabelFault> {
        match part {
            Part::Title(text) => self.title(text),
            Part::Line(text) => {
                self.put(LEFT);
                self.line(text)
            }
            Part::Pair(left, right) => {
                self.put(LEFT);
                let used = left.chars().count().saturating_add(right.chars().count());
                let gap = self.columns().saturating_sub(used).max(1);
                self.line(&format!("{left}{}{right}", " ".repeat(gap)))
            }
            Part::Rule => {
                self.put(LEFT);
                self.line(&"-".repeat(self.columns()))
            }
            Part::Code(content) => self.code(content),
        }
    }

    fn title(&mut self, text: &str) -> Result<(), LabelFault> {
        self.put(MIDDLE);
        if is_plain(text) {
            self.put(LARGE);
            self.put(text.as_bytes());
            self.put(b"\n");
            self.put(NORMAL);
            return Ok(());
        }
        let [_, large] = DRAWN_DOTS;
        self.drawn(text, large)
    }

    fn line(&mut self, text: &str) -> Result<(), LabelFault> {
        if is_plain(text) {
            self.put(text.as_bytes());
            self.put(b"\n");
            return Ok(());
        }
        let [small, _] = DRAWN_DOTS;
        self.drawn(text, small)
    }

    /// A line as a picture: width in bytes, height in dots, then the dots.
    fn drawn(&mut self, text: &str, height: u16) -> Result<(), LabelFault> {
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        let line = self.lettering.line(&text, height)?;
        let across = line.width.min(self.dots).div_ceil(8);
        self.put(b"\x1dv0\x00");
        self.put(&across.to_le_bytes());
        self.put(&line.height.to_le_bytes());
        self.bytes.extend(packed(&line, usize::from(across)));
        Ok(())
    }

    /// Model 2, module size, level M, the content, then print it.
    fn code(&mut self, content: &str) -> Result<(), LabelFault> {
        let count = u16::try_from(content.len().saturating_add(3)).unwrap_or(u16::MAX);
        if content.len() > CODE_BYTES_MAX {
            return Err(LabelFault::Symbol {
                what: crate::label::Carrier::Qr,
                content: content.to_owned(),
                reason: format!("a receipt has room for {CODE_BYTES_MAX} bytes"),
            });
        }
        self.put(MIDDLE);
        self.put(b"\x1d(k\x04\x001A2\x00");
        self.put(&[0x1d, b'(', b'k', 3, 0, b'1', b'C', MODULE_DOTS]);
        self.put(b"\x1d(k\x03\x001E1");
        self.put(b"\x1d(k");
        self.put(&count.to_le_bytes());
        self.put(b"1P0");
        self.put(content.as_bytes());
        self.put(b"\x1d(k\x03\x001Q0");
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn columns(&self) -> usize {
        usize::from(self.dots / LETTER_DOTS)
    }
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, ' '..='~'))
}

/// Eight dots a byte; each row begins with a new byte.
fn packed(line: &Line, across: usize) -> Vec<u8> {
    let rows = line.dots.chunks(usize::from(line.width).max(1));
    let bytes = rows.flat_map(|row| {
        let eights = row.chunks(8).map(|dots| {
            dots.iter()
                .zip((0..8_u32).rev())
                .fold(0_u8, |byte, (dark, bit)| if *dark { byte | (1 << bit) } else { byte })
        });
        eights.chain(std::iter::repeat(0)).take(across)
    });
    bytes.collect()
}

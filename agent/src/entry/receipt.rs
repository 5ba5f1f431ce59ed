//! The text of a receipt, out of the bytes that a POS program sends to its ESC/POS printer.
//!
//! Owns telling text from commands, barcodes and pictures, and where a receipt ends. Reads no port.
//! Source: Epson's ESC/POS reference, whose commands other makers follow. Next: [`super::printer`].

use std::ops::Range;

/// The most text of one receipt that is kept, in bytes: a long one has a tenth of it.
const TEXT_BYTES_MAX: usize = 32 * 1024;
const ESC: u8 = 0x1b;
const FS: u8 = 0x1c;
const GS: u8 = 0x1d;
const DLE: u8 = 0x10;
const EOT: u8 = 0x04;

/// What a printer learns from some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A receipt was cut off: its text, with single spaces between words.
    Receipt(String),
    /// The program asks how the printer is, and waits for one byte.
    StatusAsked,
}

/// The paper of a printer that prints nothing.
#[derive(Debug, Default)]
pub struct Paper {
    text: Vec<u8>,
    at: At,
}

/// Where in the stream of bytes.
#[derive(Debug, Default)]
enum At {
    #[default]
    Text,
    /// In a command whose parts so far say how long it is.
    Command(Vec<u8>),
    /// In data that is not text.
    Skip(usize),
    /// In data that ends with a zero.
    UntilZero,
}

/// What follows the parts of a command that came so far.
enum Next {
    /// Another part.
    More,
    /// So many bytes of data.
    Data(usize),
    /// Data up to a zero.
    Zero,
}

impl Paper {
    /// Takes bytes in the order in which they came.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Heard> {
        bytes.iter().filter_map(|byte| self.take(*byte)).collect()
    }

    /// Takes what stands on the paper, as if it were cut off here.
    pub fn tear(&mut self) -> Option<String> {
        let text = std::mem::take(&mut self.text);
        let text = String::from_utf8_lossy(&text);
        let words: Vec<_> = text.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    fn take(&mut self, byte: u8) -> Option<Heard> {
        match &mut self.at {
            At::Text if matches!(byte, ESC | FS | GS | DLE) => self.at = At::Command(vec![byte]),
            At::Text => self.print(byte),
            At::Skip(left) if *left > 1 => *left = left.saturating_sub(1),
            At::Skip(_) => self.at = At::Text,
            At::UntilZero if byte == 0 => self.at = At::Text,
            At::UntilZero => {}
            At::Command(parts) => {
                parts.push(byte);
                let parts = std::mem::take(parts);
                return self.obey(parts);
            }
        }
        None
    }

    fn print(&mut self, byte: u8) {
        if self.text.len() < TEXT_BYTES_MAX {
            // Every other control byte moves the head or the paper.
            self.text.push(if byte < b' ' { b' ' } else { byte });
        }
    }

    fn obey(&mut self, parts: Vec<u8>) -> Option<Heard> {
        let heard = match parts.as_slice() {
            // Whatever kind of cut its next part names.
            [GS, b'V', _] => self.tear().map(Heard::Receipt),
            [DLE, EOT, _] | [GS, b'r', _] => Some(Heard::StatusAsked),
            _ => None,
        };
        self.at = match next(&parts) {
            Next::More => At::Command(parts),
            Next::Data(0) => At::Text,
            Next::Data(bytes) => At::Skip(bytes),
            Next::Zero => At::UntilZero,
        };
        heard
    }
}

/// Says how a command goes on after its first parts.
fn next(parts: &[u8]) -> Next {
    match parts {
        [_] => Next::More,
        [ESC, rest @ ..] => escape(rest),
        [GS, rest @ ..] => group(rest),
        [FS, b'&' | b'.', ..] => Next::Data(0),
        [FS, b'p' | b'S'] => Next::Data(2),
        [FS, b'(', rest @ ..] => counted(rest, 3, 1..3),
        [DLE, 0x14, ..] => Next::Data(3),
        // An ask for the state names what it asks about; two of them add a number.
        [DLE, EOT] => Next::More,
        [DLE, EOT, 7 | 8 | 18] => Next::Data(1),
        [DLE, EOT, _] => Next::Data(0),
        _ => Next::Data(1),
    }
}

fn escape(parts: &[u8]) -> Next {
    match parts {
        [b'@' | b'2' | b'L' | b'S' | b'<' | b'i' | b'm' | 0x0c] => Next::Data(0),
        [b'D'] => Next::Zero,
        [b'$' | b'\\' | b'c'] => Next::Data(2),
        [b'p'] => Next::Data(3),
        [b'W'] => Next::Data(8),
        // A picture of columns; those of 24 dots have three bytes.
        [b'*', kind, low, high] => {
            let columns = usize::from(u16::from_le_bytes([*low, *high]));
            Next::Data(columns.saturating_mul(if *kind >= 32 { 3 } else { 1 }))
        }
        [b'*', ..] => Next::More,
        _ => Next::Data(1),
    }
}

fn group(parts: &[u8]) -> Next {
    match parts {
        [b'V' | b'r'] => Next::More,
        [b'V', b'A' | b'B' | b'a' | b'b' | b'g' | b'h'] => Next::Data(1),
        [b'V' | b'r', _] | [b':'] => Next::Data(0),
        [b'k', 0..=6] => Next::Zero,
        [b'k', _, bytes] => Next::Data(usize::from(*bytes)),
        [b'$' | b'L' | b'W' | b'\\' | b'P'] => Next::Data(2),
        [b'(', rest @ ..] => counted(rest, 3, 1..3),
        [b'8', rest @ ..] => counted(rest, 5, 1..5),
        [b'*', wide, high] => {
            Next::Data(usize::from(*wide).saturating_mul(usize::from(*high)).saturating_mul(8))
        }
        // A picture of rows: as many bytes as its width times its height.
        [b'v' | b'Q', _, _, wide_low, wide_high, low, high] => {
            let wide = usize::from(u16::from_le_bytes([*wide_low, *wide_high]));
            let high = usize::from(u16::from_le_bytes([*low, *high]));
            Next::Data(wide.saturating_mul(high))
        }
        [b'k' | b'*' | b'v' | b'Q', ..] => Next::More,
        _ => Next::Data(1),
    }
}

/// A command that says itself how much data it has, lowest byte first.
fn counted(parts: &[u8], head: usize, count: Range<usize>) -> Next {
    if parts.len() < head {
        return Next::More;
    }
    let bytes = parts.get(count).unwrap_or_default().iter().rev();
    Next::Data(bytes.fold(0, |sum, byte| sum.saturating_mul(256).saturating_add((*byte).into())))
}

#[cfg(test)]
mod tests;

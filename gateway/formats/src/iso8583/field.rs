//! One field between its value and its bytes: length, characters, padding.
//!
//! Owns what each word of [`super::spec`] means. Reads nothing that the table does not allow, and
//! makes no memory of its own: values go to the end of the message's. Next: [`super::message`].

use super::cursor::{Cursor, decimal};
use super::encoding::{
    extend_digits, extend_from_ebcdic, extend_packed, extend_to_ebcdic, from_ebcdic, hex_byte,
    hex_digit, hex_value, to_ebcdic,
};
use super::fault::{FormatFault, Path};
use super::spec::{BcdPad, Class, Counts, Encoding, Field, Fill, Length, Prefix, PrefixForm, Side};

/// Bytes of the longest prefix: [`super::spec`] allows four digits.
const PREFIX_BYTES_MAX: usize = 4;
/// The padding that is told from a digit when a length counts bytes.
pub(super) const FILLER: u8 = 15;

impl Field {
    /// Appends the value to `values`.
    pub(super) fn read(
        &self,
        cursor: &mut Cursor<'_>,
        values: &mut Vec<u8>,
    ) -> Result<(), FormatFault> {
        let start = values.len();
        match self.length {
            Length::Fixed(units) => self.read_units(units, cursor, values)?,
            Length::Variable(prefix, max) => {
                let count = prefix.read(cursor).map_err(|fault| fault.at(self.path()))?;
                match prefix.counts {
                    Counts::Units if count > max => return Err(self.too_long()),
                    Counts::Units => self.read_units(count, cursor, values)?,
                    Counts::SentBytes => self.read_bytes(count, max, cursor, values)?,
                }
            }
        }
        self.check(values.get(start..).unwrap_or_default())
    }

    fn read_units(
        &self,
        units: usize,
        cursor: &mut Cursor<'_>,
        values: &mut Vec<u8>,
    ) -> Result<(), FormatFault> {
        let bytes = if self.encoding == Encoding::Utf8 {
            bytes_of_characters(cursor.rest(), units)
        } else {
            self.encoding.sent_bytes(units)
        };
        let sent = cursor.take(bytes).ok_or(FormatFault::Cut { path: self.path() })?;
        self.decode(sent, units, values).ok_or(self.unreadable())
    }

    /// A length in bytes: the value is whatever those bytes say.
    fn read_bytes(
        &self,
        bytes: usize,
        max: usize,
        cursor: &mut Cursor<'_>,
        values: &mut Vec<u8>,
    ) -> Result<(), FormatFault> {
        let sent = cursor.take(bytes).ok_or(FormatFault::Cut { path: self.path() })?;
        let units = match self.encoding {
            Encoding::Bcd(pad) => digits_in(sent, pad),
            Encoding::SignedBcd => bytes.saturating_mul(2).saturating_sub(1),
            Encoding::HexAscii | Encoding::HexEbcdic if bytes.is_multiple_of(2) => bytes / 2,
            Encoding::HexAscii | Encoding::HexEbcdic => return Err(self.unreadable()),
            Encoding::Utf8 => characters(sent).ok_or(self.unreadable())?,
            Encoding::Ascii | Encoding::Ebcdic | Encoding::Raw => bytes,
        };
        if units > max {
            return Err(self.too_long());
        }
        self.decode(sent, units, values).ok_or(self.unreadable())
    }

    fn decode(&self, sent: &[u8], units: usize, values: &mut Vec<u8>) -> Option<()> {
        match self.encoding {
            Encoding::Ascii | Encoding::Raw => values.extend_from_slice(sent),
            Encoding::Utf8 => values.extend_from_slice(str::from_utf8(sent).ok()?.as_bytes()),
            Encoding::Ebcdic => extend_from_ebcdic(values, sent)?,
            Encoding::Bcd(pad) => unpack(sent, units, pad.side, values)?,
            Encoding::SignedBcd => {
                let (sign, digits) = sent.split_first()?;
                values.push(*sign);
                unpack(digits, units.saturating_sub(1), Side::Left, values)?;
            }
            Encoding::HexAscii => from_hex(sent, values, Some)?,
            Encoding::HexEbcdic => from_hex(sent, values, from_ebcdic)?,
        }
        Some(())
    }

    /// Appends the field as it is sent.
    pub(super) fn write(&self, value: &[u8], out: &mut Vec<u8>) -> Result<(), FormatFault> {
        self.check(value)?;
        let units = match self.encoding {
            Encoding::Utf8 => characters(value).ok_or(self.unreadable())?,
            Encoding::Ascii
            | Encoding::Ebcdic
            | Encoding::Raw
            | Encoding::Bcd(_)
            | Encoding::SignedBcd
            | Encoding::HexAscii
            | Encoding::HexEbcdic => value.len(),
        };
        match self.length {
            Length::Fixed(length) => self.write_fixed(value, units, length, out),
            Length::Variable(_, max) if units > max => Err(self.too_long()),
            Length::Variable(prefix, _) => {
                let count = match (prefix.counts, self.encoding) {
                    (Counts::Units, _) => units,
                    (Counts::SentBytes, Encoding::Utf8) => value.len(),
                    (Counts::SentBytes, other) => other.sent_bytes(units),
                };
                prefix.write(count, out).ok_or(self.too_long())?;
                self.encode(value, out).ok_or(self.unreadable())
            }
        }
    }

    fn write_fixed(
        &self,
        value: &[u8],
        units: usize,
        length: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), FormatFault> {
        let missing = length.checked_sub(units).ok_or(self.too_long())?;
        if missing == 0 {
            return self.encode(value, out).ok_or(self.unreadable());
        }
        let padded = match self.fill {
            Fill::Exact => return Err(FormatFault::TooShort { path: self.path() }),
            Fill::ZeroLeft => [&vec![b'0'; missing], value].concat(),
            Fill::BlankRight => [value, &vec![b' '; missing]].concat(),
        };
        self.encode(&padded, out).ok_or(self.unreadable())
    }

    fn encode(&self, value: &[u8], out: &mut Vec<u8>) -> Option<()> {
        match self.encoding {
            Encoding::Ascii | Encoding::Raw | Encoding::Utf8 => out.extend_from_slice(value),
            Encoding::Ebcdic => extend_to_ebcdic(out, value)?,
            Encoding::Bcd(pad) => pack(value, pad, out)?,
            Encoding::SignedBcd => {
                let (sign, digits) = value.split_first()?;
                out.push(*sign);
                pack(digits, BcdPad { side: Side::Left, nibble: 0 }, out)?;
            }
            Encoding::HexAscii => extend_digits(out, value),
            Encoding::HexEbcdic => {
                for byte in value {
                    out.push(to_ebcdic(hex_digit(byte >> 4))?);
                    out.push(to_ebcdic(hex_digit(*byte))?);
                }
            }
        }
        Some(())
    }

    /// Bytes of so many units as they are sent, without a length.
    pub(super) const fn bytes_sent(&self, units: usize) -> usize {
        self.encoding.sent_bytes(units)
    }

    fn check(&self, value: &[u8]) -> Result<(), FormatFault> {
        let allowed = match self.class {
            Class::Numeric => all(value, u8::is_ascii_digit),
            Class::AlphaNumeric => {
                all(value, |byte| byte.is_ascii_alphanumeric() | (*byte == b' '))
            }
            Class::Text if self.encoding == Encoding::Utf8 => true,
            Class::Text => all(value, |byte| (b' '..=b'~').contains(byte)),
            Class::Track => all(value, |byte| matches!(byte, b'0'..=b'9' | b'=' | b'D')),
            Class::SignedAmount => match value {
                [] => true,
                [b'C' | b'D' | b'+' | b'-', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
                _ => false,
            },
            Class::Bytes => true,
        };
        if allowed { Ok(()) } else { Err(self.unreadable()) }
    }

    const fn unreadable(&self) -> FormatFault {
        FormatFault::CharacterInvalid { path: self.path() }
    }

    const fn too_long(&self) -> FormatFault {
        FormatFault::TooLong { path: self.path() }
    }

    const fn path(&self) -> Path {
        Path::field(self.number)
    }
}

impl Encoding {
    /// Bytes of so many units; of UTF-8, the least.
    const fn sent_bytes(self, units: usize) -> usize {
        match self {
            Self::Bcd(_) => units.div_ceil(2),
            // The sign has a byte of its own.
            Self::SignedBcd if units == 0 => 0,
            Self::SignedBcd => units.saturating_sub(1).div_ceil(2).saturating_add(1),
            Self::HexAscii | Self::HexEbcdic => units.saturating_mul(2),
            Self::Ascii | Self::Ebcdic | Self::Raw | Self::Utf8 => units,
        }
    }
}

/// Looks at every byte, which is quicker for short values than to stop at the first.
fn all(value: &[u8], allowed: impl Fn(&u8) -> bool) -> bool {
    value.iter().fold(true, |so_far, byte| so_far & allowed(byte))
}

/// Why a length could not be read.
pub(super) enum PrefixFault {
    Cut,
    Unreadable,
}

impl PrefixFault {
    const fn at(self, path: Path) -> FormatFault {
        match self {
            Self::Cut => FormatFault::Cut { path },
            Self::Unreadable => FormatFault::LengthInvalid { path },
        }
    }
}

impl Prefix {
    fn read(self, cursor: &mut Cursor<'_>) -> Result<usize, PrefixFault> {
        let sent = cursor.take(self.bytes()).ok_or(PrefixFault::Cut)?;
        let count = match self.form {
            PrefixForm::Ascii => decimal(sent),
            PrefixForm::Ebcdic => sent.iter().try_fold(0_usize, |sum, byte| {
                let digit = from_ebcdic(*byte).filter(u8::is_ascii_digit)?;
                sum.checked_mul(10)?.checked_add(usize::from(digit - b'0'))
            }),
            PrefixForm::Bcd => sent.iter().try_fold(0_usize, |sum, byte| {
                let (high, low) = (byte >> 4, byte & 15);
                let pair = (high < 10 && low < 10).then(|| usize::from(high * 10 + low))?;
                sum.checked_mul(100)?.checked_add(pair)
            }),
            PrefixForm::Binary => sent.iter().try_fold(0_usize, |sum, byte| {
                sum.checked_mul(256)?.checked_add(usize::from(*byte))
            }),
        };
        count.ok_or(PrefixFault::Unreadable)
    }

    fn write(self, count: usize, out: &mut Vec<u8>) -> Option<()> {
        let mut sent = [0_u8; PREFIX_BYTES_MAX];
        let sent = sent.get_mut(..self.bytes())?;
        let mut left = count;
        for byte in sent.iter_mut().rev() {
            let base = match self.form {
                PrefixForm::Ascii | PrefixForm::Ebcdic => 10,
                PrefixForm::Bcd => 100,
                PrefixForm::Binary => 256,
            };
            let digit = u8::try_from(left % base).ok()?;
            left /= base;
            *byte = match self.form {
                PrefixForm::Ascii => b'0' + digit,
                PrefixForm::Ebcdic => 0xF0 + digit,
                PrefixForm::Bcd => (digit / 10) << 4 | (digit % 10),
                PrefixForm::Binary => digit,
            };
        }
        out.extend_from_slice(sent);
        (left == 0).then_some(())
    }

    fn bytes(self) -> usize {
        match self.form {
            PrefixForm::Ascii | PrefixForm::Ebcdic | PrefixForm::Binary => self.digits.into(),
            PrefixForm::Bcd => usize::from(self.digits).div_ceil(2),
        }
    }
}

/// Appends so many digits of packed bytes, without the padding of an odd number.
fn unpack(sent: &[u8], digits: usize, side: Side, values: &mut Vec<u8>) -> Option<()> {
    let start = values.len();
    extend_digits(values, sent);
    if digits.is_multiple_of(2) {
        return Some(());
    }
    let padding = match side {
        Side::Left => values.get(start).copied(),
        Side::Right => values.last().copied(),
    };
    match side {
        Side::Left => drop(values.remove(start)),
        Side::Right => drop(values.pop()),
    }
    matches!(padding, Some(b'0' | b'F')).then_some(())
}

fn pack(digits: &[u8], pad: BcdPad, out: &mut Vec<u8>) -> Option<()> {
    let value = |digit: u8| hex_value(if digit == b'=' { b'D' } else { digit });
    let (first, pairs, last) = match (digits, pad.side) {
        (pairs, _) if pairs.len().is_multiple_of(2) => (None, pairs, None),
        ([first, pairs @ ..], Side::Left) => (Some(first), pairs, None),
        ([pairs @ .., last], Side::Right) => (None, pairs, Some(last)),
        ([], _) => (None, digits, None),
    };
    if let Some(first) = first {
        out.push(pad.nibble << 4 | value(*first)?);
    }
    extend_packed(out, pairs)?;
    if let Some(last) = last {
        out.push(value(*last)? << 4 | (pad.nibble & 15));
    }
    Some(())
}

/// Digits in packed bytes of which only the filler tells an odd number.
fn digits_in(sent: &[u8], pad: BcdPad) -> usize {
    let filled = match pad.side {
        Side::Left => sent.first().is_some_and(|byte| byte >> 4 == FILLER),
        Side::Right => sent.last().is_some_and(|byte| byte & 15 == FILLER),
    };
    sent.len().saturating_mul(2).saturating_sub(usize::from(filled))
}

fn from_hex(sent: &[u8], values: &mut Vec<u8>, ascii: impl Fn(u8) -> Option<u8>) -> Option<()> {
    for pair in sent.chunks(2) {
        let [high, low] = pair else { return None };
        values.push(hex_byte(ascii(*high)?, ascii(*low)?)?);
    }
    Some(())
}

/// Bytes of the first so many characters; more than there are, if there are too few.
fn bytes_of_characters(text: &[u8], characters: usize) -> usize {
    let begins = |byte: &u8| byte & 0xC0 != 0x80;
    let mut starts = text.iter().enumerate().filter(|(_, byte)| begins(byte)).map(|(at, _)| at);
    match starts.nth(characters) {
        Some(end) => end,
        None if text.iter().filter(|byte| begins(byte)).count() == characters => text.len(),
        None => usize::MAX,
    }
}

fn characters(text: &[u8]) -> Option<usize> {
    Some(str::from_utf8(text).ok()?.chars().count())
}

//! One field between its value and its bytes: length, characters, padding.
//!
//! Owns what each word of [`super::spec`] means. Reads nothing that the table does not allow, and
//! makes no memory of its own: values stand in the message's. Next: [`super::message`].

use super::class::{Kinds, allows, ebcdic_digits, packs};
use super::cursor::{Cursor, decimal, number};
use super::encoding::{
    extend_digits, extend_from_ebcdic, extend_packed, extend_to_ebcdic, extend_turned_digits,
    from_ebcdic, hex_byte, hex_digit, packed_value, to_ebcdic,
};
use super::fault::{FormatFault, Path};
use super::spec::{BcdPad, Class, Counts, Encoding, Field, Fill, Length, Prefix, PrefixForm, Side};
use std::ops::Range;

/// Bytes of the longest prefix: [`super::spec`] allows four digits.
const PREFIX_BYTES_MAX: usize = 4;
/// Bytes of a padded value that need no memory of their own: the longest fixed field of the
/// standards has 99.
const PADDED_BYTES_MAX: usize = 128;
/// The digit 0 in EBCDIC.
const EBCDIC_ZERO: u8 = 0xF0;
/// The padding that is told from a digit when a length counts bytes.
pub(super) const FILLER: u8 = 15;

impl Field {
    /// Reads one field and returns where its value lies in `values`. These begin with the message
    /// as it was sent, where plain values lie already; others are appended.
    pub(super) fn read(
        &self,
        cursor: &mut Cursor<'_>,
        values: &mut Vec<u8>,
    ) -> Result<Range<usize>, FormatFault> {
        let (sent, units) = self.sent(cursor)?;
        let end = cursor.position();
        let as_sent = end.saturating_sub(sent.len())..end;
        let start = values.len();
        match self.encoding {
            Encoding::Ascii | Encoding::Raw => return self.check(sent).map(|()| as_sent),
            Encoding::Utf8 if str::from_utf8(sent).is_err() => return Err(self.unreadable()),
            Encoding::Utf8 => return self.check(sent).map(|()| as_sent),
            Encoding::Ebcdic if self.class == Class::Numeric => {
                if !ebcdic_digits(sent) {
                    return Err(self.unreadable());
                }
                extend_turned_digits(values, sent);
                return Ok(start..values.len());
            }
            Encoding::Ebcdic => {
                let kinds = extend_from_ebcdic(values, sent);
                if kinds.allowed(self.class) == Some(true) {
                    return Ok(start..values.len());
                }
                if kinds == Kinds::NONE {
                    return Err(self.unreadable());
                }
            }
            Encoding::Bcd(pad) => match unpack(sent, units, pad.side, values) {
                // Digits are allowed wherever there are characters.
                Some(Digits::Decimal) if self.class != Class::SignedAmount => {
                    return Ok(start..values.len());
                }
                Some(Digits::Decimal | Digits::Others) => {}
                None => return Err(self.unreadable()),
            },
            Encoding::SignedBcd => {
                let signed = sent.split_first().and_then(|(sign, digits)| {
                    values.push(*sign);
                    unpack(digits, units.saturating_sub(1), Side::Left, values)
                });
                signed.ok_or_else(|| self.unreadable())?;
            }
            Encoding::HexAscii => {
                from_hex(sent, values, Some).ok_or_else(|| self.unreadable())?;
            }
            Encoding::HexEbcdic => {
                from_hex(sent, values, from_ebcdic).ok_or_else(|| self.unreadable())?;
            }
        }
        self.check(values.get(start..).unwrap_or_default())?;
        Ok(start..values.len())
    }

    /// Takes the field's bytes, without their length, and says how many units they are.
    fn sent<'a>(&self, cursor: &mut Cursor<'a>) -> Result<(&'a [u8], usize), FormatFault> {
        let units = match self.length {
            Length::Fixed(units) => units,
            Length::Variable(prefix, max) => {
                let count = prefix.read(cursor).map_err(|fault| fault.at(self.path()))?;
                match prefix.counts {
                    Counts::Units if count > max => return Err(self.too_long()),
                    Counts::Units => count,
                    Counts::SentBytes => return self.sent_bytes(count, max, cursor),
                }
            }
        };
        let bytes = if self.encoding == Encoding::Utf8 {
            bytes_of_characters(cursor.rest(), units)
        } else {
            self.encoding.sent_bytes(units)
        };
        let sent = cursor.take(bytes).ok_or_else(|| FormatFault::Cut { path: self.path() })?;
        Ok((sent, units))
    }

    /// A length in bytes: the value is whatever those bytes say.
    fn sent_bytes<'a>(
        &self,
        bytes: usize,
        max: usize,
        cursor: &mut Cursor<'a>,
    ) -> Result<(&'a [u8], usize), FormatFault> {
        let sent = cursor.take(bytes).ok_or_else(|| FormatFault::Cut { path: self.path() })?;
        let units = match self.encoding {
            Encoding::Bcd(pad) => digits_in(sent, pad),
            Encoding::SignedBcd => bytes.saturating_mul(2).saturating_sub(1),
            Encoding::HexAscii | Encoding::HexEbcdic if bytes.is_multiple_of(2) => bytes / 2,
            Encoding::HexAscii | Encoding::HexEbcdic => return Err(self.unreadable()),
            Encoding::Utf8 => characters(sent).ok_or_else(|| self.unreadable())?,
            Encoding::Ascii | Encoding::Ebcdic | Encoding::Raw => bytes,
        };
        if units > max {
            return Err(self.too_long());
        }
        Ok((sent, units))
    }

    /// Appends the field as it is sent.
    pub(super) fn write(&self, value: &[u8], out: &mut Vec<u8>) -> Result<(), FormatFault> {
        self.check(value)?;
        let units = match self.encoding {
            Encoding::Utf8 => characters(value).ok_or_else(|| self.unreadable())?,
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
                prefix.write(count, out).ok_or_else(|| self.too_long())?;
                self.encode(value, out).ok_or_else(|| self.unreadable())
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
        let missing = length.checked_sub(units).ok_or_else(|| self.too_long())?;
        if missing == 0 {
            return self.encode(value, out).ok_or_else(|| self.unreadable());
        }
        let (left, filler) = match self.fill {
            Fill::Exact => return Err(FormatFault::TooShort { path: self.path() }),
            Fill::ZeroLeft => (missing, b'0'),
            Fill::BlankRight => (0, b' '),
        };
        let bytes = missing.saturating_add(value.len());
        let mut room = [filler; PADDED_BYTES_MAX];
        let mut more = Vec::new();
        let padded = match room.get_mut(..bytes) {
            Some(padded) => padded,
            None => {
                more.resize(bytes, filler);
                more.as_mut_slice()
            }
        };
        if let Some(place) = padded.get_mut(left..).and_then(|rest| rest.get_mut(..value.len())) {
            place.copy_from_slice(value);
        }
        self.encode(padded, out).ok_or_else(|| self.unreadable())
    }

    fn encode(&self, value: &[u8], out: &mut Vec<u8>) -> Option<()> {
        match self.encoding {
            Encoding::Ascii | Encoding::Raw | Encoding::Utf8 => out.extend_from_slice(value),
            // Blanks may fill what was a number before.
            Encoding::Ebcdic if self.class == Class::Numeric && self.fill != Fill::BlankRight => {
                extend_turned_digits(out, value);
            }
            Encoding::Ebcdic => {
                if self.class == Class::Bytes && !allows(Class::Text, value) {
                    return None;
                }
                extend_to_ebcdic(out, value);
            }
            Encoding::Bcd(pad) => {
                let digits = matches!(self.class, Class::Numeric | Class::Track);
                if !digits && !packs(value) {
                    return None;
                }
                pack(value, pad, out);
            }
            Encoding::SignedBcd => {
                let (sign, digits) = value.split_first()?;
                out.push(*sign);
                if !packs(digits) {
                    return None;
                }
                pack(digits, BcdPad { side: Side::Left, nibble: 0 }, out);
            }
            Encoding::HexAscii => drop(extend_digits(out, value)),
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
        let utf8 = self.encoding == Encoding::Utf8;
        if utf8 && self.class == Class::Text || allows(self.class, value) {
            return Ok(());
        }
        Err(self.unreadable())
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
            PrefixForm::Ebcdic => number(sent, 10, |byte| byte.wrapping_sub(EBCDIC_ZERO)),
            PrefixForm::Bcd => number(sent, 100, |byte| match (byte >> 4, byte & 15) {
                (high @ 0..=9, low @ 0..=9) => high * 10 + low,
                _ => u8::MAX,
            }),
            PrefixForm::Binary => number(sent, 256, |byte| byte),
        };
        count.ok_or(PrefixFault::Unreadable)
    }

    fn write(self, count: usize, out: &mut Vec<u8>) -> Option<()> {
        let mut sent = [0_u8; PREFIX_BYTES_MAX];
        let sent = sent.get_mut(..self.bytes())?;
        // Each form has its own loop, so that its base is a constant to divide by.
        match self.form {
            PrefixForm::Ascii => spell::<10>(count, sent, |digit| b'0' | digit),
            PrefixForm::Ebcdic => spell::<10>(count, sent, |digit| EBCDIC_ZERO | digit),
            PrefixForm::Bcd => spell::<100>(count, sent, |pair| (pair / 10) << 4 | (pair % 10)),
            PrefixForm::Binary => spell::<256>(count, sent, |byte| byte),
        }?;
        out.extend_from_slice(sent);
        Some(())
    }

    fn bytes(self) -> usize {
        match self.form {
            PrefixForm::Ascii | PrefixForm::Ebcdic | PrefixForm::Binary => self.digits.into(),
            PrefixForm::Bcd => usize::from(self.digits).div_ceil(2),
        }
    }
}

/// Writes a number's digits of this base from the right; nothing if it has more of them.
#[inline]
fn spell<const BASE: usize>(count: usize, out: &mut [u8], digit: impl Fn(u8) -> u8) -> Option<()> {
    let mut left = count;
    for byte in out.iter_mut().rev() {
        *byte = digit(u8::try_from(left % BASE).ok()?);
        left /= BASE;
    }
    (left == 0).then_some(())
}

/// What packed bytes hold.
enum Digits {
    Decimal,
    Others,
}

/// Appends so many digits of packed bytes, without the padding of an odd number.
fn unpack(sent: &[u8], digits: usize, side: Side, values: &mut Vec<u8>) -> Option<Digits> {
    let (half, decimal, padding) = match (side, sent) {
        _ if digits.is_multiple_of(2) => (0, extend_digits(values, sent), 0),
        (Side::Left, [first, rest @ ..]) => {
            values.push(hex_digit(*first));
            (first & 15, extend_digits(values, rest), first >> 4)
        }
        (Side::Right, [rest @ .., last]) => {
            let decimal = extend_digits(values, rest);
            values.push(hex_digit(last >> 4));
            (last >> 4, decimal, last & 15)
        }
        (Side::Left | Side::Right, []) => return None,
    };
    let found = if decimal && half < 10 { Digits::Decimal } else { Digits::Others };
    matches!(padding, 0 | FILLER).then_some(found)
}

/// Packs digits, of which [`packs`] is true.
fn pack(digits: &[u8], pad: BcdPad, out: &mut Vec<u8>) {
    match (digits, pad.side) {
        (pairs, _) if pairs.len().is_multiple_of(2) => extend_packed(out, pairs),
        ([first, pairs @ ..], Side::Left) => {
            out.push(pad.nibble << 4 | packed_value(*first));
            extend_packed(out, pairs);
        }
        ([pairs @ .., last], Side::Right) => {
            extend_packed(out, pairs);
            out.push(packed_value(*last) << 4 | (pad.nibble & 15));
        }
        ([], _) => {}
    }
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

//! Which characters a field may have, looked at eight at a time.
//!
//! Owns the sets. A byte of a word that is outside of a set has its highest bit set in the answer,
//! so that one comparison speaks for eight characters. Next: [`super::field`].

use super::encoding::EBCDIC_DIGIT;
use super::spec::Class;

/// The highest bit of each byte.
const HIGH: u64 = splat(0x80);

const NUMERIC: u8 = 1;
const ALPHA_NUMERIC: u8 = 1 << 1;
const TRACK: u8 = 1 << 2;
const TEXT: u8 = 1 << 3;
const BYTES: u8 = 1 << 4;

/// The classes that allow a character, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NONE: Self = Self(0);

    /// The kinds of a visible character.
    pub(super) const fn of(character: u8) -> Self {
        let digit = character.is_ascii_digit();
        let numeric = if digit { NUMERIC } else { 0 };
        let alpha = character.is_ascii_alphanumeric() || character == b' ';
        let alpha = if alpha { ALPHA_NUMERIC } else { 0 };
        let track = if digit || matches!(character, b'=' | b'D') { TRACK } else { 0 };
        Self(numeric | alpha | track | TEXT | BYTES)
    }

    pub(super) const fn bits(self) -> u8 {
        self.0
    }

    pub(super) const fn of_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// Whether the class allows all of them; nothing if it must look at the whole value.
    pub(super) const fn allowed(self, class: Class) -> Option<bool> {
        let bit = match class {
            Class::Numeric => NUMERIC,
            Class::AlphaNumeric => ALPHA_NUMERIC,
            Class::Track => TRACK,
            Class::Text => TEXT,
            Class::Bytes => BYTES,
            Class::SignedAmount => return None,
        };
        Some(self.0 & bit != 0)
    }
}

/// Tells whether all characters can be packed: digits, A to F, and a track's `=` as D.
pub(super) fn packs(value: &[u8]) -> bool {
    every(value, |word| {
        let lower = word | splat(0x20);
        not_digit(word) & outside(lower, b'a', b'f') & outside(word, b'=', b'=')
    })
}

/// Tells whether all bytes are digits in EBCDIC.
pub(super) fn ebcdic_digits(sent: &[u8]) -> bool {
    every(sent, |word| not_digit(word ^ splat(EBCDIC_DIGIT)))
}

/// Tells whether a class allows every character of a value.
pub(super) fn allows(class: Class, value: &[u8]) -> bool {
    match class {
        Class::Numeric => every(value, not_digit),
        Class::AlphaNumeric => every(value, |word| {
            let lower = word | splat(0x20);
            not_digit(word) & outside(lower, b'a', b'z') & outside(word, b' ', b' ')
        }),
        Class::Text => every(value, |word| outside(word, b' ', b'~')),
        Class::Track => every(value, |word| {
            not_digit(word) & outside(word, b'=', b'=') & outside(word, b'D', b'D')
        }),
        Class::SignedAmount => match value {
            [] => true,
            [b'C' | b'D' | b'+' | b'-', digits @ ..] => every(digits, not_digit),
            _ => false,
        },
        Class::Bytes => true,
    }
}

/// Tells whether no word of a value has a wrong character. Words may overlap.
#[inline]
fn every(value: &[u8], wrong: impl Fn(u64) -> u64) -> bool {
    if let Some(last) = value.last_chunk::<8>() {
        let (words, rest) = value.as_chunks::<8>();
        let mut all = if rest.is_empty() { 0 } else { wrong(u64::from_le_bytes(*last)) };
        for word in words {
            all |= wrong(u64::from_le_bytes(*word));
        }
        return all & HIGH == 0;
    }
    let word = match (value.first_chunk::<4>(), value.last_chunk::<4>(), value) {
        (Some(first), Some(last), _) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        (_, _, [a]) => splat(*a),
        (_, _, [a, .., c]) => {
            let middle = value.get(1).unwrap_or(a);
            u64::from(*a) << 8 | u64::from(*c) | u64::from(*middle) << 16 | splat(*a) << 24
        }
        (_, _, []) => return true,
    };
    wrong(word) & HIGH == 0
}

/// Marks the bytes that are no digits.
const fn not_digit(word: u64) -> u64 {
    outside(word, b'0', b'9')
}

/// Marks the bytes that are not between two characters of ASCII, themselves included.
const fn outside(word: u64, least: u8, most: u8) -> u64 {
    let low = word & !HIGH;
    // Sums of a byte under 128 and one up to 128 never reach the next byte.
    let over = low.wrapping_add(splat(0x7F - most));
    let reached = low.wrapping_add(splat(0x80 - least));
    word | over | !reached
}

/// A word of eight times the same byte.
pub(super) const fn splat(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

//! A tag: one to three bytes that name an object and say whether it holds objects.
//!
//! Owns which bytes are a tag. Knows no lengths. Next: [`super::form`].

use std::fmt;

/// The most bytes of a tag: ISO/IEC 7816-4, 5.2.2.1 ends at three, and kernels use that many.
pub const TAG_BYTES_MAX: usize = 3;

/// The five low bits of a first byte that say that the number follows in further bytes.
const NUMBER_FOLLOWS: u8 = 0x1F;
/// The bit of a first byte that says that the value is a run of objects.
const CONSTRUCTED: u8 = 0x20;
/// The bit of a further byte that says that one more comes.
const MORE: u8 = 0x80;

/// The name of an object. Prints as hexadecimal digits, as the standards print it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tag {
    bytes: [u8; TAG_BYTES_MAX],
    length: u8,
}

impl Tag {
    /// Reads bytes that are one tag and nothing else.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        match Self::split(bytes)? {
            (tag, []) => Some(tag),
            _ => None,
        }
    }

    /// Names a tag of one byte, for tables of constants. A byte that opens a longer tag makes one
    /// that no reader returns and no writer takes.
    #[must_use]
    pub const fn one(byte: u8) -> Self {
        Self { bytes: [byte, 0, 0], length: 1 }
    }

    /// Names a tag of two bytes, for tables of constants. Bytes that are no tag make one that no
    /// reader returns and no writer takes.
    #[must_use]
    pub const fn two(first: u8, second: u8) -> Self {
        Self { bytes: [first, second, 0], length: 2 }
    }

    /// Takes a tag from the front. The number in further bytes may not begin with zeros
    /// (ISO 8825-1, 8.1.2.4.2); EMV gives small numbers two bytes, so that is allowed.
    pub(super) fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (first, mut rest) = bytes.split_first()?;
        let mut tag = Self::one(*first);
        if *first == 0 {
            return None;
        }
        if first & NUMBER_FOLLOWS != NUMBER_FOLLOWS {
            return Some((tag, rest));
        }
        for place in tag.bytes.iter_mut().skip(1) {
            let (byte, after) = rest.split_first()?;
            if tag.length == 1 && *byte == MORE {
                return None;
            }
            *place = *byte;
            tag.length = tag.length.saturating_add(1);
            rest = after;
            if byte & MORE == 0 {
                return Some((tag, rest));
            }
        }
        None
    }

    /// Returns the bytes as they are written.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Returns whether the value is a run of objects.
    #[must_use]
    pub const fn is_constructed(&self) -> bool {
        let [first, _, _] = self.bytes;
        first & CONSTRUCTED != 0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

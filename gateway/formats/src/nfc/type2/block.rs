//! Blocks of the data area: a tag byte, a length in one or three bytes, a value.
//!
//! Owns the kinds of blocks and what control blocks set apart (Type 2 Tag 1.0, section 4.3). May
//! not know where a block stands: [`super::memory`] is next.

use super::fault::Type2Fault;
use std::ops::Range;

/// Padding of one byte.
const NULL: u8 = 0x00;
/// Where lock bytes stand.
const LOCK_CONTROL: u8 = 0x01;
/// Where reserved bytes stand.
const MEMORY_CONTROL: u8 = 0x02;
/// A message.
pub(super) const NDEF: u8 = 0x03;
/// Something of the maker.
const PROPRIETARY: u8 = 0xFD;
/// Nothing follows.
pub(super) const TERMINATOR: u8 = 0xFE;
/// The length byte that says that two more follow.
pub(super) const LENGTH_MARK: u8 = 0xFF;
/// The largest value whose length takes one byte: 255 is the mark.
pub(super) const SHORT_VALUE_BYTES_MAX: usize = 254;
/// A size of zero in a control block means so many.
const SIZE_OF_ZERO: usize = 256;

/// Bytes that blocks pass over, as a control block states them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetApart {
    /// Page address, 0 to 15, in pages of the control block's own size.
    pub page: u8,
    /// Bytes after that page's beginning, 0 to 15.
    pub offset: u8,
    /// How much: bits of lock bytes, or reserved bytes; 0 is 256.
    pub size: u8,
    /// The page size of this block as a power of two, 0 to 15.
    pub page_exponent: u8,
    /// Bytes that one lock bit locks, as a power of two, 0 to 15; unused for reserved bytes.
    pub lock_exponent: u8,
}

impl SetApart {
    /// Reads the value of a control block.
    #[must_use]
    pub const fn parse(value: [u8; 3]) -> Self {
        let [position, size, exponents] = value;
        Self {
            page: position >> 4,
            offset: position & 0x0F,
            size,
            page_exponent: exponents & 0x0F,
            lock_exponent: exponents >> 4,
        }
    }

    /// Writes the value of a control block.
    ///
    /// # Errors
    /// [`Type2Fault::RangeInvalid`] when a number does not fit in its four bits.
    pub fn build(&self) -> Result<[u8; 3], Type2Fault> {
        let nibbles = [self.page, self.offset, self.page_exponent, self.lock_exponent];
        if nibbles.iter().any(|nibble| *nibble > 0x0F) {
            return Err(Type2Fault::RangeInvalid { address: self.address() });
        }
        let position = (self.page << 4) | self.offset;
        Ok([position, self.size, (self.lock_exponent << 4) | self.page_exponent])
    }

    /// Returns the addresses of lock bytes, from page 0.
    #[must_use]
    pub fn lock_bytes(&self) -> Range<usize> {
        self.range(self.count().div_ceil(8))
    }

    /// Returns the addresses of reserved bytes, from page 0.
    #[must_use]
    pub fn reserved_bytes(&self) -> Range<usize> {
        self.range(self.count())
    }

    fn count(&self) -> usize {
        if self.size == 0 { SIZE_OF_ZERO } else { usize::from(self.size) }
    }

    fn address(&self) -> usize {
        let page_bytes = 1_usize.checked_shl(u32::from(self.page_exponent)).unwrap_or_default();
        usize::from(self.page).saturating_mul(page_bytes).saturating_add(usize::from(self.offset))
    }

    fn range(&self, bytes: usize) -> Range<usize> {
        self.address()..self.address().saturating_add(bytes)
    }
}

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Padding of one byte.
    Null,
    /// Lock bytes in the way of the blocks.
    LockControl(SetApart),
    /// Reserved bytes in the way of the blocks.
    MemoryControl(SetApart),
    /// A message; of no bytes when the tag is empty.
    Ndef(Vec<u8>),
    /// Something of the maker.
    Proprietary(Vec<u8>),
    /// Nothing follows.
    Terminator,
    /// A kind that the standard keeps for later, or a control block of a wrong length.
    Other {
        /// Its tag byte.
        tag: u8,
        /// Its value.
        value: Vec<u8>,
    },
}

impl Block {
    /// Tells whether this tag byte stands alone, without a length.
    pub(super) const fn stands_alone(tag: u8) -> bool {
        tag == NULL || tag == TERMINATOR
    }

    pub(super) fn of(tag: u8, value: Vec<u8>) -> Self {
        match (tag, <[u8; 3]>::try_from(value.as_slice())) {
            (NULL, _) => Self::Null,
            (TERMINATOR, _) => Self::Terminator,
            (LOCK_CONTROL, Ok(value)) => Self::LockControl(SetApart::parse(value)),
            (MEMORY_CONTROL, Ok(value)) => Self::MemoryControl(SetApart::parse(value)),
            (NDEF, _) => Self::Ndef(value),
            (PROPRIETARY, _) => Self::Proprietary(value),
            (tag, _) => Self::Other { tag, value },
        }
    }

    /// Returns the addresses that this block sets apart.
    #[must_use]
    pub fn sets_apart(&self) -> Range<usize> {
        match self {
            Self::LockControl(range) => range.lock_bytes(),
            Self::MemoryControl(range) => range.reserved_bytes(),
            Self::Null
            | Self::Ndef(_)
            | Self::Proprietary(_)
            | Self::Terminator
            | Self::Other { .. } => 0..0,
        }
    }

    /// Writes the block, without regard to what is set apart.
    ///
    /// # Errors
    /// `RangeInvalid` and `MessageTooLarge` of [`Type2Fault`].
    pub fn build(&self) -> Result<Vec<u8>, Type2Fault> {
        match self {
            Self::Null => Ok(vec![NULL]),
            Self::Terminator => Ok(vec![TERMINATOR]),
            Self::LockControl(range) => with_length(LOCK_CONTROL, &range.build()?),
            Self::MemoryControl(range) => with_length(MEMORY_CONTROL, &range.build()?),
            Self::Ndef(value) => with_length(NDEF, value),
            Self::Proprietary(value) => with_length(PROPRIETARY, value),
            Self::Other { tag, value } => with_length(*tag, value),
        }
    }
}

fn with_length(tag: u8, value: &[u8]) -> Result<Vec<u8>, Type2Fault> {
    let room = super::MEMORY_BYTES_MAX;
    let long = u16::try_from(value.len())
        .map_err(|_| Type2Fault::MessageTooLarge { bytes: value.len(), room })?;
    let [high, low] = long.to_be_bytes();
    let mut bytes = match value.len() {
        0..=SHORT_VALUE_BYTES_MAX => vec![tag, low],
        _ => vec![tag, LENGTH_MARK, high, low],
    };
    bytes.extend_from_slice(value);
    Ok(bytes)
}

//! What can be wrong with a product code.
//!
//! Owns the fault list of bits, URIs and keys. A fault never carries the code itself. Next:
//! [`super::scheme`].

use crate::gs1::Gs1Fault;

/// Why bits or a text are not a product code, or a key cannot become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EpcFault {
    /// Something that is no hexadecimal digit.
    #[error("code has a character that is not hexadecimal")]
    NotHexadecimal,
    /// Fewer or more bits than the scheme has.
    #[error("code has {bytes} bytes, which its scheme does not allow")]
    LengthInvalid {
        /// How many there were.
        bytes: usize,
    },
    /// The first byte names no scheme that is spoken here.
    #[error("header {header:#04x} names no known scheme")]
    HeaderUnknown {
        /// The first byte.
        header: u8,
    },
    /// The partition is 7, which divides nothing.
    #[error("partition is invalid")]
    PartitionInvalid,
    /// A company prefix that is no number of 6 to 12 digits, or does not fit its bits.
    #[error("company prefix is invalid")]
    CompanyInvalid,
    /// A reference that is no number or does not fill up the company prefix.
    #[error("reference does not fit the company prefix")]
    ReferenceInvalid,
    /// A serial that the scheme cannot hold.
    #[error("serial does not fit the scheme")]
    SerialInvalid,
    /// A filter that is not one digit from 0 to 7.
    #[error("filter is not 0 to 7")]
    FilterInvalid,
    /// Bits that must be zero are not.
    #[error("bits after the code are not zero")]
    PaddingInvalid,
    /// A text that is no such URI.
    #[error("text is no uri of a known scheme")]
    UriInvalid,
    /// A scheme of another kind of key.
    #[error("scheme does not belong to this kind of key")]
    SchemeInvalid,
    /// The elements name no such key, or lack its serial.
    #[error("elements name no key with a serial")]
    KeyMissing,
    /// A key or element is wrong by itself.
    #[error(transparent)]
    Key(#[from] Gs1Fault),
}

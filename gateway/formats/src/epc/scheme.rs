//! The five binary schemes: which header, how many bits, which kind of serial.
//!
//! Owns their constants. Source: EPC Tag Data Standard, header values and coding tables. Next:
//! `partition.rs`.

use super::fault::EpcFault;
use super::identity::Kind;

/// A way of writing a code into a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Trade item with a numeric serial.
    Sgtin96,
    /// Trade item with a serial of characters.
    Sgtin198,
    /// Location with a numeric extension.
    Sgln96,
    /// Location with an extension of characters.
    Sgln195,
    /// Logistic unit.
    Sscc96,
}

/// What a scheme keeps after company and reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// A number of so many bits.
    Number { bits: u32 },
    /// Twenty characters of seven bits.
    Characters,
    /// So many zero bits.
    Reserved { bits: u32 },
}

impl Scheme {
    /// All of them.
    pub(super) const ALL: [Self; 5] =
        [Self::Sgtin96, Self::Sgtin198, Self::Sgln96, Self::Sgln195, Self::Sscc96];

    /// Returns the first byte of the binary form.
    #[must_use]
    pub const fn header(self) -> u8 {
        match self {
            Self::Sgtin96 => 0x30,
            Self::Sscc96 => 0x31,
            Self::Sgln96 => 0x32,
            Self::Sgtin198 => 0x36,
            Self::Sgln195 => 0x39,
        }
    }

    /// Returns the name in a tag URI.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sgtin96 => "sgtin-96",
            Self::Sgtin198 => "sgtin-198",
            Self::Sgln96 => "sgln-96",
            Self::Sgln195 => "sgln-195",
            Self::Sscc96 => "sscc-96",
        }
    }

    /// Returns the kind of key.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Sgtin96 | Self::Sgtin198 => Kind::Sgtin,
            Self::Sgln96 | Self::Sgln195 => Kind::Sgln,
            Self::Sscc96 => Kind::Sscc,
        }
    }

    /// Returns the bits of the code itself, without the zeros that fill up the tag's last word.
    #[must_use]
    pub const fn bits(self) -> usize {
        match self {
            Self::Sgtin96 | Self::Sgln96 | Self::Sscc96 => 96,
            Self::Sgtin198 => 198,
            Self::Sgln195 => 195,
        }
    }

    /// Returns the bytes of the binary form, which is a whole number of 16-bit words.
    #[must_use]
    pub const fn bytes(self) -> usize {
        self.bits().div_ceil(16).saturating_mul(2)
    }

    pub(super) const fn tail(self) -> Tail {
        match self {
            Self::Sgtin96 => Tail::Number { bits: 38 },
            Self::Sgln96 => Tail::Number { bits: 41 },
            Self::Sgtin198 | Self::Sgln195 => Tail::Characters,
            Self::Sscc96 => Tail::Reserved { bits: 24 },
        }
    }

    pub(super) fn from_header(header: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.header() == header)
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }
}

/// What a tag is on: 0 for all others, 1 a retail item, 2 a case, and so on by scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Filter(u8);

impl Filter {
    /// Takes a number from 0 to 7.
    ///
    /// # Errors
    /// [`EpcFault::FilterInvalid`] above 7.
    pub const fn new(value: u8) -> Result<Self, EpcFault> {
        if value <= 7 { Ok(Self(value)) } else { Err(EpcFault::FilterInvalid) }
    }

    /// Returns the number.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }
}

//! A code as it is written into a tag: scheme, filter and identity.
//!
//! Owns the binary form. Trusts no bit: every number must fit its digits, every reserved bit must
//! be zero. Source: EPC Tag Data Standard, EPC binary encoding. Next: [`super::gs1_keys`].

use super::bits::{Reader, Writer};
use super::fault::EpcFault;
use super::identity::Identity;
use super::partition;
use super::scheme::{Filter, Scheme, Tail};
use super::serial::Serial;

/// Bits of header, filter and partition.
const HEADER_BITS: u32 = 8;
const FILTER_BITS: u32 = 3;
const PARTITION_BITS: u32 = 3;

/// The content of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    scheme: Scheme,
    filter: Filter,
    identity: Identity,
}

impl Tag {
    /// Puts an identity into a scheme.
    ///
    /// # Errors
    /// [`EpcFault::SchemeInvalid`] when the scheme is for another kind of key, and
    /// [`EpcFault::SerialInvalid`] when a numeric scheme cannot hold the serial.
    pub fn new(scheme: Scheme, filter: Filter, identity: Identity) -> Result<Self, EpcFault> {
        if identity.kind() != scheme.kind() {
            return Err(EpcFault::SchemeInvalid);
        }
        if let (Tail::Number { bits }, Some(serial)) = (scheme.tail(), identity.serial()) {
            serial.number(bits).ok_or(EpcFault::SerialInvalid)?;
        }
        Ok(Self { scheme, filter, identity })
    }

    /// Returns the scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Returns the filter.
    #[must_use]
    pub const fn filter(&self) -> Filter {
        self.filter
    }

    /// Returns what the tag names.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns what the tag names, alone.
    #[must_use]
    pub fn into_identity(self) -> Identity {
        self.identity
    }

    /// Reads the bytes of a tag, a whole number of 16-bit words.
    ///
    /// # Errors
    /// [`EpcFault::LengthInvalid`], [`EpcFault::HeaderUnknown`], [`EpcFault::PartitionInvalid`],
    /// [`EpcFault::CompanyInvalid`], [`EpcFault::ReferenceInvalid`], [`EpcFault::SerialInvalid`]
    /// and [`EpcFault::PaddingInvalid`].
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, EpcFault> {
        let length = EpcFault::LengthInvalid { bytes: bytes.len() };
        let header = *bytes.first().ok_or(length)?;
        let scheme = Scheme::from_header(header).ok_or(EpcFault::HeaderUnknown { header })?;
        if bytes.len() != scheme.bytes() {
            return Err(length);
        }
        let mut bits = Reader::new(bytes.get(1..).unwrap_or_default());
        let filter = small(&mut bits, FILTER_BITS).ok_or(length)?;
        let partition = small(&mut bits, PARTITION_BITS).ok_or(length)?;
        let division = partition::by_partition(scheme.kind(), partition);
        let division = division.ok_or(EpcFault::PartitionInvalid)?;
        let company = digits(&mut bits, division.company_bits, division.company_digits);
        let reference = digits(&mut bits, division.reference_bits, division.reference_digits);
        let company = company.ok_or(EpcFault::CompanyInvalid)?;
        let reference = reference.ok_or(EpcFault::ReferenceInvalid)?;
        let serial = match scheme.tail() {
            Tail::Number { bits: width } => {
                Some(Serial::from_number(bits.take(width).ok_or(length)?))
            }
            Tail::Characters => Some(Serial::read(&mut bits)?),
            Tail::Reserved { .. } => None,
        };
        if !bits.rest_is_zero() {
            return Err(EpcFault::PaddingInvalid);
        }
        let identity = Identity::new(scheme.kind(), &company, &reference, serial)?;
        Self::new(scheme, Filter::new(filter)?, identity)
    }

    /// Writes the bytes of a tag.
    ///
    /// # Errors
    /// None for a tag that was made by this type; the checks are made again on the way.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EpcFault> {
        let division = self.identity.division()?;
        let mut bits = Writer::default();
        bits.put(u64::from(self.scheme.header()), HEADER_BITS);
        bits.put(u64::from(self.filter.value()), FILTER_BITS);
        bits.put(u64::from(division.partition), PARTITION_BITS);
        let company = number(self.identity.company()).ok_or(EpcFault::CompanyInvalid)?;
        bits.put(company, division.company_bits);
        let reference = number(self.identity.reference()).ok_or(EpcFault::ReferenceInvalid)?;
        bits.put(reference, division.reference_bits);
        match (self.scheme.tail(), self.identity.serial()) {
            (Tail::Number { bits: width }, Some(serial)) => {
                bits.put(serial.number(width).ok_or(EpcFault::SerialInvalid)?, width);
            }
            (Tail::Characters, Some(serial)) => serial.write(&mut bits),
            (Tail::Reserved { bits: width }, None) => bits.put(0, width),
            (Tail::Number { .. } | Tail::Characters, None) | (Tail::Reserved { .. }, Some(_)) => {
                return Err(EpcFault::SerialInvalid);
            }
        }
        Ok(bits.filled_to(self.scheme.bytes()))
    }

    /// Reads the hexadecimal digits of a tag.
    ///
    /// # Errors
    /// [`EpcFault::NotHexadecimal`], and as [`Self::parse_bytes`].
    pub fn parse_hex(text: &str) -> Result<Self, EpcFault> {
        let pairs = text.as_bytes().chunks_exact(2);
        let odd = !pairs.remainder().is_empty();
        let bytes: Option<Vec<u8>> = pairs.map(hex_pair).collect();
        let bytes = bytes.ok_or(EpcFault::NotHexadecimal)?;
        if odd {
            return Err(EpcFault::LengthInvalid { bytes: bytes.len() });
        }
        Self::parse_bytes(&bytes)
    }

    /// Writes the hexadecimal digits of a tag, in capital letters.
    ///
    /// # Errors
    /// As [`Self::to_bytes`].
    pub fn to_hex(&self) -> Result<String, EpcFault> {
        let bytes = self.to_bytes()?;
        Ok(bytes.iter().map(|byte| format!("{byte:02X}")).collect())
    }
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    pair.iter().try_fold(0_u8, |value, digit| {
        let nibble = u8::try_from(char::from(*digit).to_digit(16)?).ok()?;
        Some((value << 4) | nibble)
    })
}

fn small(bits: &mut Reader<'_>, width: u32) -> Option<u8> {
    bits.take(width).and_then(|value| u8::try_from(value).ok())
}

/// Reads a number and writes it with exactly this many digits, or nothing when it has more.
fn digits(bits: &mut Reader<'_>, width: u32, length: usize) -> Option<String> {
    let value = bits.take(width)?;
    if length == 0 {
        return (value == 0).then(String::new);
    }
    let text = format!("{value:0length$}");
    (text.len() == length).then_some(text)
}

/// The number of some digits; no digits are zero.
fn number(digits: &str) -> Option<u64> {
    if digits.is_empty() { Some(0) } else { digits.parse().ok() }
}

//! How the bits are divided between company and reference.
//!
//! Owns the partition tables. Source: EPC Tag Data Standard, partition tables of SGTIN, SGLN and
//! SSCC. Next: [`super::serial`].

use super::identity::Kind;

/// Digits of the longest company prefix, which has partition 0.
pub(super) const COMPANY_DIGITS_MAX: usize = 12;
/// Digits of the shortest company prefix, which has partition 6.
pub(super) const COMPANY_DIGITS_MIN: usize = 6;

/// Bits of the company prefix by partition.
const COMPANY_BITS: [u32; 7] = [40, 37, 34, 30, 27, 24, 20];

/// Bits that company and reference have together.
const fn shared_bits(kind: Kind) -> u32 {
    match kind {
        Kind::Sgtin => 44,
        Kind::Sgln => 41,
        Kind::Sscc => 58,
    }
}

/// Digits that company and reference have together.
pub(super) const fn shared_digits(kind: Kind) -> usize {
    match kind {
        Kind::Sgtin => 13,
        Kind::Sgln => 12,
        Kind::Sscc => 17,
    }
}

/// One division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Division {
    pub(super) partition: u8,
    pub(super) company_bits: u32,
    pub(super) company_digits: usize,
    pub(super) reference_bits: u32,
    pub(super) reference_digits: usize,
}

/// Returns the division of a partition; there are seven.
pub(super) fn by_partition(kind: Kind, partition: u8) -> Option<Division> {
    let company_bits = *COMPANY_BITS.get(usize::from(partition))?;
    let company_digits = COMPANY_DIGITS_MAX.checked_sub(usize::from(partition))?;
    Some(Division {
        partition,
        company_bits,
        company_digits,
        reference_bits: shared_bits(kind).checked_sub(company_bits)?,
        reference_digits: shared_digits(kind).checked_sub(company_digits)?,
    })
}

/// Returns the division for a company prefix of this many digits.
pub(super) fn by_company(kind: Kind, digits: usize) -> Option<Division> {
    let partition = COMPANY_DIGITS_MAX.checked_sub(digits)?;
    by_partition(kind, u8::try_from(partition).ok()?)
}

//! The two coupon codes of North America: digits whose parts say their own length.
//!
//! Owns the order of the parts and what each may be. Source: GS1 North American Coupon Application
//! Guideline, and the AI 8110 and 8112 of the General Specifications. Nothing comes after this.

use super::{date, digits, fault::CheckFault};
use std::fmt;

/// A part of a coupon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CouponPart {
    /// The first digit of a positive offer coupon.
    Format,
    /// Who pays for the offer.
    Funder,
    /// The company prefix of the first, second or third purchase.
    Company(u8),
    /// The six digits of the offer.
    OfferCode,
    /// How much is saved.
    SaveValue,
    /// How much must be bought, of the first, second or third purchase.
    Requirement(u8),
    /// In which unit the requirement is counted.
    RequirementCode(u8),
    /// The family of the goods.
    FamilyCode(u8),
    /// How the purchases are combined.
    RulesCode,
    /// The last day.
    ExpirationDate,
    /// The first day.
    StartDate,
    /// The serial number.
    SerialNumber,
    /// The retailer's prefix or location.
    Retailer,
    /// How the saving is reckoned.
    SaveValueCode,
    /// To which purchase the saving applies.
    AppliesToItem,
    /// Whether the coupon is the store's own.
    StoreFlag,
    /// Whether the coupon may be multiplied.
    MultiplyFlag,
    /// What follows the known parts.
    Excess,
}

/// What is wrong with a part of a coupon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CouponFault {
    /// The data ends before it.
    Missing,
    /// The data ends before the digit that says its length.
    LengthMissing,
    /// The digit that says its length is out of range.
    LengthInvalid,
    /// The data ends inside it.
    Truncated,
    /// It is none of its values.
    Invalid,
    /// It ends before it begins.
    BeforeStart,
    /// It should not be there.
    Unexpected,
}

impl fmt::Display for CouponPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Display for CouponFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Examines a coupon of AI 8110.
pub(super) fn coupon(own: &[u8]) -> Result<(), CheckFault> {
    let mut rest = Rest::new(own)?;
    let company = rest.sized(CouponPart::Company(1), b'0'..=b'6', 6)?;
    digits::company_prefix(company)?;
    rest.take(CouponPart::OfferCode, 6)?;
    rest.sized(CouponPart::SaveValue, b'1'..=b'5', 0)?;
    rest.requirement(1)?;
    if rest.option(b'1') {
        rest.code(CouponPart::RulesCode, b"0123")?;
        rest.requirement(2)?;
        rest.company(2)?;
    }
    if rest.option(b'2') {
        rest.requirement(3)?;
        rest.company(3)?;
    }
    let expires =
        if rest.option(b'3') { Some(rest.date(CouponPart::ExpirationDate)?) } else { None };
    if rest.option(b'4') {
        let starts = rest.date(CouponPart::StartDate)?;
        if expires.is_some_and(|expires| starts > expires) {
            return Err(wrong(CouponPart::ExpirationDate, CouponFault::BeforeStart));
        }
    }
    if rest.option(b'5') {
        rest.sized(CouponPart::SerialNumber, b'0'..=b'9', 6)?;
    }
    if rest.option(b'6') {
        let retailer = rest.sized(CouponPart::Retailer, b'1'..=b'7', 6)?;
        digits::company_prefix(retailer)?;
    }
    if rest.option(b'9') {
        rest.code(CouponPart::SaveValueCode, b"01256")?;
        rest.code(CouponPart::AppliesToItem, b"012")?;
        rest.code(CouponPart::StoreFlag, b"0123456789")?;
        rest.code(CouponPart::MultiplyFlag, b"01")?;
    }
    rest.end()
}

/// Examines a coupon of AI 8112.
pub(super) fn offer(own: &[u8]) -> Result<(), CheckFault> {
    let mut rest = Rest::new(own)?;
    rest.code(CouponPart::Format, b"01")?;
    rest.sized(CouponPart::Funder, b'0'..=b'6', 6)?;
    rest.take(CouponPart::OfferCode, 6)?;
    rest.sized(CouponPart::SerialNumber, b'0'..=b'9', 6)?;
    rest.end()
}

const fn wrong(part: CouponPart, fault: CouponFault) -> CheckFault {
    CheckFault::Coupon { part, fault }
}

/// What of a coupon is not yet read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn new(own: &'a [u8]) -> Result<Self, CheckFault> {
        if own.iter().all(u8::is_ascii_digit) {
            return Ok(Self(own));
        }
        Err(CheckFault::NonDigitCharacter)
    }

    fn digit(&mut self) -> Option<u8> {
        let (digit, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*digit)
    }

    /// Reads the digit that opens an optional part, when it is this one.
    fn option(&mut self, opening: u8) -> bool {
        let rest = self.0.strip_prefix(&[opening]);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn take(&mut self, part: CouponPart, count: usize) -> Result<&'a [u8], CheckFault> {
        let cut = self.0.split_at_checked(count).ok_or(wrong(part, CouponFault::Truncated))?;
        self.0 = cut.1;
        Ok(cut.0)
    }

    fn code(&mut self, part: CouponPart, allowed: &[u8]) -> Result<(), CheckFault> {
        let code = self.digit().ok_or(wrong(part, CouponFault::Missing))?;
        if allowed.contains(&code) { Ok(()) } else { Err(wrong(part, CouponFault::Invalid)) }
    }

    /// Reads a digit that says how many follow beyond a base, and those.
    fn sized(
        &mut self,
        part: CouponPart,
        allowed: std::ops::RangeInclusive<u8>,
        base: usize,
    ) -> Result<&'a [u8], CheckFault> {
        let size = self.digit().ok_or(wrong(part, CouponFault::LengthMissing))?;
        if !allowed.contains(&size) {
            return Err(wrong(part, CouponFault::LengthInvalid));
        }
        self.take(part, usize::from(size & 0x0F).saturating_add(base))
    }

    fn requirement(&mut self, nth: u8) -> Result<(), CheckFault> {
        self.sized(CouponPart::Requirement(nth), b'1'..=b'5', 0)?;
        self.code(CouponPart::RequirementCode(nth), b"012349")?;
        self.take(CouponPart::FamilyCode(nth), 3).map(|_| ())
    }

    /// Reads the company of a further purchase; length 9 says that it is the first one's.
    fn company(&mut self, nth: u8) -> Result<(), CheckFault> {
        if self.option(b'9') {
            return Ok(());
        }
        let company = self.sized(CouponPart::Company(nth), b'0'..=b'6', 6)?;
        digits::company_prefix(company)
    }

    fn date(&mut self, part: CouponPart) -> Result<&'a [u8], CheckFault> {
        let day = self.take(part, 6)?;
        date::date(day).map_err(|_| wrong(part, CouponFault::Invalid))?;
        Ok(day)
    }

    const fn end(&self) -> Result<(), CheckFault> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(wrong(CouponPart::Excess, CouponFault::Unexpected))
    }
}

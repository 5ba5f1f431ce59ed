//! The values of the table, by name: which parts they are built of.
//!
//! Owns the constants that the rows of [`super::dictionary`] use; each name says what the value is
//! or, for plain ones, its characters and length. Source: GS1 General Specifications, section 3.

use super::check::Check;
use super::shape::{Charset, Part};

const fn n(length: usize) -> Part {
    Part::exactly(Charset::Digits, length)
}

const fn n_to(most: usize) -> Part {
    Part::up_to(Charset::Digits, most)
}

const fn x(length: usize) -> Part {
    Part::exactly(Charset::Set82, length)
}

const fn x_to(most: usize) -> Part {
    Part::up_to(Charset::Set82, most)
}

const fn y_to(most: usize) -> Part {
    Part::up_to(Charset::Set39, most)
}

const fn z_to(most: usize) -> Part {
    Part::up_to(Charset::Set64, most)
}

pub(super) const SSCC: &[Part] = &[n(18).checked(&[Check::CheckDigit, Check::CompanyPrefixSecond])];
pub(super) const GTIN: &[Part] = &[n(14).checked(&[Check::CheckDigit, Check::CompanyPrefixSecond])];
pub(super) const X_TO_20: &[Part] = &[x_to(20)];
pub(super) const DAY_OR_MONTH: &[Part] = &[n(6).checked(&[Check::DateOrMonth])];
pub(super) const N_2: &[Part] = &[n(2)];
pub(super) const X_TO_28: &[Part] = &[x_to(28)];
pub(super) const X_TO_30: &[Part] = &[x_to(30)];
pub(super) const N_TO_6: &[Part] = &[n_to(6)];
pub(super) const GDTI: &[Part] =
    &[n(13).checked(&[Check::CheckDigit, Check::CompanyPrefix]), x_to(17).optional()];
pub(super) const GCN: &[Part] =
    &[n(13).checked(&[Check::CheckDigit, Check::CompanyPrefix]), n_to(12).optional()];
pub(super) const N_TO_8: &[Part] = &[n_to(8)];
pub(super) const N_6: &[Part] = &[n(6)];
pub(super) const N_TO_15: &[Part] = &[n_to(15)];
pub(super) const AMOUNT_WITH_CURRENCY: &[Part] = &[n(3).checked(&[Check::Currency]), n_to(15)];
pub(super) const N_4: &[Part] = &[n(4)];
pub(super) const COMPANY_AND_REFERENCE: &[Part] = &[x_to(30).checked(&[Check::CompanyPrefix])];
pub(super) const GSIN: &[Part] = &[n(17).checked(&[Check::CheckDigit, Check::CompanyPrefix])];
pub(super) const GLN: &[Part] = &[n(13).checked(&[Check::CheckDigit, Check::CompanyPrefix])];
pub(super) const COUNTRY_AND_POST_CODE: &[Part] = &[n(3).checked(&[Check::Country]), x_to(9)];
pub(super) const COUNTRY: &[Part] = &[n(3).checked(&[Check::Country])];
pub(super) const COUNTRIES: &[Part] = &[
    n(3).checked(&[Check::Country]),
    n(3).checked(&[Check::Country]).optional(),
    n(3).checked(&[Check::Country]).optional(),
    n(3).checked(&[Check::Country]).optional(),
    n(3).checked(&[Check::Country]).optional(),
];
pub(super) const X_TO_3: &[Part] = &[x_to(3)];
pub(super) const ESCAPED_X_TO_35: &[Part] = &[x_to(35).checked(&[Check::PercentEncoding])];
pub(super) const ESCAPED_X_TO_70: &[Part] = &[x_to(70).checked(&[Check::PercentEncoding])];
pub(super) const COUNTRY_LETTERS: &[Part] = &[x(2).checked(&[Check::CountryLetters])];
pub(super) const COORDINATES: &[Part] =
    &[n(10).checked(&[Check::Latitude]), n(10).checked(&[Check::Longitude])];
pub(super) const FLAG: &[Part] = &[n(1).checked(&[Check::YesNo])];
pub(super) const DAY_AND_TIME: &[Part] =
    &[n(6).checked(&[Check::DateOrMonth]), n(4).checked(&[Check::HourMinute])];
pub(super) const DAY: &[Part] = &[n(6).checked(&[Check::Date])];
pub(super) const TEMPERATURE: &[Part] = &[n(6), x(1).checked(&[Check::Hyphen]).optional()];
pub(super) const N_13: &[Part] = &[n(13)];
pub(super) const EXACT_DAY_AND_TIME: &[Part] =
    &[n(6).checked(&[Check::Date]), n(4).checked(&[Check::HourMinute])];
pub(super) const N_TO_4: &[Part] = &[n_to(4)];
pub(super) const X_TO_12: &[Part] = &[x_to(12)];
pub(super) const DAY_OR_DAYS: &[Part] =
    &[n(6).checked(&[Check::Date]), n(6).checked(&[Check::Date]).optional()];
pub(super) const X_TO_10: &[Part] = &[x_to(10)];
pub(super) const X_TO_2: &[Part] = &[x_to(2)];
pub(super) const DAY_OR_TIME: &[Part] =
    &[n(6).checked(&[Check::Date]), n(4).checked(&[Check::HourMinute]).optional()];
pub(super) const PROCESSOR: &[Part] = &[n(3).checked(&[Check::CountryOr999]), x_to(27)];
pub(super) const IMPORTER: &[Part] = &[n(1), x(1), x(1), x(1).checked(&[Check::ImporterIndex])];
pub(super) const PACKAGE: &[Part] = &[x_to(4).checked(&[Check::PackageType])];
pub(super) const CERTIFICATE: &[Part] = &[x(2), x_to(28)];
pub(super) const MEDIA_TYPE: &[Part] = &[n(2).checked(&[Check::MediaType])];
pub(super) const X_TO_25: &[Part] = &[x_to(25)];
pub(super) const BIRTH_DAY: &[Part] = &[n(8).checked(&[Check::LongDate])];
pub(super) const BIRTH_TIME: &[Part] =
    &[n(8).checked(&[Check::LongDate]), n(4).checked(&[Check::HourMinute])];
pub(super) const SEX: &[Part] = &[n(1).checked(&[Check::BiologicalSex])];
pub(super) const ESCAPED_X_TO_40: &[Part] = &[x_to(40).checked(&[Check::PercentEncoding])];
pub(super) const ESCAPED_X_TO_90: &[Part] = &[x_to(90).checked(&[Check::PercentEncoding])];
pub(super) const BIRTH_SEQUENCE: &[Part] = &[x(3).checked(&[Check::PositionInSequence])];
pub(super) const ROLL: &[Part] = &[
    n(4).checked(&[Check::NonZero]),
    n(5).checked(&[Check::NonZero]),
    n(3).checked(&[Check::NonZero]),
    n(1).checked(&[Check::Winding]),
    n(1),
];
pub(super) const GRAI: &[Part] = &[
    n(1).checked(&[Check::Zero]),
    n(13).checked(&[Check::CheckDigit, Check::CompanyPrefix]),
    x_to(16).optional(),
];
pub(super) const ITIP: &[Part] = &[
    n(14).checked(&[Check::CheckDigit, Check::CompanyPrefixSecond]),
    n(4).checked(&[Check::PieceOfTotal]),
];
pub(super) const IBAN: &[Part] = &[x_to(34).checked(&[Check::Iban])];
pub(super) const PRODUCTION_TIME: &[Part] = &[
    n(6).checked(&[Check::Date]),
    n(2).checked(&[Check::Hour]),
    n(2).checked(&[Check::Minute]).optional(),
    n(2).checked(&[Check::Second]).optional(),
];
pub(super) const X_TO_50: &[Part] = &[x_to(50)];
pub(super) const CPID: &[Part] = &[y_to(30).checked(&[Check::CompanyPrefix])];
pub(super) const CPID_SERIAL: &[Part] = &[n_to(12).checked(&[Check::NoZeroPrefix])];
pub(super) const GMN: &[Part] = &[x_to(25).checked(&[Check::CheckPair, Check::CompanyPrefix])];
pub(super) const MUDI: &[Part] =
    &[x_to(25).checked(&[Check::CheckPair, Check::CompanyPrefix, Check::NonDigit])];
pub(super) const GSRN: &[Part] = &[n(18).checked(&[Check::CheckDigit, Check::CompanyPrefix])];
pub(super) const N_TO_10: &[Part] = &[n_to(10)];
pub(super) const SIGNATURE: &[Part] = &[z_to(90)];
pub(super) const N_15: &[Part] = &[n(15)];
pub(super) const N_32: &[Part] = &[n(32)];
pub(super) const PSIM: &[Part] = &[n(18), n_to(2).optional()];
pub(super) const COUPON: &[Part] = &[x_to(70).checked(&[Check::Coupon])];
pub(super) const COUPON_OFFER: &[Part] = &[x_to(70).checked(&[Check::CouponOffer])];
pub(super) const X_TO_70: &[Part] = &[x_to(70)];
pub(super) const X_TO_90: &[Part] = &[x_to(90)];

//! What the content of a part must satisfy beyond its characters and length.
//!
//! Owns the list of checks and the list of what they find; each kind has a file of its own.
//! The names follow the reference tests of the GS1 Barcode Syntax Dictionary, so that a finding can
//! be compared with them word for word. Next: [`super::rule`].

mod charset;
mod coupon;
mod date;
mod digits;
mod fault;
mod iban;
mod lists;
mod package;
mod text;

pub use coupon::{CouponFault, CouponPart};
pub use fault::CheckFault;

pub(crate) use charset::is_set82;
pub(super) use digits::{check_digit, is_right};

/// One demand on the content of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The last digit is the modulo 10 check digit.
    CheckDigit,
    /// The last two characters are the check pair of a Global Model Number.
    CheckPair,
    /// A GS1 Company Prefix begins at the first character.
    CompanyPrefix,
    /// A GS1 Company Prefix begins at the second character.
    CompanyPrefixSecond,
    /// There is a character that is no digit.
    NonDigit,
    /// `YYMMDD`.
    Date,
    /// `YYMMDD`, where the day may be `00`.
    DateOrMonth,
    /// `YYYYMMDD`.
    LongDate,
    /// `HHMM`.
    HourMinute,
    /// `HH`.
    Hour,
    /// `MM`.
    Minute,
    /// `SS`.
    Second,
    /// A number of ISO 3166-1.
    Country,
    /// A number of ISO 3166-1, or `999` for several countries.
    CountryOr999,
    /// Two letters of ISO 3166-1.
    CountryLetters,
    /// A number of ISO 4217.
    Currency,
    /// An account number of ISO 13616.
    Iban,
    /// Each percent sign begins a hexadecimal escape.
    PercentEncoding,
    /// The importer index of a unique identification code.
    ImporterIndex,
    /// Not all zeros.
    NonZero,
    /// Zero.
    Zero,
    /// No zero in front.
    NoZeroPrefix,
    /// `0` or `1`.
    YesNo,
    /// The winding direction of a roll.
    Winding,
    /// A piece number and the total, each half of the digits.
    PieceOfTotal,
    /// Degrees of latitude plus 90, in ten millionths.
    Latitude,
    /// Degrees of longitude plus 180, in ten millionths.
    Longitude,
    /// The kind of carrier of a patient's or professional's number.
    MediaType,
    /// Only hyphens.
    Hyphen,
    /// A code of ISO/IEC 5218.
    BiologicalSex,
    /// A position, a slash and the end of the sequence.
    PositionInSequence,
    /// A code of the UNECE list of packages as GS1 keeps it.
    PackageType,
    /// A North American coupon code.
    Coupon,
    /// A North American positive offer file coupon.
    CouponOffer,
}

impl Check {
    /// Says whether the content satisfies this demand.
    ///
    /// # Errors
    /// The [`CheckFault`] that names what is wrong.
    pub fn examine(self, own: &[u8]) -> Result<(), CheckFault> {
        match self {
            Self::CheckDigit => digits::check_digit_right(own),
            Self::CheckPair => digits::check_pair_right(own),
            Self::CompanyPrefix => digits::company_prefix(own),
            Self::CompanyPrefixSecond => digits::company_prefix(own.get(1..).unwrap_or_default()),
            Self::NonZero => digits::non_zero(own),
            Self::Zero => digits::zero(own),
            Self::NoZeroPrefix => digits::no_zero_prefix(own),
            Self::PieceOfTotal => digits::piece_of_total(own),
            Self::Latitude => digits::latitude(own),
            Self::Longitude => digits::longitude(own),
            Self::Date => date::date(own),
            Self::DateOrMonth => date::date_or_month(own),
            Self::LongDate => date::long_date(own),
            Self::HourMinute => date::hour_minute(own),
            Self::Hour => date::hour(own),
            Self::Minute => date::minute(own),
            Self::Second => date::second(own),
            Self::Country => lists::country(own),
            Self::CountryOr999 => lists::country_or_999(own),
            Self::CountryLetters => lists::country_letters(own),
            Self::Currency => lists::currency(own),
            Self::Iban => iban::account(own),
            Self::PackageType => package::package_type(own),
            Self::Coupon => coupon::coupon(own),
            Self::CouponOffer => coupon::offer(own),
            Self::NonDigit => text::non_digit(own),
            Self::PercentEncoding => text::percent_encoded(own),
            Self::ImporterIndex => text::importer_index(own),
            Self::YesNo => text::yes_no(own),
            Self::Winding => text::winding(own),
            Self::MediaType => text::media_type(own),
            Self::Hyphen => text::hyphen(own),
            Self::BiologicalSex => text::biological_sex(own),
            Self::PositionInSequence => text::position_in_sequence(own),
        }
    }
}

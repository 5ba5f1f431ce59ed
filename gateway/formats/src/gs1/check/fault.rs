//! What a check finds.
//!
//! Owns one list for all checks, without places and without values. Next: the checks themselves,
//! beginning with [`super::digits`].

use super::coupon::{CouponFault, CouponPart};

/// What is wrong with the content of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckFault {
    /// A character that is no digit.
    #[error("a character is no digit")]
    NonDigitCharacter,
    /// A character outside set 82.
    #[error("a character is outside set 82")]
    InvalidCset82Character,
    /// A character outside set 39.
    #[error("a character is outside set 39")]
    InvalidCset39Character,
    /// A character outside set 64.
    #[error("a character is outside set 64")]
    InvalidCset64Character,
    /// Padding of set 64 that does not fit the length.
    #[error("padding does not fit the length")]
    InvalidCset64Padding,
    /// The check digit disagrees.
    #[error("check digit is wrong")]
    IncorrectCheckDigit,
    /// Too short to hold a check digit.
    #[error("too short for a check digit")]
    TooShortForCheckDigit,
    /// The check pair disagrees.
    #[error("check pair is wrong")]
    IncorrectCheckPair,
    /// Too short to hold a check pair.
    #[error("too short for a check pair")]
    TooShortForCheckPair,
    /// Longer than the check pair is defined for.
    #[error("too long for a check pair")]
    TooLongForCheckPair,
    /// Too short to hold a company prefix.
    #[error("too short for a company prefix")]
    TooShortForGcp,
    /// The company prefix is not numeric.
    #[error("company prefix is invalid")]
    InvalidGcpPrefix,
    /// The importer index is none of its characters.
    #[error("importer index is invalid")]
    InvalidImportIdxCharacter,
    /// All zeros where that has no meaning.
    #[error("zero is not allowed")]
    IllegalZeroValue,
    /// Something else where only zero is allowed.
    #[error("only zero is allowed")]
    NotZero,
    /// A number with a zero in front.
    #[error("a zero in front is not allowed")]
    IllegalZeroPrefix,
    /// Neither `0` nor `1`.
    #[error("neither 0 nor 1")]
    NotZeroOrOne,
    /// No winding direction.
    #[error("winding direction is invalid")]
    InvalidWindingDirection,
    /// No country number.
    #[error("not a country number of iso 3166")]
    NotIso3166,
    /// No country number and not `999`.
    #[error("not a country number of iso 3166 or 999")]
    NotIso3166Or999,
    /// No country letters.
    #[error("not two letters of iso 3166")]
    NotIso3166Alpha2,
    /// No currency number.
    #[error("not a currency number of iso 4217")]
    NotIso4217,
    /// An account number that is too short.
    #[error("iban is too short")]
    IbanTooShort,
    /// An account number that is too long.
    #[error("iban is too long")]
    IbanTooLong,
    /// A character that no account number has.
    #[error("iban has a character that is not allowed")]
    InvalidIbanCharacter,
    /// An account number of no country.
    #[error("iban begins with no country")]
    IllegalIbanCountryCode,
    /// An account number whose check digits disagree.
    #[error("check digits of the iban are wrong")]
    IncorrectIbanChecksum,
    /// Fewer digits than a date has.
    #[error("date is too short")]
    DateTooShort,
    /// More digits than a date has.
    #[error("date is too long")]
    DateTooLong,
    /// No month of the year.
    #[error("month is invalid")]
    IllegalMonth,
    /// No day of that month.
    #[error("day is invalid")]
    IllegalDay,
    /// No hour of the day.
    #[error("hour is invalid")]
    IllegalHour,
    /// No minute of the hour.
    #[error("minute is invalid")]
    IllegalMinute,
    /// No second of the minute.
    #[error("second is invalid")]
    IllegalSecond,
    /// A time with too few or too many digits.
    #[error("time has a wrong length")]
    TimeLength,
    /// Piece and total of different lengths.
    #[error("piece and total differ in length")]
    InvalidLengthForPieceOfTotal,
    /// Piece number zero.
    #[error("piece number is zero")]
    ZeroPieceNumber,
    /// Total zero.
    #[error("total of pieces is zero")]
    ZeroTotalPieces,
    /// A piece beyond the total.
    #[error("piece number exceeds the total")]
    PieceNumberExceedsTotal,
    /// A percent sign without two hexadecimal digits.
    #[error("percent sequence is invalid")]
    InvalidPercentSequence,
    /// Beyond a pole, or not ten digits.
    #[error("latitude is out of range")]
    InvalidLatitude,
    /// Beyond the full circle, or not ten digits.
    #[error("longitude is out of range")]
    InvalidLongitude,
    /// No media type.
    #[error("media type is invalid")]
    InvalidMediaType,
    /// Something that is no hyphen.
    #[error("only hyphens are allowed")]
    NotHyphen,
    /// No code of ISO/IEC 5218.
    #[error("not a code of iso 5218")]
    InvalidBiologicalSexCode,
    /// Not a position, a slash and an end.
    #[error("position in sequence is malformed")]
    PositionInSequenceMalformed,
    /// A position beyond the end.
    #[error("position exceeds the end")]
    PositionExceedsEnd,
    /// Only digits where a letter or sign must be.
    #[error("a character that is no digit is needed")]
    RequiresNonDigitCharacter,
    /// No package type.
    #[error("package type is invalid")]
    InvalidPackageType,
    /// A coupon that is built wrongly.
    #[error("coupon: {part} {fault}")]
    Coupon {
        /// Which part of it.
        part: CouponPart,
        /// What is wrong with that part.
        fault: CouponFault,
    },
}

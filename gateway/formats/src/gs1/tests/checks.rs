//! Checks at their edges.

use crate::gs1::check::{Check, CheckFault, CouponFault, CouponPart};

fn found(check: Check, text: &str) -> Option<CheckFault> {
    check.examine(text.as_bytes()).err()
}

#[test]
fn check_pair_of_the_standard_example_is_right() {
    assert_eq!(found(Check::CheckPair, "1987654Ad4X4bL5ttr2310c2K"), None);
    assert_eq!(
        found(Check::CheckPair, "1987654Ad4X4bL5ttr2310c2L"),
        Some(CheckFault::IncorrectCheckPair)
    );
    assert_eq!(found(Check::CheckPair, "2"), Some(CheckFault::TooShortForCheckPair));
    assert_eq!(found(Check::CheckPair, &"2".repeat(26)), Some(CheckFault::TooLongForCheckPair));
}

#[test]
fn dates_know_months_and_leap_years() {
    assert_eq!(found(Check::Date, "240229"), None);
    assert_eq!(found(Check::Date, "230229"), Some(CheckFault::IllegalDay));
    assert_eq!(found(Check::Date, "000229"), None);
    assert_eq!(found(Check::Date, "260431"), Some(CheckFault::IllegalDay));
    assert_eq!(found(Check::Date, "260400"), Some(CheckFault::IllegalDay));
    assert_eq!(found(Check::DateOrMonth, "260400"), None);
    assert_eq!(found(Check::DateOrMonth, "261300"), Some(CheckFault::IllegalMonth));
    assert_eq!(found(Check::LongDate, "19000229"), Some(CheckFault::IllegalDay));
    assert_eq!(found(Check::LongDate, "20000229"), None);
}

#[test]
fn times_end_before_the_next_day() {
    assert_eq!(found(Check::HourMinute, "2359"), None);
    assert_eq!(found(Check::HourMinute, "2400"), Some(CheckFault::IllegalHour));
    assert_eq!(found(Check::HourMinute, "2360"), Some(CheckFault::IllegalMinute));
    assert_eq!(found(Check::Second, "60"), Some(CheckFault::IllegalSecond));
}

#[test]
fn account_numbers_are_reckoned_modulo_97() {
    assert_eq!(found(Check::Iban, "GB82WEST12345698765432"), None);
    assert_eq!(
        found(Check::Iban, "GB82WEST12345698765433"),
        Some(CheckFault::IncorrectIbanChecksum)
    );
    assert_eq!(
        found(Check::Iban, "XX82WEST12345698765432"),
        Some(CheckFault::IllegalIbanCountryCode)
    );
}

#[test]
fn percent_signs_begin_two_hexadecimal_digits() {
    assert_eq!(found(Check::PercentEncoding, "A%20B%fF"), None);
    assert_eq!(found(Check::PercentEncoding, "A%2"), Some(CheckFault::InvalidPercentSequence));
    assert_eq!(found(Check::PercentEncoding, "%%20"), Some(CheckFault::InvalidPercentSequence));
}

#[test]
fn coupon_says_which_part_is_wrong() {
    let whole = "0123456123456111101231121012390123456";
    let wrong = |part, fault| Some(CheckFault::Coupon { part, fault });

    assert_eq!(found(Check::Coupon, "012345612345611110123"), None);
    assert_eq!(
        found(Check::Coupon, &whole[..13]),
        wrong(CouponPart::SaveValue, CouponFault::LengthMissing)
    );
    assert_eq!(
        found(Check::Coupon, &whole[..12]),
        wrong(CouponPart::OfferCode, CouponFault::Truncated)
    );
    assert_eq!(
        found(Check::Coupon, "0123456123456111101237"),
        wrong(CouponPart::Excess, CouponFault::Unexpected)
    );
    assert_eq!(found(Check::CouponOffer, "2"), wrong(CouponPart::Format, CouponFault::Invalid));
}

#[test]
fn positions_are_compared_as_numbers() {
    assert_eq!(found(Check::PositionInSequence, "9/10"), None);
    assert_eq!(found(Check::PositionInSequence, "10/9"), Some(CheckFault::PositionExceedsEnd));
    assert_eq!(found(Check::PieceOfTotal, "0102"), None);
    assert_eq!(found(Check::PieceOfTotal, "0302"), Some(CheckFault::PieceNumberExceedsTotal));
}

#[test]
fn lists_hold_what_is_assigned() {
    for (check, known, unknown) in [
        (Check::Country, "410", "999"),
        (Check::CountryOr999, "999", "998"),
        (Check::CountryLetters, "KR", "ZZ"),
        (Check::Currency, "410", "411"),
        (Check::PackageType, "PX", "QZ"),
    ] {
        assert_eq!(found(check, known), None, "{known}");
        assert!(found(check, unknown).is_some(), "{unknown}");
    }
}

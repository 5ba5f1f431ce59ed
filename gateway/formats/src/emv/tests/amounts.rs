use crate::emv::Amount;

fn minor(text: &str, exponent: u8) -> Option<i64> {
    Amount::parse(text).and_then(|amount| amount.minor(exponent))
}

#[test]
fn amounts_are_read_into_minor_units_exactly() {
    assert_eq!(minor("23.72", 2), Some(2_372));
    assert_eq!(minor("98", 2), Some(9_800));
    assert_eq!(minor("98.", 2), Some(9_800));
    assert_eq!(minor("1.5", 3), Some(1_500));
    assert_eq!(minor("21090000", 0), Some(21_090_000));
    assert_eq!(minor("0.29", 2), Some(29));
    assert_eq!(minor("9999999999999", 2), Some(999_999_999_999_900));
}

#[test]
fn places_beyond_the_currency_are_taken_only_when_they_are_zeros() {
    assert_eq!(minor("1000.00", 0), Some(1_000));
    assert_eq!(minor("1000.50", 0), None);
    assert_eq!(minor("1.005", 2), None);
}

#[test]
fn what_is_no_amount_is_refused() {
    for text in ["", ".", ".5", "1.2.3", "1,5", "-1", "+1", " 1", "1e3", "１", "12345678901234"] {
        assert_eq!(Amount::parse(text), None, "{text}");
    }
}

#[test]
fn minor_units_are_written_with_all_places_of_the_currency() {
    let text = |minor, exponent| Amount::of_minor(minor, exponent).map(|amount| amount.to_string());

    assert_eq!(text(2_372, 2).as_deref(), Some("23.72"));
    assert_eq!(text(5, 2).as_deref(), Some("0.05"));
    assert_eq!(text(1_000, 0).as_deref(), Some("1000"));
    assert_eq!(text(1, 3).as_deref(), Some("0.001"));
    for (minor, exponent) in [(-1, 2), (i64::MAX, 2), (1_000_000_000_000, 2), (1, 20), (1, 255)] {
        assert_eq!(text(minor, exponent), None, "{minor} {exponent}");
    }
}

#[test]
fn a_conversion_out_of_range_is_no_amount() {
    assert_eq!(minor("9999999999999", 12), None);
    assert_eq!(minor("1", 255), None);
    assert_eq!(minor("0", 19), Some(0));
}

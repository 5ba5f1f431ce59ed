use crate::pan::{Brand, Pan, PanInvalid, luhn};

#[test]
fn the_check_digit_holds_or_not() {
    assert!(luhn::holds(b"4111111111111111"));
    assert!(!luhn::holds(b"4111111111111112"));
    for nothing in [&b""[..], b"0", b"411a", b" 18"] {
        assert!(!luhn::holds(nothing), "{nothing:?}");
    }
}

#[test]
fn the_check_digit_is_told() {
    assert_eq!(luhn::check_digit(b"411111111111111"), Some(b'1'));
    assert_eq!(luhn::check_digit(b"7992739871"), Some(b'3'));
    assert_eq!(luhn::check_digit(b"0"), Some(b'0'));
    assert_eq!(luhn::check_digit(b"4a"), None);
}

#[test]
fn a_number_in_groups_is_the_same_number() {
    let plain = Pan::parse("4929722653797141").unwrap();

    assert_eq!(Pan::parse("4929 7226 5379 7141"), Ok(plain.clone()));
    assert_eq!(Pan::parse("4929-7226-5379-7141"), Ok(plain.clone()));
    assert_eq!((plain.brand(), plain.reveal()), (Brand::Visa, &b"4929722653797141"[..]));
}

#[test]
fn what_is_no_card_number_is_refused_with_the_reason() {
    let refused = |text: &str| Pan::parse(text).unwrap_err();

    for text in
        ["", " 4111111111111111", "4111111111111111 ", "4111  111111111111", "4111111111111111x"]
    {
        assert_eq!(refused(text), PanInvalid::Character, "{text}");
    }
    assert_eq!(refused("41111111111"), PanInvalid::Length);
    assert_eq!(refused("375556917985515999999993"), PanInvalid::Length);
    assert_eq!(refused("4111111111111112"), PanInvalid::CheckDigit);
    assert_eq!(refused("2721465526338453"), PanInvalid::BrandUnknown);
}

#[test]
fn a_length_that_the_brand_does_not_have_is_refused() {
    let long = Pan::parse("54545454545454546");

    assert_eq!(long.unwrap_err(), PanInvalid::BrandUnknown);
}

#[test]
fn at_most_the_first_six_and_last_four_digits_are_printed() {
    let pan = Pan::parse("4111111111111111110").unwrap();

    assert_eq!(pan.to_string(), "411111*********1110");
    assert_eq!(format!("{pan:?}"), "Pan(411111*********1110)");
    assert_eq!(Pan::parse("378282246310005").unwrap().masked(), "37828******0005");
}

#[test]
fn of_a_short_number_six_digits_stay_hidden() {
    let pan = Pan::parse("630000000004");

    assert_eq!(pan.unwrap().masked(), "63******0004");
}

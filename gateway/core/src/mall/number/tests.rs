use super::*;

#[test]
fn a_business_number_is_read_with_or_without_hyphens() {
    let read = BusinessNumber::parse("000-12-34560").unwrap();

    assert_eq!(read.to_string(), "000-12-34560");
    assert_eq!(BusinessNumber::parse("0001234560"), Ok(read));
}

#[test]
fn every_mistyped_digit_of_a_business_number_is_noticed_but_those_that_weigh_the_same() {
    for wrong in ["000-12-34561", "000-12-34650", "010-12-34560"] {
        let refused = BusinessNumber::parse(wrong);
        assert_eq!(refused, Err(NumberInvalid::CheckDigit { kind: "business number" }), "{wrong}");
    }
}

#[test]
fn numbers_of_another_shape_are_refused() {
    for wrong in ["", "12345", "000-12-345600", "00012345６0", "0001234S60"] {
        assert!(
            matches!(BusinessNumber::parse(wrong), Err(NumberInvalid::Shape { .. })),
            "{wrong}"
        );
    }
    assert!(matches!(Gln::parse("950110100001"), Err(NumberInvalid::Shape { .. })));
    assert!(matches!(Gtin::parse("123456789"), Err(NumberInvalid::Shape { .. })));
}

#[test]
fn gs1_numbers_keep_their_check_digit() {
    assert!(Gln::parse("9501101000018").is_ok());
    // The example of the GS1 General Specifications, and the same as eight digits.
    for gtin in ["6291041500213", "96385074", "614141000036", "10614141000415"] {
        assert_eq!(Gtin::parse(gtin).unwrap().to_string(), gtin);
    }
    let wrong = Gtin::parse("6291041500214");
    assert_eq!(wrong, Err(NumberInvalid::CheckDigit { kind: "trade item number" }));
}

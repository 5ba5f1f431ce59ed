//! Product and shop numbers: what is read, and what is not.

use super::{Gln, Gtin, NumberInvalid, Serial};
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

#[test]
fn a_product_number_of_every_length_is_filled_with_zeros() {
    let eight = Gtin::parse("96385074").unwrap();
    let thirteen = Gtin::parse("8801234567893").unwrap();

    assert_eq!(eight.to_string(), "00000096385074");
    assert_eq!(thirteen, Gtin::parse("08801234567893").unwrap());
}

#[test]
fn a_number_of_another_length_or_with_letters_is_refused() {
    assert!(matches!(Gtin::parse("880123456789"), Err(NumberInvalid::CheckDigit { .. })));
    assert!(matches!(Gtin::parse("12345"), Err(NumberInvalid::Digits { .. })));
    assert!(matches!(Gln::parse("88012345678９3"), Err(NumberInvalid::Digits { .. })));
    assert!(matches!(Gln::parse("96385074"), Err(NumberInvalid::Digits { .. })));
}

#[test]
fn a_serial_has_the_signs_of_gs1_and_no_more_than_twenty() {
    assert!(Serial::parse("A-1/2_3").is_ok());
    assert_eq!(Serial::parse(""), Err(NumberInvalid::Serial));
    assert_eq!(Serial::parse("a b"), Err(NumberInvalid::Serial));
    assert_eq!(Serial::parse(&"1".repeat(21)), Err(NumberInvalid::Serial));
}

proptest! {
    #[test]
    fn exactly_one_check_digit_fits(body in "[0-9]{12}") {
        let fitting = (0..10).filter(|digit| Gln::parse(&format!("{body}{digit}")).is_ok());

        prop_assert_eq!(fitting.count(), 1);
    }

    #[test]
    fn a_wrong_digit_is_always_noticed(body in "[0-9]{12}", place in 0_usize..13, off in 1_u8..10) {
        let good = (0..10).map(|digit| format!("{body}{digit}"));
        let mut good = good.filter(|one| Gln::parse(one).is_ok());
        let mut bytes = good.next().unwrap().into_bytes();
        bytes[place] = b'0' + (bytes[place] - b'0' + off) % 10;

        let read = Gln::parse(std::str::from_utf8(&bytes).unwrap());

        prop_assert!(read.is_err());
    }
}

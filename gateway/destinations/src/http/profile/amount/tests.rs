use super::{AmountForm, decimal, minor};
use baton_protocol::money::{Currency, Money};
use proptest::prelude::*;

fn money(minor: i64, letters: &str) -> Money {
    Money::new(minor, Currency::from_letters(letters).unwrap())
}

#[test]
fn a_decimal_has_as_many_digits_as_its_currency() {
    let cases = [
        (4_500, "KRW", "4500"),
        (1_230, "USD", "12.30"),
        (5, "USD", "0.05"),
        (0, "USD", "0.00"),
        (1, "KWD", "0.001"),
        (-1_230, "USD", "-12.30"),
    ];

    for (minor, letters, text) in cases {
        assert_eq!(decimal(money(minor, letters)), text);
    }
}

#[test]
fn an_amount_is_read_exactly_or_not_at_all() {
    let decimal = |text| minor(text, AmountForm::Decimal, 2);
    let whole = |text| minor(text, AmountForm::Minor, 2);

    for (text, read) in [("12.30", 1_230), ("12.3", 1_230), ("12", 1_200), ("012.3000", 1_230)] {
        assert_eq!(decimal(text), Some(read), "{text}");
    }
    for text in ["12.305", "12.", ".5", "1e3", "12,30", " 12", "+12", "", "-", "12.3.0", "twelve"] {
        assert_eq!(decimal(text), None, "{text}");
    }
    assert_eq!((whole("1230"), whole("0001230")), (Some(1_230), Some(1_230)));
    for text in ["12.30", "1230.0", "1e3", "", "9223372036854775808", "1 230", "１２"] {
        assert_eq!(whole(text), None, "{text}");
    }
    assert_eq!(minor("4500.00", AmountForm::Decimal, 0), Some(4_500));
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(cents: i64, place in 0_usize..3) {
        let amount = money(cents, ["KRW", "USD", "KWD"][place]);

        let read = minor(&decimal(amount), AmountForm::Decimal, amount.currency.digits());

        prop_assert_eq!(read, Some(cents));
    }

    #[test]
    fn no_text_makes_it_panic(text: String, digits: u8) {
        minor(&text, AmountForm::Decimal, digits % 4);
        minor(&text, AmountForm::Minor, digits % 4);
    }
}

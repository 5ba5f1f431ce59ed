use super::*;
use proptest::prelude::*;

fn written(currency: &str, sign: Option<&str>, thousands: &str, decimals: &str) -> Written {
    Written {
        currency: Currency::from_letters(currency).unwrap(),
        sign: sign.map(str::to_owned),
        thousands: thousands.chars().next(),
        decimals: decimals.chars().next(),
        places: None,
    }
}

fn minor(written: &Written, text: &str) -> Result<i64, AmountUnreadable> {
    written.read(text).map(|money| money.minor)
}

/// Writes an amount as a POS program would, on integers alone.
fn write(written: &Written, minor: i64, places: usize) -> String {
    let digits = usize::from(written.currency.digits());
    let text = format!("{minor:0>width$}", width = digits + 1);
    let (whole, part) = text.split_at(text.len() - digits);
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.extend(written.thousands);
        }
        grouped.push(digit);
    }
    if places > 0 {
        grouped.extend(written.decimals);
        grouped.push_str(&format!("{part:0<places$}"));
    }
    grouped
}

#[test]
fn amounts_of_several_countries_are_read() {
    let won = written("KRW", Some("₩"), ",", "");
    let euro = written("EUR", Some("€"), ".", ",");
    let franc = written("CHF", Some("CHF"), "’", ".");
    let spaced = written("EUR", None, " ", ",");

    assert_eq!(minor(&won, "₩4,500"), Ok(4_500));
    assert_eq!(minor(&won, " 4500 ₩ "), Ok(4_500));
    assert_eq!(minor(&euro, "1.234,50 €"), Ok(123_450));
    assert_eq!(minor(&euro, "0,05 €"), Ok(5));
    assert_eq!(minor(&franc, "CHF 12’345.00"), Ok(1_234_500));
    assert_eq!(minor(&spaced, "1\u{202f}234,50"), Ok(123_450));
}

#[test]
fn what_is_written_otherwise_is_unreadable() {
    let won = written("KRW", Some("₩"), ",", "");
    let dollar = written("USD", None, ",", ".");
    let texts = [
        (&won, "", AmountUnreadable::Empty),
        (&won, "4,500", AmountUnreadable::Sign),
        (&won, "₩₩4,500", AmountUnreadable::Groups),
        (&won, "₩-4,500", AmountUnreadable::Digits),
        (&won, "₩4.500", AmountUnreadable::Digits),
        (&won, "₩4,50", AmountUnreadable::Groups),
        (&won, "₩4500,000", AmountUnreadable::Groups),
        (&won, "₩,500", AmountUnreadable::Digits),
        (&won, "₩04,500", AmountUnreadable::Digits),
        (&won, "₩４５００", AmountUnreadable::Digits),
        (&won, "₩", AmountUnreadable::Digits),
        (&dollar, "45", AmountUnreadable::Places),
        (&dollar, "45.5", AmountUnreadable::Places),
        (&dollar, "45.500", AmountUnreadable::Places),
        (&dollar, "45,00", AmountUnreadable::Places),
        (&dollar, ".50", AmountUnreadable::Digits),
        (&dollar, "45.5e", AmountUnreadable::Digits),
        (&dollar, "4.5.00", AmountUnreadable::Places),
        (&dollar, "99999999999999999999.00", AmountUnreadable::TooLarge),
    ];

    for (written, text, why) in texts {
        assert_eq!(minor(written, text), Err(why), "{text}");
    }
}

#[test]
fn decimals_beyond_the_currency_must_be_zero() {
    let won = Written { places: Some(2), ..written("KRW", None, ",", ".") };
    let whole = written("USD", None, ",", "");

    assert_eq!(minor(&won, "4,500.00"), Ok(4_500));
    assert_eq!(minor(&won, "4,500.50"), Err(AmountUnreadable::Fraction));
    assert_eq!(minor(&won, "4,500"), Err(AmountUnreadable::Places));
    assert_eq!(minor(&whole, "45"), Ok(4_500));
}

fn ways() -> impl Strategy<Value = Written> {
    let currency = prop_oneof![Just("KRW"), Just("USD"), Just("KWD")];
    let marks = prop_oneof![Just((",", ".")), Just((".", ",")), Just((" ", ",")), Just(("", "."))];
    (currency, marks, proptest::option::of(prop_oneof![Just("₩"), Just("US$"), Just("kr.")]))
        .prop_map(|(currency, (thousands, decimals), sign)| {
            written(currency, sign, thousands, decimals)
        })
}

proptest! {
    /// What a program writes is read as exactly that, whichever way it writes.
    #[test]
    fn an_amount_is_read_as_it_was_written(
        written in ways(), amount in 0..=i64::MAX, before: bool,
    ) {
        let places = usize::from(written.currency.digits());
        let number = write(&written, amount, places);
        let sign = written.sign.clone().unwrap_or_default();
        let text = if before { format!("{sign}{number}") } else { format!("{number} {sign}") };

        prop_assert_eq!(minor(&written, &text), Ok(amount));
    }

    /// Two texts that are read as amounts of one way never mean two things: written again, an
    /// amount is what was read, but for separators that a program may leave out.
    #[test]
    fn whatever_is_read_is_what_would_be_written(written in ways(), text in "[0-9., ₩]{0,14}") {
        if let Ok(money) = written.read(&text) {
            let places = usize::from(written.currency.digits());
            let bare = |text: &str| {
                let digit = |letter: &char| letter.is_ascii_digit();
                text.chars().filter(digit).collect::<String>()
            };
            prop_assert!(money.minor >= 0);
            prop_assert_eq!(bare(&text), bare(&write(&written, money.minor, places)));
        }
    }

    /// No text makes it fail in any other way.
    #[test]
    fn no_text_is_too_strange(written in ways(), text: String) {
        written.read(&text).ok();
    }
}

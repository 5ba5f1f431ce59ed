use crate::pan::{Brand, Pan, find, looks_like_card_number, luhn};
use proptest::collection::vec;
use proptest::prelude::*;

fn number() -> impl Strategy<Value = String> {
    let digits = ("[2-6]", "[0-9]{10,17}").prop_map(|(first, rest)| first + &rest);
    let whole = digits.prop_map(|mut digits| {
        let last = luhn::check_digit(digits.as_bytes()).unwrap();
        digits.push(char::from(last));
        digits
    });
    whole.prop_filter("of a brand", |digits| Pan::parse(digits).is_ok())
}

proptest! {
    #[test]
    fn one_wrong_digit_is_always_noticed(
        digits in vec(b'0'..=b'9', 1..40), place in any::<prop::sample::Index>(), more in 1_u8..10,
    ) {
        let mut digits = digits;
        digits.push(luhn::check_digit(&digits).unwrap());
        prop_assert!(luhn::holds(&digits));
        let place = place.index(digits.len());
        digits[place] = b'0' + (digits[place] - b'0' + more) % 10;

        prop_assert!(!luhn::holds(&digits));
    }

    #[test]
    fn a_card_number_is_found_and_never_printed(number in number(), before in "[a-z ]{0,9}") {
        let text = format!("{before}{number}!");

        prop_assert!(looks_like_card_number(&number));
        prop_assert_eq!(find(&text), Some(before.len()..before.len() + number.len()));
        let printed = format!("{:?}", Pan::parse(&number));
        prop_assert!(!printed.contains(&number), "{}", printed);
    }

    #[test]
    fn the_brand_is_among_the_candidates(digits in vec(b'0'..=b'9', 0..20)) {
        if let Some(brand) = Brand::of(&digits) {
            prop_assert!(Brand::candidates(&digits).any(|candidate| candidate == brand));
        }
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,60}", digits in "[0-9 -]{0,60}") {
        for text in [text, digits] {
            let _ = Pan::parse(&text);
            let _ = looks_like_card_number(&text);
            if let Some(place) = find(&text) {
                prop_assert!(looks_like_card_number(&text[place]));
            }
        }
    }
}

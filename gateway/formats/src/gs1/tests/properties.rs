//! What holds for any data: round trips, and no input that breaks a reader.

use crate::gs1::keys::check_digit;
use crate::gs1::{
    Ai, DigitalLink, Element, Elements, Gtin, Scan, Separator, UnknownAis, link::Reading,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Characters of set 82.
const VALUE: &str = "[!\"%&'()*+,./0-9:;<=>?A-Z_a-z-]{1,20}";
/// The beginning of a link.
const STEM: &str = "https://[a-z.]{1,9}(/[a-z~]{1,4}){0,2}";
/// Text that is nearly elements, a link or a scan.
const NEARLY: &str = "(\\^|\\]C1|\\]Q1|\\]e0|https://a|HTTP://b.c)?\
    ([\\^()/?&=%#|\\x1d]|01|09520123456788|10|21|22|235|8003|8110|3103|42[123]|99|AB|%2f){0,24}";

fn gtin() -> impl Strategy<Value = String> {
    "[0-9]{13}".prop_map(|payload| format!("{payload}{}", check_digit(&payload).unwrap()))
}

fn element() -> impl Strategy<Value = Element> {
    let text = prop_oneof![Just("240"), Just("241"), Just("400"), Just("90"), Just("99")];
    let weight = (Just("3103"), "[0-9]{6}".boxed());
    prop_oneof![(text, VALUE.boxed()), weight, (Just("30"), "[0-9]{1,8}".boxed())]
        .prop_map(|(ai, value)| Element::new(Ai::parse(ai).unwrap(), &value).unwrap())
}

/// An item with or without lot and serial, and some attributes.
fn item() -> impl Strategy<Value = Elements> {
    let optional = || proptest::option::of(VALUE);
    (gtin(), optional(), optional(), vec(element(), 0..5)).prop_map(|(gtin, lot, serial, rest)| {
        let mut elements = Elements::default();
        elements.add(Element::new(Ai::GTIN, &gtin).unwrap()).unwrap();
        for (ai, value) in [(Ai::LOT, lot), (Ai::SERIAL, serial)] {
            if let Some(value) = value {
                elements.add(Element::new(ai, &value).unwrap()).unwrap();
            }
        }
        for element in rest {
            if elements.lookup(element.ai()).is_none() {
                elements.add(element).unwrap();
            }
        }
        elements
    })
}

proptest! {
    #[test]
    fn elements_come_back_from_every_spelling(elements in item()) {
        for separator in [Separator::Caret, Separator::GroupSeparator] {
            let text = elements.to_element_string(separator);
            prop_assert_eq!(Elements::parse(&text, separator), Ok(elements.clone()));
        }
        let text = elements.to_bracketed();
        prop_assert_eq!(Elements::parse_bracketed(&text), Ok(elements.clone()));
    }

    #[test]
    fn link_comes_back_from_its_uri(elements in item(), stem in STEM) {
        let link = DigitalLink::build(&elements, &stem).unwrap();

        let uri = link.to_uri().unwrap();

        prop_assert_eq!(DigitalLink::parse(&uri), Ok(link.clone()));
        prop_assert_eq!(link.elements().iter().count(), elements.iter().count());
    }

    #[test]
    fn scan_of_an_item_finds_its_number(elements in item()) {
        let text = elements.to_element_string(Separator::GroupSeparator);

        let scan = Scan::parse(&format!("]d2{}", text.strip_prefix('\u{1d}').unwrap())).unwrap();

        prop_assert_eq!(scan.gtin(), elements.gtin());
        prop_assert_eq!(scan.to_notation(), elements.to_element_string(Separator::Caret));
    }

    #[test]
    fn one_changed_digit_breaks_a_number(gtin in gtin(), place in 0_usize..14, step in 1_u8..10) {
        let mut digits = gtin.into_bytes();
        digits[place] = b'0' + (digits[place] - b'0' + step) % 10;

        prop_assert!(Gtin::parse(std::str::from_utf8(&digits).unwrap()).is_err());
    }

    #[test]
    fn no_text_breaks_a_reader(text in prop_oneof![any::<String>(), NEARLY.boxed()]) {
        let _ = Scan::parse(&text);
        let _ = DigitalLink::parse(&text);
        let _ = Elements::parse_bracketed_with(&text, UnknownAis::Kept);
        let _ = Elements::parse_after_first(&text, Separator::GroupSeparator);
    }

    #[test]
    fn what_is_read_is_written_and_read_again(text in NEARLY) {
        if let Ok(elements) = Elements::parse(&text, Separator::Caret) {
            let again = elements.to_element_string(Separator::Caret);
            prop_assert_eq!(Elements::parse(&again, Separator::Caret), Ok(elements));
        }
        if let Ok(link) = DigitalLink::parse_with(&text, Reading::default()) {
            prop_assert_eq!(DigitalLink::parse(&link.to_uri().unwrap()), Ok(link));
        }
    }

    #[test]
    fn no_value_breaks_a_check(number in 0_u16..10_000, cut in 2_usize..5, value in "\\PC{0,40}") {
        let ai = format!("{number:04}");

        let _ = Element::new(Ai::parse(&ai[..cut]).unwrap(), &value);
    }

    #[test]
    fn no_digits_break_a_check(number in 0_u16..10_000, cut in 2_usize..5, value in "[0-9]{0,70}") {
        let ai = format!("{number:04}");

        let _ = Element::new(Ai::parse(&ai[..cut]).unwrap(), &value);
    }
}

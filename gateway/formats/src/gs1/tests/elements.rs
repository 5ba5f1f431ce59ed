//! Elements: separators, brackets, pairs and companions.

use crate::gs1::check::CheckFault;
use crate::gs1::elements::ELEMENTS_MAX;
use crate::gs1::{Ai, Element, Elements, Gs1Fault, Separator, UnknownAis};

fn bracketed(text: &str) -> Result<Elements, Gs1Fault> {
    Elements::parse_bracketed(text)
}

fn ai(digits: &str) -> Ai {
    Ai::parse(digits).unwrap()
}

#[test]
fn item_gives_its_number_lot_serial_and_expiry() {
    let text = "^01095201234567881718042610ABC1^2112345";

    let elements = Elements::parse(text, Separator::Caret).unwrap();

    assert_eq!(elements.gtin().unwrap().as_str(), "09520123456788");
    assert_eq!(elements.lot(), Some("ABC1"));
    assert_eq!(elements.serial(), Some("12345"));
    assert_eq!(elements.expiry(), Some("180426"));
    assert_eq!(elements.sscc(), None);
    assert_eq!(elements.to_bracketed(), "(01)09520123456788(17)180426(10)ABC1(21)12345");
    assert_eq!(elements.to_element_string(Separator::Caret), text);
}

#[test]
fn location_gives_its_number_and_extension() {
    let elements = bracketed("(414)9520123456788(254)32a/b").unwrap();

    assert_eq!(elements.gln().unwrap().as_str(), "9520123456788");
    assert_eq!(elements.gln_extension(), Some("32a/b"));
}

#[test]
fn separator_after_a_predefined_length_is_tolerated_but_two_are_not() {
    let parse = |text| Elements::parse(text, Separator::GroupSeparator);

    assert!(parse("\u{1d}0112345678901231\u{1d}10A\u{1d}").is_ok());
    assert!(parse("\u{1d}0112345678901231\u{1d}\u{1d}10A").is_err());
    assert_eq!(parse("0112345678901231"), Err(Gs1Fault::FirstSeparatorMissing));
    assert_eq!(parse("\u{1d}"), Err(Gs1Fault::Empty));
}

#[test]
fn fault_names_the_identifier_and_the_place() {
    let digit = CheckFault::IncorrectCheckDigit;

    assert_eq!(
        bracketed("(01)12345678901230"),
        Err(Gs1Fault::Content { ai: Ai::GTIN, fault: digit })
    );
    assert_eq!(bracketed("(10)A(89)B"), Err(Gs1Fault::AiUnknown { position: 5 }));
    assert_eq!(bracketed("(10)A)(21)B"), Elements::parse("^10A)^21B", Separator::Caret));
    assert_eq!(bracketed("10)A"), Err(Gs1Fault::BracketInvalid { position: 0 }));
    assert_eq!(
        Elements::parse("^10A^89B", Separator::Caret),
        Err(Gs1Fault::AiUnknown { position: 4 })
    );
    assert_eq!(
        bracketed("(01)12345678901230").unwrap_err().to_string(),
        "ai 01: check digit is wrong"
    );
}

#[test]
fn text_in_another_script_is_refused_without_a_panic() {
    assert!(bracketed("(01)가나다라마바사").is_err());
    assert!(Elements::parse("^01가나다라마바사", Separator::Caret).is_err());
    assert!(Elements::parse("가", Separator::Caret).is_err());
}

#[test]
fn bracket_in_a_value_is_escaped_both_ways() {
    let elements = bracketed("(10)A\\(B\\(").unwrap();

    assert_eq!(elements.lot(), Some("A(B("));
    assert_eq!(elements.to_bracketed(), "(10)A\\(B\\(");
}

#[test]
fn pairs_that_exclude_each_other_are_refused_in_either_order() {
    let excluded = |text: &str| matches!(bracketed(text), Err(Gs1Fault::Exclusive { .. }));

    assert!(excluded("(01)12345678901231(02)12345678901231"));
    assert!(excluded("(02)12345678901231(01)12345678901231"));
    assert!(excluded("(99)A(01)12345678901231(37)123"));
    assert!(excluded("(3940)1234(3941)9999"));
    assert!(excluded("(3955)123456(3929)123"));
    assert!(!excluded("(3940)1234(3940)1234"));
}

#[test]
fn repeated_identifiers_must_agree() {
    assert!(bracketed("(400)ABC(99)DEF(400)ABC").is_ok());
    assert_eq!(bracketed("(400)ABC(400)AB"), Err(Gs1Fault::Differs { ai: ai("400") }));
}

#[test]
fn signature_needs_the_serial_inside_its_key() {
    let missing = Err(Gs1Fault::SerialMissing { ai: ai("253") });

    assert_eq!(bracketed("(253)1234567890128(8030)ABC123"), missing);
    assert_eq!(bracketed("(8030)ABC123(253)1234567890128"), missing);
    assert!(bracketed("(253)1234567890128X(8030)ABC123").is_ok());
}

#[test]
fn companions_are_demanded_only_when_asked_for() {
    let alone = bracketed("(21)ABC123").unwrap();
    let complete = bracketed("(21)ABC123(01)12345678901231").unwrap();
    let priced = bracketed("(01)12345678901231(3925)12599").unwrap();
    let weighed = bracketed("(01)12345678901231(3925)12599(3105)654321").unwrap();

    assert_eq!(alone.require_companions(), Err(Gs1Fault::CompanionMissing { ai: Ai::SERIAL }));
    assert_eq!(complete.require_companions(), Ok(()));
    assert_eq!(priced.require_companions(), Err(Gs1Fault::CompanionMissing { ai: ai("3925") }));
    assert_eq!(weighed.require_companions(), Ok(()));
}

#[test]
fn more_elements_than_the_limit_are_refused() {
    let text = "^99XY".repeat(ELEMENTS_MAX);

    assert!(Elements::parse(&text, Separator::Caret).is_ok());
    assert_eq!(
        Elements::parse(&format!("{text}^99XY"), Separator::Caret),
        Err(Gs1Fault::TooManyElements)
    );
}

#[test]
fn unknown_identifiers_are_kept_only_in_brackets_and_only_when_asked_for() {
    let kept = |text| Elements::parse_bracketed_with(text, UnknownAis::Kept);

    assert_eq!(kept("(89)ABC").unwrap().lookup(ai("89")), Some("ABC"));
    assert!(kept("(3999)ABC").is_ok());
    assert!(kept("(399)ABC").is_err());
    assert!(kept("(4199)1234567890123").is_err());
    assert!(kept("(419)1234567890123").is_ok());
    assert!(kept("(419)123").is_err());
    assert!(Element::new(ai("89"), "ABC").is_err());
}

#[test]
fn text_over_the_limit_is_refused_at_once() {
    let long = "9".repeat(9000);

    assert_eq!(bracketed(&long), Err(Gs1Fault::TooLarge { bytes: 9000 }));
    assert_eq!(
        Elements::parse_after_first(&long, Separator::Caret),
        Err(Gs1Fault::TooLarge { bytes: 9000 })
    );
}

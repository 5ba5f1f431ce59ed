use super::*;
use proptest::prelude::*;

fn fit(pattern: &str, text: &str) -> Option<Vec<(&'static str, String)>> {
    Some(Pattern::parse(pattern).unwrap().fit(text)?.into_iter().collect())
}

#[test]
fn fixed_text_fits_only_itself() {
    assert_eq!(fit("Pay", "Pay"), Some(vec![]));
    assert_eq!(fit("Pay", "Pay now"), None);
    assert_eq!(fit("Pay", "To Pay"), None);
}

#[test]
fn a_star_takes_anything_and_a_slot_takes_what_is_asked() {
    assert_eq!(fit("*.Zenity", "zenity.Zenity"), Some(vec![]));
    assert_eq!(fit("a*b", "a b b"), Some(vec![]));
    assert_eq!(fit("a*b", "a b c"), None);
    assert_eq!(
        fit("Approved {reference} for {amount} won", "Approved A 17 for 4,500 won"),
        Some(vec![("amount", "4,500".to_owned()), ("reference", "A 17".to_owned())])
    );
}

#[test]
fn what_nobody_could_fit_for_certain_is_refused() {
    assert_eq!(Pattern::parse(""), Err(PatternInvalid::Empty));
    assert!(matches!(Pattern::parse("{amount}{reference}"), Err(PatternInvalid::Adjacent(_))));
    for wrong in ["{price}", "{amount", "amount}"] {
        assert!(matches!(Pattern::parse(wrong), Err(PatternInvalid::Slot(_))), "{wrong}");
    }
}

proptest! {
    #[test]
    fn fitting_never_fails_and_fixed_text_fits_itself(text in "[^*{}]{1,20}", other in ".{0,20}") {
        let pattern = Pattern::parse(&text).unwrap();

        prop_assert!(pattern.fit(&text).is_some());
        prop_assert_eq!(pattern.fit(&other).is_some(), text == other);
        let any = Pattern::parse(&other);
        prop_assert!(any.is_err() || any.is_ok_and(|any| any.text() == other));
    }
}

use super::*;
use proptest::prelude::*;

/// The events of a scanner that types this text.
fn typed(text: &str) -> Vec<(u16, Motion)> {
    let mut events = Vec::new();
    for character in text.chars() {
        let (key, alone, _) = *KEYS
            .iter()
            .find(|(_, alone, shifted)| *alone == character || *shifted == character)
            .unwrap();
        let strokes = [(key, Motion::Down), (key, Motion::Up)];
        if alone == character {
            events.extend(strokes);
        } else {
            events.push((42, Motion::Down));
            events.extend(strokes);
            events.push((42, Motion::Up));
        }
    }
    events
}

fn read(events: &[(u16, Motion)]) -> Vec<Result<String, Refusal>> {
    let mut keys = Keys::default();
    let frames = events.iter().filter_map(|(key, motion)| keys.step(*key, *motion));
    let text = |bytes: Zeroizing<Vec<u8>>| String::from_utf8(bytes.to_vec()).unwrap();
    frames.map(|frame| frame.map(text)).collect()
}

fn ended(text: &str) -> Vec<(u16, Motion)> {
    [typed(text), vec![(28, Motion::Down), (28, Motion::Up)]].concat()
}

#[test]
fn letters_digits_and_marks_are_read_and_enter_ends() {
    let text = "https://Pay.example/t/Counter-1?a=B&c=%20|\"x\"";

    assert_eq!(read(&ended(text)), [Ok(text.to_owned())]);
}

#[test]
fn a_key_that_no_code_needs_refuses_the_whole_reading_and_not_the_next() {
    // Escape, and F4 with alt.
    for key in [1, 62, 56] {
        let events = [typed("abc"), vec![(key, Motion::Down)], ended("def"), ended("ghi")].concat();

        let found = read(&events);

        assert_eq!(found, [Err(Refusal::ControlCharacter), Ok("ghi".to_owned())]);
    }
}

#[test]
fn held_keys_and_locks_add_nothing() {
    let events = [typed("a"), vec![(30, Motion::Held), (58, Motion::Down)], ended("b")].concat();

    assert_eq!(read(&events), [Ok("ab".to_owned())]);
}

#[test]
fn silence_cuts_a_reading_off() {
    let mut keys = Keys::default();
    for (key, motion) in typed("half") {
        assert!(keys.step(key, motion).is_none());
    }

    assert!(matches!(keys.idle(), Some(Err(Refusal::CutOff))));
    assert!(keys.idle().is_none());
}

proptest! {
    #[test]
    fn every_printable_text_is_read_as_it_was_typed(text in "[ -~]{1,60}") {
        prop_assert_eq!(read(&ended(&text)), [Ok(text)]);
    }
}

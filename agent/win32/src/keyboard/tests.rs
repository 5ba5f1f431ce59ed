use super::*;

#[test]
fn keys_have_the_names_that_recipes_use() {
    let numbers = ["return", "f1", "f12", "a", "9", "ctrl"].map(|name| Key::named(name).unwrap().0);

    assert_eq!(numbers, [0x0d, 0x70, 0x7b, 0x41, 0x39, 0x11]);
    for none in ["", "f0", "f13", "f1x", "enter", "ab", "é", "+"] {
        assert_eq!(Key::named(none), None, "{none}");
    }
}

#[test]
fn a_letter_goes_down_and_comes_up_with_the_mark_of_this_program() {
    let inputs = Stroke::Letter(u16::from(b'x')).inputs();

    // SAFETY: every input that this module makes is one of the keyboard.
    let keys: Vec<_> = inputs.iter().map(|input| unsafe { input.Anonymous.ki }).collect();
    assert!(keys.iter().all(|key| key.dwExtraInfo == MARK && key.wScan == u16::from(b'x')));
    assert_eq!(keys.iter().map(|key| key.dwFlags).collect::<Vec<_>>(), [4, 6]);
}

#[test]
fn a_key_of_another_program_always_passes_and_is_remembered() {
    let strange = judge(0, true);

    assert!(strange == Verdict::Pass);
    assert!(is_typed_on(1_000));
}

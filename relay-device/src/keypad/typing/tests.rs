use super::*;
use proptest::prelude::*;

fn typed(keys: &str, now_ms: u64) -> Typing {
    let mut typing = Typing::default();
    for key in keys.chars() {
        typing.step(key_of(key), now_ms).unwrap();
    }
    typing
}

fn key_of(letter: char) -> Key {
    match letter {
        'E' => Key::Enter,
        'C' => Key::Clear,
        'B' => Key::Back,
        digit => Key::Digit(u8::try_from(digit.to_digit(10).unwrap()).unwrap()),
    }
}

#[test]
fn digits_and_enter_are_an_amount_that_is_taken_once() {
    let mut typing = typed("1230E", 5);

    assert_eq!(typing.stage(), Stage::Waiting { minor: 1_230 });
    assert_eq!(typing.take(6), Some(1_230));
    assert_eq!(typing.take(7), None);
}

#[test]
fn an_amount_without_enter_is_not_taken_and_c_forgets_it() {
    assert_eq!(typed("1230", 0).take(1), None);
    assert_eq!(typed("1230C", 0).stage(), Stage::Empty);
    assert_eq!(typed("1230EC", 0).stage(), Stage::Empty);
    assert_eq!(typed("1230B", 0).stage(), Stage::Typing { minor: 123 });
    assert_eq!(typed("000E", 0).stage(), Stage::Empty, "nothing is no amount");
    assert_eq!(typed("12E34E", 0).stage(), Stage::Waiting { minor: 34 });
    assert_eq!(typed("12EE", 0).stage(), Stage::Waiting { minor: 12 }, "both ends of a line");
}

#[test]
fn an_amount_is_forgotten_a_minute_after_its_last_key() {
    let mut typing = typed("1230E", 1_000);
    assert_eq!(typing.next_deadline(), Some(1_000 + WAITING_MS_MAX));

    assert_eq!(typing.take(1_000 + WAITING_MS_MAX), None);

    let mut half = typed("12", 0);
    half.step(Key::Digit(3), WAITING_MS_MAX).unwrap();
    assert_eq!(half.stage(), Stage::Typing { minor: 3 }, "an old half is no part of a new amount");
}

#[test]
fn a_digit_too_many_is_refused_and_the_amount_is_as_it_was() {
    let mut typing = typed("999999999", 0);

    assert_eq!(typing.step(Key::Digit(1), 1), Err(TooLong));

    assert_eq!(typing.stage(), Stage::Typing { minor: 999_999_999 });
}

proptest! {
    #[test]
    fn no_keys_make_an_amount_of_nothing_or_beyond_its_digits(keys in "[0-9ECB]{0,40}") {
        let mut typing = Typing::default();
        for (key, now_ms) in keys.chars().zip(0..) {
            let _ = typing.step(key_of(key), now_ms);
            if let Stage::Waiting { minor } = typing.stage() {
                prop_assert!((1..=999_999_999).contains(&minor));
            }
        }
    }
}

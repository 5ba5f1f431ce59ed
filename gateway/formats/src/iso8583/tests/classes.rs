use crate::iso8583::class::{Kinds, allows, ebcdic_digits, packs};
use crate::iso8583::encoding::{extend_digits, extend_from_ebcdic, extend_packed};
use crate::iso8583::encoding::{extend_to_ebcdic, from_ebcdic, to_ebcdic};
use crate::iso8583::spec::Class;
use proptest::collection::vec;
use proptest::prelude::*;

const CLASSES: [Class; 5] =
    [Class::Numeric, Class::AlphaNumeric, Class::Text, Class::Track, Class::Bytes];

/// What a class allows, character by character.
fn allows_one(class: Class, byte: u8) -> bool {
    match class {
        Class::Numeric => byte.is_ascii_digit(),
        Class::AlphaNumeric => byte.is_ascii_alphanumeric() || byte == b' ',
        Class::Text => (b' '..=b'~').contains(&byte),
        Class::Track => matches!(byte, b'0'..=b'9' | b'=' | b'D'),
        Class::SignedAmount | Class::Bytes => true,
    }
}

#[test]
fn every_byte_is_judged_alike_at_every_place_of_every_length() {
    for class in CLASSES {
        for length in 1..=25 {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut value = vec![b'0'; length];
                    value[place] = byte;

                    let allowed = allows(class, &value);

                    assert_eq!(allowed, allows_one(class, byte), "{class:?} {byte:02X} {place}");
                }
            }
        }
    }
}

#[test]
fn digits_letters_and_a_separator_can_be_packed() {
    for byte in 0..=u8::MAX {
        for length in [1, 2, 3, 5, 8, 13] {
            let mut value = vec![b'0'; length];
            value[length / 2] = byte;

            assert_eq!(packs(&value), byte.is_ascii_hexdigit() || byte == b'=', "{byte:02X}");
        }
    }
}

#[test]
fn digits_in_ebcdic_are_told_from_every_other_byte() {
    for byte in 0..=u8::MAX {
        for length in [1, 2, 3, 5, 8, 13] {
            let mut sent = vec![0xF0; length];
            sent[length / 2] = byte;

            assert_eq!(ebcdic_digits(&sent), (0xF0..=0xF9).contains(&byte), "{byte:02X}");
        }
    }
}

#[test]
fn the_kinds_of_a_character_are_the_classes_that_allow_it() {
    for character in b' '..=b'~' {
        for class in CLASSES {
            let allowed = Kinds::of(character).allowed(class);

            assert_eq!(allowed, Some(allows_one(class, character)), "{class:?} {character}");
        }
    }
}

proptest! {
    #[test]
    fn packed_bytes_are_the_digits_that_they_print(bytes in vec(any::<u8>(), 0..40)) {
        let (mut digits, mut back) = (Vec::new(), Vec::new());

        let decimal = extend_digits(&mut digits, &bytes);
        extend_packed(&mut back, &digits);

        let printed = hex::encode_upper(&bytes).into_bytes();
        prop_assert_eq!(&digits, &printed);
        prop_assert_eq!(decimal, digits.iter().all(u8::is_ascii_digit));
        prop_assert_eq!(back, bytes);
    }

    #[test]
    fn ebcdic_is_turned_as_its_table_says(bytes in vec(any::<u8>(), 0..40)) {
        let mut characters = Vec::new();

        let kinds = extend_from_ebcdic(&mut characters, &bytes);

        let known: Option<Vec<u8>> = bytes.iter().map(|byte| from_ebcdic(*byte)).collect();
        prop_assert_eq!(kinds == Kinds::NONE, known.is_none());
        prop_assert!(known.is_none_or(|known| known == characters));
    }

    #[test]
    fn text_comes_back_from_ebcdic(text in "[ -~]{0,40}") {
        let (mut sent, mut back) = (Vec::new(), Vec::new());

        extend_to_ebcdic(&mut sent, text.as_bytes());
        extend_from_ebcdic(&mut back, &sent);

        let one_by_one: Option<Vec<u8>> = text.bytes().map(to_ebcdic).collect();
        prop_assert_eq!(Some(sent), one_by_one);
        prop_assert_eq!(back, text.as_bytes());
    }
}

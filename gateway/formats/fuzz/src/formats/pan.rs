//! Card numbers: a second search that tries every place and every end.
//!
//! Owns that search and a second check sum. Next: `gs1.rs`.

use baton_formats::pan::{Brand, Pan, find, looks_like_card_number, luhn};

/// A text with or without a card number in it.
pub fn pan(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let found = find(text);
    assert_eq!(found, reference(text), "the second search finds otherwise");
    let trimmed = text.trim_ascii();
    assert_eq!(looks_like_card_number(text), is_number(trimmed), "the whole text");
    assert_eq!(Pan::parse(trimmed).is_ok(), is_number(trimmed), "the whole text");
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    numbers(&digits);
    let Some(place) = found else { return false };
    let number = Pan::parse(&text[place]).expect("what was found is a number");
    let masked = number.masked();
    assert_eq!(masked.len(), number.reveal().len());
    assert!(masked.matches('*').count() >= 6, "{masked} hides too little");
    assert_eq!(find(&format!("{number:?} {number}")), None, "the mask is a number");
    true
}

/// What holds of any digits.
fn numbers(digits: &[u8]) {
    assert_eq!(luhn::holds(digits), digits.len() > 1 && sum(digits).is_multiple_of(10));
    let last = luhn::check_digit(digits).expect("digits have a check digit");
    assert!(digits.is_empty() || luhn::holds(&[digits, &[last]].concat()));
    if let Some(brand) = Brand::of(digits) {
        for length in 0..=digits.len() {
            assert!(Brand::candidates(&digits[..length]).any(|candidate| candidate == brand));
        }
    }
}

fn sum(digits: &[u8]) -> u32 {
    const DOUBLED: [u32; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let value = |digit: &u8| usize::from(digit - b'0');
    let mut sum = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        let value = value(digit);
        sum += if place % 2 == 1 { DOUBLED[value] } else { u32::try_from(value).expect("a digit") };
    }
    sum
}

/// The first place at which a number begins, and the furthest at which one that begins there ends.
fn reference(text: &str) -> Option<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    // 19 digits and 18 characters between them.
    let ends = |start: usize| (start + 1..=bytes.len().min(start + 37)).rev();
    (0..bytes.len()).filter(|at| digit(*at) && (*at == 0 || !digit(at - 1))).find_map(|start| {
        let mut ends = ends(start).filter(|end| text.is_char_boundary(*end) && !digit(*end));
        ends.find(|end| is_number(&text[start..*end])).map(|end| start..end)
    })
}

/// Groups of digits, 12 to 19 in all, with a right sum and a brand that has so many.
fn is_number(text: &str) -> bool {
    let grouped = text.split([' ', '-']).all(|group| {
        !group.is_empty() && group.chars().all(|character| character.is_ascii_digit())
    });
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    grouped
        && (12..=19).contains(&digits.len())
        && sum(&digits).is_multiple_of(10)
        && Brand::of(&digits).is_some_and(|brand| brand.has_length(digits.len()))
}

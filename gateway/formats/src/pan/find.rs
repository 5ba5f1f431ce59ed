//! Card numbers in a text that should have none.
//!
//! Owns the search. Digits in a row are one group; groups with a single blank or hyphen between
//! them may be one number, as people write it. Each group is tried with those after it up to 19
//! digits, so the work grows with the text only. Next: [`crate::emv`].

use super::number::{PAN_DIGITS_MAX, PAN_DIGITS_MIN, check};
use std::ops::Range;
use zeroize::Zeroizing;

/// Returns whether a whole text looks like a card number: 12 to 19 digits, in groups or not, with a
/// fitting check digit and the first digits and length of a brand.
#[must_use]
pub fn looks_like_card_number(text: &str) -> bool {
    let text = text.trim_ascii();
    let bytes = text.as_bytes();
    numbers_from(bytes, 0).any(|end| end == bytes.len())
}

/// Looks up the first card number in a text; returns its place in bytes.
#[must_use]
pub fn find(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut before = None;
    for (start, byte) in bytes.iter().enumerate() {
        let opens = byte.is_ascii_digit() && !before.is_some_and(u8::is_ascii_digit);
        before = Some(byte);
        if !opens {
            continue;
        }
        // The longest is meant when a shorter one ends inside it.
        if let Some(end) = numbers_from(bytes, start).last() {
            return Some(start..end);
        }
    }
    None
}

/// Returns where the card numbers end that begin at a place.
fn numbers_from(bytes: &[u8], start: usize) -> impl Iterator<Item = usize> {
    let mut digits = Zeroizing::new(Vec::with_capacity(PAN_DIGITS_MAX));
    let mut rest = bytes.iter().copied().enumerate().skip(start).peekable();
    std::iter::from_fn(move || {
        while let Some((place, byte)) = rest.next() {
            let next = rest.peek().map(|(_, next)| *next);
            let group_goes_on = next.is_some_and(|next| next.is_ascii_digit());
            match byte {
                b'0'..=b'9' if digits.len() < PAN_DIGITS_MAX => digits.push(byte),
                b' ' | b'-' if group_goes_on && !digits.is_empty() => continue,
                _ => return None,
            }
            if !group_goes_on && digits.len() >= PAN_DIGITS_MIN && check(&digits).is_ok() {
                return place.checked_add(1);
            }
        }
        None
    })
}

//! Telephone numbers: digits without their separators, at home or with the country's code.
//!
//! Owns the rule that +82 and the leading 0 are the same number. May not guess a missing digit.
//! Next: [`super::date`].

use super::number::korean::spoken_digit;
use super::plain::{fold, readings};

/// The country code of Korea (ITU-T E.164).
const KOREA: &str = "82";
/// Digits of a Korean number without its leading 0 (numbering plan: 2-345-6789 is the shortest).
const HOME_DIGITS_MIN: usize = 8;
/// Digits of any number (ITU-T E.164).
const DIGITS_MAX: usize = 15;

/// Words around a number that are not part of it.
const AROUND: &[&str] = &["전화번호는", "전화번호", "핸드폰", "휴대폰", "번호는", "번호", "번"];

/// Says whether both are one number.
#[must_use]
pub fn same(stored: &str, answer: &str) -> bool {
    let stored = canonical(stored);
    stored.is_some() && canonical(answer) == stored
}

/// Returns a number as its country knows it, without the leading 0; `None` if it is none.
#[must_use]
pub fn canonical(text: &str) -> Option<String> {
    let text = fold(text);
    let compact: String = text.chars().filter(|one| !" -.()/–—‐‑−·\t".contains(*one)).collect();
    let bare = AROUND.iter().find_map(|word| compact.strip_prefix(word)).unwrap_or(&compact);
    let spoken = readings(bare).flat_map(|one| {
        let shorter = AROUND.iter().filter_map(move |word| one.strip_suffix(word));
        std::iter::once(one).chain(shorter)
    });
    spoken.filter_map(number).next()
}

fn number(text: &str) -> Option<String> {
    let (abroad, rest) = match text.strip_prefix('+').or_else(|| text.strip_prefix("00")) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let digits: Option<String> = rest.chars().map(digit).collect();
    let digits = digits.filter(|digits| (1..=DIGITS_MAX).contains(&digits.len()))?;
    let home = digits.strip_prefix(KOREA);
    let home = home.map(|home| home.strip_prefix('0').unwrap_or(home));
    match home {
        Some(home) if abroad || home.len() >= HOME_DIGITS_MIN => Some(home.to_owned()),
        Some(_) | None if abroad => Some(format!("+{digits}")),
        Some(_) | None => Some(digits.strip_prefix('0').unwrap_or(&digits).to_owned()),
    }
}

fn digit(letter: char) -> Option<char> {
    if letter.is_ascii_digit() {
        return Some(letter);
    }
    let spoken = u32::try_from(spoken_digit(letter)?).ok()?;
    char::from_digit(spoken, 10)
}

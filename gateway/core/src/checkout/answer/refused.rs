//! What may never be typed here: passwords, resident numbers and card numbers.
//!
//! Owns the refusal at input, for declared facts and for answers alike. Errors say which rule,
//! never the text. Source: checkout specification, stance and switches; the resident registration
//! number is six digits of birth and seven more, the first of which names century and sex.

use super::day::Day;
use super::plain::fold;

/// Letters of an answer or a declared fact; what people remember is shorter.
pub const INPUT_LETTERS_MAX: usize = 200;
/// Fewest letters of a text that is taken for a password by its looks.
const PASSWORD_LETTERS_MIN: usize = 8;
/// Digits of a resident registration number.
const RESIDENT_DIGITS: usize = 13;
/// Digits of a card number (ISO/IEC 7812-1 allows up to 19; shorter than 13 are none today).
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// Words that announce a password, in a question's label or in a text.
const PASSWORD_WORDS: &[&str] = &[
    "비밀번호",
    "비번",
    "패스워드",
    "암호",
    "핀번호",
    "password",
    "passwd",
    "passcode",
    "passphrase",
    "pin code",
    "pin number",
];

/// Words that announce a resident number.
const RESIDENT_WORDS: &[&str] =
    &["주민등록번호", "주민번호", "외국인등록번호", "resident registration", "resident number"];

/// Signs that passwords have and names have not.
const PASSWORD_SIGNS: &str = "!@#$%^&*+=?~_<>|\\;:";

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InputRefused {
    /// It is a password or asks for one.
    #[error("this looks like a password: never type one here")]
    Password,
    /// It is a resident registration number, whole or masked, or asks for one.
    #[error("this looks like a resident registration number: it is never taken here")]
    ResidentNumber,
    /// It is a card number.
    #[error("this looks like a card number: it is never taken here")]
    CardNumber,
    /// There is nothing in it.
    #[error("an empty text answers nothing")]
    Empty,
    /// It is too long.
    #[error("a text may have at most {INPUT_LETTERS_MAX} letters")]
    TooLong,
}

/// Checks a text that a person typed: an answer, or a fact that is declared.
///
/// # Errors
/// Each variant of [`InputRefused`] as it says.
pub fn check(text: &str) -> Result<(), InputRefused> {
    if text.chars().count() > INPUT_LETTERS_MAX {
        return Err(InputRefused::TooLong);
    }
    let folded = fold(text);
    if folded.trim().is_empty() {
        return Err(InputRefused::Empty);
    }
    check_words(&folded)?;
    let groups = groups(&folded);
    if groups.iter().any(|run| has_resident_number(run)) || has_masked_resident_number(&folded) {
        return Err(InputRefused::ResidentNumber);
    }
    if groups.iter().any(|run| has_card_number(run)) {
        return Err(InputRefused::CardNumber);
    }
    if looks_like_password(text.trim()) { Err(InputRefused::Password) } else { Ok(()) }
}

/// Checks the label of a question that somebody wants to declare a fact for.
///
/// # Errors
/// [`InputRefused::Password`] and [`InputRefused::ResidentNumber`] when the label asks for one.
pub fn check_label(label: &str) -> Result<(), InputRefused> {
    check_words(&fold(label))
}

fn check_words(folded: &str) -> Result<(), InputRefused> {
    let compact: String = folded.chars().filter(|one| !one.is_whitespace()).collect();
    let says =
        |words: &[&str]| words.iter().any(|word| folded.contains(word) || compact.contains(word));
    if says(PASSWORD_WORDS) {
        return Err(InputRefused::Password);
    }
    if says(RESIDENT_WORDS) { Err(InputRefused::ResidentNumber) } else { Ok(()) }
}

/// One word of letters, digits and signs, unlike a name or a mail address.
fn looks_like_password(text: &str) -> bool {
    let has = |test: &dyn Fn(char) -> bool| text.chars().any(test);
    let long = text.chars().count() >= PASSWORD_LETTERS_MIN;
    let one_word = text.chars().all(|one| one.is_ascii_graphic());
    let address = text.split_once('@').is_some_and(|(name, host)| {
        let plain = |one: char| one.is_ascii_alphanumeric() || ".-_+".contains(one);
        !name.is_empty() && host.contains('.') && name.chars().all(plain) && host.chars().all(plain)
    });
    let mixed = has(&|one| one.is_ascii_alphabetic()) && has(&|one| one.is_ascii_digit());
    long && one_word && !address && mixed && has(&|one| PASSWORD_SIGNS.contains(one))
}

/// Runs of digit groups with one separator between them.
fn groups(text: &str) -> Vec<Vec<String>> {
    let mut runs: Vec<Vec<String>> = vec![vec![String::new()]];
    let mut apart = 2_u32;
    for letter in text.chars() {
        if !letter.is_ascii_digit() {
            let separates = "-. /_–".contains(letter);
            apart = if separates { apart.saturating_add(1) } else { 2 };
            continue;
        }
        if apart > 1 {
            runs.push(vec![String::new()]);
        } else if apart == 1 {
            runs.last_mut().into_iter().for_each(|run| run.push(String::new()));
        }
        apart = 0;
        runs.last_mut().and_then(|run| run.last_mut()).into_iter().for_each(|one| one.push(letter));
    }
    runs
}

/// Every number that whole neighbouring groups make together.
fn joined(run: &[String]) -> impl Iterator<Item = String> {
    (0..run.len()).flat_map(move |start| {
        let rest = run.iter().skip(start);
        rest.scan(String::new(), |digits, group| {
            digits.push_str(group);
            (digits.len() <= *CARD_DIGITS.end()).then(|| digits.clone())
        })
    })
}

fn has_resident_number(run: &[String]) -> bool {
    joined(run).any(|digits| digits.len() == RESIDENT_DIGITS && born(&digits))
}

/// Says whether digits begin with a day of birth and the digit for century and sex.
fn born(digits: &str) -> bool {
    let number = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse().ok());
    let (Some(year), Some(month), Some(day)) = (number(0, 2), number(2, 4), number(4, 6)) else {
        return false;
    };
    let century = digits.chars().nth(6).and_then(|one| one.to_digit(10));
    let century = match century {
        Some(1 | 2 | 5 | 6) => 1900,
        Some(3 | 4 | 7 | 8) => 2000,
        // The nineteenth century; its calendar differs by a leap day that nobody alive has.
        Some(0 | 9) => 1900,
        Some(_) | None => return false,
    };
    i32::try_from(year)
        .is_ok_and(|year: i32| Day::of(year.saturating_add(century), month, day).is_some())
}

/// `900101-1******` and `900101-1` tell the day of birth and the sex, which is too much.
fn has_masked_resident_number(text: &str) -> bool {
    let compact: String = text.chars().filter(|one| !one.is_whitespace()).collect();
    let places = compact.match_indices('-').map(|(at, _)| at);
    places.into_iter().any(|at| {
        let Some((before, after)) = compact.split_at_checked(at) else { return false };
        let birth: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
        let mut rest = after.chars().skip(1);
        let (Some(sex), next) = (rest.next(), rest.next()) else { return false };
        let ends = next.is_none_or(|next| !next.is_ascii_digit() && next != '-');
        let birth: String = birth.chars().rev().chain([sex]).collect();
        ends && birth.len() == 7 && sex.is_ascii_digit() && born(&birth)
    })
}

fn has_card_number(run: &[String]) -> bool {
    joined(run).any(|digits| CARD_DIGITS.contains(&digits.len()) && luhn(&digits))
}

/// ISO/IEC 7812-1 annex B: every second digit from the right doubled, the sum ends in 0.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|one| one.to_digit(10))
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, times)| digit.saturating_mul(times))
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10) && digits.chars().any(|one| one != '0')
}

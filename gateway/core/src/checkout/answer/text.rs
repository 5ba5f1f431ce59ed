//! Names of goods, shops and people: the same unless more than a slip or another answer says no.
//!
//! Owns the rule: digits equal, short names exact, at least four fifths alike, and no other
//! plausible answer nearer. Next: [`super::number`].

use super::distance::{SLIP, distance};
use super::hangul::{jamo, keys_as_latin, latin_as_keys};
use super::plain::{before_polite, fold, letters, name, one_width, without_polite_words};

/// A name of so many typed letters must be exact: one slip makes another name of it.
///
/// Source: checkout specification, matching free text.
pub const EXACT_LETTERS_MAX: usize = 4;
/// Letters of an answer that are looked at; names are shorter, and time must not grow with input.
pub const ANSWER_LETTERS_MAX: usize = 200;
/// A slip is forgiven for every so many letters: four fifths must be alike.
const LETTERS_PER_SLIP: u32 = 5;

/// Says whether an answer means the stored text rather than anything of `pool`.
#[must_use]
pub fn same(stored: &str, answer: &str, pool: &[&str]) -> bool {
    let stored = canonical(stored);
    let readings = readings(answer, &stored);
    let away = |target: &[char]| {
        let fits = readings.iter().filter(|one| digits(one).eq(digits(target)));
        fits.map(|one| (distance(one, target), one.len())).min()
    };
    let Some((slips, length)) = away(&stored) else { return false };
    if stored.is_empty() || !near(slips, length.max(stored.len()), stored.len()) {
        return false;
    }
    let other = pool.iter().map(|other| canonical(other)).filter(|other| *other != stored);
    !other.filter_map(|other| away(&other)).any(|(theirs, _)| theirs < slips)
}

/// Returns a text as the letters that are compared.
#[must_use]
pub fn canonical(text: &str) -> Vec<char> {
    let mut typed = jamo(&name(text));
    typed.truncate(ANSWER_LETTERS_MAX);
    typed
}

fn near(slips: u32, longer: usize, stored: usize) -> bool {
    if stored <= EXACT_LETTERS_MAX {
        return slips == 0;
    }
    let longer = u32::try_from(longer).unwrap_or(0);
    slips.saturating_mul(LETTERS_PER_SLIP) <= longer.saturating_mul(SLIP)
}

/// Everything that an answer may have been meant to say, as typed letters.
///
/// Latin letters are read as Korean keys too; Hangul as Latin keys if a Latin name is stored.
#[must_use]
pub fn readings(answer: &str, stored: &[char]) -> Vec<Vec<char>> {
    let answer: String = answer.chars().take(ANSWER_LETTERS_MAX).collect();
    let mut readings = vec![canonical(&answer)];
    if let Some(shorter) = without_polite_words(&answer) {
        readings.push(canonical(&shorter));
    }
    if answer.chars().any(|letter| letter.is_ascii_alphabetic()) {
        let keys = letters(&one_width(&answer));
        readings.push(latin_as_keys(&keys));
        // With caps lock on, shift was not meant.
        readings.push(latin_as_keys(&fold(&keys)));
    }
    let polite: Vec<Vec<char>> = readings.iter().flat_map(|one| before_polite(one)).collect();
    readings.extend(polite);
    if stored.iter().any(char::is_ascii_alphabetic) {
        let latin: Vec<Vec<char>> = readings.iter().map(|one| keys_as_latin(one)).collect();
        readings.extend(latin);
    }
    readings.sort_unstable();
    readings.dedup();
    readings
}

fn digits(typed: &[char]) -> impl Iterator<Item = &char> {
    typed.iter().filter(|letter| letter.is_numeric())
}

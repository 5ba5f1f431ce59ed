//! English numerals: `twenty-five thousand`, `a dozen`, `25k`, `once`.
//!
//! Owns the words. Takes lower-case words without marks; all of them must belong to the number.
//! Next: [`crate::checkout::answer::phone`].

const ONES: &[(&str, i64)] = &[
    ("zero", 0),
    ("a", 1),
    ("an", 1),
    ("one", 1),
    ("once", 1),
    ("single", 1),
    ("two", 2),
    ("twice", 2),
    ("couple", 2),
    ("three", 3),
    ("thrice", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
];

const TENS: &[(&str, i64)] = &[
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fourty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
];

const BIG: &[(&str, i64)] =
    &[("thousand", 1_000), ("k", 1_000), ("million", 1_000_000), ("billion", 1_000_000_000)];

const ORDINALS: &[(&str, i64)] = &[
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fifth", 5),
    ("eighth", 8),
    ("ninth", 9),
    ("twelfth", 12),
    ("twentieth", 20),
    ("thirtieth", 30),
];

/// Decimals are kept in thousandths, so that `2.5k` and `1.25 million` stay whole.
const THOUSANDTHS: i64 = 1_000;
const DOZEN: i64 = 12;

/// Reads words as one number; `None` if a word does not belong to it or nothing is said.
#[must_use]
pub fn number(words: &[&str]) -> Option<i64> {
    let (mut total, mut section, mut said) = (0_i64, 0_i64, false);
    let mut biggest = i64::MAX;
    for word in words.iter().filter(|word| **word != "and") {
        let word = word.strip_suffix('s').filter(|word| unit(word).is_some()).unwrap_or(word);
        match (unit(word), below(word)) {
            (Some(unit), _) if unit >= THOUSANDTHS => {
                let times = if said && section > 0 { section } else { THOUSANDTHS };
                (unit < biggest).then_some(())?;
                total = total.checked_add(times.checked_mul(unit)?)?;
                (section, biggest) = (0, unit);
            }
            (Some(unit), _) => {
                let times = if section > 0 { section } else { THOUSANDTHS };
                section = times.checked_mul(unit)?;
            }
            (None, Some(value)) => section = joined(section, value)?,
            (None, None) => return None,
        }
        said = true;
    }
    let thousandths = total.checked_add(section)?;
    (said && thousandths % THOUSANDTHS == 0).then_some(thousandths / THOUSANDTHS)
}

fn unit(word: &str) -> Option<i64> {
    match word {
        "hundred" => Some(100),
        "dozen" => Some(DOZEN),
        _ => lookup(BIG, word),
    }
}

/// A value after what was said before: `twenty` + `five`, `hundred` + `five`, but not `two` +
/// `five`.
fn joined(section: i64, value: i64) -> Option<i64> {
    let room = match section / THOUSANDTHS {
        0 => i64::MAX,
        before if before % 100 == 0 => 100,
        before if before % 10 == 0 && before % 100 >= 20 => 10,
        _ => return None,
    };
    (value < room.saturating_mul(THOUSANDTHS)).then(|| section.checked_add(value)).flatten()
}

/// A word below hundred, or digits, in thousandths.
fn below(word: &str) -> Option<i64> {
    let spoken = lookup(ONES, word).or_else(|| lookup(TENS, word));
    let value = spoken.map(|value| value.saturating_mul(THOUSANDTHS));
    value.or_else(|| written(word))
}

fn written(word: &str) -> Option<i64> {
    let (digits, thousands) = match word.strip_suffix('k') {
        Some(digits) => (digits, 1_000),
        None => (word, 1),
    };
    let digits: String = digits.chars().filter(|one| *one != ',').collect();
    let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
    let plain = |part: &str| part.chars().all(|one| one.is_ascii_digit());
    if whole.is_empty() || decimals.len() > 3 || !plain(whole) || !plain(decimals) {
        return None;
    }
    let decimals: i64 = format!("{decimals:0<3}").parse().ok()?;
    let value = whole.parse::<i64>().ok()?.checked_mul(THOUSANDTHS)?.checked_add(decimals)?;
    value.checked_mul(thousands)
}

/// Reads a word for a place in a row: `third`, `21st`, `twenty-first` as its two words.
#[must_use]
pub fn ordinal(words: &[&str]) -> Option<i64> {
    let (last, before) = words.split_last()?;
    let tens = match before {
        [] => 0,
        [tens] => lookup(TENS, tens)?,
        [_, _, ..] => return None,
    };
    let written = ["st", "nd", "rd", "th"].iter().find_map(|end| last.strip_suffix(end));
    let one = lookup(ORDINALS, last).or_else(|| {
        let stem = written?;
        let digits = stem.parse().ok();
        digits.or_else(|| lookup(ONES, stem))
    })?;
    (tens == 0 || one < 10).then(|| tens.saturating_add(one))
}

fn lookup(table: &[(&str, i64)], word: &str) -> Option<i64> {
    table.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
}

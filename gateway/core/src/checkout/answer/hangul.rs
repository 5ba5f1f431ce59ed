//! Hangul as the keys that were pressed for it: syllables apart, compound letters into their parts.
//!
//! Owns the split into jamo and both readings of a keyboard that was left in the other language
//! (2-set layout, KS X 5002). May not judge how near two words are: [`super::distance`] does.

/// The first code point of the composed syllables (Unicode 3.12).
const SYLLABLES: u32 = 0xAC00;
/// Composed syllables end here.
const SYLLABLES_END: u32 = 0xD7A3;
/// Vowels to an initial.
const VOWELS: u32 = 21;
/// Finals to a vowel, the missing one included.
const FINALS: u32 = 28;

const INITIAL: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const VOWEL: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
const FINAL: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

/// Letters that are typed with two keys.
const COMPOUND: &[(char, &str)] = &[
    ('ㅘ', "ㅗㅏ"),
    ('ㅙ', "ㅗㅐ"),
    ('ㅚ', "ㅗㅣ"),
    ('ㅝ', "ㅜㅓ"),
    ('ㅞ', "ㅜㅔ"),
    ('ㅟ', "ㅜㅣ"),
    ('ㅢ', "ㅡㅣ"),
    ('ㄳ', "ㄱㅅ"),
    ('ㄵ', "ㄴㅈ"),
    ('ㄶ', "ㄴㅎ"),
    ('ㄺ', "ㄹㄱ"),
    ('ㄻ', "ㄹㅁ"),
    ('ㄼ', "ㄹㅂ"),
    ('ㄽ', "ㄹㅅ"),
    ('ㄾ', "ㄹㅌ"),
    ('ㄿ', "ㄹㅍ"),
    ('ㅀ', "ㄹㅎ"),
    ('ㅄ', "ㅂㅅ"),
];

/// The keys of the 2-set layout without shift, beside their Latin letters.
const KEYS: &str = "qwertyuiopasdfghjklzxcvbnm";
const KEYS_HANGUL: &str = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ";
/// The keys that say something else with shift.
const SHIFTED: &str = "QWERTOP";
const SHIFTED_HANGUL: &str = "ㅃㅉㄸㄲㅆㅒㅖ";

/// Splits text into the letters that were typed: `값` becomes `ㄱㅏㅂㅅ`; anything else stays.
#[must_use]
pub fn jamo(text: &str) -> Vec<char> {
    let mut typed = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match syllable(letter) {
            Some(letters) => letters.into_iter().flatten().for_each(|one| parts(one, &mut typed)),
            None => parts(lone(letter), &mut typed),
        }
    }
    typed
}

/// Reads Latin letters as the Korean keys that they share: `tmxk` becomes `ㅅㅡㅌㅏ`.
#[must_use]
pub fn latin_as_keys(text: &str) -> Vec<char> {
    let key = |letter: char| {
        beside(SHIFTED, SHIFTED_HANGUL, letter)
            .or_else(|| beside(KEYS, KEYS_HANGUL, letter.to_ascii_lowercase()))
            .unwrap_or(letter)
    };
    text.chars().map(key).collect()
}

/// Reads typed Hangul as the Latin letters of its keys: `ㅜㅑㅏㄷ` becomes `nike`.
#[must_use]
pub fn keys_as_latin(typed: &[char]) -> Vec<char> {
    let letter = |jamo: &char| {
        beside(KEYS_HANGUL, KEYS, *jamo)
            .or_else(|| beside(SHIFTED_HANGUL, SHIFTED, *jamo).map(|key| key.to_ascii_lowercase()))
            .unwrap_or(*jamo)
    };
    typed.iter().map(letter).collect()
}

fn beside(from: &str, to: &str, letter: char) -> Option<char> {
    from.chars().zip(to.chars()).find(|(key, _)| *key == letter).map(|(_, other)| other)
}

fn syllable(letter: char) -> Option<[Option<char>; 3]> {
    let code = u32::from(letter);
    if !(SYLLABLES..=SYLLABLES_END).contains(&code) {
        return None;
    }
    let place = code.saturating_sub(SYLLABLES);
    let finals = place % FINALS;
    let vowel = (place / FINALS) % VOWELS;
    let initial = place / FINALS / VOWELS;
    let last = finals.checked_sub(1).and_then(|place| nth(FINAL, place));
    Some([nth(INITIAL, initial), nth(VOWEL, vowel), last])
}

/// Conjoining letters that stand alone, as half-width input leaves them, become ordinary ones.
fn lone(letter: char) -> char {
    let code = u32::from(letter);
    let found = match code {
        0x1100..=0x1112 => nth(INITIAL, code.saturating_sub(0x1100)),
        0x1161..=0x1175 => nth(VOWEL, code.saturating_sub(0x1161)),
        0x11A8..=0x11C2 => nth(FINAL, code.saturating_sub(0x11A8)),
        _ => None,
    };
    found.unwrap_or(letter)
}

fn nth(letters: &str, place: u32) -> Option<char> {
    letters.chars().nth(usize::try_from(place).ok()?)
}

fn parts(letter: char, typed: &mut Vec<char>) {
    match COMPOUND.iter().find(|(compound, _)| *compound == letter) {
        Some((_, parts)) => typed.extend(parts.chars()),
        None => typed.push(letter),
    }
}

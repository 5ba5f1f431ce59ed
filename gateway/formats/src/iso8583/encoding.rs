//! Characters and digits as bytes: EBCDIC, packed digits, hexadecimal digits.
//!
//! Owns the tables, and turning whole values at once: packed digits eight at a time, EBCDIC with
//! what its characters are. EBCDIC is code page 037 (IBM, registered as `IBM037`), the visible
//! characters of ASCII only: nothing else is allowed in a field. Next: [`super::field`].

use super::class::{Kinds, splat};

/// Bytes of code page 037 for the characters from blank to `~`.
const EBCDIC: [u8; 95] = [
    64, 90, 127, 123, 91, 108, 80, 125, 77, 93, 92, 78, 107, 96, 75, 97, 240, 241, 242, 243, 244,
    245, 246, 247, 248, 249, 122, 94, 76, 126, 110, 111, 124, 193, 194, 195, 196, 197, 198, 199,
    200, 201, 209, 210, 211, 212, 213, 214, 215, 216, 217, 226, 227, 228, 229, 230, 231, 232, 233,
    186, 224, 187, 176, 109, 121, 129, 130, 131, 132, 133, 134, 135, 136, 137, 145, 146, 147, 148,
    149, 150, 151, 152, 153, 162, 163, 164, 165, 166, 167, 168, 169, 192, 79, 208, 161,
];
/// What stands for a byte that is none of these characters.
const NONE: u8 = 0;
/// The way back, above each character its kinds.
static FROM: [u16; 256] = tables().0;
/// The way there.
static TO: [u8; 256] = tables().1;

const fn tables() -> ([u16; 256], [u8; 256]) {
    let (mut back, mut there) = ([0; 256], [NONE; 256]);
    let mut character = b' ';
    let mut rest: &[u8] = &EBCDIC;
    while let [byte, more @ ..] = rest {
        set(&mut back, *byte, u16::from_be_bytes([Kinds::of(character).bits(), character]));
        set(&mut there, character, *byte);
        character += 1;
        rest = more;
    }
    (back, there)
}

const fn set<T: Copy>(table: &mut [T; 256], at: u8, value: T) {
    let (_, rest) = table.split_at_mut(at as usize);
    if let [slot, ..] = rest {
        *slot = value;
    }
}

/// Returns the ASCII character of an EBCDIC byte.
pub(super) fn from_ebcdic(byte: u8) -> Option<u8> {
    FROM.get(usize::from(byte)).map(|known| character_of(*known)).filter(|other| *other != NONE)
}

/// Returns the EBCDIC byte of a visible ASCII character.
pub(super) fn to_ebcdic(character: u8) -> Option<u8> {
    EBCDIC.get(usize::from(character.checked_sub(b' ')?)).copied()
}

/// Returns the value of a hexadecimal digit.
pub(super) const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Returns the upper-case digit of the low four bits.
pub(super) const fn hex_digit(value: u8) -> u8 {
    match value & 15 {
        low @ 0..=9 => b'0' + low,
        low => b'A' + (low - 10),
    }
}

/// Appends two upper-case digits for each byte; returns whether all are decimal.
pub(super) fn extend_digits(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<4>();
    let mut letters = 0;
    let mut digits = |word: u32| {
        let (digits, found) = digits_of(word);
        letters |= found;
        digits
    };
    for word in words {
        out.extend_from_slice(&digits(u32::from_le_bytes(*word)));
    }
    match *rest {
        [a] => {
            let [high, low, ..] = digits(a.into());
            out.extend_from_slice(&[high, low]);
        }
        [a, b] => {
            let [high, low, next, last, ..] = digits(u16::from_le_bytes([a, b]).into());
            out.extend_from_slice(&[high, low, next, last]);
        }
        [a, b, c] => {
            let [first @ .., _, _] = digits(u32::from_le_bytes([a, b, c, 0]));
            out.extend_from_slice(&first);
        }
        _ => {}
    }
    letters == 0
}

/// The eight digits of four bytes, and a bit for each that is a letter: the halves of the bytes
/// side by side, then each as a character.
fn digits_of(bytes: u32) -> ([u8; 8], u64) {
    let mut word = u64::from(bytes);
    word = (word | word << 16) & 0x0000_FFFF_0000_FFFF;
    word = (word | word << 8) & 0x00FF_00FF_00FF_00FF;
    word = (word >> 4 & 0x000F_000F_000F_000F) | (word & 0x000F_000F_000F_000F) << 8;
    // A value over 9 reaches 16 with 6 more; letters stand 7 behind the digits.
    let letters = word.wrapping_add(splat(6)) >> 4 & splat(1);
    let digits = word.wrapping_add(splat(b'0')).wrapping_add(letters.wrapping_mul(7));
    (digits.to_le_bytes(), letters)
}

/// Digits differ from ASCII's in these bits only (F0 to F9), and need no table.
pub(super) const EBCDIC_DIGIT: u8 = 0xC0;

/// Appends digits as the other code has them, EBCDIC or ASCII.
pub(super) fn extend_turned_digits(out: &mut Vec<u8>, digits: &[u8]) {
    let start = out.len();
    out.extend_from_slice(digits);
    for place in out.get_mut(start..).unwrap_or_default() {
        *place ^= EBCDIC_DIGIT;
    }
}

/// Appends the characters of EBCDIC bytes; returns the kinds that all of them are.
pub(super) fn extend_from_ebcdic(out: &mut Vec<u8>, bytes: &[u8]) -> Kinds {
    let start = out.len();
    out.extend_from_slice(bytes);
    let look = |byte: u8| FROM.get(usize::from(byte)).copied().unwrap_or(0);
    let mut kinds = u16::MAX;
    let (words, rest) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<4>();
    for word in words {
        let [a, b, c, d] = *word;
        let (a, b, c, d) = (look(a), look(b), look(c), look(d));
        *word = [character_of(a), character_of(b), character_of(c), character_of(d)];
        kinds &= a & b & c & d;
    }
    for place in rest {
        let known = look(*place);
        *place = character_of(known);
        kinds &= known;
    }
    let [kinds, _] = kinds.to_be_bytes();
    Kinds::of_bits(kinds)
}

/// Appends the EBCDIC bytes of visible characters.
pub(super) fn extend_to_ebcdic(out: &mut Vec<u8>, characters: &[u8]) {
    let start = out.len();
    out.extend_from_slice(characters);
    let look = |byte: u8| TO.get(usize::from(byte)).copied().unwrap_or(NONE);
    let (words, rest) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<4>();
    for word in words {
        let [a, b, c, d] = *word;
        *word = [look(a), look(b), look(c), look(d)];
    }
    for place in rest {
        *place = look(*place);
    }
}

/// The character of an entry of [`FROM`].
const fn character_of(known: u16) -> u8 {
    let [_, character] = known.to_be_bytes();
    character
}

/// Returns the value of a packed digit, of which [`packs`] is true: a letter's low half is 9 less.
pub(super) const fn packed_value(digit: u8) -> u8 {
    (digit & 15) + 9 * (digit >> 6 & 1)
}

/// Appends a byte for each pair of digits, of which [`packs`] is true.
pub(super) fn extend_packed(out: &mut Vec<u8>, digits: &[u8]) {
    let (words, rest) = digits.as_chunks::<8>();
    for word in words {
        out.extend_from_slice(&packed(*word));
    }
    match *rest {
        [a, b] => out.push(packed_value(a) << 4 | packed_value(b)),
        [a, b, c, d] => {
            let [first, second, ..] = packed([a, b, c, d, 0, 0, 0, 0]);
            out.extend_from_slice(&[first, second]);
        }
        [a, b, c, d, e, f] => {
            let [pairs @ .., _] = packed([a, b, c, d, e, f, 0, 0]);
            out.extend_from_slice(&pairs);
        }
        _ => {}
    }
}

/// The four bytes of eight digits: their values in pairs, then the pairs side by side.
fn packed(digits: [u8; 8]) -> [u8; 4] {
    let digits = u64::from_le_bytes(digits);
    let letters = digits >> 6 & splat(1);
    let mut word = (digits & splat(15)).wrapping_add(letters.wrapping_mul(9));
    word = (word << 4 | word >> 8) & 0x00FF_00FF_00FF_00FF;
    word = (word | word >> 8) & 0x0000_FFFF_0000_FFFF;
    let [a, b, _, _, c, d, _, _] = word.to_le_bytes();
    [a, b, c, d]
}

/// Returns the byte of two hexadecimal digits.
pub(super) fn hex_byte(high: u8, low: u8) -> Option<u8> {
    Some(hex_value(high)? << 4 | hex_value(low)?)
}

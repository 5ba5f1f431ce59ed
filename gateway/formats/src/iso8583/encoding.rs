//! Characters and digits as bytes: EBCDIC, packed digits, hexadecimal digits.
//!
//! Owns the four tables. EBCDIC is code page 037 (IBM, registered as `IBM037`), the visible
//! characters of ASCII only: nothing else is allowed in a field. Next: [`super::field`].

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
static TABLES: ([u8; 256], [u8; 256]) = tables();

/// The way back and the way there.
const fn tables() -> ([u8; 256], [u8; 256]) {
    let (mut back, mut there) = ([NONE; 256], [NONE; 256]);
    let mut character = b' ';
    let mut rest: &[u8] = &EBCDIC;
    while let [byte, more @ ..] = rest {
        set(&mut back, *byte, character);
        set(&mut there, character, *byte);
        character += 1;
        rest = more;
    }
    (back, there)
}

const fn set(table: &mut [u8; 256], at: u8, value: u8) {
    let (_, rest) = table.split_at_mut(at as usize);
    if let [slot, ..] = rest {
        *slot = value;
    }
}

/// Returns the ASCII character of an EBCDIC byte.
pub(super) fn from_ebcdic(byte: u8) -> Option<u8> {
    TABLES.0.get(usize::from(byte)).copied().filter(|character| *character != NONE)
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

/// The two digits of each byte.
static PAIRS: [[u8; 2]; 256] = pairs();

const fn pairs() -> [[u8; 2]; 256] {
    let mut table = [[b'0'; 2]; 256];
    let mut rest: &mut [[u8; 2]] = &mut table;
    let mut byte = 0_u8;
    while let [pair, more @ ..] = rest {
        *pair = [hex_digit(byte >> 4), hex_digit(byte)];
        byte = byte.wrapping_add(1);
        rest = more;
    }
    table
}

/// Appends two upper-case digits for each byte.
pub(super) fn extend_digits(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    out.resize(start.saturating_add(bytes.len().saturating_mul(2)), 0);
    let places = out.get_mut(start..).unwrap_or_default().chunks_exact_mut(2);
    for (place, byte) in places.zip(bytes) {
        if let Some(pair) = PAIRS.get(usize::from(*byte)) {
            place.copy_from_slice(pair);
        }
    }
}

/// Appends the bytes through a table; nothing if one of them has no place in it.
fn extend_through(out: &mut Vec<u8>, bytes: &[u8], table: &[u8; 256]) -> Option<()> {
    let start = out.len();
    out.resize(start.saturating_add(bytes.len()), 0);
    let mut known = true;
    for (place, byte) in out.get_mut(start..).unwrap_or_default().iter_mut().zip(bytes) {
        *place = table.get(usize::from(*byte)).copied().unwrap_or(NONE);
        known &= *place != NONE;
    }
    known.then_some(())
}

/// Appends the characters of EBCDIC bytes.
pub(super) fn extend_from_ebcdic(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    extend_through(out, bytes, &TABLES.0)
}

/// Appends the EBCDIC bytes of visible characters.
pub(super) fn extend_to_ebcdic(out: &mut Vec<u8>, characters: &[u8]) -> Option<()> {
    extend_through(out, characters, &TABLES.1)
}

/// What stands for a character that is no digit.
const NO_DIGIT: u8 = 0xFF;
/// The value of each hexadecimal digit; a track's `=` is packed as D.
static VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let mut table = [NO_DIGIT; 256];
    let mut digit = 0_u8;
    while digit < 128 {
        if let Some(value) = hex_value(if digit == b'=' { b'D' } else { digit }) {
            set(&mut table, digit, value);
        }
        digit += 1;
    }
    table
}

/// Appends a byte for each pair of digits.
pub(super) fn extend_packed(out: &mut Vec<u8>, digits: &[u8]) -> Option<()> {
    let start = out.len();
    out.resize(start.saturating_add(digits.len() / 2), 0);
    let mut seen = 0;
    for (place, pair) in out.get_mut(start..)?.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        let value = |digit: &u8| VALUES.get(usize::from(*digit)).copied().unwrap_or(NO_DIGIT);
        let (high, low) = (value(high), value(low));
        seen |= high | low;
        *place = high << 4 | low;
    }
    (seen < 16).then_some(())
}

/// Returns the byte of two hexadecimal digits.
pub(super) fn hex_byte(high: u8, low: u8) -> Option<u8> {
    Some(hex_value(high)? << 4 | hex_value(low)?)
}

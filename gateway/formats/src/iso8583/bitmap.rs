//! Which fields a message has: one bit a field, the first bit for "64 more follow".
//!
//! Owns the primary and secondary bitmap. A third bitmap (bit 65) is refused as an unknown field.
//! Source: ISO 8583:1987, clause on bit maps. Next: [`super::field`].

use super::cursor::Cursor;
use super::fault::FormatFault;
use super::spec::BitmapForm;

/// Fields in one bitmap.
const FIELDS_PER_MAP: u8 = 64;
/// Bytes of one bitmap.
const MAP_BYTES: usize = 8;

/// Reads the bitmaps and returns the fields in ascending order, without field 1.
pub(super) fn read(form: BitmapForm, cursor: &mut Cursor<'_>) -> Result<Vec<u8>, FormatFault> {
    let primary = read_map(form, cursor)?;
    let secondary = if primary >> 63 == 1 { read_map(form, cursor)? } else { 0 };
    let all = (u128::from(primary) << 64) | u128::from(secondary);
    Ok((2..=128).filter(|field| all & bit(*field) != 0).collect())
}

/// Appends the bitmaps for these fields.
pub(super) fn write(form: BitmapForm, fields: impl Iterator<Item = u8>, out: &mut Vec<u8>) {
    let mut all = fields.fold(0_u128, |all, field| all | bit(field));
    if all & u128::from(u64::MAX) == 0 {
        let [primary, _] = halves(all);
        return write_map(form, primary, out);
    }
    all |= bit(1);
    for half in halves(all) {
        write_map(form, half, out);
    }
}

fn bit(field: u8) -> u128 {
    1_u128.checked_shl(u32::from((2 * FIELDS_PER_MAP).wrapping_sub(field))).unwrap_or(0)
}

fn halves(all: u128) -> [[u8; MAP_BYTES]; 2] {
    let mut primary = [0; MAP_BYTES];
    let mut secondary = [0; MAP_BYTES];
    let bytes = all.to_be_bytes();
    let (left, right) = bytes.split_at(MAP_BYTES);
    primary.copy_from_slice(left);
    secondary.copy_from_slice(right);
    [primary, secondary]
}

fn read_map(form: BitmapForm, cursor: &mut Cursor<'_>) -> Result<u64, FormatFault> {
    let bytes = match form {
        BitmapForm::Binary => cursor.take(MAP_BYTES).and_then(|map| map.try_into().ok()),
        BitmapForm::HexAscii => cursor.take(2 * MAP_BYTES).and_then(from_hex),
    };
    bytes.map(u64::from_be_bytes).ok_or(FormatFault::BitmapInvalid)
}

fn write_map(form: BitmapForm, map: [u8; MAP_BYTES], out: &mut Vec<u8>) {
    match form {
        BitmapForm::Binary => out.extend_from_slice(&map),
        BitmapForm::HexAscii => {
            out.extend_from_slice(format!("{:016X}", u64::from_be_bytes(map)).as_bytes());
        }
    }
}

fn from_hex(digits: &[u8]) -> Option<[u8; MAP_BYTES]> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let text = std::str::from_utf8(digits).ok()?;
    u64::from_str_radix(text, 16).ok().map(u64::to_be_bytes)
}

//! Which fields a message has: one bit a field, sixty-four in each of up to three bitmaps.
//!
//! Owns the set of fields and how it is sent. A third bitmap stands behind the second, or in the
//! place of field 65, the bit that announces it.
//! Source: ISO 8583:1987 and :2003, clauses on bit maps. Next: [`super::field`].

use super::cursor::Cursor;
use super::encoding::{extend_digits, from_ebcdic, hex_byte, hex_digit, to_ebcdic};
use super::fault::FormatFault;
use super::spec::{BitmapForm, Bitmaps, FIELD_MAX, Head};

/// Fields in one bitmap.
const FIELDS_PER_MAP: u8 = 64;
/// Bytes of one bitmap.
const MAP_BYTES: usize = 8;
/// The bit that says that a second bitmap follows.
pub(super) const SECOND: u8 = 1;
/// The bit that says that a third bitmap follows.
pub(super) const THIRD: u8 = 65;

/// A set of field numbers from 1 to 192.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct FieldSet {
    maps: [u64; 3],
}

impl FieldSet {
    #[inline]
    pub(super) fn insert(&mut self, field: u8) {
        if let Some((map, bit)) = self.place(field) {
            *map |= bit;
        }
    }

    pub(super) fn remove(&mut self, field: u8) {
        if let Some((map, bit)) = self.place(field) {
            *map &= !bit;
        }
    }

    pub(super) fn contains(mut self, field: u8) -> bool {
        self.place(field).is_some_and(|(map, bit)| *map & bit != 0)
    }

    /// The numbers, ascending.
    pub(super) const fn numbers(self) -> Numbers {
        Numbers { maps: self.maps, first: 1 }
    }

    /// The numbers behind the bit that announces a third bitmap.
    pub(super) const fn numbers_after_third(self) -> Numbers {
        let [_, second, third] = self.maps;
        Numbers { maps: [second & (u64::MAX >> 1), third, 0], first: THIRD }
    }

    #[inline]
    fn place(&mut self, field: u8) -> Option<(&mut u64, u64)> {
        let index = field.checked_sub(1).filter(|_| field <= FIELD_MAX)?;
        let map = self.maps.get_mut(usize::from(index / FIELDS_PER_MAP))?;
        Some((map, 1 << (63 - index % FIELDS_PER_MAP)))
    }

    fn count(self) -> usize {
        match self.maps {
            [_, _, third] if third != 0 => 3,
            [_, second, _] if second != 0 => 2,
            _ => 1,
        }
    }
}

/// The numbers of a set that are left.
pub(super) struct Numbers {
    maps: [u64; 3],
    /// The number of the first bit of the first map.
    first: u8,
}

impl Iterator for Numbers {
    type Item = u8;

    #[inline]
    fn next(&mut self) -> Option<u8> {
        loop {
            let [map, second, third] = &mut self.maps;
            let zeros = u8::try_from(map.leading_zeros()).ok()?;
            if zeros < FIELDS_PER_MAP {
                *map ^= 1_u64 << (63 - zeros);
                return Some(self.first.saturating_add(zeros));
            }
            if self.first > 2 * FIELDS_PER_MAP {
                return None;
            }
            self.maps = [*second, *third, 0];
            self.first = self.first.saturating_add(FIELDS_PER_MAP);
        }
    }
}

/// Reads the bitmaps. The bits that announce others stay in the set, as they were sent.
pub(super) fn read(head: Head, cursor: &mut Cursor<'_>) -> Result<FieldSet, FormatFault> {
    let mut set = FieldSet::default();
    let mut number = 0;
    for map in &mut set.maps {
        *map = read_map(head.bitmap, cursor)?;
        number += 1;
        let more = match head.bitmaps {
            Bitmaps::Always(count) => number < count,
            Bitmaps::OneOrTwo | Bitmaps::ThirdAsField => number < 2 && *map >> 63 == 1,
            Bitmaps::UpToThree => number < 3 && *map >> 63 == 1,
        };
        if !more {
            break;
        }
    }
    Ok(set)
}

/// Reads the third bitmap where field 65 stands: the set then has its fields too.
pub(super) fn read_third(
    head: Head,
    set: &mut FieldSet,
    cursor: &mut Cursor<'_>,
) -> Result<(), FormatFault> {
    let [_, _, third] = &mut set.maps;
    *third = read_map(head.bitmap, cursor)?;
    Ok(())
}

/// Appends the third bitmap where field 65 stands.
pub(super) fn write_third(head: Head, set: FieldSet, out: &mut Vec<u8>) {
    let [_, _, third] = set.maps;
    write_map(head.bitmap, third.to_be_bytes(), out);
}

/// Appends the bitmaps for these fields, but for one that has a field's place. The set that comes
/// back has the bits that announce them all.
pub(super) fn write(
    head: Head,
    fields: FieldSet,
    out: &mut Vec<u8>,
) -> Result<FieldSet, FormatFault> {
    let mut set = fields;
    let needed = set.count();
    let count = match head.bitmaps {
        Bitmaps::Always(count) if needed <= usize::from(count) => usize::from(count),
        Bitmaps::OneOrTwo if needed < 3 => needed.max(1 + usize::from(set.contains(SECOND))),
        Bitmaps::UpToThree | Bitmaps::ThirdAsField if set.contains(THIRD) => 3,
        Bitmaps::UpToThree | Bitmaps::ThirdAsField => {
            needed.max(1 + usize::from(set.contains(SECOND)))
        }
        Bitmaps::Always(_) | Bitmaps::OneOrTwo => return Err(FormatFault::BitmapTooShort),
    };
    if !matches!(head.bitmaps, Bitmaps::Always(_)) {
        if count > 1 {
            set.insert(SECOND);
        }
        if count > 2 {
            set.insert(THIRD);
        }
    }
    let here = if head.bitmaps == Bitmaps::ThirdAsField { count.min(2) } else { count };
    for map in set.maps.iter().take(here) {
        write_map(head.bitmap, map.to_be_bytes(), out);
    }
    Ok(set)
}

fn read_map(form: BitmapForm, cursor: &mut Cursor<'_>) -> Result<u64, FormatFault> {
    let bytes = match form {
        BitmapForm::Binary => cursor.take(MAP_BYTES).and_then(|map| map.try_into().ok()),
        BitmapForm::HexAscii => cursor.take(2 * MAP_BYTES).and_then(|map| from_hex(map, Some)),
        BitmapForm::HexEbcdic => {
            cursor.take(2 * MAP_BYTES).and_then(|map| from_hex(map, from_ebcdic))
        }
    };
    bytes.map(u64::from_be_bytes).ok_or(FormatFault::BitmapInvalid)
}

fn write_map(form: BitmapForm, map: [u8; MAP_BYTES], out: &mut Vec<u8>) {
    match form {
        BitmapForm::Binary => out.extend_from_slice(&map),
        BitmapForm::HexAscii => drop(extend_digits(out, &map)),
        BitmapForm::HexEbcdic => {
            let digits = map.iter().flat_map(|byte| [hex_digit(byte >> 4), hex_digit(*byte)]);
            out.extend(digits.filter_map(to_ebcdic));
        }
    }
}

fn from_hex(digits: &[u8], ascii: impl Fn(u8) -> Option<u8>) -> Option<[u8; MAP_BYTES]> {
    let mut map = [0; MAP_BYTES];
    for (byte, pair) in map.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = hex_byte(ascii(*high)?, ascii(*low)?)?;
    }
    Some(map)
}

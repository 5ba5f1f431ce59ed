//! The dialects that are ready to use, by name.
//!
//! Owns their list. Baton's own is in [`super::spec1987`]; an operator's own is a file of the same
//! rows. Next: [`super::private`], what Baton carries in field 48.

use super::iso1987::ROWS_1987;
use super::iso1993::ROWS_1993;
use super::notation::Style;
use super::spec::{BitmapForm, Bitmaps, Head, MtiForm, Spec};
use super::spec1987::SPEC_1987;
use std::sync::LazyLock;

const BINARY: Head = Head {
    header_bytes: 0,
    mti: MtiForm::Ascii,
    bitmap: BitmapForm::Binary,
    bitmaps: Bitmaps::UpToThree,
};
const HEX: Head = Head { bitmap: BitmapForm::HexAscii, ..BINARY };
const PACKED: Head = Head { mti: MtiForm::Bcd, ..BINARY };
const EBCDIC: Head = Head { mti: MtiForm::Ebcdic, ..BINARY };
/// In 1993 bit 65 is a data element like others.
const BINARY_1993: Head = Head { bitmaps: Bitmaps::OneOrTwo, ..BINARY };
const PACKED_1993: Head = Head { bitmaps: Bitmaps::OneOrTwo, ..PACKED };

static ASCII_1987: LazyLock<Spec> = LazyLock::new(|| table(BINARY, Style::ASCII, ROWS_1987));
static ASCII_HEX_1987: LazyLock<Spec> = LazyLock::new(|| table(HEX, Style::ASCII, ROWS_1987));
static BCD_1987: LazyLock<Spec> = LazyLock::new(|| table(PACKED, Style::PACKED, ROWS_1987));
static EBCDIC_1987: LazyLock<Spec> = LazyLock::new(|| table(EBCDIC, Style::EBCDIC, ROWS_1987));
static ASCII_1993: LazyLock<Spec> = LazyLock::new(|| table(BINARY_1993, Style::ASCII, ROWS_1993));
static BCD_1993: LazyLock<Spec> = LazyLock::new(|| table(PACKED_1993, Style::PACKED, ROWS_1993));

/// Names and tables of all.
pub static READY: [(&str, &LazyLock<Spec>); 7] = [
    ("baton", &SPEC_1987),
    ("1987-ascii", &ASCII_1987),
    ("1987-ascii-hex", &ASCII_HEX_1987),
    ("1987-bcd", &BCD_1987),
    ("1987-ebcdic", &EBCDIC_1987),
    ("1993-ascii", &ASCII_1993),
    ("1993-bcd", &BCD_1993),
];

/// Finds a dialect by its name.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Spec> {
    READY.iter().find(|(known, _)| *known == name).map(|(_, spec)| LazyLock::force(spec))
}

/// A table of ours; one with a mistake would be empty, which its test sees.
pub(super) fn table(head: Head, style: Style, rows: &'static [(u8, &'static str)]) -> Spec {
    let made = Spec::of_rows(head, style, rows.iter().copied());
    made.unwrap_or_else(|_| Spec::empty(head))
}

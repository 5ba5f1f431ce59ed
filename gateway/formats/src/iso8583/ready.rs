//! The dialects that are ready to use, by name.
//!
//! Owns their list. Baton's own is in [`super::spec1987`]; an operator's own is a file of the same
//! rows. Next: [`super::private`], what Baton carries in field 48.

use super::iso1987::ROWS_1987;
use super::iso1993::ROWS_1993;
use super::iso2003::ROWS_2003;
use super::notation::Style;
use super::spec::{BitmapForm, Bitmaps, Head, MtiForm, Spec};
use super::spec1987::OWN;
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

/// A dialect as data: what its rows have in common, and the rows.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// How messages begin.
    pub head: Head,
    /// What the rows have in common.
    pub style: Style,
    /// The rows.
    pub rows: &'static [(u8, &'static str)],
}

/// All of them.
pub const TABLES: [Table; 8] = [
    OWN,
    Table { name: "1987-ascii", head: BINARY, style: Style::ASCII, rows: ROWS_1987 },
    Table { name: "1987-ascii-hex", head: HEX, style: Style::ASCII, rows: ROWS_1987 },
    Table { name: "1987-bcd", head: PACKED, style: Style::PACKED, rows: ROWS_1987 },
    Table { name: "1987-ebcdic", head: EBCDIC, style: Style::EBCDIC, rows: ROWS_1987 },
    Table { name: "1993-ascii", head: BINARY_1993, style: Style::ASCII, rows: ROWS_1993 },
    Table { name: "1993-bcd", head: PACKED_1993, style: Style::PACKED, rows: ROWS_1993 },
    Table { name: "2003-ascii", head: BINARY, style: Style::ASCII, rows: ROWS_2003 },
];

static SPECS: LazyLock<[Spec; 8]> = LazyLock::new(|| TABLES.map(|table| table.spec()));

impl Table {
    /// Finds a table by its name.
    #[must_use]
    pub fn lookup(name: &str) -> Option<Self> {
        TABLES.into_iter().find(|table| table.name == name)
    }

    /// Makes the dialect; one with a mistake in its rows is empty, which its test sees.
    #[must_use]
    pub fn spec(&self) -> Spec {
        let made = Spec::of_rows(self.head, self.style, self.rows.iter().copied());
        made.unwrap_or_else(|_| Spec::empty(self.head))
    }
}

/// Returns the names and tables of all.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Spec)> {
    TABLES.iter().map(|table| table.name).zip(SPECS.iter())
}

/// Finds a dialect by its name.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Spec> {
    all().find(|(known, _)| *known == name).map(|(_, spec)| spec)
}

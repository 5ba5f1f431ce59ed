//! Pages: one label alone, or twenty-four on a sheet of A4.
//!
//! Owns where labels stand on a page: three columns of eight, 70 mm by 37 mm, as sheets of that
//! kind are cut. Next: [`super::png`], [`super::pdf`] and [`super::text`].

use super::drawing::{Drawing, Size};

/// A sheet of A4 in dots: 210 mm by 297 mm.
const A4: Size = Size { width: 2480, height: 3508 };
/// Columns and rows of the sheet.
const COLUMNS: u16 = 3;
/// See [`COLUMNS`].
const ROWS: u16 = 8;
/// From the upper edge of the paper to the first label, in dots: 0.5 mm.
const TOP: u16 = 6;

/// A page that holds the same label at one place or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The paper.
    pub size: Size,
    /// What stands at each place.
    pub label: Drawing,
    /// The upper left corners of the labels, in dots from the left and from the top.
    pub places: Vec<(u16, u16)>,
}

impl Page {
    /// Makes a page that is the label.
    #[must_use]
    pub fn single(label: Drawing) -> Self {
        Self { size: label.size, label, places: vec![(0, 0)] }
    }

    /// Makes a sheet of twenty-four labels.
    ///
    /// **Order** the label was drawn in the size [`Size::SHEET_LABEL`].
    #[must_use]
    pub fn sheet(label: Drawing) -> Self {
        let Size { width, height } = Size::SHEET_LABEL;
        let place = |row: u16, column: u16| {
            let y = TOP.saturating_add(row.saturating_mul(height));
            (column.saturating_mul(width), y)
        };
        let rows = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| place(row, column)));
        Self { size: A4, label, places: rows.collect() }
    }
}

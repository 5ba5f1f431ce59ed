//! Labels to print and stick on: the terminal's address as QR code, its id as bar code.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`symbol`] | dark and light modules of a QR code or a Code 128 bar code |
//! | 2 | [`lettering`] | lines of text as dots |
//! | 3 | [`drawing`] | rectangles on a label of a size in dots |
//! | 4 | [`sheet`] | one label alone, or twenty-four on a sheet of A4 |
//! | 5 | [`png`], [`pdf`], [`text`] | a picture, a document, lines of a terminal |
//!
//! Everything is measured in dots of 1/300 inch, so that each module is whole dots on every printer
//! of that fineness or a multiple of it. May not read settings or write files.

pub mod drawing;
pub mod lettering;
pub mod pdf;
pub mod png;
pub mod sheet;
pub mod symbol;
pub mod text;

#[cfg(test)]
mod tests;

pub use drawing::{Drawing, Label, Size};
pub use lettering::Lettering;
pub use sheet::Page;
pub use symbol::{Carrier, Symbol};

/// Dots of an inch: what office and label printers have, and half or a quarter of the finer ones.
pub const DOTS_PER_INCH: u16 = 300;

/// Why a label cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum LabelFault {
    /// A symbol holds less.
    #[error("{what} cannot hold `{content}`: {reason}")]
    Symbol {
        /// Which symbol.
        what: Carrier,
        /// What it was to hold.
        content: String,
        /// What the encoder said.
        reason: String,
    },
    /// The symbol would be too fine to be read.
    #[error(
        "{what} with {modules} modules does not fit on {room} dots at {dots_min} dots a module; \
         choose a larger label with --size, or the other symbol"
    )]
    TooFine {
        /// Which symbol.
        what: Carrier,
        /// How many modules it is wide, quiet zones included.
        modules: u16,
        /// How many dots there are.
        room: u16,
        /// The fewest dots that a module may have.
        dots_min: u16,
    },
    /// Letters that the built-in ones lack.
    #[error(
        "no built-in letter for `{character}`; set label.font to a .ttf or .otf file that has it"
    )]
    LetterMissing {
        /// Which one.
        character: char,
    },
    /// A font file that cannot be used.
    #[error("label.font {path}: {reason}")]
    Font {
        /// Which file.
        path: std::path::PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The picture cannot be written.
    #[error("the picture cannot be written: {0}")]
    Picture(#[from] ::png::EncodingError),
}

//! The symbols as dark and light modules.
//!
//! Owns which encoder makes them and their quiet zones. Encoders are the crates `qrcode` (ISO/IEC
//! 18004) and `barcoders` (ISO/IEC 15417). May not know dots. Next: [`super::lettering`].

use super::LabelFault;
use barcoders::sym::code128::Code128;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt;

/// Light modules on each side of a QR code (ISO/IEC 18004, 6.3.8).
const QR_QUIET: u16 = 4;
/// Light modules on both ends of a bar code (ISO/IEC 15417, 4.3.3).
const BAR_QUIET: u16 = 10;
/// Switches `barcoders` to character set B: all of printable ASCII.
const SET_B: char = '\u{0181}';

/// What carries the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// A QR code, which phones read by themselves.
    Qr,
    /// A Code 128 bar code, for scanners and apps that ask for the terminal.
    Bars,
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Qr => "the QR code",
            Self::Bars => "the bar code",
        })
    }
}

/// A symbol in modules, quiet zone included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What it is.
    pub carrier: Carrier,
    /// Modules of a row.
    pub width: u16,
    /// Row by row, true where it is dark; bar codes have one row.
    pub rows: Vec<Vec<bool>>,
}

impl Symbol {
    /// Makes the symbol that holds this content.
    ///
    /// # Errors
    /// [`LabelFault::Symbol`].
    pub fn of(carrier: Carrier, content: &str) -> Result<Self, LabelFault> {
        let fault = |reason: String| LabelFault::Symbol {
            what: carrier,
            content: content.to_owned(),
            reason,
        };
        let rows = match carrier {
            Carrier::Qr => qr(content).map_err(|wrong| fault(wrong.to_string()))?,
            Carrier::Bars => bars(content).map_err(|wrong| fault(wrong.to_string()))?,
        };
        let modules = rows.first().map_or(0, Vec::len);
        let width = u16::try_from(modules).map_err(|wrong| fault(wrong.to_string()))?;
        Ok(Self { carrier, width, rows })
    }
}

/// A quarter of the code may be scratched off: level Q, because a counter is rubbed all day.
fn qr(content: &str) -> Result<Vec<Vec<bool>>, qrcode::types::QrError> {
    let code = QrCode::with_error_correction_level(content, EcLevel::Q)?;
    let quiet = usize::from(QR_QUIET);
    let blank = vec![false; code.width().saturating_add(quiet.saturating_mul(2))];
    let margin = std::iter::repeat_n(blank, quiet);
    let colors = code.to_colors();
    let rows = colors
        .chunks(code.width())
        .map(|row| quieted(row.iter().map(|color| *color == Color::Dark), QR_QUIET));
    Ok(margin.clone().chain(rows).chain(margin).collect())
}

fn bars(content: &str) -> Result<Vec<Vec<bool>>, barcoders::error::Error> {
    let code = Code128::new(format!("{SET_B}{content}"))?;
    Ok(vec![quieted(code.encode().into_iter().map(|module| module == 1), BAR_QUIET)])
}

fn quieted(modules: impl Iterator<Item = bool>, quiet: u16) -> Vec<bool> {
    let margin = std::iter::repeat_n(false, usize::from(quiet));
    margin.clone().chain(modules).chain(margin).collect()
}

//! What a reader sends: three characters that name the symbol, then its data.
//!
//! Owns the symbology identifiers of GS1 carriers and what each kind of data may be. Source:
//! ISO/IEC 15424 and GS1 General Specifications, symbology identifiers. Nothing comes after this.

use super::elements::{Elements, Separator, TEXT_BYTES_MAX};
use super::fault::Gs1Fault;
use super::keys::Gtin;
use super::link::{DigitalLink, LinkFault};

/// What opens the second message of a composite symbol.
const COMPOSITE_MARK: &str = "|]e0";

/// The kind of symbol that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbology {
    /// GS1-128, `]C1`.
    Gs1128,
    /// EAN-13, UPC-A and UPC-E, `]E0`.
    Ean13,
    /// EAN-8, `]E4`.
    Ean8,
    /// GS1 DataBar and the composites of GS1-128, `]e0`.
    DataBar,
    /// Data Matrix, `]d1` and `]d2`.
    DataMatrix,
    /// QR Code, `]Q1` and `]Q3`.
    QrCode,
    /// DotCode, `]J0` and `]J1`.
    DotCode,
}

/// What the symbol holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Elements.
    Elements(Elements),
    /// A trade item's number from a retail symbol, and the elements of its composite part.
    TradeItem {
        /// The number, filled up to 14 digits.
        gtin: Gtin,
        /// What stands beside it.
        composite: Option<Elements>,
    },
    /// A GS1 Digital Link.
    Link(DigitalLink),
    /// Something that is no GS1 data.
    Text(String),
}

/// A scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The kind of symbol.
    pub symbology: Symbology,
    /// What it holds.
    pub content: Content,
    data: String,
}

/// Why a text is no scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanFault {
    /// More bytes than any symbol can hold.
    #[error("scan of {bytes} bytes is over the limit")]
    TooLarge {
        /// How many there were.
        bytes: usize,
    },
    /// The text does not begin with a symbology identifier.
    #[error("scan has no symbology identifier")]
    IdentifierMissing,
    /// The symbol is none that carries GS1 data.
    #[error("symbology identifier is none of those that carry gs1 data")]
    IdentifierUnknown,
    /// A retail symbol with fewer or more digits than it has.
    #[error("retail symbol of a wrong length")]
    RetailLength,
    /// The elements are wrong.
    #[error(transparent)]
    Elements(#[from] Gs1Fault),
    /// The link is wrong.
    #[error(transparent)]
    Link(#[from] LinkFault),
}

/// What kind of data follows an identifier.
#[derive(Clone, Copy)]
enum Kind {
    Elements,
    Retail { digits: usize },
    Plain,
}

impl Scan {
    /// Reads what a reader sent, with GS as separator.
    ///
    /// # Errors
    /// Any [`ScanFault`].
    pub fn parse(text: &str) -> Result<Self, ScanFault> {
        let rest = text.strip_prefix(']').ok_or(ScanFault::IdentifierMissing)?;
        let (identifier, data) = rest.split_at_checked(2).ok_or(ScanFault::IdentifierMissing)?;
        if data.len() > TEXT_BYTES_MAX {
            return Err(ScanFault::TooLarge { bytes: data.len() });
        }
        let (symbology, kind) = symbol(identifier).ok_or(ScanFault::IdentifierUnknown)?;
        let content = match kind {
            Kind::Elements => Content::Elements(elements(data)?),
            Kind::Retail { digits } => retail(data, digits)?,
            Kind::Plain if DigitalLink::is_address(data) => {
                Content::Link(DigitalLink::parse(data)?)
            }
            Kind::Plain => Content::Text(data.to_owned()),
        };
        Ok(Self { symbology, content, data: data.to_owned() })
    }

    /// Returns the trade item that the symbol names, wherever it stands.
    #[must_use]
    pub fn gtin(&self) -> Option<Gtin> {
        match &self.content {
            Content::TradeItem { gtin, .. } => Some(*gtin),
            Content::Elements(elements) => elements.gtin(),
            Content::Link(link) => link.elements().gtin(),
            Content::Text(_) => None,
        }
    }

    /// Returns the elements that the symbol holds, if it holds any.
    #[must_use]
    pub const fn elements(&self) -> Option<&Elements> {
        match &self.content {
            Content::Elements(elements) => Some(elements),
            Content::TradeItem { composite, .. } => composite.as_ref(),
            Content::Link(link) => Some(link.elements()),
            Content::Text(_) => None,
        }
    }

    /// Writes the data as the GS1 syntax engine notes it: a caret for FNC1, a bar before a
    /// composite part, and a backslash before a plain text that would look like one of these.
    #[must_use]
    pub fn to_notation(&self) -> String {
        let caret = |text: &str| text.replace(Separator::GroupSeparator.char(), "^");
        match &self.content {
            Content::Elements(_) => format!("^{}", caret(&self.data)),
            Content::TradeItem { .. } => caret(&self.data.replacen(COMPOSITE_MARK, "|^", 1)),
            Content::Link(_) => self.data.clone(),
            Content::Text(text) if text.trim_start_matches('\\').starts_with('^') => {
                format!("\\{text}")
            }
            Content::Text(text) => text.clone(),
        }
    }
}

fn symbol(identifier: &str) -> Option<(Symbology, Kind)> {
    Some(match identifier {
        "C1" => (Symbology::Gs1128, Kind::Elements),
        "E0" => (Symbology::Ean13, Kind::Retail { digits: 13 }),
        "E4" => (Symbology::Ean8, Kind::Retail { digits: 8 }),
        "e0" => (Symbology::DataBar, Kind::Elements),
        "d1" => (Symbology::DataMatrix, Kind::Plain),
        "d2" => (Symbology::DataMatrix, Kind::Elements),
        "Q1" => (Symbology::QrCode, Kind::Plain),
        "Q3" => (Symbology::QrCode, Kind::Elements),
        "J0" => (Symbology::DotCode, Kind::Plain),
        "J1" => (Symbology::DotCode, Kind::Elements),
        _ => return None,
    })
}

fn elements(data: &str) -> Result<Elements, Gs1Fault> {
    Elements::parse_after_first(data, Separator::GroupSeparator)
}

fn retail(data: &str, digits: usize) -> Result<Content, ScanFault> {
    let (number, rest) = data.split_at_checked(digits).ok_or(ScanFault::RetailLength)?;
    let gtin = Gtin::parse(number)?;
    let composite = match rest.strip_prefix(COMPOSITE_MARK) {
        Some(composite) => Some(elements(composite)?),
        None if rest.is_empty() => None,
        None => return Err(ScanFault::RetailLength),
    };
    Ok(Content::TradeItem { gtin, composite })
}

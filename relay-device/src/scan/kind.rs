//! What a reading is, and why some are refused: whoever stands at the scanner can show it anything.
//!
//! Owns the order of looking and the refusals: control characters, card numbers, card data, what
//! breaks its own format. The formats are `baton-formats`'s. Next: [`super::reading`].

use crate::beacon::Sighting;
use baton_formats::emv::codes::CodeRules;
use baton_formats::emv::{ConsumerCode, ConsumerFault, Payload};
use baton_formats::epc::Tag;
use baton_formats::gs1::{Content, DigitalLink, Elements, Gtin, Scan, ScanFault, Separator};
use baton_formats::pan;
use baton_protocol::code::card_number;
use std::fmt;

/// The first characters of a consumer-presented code: object 85 with its version, in base64.
const CONSUMER_START: &str = "hQVDUFY";
/// The first characters of a merchant-presented code: its format, always first.
const MERCHANT_START: &str = "000201";
/// Between elements of GS1 data, the only control character that a reading may hold.
const GROUP_SEPARATOR: char = '\u{1d}';
/// Digits of retail symbols: EAN-8, UPC-A, EAN-13 and ITF-14.
const RETAIL_DIGITS: [usize; 4] = [8, 12, 13, 14];

/// What a reading is. Nothing of it but public numbers and names prints.
#[derive(Clone, PartialEq, Eq)]
pub enum Kind {
    /// A trade item from a retail symbol.
    Retail(Gtin),
    /// GS1 elements of a label.
    Gs1(Elements),
    /// The code of a radio tag.
    Tag(Tag),
    /// A beacon that was heard.
    Beacon(Sighting),
    /// A GS1 web address of a thing.
    Link(DigitalLink),
    /// Another web address.
    Address,
    /// A merchant-presented payment code: somebody's account to pay to.
    MerchantCode,
    /// A consumer-presented payment code without card data.
    ConsumerCode,
    /// A payment code of a known scheme.
    PaymentCode {
        /// Whose.
        scheme: String,
        /// Which of its codes, when it has several kinds.
        product: Option<String>,
    },
    /// Something else: a member id, a coupon, a payment code that no rule knows.
    Plain,
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retail(gtin) => write!(f, "Retail({})", gtin.as_str()),
            Self::Gs1(elements) => write!(f, "Gs1({} elements)", elements.iter().count()),
            Self::Beacon(sighting) => write!(f, "Beacon({} dBm)", sighting.signal_dbm),
            Self::Tag(tag) => write!(f, "Tag({})", tag.identity().to_uri()),
            Self::Link(link) => write!(f, "Link({} elements)", link.elements().iter().count()),
            Self::Address => f.write_str("Address"),
            Self::MerchantCode => f.write_str("MerchantCode"),
            Self::ConsumerCode => f.write_str("ConsumerCode"),
            Self::PaymentCode { scheme, .. } => write!(f, "PaymentCode({scheme})"),
            Self::Plain => f.write_str("Plain"),
        }
    }
}

/// Why a reading is not taken. Never holds any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing between its marks.
    #[error("the reading is empty")]
    Empty,
    /// Longer than the settings allow.
    #[error("the reading is over {bytes_max} bytes")]
    TooLong {
        /// How many it may have.
        bytes_max: usize,
    },
    /// The line fell silent before its end.
    #[error("the reading was cut off")]
    CutOff,
    /// It does not begin as the settings say.
    #[error("the reading does not begin with the scanner's prefix")]
    PrefixMissing,
    /// Not UTF-8.
    #[error("the reading is no text")]
    NotText,
    /// Characters that move cursors or press keys.
    #[error("the reading holds control characters")]
    ControlCharacter,
    /// A card's number.
    #[error("the reading is or holds a card number, which is never taken")]
    CardNumber,
    /// A payment code with card data in it.
    #[error("the code carries card data, which is never taken")]
    CardData,
    /// A card that no script of the settings knows.
    #[error("this terminal knows no such card")]
    CardUnknown,
    /// Begins like a format and breaks its rules.
    #[error("the reading begins like {format} and breaks its rules")]
    Malformed {
        /// Which format.
        format: &'static str,
    },
}

/// Tells what a reading is.
///
/// # Errors
/// [`Refusal`], each as it says.
pub fn classify(text: &str) -> Result<Kind, Refusal> {
    if text.is_empty() {
        return Err(Refusal::Empty);
    }
    if text.chars().any(|character| character.is_control() && character != GROUP_SEPARATOR) {
        return Err(Refusal::ControlCharacter);
    }
    if text.starts_with(']') && text.is_char_boundary(3) {
        return marked(text);
    }
    unmarked(text)
}

/// A reading of a scanner that says which symbol it read.
fn marked(text: &str) -> Result<Kind, Refusal> {
    let malformed = |_| Refusal::Malformed { format: "gs1 data" };
    match Scan::parse(text) {
        Ok(scan) => match scan.content {
            Content::Elements(elements) => Ok(Kind::Gs1(elements)),
            Content::TradeItem { gtin, .. } => Ok(Kind::Retail(gtin)),
            Content::Link(link) => Ok(Kind::Link(link)),
            Content::Text(text) => unmarked(&text),
        },
        Err(ScanFault::IdentifierUnknown | ScanFault::Link(_)) => {
            let rest = text.get(3..).unwrap_or_default();
            if rest.is_empty() { Err(Refusal::Empty) } else { unmarked(rest) }
        }
        Err(fault) => Err(malformed(fault)),
    }
}

fn unmarked(text: &str) -> Result<Kind, Refusal> {
    if let Some(rest) = text.strip_prefix(GROUP_SEPARATOR) {
        let elements = Elements::parse_after_first(rest, Separator::GroupSeparator);
        return elements.map(Kind::Gs1).map_err(|_| Refusal::Malformed { format: "gs1 data" });
    }
    // Only GS1 data has separators, and that is known by its first one or by its symbol.
    if text.contains(GROUP_SEPARATOR) {
        return Err(Refusal::ControlCharacter);
    }
    if text.starts_with(CONSUMER_START) {
        return consumer(text);
    }
    refuse_cards(text)?;
    if text.starts_with(MERCHANT_START) {
        let read = Payload::parse(text).map_err(|_| Refusal::Malformed { format: "an EMVCo code" });
        return read.map(|_| Kind::MerchantCode);
    }
    if text.starts_with("https://") || text.starts_with("http://") {
        return Ok(DigitalLink::parse(text).map_or(Kind::Address, Kind::Link));
    }
    if RETAIL_DIGITS.contains(&text.len())
        && let Ok(gtin) = Gtin::parse(text)
    {
        return Ok(Kind::Retail(gtin));
    }
    let rules = CodeRules::standard();
    Ok(rules.classify(text).map_or(Kind::Plain, |rule| Kind::PaymentCode {
        scheme: rule.scheme().to_owned(),
        product: rule.product().map(str::to_owned),
    }))
}

fn consumer(text: &str) -> Result<Kind, Refusal> {
    match ConsumerCode::parse(text) {
        Ok(_) => Ok(Kind::ConsumerCode),
        Err(ConsumerFault::CardData { .. }) => Err(Refusal::CardData),
        Err(
            ConsumerFault::TooLarge { .. }
            | ConsumerFault::Base64
            | ConsumerFault::Tlv(_)
            | ConsumerFault::FormatInvalid
            | ConsumerFault::ApplicationMissing
            | ConsumerFault::ApplicationIdInvalid { .. },
        ) => Err(Refusal::Malformed { format: "an EMVCo consumer code" }),
    }
}

/// A retail number may have a card's check digit by chance; then its first digits decide.
fn refuse_cards(text: &str) -> Result<(), Refusal> {
    let retail = RETAIL_DIGITS.contains(&text.len()) && Gtin::parse(text).is_ok();
    if (card_number(text) && !retail) || pan::find(text).is_some() {
        return Err(Refusal::CardNumber);
    }
    Ok(())
}

#[cfg(test)]
mod tests;

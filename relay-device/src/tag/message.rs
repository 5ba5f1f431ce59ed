//! The terminal's address on a tag of either type: written, read back, read.
//!
//! Owns what is written (one URI record) and that it is compared afterwards. Next:
//! [`super::provision`], for tags that make one-time addresses.

use super::card::Card;
use super::fault::{Left, TagFailure, TagFault};
use super::kind::TagKind;
use super::{files, pages};
use baton_formats::nfc::ndef::{Content, Message, Record, Uri};

/// What is on a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnTag {
    /// Nothing.
    Empty,
    /// A URI, in its first record or in a smart poster there.
    Uri(String),
    /// Something else.
    Other,
}

/// Writes an address and reads it back.
///
/// # Errors
/// [`TagFailure`] with the state of the tag.
/// **Repeat** a second call writes the same again.
pub fn write(card: &mut dyn Card, address: &str) -> Result<TagKind, TagFailure> {
    let untouched = |fault: TagFault| fault.leaving(Left::AsItWas);
    let kind = TagKind::of(card).map_err(untouched)?;
    let message = message(address).map_err(untouched)?;
    match kind {
        TagKind::Type2 => pages::write(card, &message)?,
        TagKind::Type4 => files::write(card, message.clone())?,
    }
    let unproved = |fault: TagFault| fault.leaving(Left::Unproved);
    if bytes(card, kind).map_err(unproved)? != message {
        return Err(unproved(TagFault::ReadBack));
    }
    Ok(kind)
}

/// Reads what is on a tag.
///
/// # Errors
/// Each variant of [`TagFault`] that reading can bring.
pub fn read(card: &mut dyn Card) -> Result<(TagKind, OnTag), TagFault> {
    let kind = TagKind::of(card)?;
    let bytes = bytes(card, kind)?;
    if bytes.is_empty() {
        return Ok((kind, OnTag::Empty));
    }
    let message = Message::parse(&bytes)?;
    let first = message.records.first().map(Record::content).transpose()?;
    let found = match first {
        Some(Content::Uri(uri)) => OnTag::Uri(uri.as_str().to_owned()),
        Some(Content::SmartPoster(poster)) => OnTag::Uri(poster.uri.as_str().to_owned()),
        Some(Content::Empty) | None => OnTag::Empty,
        Some(
            Content::Text(_)
            | Content::WellKnown { .. }
            | Content::Media { .. }
            | Content::AbsoluteUri { .. }
            | Content::External { .. }
            | Content::Unknown { .. },
        ) => OnTag::Other,
    };
    Ok((kind, found))
}

fn bytes(card: &mut dyn Card, kind: TagKind) -> Result<Vec<u8>, TagFault> {
    match kind {
        TagKind::Type2 => pages::read(card),
        TagKind::Type4 => files::read(card),
    }
}

fn message(address: &str) -> Result<Vec<u8>, TagFault> {
    let record = Record::of(&Content::Uri(Uri::new(address)?))?;
    Ok(Message { records: vec![record] }.build()?)
}

//! What a record holds, by its type.
//!
//! Owns which types are known; all others keep their name and bytes. Next: [`super::super::type2`]
//! and [`super::super::type4`], where messages are kept.

use super::fault::ContentFault;
use super::message::{Record, RecordType};
use super::poster::SmartPoster;
use super::text::Text;
use super::uri::Uri;

/// What a record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// A URI (`U`).
    Uri(Uri),
    /// A text (`T`).
    Text(Text),
    /// A smart poster (`Sp`).
    SmartPoster(SmartPoster),
    /// Another type of the NFC Forum.
    WellKnown {
        /// Its name.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Something with a media type.
    Media {
        /// The type, such as `text/vcard`.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Something whose type is a URI.
    AbsoluteUri {
        /// The URI that names the type.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Something of a domain's owner.
    External {
        /// Domain and name.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Something without a type.
    Unknown {
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

impl Record {
    /// Makes a record of what it shall hold, without an id.
    ///
    /// # Errors
    /// [`ContentFault`], as in reading.
    pub fn of(content: &Content) -> Result<Self, ContentFault> {
        let well_known = |name, payload| Self::new(RecordType::well_known(name), payload);
        let record = match content {
            Content::Empty => Self::new(RecordType::Empty, Vec::new()),
            Content::Uri(uri) => well_known("U", uri.build()),
            Content::Text(text) => well_known("T", text.build()?),
            Content::SmartPoster(poster) => well_known("Sp", poster.build()?),
            Content::WellKnown { name, bytes } => {
                Self::new(RecordType::WellKnown(checked(name)?), bytes.clone())
            }
            Content::Media { name, bytes } => {
                Self::new(RecordType::Media(checked(name)?), bytes.clone())
            }
            Content::AbsoluteUri { name, bytes } => {
                Self::new(RecordType::AbsoluteUri(checked(name)?), bytes.clone())
            }
            Content::External { name, bytes } => {
                Self::new(RecordType::External(checked(name)?), bytes.clone())
            }
            Content::Unknown { bytes } => Self::new(RecordType::Unknown, bytes.clone()),
        };
        Ok(record)
    }

    /// Reads what the record holds.
    ///
    /// # Errors
    /// [`ContentFault`] when it is not what its type says.
    pub fn content(&self) -> Result<Content, ContentFault> {
        let bytes = self.payload.clone();
        match &self.kind {
            RecordType::Empty => Ok(Content::Empty),
            RecordType::WellKnown(name) => well_known(name, bytes),
            RecordType::Media(name) => Ok(Content::Media { name: readable(name)?, bytes }),
            RecordType::AbsoluteUri(name) => {
                Ok(Content::AbsoluteUri { name: readable(name)?, bytes })
            }
            RecordType::External(name) => Ok(Content::External { name: readable(name)?, bytes }),
            RecordType::Unknown => Ok(Content::Unknown { bytes }),
        }
    }
}

fn well_known(name: &[u8], bytes: Vec<u8>) -> Result<Content, ContentFault> {
    match name {
        b"U" => Uri::parse(&bytes).map(Content::Uri),
        b"T" => Text::parse(&bytes).map(Content::Text),
        b"Sp" => SmartPoster::parse(&bytes).map(Content::SmartPoster),
        _ => Ok(Content::WellKnown { name: readable(name)?, bytes }),
    }
}

/// Types are printable ASCII (RTD 1.0, section 3.4); a media type may have spaces in parameters.
fn readable(name: &[u8]) -> Result<String, ContentFault> {
    if name.iter().all(|byte| (b' '..=b'~').contains(byte)) {
        return Ok(name.iter().copied().map(char::from).collect());
    }
    Err(ContentFault::TypeInvalid)
}

fn checked(name: &str) -> Result<Vec<u8>, ContentFault> {
    readable(name.as_bytes()).map(String::into_bytes)
}

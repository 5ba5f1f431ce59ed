//! Whole records: chunks are joined on the way in, and no record is chunked on the way out.
//!
//! Owns which record may follow which (NDEF 1.0, section 2.3.3). May not look into payloads:
//! [`super::content`] is next and does.

use super::fault::MessageFault;
use super::piece::{Piece, Tnf, read_pieces, write_pieces};

/// What a record's type is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordType {
    /// Nothing in it.
    Empty,
    /// A type of the NFC Forum, such as `U`, without its `urn:nfc:wkt:`.
    WellKnown(Vec<u8>),
    /// A media type, such as `text/plain`.
    Media(Vec<u8>),
    /// An absolute URI that names the type.
    AbsoluteUri(Vec<u8>),
    /// A domain and a name, such as `example.com:tag`, without its `urn:nfc:ext:`.
    External(Vec<u8>),
    /// No type: the reader must know.
    Unknown,
}

impl RecordType {
    /// Names a type of the NFC Forum.
    #[must_use]
    pub fn well_known(name: &str) -> Self {
        Self::WellKnown(name.as_bytes().to_vec())
    }

    fn parts(&self) -> (Tnf, &[u8]) {
        match self {
            Self::Empty => (Tnf::Empty, &[]),
            Self::WellKnown(name) => (Tnf::WellKnown, name),
            Self::Media(name) => (Tnf::Media, name),
            Self::AbsoluteUri(name) => (Tnf::AbsoluteUri, name),
            Self::External(name) => (Tnf::External, name),
            Self::Unknown => (Tnf::Unknown, &[]),
        }
    }
}

/// One whole record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What the payload is.
    pub kind: RecordType,
    /// The id by which other records may name it; empty when it has none.
    pub id: Vec<u8>,
    /// What it holds.
    pub payload: Vec<u8>,
}

impl Record {
    /// Makes a record without an id.
    #[must_use]
    pub const fn new(kind: RecordType, payload: Vec<u8>) -> Self {
        Self { kind, id: Vec::new(), payload }
    }
}

/// A message: one record or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The records in their order.
    pub records: Vec<Record>,
}

impl Message {
    /// Reads a message and joins its chunks.
    ///
    /// # Errors
    /// [`MessageFault`], each as it says; nothing is guessed or skipped.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageFault> {
        let (mut records, mut open) = (Vec::new(), None);
        for (place, piece) in read_pieces(bytes)?.into_iter().enumerate() {
            let number = place.saturating_add(1);
            let more = piece.chunked;
            let record = match open.take() {
                None => first(piece, number)?,
                Some(begun) => joined(begun, piece, number)?,
            };
            if more {
                open = Some(record);
            } else {
                records.push(record);
            }
        }
        Ok(Self { records })
    }

    /// Writes the message in its shortest form, without chunks.
    ///
    /// # Errors
    /// `Empty`, `TypeMissing`, `PartForbidden`, `NameTooLong` and `TooLarge` of [`MessageFault`].
    pub fn build(&self) -> Result<Vec<u8>, MessageFault> {
        let pieces: Vec<Piece> = self.records.iter().map(whole).collect();
        write_pieces(&pieces)
    }
}

fn first(piece: Piece, record: usize) -> Result<Record, MessageFault> {
    let kind = match piece.tnf {
        Tnf::Empty if piece.chunked => return Err(MessageFault::ChunkBroken { record }),
        Tnf::Empty => RecordType::Empty,
        Tnf::WellKnown => RecordType::WellKnown(piece.type_name),
        Tnf::Media => RecordType::Media(piece.type_name),
        Tnf::AbsoluteUri => RecordType::AbsoluteUri(piece.type_name),
        Tnf::External => RecordType::External(piece.type_name),
        Tnf::Unknown => RecordType::Unknown,
        Tnf::Unchanged => return Err(MessageFault::ChunkStray { record }),
    };
    Ok(Record { kind, id: piece.id, payload: piece.payload })
}

fn joined(mut begun: Record, piece: Piece, record: usize) -> Result<Record, MessageFault> {
    if piece.tnf != Tnf::Unchanged {
        return Err(MessageFault::ChunkBroken { record });
    }
    if !piece.id.is_empty() {
        return Err(MessageFault::PartForbidden { record });
    }
    begun.payload.extend(piece.payload);
    Ok(begun)
}

fn whole(record: &Record) -> Piece {
    let (tnf, type_name) = record.kind.parts();
    Piece {
        tnf,
        type_name: type_name.to_vec(),
        id: record.id.clone(),
        payload: record.payload.clone(),
        chunked: false,
    }
}

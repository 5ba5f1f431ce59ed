//! Records as they stand in the bytes: header, type, id, payload; a chunk counts as a record.
//!
//! Owns the flags and lengths of NDEF 1.0, section 3.2, and that a message has one first and one
//! last record. May not join chunks: [`super::message`] is next and does.

use super::fault::MessageFault;

/// The largest message in bytes: what the two length bytes of a Type 4 tag can say.
pub const MESSAGE_BYTES_MAX: usize = 0xFFFE;
/// The largest payload of a record whose length takes one byte instead of four.
const SHORT_PAYLOAD_BYTES_MAX: usize = 255;

/// First record of a message.
const BEGIN: u8 = 0x80;
/// Last record of a message.
const END: u8 = 0x40;
/// More chunks of this record follow.
const CHUNKED: u8 = 0x20;
/// The payload's length takes one byte.
const SHORT: u8 = 0x10;
/// There is an id.
const ID: u8 = 0x08;
/// The type name format.
const FORMAT: u8 = 0x07;

/// How a record's type is to be read (NDEF 1.0, section 3.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tnf {
    /// Nothing in it.
    Empty,
    /// A type of the NFC Forum.
    WellKnown,
    /// A media type (RFC 2046).
    Media,
    /// An absolute URI (RFC 3986).
    AbsoluteUri,
    /// A type that a domain's owner defined.
    External,
    /// No type.
    Unknown,
    /// The type of the chunk before.
    Unchanged,
}

impl Tnf {
    /// Every format, in the order of its number.
    pub const ALL: [Self; 7] = [
        Self::Empty,
        Self::WellKnown,
        Self::Media,
        Self::AbsoluteUri,
        Self::External,
        Self::Unknown,
        Self::Unchanged,
    ];

    /// Returns the format's number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Empty => 0,
            Self::WellKnown => 1,
            Self::Media => 2,
            Self::AbsoluteUri => 3,
            Self::External => 4,
            Self::Unknown => 5,
            Self::Unchanged => 6,
        }
    }

    const fn typed(self) -> bool {
        match self {
            Self::Empty | Self::Unknown | Self::Unchanged => false,
            Self::WellKnown | Self::Media | Self::AbsoluteUri | Self::External => true,
        }
    }
}

/// One record as it stands in the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// How the type is to be read.
    pub tnf: Tnf,
    /// The type; at most 255 bytes.
    pub type_name: Vec<u8>,
    /// The id; none and an empty one are the same; at most 255 bytes.
    pub id: Vec<u8>,
    /// The payload, or this chunk of it.
    pub payload: Vec<u8>,
    /// Whether more chunks follow.
    pub chunked: bool,
}

/// Reads a message as the records that stand in it.
///
/// # Errors
/// [`MessageFault`], all but the faults of joining: `ChunkBroken` and `ChunkStray`.
pub fn read_pieces(bytes: &[u8]) -> Result<Vec<Piece>, MessageFault> {
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(MessageFault::TooLarge { bytes: bytes.len() });
    }
    let (mut rest, mut pieces) = (bytes, Vec::new());
    while let Some((flags, after)) = rest.split_first() {
        let record = pieces.len().saturating_add(1);
        check_begin(*flags, record)?;
        let (piece, after) = read_one(*flags, after, record)?;
        pieces.push(piece);
        if flags & END != 0 {
            return finish(*flags, after, pieces);
        }
        rest = after;
    }
    Err(if pieces.is_empty() { MessageFault::Empty } else { MessageFault::EndMissing })
}

/// Writes records as a message: lengths in one byte where they fit, an id only where there is one.
///
/// # Errors
/// [`MessageFault`] as in reading, and `NameTooLong`.
pub fn write_pieces(pieces: &[Piece]) -> Result<Vec<u8>, MessageFault> {
    if pieces.is_empty() {
        return Err(MessageFault::Empty);
    }
    let mut bytes = Vec::new();
    for (place, piece) in pieces.iter().enumerate() {
        let record = place.saturating_add(1);
        let begin = if place == 0 { BEGIN } else { 0 };
        let end = if record == pieces.len() { END } else { 0 };
        if piece.chunked && end != 0 {
            return Err(MessageFault::ChunkUnfinished { record });
        }
        check_parts(piece, record)?;
        write_one(&mut bytes, piece, begin | end, record)?;
        if bytes.len() > MESSAGE_BYTES_MAX {
            return Err(MessageFault::TooLarge { bytes: bytes.len() });
        }
    }
    Ok(bytes)
}

const fn check_begin(flags: u8, record: usize) -> Result<(), MessageFault> {
    match (flags & BEGIN != 0, record) {
        (false, 1) => Err(MessageFault::BeginMissing),
        (true, 1) | (false, _) => Ok(()),
        (true, _) => Err(MessageFault::BeginRepeated { record }),
    }
}

fn finish(flags: u8, after: &[u8], pieces: Vec<Piece>) -> Result<Vec<Piece>, MessageFault> {
    if flags & CHUNKED != 0 {
        return Err(MessageFault::ChunkUnfinished { record: pieces.len() });
    }
    if !after.is_empty() {
        return Err(MessageFault::Trailing { bytes: after.len() });
    }
    Ok(pieces)
}

fn read_one(flags: u8, bytes: &[u8], record: usize) -> Result<(Piece, &[u8]), MessageFault> {
    let cut = MessageFault::Cut { record };
    let tnf = Tnf::ALL.get(usize::from(flags & FORMAT)).copied();
    let tnf = tnf.ok_or(MessageFault::FormatReserved { record })?;
    let (type_bytes, rest) = bytes.split_first().ok_or(cut)?;
    let (payload_bytes, rest) = read_payload_length(flags, rest).ok_or(cut)?;
    let (id_bytes, rest) = match flags & ID {
        0 => (0, rest),
        _ => rest.split_first().map(|(id, rest)| (usize::from(*id), rest)).ok_or(cut)?,
    };
    let (type_name, rest) = rest.split_at_checked(usize::from(*type_bytes)).ok_or(cut)?;
    let (id, rest) = rest.split_at_checked(id_bytes).ok_or(cut)?;
    let (payload, rest) = rest.split_at_checked(payload_bytes).ok_or(cut)?;
    let piece = Piece {
        tnf,
        type_name: type_name.to_vec(),
        id: id.to_vec(),
        payload: payload.to_vec(),
        chunked: flags & CHUNKED != 0,
    };
    check_parts(&piece, record)?;
    Ok((piece, rest))
}

fn read_payload_length(flags: u8, bytes: &[u8]) -> Option<(usize, &[u8])> {
    if flags & SHORT != 0 {
        return bytes.split_first().map(|(length, rest)| (usize::from(*length), rest));
    }
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    Some((usize::try_from(u32::from_be_bytes(*length)).ok()?, rest))
}

fn check_parts(piece: &Piece, record: usize) -> Result<(), MessageFault> {
    match (piece.tnf.typed(), piece.type_name.is_empty()) {
        (true, true) => return Err(MessageFault::TypeMissing { record }),
        (false, false) => return Err(MessageFault::TypeForbidden { record }),
        (true, false) | (false, true) => {}
    }
    if piece.tnf == Tnf::Empty && !(piece.id.is_empty() && piece.payload.is_empty()) {
        return Err(MessageFault::PartForbidden { record });
    }
    Ok(())
}

fn write_one(
    bytes: &mut Vec<u8>,
    piece: &Piece,
    ends: u8,
    record: usize,
) -> Result<(), MessageFault> {
    let name =
        |name: &[u8]| u8::try_from(name.len()).map_err(|_| MessageFault::NameTooLong { record });
    let (type_bytes, id_bytes) = (name(&piece.type_name)?, name(&piece.id)?);
    let payload_bytes = u32::try_from(piece.payload.len())
        .map_err(|_| MessageFault::TooLarge { bytes: piece.payload.len() })?;
    let short = piece.payload.len() <= SHORT_PAYLOAD_BYTES_MAX;
    let chunked = if piece.chunked { CHUNKED } else { 0 };
    let id = if piece.id.is_empty() { 0 } else { ID };
    bytes.push(ends | chunked | id | piece.tnf.number() | if short { SHORT } else { 0 });
    bytes.push(type_bytes);
    let [.., low] = payload_bytes.to_be_bytes();
    if short {
        bytes.push(low);
    } else {
        bytes.extend_from_slice(&payload_bytes.to_be_bytes());
    }
    if id != 0 {
        bytes.push(id_bytes);
    }
    bytes.extend([&piece.type_name, &piece.id, &piece.payload].into_iter().flatten());
    Ok(())
}

//! What can be wrong with a message, and with what a record holds.
//!
//! Owns both fault lists. A fault names the place, never the value. Next: [`super::piece`].

/// Why bytes are not a message, or records cannot become one. Records are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageFault {
    /// More bytes than any message may have.
    #[error("message of {bytes} bytes is over the limit")]
    TooLarge {
        /// How many there were.
        bytes: usize,
    },
    /// No record at all.
    #[error("message without a record")]
    Empty,
    /// The bytes end inside a record.
    #[error("record {record} is cut short")]
    Cut {
        /// Which one.
        record: usize,
    },
    /// Type name format 7, which is reserved.
    #[error("record {record} has the reserved type name format")]
    FormatReserved {
        /// Which one.
        record: usize,
    },
    /// The first record does not begin the message.
    #[error("record 1 does not begin a message")]
    BeginMissing,
    /// A later record begins a message.
    #[error("record {record} begins a message inside another")]
    BeginRepeated {
        /// Which one.
        record: usize,
    },
    /// The bytes are over and no record ended the message.
    #[error("no record ends the message")]
    EndMissing,
    /// Bytes are left after the record that ended the message.
    #[error("{bytes} bytes are left after the last record")]
    Trailing {
        /// How many.
        bytes: usize,
    },
    /// The type name format demands a type, and there is none.
    #[error("record {record} has no type")]
    TypeMissing {
        /// Which one.
        record: usize,
    },
    /// The type name format forbids a type, and there is one.
    #[error("record {record} has a type that its format forbids")]
    TypeForbidden {
        /// Which one.
        record: usize,
    },
    /// An empty record has an id or a payload, or a later chunk has an id.
    #[error("record {record} has a part that its format forbids")]
    PartForbidden {
        /// Which one.
        record: usize,
    },
    /// The last record says that more chunks follow.
    #[error("record {record} ends the message inside a chunked record")]
    ChunkUnfinished {
        /// Which one.
        record: usize,
    },
    /// A chunk was due, and another record came; or an empty record is chunked.
    #[error("record {record} breaks a chunked record")]
    ChunkBroken {
        /// Which one.
        record: usize,
    },
    /// A later chunk without a first one.
    #[error("record {record} continues nothing")]
    ChunkStray {
        /// Which one.
        record: usize,
    },
    /// A type or an id of more than 255 bytes.
    #[error("record {record} has a type or id of more than 255 bytes")]
    NameTooLong {
        /// Which one.
        record: usize,
    },
}

/// Why a record does not hold what its type says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContentFault {
    /// A URI or text record without its first byte.
    #[error("payload is empty")]
    Empty,
    /// An abbreviation that the table does not have.
    #[error("uri abbreviation {code} is not defined")]
    PrefixUnknown {
        /// Which one.
        code: u8,
    },
    /// The URI is not UTF-8, or holds control characters.
    #[error("uri has a character that is not allowed there")]
    UriInvalid,
    /// The language of a text is missing, longer than the payload, or not a language tag.
    #[error("language of the text is missing or unreadable")]
    LanguageInvalid,
    /// The bit of a text's first byte that must be zero is not.
    #[error("reserved bit of the text is set")]
    TextReserved,
    /// The text is not in the encoding that it names.
    #[error("text is not in its encoding")]
    TextInvalid,
    /// A type is not the text that its format demands.
    #[error("type of the record is unreadable")]
    TypeInvalid,
    /// What a smart poster holds is not a message.
    #[error("smart poster: {0}")]
    Poster(MessageFault),
    /// A smart poster has one URI, no fewer and no more.
    #[error("smart poster has {count} uris instead of one")]
    PosterUris {
        /// How many it has.
        count: usize,
    },
    /// More than one action, size or type in a smart poster.
    #[error("smart poster has a part twice")]
    PosterTwice,
    /// Two titles in one language.
    #[error("smart poster has two titles in one language")]
    PosterTitles,
    /// An action that is none of the three.
    #[error("action of the smart poster is not defined")]
    ActionInvalid,
    /// The size is not four bytes.
    #[error("size of the smart poster is not four bytes")]
    SizeInvalid,
}

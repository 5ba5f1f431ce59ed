//! What can be wrong with a link.
//!
//! Owns the fault list of reading and building; faults of the elements are inside. Next:
//! [`super::read`].

use super::super::ai::Ai;
use super::super::fault::Gs1Fault;

/// Why a text is not a GS1 Digital Link, or elements cannot become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// More bytes than any symbol can hold.
    #[error("link of {bytes} bytes is over the limit")]
    TooLarge {
        /// How many there were.
        bytes: usize,
    },
    /// A character that no URI may have.
    #[error("link has a character that no uri may have")]
    CharacterInvalid,
    /// Neither `http` nor `https`, in small or capital letters.
    #[error("scheme of the link is neither http nor https")]
    SchemeUnknown,
    /// The domain is empty, has a character that no domain may have, or nothing follows it.
    #[error("link has no domain with a path")]
    DomainInvalid,
    /// The path names no primary key.
    #[error("path of the link has no primary key")]
    KeyMissing,
    /// An escape stands for a zero byte.
    #[error("ai {ai} of the link has an escaped zero byte")]
    ZeroByte {
        /// Which one.
        ai: Ai,
    },
    /// A number in the query is no identifier.
    #[error("query of the link has a number that is no ai")]
    AiUnknown,
    /// The qualifiers do not belong to the key, or not in this order.
    #[error("qualifiers of the link do not follow its key in this order")]
    QualifiersInvalid,
    /// The same identifier twice.
    #[error("ai {ai} is twice in the link")]
    Twice {
        /// Which one.
        ai: Ai,
    },
    /// An identifier that may not be in the query.
    #[error("ai {ai} is no data attribute")]
    NotAttribute {
        /// Which one.
        ai: Ai,
    },
    /// An identifier in the query that qualifies the key.
    #[error("ai {ai} belongs into the path")]
    BelongsInPath {
        /// Which one.
        ai: Ai,
    },
    /// The stem to build on is no web address, or has a query or fragment.
    #[error("stem is no web address")]
    StemInvalid,
    /// The elements are wrong.
    #[error(transparent)]
    Elements(#[from] Gs1Fault),
}

//! What can go wrong with a tag, and in which state it was left.
//!
//! Owns both lists. Whoever holds a tag must know whether it still works, so no failure comes
//! without the state. Next: [`super::card`].

use super::card::CardFault;
use baton_formats::nfc::dna::DnaFault;
use baton_formats::nfc::ndef::{ContentFault, MessageFault};
use baton_formats::nfc::sun::{SunFault, TagUid};
use baton_formats::nfc::type2::Type2Fault;
use baton_formats::nfc::type4::{Status, Type4Fault};
use std::fmt;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TagFault {
    /// Between us and the card.
    #[error(transparent)]
    Card(#[from] CardFault),
    /// A memory card that no phone takes for a tag.
    #[error("this card is no NFC tag that phones read; use a Type 2 (NTAG21x) or Type 4 tag")]
    NoTag,
    /// The reader refused to read or write pages.
    #[error("the reader answered {status} to a page command; it or the tag does not allow it")]
    Page {
        /// With what.
        status: Status,
    },
    /// The memory of a Type 2 tag.
    #[error(transparent)]
    Type2(#[from] Type2Fault),
    /// The files of a Type 4 tag.
    #[error(transparent)]
    Type4(#[from] Type4Fault),
    /// The bytes on the tag are no message.
    #[error("what is on the tag is no NDEF message: {0}")]
    Message(#[from] MessageFault),
    /// A record is not what it says.
    #[error("a record on the tag is not what it says: {0}")]
    Content(#[from] ContentFault),
    /// What was read back is not what was written.
    #[error("what was read back is not what was written; the tag is worn out or is no tag")]
    ReadBack,
    /// The secured session of an NTAG 424 DNA.
    #[error(transparent)]
    Dna(#[from] DnaFault),
    /// Not the chip that can be provisioned.
    #[error("this is no NTAG 424 DNA; only that chip makes one-time addresses")]
    NoNtag424,
    /// Keys of somebody else.
    #[error("tag {uid}: key {slot} has version {version}; somebody else provisioned this tag")]
    ForeignKey {
        /// Which tag.
        uid: TagUid,
        /// Which key.
        slot: u8,
        /// Its version.
        version: u8,
    },
    /// Keys of another master key.
    #[error("tag {uid} has other keys: it was provisioned with another master key")]
    OtherMaster {
        /// Which tag.
        uid: TagUid,
    },
    /// The one-time address of the provisioned tag is not proved.
    #[error("the tag's one-time address is not proved: {0}")]
    Sun(#[from] SunFault),
    /// The tag holds an address without a one-time part, or none.
    #[error("the tag holds no one-time address")]
    NoSun,
    /// The system has no random bytes.
    #[error("no random bytes: {reason}")]
    Random {
        /// What the system said.
        reason: String,
    },
}

/// In which state a tag was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// Nothing was written.
    AsItWas,
    /// Writing had begun: it holds the old message, none, or the new one, never a mixture.
    PerhapsEmpty,
    /// Everything was written, and reading it again failed.
    Unproved,
    /// Provisioning had begun.
    Halfway {
        /// What is done.
        done: Vec<Done>,
    },
}

/// A step of provisioning that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// The address is on the tag.
    Message,
    /// A key is ours.
    Key(u8),
    /// The tag makes one-time addresses and refuses other writers.
    Settings,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message => f.write_str("the address is written"),
            Self::Key(slot) => write!(f, "key {slot} is changed"),
            Self::Settings => f.write_str("one-time addresses are on"),
        }
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsItWas => f.write_str("the tag is as it was"),
            Self::PerhapsEmpty => {
                f.write_str("the tag may be empty now: hold it to the reader and write it again")
            }
            Self::Unproved => f.write_str("the tag was written and not checked: read it again"),
            Self::Halfway { done } => {
                let done: Vec<String> = done.iter().map(ToString::to_string).collect();
                let done = if done.is_empty() { "nothing is sure".into() } else { done.join(", ") };
                write!(
                    f,
                    "the tag is NOT ready ({done}): hold it to the reader and provision it again \
                     with the same master key, which goes on from here"
                )
            }
        }
    }
}

/// A failure, and in which state it left the tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}; {left}")]
pub struct TagFailure {
    /// What went wrong.
    pub fault: TagFault,
    /// How the tag is now.
    pub left: Left,
}

impl TagFault {
    /// Adds in which state the tag was left.
    #[must_use]
    pub const fn leaving(self, left: Left) -> TagFailure {
        TagFailure { fault: self, left }
    }
}

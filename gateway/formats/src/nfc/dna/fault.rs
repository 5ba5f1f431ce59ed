//! What can be wrong on the way to a provisioned tag.
//!
//! Owns the fault list, the names of the stages and what the chip's status words mean. No key is
//! ever part of a fault. Next: [`super::keys`].

use crate::nfc::type4::Status;
use std::fmt;

/// Where in the work something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Asking what chip it is.
    Version,
    /// Proving the key to each other.
    Authentication,
    /// Asking for the version of a key.
    KeyVersion,
    /// Writing the message.
    Write,
    /// Reading or changing the settings of the file.
    Settings,
    /// Changing a key.
    Key,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version => "asking what chip it is",
            Self::Authentication => "authentication",
            Self::KeyVersion => "asking for a key's version",
            Self::Write => "writing the message",
            Self::Settings => "settings of the file",
            Self::Key => "changing a key",
        })
    }
}

/// A status word in words (NT4H2421Gx, 10.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning(pub Status);

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.0.0 {
            0x911C => "command not known",
            0x911E => "check value or mac wrong",
            0x9140 => "no such key",
            0x917E => "length wrong",
            0x919D => "not permitted",
            0x919E => "parameter wrong",
            0x91AD => "must wait after wrong keys",
            0x91AE => "wrong key",
            0x91BE => "outside of the file",
            0x91CA => "another command was open",
            0x91EE => "memory worn out",
            0x91F0 => "no such file",
            _ => "status not known",
        };
        write!(f, "{} ({words})", self.0)
    }
}

/// Why a tag cannot be provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DnaFault {
    /// The tag answered with another status than success.
    #[error("{stage}: the tag answered {}", Meaning(*.status))]
    Refused {
        /// Where.
        stage: Stage,
        /// With what.
        status: Status,
    },
    /// An answer of another length or form.
    #[error("{stage}: the answer has {bytes} bytes and not the form that it should have")]
    AnswerInvalid {
        /// Where.
        stage: Stage,
        /// How many it had.
        bytes: usize,
    },
    /// The tag did not prove that it has the key: a copy, or something between.
    #[error("the tag did not prove the key: it is no genuine tag, or something stands between")]
    TagUnproved,
    /// An answer whose MAC is wrong: changed on the way.
    #[error("{stage}: the answer's mac is wrong, it was changed on the way")]
    MacWrong {
        /// Where.
        stage: Stage,
    },
    /// The machine was at its end, or the session has used up its commands.
    #[error("the session is at its end")]
    Finished,
    /// A URI that does not fit with its one-time part.
    #[error("address of {bytes} bytes leaves no room for the one-time part; {room} fit")]
    AddressTooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        room: usize,
    },
    /// An address that has parameters or a fragment already, or control characters.
    #[error("address has parameters, a fragment or control characters")]
    AddressInvalid,
}

//! What can be wrong with a command, a response, or a tag's files.
//!
//! Owns both fault lists and the names of the stages. Next: [`super::apdu`].

use super::apdu::Status;
use std::fmt;

/// Why bytes are not a command or a response, or a command cannot become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApduFault {
    /// Fewer bytes than a header or a status needs.
    #[error("{bytes} bytes are too few")]
    Cut {
        /// How many there were.
        bytes: usize,
    },
    /// The length of the data is not that of the bytes that follow.
    #[error("length of the data is not that of the bytes that follow")]
    LengthWrong,
    /// More data than a command carries.
    #[error("data of {bytes} bytes is over the limit of a command")]
    DataTooLong {
        /// How many there were.
        bytes: usize,
    },
    /// An expected answer of no bytes or of more than 256.
    #[error("an answer of {bytes} bytes cannot be asked for")]
    AnswerInvalid {
        /// How many were asked for.
        bytes: u16,
    },
}

/// Where a machine is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Selecting the NDEF application.
    Application,
    /// Selecting the capability file.
    CapabilityFile,
    /// Reading it.
    Capability,
    /// Selecting the message file.
    MessageFile,
    /// Reading or writing the message's length.
    Length,
    /// Reading or writing the message.
    Message,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Application => "selecting the application",
            Self::CapabilityFile => "selecting the capability file",
            Self::Capability => "the capability file",
            Self::MessageFile => "selecting the message file",
            Self::Length => "the length of the message",
            Self::Message => "the message",
        })
    }
}

/// Why a message cannot be read from a tag or written to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Type4Fault {
    /// The tag answered with another status than success.
    #[error("{stage}: the tag answered {status}")]
    Refused {
        /// Where.
        stage: Stage,
        /// With what.
        status: Status,
    },
    /// The tag answered with too few or too many bytes.
    #[error("{stage}: the answer has {bytes} bytes")]
    AnswerInvalid {
        /// Where.
        stage: Stage,
        /// How many it had.
        bytes: usize,
    },
    /// The capability file breaks the standard's rules.
    #[error("the capability file is invalid")]
    CapabilityInvalid,
    /// A major version that this code does not know.
    #[error("major version {major} of the capability file is not known")]
    VersionUnknown {
        /// Which one.
        major: u8,
    },
    /// The tag does not let everybody read.
    #[error("tag is read-protected")]
    ReadProtected,
    /// The tag does not let everybody write.
    #[error("tag is write-protected")]
    WriteProtected,
    /// The message is, or says that it is, longer than its file.
    #[error("message of {bytes} bytes is larger than the room of {room}")]
    MessageTooLarge {
        /// How long it is.
        bytes: usize,
        /// What there is room for.
        room: usize,
    },
    /// A response after the end.
    #[error("the machine is at its end already")]
    Finished,
}

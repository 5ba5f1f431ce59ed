//! What can be wrong with a SUN URI.
//!
//! Owns the fault list. A fault names the parameter, never its value. Next: [`super::address`].

use std::fmt;

/// A parameter of the URI, by what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// Serial number and counter, encrypted.
    PiccData,
    /// The serial number.
    Uid,
    /// The read counter.
    Counter,
    /// Encrypted file data.
    FileData,
    /// The MAC.
    Mac,
    /// Where the MAC's input begins.
    MacInput,
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PiccData => "picc data",
            Self::Uid => "serial number",
            Self::Counter => "read counter",
            Self::FileData => "file data",
            Self::Mac => "mac",
            Self::MacInput => "mac input",
        })
    }
}

/// Why a URI is not proved to come from the tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SunFault {
    /// A URI longer than any tag can hold.
    #[error("uri of {bytes} bytes is over the limit")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// A parameter is not there.
    #[error("{parameter} is missing")]
    Missing {
        /// Which one.
        parameter: Parameter,
    },
    /// A parameter is there more than once.
    #[error("{parameter} is there twice")]
    Twice {
        /// Which one.
        parameter: Parameter,
    },
    /// A parameter is not hexadecimal, or not of its length.
    #[error("{parameter} is not hexadecimal digits of its length")]
    Invalid {
        /// Which one.
        parameter: Parameter,
    },
    /// The MAC's input would begin behind the MAC, or leave the file data out.
    #[error("mac input begins behind the mac or the file data")]
    MacInputInvalid,
    /// What the meta key opened is no PICC data: another key, or not from a tag.
    #[error("picc data does not open")]
    PiccDataInvalid,
    /// The MAC is not the one that the tag would have made.
    #[error("mac does not match")]
    MacWrong,
    /// A read that was seen before, or one before it: a copy of an old URI.
    #[error("read counter is not above the last one: the uri was used before")]
    Replayed,
    /// A master key can be diversified by 1 to 31 bytes.
    #[error("{bytes} bytes cannot diversify a key")]
    DiversificationInvalid {
        /// How many there were.
        bytes: usize,
    },
    /// A counter of more than 24 bits.
    #[error("read counter has more than 24 bits")]
    CounterTooLarge,
}

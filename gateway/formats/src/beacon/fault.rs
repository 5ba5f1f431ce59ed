//! What can be wrong with an advertisement or with a beacon's frame in it.
//!
//! Owns both fault lists. Next: [`super::advertisement`].

/// Why bytes are not an advertisement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdvertisementFault {
    /// More bytes than an advertisement may have.
    #[error("advertisement of {bytes} bytes is over the limit")]
    TooLarge {
        /// How many there were.
        bytes: usize,
    },
    /// A structure is longer than what is left.
    #[error("structure of {bytes} bytes at {at} runs past the end")]
    Cut {
        /// Where its length stands.
        at: usize,
        /// How long it says it is.
        bytes: u8,
    },
    /// Something stands in the padding.
    #[error("padding from byte {at} on is neither zero nor followed by a scan response")]
    PaddingInvalid {
        /// Where the padding begins.
        at: usize,
    },
    /// A structure of more than 254 bytes of data.
    #[error("structure with {bytes} bytes of data is over the limit")]
    StructureTooLong {
        /// How many it has.
        bytes: usize,
    },
    /// The same structure twice where one is allowed.
    #[error("structure of type {kind:02x} is there twice")]
    Twice {
        /// Its type.
        kind: u8,
    },
    /// A structure is shorter than its type demands, or not in its form.
    #[error("structure of type {kind:02x} is not in its form")]
    StructureInvalid {
        /// Its type.
        kind: u8,
    },
}

/// Why an advertisement is not that of a known beacon although it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    /// A structure around the frame is wrong.
    #[error(transparent)]
    Advertisement(#[from] AdvertisementFault),
    /// A frame type that Eddystone does not have.
    #[error("eddystone frame type {kind:02x} is not known")]
    TypeUnknown {
        /// Which one.
        kind: u8,
    },
    /// A version of telemetry that Eddystone does not have.
    #[error("eddystone telemetry version {version:02x} is not known")]
    VersionUnknown {
        /// Which one.
        version: u8,
    },
    /// A frame of a wrong length.
    #[error("{frame} frame of {bytes} bytes is not of its length")]
    LengthInvalid {
        /// Which frame.
        frame: &'static str,
        /// How many bytes it has.
        bytes: usize,
    },
    /// A URL's scheme, or a character of it, is not in the tables.
    #[error("eddystone url has a byte that is not in the table")]
    UrlInvalid,
    /// A URL that does not fit in a frame.
    #[error("eddystone url of {bytes} bytes is over the limit")]
    UrlTooLong {
        /// How long it would be.
        bytes: usize,
    },
}

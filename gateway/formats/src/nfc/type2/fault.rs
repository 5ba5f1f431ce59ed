//! What can be wrong with a Type 2 tag's memory.
//!
//! Owns the fault list; places are byte addresses from page 0. Next: [`super::capability`].

/// Why memory is not that of a Type 2 tag, or cannot take a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Type2Fault {
    /// Fewer bytes than the first four pages.
    #[error("memory of {bytes} bytes has no page 3")]
    MemoryCut {
        /// How many there were.
        bytes: usize,
    },
    /// Page 3 does not say that the tag is made for NDEF.
    #[error("page 3 has no capability container")]
    ContainerMissing,
    /// A major version that this code does not know.
    #[error("major version {major} of the capability container is not known")]
    VersionUnknown {
        /// Which one.
        major: u8,
    },
    /// A data area that page 3 cannot state.
    #[error("data area of {bytes} bytes is not 8 to 2040 bytes in steps of eight")]
    AreaInvalid {
        /// How large it was to be.
        bytes: usize,
    },
    /// The bytes end inside a block, or the block is longer than the data area.
    #[error("block at byte {address} runs past the end")]
    BlockCut {
        /// Where it begins.
        address: usize,
    },
    /// A length in three bytes that fits in one, or the reserved one.
    #[error("length of the block at byte {address} is not in its form")]
    LengthInvalid {
        /// Where the block begins.
        address: usize,
    },
    /// The tag does not let itself be written.
    #[error("tag is write-protected")]
    WriteProtected,
    /// The message is longer than the room on the tag.
    #[error("message of {bytes} bytes is larger than the room of {room}")]
    MessageTooLarge {
        /// How long it is.
        bytes: usize,
        /// What there is room for.
        room: usize,
    },
    /// A position or a size that a control block cannot state.
    #[error("range at byte {address} cannot be set apart")]
    RangeInvalid {
        /// Where it begins.
        address: usize,
    },
}

//! The capability file: how much may be read and written at once, and where the message is.
//!
//! Owns its first fifteen bytes (Type 4 Tag 2.0, section 5.1); blocks of other files after them are
//! not looked at. Next: `discovery`.

use super::fault::Type4Fault;

/// The shortest capability file in bytes, and what is read of it.
pub const CAPABILITY_BYTES: u16 = 15;
/// The block of a message file, and its length.
const MESSAGE_FILE_BLOCK: [u8; 2] = [0x04, 0x06];
/// The least that a tag must be able to answer at once: a whole capability file.
const ANSWER_BYTES_MIN: u16 = CAPABILITY_BYTES;
/// The smallest message file: a length and the smallest message.
const FILE_BYTES_MIN: u16 = 5;
/// Ids that name other things: the standard keeps them free.
const IDS_RESERVED: [u16; 6] = [0x0000, 0xE102, 0xE103, 0x3F00, 0x3FFF, 0xFFFF];

/// Who may read or write a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAccess {
    /// Everybody.
    Free,
    /// Nobody.
    Never,
    /// A rule of the maker; its number.
    Special(u8),
}

impl FileAccess {
    const fn of(byte: u8) -> Self {
        match byte {
            0x00 => Self::Free,
            0xFF => Self::Never,
            rule => Self::Special(rule),
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Free => 0x00,
            Self::Never => 0xFF,
            Self::Special(rule) => rule,
        }
    }
}

/// What the capability file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapabilityFile {
    /// Bytes of the whole capability file.
    pub bytes: u16,
    /// Major and minor version, four bits each.
    pub version: u8,
    /// The most bytes of an answer (MLe).
    pub answer_bytes_max: u16,
    /// The most bytes of a command's data (MLc).
    pub data_bytes_max: u16,
    /// The id of the message file.
    pub file: u16,
    /// Bytes of the message file, its two length bytes included.
    pub file_bytes: u16,
    /// Who may read it.
    pub read: FileAccess,
    /// Who may write it.
    pub write: FileAccess,
}

impl CapabilityFile {
    /// Reads the first fifteen bytes.
    ///
    /// # Errors
    /// `VersionUnknown`, and `CapabilityInvalid` when a number is outside the standard's range.
    pub fn parse(bytes: &[u8; 15]) -> Result<Self, Type4Fault> {
        let [l1, l2, version, e1, e2, c1, c2, kind, length, f1, f2, s1, s2, read, write] = *bytes;
        if !(1..=3).contains(&(version >> 4)) {
            return Err(Type4Fault::VersionUnknown { major: version >> 4 });
        }
        let file = Self {
            bytes: u16::from_be_bytes([l1, l2]),
            version,
            answer_bytes_max: u16::from_be_bytes([e1, e2]),
            data_bytes_max: u16::from_be_bytes([c1, c2]),
            file: u16::from_be_bytes([f1, f2]),
            file_bytes: u16::from_be_bytes([s1, s2]),
            read: FileAccess::of(read),
            write: FileAccess::of(write),
        };
        if [kind, length] == MESSAGE_FILE_BLOCK && file.in_range() {
            return Ok(file);
        }
        Err(Type4Fault::CapabilityInvalid)
    }

    /// Writes the first fifteen bytes.
    #[must_use]
    pub fn build(&self) -> [u8; 15] {
        let [l1, l2] = self.bytes.to_be_bytes();
        let [e1, e2] = self.answer_bytes_max.to_be_bytes();
        let [c1, c2] = self.data_bytes_max.to_be_bytes();
        let [kind, length] = MESSAGE_FILE_BLOCK;
        let [f1, f2] = self.file.to_be_bytes();
        let [s1, s2] = self.file_bytes.to_be_bytes();
        let (read, write) = (self.read.byte(), self.write.byte());
        [l1, l2, self.version, e1, e2, c1, c2, kind, length, f1, f2, s1, s2, read, write]
    }

    /// Returns the bytes of the longest message that the file holds.
    #[must_use]
    pub fn room(&self) -> usize {
        usize::from(self.file_bytes.saturating_sub(2))
    }

    fn in_range(&self) -> bool {
        (CAPABILITY_BYTES..u16::MAX).contains(&self.bytes)
            && self.answer_bytes_max >= ANSWER_BYTES_MIN
            && self.data_bytes_max >= 1
            && (FILE_BYTES_MIN..u16::MAX).contains(&self.file_bytes)
            && !IDS_RESERVED.contains(&self.file)
    }
}

//! Settings of the message file: who may read, write and change it, and what the chip fills in.
//!
//! Owns their bytes (NT4H2421Gx, 10.7.1 and 10.7.2). The file itself is spoken in the clear: what
//! it says, every phone reads. Next: [`super::command`].

use super::fault::{DnaFault, Stage};
use super::keys::KeySlot;

/// The file has a one-time part; it is read and written in the clear.
const MIRRORING: u8 = 0x40;
/// The parts of the options that say how the file is spoken.
const MODE: u8 = 0x03;
/// Serial number and counter are filled in, as digits.
const MIRROR_UID_COUNTER_DIGITS: u8 = 0xC1;
/// The part of the rights of the mirror that is always set.
const RESERVED: u8 = 0xF0;
/// A file of bytes, the only kind there is.
const FILE_OF_BYTES: u8 = 0x00;

/// Who may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Who has the key of this number, 0 to 4.
    Key(u8),
    /// Everybody.
    Free,
    /// Nobody.
    Never,
}

impl Right {
    const fn of(nibble: u8) -> Self {
        match nibble & 0x0F {
            0xE => Self::Free,
            0xF => Self::Never,
            key => Self::Key(key),
        }
    }

    const fn nibble(self) -> u8 {
        match self {
            Self::Key(key) => key & 0x0F,
            Self::Free => 0xE,
            Self::Never => 0xF,
        }
    }
}

/// Where in the file the chip fills in what it says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mirroring {
    /// First digit of serial number and counter, sealed; 32 digits.
    pub picc: u8,
    /// First digit of the MAC, whose input is empty; 16 digits.
    pub mac: u8,
}

/// Settings of the message file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileSettings {
    /// Who may read.
    pub read: Right,
    /// Who may write.
    pub write: Right,
    /// Who may do both.
    pub read_write: Right,
    /// Who may change these settings.
    pub change: Right,
    /// What the chip fills in, sealed with the meta key and proved with the file key.
    pub mirroring: Option<Mirroring>,
}

impl FileSettings {
    /// Returns the settings of a provisioned tag: everybody reads, the master key does the rest.
    #[must_use]
    pub const fn provisioned(mirroring: Mirroring) -> Self {
        let master = Right::Key(KeySlot::Master.number());
        let mirroring = Some(mirroring);
        Self { read: Right::Free, write: master, read_write: master, change: master, mirroring }
    }

    /// Writes what changes the settings.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let rights = [
            (self.read_write.nibble() << 4) | self.change.nibble(),
            (self.read.nibble() << 4) | self.write.nibble(),
        ];
        let Some(Mirroring { picc, mac }) = self.mirroring else {
            return [&[0], rights.as_slice()].concat();
        };
        let mirror_rights = [
            RESERVED | Right::Never.nibble(),
            (KeySlot::Meta.number() << 4) | KeySlot::File.number(),
        ];
        let places = [picc, 0, 0, mac, 0, 0, mac, 0, 0];
        let options = [MIRROR_UID_COUNTER_DIGITS];
        [&[MIRRORING], rights.as_slice(), &options, &mirror_rights, &places].concat()
    }

    /// Reads what the chip says of its file.
    ///
    /// # Errors
    /// [`DnaFault::AnswerInvalid`], also when the chip fills in something else or elsewhere than
    /// these settings can say.
    pub fn parse(bytes: &[u8]) -> Result<Self, DnaFault> {
        let invalid = DnaFault::AnswerInvalid { stage: Stage::Settings, bytes: bytes.len() };
        let ([kind, options, low, high, _, _, _], rest) =
            bytes.split_first_chunk::<7>().ok_or(invalid)?;
        let mirroring = match (options & MIRRORING, rest) {
            (0, []) => None,
            (MIRRORING, [_, _, _, picc, 0, 0, _, 0, 0, mac, 0, 0]) => {
                Some(Mirroring { picc: *picc, mac: *mac })
            }
            (_, _) => return Err(invalid),
        };
        let settings = Self {
            read: Right::of(high >> 4),
            write: Right::of(*high),
            read_write: Right::of(low >> 4),
            change: Right::of(*low),
            mirroring,
        };
        let again = settings.to_bytes();
        let same = mirroring.is_none() || again.get(3..) == Some(rest);
        if *kind != FILE_OF_BYTES || options & MODE != 0 || !same {
            return Err(invalid);
        }
        Ok(settings)
    }
}

//! The keys of one tag, all from one master key: a broken tag gives away only itself.
//!
//! Owns which input diversifies which key (AN10922), the same for whoever provisions and whoever
//! verifies. The key that seals serial numbers is one for all tags of a master key, because it must
//! open them before anybody knows which tag it is. Next: [`super::version`].

use crate::nfc::sun::{AesKey, SunFault, TagUid, diversify_key};

/// The key in every slot of a new tag.
pub const FACTORY_KEY: [u8; 16] = [0; 16];
/// The version that a key of ours has; those of a new tag have 0.
pub const KEY_VERSION: u8 = 1;

/// What keeps keys of different uses apart (the system identifier of AN10922).
const SYSTEM: &[u8] = b"baton";

/// A slot for a key in the tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySlot {
    /// 0: who may change settings, keys and the message.
    Master,
    /// 1: proves a read.
    File,
    /// 2: seals serial number and counter.
    Meta,
    /// 3 and 4: of no use here, and given keys so that nobody finds one.
    Spare(Spare),
}

/// Which of the slots of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spare {
    /// 3.
    Third,
    /// 4.
    Fourth,
}

impl KeySlot {
    /// Every slot, in the order in which keys are changed: the master key last, because with it
    /// a run that was cut off can be taken up again.
    pub const ALL: [Self; 5] = [
        Self::File,
        Self::Meta,
        Self::Spare(Spare::Third),
        Self::Spare(Spare::Fourth),
        Self::Master,
    ];

    /// Returns its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Master => 0,
            Self::File => 1,
            Self::Meta => 2,
            Self::Spare(Spare::Third) => 3,
            Self::Spare(Spare::Fourth) => 4,
        }
    }
}

/// Makes the keys of tags. Prints masked.
#[derive(Debug, Clone)]
pub struct TagKeys {
    master: AesKey,
}

impl TagKeys {
    /// Takes the master key of all tags.
    #[must_use]
    pub const fn new(master: AesKey) -> Self {
        Self { master }
    }

    /// Returns the key that opens serial number and counter of every tag.
    ///
    /// # Errors
    /// None that can come: the input has a length that fits.
    pub fn meta(&self) -> Result<AesKey, SunFault> {
        diversify_key(&self.master, &[&[KeySlot::Meta.number()], SYSTEM].concat())
    }

    /// Returns the key of one slot of one tag.
    ///
    /// # Errors
    /// None that can come: the input has a length that fits.
    pub fn of(&self, uid: TagUid, slot: KeySlot) -> Result<AesKey, SunFault> {
        match slot {
            KeySlot::Meta => self.meta(),
            KeySlot::Master | KeySlot::File | KeySlot::Spare(_) => {
                let input = [uid.0.as_slice(), &[slot.number()], SYSTEM].concat();
                diversify_key(&self.master, &input)
            }
        }
    }
}

//! PICC data: the serial number and the read counter, as the tag mirrors them.
//!
//! Owns the tag byte and both forms (NT4H2421Gx, 9.3.3 and 9.3.4). Next: [`super::diversify`].

use super::fault::{Parameter, SunFault};
use super::lrp::{Lrp, UpdatedKey};
use super::session::SunCipher;
use crate::aes128::{AesKey, BLOCK_BYTES, Block};
use std::fmt;

/// Bytes of a serial number: the only length that the datasheet knows.
pub const UID_BYTES: usize = 7;
/// The largest counter: 24 bits; the tag stops counting there.
pub const COUNTER_MAX: u32 = 0x00FF_FFFF;
/// Bytes of the random part that LRP mode puts in front.
const RANDOM_BYTES: usize = 8;

/// Tag byte: the serial number follows.
const HAS_UID: u8 = 0x80;
/// Tag byte: the counter follows.
const HAS_COUNTER: u8 = 0x40;
/// Tag byte: the length of the serial number that follows.
const UID_LENGTH: u8 = 0x07;

/// A tag's serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagUid(pub [u8; UID_BYTES]);

impl fmt::Display for TagUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// How often a tag was read, this time included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadCounter(u32);

impl ReadCounter {
    /// Takes a count.
    ///
    /// # Errors
    /// [`SunFault::CounterTooLarge`] when it has more than 24 bits.
    pub const fn new(count: u32) -> Result<Self, SunFault> {
        if count > COUNTER_MAX {
            return Err(SunFault::CounterTooLarge);
        }
        Ok(Self(count))
    }

    /// Returns the count.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0
    }

    /// Takes the three bytes of the clear mirror, most significant first.
    #[must_use]
    pub fn from_mirror(bytes: [u8; 3]) -> Self {
        let [high, middle, low] = bytes;
        Self(u32::from_be_bytes([0, high, middle, low]))
    }

    /// The three bytes inside PICC data and session vectors, least significant first.
    pub(super) const fn inner_bytes(self) -> [u8; 3] {
        let [low, middle, high, _] = self.0.to_le_bytes();
        [low, middle, high]
    }

    const fn from_inner(bytes: [u8; 3]) -> Self {
        let [low, middle, high] = bytes;
        Self(u32::from_le_bytes([low, middle, high, 0]))
    }
}

/// What a tag mirrors of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PiccData {
    /// Its serial number, when it mirrors it.
    pub uid: Option<TagUid>,
    /// Its read counter, when it mirrors it.
    pub counter: Option<ReadCounter>,
}

impl PiccData {
    /// Opens encrypted PICC data: 16 bytes in AES mode, 24 in LRP mode.
    ///
    /// # Errors
    /// `Invalid` when it is of another length, `PiccDataInvalid` when it does not open.
    pub fn open(cipher: SunCipher, meta_key: &AesKey, sealed: &[u8]) -> Result<Self, SunFault> {
        let length = SunFault::Invalid { parameter: Parameter::PiccData };
        let clear = match cipher {
            SunCipher::Aes => {
                let block: &Block = sealed.try_into().map_err(|_| length)?;
                meta_key.decrypt(block)
            }
            SunCipher::Lrp => {
                let parts = sealed.split_first_chunk::<RANDOM_BYTES>().ok_or(length)?;
                let block: &Block = parts.1.try_into().map_err(|_| length)?;
                let lrp = Lrp::new(meta_key, UpdatedKey::First);
                lrp.block_key(parts.0).decrypt(block)
            }
        };
        Self::parse(&clear)
    }

    /// Seals PICC data as a tag does, with these random bytes; LRP mode takes all 13 of them, AES
    /// mode the first ones that fill its block.
    #[must_use]
    pub fn seal(&self, cipher: SunCipher, meta_key: &AesKey, random: &[u8; 13]) -> Vec<u8> {
        let (front, fill) = random.split_at(RANDOM_BYTES);
        let fill = if cipher == SunCipher::Aes { random } else { fill };
        let mut clear: Block = [0; BLOCK_BYTES];
        let head = [&[self.tag()], self.session_bytes().as_slice()].concat();
        let bytes = head.into_iter().chain(fill.iter().copied().cycle());
        clear.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        match cipher {
            SunCipher::Aes => meta_key.encrypt(&clear).to_vec(),
            SunCipher::Lrp => {
                let lrp = Lrp::new(meta_key, UpdatedKey::First);
                [front, &lrp.block_key(front).encrypt(&clear)].concat()
            }
        }
    }

    /// Returns the tag byte that says what follows.
    #[must_use]
    pub const fn tag(&self) -> u8 {
        let uid = if self.uid.is_some() { HAS_UID | UID_LENGTH } else { 0 };
        let counter = if self.counter.is_some() { HAS_COUNTER } else { 0 };
        uid | counter
    }

    /// What goes into session vectors: the serial number, then the counter.
    pub(super) fn session_bytes(&self) -> Vec<u8> {
        let uid = self.uid.iter().flat_map(|uid| uid.0);
        uid.chain(self.counter.iter().flat_map(|counter| counter.inner_bytes())).collect()
    }

    fn parse(clear: &Block) -> Result<Self, SunFault> {
        let (tag, rest) = clear.split_first().ok_or(SunFault::PiccDataInvalid)?;
        let (has_uid, has_counter) = (tag & HAS_UID != 0, tag & HAS_COUNTER != 0);
        let (uid, rest) = if has_uid { split(rest)? } else { (None, rest) };
        let (counter, _) = if has_counter { split(rest)? } else { (None, rest) };
        let data = Self { uid: uid.map(TagUid), counter: counter.map(ReadCounter::from_inner) };
        if data.tag() != *tag || *tag == 0 {
            return Err(SunFault::PiccDataInvalid);
        }
        Ok(data)
    }
}

fn split<const N: usize>(bytes: &[u8]) -> Result<(Option<[u8; N]>, &[u8]), SunFault> {
    let (first, rest) = bytes.split_first_chunk::<N>().ok_or(SunFault::PiccDataInvalid)?;
    Ok((Some(*first), rest))
}

//! The keys of one read: each serial number and counter have their own.
//!
//! Owns session vectors, the shortened MAC and the file data (NT4H2421Gx, 9.3.6 to 9.3.9). Next:
//! the gateway, which keeps the last counter of each tag.

use super::fault::{Parameter, SunFault};
use super::lrp::{Lrp, UpdatedKey, increment};
use super::picc::{PiccData, ReadCounter};
use crate::aes128::{AesKey, BLOCK_BYTES, Block, xor};
use std::fmt;
use subtle::ConstantTimeEq;

/// Bytes of the MAC in a URI: every second one of the sixteen.
pub const MAC_BYTES: usize = 8;
/// In front of the encryption key's session vector in AES mode, with its counter and length.
const ENCRYPTION_VECTOR: [u8; 6] = [0xC3, 0x3C, 0x00, 0x01, 0x00, 0x80];
/// In front of the MAC key's session vector in AES mode.
const MAC_VECTOR: [u8; 6] = [0x3C, 0xC3, 0x00, 0x01, 0x00, 0x80];
/// In front of the session vector in LRP mode.
const LRP_VECTOR: [u8; 4] = [0x00, 0x01, 0x00, 0x80];
/// Behind the session vector in LRP mode.
const LRP_VECTOR_END: [u8; 2] = [0x1E, 0xE1];

/// Which of its two modes a tag is in; LRP is switched on once and for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SunCipher {
    /// AES.
    Aes,
    /// AES behind the leakage resilient primitive.
    Lrp,
}

/// A shortened MAC. Two of them are compared in a time that does not depend on them.
#[derive(Clone, Copy)]
pub struct SunMac(pub [u8; MAC_BYTES]);

impl PartialEq for SunMac {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SunMac {}

impl fmt::Debug for SunMac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SunMac(***)")
    }
}

/// The keys of one read. They print masked and are wiped when dropped.
#[derive(Debug, Clone)]
pub struct SunSession {
    cipher: SunCipher,
    counter: Option<ReadCounter>,
    encryption_key: AesKey,
    mac_key: AesKey,
}

impl SunSession {
    /// Derives the keys from the tag's file key.
    #[must_use]
    pub fn derive(cipher: SunCipher, file_key: &AesKey, picc: &PiccData) -> Self {
        let (encryption_key, mac_key) = match cipher {
            SunCipher::Aes => {
                let vector = |front| file_key.derive(&vector(front, picc));
                (vector(&ENCRYPTION_VECTOR), vector(&MAC_VECTOR))
            }
            SunCipher::Lrp => {
                let lrp = Lrp::new(file_key, UpdatedKey::First);
                let key = AesKey::new(lrp.cmac(&lrp_vector(picc)));
                (key.clone(), key)
            }
        };
        Self { cipher, counter: picc.counter, encryption_key, mac_key }
    }

    /// Returns the key of the MAC.
    #[must_use]
    pub const fn mac_key(&self) -> &AesKey {
        &self.mac_key
    }

    /// Computes the MAC over what stands between the input offset and the MAC.
    #[must_use]
    pub fn mac(&self, input: &[u8]) -> SunMac {
        let whole = match self.cipher {
            SunCipher::Aes => self.mac_key.cmac(input),
            SunCipher::Lrp => Lrp::new(&self.mac_key, UpdatedKey::First).cmac(input),
        };
        let [_, a, _, b, _, c, _, d, _, e, _, f, _, g, _, h] = whole;
        SunMac([a, b, c, d, e, f, g, h])
    }

    /// Opens encrypted file data.
    ///
    /// # Errors
    /// `Invalid` when it is not whole blocks, `Missing` when the tag mirrors no counter.
    /// **Order** the MAC was compared before.
    pub fn open_file_data(&self, sealed: &[u8]) -> Result<Vec<u8>, SunFault> {
        let blocks = whole_blocks(sealed)?;
        let counter = self.inner_counter()?;
        if self.cipher == SunCipher::Aes {
            return Ok(self.encryption_key.decrypt_cbc(&self.aes_start(counter), sealed));
        }
        Ok(self.lrp_blocks(counter, blocks, AesKey::decrypt))
    }

    /// Seals file data as a tag does.
    ///
    /// # Errors
    /// As in [`SunSession::open_file_data`].
    pub fn seal_file_data(&self, clear: &[u8]) -> Result<Vec<u8>, SunFault> {
        let blocks = whole_blocks(clear)?;
        let counter = self.inner_counter()?;
        if self.cipher == SunCipher::Lrp {
            return Ok(self.lrp_blocks(counter, blocks, AesKey::encrypt));
        }
        let mut before = self.aes_start(counter);
        let mut sealed = Vec::with_capacity(clear.len());
        for block in blocks {
            before = self.encryption_key.encrypt(&xor(block, &before));
            sealed.extend_from_slice(&before);
        }
        Ok(sealed)
    }

    fn inner_counter(&self) -> Result<[u8; 3], SunFault> {
        let missing = SunFault::Missing { parameter: Parameter::Counter };
        self.counter.map(ReadCounter::inner_bytes).ok_or(missing)
    }

    /// The start of the chain: the counter, encrypted, so that no two reads share one.
    fn aes_start(&self, counter: [u8; 3]) -> Block {
        let [low, middle, high] = counter;
        let mut start = [0; BLOCK_BYTES];
        if let Some(head) = start.first_chunk_mut() {
            *head = [low, middle, high];
        }
        self.encryption_key.encrypt(&start)
    }

    fn lrp_blocks(
        &self,
        counter: [u8; 3],
        blocks: &[Block],
        turn: fn(&AesKey, &Block) -> Block,
    ) -> Vec<u8> {
        let lrp = Lrp::new(&self.encryption_key, UpdatedKey::Second);
        let [low, middle, high] = counter;
        let mut counter = [low, middle, high, 0, 0, 0];
        let mut turned = Vec::new();
        for block in blocks {
            turned.extend_from_slice(&turn(&lrp.block_key(&counter), block));
            increment(&mut counter);
        }
        turned
    }
}

fn whole_blocks(bytes: &[u8]) -> Result<&[Block], SunFault> {
    match bytes.as_chunks::<BLOCK_BYTES>() {
        (blocks @ [_, ..], []) => Ok(blocks),
        (_, _) => Err(SunFault::Invalid { parameter: Parameter::FileData }),
    }
}

fn vector(front: &[u8; 6], picc: &PiccData) -> Block {
    let mut bytes = front.iter().copied().chain(picc.session_bytes());
    std::array::from_fn(|_| bytes.next().unwrap_or_default())
}

fn lrp_vector(picc: &PiccData) -> Block {
    let mut bytes = LRP_VECTOR.into_iter().chain(picc.session_bytes());
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n] =
        std::array::from_fn(|_| bytes.next().unwrap_or_default());
    let [y, z] = LRP_VECTOR_END;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, y, z]
}

//! AES-128 keys: one block, CMAC, and the subkeys that NXP's own constructions need.
//!
//! Owns the key type, which prints masked and is wiped. The cipher is RustCrypto's `aes` and `cmac`
//! (constant time, wiped when dropped). May not know what a key is for: tags are in [`crate::nfc`],
//! beacons in [`crate::beacon`].

use aes::Aes128;
use cmac::{Cmac, KeyInit, Mac};
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a key and of a block of AES-128 (FIPS 197).
pub const BLOCK_BYTES: usize = 16;

/// One block.
pub(crate) type Block = [u8; BLOCK_BYTES];

/// The polynomial by which CMAC doubles a block of 128 bits (RFC 4493, section 2.3).
const DOUBLING: u128 = 0x87;

/// A key of AES-128. Prints masked and is wiped when dropped.
#[derive(Clone)]
pub struct AesKey(Zeroizing<Block>);

impl AesKey {
    /// Takes the sixteen bytes of a key.
    #[must_use]
    pub fn new(bytes: [u8; BLOCK_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Shows the key itself, for the one place that writes it into a tag or a store.
    #[must_use]
    pub fn reveal(&self) -> &[u8; BLOCK_BYTES] {
        &self.0
    }

    pub(crate) fn encrypt(&self, block: &Block) -> Block {
        use aes::cipher::BlockCipherEncrypt;
        let mut block = (*block).into();
        self.cipher().encrypt_block(&mut block);
        block.into()
    }

    pub(crate) fn decrypt(&self, block: &Block) -> Block {
        use aes::cipher::BlockCipherDecrypt;
        let mut block = (*block).into();
        self.cipher().decrypt_block(&mut block);
        block.into()
    }

    /// CMAC of any number of bytes (RFC 4493).
    pub(crate) fn cmac(&self, bytes: &[u8]) -> Block {
        let mut mac = Cmac::<Aes128>::new((&*self.0).into());
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// A key that is the CMAC of these bytes.
    pub(crate) fn derive(&self, bytes: &[u8]) -> Self {
        Self::new(self.cmac(bytes))
    }

    /// Opens whole blocks of CBC; what is left over at the end is not read.
    pub(crate) fn decrypt_cbc(&self, start: &Block, bytes: &[u8]) -> Vec<u8> {
        let (blocks, _) = bytes.as_chunks::<BLOCK_BYTES>();
        let mut before = *start;
        let mut clear = Vec::with_capacity(bytes.len());
        for block in blocks {
            clear.extend_from_slice(&xor(&self.decrypt(block), &before));
            before = *block;
        }
        clear
    }

    /// Seals whole blocks in CBC; what is left over at the end is not sealed.
    pub(crate) fn encrypt_cbc(&self, start: &Block, bytes: &[u8]) -> Vec<u8> {
        let (blocks, _) = bytes.as_chunks::<BLOCK_BYTES>();
        let mut before = *start;
        let mut sealed = Vec::with_capacity(bytes.len());
        for block in blocks {
            before = self.encrypt(&xor(block, &before));
            sealed.extend_from_slice(&before);
        }
        sealed
    }

    fn cipher(&self) -> Aes128 {
        Aes128::new((&*self.0).into())
    }
}

impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey(***)")
    }
}

/// Adds two blocks bit by bit.
pub(crate) fn xor(left: &Block, right: &Block) -> Block {
    (u128::from_be_bytes(*left) ^ u128::from_be_bytes(*right)).to_be_bytes()
}

/// Doubles a block in the field of CMAC, which makes its subkeys.
pub(crate) fn double(block: &Block) -> Block {
    let value = u128::from_be_bytes(*block);
    let carried = if value.leading_zeros() == 0 { DOUBLING } else { 0 };
    ((value << 1) ^ carried).to_be_bytes()
}

//! The retail MAC: DES in a chain, the last block in triple DES, under a key of double length.
//!
//! Owns the key and its refusal. ANSI X9.19, which is ISO/IEC 9797-1 algorithm 3 with padding
//! method 1 (zeros, none where blocks are full). The cipher and the chain are RustCrypto's `des`
//! and `retail-mac`. Only for providers who ask for it: DES is old. Next: [`super::mac`].

use super::mac::{MAC_BYTES, MacKeyFault};
use cmac::{KeyInit, Mac};
use des::Des;
use retail_mac::RetailMac;
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a key of double length.
pub const RETAIL_KEY_BYTES: usize = 16;
/// The bit of each byte of a DES key that the cipher does not read (FIPS 46-3: odd parity).
const PARITY: u8 = 1;

/// A key of two different halves. Prints masked and is wiped when dropped.
#[derive(Clone)]
pub(super) struct RetailKey(Zeroizing<[u8; RETAIL_KEY_BYTES]>);

impl RetailKey {
    pub(super) fn new(bytes: [u8; RETAIL_KEY_BYTES]) -> Result<Self, MacKeyFault> {
        let key = Self(Zeroizing::new(bytes));
        let (halves, _) = key.0.as_chunks::<8>();
        let read = halves.iter().map(|half| half.map(|byte| byte & !PARITY));
        let mut read = read.map(Zeroizing::new);
        let equal = read.next() == read.next();
        // With equal halves it would be a chain of single DES, which a search breaks.
        if equal { Err(MacKeyFault::HalvesEqual) } else { Ok(key) }
    }

    pub(super) fn code(&self, bytes: &[u8]) -> [u8; MAC_BYTES] {
        let mut mac = RetailMac::<Des>::new((&*self.0).into());
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for RetailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RetailKey(***)")
    }
}

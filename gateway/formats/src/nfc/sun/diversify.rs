//! One key for each tag from one master key, so that a broken tag gives away only itself.
//!
//! Owns the AES-128 construction of AN10922, section 2.2: a CMAC that always runs over two blocks.
//! Next: [`super::session`].

use super::fault::SunFault;
use crate::aes128::{AesKey, BLOCK_BYTES, Block, double, xor};

/// The most bytes that diversify a key: two blocks less the constant in front.
pub const DIVERSIFICATION_BYTES_MAX: usize = 31;
/// The constant in front that says AES-128.
const AES_128: u8 = 0x01;
/// The first byte of the padding.
const PADDING: u8 = 0x80;

/// Makes a tag's own key from the master key and 1 to 31 bytes: its serial number, and what keeps
/// keys of different uses apart.
///
/// # Errors
/// [`SunFault::DiversificationInvalid`] when there are fewer or more bytes.
pub fn diversify_key(master: &AesKey, input: &[u8]) -> Result<AesKey, SunFault> {
    if !(1..=DIVERSIFICATION_BYTES_MAX).contains(&input.len()) {
        return Err(SunFault::DiversificationInvalid { bytes: input.len() });
    }
    let subkey = double(&master.encrypt(&[0; BLOCK_BYTES]));
    let whole = input.len() == DIVERSIFICATION_BYTES_MAX;
    let subkey = if whole { subkey } else { double(&subkey) };
    let mut bytes = std::iter::once(AES_128).chain(input.iter().copied()).chain([PADDING]);
    let (first, last) = (next_block(&mut bytes), next_block(&mut bytes));
    let last = xor(&xor(&last, &subkey), &master.encrypt(&first));
    Ok(AesKey::new(master.encrypt(&last)))
}

/// The next sixteen bytes, filled up with zeros.
fn next_block(bytes: &mut impl Iterator<Item = u8>) -> Block {
    std::array::from_fn(|_| bytes.next().unwrap_or_default())
}

//! LRP, the leakage resilient primitive: AES whose keys are used so seldom that nothing leaks.
//!
//! Owns AN12304 with nibbles: sixteen plaintexts, updated keys, evaluation, CMAC. Every use of it
//! here ends with the extra step ("finalization") of algorithm 3. Back to: [`super::session`].

use crate::aes128::{AesKey, BLOCK_BYTES, Block, double, xor};
use zeroize::Zeroizing;

/// Leads to the next secret value.
const NEXT: Block = [0x55; BLOCK_BYTES];
/// Makes a plaintext or a key of a secret value.
const TAKE: Block = [0xAA; BLOCK_BYTES];
/// Values of a nibble, and so the number of plaintexts.
const NIBBLES: usize = 16;
/// The first byte of the padding.
const PADDING: u8 = 0x80;

/// Which of the updated keys is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UpdatedKey {
    /// For the MAC, and for PICC data.
    First,
    /// For file data.
    Second,
}

/// The plaintexts and one updated key of a secret key.
pub(super) struct Lrp {
    plaintexts: Zeroizing<[Block; NIBBLES]>,
    key: AesKey,
}

impl Lrp {
    pub(super) fn new(key: &AesKey, updated: UpdatedKey) -> Self {
        let mut value = AesKey::new(key.encrypt(&NEXT));
        let mut plaintexts = Zeroizing::new([[0; BLOCK_BYTES]; NIBBLES]);
        for plaintext in plaintexts.iter_mut() {
            *plaintext = value.encrypt(&TAKE);
            value = AesKey::new(value.encrypt(&NEXT));
        }
        let mut value = AesKey::new(key.encrypt(&TAKE));
        if updated == UpdatedKey::Second {
            value = AesKey::new(value.encrypt(&NEXT));
        }
        Self { plaintexts, key: AesKey::new(value.encrypt(&TAKE)) }
    }

    /// Algorithm 3 with finalization.
    pub(super) fn evaluate(&self, input: &[u8]) -> Block {
        let mut value = self.key.clone();
        for nibble in input.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]) {
            let plaintext = self.plaintexts.get(usize::from(nibble)).copied();
            value = AesKey::new(value.encrypt(&plaintext.unwrap_or_default()));
        }
        value.encrypt(&[0; BLOCK_BYTES])
    }

    /// The key of one block of LRICB, chosen by its counter.
    pub(super) fn block_key(&self, counter: &[u8]) -> AesKey {
        AesKey::new(self.evaluate(counter))
    }

    /// CMAC with the evaluation in the place of the cipher.
    pub(super) fn cmac(&self, bytes: &[u8]) -> Block {
        let whole = double(&self.evaluate(&[0; BLOCK_BYTES]));
        let start = bytes.len().saturating_sub(1) / BLOCK_BYTES * BLOCK_BYTES;
        let (body, last) = bytes.split_at_checked(start).unwrap_or((&[], bytes));
        let (blocks, _) = body.as_chunks::<BLOCK_BYTES>();
        let state =
            blocks.iter().fold([0; BLOCK_BYTES], |state, block| self.evaluate(&xor(&state, block)));
        let last = match <Block>::try_from(last) {
            Ok(block) => xor(&block, &whole),
            Err(_) => xor(&padded(last), &double(&whole)),
        };
        self.evaluate(&xor(&state, &last))
    }
}

/// Adds one to a counter, most significant byte first; it starts again at zero after its end.
pub(super) fn increment(counter: &mut [u8]) {
    for byte in counter.iter_mut().rev() {
        let (next, carried) = byte.overflowing_add(1);
        *byte = next;
        if !carried {
            break;
        }
    }
}

fn padded(bytes: &[u8]) -> Block {
    let mut bytes = bytes.iter().copied().chain([PADDING]);
    std::array::from_fn(|_| bytes.next().unwrap_or_default())
}

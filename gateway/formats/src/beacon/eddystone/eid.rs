//! Identifiers that change: only who has the identity key knows which beacon sent one.
//!
//! Owns their computation (Eddystone-EID, "EID Computation") and the search around a time. May not
//! read a clock: the beacon's counter is an argument. Next: [`super::super::frame`].

use crate::aes128::{AesKey, BLOCK_BYTES, Block};
use std::fmt;

/// Bytes of an identifier: the first half of a block.
pub const EPHEMERAL_ID_BYTES: usize = 8;
/// The largest exponent, about nine hours: a temporary key lasts for 2^16 seconds.
const EXPONENT_MAX: u8 = 15;
/// What tells the temporary key's block from an identifier's, in the place of the exponent.
const SALT: u8 = 0xFF;

/// An identifier, as a beacon sends it for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EphemeralId(pub [u8; EPHEMERAL_ID_BYTES]);

impl fmt::Display for EphemeralId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// How long an identifier lasts: 2 to the power of this. **Units** seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RotationExponent(u8);

impl RotationExponent {
    /// Takes an exponent; one over 15 is nothing.
    #[must_use]
    pub const fn new(exponent: u8) -> Option<Self> {
        if exponent > EXPONENT_MAX {
            return None;
        }
        Some(Self(exponent))
    }

    /// Returns how long an identifier lasts. **Units** seconds.
    #[must_use]
    pub const fn period_s(self) -> u32 {
        1 << self.0
    }
}

/// The key that a beacon shares with who may recognise it. Prints masked and is wiped.
#[derive(Debug, Clone)]
pub struct IdentityKey(AesKey);

impl IdentityKey {
    /// Takes the sixteen bytes of a key.
    #[must_use]
    pub fn new(bytes: [u8; BLOCK_BYTES]) -> Self {
        Self(AesKey::new(bytes))
    }

    /// Shows the key itself, for the one place that stores it.
    #[must_use]
    pub fn reveal(&self) -> &[u8; BLOCK_BYTES] {
        self.0.reveal()
    }

    /// Computes the identifier at a beacon's time. **Units** seconds of the beacon's own counter.
    #[must_use]
    pub fn ephemeral_id(&self, exponent: RotationExponent, counter_s: u32) -> EphemeralId {
        id_of(&self.temporary_key(counter_s), exponent, counter_s)
    }

    /// Finds the period in which this beacon would have sent an identifier, and returns its first
    /// second on the beacon's counter. Looks at the period of `counter_s`, then at as many before
    /// and after it as `periods` says, the nearest first.
    /// **Units** seconds of the beacon's counter.
    #[must_use]
    pub fn find(
        &self,
        id: EphemeralId,
        exponent: RotationExponent,
        counter_s: u32,
        periods: u8,
    ) -> Option<u32> {
        let now = start_of(exponent, counter_s);
        let steps = (1..=u32::from(periods)).map(|step| step.checked_mul(exponent.period_s()));
        let around =
            steps.flatten().flat_map(|away| [now.checked_sub(away), now.checked_add(away)]);
        let mut last: Option<(u32, AesKey)> = None;
        std::iter::once(Some(now)).chain(around).flatten().find(|start| {
            let era = start >> 16;
            let cached = last.take().filter(|(of, _)| *of == era);
            let (_, key) = last.insert(cached.unwrap_or_else(|| (era, self.temporary_key(*start))));
            id_of(key, exponent, *start) == id
        })
    }

    /// The key of 2^16 seconds.
    fn temporary_key(&self, counter_s: u32) -> AesKey {
        let [first, second, ..] = counter_s.to_be_bytes();
        AesKey::new(self.0.encrypt(&block(SALT, [0, 0, first, second])))
    }
}

fn start_of(exponent: RotationExponent, counter_s: u32) -> u32 {
    counter_s & !(exponent.period_s().saturating_sub(1))
}

fn id_of(key: &AesKey, exponent: RotationExponent, counter_s: u32) -> EphemeralId {
    let start = start_of(exponent, counter_s).to_be_bytes();
    let [a, b, c, d, e, f, g, h, ..] = key.encrypt(&block(exponent.0, start));
    EphemeralId([a, b, c, d, e, f, g, h])
}

/// Eleven zeros, what tells blocks apart, and four bytes of time.
fn block(kind: u8, time: [u8; 4]) -> Block {
    let [a, b, c, d] = time;
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, kind, a, b, c, d]
}

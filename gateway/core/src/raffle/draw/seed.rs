//! The seed of a draw: root, round, the beacon's number and the server's, laid out byte for byte.
//!
//! Owns the layouts of the seed, of the server's commitment, of a holder's name and of the number
//! that entrants make where there is no beacon. Next: [`super::order`].

use super::Digest;
use baton_protocol::ids::{PersonId, RaffleId};

/// Begins what a seed is hashed from.
const SEED: &[u8] = b"baton.lottery.draw.v1";
/// Begins what the entrants' own numbers are hashed from.
const NONCES: &[u8] = b"baton.lottery.nonces.v1";
/// Begins what a commitment is hashed from; leaves begin with 0 and nodes with 1.
const COMMITMENT: &[u8] = &[2];

/// What a seed is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Which sale.
    pub sale: RaffleId,
    /// The root of its tickets.
    pub root: Digest,
    /// How many tickets.
    pub tickets: u64,
    /// The beacon's round; 0 where there is none.
    pub round: u64,
    /// The beacon's number of that round.
    pub randomness: Digest,
    /// The server's number; zeros where no server takes part.
    pub server: Digest,
}

impl Parts {
    /// Makes the seed.
    #[must_use]
    pub fn seed(&self) -> Digest {
        Digest::of(&[
            SEED,
            self.sale.uuid().as_bytes(),
            self.root.bytes(),
            &self.tickets.to_be_bytes(),
            &self.round.to_be_bytes(),
            self.randomness.bytes(),
            self.server.bytes(),
        ])
    }
}

/// Returns what a server publishes beforehand about its number.
#[must_use]
pub fn commitment(server: &Digest) -> Digest {
    Digest::of(&[COMMITMENT, server.bytes()])
}

/// Returns the name under which a person stands in a public list.
#[must_use]
pub fn holder(salt: &[u8], person: &PersonId) -> Digest {
    Digest::of(&[salt, person.as_str().as_bytes()])
}

/// Makes the number that stands for a beacon's from the entrants' own, in the order of entries.
///
/// Whoever gives the last number can try many of them, so such a draw cannot be verified in public.
#[must_use]
pub fn from_nonces<'a>(
    sale: RaffleId,
    root: &Digest,
    nonces: impl Iterator<Item = &'a Digest>,
) -> Digest {
    let nonces: Vec<u8> = nonces.flat_map(|nonce| nonce.bytes().iter().copied()).collect();
    Digest::of(&[NONCES, sale.uuid().as_bytes(), root.bytes(), &nonces])
}

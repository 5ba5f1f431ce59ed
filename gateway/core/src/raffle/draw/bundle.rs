//! Everything about a draw that is public after it, so that anybody can do it again.
//!
//! Owns how a bundle is made. It is kept for [`KEPT_YEARS`]. Next: [`super::finding`], which says
//! what is wrong with one.

use super::seed::{Parts, commitment};
use super::tree::TICKETS_MAX;
use super::{Chain, Digest, Order, Proof, Ticket, Tree};
use baton_protocol::ids::RaffleId;

/// Years for which a bundle is kept: as long as records of contracts and payments are.
pub const KEPT_YEARS: u8 = 5;

/// What is public after a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Which sale.
    pub sale: RaffleId,
    /// Its tickets in the order of the list.
    pub tickets: Vec<Ticket>,
    /// How many they are said to be.
    pub count: u64,
    /// The root that was published at close.
    pub root: Digest,
    /// The beacon's round that was fixed before opening.
    pub round: u64,
    /// When that round was published. **Units** seconds since 1970.
    pub round_time_s: i64,
    /// The beacon's number.
    pub randomness: Digest,
    /// The server's number.
    pub server: Digest,
    /// What the server said of it before opening.
    pub server_commitment: Digest,
    /// The seed.
    pub seed: Digest,
    /// The beginning of the order.
    pub order: Vec<u32>,
    /// A proof for one of the tickets.
    pub proof: Option<Proof>,
}

/// Why there is no draw of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleInvalid {
    /// There are no tickets, or too many.
    #[error("a draw needs 1 to {TICKETS_MAX} tickets, not {tickets}")]
    Tickets {
        /// How many there are.
        tickets: usize,
    },
}

/// What a draw adds to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    /// The beacon.
    pub chain: Chain,
    /// Its round.
    pub round: u64,
    /// Its number of that round.
    pub randomness: Digest,
    /// The server's number.
    pub server: Digest,
}

impl Bundle {
    /// Draws the first `places` of a list.
    ///
    /// # Errors
    /// [`BundleInvalid::Tickets`] for an empty or too long list.
    pub fn draw(
        sale: RaffleId,
        tickets: Vec<Ticket>,
        chance: &Chance,
        places: u32,
    ) -> Result<Self, BundleInvalid> {
        let invalid = BundleInvalid::Tickets { tickets: tickets.len() };
        let tree = Tree::of(sale, &tickets).ok_or(invalid)?;
        let Chance { chain, round, randomness, server } = *chance;
        let (root, count) = (tree.root(), u64::from(tree.size()));
        let seed = Parts { sale, root, tickets: count, round, randomness, server }.seed();
        let order = Order::draw(&seed, tree.size(), places);
        Ok(Self {
            sale,
            count,
            root,
            round,
            round_time_s: chain.time_s(round),
            randomness,
            server,
            server_commitment: commitment(&server),
            seed,
            proof: order.lookup(0).and_then(|index| tree.proof(index)),
            order: order.tickets().to_vec(),
            tickets,
        })
    }

    /// Returns what the seed must have been made from, as the bundle says.
    #[must_use]
    pub const fn parts(&self) -> Parts {
        Parts {
            sale: self.sale,
            root: self.root,
            tickets: self.count,
            round: self.round,
            randomness: self.randomness,
            server: self.server,
        }
    }
}

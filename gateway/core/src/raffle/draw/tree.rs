//! The tickets of a sale as a Merkle tree, and the proof that one of them is in it.
//!
//! Owns the bytes of leaves and nodes and the shape of RFC 6962 section 2.1: a node that has no
//! neighbour goes up as it is. Next: [`super::seed`].

use super::Digest;
use baton_protocol::ids::{RaffleId, TicketId};

/// Begins what a leaf is hashed from.
const LEAF: &[u8] = b"\x00baton.lottery.ticket.v1";
/// Begins what a node is hashed from.
const NODE: &[u8] = &[1];
/// Tickets of one sale: what two passes of hashing and an order in memory take seconds for.
pub const TICKETS_MAX: u32 = 10_000_000;

/// A ticket as the public list shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Its holder, under a name that only the holder can know: see [`super::seed::holder`].
    pub holder: Digest,
}

impl Ticket {
    /// Returns the leaf of the ticket at this place of the list.
    #[must_use]
    pub fn leaf(&self, sale: RaffleId, index: u32) -> Digest {
        let index = index.to_be_bytes();
        let (sale, id) = (sale.uuid(), self.id.uuid());
        Digest::of(&[LEAF, sale.as_bytes(), &index, id.as_bytes(), self.holder.bytes()])
    }
}

/// On which side the neighbour of a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neighbour {
    /// Before it.
    Left,
    /// After it.
    Right,
}

/// The way from one ticket to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The ticket's place in the list.
    pub index: u32,
    /// Its leaf.
    pub leaf: Digest,
    /// The neighbours on the way up.
    pub path: Vec<(Neighbour, Digest)>,
}

impl Proof {
    /// Returns the root to which this way leads.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.path.iter().fold(self.leaf, |here, (side, neighbour)| match side {
            Neighbour::Left => node(neighbour, &here),
            Neighbour::Right => node(&here, neighbour),
        })
    }
}

/// A place on the way from a leaf to the root: what stands beside it, and over which leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    /// On which side.
    pub side: Neighbour,
    /// Its hash.
    pub hash: Digest,
    /// The first leaf below it.
    pub first: u32,
    /// The last leaf below it.
    pub last: u32,
}

/// The tree, leaves first, the root last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    levels: Vec<Vec<Digest>>,
    root: Digest,
    size: u32,
}

impl Tree {
    /// Grows the tree of a list; an empty list, or one of more than [`TICKETS_MAX`], has none.
    #[must_use]
    pub fn of(sale: RaffleId, tickets: &[Ticket]) -> Option<Self> {
        let size = u32::try_from(tickets.len()).ok().filter(|size| *size <= TICKETS_MAX)?;
        let leaves = (0..size).zip(tickets).map(|(index, ticket)| ticket.leaf(sale, index));
        Self::over(leaves.collect(), size)
    }

    fn over(leaves: Vec<Digest>, size: u32) -> Option<Self> {
        let mut levels = vec![leaves];
        loop {
            let level = levels.last()?;
            if let [root] = level.as_slice() {
                let root = *root;
                return Some(Self { levels, root, size });
            }
            let above: Option<Vec<Digest>> = level.chunks(2).map(parent).collect();
            levels.push(above.filter(|above| !above.is_empty())?);
        }
    }

    /// Returns the root.
    #[must_use]
    pub const fn root(&self) -> Digest {
        self.root
    }

    /// Returns how many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.size
    }

    /// Returns the proof of a ticket, if there is one at this place.
    #[must_use]
    pub fn proof(&self, index: u32) -> Option<Proof> {
        let leaf = *self.levels.first()?.get(usize::try_from(index).ok()?)?;
        let path = self.beside(index).iter().map(|one| (one.side, one.hash)).collect();
        Some(Proof { index, leaf, path })
    }

    /// Returns what stands beside the way of a ticket, from its leaf up.
    #[must_use]
    pub fn beside(&self, index: u32) -> Vec<Beside> {
        let mut found = Vec::new();
        for (height, level) in (0_u32..).zip(&self.levels) {
            let here = index.checked_shr(height).unwrap_or(0);
            let there = here ^ 1;
            let hash = usize::try_from(there).ok().and_then(|place| level.get(place));
            let Some(hash) = hash else { continue };
            let side = if there < here { Neighbour::Left } else { Neighbour::Right };
            let first = there.checked_shl(height).unwrap_or(u32::MAX);
            let span = 1_u32.checked_shl(height).unwrap_or(u32::MAX);
            let last = first.saturating_add(span).min(self.size).saturating_sub(1);
            found.push(Beside { side, hash: *hash, first, last });
        }
        found
    }
}

fn parent(pair: &[Digest]) -> Option<Digest> {
    match pair {
        [left, right] => Some(node(left, right)),
        [alone] => Some(*alone),
        _ => None,
    }
}

fn node(left: &Digest, right: &Digest) -> Digest {
    Digest::of(&[NODE, left.bytes(), right.bytes()])
}

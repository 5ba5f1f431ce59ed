//! What is wrong with a bundle: which ticket, root, round, seed or place of the order was changed.
//!
//! Owns the reading of contradictions: root and seed are made from the list and the round, so they
//! tell which of two that differ was there when the draw took place. May not decide what to do.

use super::seed::{Parts, commitment};
use super::tree::{TICKETS_MAX, Tree};
use super::{Bundle, Chain, Digest, Order};

/// One thing that is wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// There is nothing to draw from.
    #[error("tickets: the list is empty or too long")]
    List,
    /// The count is not that of the list.
    #[error("ticket count: {said} is said, the list has {listed}")]
    Count {
        /// What is said.
        said: u64,
        /// What is listed.
        listed: u64,
    },
    /// The list was changed, and the proof tells where.
    #[error("tickets: changed at {}; they make root {made}, {said} is said", span(*first, *last))]
    Tickets {
        /// The first place that may be changed.
        first: u32,
        /// The last one.
        last: u32,
        /// The root that is said.
        said: Digest,
        /// The root of the list.
        made: Digest,
    },
    /// The list was changed somewhere.
    #[error("tickets: the list makes root {made}, but {said} is said and was drawn from")]
    TicketsSomewhere {
        /// The root that is said.
        said: Digest,
        /// The root of the list.
        made: Digest,
    },
    /// The root was changed.
    #[error("merkle root: {said} is said, but the list makes {made}, and that was drawn from")]
    Root {
        /// The root that is said.
        said: Digest,
        /// The root of the list.
        made: Digest,
    },
    /// The proof leads elsewhere.
    #[error("proof of ticket {index}: it leads to root {leads}, not to {root}")]
    Proof {
        /// Of which ticket.
        index: u32,
        /// Where it leads.
        leads: Digest,
        /// Where it should.
        root: Digest,
    },
    /// The server's number is not the one it was bound to.
    #[error("server commitment: {said} is said, the server's number makes {made}")]
    Commitment {
        /// What is said.
        said: Digest,
        /// What the number makes.
        made: Digest,
    },
    /// The round was changed.
    #[error("round: {said} is said, but round {drawn} was drawn from")]
    Round {
        /// What is said.
        said: u64,
        /// What the seed was made from.
        drawn: u64,
    },
    /// The round's time was changed.
    #[error("round time: {said} is said, round {round} is published at {published}")]
    RoundTime {
        /// The round.
        round: u64,
        /// What is said.
        said: i64,
        /// When it is published.
        published: i64,
    },
    /// The order comes from the seed, but the other parts do not make that seed.
    #[error("beacon or server number: they make seed {made}, but {said} was drawn from")]
    Randomness {
        /// The seed that is said.
        said: Digest,
        /// The seed that the parts make.
        made: Digest,
    },
    /// The seed was changed.
    #[error("seed: {said} is said, but {made} is made from the rest and was drawn from")]
    Seed {
        /// What is said.
        said: Digest,
        /// What the parts make.
        made: Digest,
    },
    /// A place of the order was changed.
    #[error("draw order: place {place} has ticket {said}, but the seed draws ticket {drawn}")]
    Order {
        /// The first such place, from 0.
        place: usize,
        /// What is said.
        said: u32,
        /// What the seed draws.
        drawn: u32,
    },
    /// The order is longer than the list.
    #[error("draw order: {places} places for {tickets} tickets")]
    OrderTooLong {
        /// How many places it has.
        places: usize,
        /// How many tickets there are.
        tickets: u64,
    },
}

fn span(first: u32, last: u32) -> String {
    if first == last { format!("place {first}") } else { format!("a place from {first} to {last}") }
}

impl Bundle {
    /// Returns what is wrong, in the order of the draw; nothing if the draw is as it must be.
    #[must_use]
    pub fn findings(&self, chain: &Chain) -> Vec<Finding> {
        let Some(tree) = Tree::of(self.sale, &self.tickets) else { return vec![Finding::List] };
        let mut findings = Vec::new();
        let listed = u64::from(tree.size());
        if self.count != listed {
            findings.push(Finding::Count { said: self.count, listed });
        }
        let drawn = self.drawn_from(chain, &tree);
        findings.extend(self.list_wrong(&tree, drawn.as_ref()));
        let made = commitment(&self.server);
        if made != self.server_commitment {
            findings.push(Finding::Commitment { said: self.server_commitment, made });
        }
        findings.extend(self.round_wrong(chain, drawn.as_ref()));
        findings.extend(self.order_wrong(&tree, drawn.as_ref()));
        findings
    }

    /// Finds the parts from which the seed that is said was made.
    fn drawn_from(&self, chain: &Chain, tree: &Tree) -> Option<Parts> {
        let by_time = chain.round_at_s(self.round_time_s).unwrap_or(self.round);
        let said = self.parts();
        let listed = u64::from(tree.size());
        let wholes = [self.count, listed].into_iter().flat_map(|tickets| {
            [self.root, tree.root()].map(|root| Parts { tickets, root, ..said })
        });
        let all =
            wholes.flat_map(|parts| [self.round, by_time].map(|round| Parts { round, ..parts }));
        let mut all = all.filter(|parts| parts.seed() == self.seed);
        all.next()
    }

    fn list_wrong(&self, tree: &Tree, drawn: Option<&Parts>) -> Vec<Finding> {
        let (said, made) = (self.root, tree.root());
        let mut findings = Vec::new();
        if said != made {
            let root_changed = drawn.is_some_and(|parts| parts.root == made);
            findings.push(if root_changed {
                Finding::Root { said, made }
            } else {
                self.changed_at(tree).unwrap_or(Finding::TicketsSomewhere { said, made })
            });
        }
        let root = drawn.map_or(said, |parts| parts.root);
        if let Some(proof) = self.proof.as_ref().filter(|proof| proof.root() != root) {
            findings.push(Finding::Proof { index: proof.index, leads: proof.root(), root });
        }
        findings
    }

    /// A proof that leads to the root knows every neighbour on its way: what differs there differs
    /// below.
    fn changed_at(&self, tree: &Tree) -> Option<Finding> {
        let (said, made) = (self.root, tree.root());
        let proof = self.proof.as_ref().filter(|proof| proof.root() == said)?;
        let leaf = tree.proof(proof.index)?.leaf;
        if leaf != proof.leaf {
            return Some(Finding::Tickets { first: proof.index, last: proof.index, said, made });
        }
        let beside = tree.beside(proof.index);
        if beside.len() != proof.path.len() {
            return None;
        }
        let mut pairs = beside.iter().zip(&proof.path);
        let (differs, _) = pairs.find(|(made, (_, said))| made.hash != *said)?;
        Some(Finding::Tickets { first: differs.first, last: differs.last, said, made })
    }

    fn round_wrong(&self, chain: &Chain, drawn: Option<&Parts>) -> Option<Finding> {
        let published = chain.time_s(self.round);
        let drawn = drawn.map_or(self.round, |parts| parts.round);
        if drawn != self.round {
            return Some(Finding::Round { said: self.round, drawn });
        }
        let (round, said) = (self.round, self.round_time_s);
        (published != said).then_some(Finding::RoundTime { round, said, published })
    }

    fn order_wrong(&self, tree: &Tree, drawn: Option<&Parts>) -> Vec<Finding> {
        // Drawn from as many tickets as the seed says, even if the list has lost one since.
        let count = drawn.map_or(self.count, |parts| parts.tickets);
        let count = u32::try_from(count).ok().filter(|count| *count <= TICKETS_MAX);
        let size = count.unwrap_or_else(|| tree.size());
        let places = u32::try_from(self.order.len()).ok().filter(|places| *places <= size);
        let Some(places) = places else {
            let tickets = u64::from(size);
            return vec![Finding::OrderTooLong { places: self.order.len(), tickets }];
        };
        let by_seed = self.differs(&Order::draw(&self.seed, size, places));
        if drawn.is_some() {
            return by_seed.into_iter().collect();
        }
        let (said, made) = (self.seed, self.parts().seed());
        if self.differs(&Order::draw(&made, size, places)).is_none() {
            return vec![Finding::Seed { said, made }];
        }
        let mut findings = vec![Finding::Randomness { said, made }];
        findings.extend(by_seed);
        findings
    }

    fn differs(&self, order: &Order) -> Option<Finding> {
        let mut pairs = self.order.iter().zip(order.tickets()).enumerate();
        let (place, (said, drawn)) = pairs.find(|(_, (said, drawn))| said != drawn)?;
        Some(Finding::Order { place, said: *said, drawn: *drawn })
    }
}

//! From the close to the draw: the list is fixed, chance comes, the order is known.
//!
//! Owns the rule that the list must be public before the number: a list that comes late makes the
//! sale void, and so does a secret that is not revealed in time. Next: [`super::unit`].

use super::effect::{Effect, Out, Publication};
use super::unit::Drawn;
use super::{Closed, End, Raffle, Randomness, Refusal, Stage, VoidReason};
use crate::raffle::draw::bundle::Chance;
use crate::raffle::draw::seed::{Parts, commitment, from_nonces};
use crate::raffle::draw::{Bundle, Digest, Order, Tree};
use crate::raffle::figures::Figures;
use crate::raffle::terms::Plan;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// How long the server may take to reveal its number: an hour, in milliseconds. Later the sale is
/// void, so that a server cannot wait for a draw that it likes.
pub const REVEAL_MS: u64 = 60 * 60 * 1_000;

impl Raffle {
    /// Closes the sale: the list is fixed and published.
    pub(super) fn close(&mut self, now: Timestamp, out: &mut Out) -> Result<(), Refusal> {
        let (tickets, places) = self.entries.listed();
        let Some(tree) = Tree::of(self.id, &tickets) else {
            return self.unwind(End::FailedNoEntry, None, 0, out);
        };
        if self.round_is_out(now) {
            return self.unwind(End::Void(VoidReason::ListLate), None, 0, out);
        }
        let (root, size) = (tree.root(), tree.size());
        let reveal_by = self.reveal_by(now);
        let randomness = Randomness::Awaited;
        self.stage = Stage::Closed(Closed { tickets, places, root, size, randomness, reveal_by });
        out.send(Effect::Publish(Publication::List { root, tickets: u64::from(size) }));
        if let Some((chain, round)) = self.terms.round() {
            out.send(Effect::FetchRound { chain, round, at: chain.time_of(round) });
        } else if let Some(until) = reveal_by {
            out.send(Effect::RevealSecret { until });
        }
        Ok(())
    }

    pub(super) fn round_is_out(&self, now: Timestamp) -> bool {
        self.terms.round().is_some_and(|(chain, round)| now >= chain.time_of(round))
    }

    fn reveal_by(&self, now: Timestamp) -> Option<Timestamp> {
        match self.terms.proposal().plan {
            Plan::BeaconAndServer(..) => {
                self.terms.round().map(|(chain, round)| chain.time_of(round).after_ms(REVEAL_MS))
            }
            Plan::Offline(_) => Some(now.after_ms(REVEAL_MS)),
            Plan::Beacon(_) | Plan::Rehearsal => None,
        }
    }

    /// Takes the beacon's number.
    pub(super) fn take_beacon(
        &mut self,
        mut closed: Closed,
        got: u64,
        randomness: Digest,
        now: Timestamp,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let (_, fixed) = self.terms.round().ok_or(Refusal::NotPlanned { input: "beacon" })?;
        if got != fixed {
            return Err(Refusal::RoundWrong { got, fixed });
        }
        let Some(until) = closed.reveal_by else {
            return self.draw(&closed, randomness, Digest::ZERO, now, out);
        };
        if closed.randomness != Randomness::Awaited {
            return Err(Refusal::NotPlanned { input: "second beacon" });
        }
        closed.randomness = Randomness::Arrived(randomness);
        self.stage = Stage::Closed(closed);
        out.send(Effect::RevealSecret { until });
        Ok(())
    }

    /// Takes the server's number.
    pub(super) fn take_secret(
        &mut self,
        closed: &Closed,
        secret: Digest,
        now: Timestamp,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let (bound, randomness) = match (self.terms.proposal().plan, closed.randomness) {
            (Plan::BeaconAndServer(_, bound), Randomness::Arrived(number)) => (bound, number),
            (Plan::BeaconAndServer(..), Randomness::Awaited) => return Err(Refusal::BeaconMissing),
            (Plan::Offline(bound), _) => {
                let nonces = self.entries.counting().map(|entry| &entry.nonce);
                (bound, from_nonces(self.id, &closed.root, nonces))
            }
            (Plan::Beacon(_) | Plan::Rehearsal, _) => {
                return Err(Refusal::NotPlanned { input: "secret" });
            }
        };
        if closed.reveal_by.is_some_and(|until| now >= until) {
            return Err(Refusal::RevealOver);
        }
        if commitment(&secret) != bound {
            return Err(Refusal::CommitmentBroken);
        }
        self.draw(closed, randomness, secret, now, out)
    }

    /// Takes the order that a rehearsal is told.
    pub(super) fn take_order(
        &mut self,
        closed: &Closed,
        told: &[u32],
        now: Timestamp,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        if self.terms.proposal().plan != Plan::Rehearsal {
            return Err(Refusal::NotPlanned { input: "told order" });
        }
        let distinct: BTreeSet<&u32> = told.iter().collect();
        if distinct.len() != told.len() || told.iter().any(|ticket| *ticket >= closed.size) {
            return Err(Refusal::OrderInvalid);
        }
        self.offer_all(closed, Order::told(told.to_vec()), now, out)
    }

    fn draw(
        &mut self,
        closed: &Closed,
        randomness: Digest,
        server: Digest,
        now: Timestamp,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let parts = Parts {
            sale: self.id,
            root: closed.root,
            tickets: u64::from(closed.size),
            round: self.terms.round().map_or(0, |(_, round)| round),
            randomness,
            server,
        };
        let order = Order::draw(&parts.seed(), closed.size, closed.size);
        self.chance = Some((randomness, server));
        self.tickets = Some(closed.tickets.clone());
        self.offer_all(closed, order, now, out)
    }

    fn offer_all(
        &mut self,
        closed: &Closed,
        order: Order,
        now: Timestamp,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let figures = Figures::of(&self.terms, self.entries.active());
        let mut drawn = Drawn::new(order, closed.places.clone(), figures);
        out.send(Effect::Publish(Publication::Drawn));
        for unit in 0..drawn.units.len() {
            drawn.offer(unit, &self.entries, now, out);
        }
        self.go_on(drawn, out)
    }

    /// Returns what is public of the draw, with so many places of its order, once it took place by
    /// a beacon.
    #[must_use]
    pub fn bundle(&self, places: u32) -> Option<Bundle> {
        let (chain, round) = self.terms.round()?;
        let (randomness, server) = self.chance?;
        let chance = Chance { chain, round, randomness, server };
        Bundle::draw(self.id, self.tickets.as_ref()?.to_vec(), &chance, places).ok()
    }
}

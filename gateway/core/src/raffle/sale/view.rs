//! Questions to a sale: its state, its next deadline, its figures, the odds.
//!
//! Owns the words of states. Changes nothing.

use super::{Drawn, End, Entries, Escrow, Raffle, Stage, Unit};
use crate::raffle::draw::{Proof, Tree};
use crate::raffle::figures::Figures;
use crate::raffle::terms::Terms;
use crate::time::Timestamp;
use baton_protocol::ids::{PersonId, RaffleId, TicketId};

/// Where a sale stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The seller is still writing.
    Draft,
    /// The deposit is awaited.
    DepositPending,
    /// People enter.
    Open,
    /// The draw is awaited.
    Closed,
    /// A candidate is asked for the second payment.
    P2Pending,
    /// A unit is to be delivered.
    Fulfilment,
    /// All open units have arrived and are to be approved.
    Delivered,
    /// Over.
    Ended(End),
}

impl State {
    /// Returns the word of stores and screens.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::DepositPending => "DEPOSIT_PENDING",
            Self::Open => "OPEN",
            Self::Closed => "CLOSED",
            Self::P2Pending => "P2_PENDING",
            Self::Fulfilment => "FULFILMENT",
            Self::Delivered => "DELIVERED",
            Self::Ended(End::Settled) => "SETTLED",
            Self::Ended(End::FailedNoEntry) => "FAILED_NO_ENTRY",
            Self::Ended(End::FailedExhausted) => "FAILED_EXHAUSTED",
            Self::Ended(End::CancelledBySeller) => "CANCELLED_BY_SELLER",
            Self::Ended(End::SellerDefault) => "SELLER_DEFAULT",
            Self::Ended(End::Void(_)) => "VOID",
        }
    }
}

/// What an entrant is told before he pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Odds {
    /// Units to be had.
    pub units: u32,
    /// Tickets that count now.
    pub tickets: u64,
    /// The first price. **Units** won.
    pub p1: i64,
    /// The highest second price if no more tickets are sold, fee included. **Units** won.
    pub p2_now: i64,
    /// The fee in a second price. **Units** won.
    pub fee: i64,
}

impl Raffle {
    /// Returns the sale's id.
    #[must_use]
    pub const fn id(&self) -> RaffleId {
        self.id
    }

    /// Returns its terms.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Returns where it stands.
    #[must_use]
    pub const fn state(&self) -> State {
        match &self.stage {
            Stage::Draft => State::Draft,
            Stage::DepositPending => State::DepositPending,
            Stage::Open => State::Open,
            Stage::Closed(_) => State::Closed,
            Stage::Drawn(drawn) => earliest(drawn.units.as_slice()),
            Stage::Ended(ended) => State::Ended(ended.end),
        }
    }

    /// Says when `DeadlineReached` is to be handed in.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        match &self.stage {
            Stage::Open => Some(self.terms.proposal().closes_at),
            Stage::Closed(closed) => closed.reveal_by,
            Stage::Drawn(drawn) => drawn.units.iter().filter_map(Unit::deadline).min(),
            Stage::Draft | Stage::DepositPending | Stage::Ended(_) => None,
        }
    }

    /// Returns its entries.
    #[must_use]
    pub const fn entries(&self) -> &Entries {
        &self.entries
    }

    /// Returns what it holds.
    #[must_use]
    pub const fn escrow(&self) -> Escrow {
        self.escrow
    }

    /// Returns its units once they are drawn.
    #[must_use]
    pub fn drawn(&self) -> Option<&Drawn> {
        match &self.stage {
            Stage::Drawn(drawn) => Some(drawn),
            Stage::Ended(ended) => ended.drawn.as_ref(),
            Stage::Draft | Stage::DepositPending | Stage::Open | Stage::Closed(_) => None,
        }
    }

    /// Returns its figures: those of the draw, or of the tickets that count now.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let now = || Figures::of(&self.terms, self.entries.active());
        self.drawn().map_or_else(now, |drawn| drawn.figures.as_ref().clone())
    }

    /// Returns what each losing ticket got of the surplus. **Units** won.
    #[must_use]
    pub fn mileage_per_losing_ticket(&self) -> i64 {
        self.drawn().map_or(0, |drawn| self.mileage_each(drawn))
    }

    /// Returns those who have a unit.
    pub fn buyers(&self) -> impl Iterator<Item = &PersonId> {
        self.drawn().into_iter().flat_map(Drawn::buyers)
    }

    /// Returns what an entrant is told before he pays.
    #[must_use]
    pub fn odds(&self) -> Odds {
        let figures = self.figures();
        Odds {
            units: self.terms.proposal().quantity,
            tickets: figures.tickets,
            p1: self.terms.p1(),
            p2_now: figures.p2_of(0),
            fee: figures.fee,
        }
    }

    /// Returns the proof that a ticket is in the published list.
    #[must_use]
    pub fn proof(&self, ticket: TicketId) -> Option<Proof> {
        let tickets = match &self.stage {
            Stage::Closed(closed) => Some(&closed.tickets),
            Stage::Draft
            | Stage::DepositPending
            | Stage::Open
            | Stage::Drawn(_)
            | Stage::Ended(_) => self.tickets.as_ref(),
        }?;
        let place = tickets.iter().position(|one| one.id == ticket)?;
        Tree::of(self.id, tickets)?.proof(u32::try_from(place).ok()?)
    }
}

const fn earliest(units: &[Unit]) -> State {
    let mut state = State::Delivered;
    let mut rest = units;
    while let [unit, others @ ..] = rest {
        match unit {
            Unit::Offered { .. } => return State::P2Pending,
            Unit::Paid { .. } => state = State::Fulfilment,
            Unit::Delivered { .. } | Unit::Settled { .. } | Unit::Untaken => {}
        }
        rest = others;
    }
    state
}

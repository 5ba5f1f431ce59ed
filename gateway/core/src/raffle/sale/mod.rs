//! One sale: a machine that takes facts and says what is booked and what must happen.
//!
//! | state | leaves it by | to |
//! |---|---|---|
//! | DRAFT | submission with the law's leave | DEPOSIT_PENDING |
//! | DEPOSIT_PENDING | the deposit | OPEN |
//! | OPEN | closing time, or full | CLOSED, FAILED_NO_ENTRY |
//! | CLOSED | the beacon, and the secret | P2_PENDING, FULFILMENT, VOID |
//! | P2_PENDING | second payments, forfeits, 72 hours | FULFILMENT, FAILED_EXHAUSTED |
//! | FULFILMENT | delivery | DELIVERED |
//! | DELIVERED | approval, or 7 days | SETTLED |
//! | before the draw | the seller's cancellation | CANCELLED_BY_SELLER |
//! | after the draw | the seller's default | SELLER_DEFAULT |
//! | any before its end | the operator's stop | VOID |
//!
//! Chapters: [`input`], [`effect`], [`refusal`], [`step`] (the transitions), [`drawing`], [`unit`],
//! [`settle`], [`unwind`], [`chargeback`], [`escrow`], [`restore`],
//! [`view`] (questions). After the draw a sale
//! is in the earliest state of its open units.

pub mod chargeback;
pub mod drawing;
pub mod effect;
pub mod escrow;
pub mod input;
pub mod refusal;
pub mod restore;
pub mod settle;
pub mod step;
pub mod unit;
pub mod unwind;
pub mod view;

pub use effect::{Effect, Publication, Record};
pub use escrow::Escrow;
pub use input::{Delivery, EntryPaid, Input, Payment, Report};
pub use refusal::Refusal;
pub use restore::Damaged;
pub use unit::{Drawn, Unit};
pub use view::State;

use super::draw::{Digest, Ticket};
use super::entry::Entries;
use super::terms::Terms;
use crate::time::Timestamp;
use baton_protocol::ids::{RaffleId, StepKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a sale is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoidReason {
    /// The operator stopped it.
    Killed,
    /// The list of tickets was not public before the beacon's number.
    ListLate,
    /// The server did not reveal its number in time.
    SecretKept,
}

/// How a sale has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Goods and money are where they belong.
    Settled,
    /// Nobody entered.
    FailedNoEntry,
    /// Nobody took a unit.
    FailedExhausted,
    /// The seller cancelled before the draw.
    CancelledBySeller,
    /// The seller did not deliver.
    SellerDefault,
    /// It does not count.
    Void(VoidReason),
}

/// Whether the beacon's number is known while the server's is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Randomness {
    Awaited,
    Arrived(Digest),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Closed {
    tickets: Arc<[Ticket]>,
    places: Arc<[usize]>,
    root: Digest,
    size: u32,
    randomness: Randomness,
    reveal_by: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Ended {
    end: End,
    drawn: Option<Drawn>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    Draft,
    DepositPending,
    Open,
    Closed(Closed),
    Drawn(Drawn),
    Ended(Ended),
}

/// The machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raffle {
    id: RaffleId,
    terms: Arc<Terms>,
    stage: Stage,
    entries: Entries,
    escrow: Escrow,
    tickets: Option<Arc<[Ticket]>>,
    chance: Option<(Digest, Digest)>,
    taken: BTreeMap<StepKey, Input>,
}

impl Raffle {
    /// Begins a sale as a draft.
    #[must_use]
    pub fn draft(id: RaffleId, terms: Terms) -> Self {
        Self {
            id,
            terms: Arc::new(terms),
            stage: Stage::Draft,
            entries: Entries::default(),
            escrow: Escrow::default(),
            tickets: None,
            chance: None,
            taken: BTreeMap::new(),
        }
    }

    fn end(&mut self, end: End, drawn: Option<Drawn>) {
        self.stage = Stage::Ended(Ended { end, drawn });
    }

    const fn refuse(&self, input: &Input) -> Refusal {
        let state = self.state();
        if matches!(input, Input::EntryPaid(_)) {
            return Refusal::NotOpen { state };
        }
        Refusal::NotInState { input: input.name(), state }
    }
}

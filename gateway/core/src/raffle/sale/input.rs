//! What can happen to a sale: facts from buyers, sellers, banks, beacons and clocks.
//!
//! Owns the list of inputs. A first or second payment is handed in when it is authorised; the
//! shell captures it after the step, or voids it when the step is refused. Next: [`super::effect`].

use crate::raffle::draw::Digest;
use crate::raffle::law::Leave;
use crate::raffle::protection::Entrant;
use crate::time::Timestamp;
use baton_protocol::ids::{PersonId, TicketId};

/// A payment for tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPaid {
    /// Who.
    pub person: PersonId,
    /// New ids, one a ticket.
    pub tickets: Vec<TicketId>,
    /// The name for the public list: see [`crate::raffle::draw::seed::holder`].
    pub holder: Digest,
    /// The person's own number for a draw without a beacon; zeros elsewhere.
    pub nonce: Digest,
    /// How much of the price is mileage; the rest is money. **Units** won.
    pub mileage: i64,
    /// How much mileage the ledger says the person holds. **Units** won.
    pub mileage_held: i64,
    /// What is known of the person.
    pub entrant: Entrant,
}

/// What a delivery service says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How it stands.
    pub delivery: Delivery,
    /// Where.
    pub place: String,
    /// When.
    pub at: Timestamp,
}

/// How a delivery stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// It has not arrived.
    OnTheWay,
    /// It has arrived.
    Done,
    /// Something is wrong; the clock of approval stands still until it has arrived again.
    Incident(String),
}

/// A payment that a bank takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payment {
    /// The first payment with which this ticket was bought.
    First(TicketId),
    /// The second payment of this person.
    Second(PersonId),
}

/// Everything that can happen to a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The seller hands the terms in; the law's switches are on.
    Submitted(Leave),
    /// The seller's deposit is there.
    DepositCaptured,
    /// Somebody buys tickets.
    EntryPaid(EntryPaid),
    /// Somebody wants his tickets cancelled.
    EntryCancelled(PersonId),
    /// The beacon has published a round; its signature was checked.
    BeaconArrived {
        /// The round.
        round: u64,
        /// Its number.
        randomness: Digest,
    },
    /// The server says the number to which it was bound.
    SecretRevealed(Digest),
    /// A rehearsal is told its order: places in the list of tickets.
    OrderTold(Vec<u32>),
    /// A candidate pays.
    P2Paid(PersonId),
    /// A candidate does not want the unit.
    Forfeited(PersonId),
    /// A buyer has changed his mind; goods that he had are back.
    Withdrawn(PersonId),
    /// The delivery service says how it stands.
    DeliveryReported(PersonId, Report),
    /// A buyer approves what he got.
    Approved(PersonId),
    /// The seller does not deliver, or what he delivered is defective.
    SellerDefaulted,
    /// The seller cancels.
    SellerCancelled,
    /// The operator stops the sale.
    Killed,
    /// A bank takes a payment back.
    ChargedBack(Payment),
    /// What a failed sale still owes to its seller is paid.
    SellerPayoutDue,
    /// The time of `next_deadline` has come.
    DeadlineReached,
}

impl Input {
    /// Says whether another input is the same step, whatever the shell has looked up for it since.
    #[must_use]
    pub fn is_same_step(&self, other: &Self) -> bool {
        let (Self::EntryPaid(one), Self::EntryPaid(two)) = (self, other) else {
            return self == other;
        };
        let looked_up =
            EntryPaid { mileage_held: one.mileage_held, entrant: one.entrant, ..two.clone() };
        *one == looked_up
    }

    /// Returns the input's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submitted(_) => "submission",
            Self::DepositCaptured => "deposit",
            Self::EntryPaid(_) => "entry",
            Self::EntryCancelled(_) => "cancellation of an entry",
            Self::BeaconArrived { .. } => "beacon",
            Self::SecretRevealed(_) => "secret",
            Self::OrderTold(_) => "told order",
            Self::P2Paid(_) => "second payment",
            Self::Forfeited(_) => "forfeit",
            Self::Withdrawn(_) => "withdrawal",
            Self::DeliveryReported(..) => "delivery report",
            Self::Approved(_) => "approval",
            Self::SellerDefaulted => "seller's default",
            Self::SellerCancelled => "seller's cancellation",
            Self::Killed => "stop by the operator",
            Self::ChargedBack(_) => "chargeback",
            Self::SellerPayoutDue => "payout to the seller",
            Self::DeadlineReached => "deadline",
        }
    }
}

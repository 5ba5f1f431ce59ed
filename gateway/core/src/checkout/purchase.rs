//! One checkout: scan, presence, approval, and a charge only if both agree.
//!
//! Owns the states of one purchase and the one place where a charge is asked for. Whether somebody
//! is approved is [`super::unit`]'s. Effects come in the order in which they must happen. Next:
//! [`super::monitor`].

mod step;

use super::basket::{Basket, BasketRefusal, Scanned};
use super::ids::SessionId;
use super::monitor::MonitorLine;
use super::presence::{DeviceMark, Nonce, Presence, Sighting, SightingRefusal};
use super::product::{Gln, Gtin, Serial};
use super::risk::factor::Outcome;
use super::risk::rule::Verdict;
use crate::time::Timestamp;
use baton_protocol::money::{Currency, Money};

/// How long an order may wait for presence and approval: questions take two minutes each.
pub const ORDER_MS_MAX: u64 = 1_200_000;

/// How the goods leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handover {
    /// The shopper carries them out; the exit shows a colour.
    Carried,
    /// They are delivered.
    Delivered,
}

/// Where the shopper must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the shop; the page got this nonce.
    InShop(Nonce),
    /// Anywhere.
    Online,
}

/// Where the approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// The unit was not asked.
    NotAsked,
    /// The unit has it.
    Asked,
    /// The unit accepted this session and amount.
    Given,
}

/// An order that waits for presence and approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// What is bought.
    pub basket: Basket,
    /// The device that placed it.
    pub device: DeviceMark,
    /// How the goods leave.
    pub handover: Handover,
    /// Whether the shopper is here.
    pub presence: Presence,
    /// Whether the unit approved.
    pub approval: Approval,
    /// Sightings so far that did not match.
    pub mismatches: u32,
    /// When it is over.
    pub until: Timestamp,
}

/// Where a purchase stands, with exactly the data of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// Scanning.
    Shopping(Basket),
    /// Ordered, not yet charged.
    Placed(Box<Placed>),
    /// A relay destination was asked for the money.
    Charging {
        /// What is bought.
        basket: Basket,
        /// How the goods leave.
        handover: Handover,
    },
    /// Paid.
    Paid(Money),
    /// It came to nothing.
    Over(Ending),
}

/// Why a purchase came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The shopper stopped.
    Cancelled,
    /// It took too long.
    TooLong,
    /// Beacons and order did not match too often.
    NotHere,
    /// The unit sent the shopper another way; the order stays with the shop's people.
    AnotherWay,
    /// The destination declined the payment.
    Declined,
}

/// What happened, as a past fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A product was scanned and priced.
    Scanned(Scanned),
    /// A product was put back.
    PutBack {
        /// Which.
        product: Gtin,
        /// Which piece.
        serial: Option<Serial>,
    },
    /// The shopper ordered what is in the basket.
    Ordered {
        /// From which device.
        device: DeviceMark,
        /// Where the shopper must be.
        place: Place,
        /// How the goods leave.
        handover: Handover,
    },
    /// A beacon terminal heard a device for this session.
    Sighted(Sighting),
    /// The page got a new nonce.
    NonceRenewed(Nonce),
    /// The unit decided.
    Decided {
        /// About which session.
        session: SessionId,
        /// About which amount.
        amount: Money,
        /// What.
        verdict: Verdict,
    },
    /// The relay's transaction is final.
    Charged(ChargeOutcome),
    /// The shopper stopped.
    Cancelled,
    /// A deadline of [`Purchase::next_deadline`] passed.
    DeadlinePassed,
}

/// How the relay's transaction ended. An unknown one is not final and does not come here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// The money moved.
    Approved,
    /// It did not.
    Declined,
}

/// Everything that a purchase can do to the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write down where it stands, before anything after it.
    Record(Box<Life>),
    /// Show this on the shop's monitor.
    ShowMonitor(Vec<MonitorLine>),
    /// Give the page a new nonce.
    RenewNonce,
    /// Ask the approval unit.
    AskApproval {
        /// For which session.
        session: SessionId,
        /// How much.
        amount: Money,
        /// What the beacon said; nothing for an online shop.
        beacon: Option<Outcome>,
    },
    /// Take the money through a relay destination.
    Charge {
        /// For which session; the charge is made once for it.
        session: SessionId,
        /// For which shop.
        shop: Gln,
        /// How much.
        amount: Money,
    },
    /// Tell the phone where it stands.
    TellPhone(Told),
    /// Let the goods out: the exit shows its colour for this session.
    OpenExit,
    /// Begin a delivery.
    BeginDelivery,
}

/// What the phone is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Come near a beacon.
    ComeNear,
    /// The shopper was found; approval goes on in the dialogue.
    Found,
    /// Paying.
    Paying,
    /// Paid.
    Paid,
    /// Not paid, and why.
    NotPaid(Ending),
}

/// A rule that said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The state has no such step.
    #[error("a purchase that is {state} does not take {input}")]
    NotAllowed {
        /// Where it stands.
        state: &'static str,
        /// What was tried.
        input: &'static str,
    },
    /// The basket said no.
    #[error(transparent)]
    Basket(#[from] BasketRefusal),
    /// There is nothing to order.
    #[error("an empty basket cannot be ordered")]
    Empty,
    /// The decision is about another session or amount.
    #[error("the decision is about another session or amount")]
    OtherDecision,
}

/// What a sighting came to, beside its effects.
pub type SightingOutcome = Result<(), SightingRefusal>;

/// One checkout of one shopper in one shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    session: SessionId,
    life: Life,
    /// What the last sighting came to, for the log of the shop's devices.
    last_sighting: Option<SightingOutcome>,
}

impl Purchase {
    /// Begins with an empty basket.
    #[must_use]
    pub const fn begin(session: SessionId, shop: Gln, currency: Currency) -> Self {
        let life = Life::Shopping(Basket::begin(shop, currency));
        Self { session, life, last_sighting: None }
    }

    /// Takes a purchase up from its record; its basket comes from [`Basket::restore`].
    ///
    /// **Order** what the record protects may or may not have happened: the charge is made once for
    /// the session, so it is asked for again, and [`Input::DeadlinePassed`] is handed in when due.
    #[must_use]
    pub const fn restore(session: SessionId, life: Life) -> Self {
        Self { session, life, last_sighting: None }
    }

    /// Returns where it stands, with its data.
    #[must_use]
    pub const fn life(&self) -> &Life {
        &self.life
    }

    /// Returns what the last sighting came to.
    #[must_use]
    pub const fn last_sighting(&self) -> Option<SightingOutcome> {
        self.last_sighting
    }

    /// Returns the earliest time at which [`Input::DeadlinePassed`] does something.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        match &self.life {
            Life::Placed(placed) => Some(placed.next_deadline()),
            Life::Shopping(_) | Life::Charging { .. } | Life::Paid(_) | Life::Over(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;

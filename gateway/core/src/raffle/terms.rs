//! The terms of a sale, fixed before it opens, and the prices that follow from them.
//!
//! Owns total, first price and deposit, every bound on a proposal, and the text whose hash is
//! published. What follows from the number of tickets is in [`super::figures`].

pub mod text;

use super::law::Country;
use super::protection::Caps;
use super::share::{Bps, ceil_div};
use crate::raffle::draw::{Chain, Digest};
use crate::time::Timestamp;
use baton_protocol::ids::ShopId;

/// Highest price of one unit, in won: with [`QUANTITY_MAX`] the total stays far below 64 bits.
pub const UNIT_PRICE_WON_MAX: i64 = 100_000_000_000;
/// Most units of one sale: each is a candidate with a clock of his own.
pub const QUANTITY_MAX: u32 = 10_000;
/// Most parts of a total: as many as tickets can be drawn from.
pub const PARTS_MAX: u32 = super::draw::tree::TICKETS_MAX;
/// Tickets of one person are fewer than five: the source's claim on entries.
pub const ENTRIES_MAX: u8 = 4;

/// To what the first price is rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceStep {
    /// To a won.
    One,
    /// To ten won.
    Ten,
    /// To a hundred won.
    Hundred,
}

impl PriceStep {
    /// Returns the step in won.
    #[must_use]
    pub const fn won(self) -> i64 {
        match self {
            Self::One => 1,
            Self::Ten => 10,
            Self::Hundred => 100,
        }
    }
}

/// What the seller pays before the sale is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deposit {
    /// So many won.
    Fixed(i64),
    /// A share of the total, rounded up.
    Share(Bps),
}

/// Where won go that no ticket can be given a whole won of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remainder {
    /// To the operator.
    Operator,
    /// One won each to the first tickets of the list.
    Spread,
}

/// How a pot is shared when the first payments of all pay for the goods of few.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Share of a surplus that losing tickets get as mileage; the operator gets the others.
    pub surplus_mileage: Bps,
    /// What becomes of the rest of that division.
    pub remainder: Remainder,
    /// Share of the first price that the operator gives to each losing ticket as mileage.
    pub consolation: Bps,
}

/// What becomes of the first payments of losing tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Losers {
    /// They come back in the kind in which they were paid: nobody loses anything.
    #[default]
    PaidBack,
    /// They come back as mileage, all of them.
    PaidBackAsMileage,
    /// They stay in the pot, which lowers the second price.
    Pool(Pool),
}

/// When a sale closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// At its time.
    AtTime,
    /// At its time, or before when as many tickets as parts are sold.
    WhenFull,
}

/// How the draw is made provable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// By a public beacon alone.
    Beacon(Chain),
    /// By a beacon and a number to which the server has bound itself.
    BeaconAndServer(Chain, Digest),
    /// Without a network: by the server's number and the entrants'. Not publicly verifiable.
    Offline(Digest),
    /// The order is told: a rehearsal, or a life that is played again. Nothing is proved.
    Rehearsal,
}

/// What a seller proposes and the operator bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Who sells.
    pub shop: ShopId,
    /// Under whose law.
    pub country: Country,
    /// Price of one unit. **Units** won.
    pub unit_price: i64,
    /// How many units.
    pub quantity: u32,
    /// Into how many first prices the total is divided.
    pub parts: u32,
    /// To what the first price is rounded up.
    pub price_step: PriceStep,
    /// Fee in every second payment while there is a shortage. **Units** won.
    pub fee: i64,
    /// Tickets that one person may hold.
    pub entries_max: u8,
    /// The seller's deposit.
    pub deposit: Deposit,
    /// What losing tickets get.
    pub losers: Losers,
    /// When the sale closes.
    pub closing: Closing,
    /// Its closing time.
    pub closes_at: Timestamp,
    /// The operator's share of each unit's price.
    pub commission: Bps,
    /// Share of the unit price that each buyer gets out of a forfeited deposit.
    pub compensation: Bps,
    /// Share of the deposit that a seller loses who cancels a sale with entries.
    pub cancel_penalty: Bps,
    /// What anybody may spend on first payments at most.
    pub caps: Caps,
    /// How the draw is made.
    pub plan: Plan,
}

/// Why a proposal is no sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsInvalid {
    /// The unit price is zero, negative or too high.
    #[error("unit price must be 1 to {UNIT_PRICE_WON_MAX} won")]
    UnitPrice,
    /// There are no units, or too many.
    #[error("quantity must be 1 to {QUANTITY_MAX}")]
    Quantity,
    /// One part is no raffle, and more parts are not bounded.
    #[error("parts must be 2 to {PARTS_MAX}")]
    Parts,
    /// Every part would win.
    #[error("there must be more parts than units")]
    PartsNotAboveQuantity,
    /// The first price is not a small one.
    #[error("the first price of {p1} won is not below the unit price")]
    FirstPriceTooHigh {
        /// The first price.
        p1: i64,
    },
    /// The fee is negative or above the unit price.
    #[error("fee must be 0 won to the unit price")]
    Fee,
    /// A person may hold no ticket, or too many.
    #[error("tickets of a person must be 1 to {ENTRIES_MAX}")]
    EntriesMax,
    /// There is no deposit, or one above the total.
    #[error("deposit must be 1 won to the total")]
    Deposit,
}

/// Terms that hold, with what follows from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    proposal: Proposal,
    total: i64,
    p1: i64,
    deposit: i64,
}

impl Terms {
    /// Takes a proposal.
    ///
    /// # Errors
    /// Each variant of [`TermsInvalid`] as it says.
    pub fn new(proposal: Proposal) -> Result<Self, TermsInvalid> {
        let Proposal { unit_price, quantity, parts, fee, .. } = proposal;
        if !(1..=UNIT_PRICE_WON_MAX).contains(&unit_price) {
            return Err(TermsInvalid::UnitPrice);
        }
        if !(1..=QUANTITY_MAX).contains(&quantity) {
            return Err(TermsInvalid::Quantity);
        }
        if !(2..=PARTS_MAX).contains(&parts) {
            return Err(TermsInvalid::Parts);
        }
        if parts <= quantity {
            return Err(TermsInvalid::PartsNotAboveQuantity);
        }
        if !(0..=unit_price).contains(&fee) {
            return Err(TermsInvalid::Fee);
        }
        if !(1..=ENTRIES_MAX).contains(&proposal.entries_max) {
            return Err(TermsInvalid::EntriesMax);
        }
        let total = unit_price.saturating_mul(i64::from(quantity));
        let step = proposal.price_step.won();
        let p1 = ceil_div(ceil_div(total, i64::from(parts)), step).saturating_mul(step);
        if p1 >= unit_price {
            return Err(TermsInvalid::FirstPriceTooHigh { p1 });
        }
        let deposit = match proposal.deposit {
            Deposit::Fixed(won) => won,
            Deposit::Share(share) => share.ceil(total),
        };
        if !(1..=total).contains(&deposit) {
            return Err(TermsInvalid::Deposit);
        }
        Ok(Self { proposal, total, p1, deposit })
    }

    /// Returns what was proposed.
    #[must_use]
    pub const fn proposal(&self) -> &Proposal {
        &self.proposal
    }

    /// Returns the price of all units. **Units** won.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.total
    }

    /// Returns the first price of a ticket. **Units** won.
    #[must_use]
    pub const fn p1(&self) -> i64 {
        self.p1
    }

    /// Returns the seller's deposit. **Units** won.
    #[must_use]
    pub const fn deposit(&self) -> i64 {
        self.deposit
    }

    /// Returns the beacon's round that the sale waits for, if it waits for one.
    #[must_use]
    pub fn round(&self) -> Option<(Chain, u64)> {
        match self.proposal.plan {
            Plan::Beacon(chain) | Plan::BeaconAndServer(chain, _) => {
                Some((chain, chain.round_of(self.proposal.closes_at)))
            }
            Plan::Offline(_) | Plan::Rehearsal => None,
        }
    }

    /// Returns the hash of the published text, see [`text`].
    #[must_use]
    pub fn rules_hash(&self) -> Digest {
        Digest::of(&[self.text().as_bytes()])
    }
}

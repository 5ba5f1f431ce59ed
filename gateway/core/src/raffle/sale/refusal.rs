//! Why a step is not taken; each refusal names its rule.
//!
//! Owns the words. Next: [`super::step`].

use super::State;
use crate::raffle::posting::Unbalanced;
use crate::raffle::protection::Protected;
use baton_protocol::ids::TicketId;

/// Why a step is not taken. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The sale's state has no such step.
    #[error("{input} is not possible in state {}", .state.word())]
    NotInState {
        /// What was handed in.
        input: &'static str,
        /// The state.
        state: State,
    },
    /// Tickets are bought while a sale is open.
    #[error("the sale is not open: its state is {}", .state.word())]
    NotOpen {
        /// The state.
        state: State,
    },
    /// The key was used for another step.
    #[error("the key belongs to another step")]
    KeyReused,
    /// No leave for this shop and country.
    #[error("the leave is for another shop or country")]
    LeaveMissing,
    /// The closing time is over.
    #[error("the closing time is over")]
    ClosingTimeOver,
    /// More tickets than a person may hold.
    #[error("{held} tickets are held and {wanted} wanted, but {cap} are allowed")]
    TooManyEntries {
        /// Held already.
        held: u64,
        /// Wanted now.
        wanted: u64,
        /// Allowed.
        cap: u8,
    },
    /// The sale has as many tickets as can be drawn.
    #[error("the sale is full")]
    SaleFull,
    /// No ticket at all, or mileage that does not fit the price.
    #[error("an entry is at least one ticket, and mileage from nothing to its price")]
    EntryInvalid,
    /// A ticket has one id in the whole sale: proofs and chargebacks go by it.
    #[error("ticket {0} is in the sale already")]
    TicketKnown(TicketId),
    /// More mileage than the person holds.
    #[error("only {held} won of mileage are held")]
    MileageShort {
        /// What is held.
        held: i64,
    },
    /// A rule that protects people.
    #[error(transparent)]
    Protected(#[from] Protected),
    /// The person's bank took a payment back before.
    #[error("a payment of this person was taken back")]
    ChargedBackBefore,
    /// The person has no entry that counts.
    #[error("the person has no entry")]
    EntryUnknown,
    /// The draw is planned in another way.
    #[error("the plan of the draw has no {input}")]
    NotPlanned {
        /// What was handed in.
        input: &'static str,
    },
    /// The beacon's number is of another round.
    #[error("round {got} is not the round {fixed} that was fixed")]
    RoundWrong {
        /// What came.
        got: u64,
        /// What was fixed.
        fixed: u64,
    },
    /// The server's number is asked for after the beacon's.
    #[error("the server's number comes after the beacon's")]
    BeaconMissing,
    /// The server's number does not fit its commitment.
    #[error("the server's number does not fit its commitment")]
    CommitmentBroken,
    /// The server had an hour.
    #[error("the time to reveal the server's number is over")]
    RevealOver,
    /// A told order names no ticket, or one twice.
    #[error("the order names an unknown ticket, or one twice")]
    OrderInvalid,
    /// The numbers of the draw are public, so the seller cannot cancel any more.
    #[error("the round of the draw is published")]
    DrawDue,
    /// The person is no candidate or buyer for whom this is possible.
    #[error("the person has no unit for which this is possible")]
    NoSuchUnit,
    /// The candidate's time is over.
    #[error("the time for the second payment is over")]
    OfferOver,
    /// There is no such payment, or it was taken back before.
    #[error("there is no payment that could be taken back")]
    NothingToChargeBack,
    /// Nothing is owed to the seller.
    #[error("nothing is owed to the seller")]
    NothingOwed,
    /// A fault of the rules: the machine must be dropped and loaded again.
    #[error(transparent)]
    Unbalanced(#[from] Unbalanced),
}

impl Refusal {
    /// Returns the word of the rule.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::NotInState { .. } => "not_in_state",
            Self::NotOpen { .. } => "not_open",
            Self::KeyReused => "key_reused",
            Self::LeaveMissing => "leave_missing",
            Self::ClosingTimeOver => "closing_time_over",
            Self::TooManyEntries { .. } => "too_many_entries",
            Self::SaleFull => "sale_full",
            Self::EntryInvalid => "entry_invalid",
            Self::TicketKnown(_) => "ticket_known",
            Self::MileageShort { .. } => "mileage_short",
            Self::Protected(_) => "protected",
            Self::ChargedBackBefore => "charged_back_before",
            Self::EntryUnknown => "entry_unknown",
            Self::NotPlanned { .. } => "not_planned",
            Self::RoundWrong { .. } => "round_wrong",
            Self::BeaconMissing => "beacon_missing",
            Self::CommitmentBroken => "commitment_broken",
            Self::RevealOver => "reveal_over",
            Self::OrderInvalid => "order_invalid",
            Self::DrawDue => "draw_due",
            Self::NoSuchUnit => "no_such_unit",
            Self::OfferOver => "offer_over",
            Self::NothingToChargeBack => "nothing_to_charge_back",
            Self::NothingOwed => "nothing_owed",
            Self::Unbalanced(_) => "unbalanced",
        }
    }
}

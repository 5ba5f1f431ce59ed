//! Postings of a sale: which business event made which entry.
//!
//! Owns the events' words and how lines are put together: a line of nothing is no line. May not
//! know states. Source: the table of postings of the raffle's rule book. Next: [`super::sale`].

use crate::ledger::chart::RaffleAccount;
use crate::ledger::{Account, Entry, Line, Side};
use baton_protocol::money::{Currency, Money};

/// A business event that moves money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// The seller's deposit was captured.
    DepositCaptured,
    /// Mileage was given away.
    MileageOpening,
    /// A first payment.
    EntryPaid,
    /// An entry was cancelled while the sale was open.
    EntryCancelled,
    /// Money was sent back.
    RefundSent,
    /// A second payment.
    P2Paid,
    /// A second payment goes back.
    P2Refunded,
    /// The seller has earned a unit.
    UnitSettled,
    /// The surplus was shared.
    SurplusDistributed,
    /// What was reserved for units that nobody took goes to losing tickets.
    UnsoldReserveReturned,
    /// Losing tickets get their first payments back.
    TicketsReturned,
    /// Losing tickets get a consolation.
    Consolation,
    /// The deposit goes back to the seller.
    DepositReturned,
    /// The deposit is lost.
    DepositForfeited,
    /// The seller was paid.
    SellerPaid,
    /// First payments go back because nobody took a unit.
    ExhaustedRefund,
    /// First payments go back because the seller cancelled.
    CancelledRefund,
    /// First payments go back because the seller did not deliver.
    DefaultRefund,
    /// First payments go back because the sale is void.
    VoidRefund,
    /// A bank took a payment back.
    ChargedBack,
    /// Mileage expired.
    MileageExpired,
    /// The payment gateway kept its fee.
    PgFee,
    /// The payment gateway paid out.
    PgPayout,
}

impl Event {
    /// Returns the word of journals and stores.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DepositCaptured => "deposit_captured",
            Self::MileageOpening => "mileage_opening",
            Self::EntryPaid => "entry_paid",
            Self::EntryCancelled => "entry_cancelled",
            Self::RefundSent => "refund_sent",
            Self::P2Paid => "p2_paid",
            Self::P2Refunded => "p2_refunded",
            Self::UnitSettled => "unit_settled",
            Self::SurplusDistributed => "surplus_distributed",
            Self::UnsoldReserveReturned => "unsold_reserve_returned",
            Self::TicketsReturned => "tickets_returned",
            Self::Consolation => "consolation",
            Self::DepositReturned => "deposit_returned",
            Self::DepositForfeited => "deposit_forfeited",
            Self::SellerPaid => "seller_paid",
            Self::ExhaustedRefund => "exhausted_refund",
            Self::CancelledRefund => "cancelled_refund",
            Self::DefaultRefund => "default_refund",
            Self::VoidRefund => "void_refund",
            Self::ChargedBack => "charged_back",
            Self::MileageExpired => "mileage_expired",
            Self::PgFee => "pg_fee",
            Self::PgPayout => "pg_payout",
        }
    }
}

/// An event and its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// What happened.
    pub event: Event,
    /// What is booked; never empty.
    pub entry: Entry,
}

/// Lines that do not balance: a fault of the rules, never of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the lines of {} do not balance", .0.word())]
pub struct Unbalanced(pub Event);

/// Lines on their way to become a posting.
#[derive(Debug, Clone, Default)]
pub struct Lines(Vec<Line>);

impl Lines {
    /// Begins with nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds won on the left.
    #[must_use]
    pub fn debit(self, account: RaffleAccount, won: i64) -> Self {
        self.line(account, Side::Debit, won)
    }

    /// Adds won on the right.
    #[must_use]
    pub fn credit(self, account: RaffleAccount, won: i64) -> Self {
        self.line(account, Side::Credit, won)
    }

    fn line(mut self, account: RaffleAccount, side: Side, won: i64) -> Self {
        if won != 0 {
            let amount = Money::new(won, Currency::KRW);
            self.0.push(Line { account: Account::Raffle(account), side, amount });
        }
        self
    }

    /// Makes the posting; lines of nothing post nothing.
    ///
    /// # Errors
    /// [`Unbalanced`] when debits and credits differ or a line is negative.
    pub fn post(self, event: Event) -> Result<Option<Posting>, Unbalanced> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let entry = Entry::new(self.0).map_err(|_| Unbalanced(event))?;
        Ok(Some(Posting { event, entry }))
    }
}

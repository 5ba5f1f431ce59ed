//! Reconciliation: what both sides counted in a business day, and whether it is the same.
//!
//! Owns totals, their checked arithmetic, and what a comparison can end with. Counts nothing by
//! itself: the gateway's books do. An answer that leaves doubt is never "in balance". Next:
//! `iso8583/settle.rs`, which says it in fields.

use crate::day::{Day, DayEnds};
use baton_protocol::ids::TerminalId;
use baton_protocol::money::Currency;

/// Compare a day.
///
/// **Repeat** safe: it moves nothing. What got no answer is marked as a repeat when it is asked
/// again with the same totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconcile {
    /// Which business day, by the destination's calendar.
    pub day: Day,
    /// In which currency; each is compared by itself.
    pub currency: Currency,
    /// Of one terminal; nothing stands for all of them.
    pub terminal: Option<TerminalId>,
    /// What we counted.
    pub totals: Totals,
    /// First moment of what was counted, in milliseconds since 1970; only plugins are told it.
    pub from_ms: i64,
    /// First moment after it.
    pub to_ms: i64,
    /// When it is asked, in milliseconds since 1970.
    pub at_ms: i64,
}

/// How many, and how much together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Tally {
    /// How many.
    pub count: i64,
    /// Their sum in minor units.
    pub minor: i64,
}

/// What one side counted in one day and currency.
///
/// A payment that was reversed is counted twice: as a payment, and as a reversal of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Totals {
    /// Charges; ISO 8583 calls them debits.
    pub payments: Tally,
    /// Charges that were reversed.
    pub payments_reversed: Tally,
    /// Refunds and voids; ISO 8583 calls them credits.
    pub refunds: Tally,
    /// Refunds and voids that were reversed.
    pub refunds_reversed: Tally,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// A charge.
    Payment,
    /// The reversal of a charge.
    PaymentReversed,
    /// A refund or void.
    Refund,
    /// The reversal of a refund or void.
    RefundReversed,
}

/// Why something cannot be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TotalsInvalid {
    /// An amount below zero: each direction has a tally of its own.
    #[error("an amount of {minor} minor units is counted in no total")]
    Negative {
        /// The amount.
        minor: i64,
    },
    /// A sum does not fit 64 bits.
    #[error("the totals of a day do not fit 64 bits")]
    OutOfRange,
}

/// What came of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reconciliation {
    /// Both counted the same.
    InBalance,
    /// They counted otherwise.
    OutOfBalance {
        /// What they counted, as far as they told. It may be what we said: some destinations
        /// repeat our totals beside their verdict.
        theirs: Told,
    },
    /// Nothing was compared, or nobody can say whether it was.
    NotReconciled(Unreconciled),
    /// No answer, also to repeats.
    NoAnswer,
}

/// Why a day was not compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreconciled {
    /// HTTP destinations, and plugins without the operation.
    #[error("the way has no reconciliation")]
    NoWay,
    /// Its profile says `reconcile = "none"`, or nothing.
    #[error("the destination's profile has no reconciliation")]
    NotAgreed,
    /// They do not fit the destination's fields.
    #[error("the totals do not fit the destination's dialect")]
    Unsayable,
    /// The destination would not.
    #[error("the destination refuses to compare, code '{code}'")]
    Refused {
        /// Its response code.
        code: String,
    },
    /// The answer is about another day, currency or terminal.
    #[error("the answer speaks of another day, currency or terminal")]
    Mismatch,
    /// It took the totals, as an advice for example, and compared nothing yet.
    #[error("the destination took the totals and did not say whether they agree")]
    Uncompared,
}

/// What the other side counted, as far as it told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Charges. A plugin tells those that stand, without the reversed ones.
    pub payments: ToldTally,
    /// Charges that were reversed.
    pub payments_reversed: ToldTally,
    /// Refunds and voids; of a plugin, those that stand.
    pub refunds: ToldTally,
    /// Refunds and voids that were reversed.
    pub refunds_reversed: ToldTally,
    /// Payments less refunds, in minor units; what the destination owes the shop.
    pub net_minor: Option<i64>,
}

/// One tally of the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToldTally {
    /// How many.
    pub count: Option<i64>,
    /// Their sum in minor units.
    pub minor: Option<i64>,
}

/// Whether and how a destination compares days; a profile says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settlement {
    /// How.
    pub reconciles: Reconciles,
    /// When its business day ends, where the operator wants it compared by itself.
    pub day_ends: Option<DayEnds>,
}

/// How a destination compares days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reconciles {
    /// Not at all.
    #[default]
    Never,
    /// It is asked, and answers.
    ByRequest,
    /// It is told, and takes note.
    ByAdvice,
}

/// What came of telling a destination that a new business day begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutOver {
    /// It knows, and agrees.
    Accepted,
    /// It will not.
    Refused,
    /// No usable answer.
    NoAnswer,
    /// The way or the dialect cannot say it.
    NoWay,
}

impl Tally {
    /// Counts one more.
    ///
    /// # Errors
    /// [`TotalsInvalid`]; then nothing was counted.
    pub fn add(&mut self, minor: i64) -> Result<(), TotalsInvalid> {
        if minor < 0 {
            return Err(TotalsInvalid::Negative { minor });
        }
        *self = self.joined(Self { count: 1, minor })?;
        Ok(())
    }

    /// Returns both together.
    ///
    /// # Errors
    /// [`TotalsInvalid::OutOfRange`].
    pub fn joined(self, other: Self) -> Result<Self, TotalsInvalid> {
        let count = self.count.checked_add(other.count).ok_or(TotalsInvalid::OutOfRange)?;
        let minor = self.minor.checked_add(other.minor).ok_or(TotalsInvalid::OutOfRange)?;
        Ok(Self { count, minor })
    }

    /// Returns what is left without another tally.
    ///
    /// # Errors
    /// [`TotalsInvalid::OutOfRange`].
    pub fn without(self, other: Self) -> Result<Self, TotalsInvalid> {
        let count = self.count.checked_sub(other.count).ok_or(TotalsInvalid::OutOfRange)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(TotalsInvalid::OutOfRange)?;
        Ok(Self { count, minor })
    }
}

impl Totals {
    /// Counts one movement of so many minor units.
    ///
    /// # Errors
    /// [`TotalsInvalid`]; then nothing was counted.
    pub fn add(&mut self, movement: Movement, minor: i64) -> Result<(), TotalsInvalid> {
        let tally = match movement {
            Movement::Payment => &mut self.payments,
            Movement::PaymentReversed => &mut self.payments_reversed,
            Movement::Refund => &mut self.refunds,
            Movement::RefundReversed => &mut self.refunds_reversed,
        };
        tally.add(minor)
    }

    /// Returns both together, as those of several terminals are those of a shop.
    ///
    /// # Errors
    /// [`TotalsInvalid::OutOfRange`].
    pub fn joined(self, other: Self) -> Result<Self, TotalsInvalid> {
        Ok(Self {
            payments: self.payments.joined(other.payments)?,
            payments_reversed: self.payments_reversed.joined(other.payments_reversed)?,
            refunds: self.refunds.joined(other.refunds)?,
            refunds_reversed: self.refunds_reversed.joined(other.refunds_reversed)?,
        })
    }

    /// Returns payments less refunds in minor units, of what stands; below zero the shop owes the
    /// destination.
    ///
    /// # Errors
    /// [`TotalsInvalid::OutOfRange`].
    pub fn net_minor(self) -> Result<i64, TotalsInvalid> {
        let payments = self.payments.without(self.payments_reversed)?;
        let refunds = self.refunds.without(self.refunds_reversed)?;
        Ok(payments.without(refunds)?.minor)
    }
}

impl Told {
    /// Tells whether every figure that was told is ours too.
    #[must_use]
    pub fn agrees_with(&self, ours: &Totals) -> bool {
        let same = |told: Option<i64>, figure: i64| told.is_none_or(|told| told == figure);
        let tally = |told: ToldTally, ours: Tally| {
            same(told.count, ours.count) && same(told.minor, ours.minor)
        };
        tally(self.payments, ours.payments)
            && tally(self.payments_reversed, ours.payments_reversed)
            && tally(self.refunds, ours.refunds)
            && tally(self.refunds_reversed, ours.refunds_reversed)
            && self.net_minor.is_none_or(|net| ours.net_minor() == Ok(net))
    }
}

impl From<Tally> for ToldTally {
    fn from(tally: Tally) -> Self {
        Self { count: Some(tally.count), minor: Some(tally.minor) }
    }
}

impl From<Totals> for Told {
    fn from(totals: Totals) -> Self {
        Self {
            payments: totals.payments.into(),
            payments_reversed: totals.payments_reversed.into(),
            refunds: totals.refunds.into(),
            refunds_reversed: totals.refunds_reversed.into(),
            net_minor: totals.net_minor().ok(),
        }
    }
}

#[cfg(test)]
mod tests;

//! Balances: what all bookings together make of each account, posted and pending seen apart.
//!
//! Owns the sums and the floors. Sums are 128 bits wide: no number of 64-bit lines that fits on a
//! disk overflows them. May not store anything; `baton-records` keeps the lines.

use super::{Account, Booked, Booking, BookingRefused, Line, Phase, Side};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Currency;
use std::collections::BTreeMap;

/// Both sides of one account in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Left.
    pub debit: i128,
    /// Right.
    pub credit: i128,
}

impl Totals {
    /// Returns the balance seen from one side: that side minus the other.
    #[must_use]
    pub const fn on(self, side: Side) -> i128 {
        match side {
            Side::Debit => self.debit.saturating_sub(self.credit),
            Side::Credit => self.credit.saturating_sub(self.debit),
        }
    }

    const fn side(&mut self, side: Side) -> &mut i128 {
        match side {
            Side::Debit => &mut self.debit,
            Side::Credit => &mut self.credit,
        }
    }
}

type Sums = BTreeMap<(Account, Currency), Totals>;

/// The books of many transactions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Books {
    booked: BTreeMap<TransactionId, Booked>,
    posted: Sums,
    pending: Sums,
}

impl Books {
    /// Books an entry of a transaction.
    ///
    /// # Errors
    /// Each variant of [`BookingRefused`] as it says; nothing is booked then.
    pub fn book(&mut self, id: TransactionId, booking: &Booking) -> Result<(), BookingRefused> {
        let mut booked = self.booked.get(&id).cloned().unwrap_or_default();
        let reserved = matches!(booked, Booked::Pending(_));
        booked.take(booking)?;
        let lines = booking.entry.lines();
        if booking.phase != Phase::Voided && !reserved {
            self.check_floors(lines)?;
        }
        match booking.phase {
            Phase::Pending => lines.iter().for_each(|line| add(&mut self.pending, line, 1)),
            Phase::Posted => lines.iter().for_each(|line| add(&mut self.posted, line, 1)),
            Phase::Voided => {}
        }
        if reserved {
            lines.iter().for_each(|line| add(&mut self.pending, line, -1));
        }
        self.booked.insert(id, booked);
        Ok(())
    }

    /// Returns what counts on an account.
    #[must_use]
    pub fn posted(&self, account: &Account, currency: Currency) -> Totals {
        sum_of(&self.posted, account, currency)
    }

    /// Returns what is reserved on an account and not resolved.
    #[must_use]
    pub fn pending(&self, account: &Account, currency: Currency) -> Totals {
        sum_of(&self.pending, account, currency)
    }

    /// Returns every account that has ever been booked on, with what is posted and pending there.
    pub fn balances(&self) -> impl Iterator<Item = (&Account, Currency, Totals, Totals)> {
        let keys: std::collections::BTreeSet<_> =
            self.posted.keys().chain(self.pending.keys()).collect();
        keys.into_iter().map(|(account, currency)| {
            let posted = self.posted(account, *currency);
            (account, *currency, posted, self.pending(account, *currency))
        })
    }

    /// What goes out counts when it is reserved; what comes in counts only when it is posted.
    fn check_floors(&self, lines: &[Line]) -> Result<(), BookingRefused> {
        for line in lines {
            let Some(floor) = line.account.floor().filter(|floor| *floor != line.side) else {
                continue;
            };
            let currency = line.amount.currency;
            let mut reserved = self.pending(&line.account, currency);
            let leaving = reserved.side(line.side);
            let here = lines.iter().filter(|one| one.account == line.account);
            let here = here.filter(|one| one.amount.currency == currency);
            for one in here.filter(|one| one.side == line.side) {
                *leaving = leaving.saturating_add(i128::from(one.amount.minor));
            }
            let there = self.posted(&line.account, currency).on(floor);
            if *leaving > there {
                return Err(BookingRefused::BelowFloor(line.account.clone()));
            }
        }
        Ok(())
    }
}

fn sum_of(sums: &Sums, account: &Account, currency: Currency) -> Totals {
    sums.get(&(account.clone(), currency)).copied().unwrap_or_default()
}

fn add(sums: &mut Sums, line: &Line, sign: i128) {
    let totals = sums.entry((line.account.clone(), line.amount.currency)).or_default();
    let sum = totals.side(line.side);
    *sum = sum.saturating_add(i128::from(line.amount.minor).saturating_mul(sign));
}

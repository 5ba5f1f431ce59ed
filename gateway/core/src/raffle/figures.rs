//! What follows from the number of tickets: shortage, surplus, second prices, shares of the pot.
//!
//! Owns the formulas; they hold on the total, for several units too. All amounts are whole won.
//! Next: [`super::entry`].

use super::terms::{Losers, Terms};

/// The figures of a sale with so many tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Tickets that count.
    pub tickets: u64,
    /// What they have paid together.
    pub paid: i64,
    /// What is missing to the total.
    pub shortage: i64,
    /// What is above the total.
    pub surplus: i64,
    /// The fee that each second price holds.
    pub fee: i64,
    /// The second price of each unit, in the order of the draw, with its fee.
    pub p2: Vec<i64>,
    /// What each unit takes out of the pot.
    pub share: Vec<i64>,
}

impl Figures {
    /// Computes them.
    #[must_use]
    pub fn of(terms: &Terms, tickets: u64) -> Self {
        let count = i64::try_from(tickets).unwrap_or(i64::MAX);
        let paid = terms.p1().saturating_mul(count);
        match terms.proposal().losers {
            Losers::Pool(_) => Self::of_pool(terms, tickets, paid),
            Losers::PaidBack | Losers::PaidBackAsMileage => Self::of_loan(terms, tickets, paid),
        }
    }

    /// All pay for the units together.
    fn of_pool(terms: &Terms, tickets: u64, paid: i64) -> Self {
        let proposal = terms.proposal();
        let quantity = i64::from(proposal.quantity);
        let shortage = terms.total().saturating_sub(paid).max(0);
        let surplus = paid.saturating_sub(terms.total()).max(0);
        let fee = if shortage > 0 { proposal.fee } else { 0 };
        let each = shortage.checked_div_euclid(quantity).unwrap_or(0);
        let more = shortage.checked_rem_euclid(quantity).unwrap_or(0);
        let missing = (0..quantity).map(|unit| each.saturating_add(i64::from(unit < more)));
        let missing: Vec<i64> = missing.collect();
        let share = missing.iter().map(|won| proposal.unit_price.saturating_sub(*won)).collect();
        let p2 = missing.iter().map(|won| won.saturating_add(fee)).collect();
        Self { tickets, paid, shortage, surplus, fee, p2, share }
    }

    /// Every buyer pays for himself; the ticket that wins is the beginning of its price.
    fn of_loan(terms: &Terms, tickets: u64, paid: i64) -> Self {
        let proposal = terms.proposal();
        let quantity = usize::try_from(proposal.quantity).unwrap_or(0);
        let missing = proposal.unit_price.saturating_sub(terms.p1());
        Self {
            tickets,
            paid,
            shortage: missing.saturating_mul(i64::from(proposal.quantity)),
            surplus: 0,
            fee: proposal.fee,
            p2: vec![missing.saturating_add(proposal.fee); quantity],
            share: vec![terms.p1(); quantity],
        }
    }

    /// Returns the second price of a unit.
    #[must_use]
    pub fn p2_of(&self, unit: usize) -> i64 {
        self.p2.get(unit).copied().unwrap_or(0)
    }

    /// Returns what a unit takes out of the pot.
    #[must_use]
    pub fn share_of(&self, unit: usize) -> i64 {
        self.share.get(unit).copied().unwrap_or(0)
    }
}

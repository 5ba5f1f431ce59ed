//! The good end: a unit is earned, then surplus, reserves and consolation, deposit and payout.
//!
//! Owns who gets what of the pots. Every amount leaves the pots completely. Next:
//! [`super::unwind`], the other ends.

use super::effect::Out;
use super::unit::{Drawn, Unit};
use super::unwind::{Claim, give_reserve, post_claim};
use super::{End, Raffle, Refusal};
use crate::ledger::chart::RaffleAccount as A;
use crate::raffle::entry::{Entry, gathered};
use crate::raffle::posting::{Event, Lines};
use crate::raffle::share::Even;
use crate::raffle::terms::{Losers, Pool, Remainder};
use baton_protocol::ids::PersonId;
use std::collections::BTreeSet;

impl Raffle {
    /// Books a unit for the seller.
    pub(super) fn settle_unit(
        &self,
        drawn: &mut Drawn,
        unit: usize,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let buyer = drawn.units.get(unit).and_then(Unit::buyer).cloned();
        let Some(person) = buyer else { return Err(Refusal::NoSuchUnit) };
        let (figures, proposal) = (&drawn.figures, self.terms.proposal());
        let price = proposal.unit_price;
        let commission = proposal.commission.floor(price);
        let lines = Lines::new()
            .debit(A::Pot2(self.id), figures.p2_of(unit))
            .debit(A::Pot1(self.id), figures.share_of(unit))
            .credit(A::SellerPayable(self.id), price.saturating_sub(commission))
            .credit(A::Commission, commission)
            .credit(A::Fee, figures.fee);
        out.post(Event::UnitSettled, lines)?;
        drawn.set(unit, Unit::Settled { person });
        Ok(())
    }

    /// Ends a sale of which at least one unit is settled and none is open.
    pub(super) fn settle(&mut self, drawn: Drawn, out: &mut Out) -> Result<(), Refusal> {
        match self.terms.proposal().losers {
            Losers::Pool(pool) => {
                let losing = self.losing(&drawn);
                self.share_surplus(&drawn, pool, &losing, out)?;
                self.return_reserve(&drawn, &losing, out)?;
                console(pool.consolation.floor(self.terms.p1()), &losing, out)?;
            }
            Losers::PaidBack => self.return_tickets(&drawn, out)?,
            Losers::PaidBackAsMileage => self.return_tickets_as_mileage(&drawn, out)?,
        }
        out.return_deposit(0)?;
        out.pay_seller()?;
        self.end(End::Settled, Some(drawn));
        Ok(())
    }

    /// The entries of all who have no unit.
    fn losing(&self, drawn: &Drawn) -> Vec<&Entry> {
        let buyers: BTreeSet<&PersonId> = drawn.buyers().collect();
        self.entries.counting().filter(|entry| !buyers.contains(&entry.person)).collect()
    }

    /// Returns what each losing ticket gets of the surplus, before a rest is spread.
    pub(super) fn mileage_each(&self, drawn: &Drawn) -> i64 {
        let Losers::Pool(pool) = self.terms.proposal().losers else { return 0 };
        let mileage = pool.surplus_mileage.floor(drawn.figures.surplus);
        Even::of(mileage, tickets(&self.losing(drawn))).each
    }

    fn share_surplus(
        &self,
        drawn: &Drawn,
        pool: Pool,
        losing: &[&Entry],
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let surplus = drawn.figures.surplus;
        let mileage = pool.surplus_mileage.floor(surplus);
        let even = Even::of(mileage, tickets(losing));
        let spread = match pool.remainder {
            Remainder::Spread if !losing.is_empty() => even.rest,
            Remainder::Spread | Remainder::Operator => 0,
        };
        let lines = Lines::new()
            .debit(A::Pot1(self.id), surplus)
            .credit(A::Surplus, surplus.saturating_sub(mileage))
            .credit(A::Rounding, even.rest.saturating_sub(spread));
        let given = given(losing, Even { each: even.each, rest: spread });
        out.post(Event::SurplusDistributed, mileage_lines(lines, given))
    }

    /// What the pot held for units that nobody took never goes to the operator. Where no ticket
    /// has lost it goes back to all, for all have paid it.
    fn return_reserve(
        &self,
        drawn: &Drawn,
        losing: &[&Entry],
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let units = drawn.units.iter().enumerate();
        let untaken = units.filter(|(_, unit)| matches!(unit, Unit::Untaken));
        let reserve =
            untaken.fold(0, |sum: i64, (unit, _)| sum.saturating_add(drawn.figures.share_of(unit)));
        let all: Vec<&Entry> = self.entries.counting().collect();
        let to = if losing.is_empty() { &all } else { losing };
        give_reserve(reserve, to, out)
    }

    fn return_tickets(&self, drawn: &Drawn, out: &mut Out) -> Result<(), Refusal> {
        for claim in self.claims(Some(drawn)) {
            post_claim(Event::TicketsReturned, &claim, claim.due, out)?;
        }
        Ok(())
    }

    fn return_tickets_as_mileage(&self, drawn: &Drawn, out: &mut Out) -> Result<(), Refusal> {
        let claims = self.claims(Some(drawn));
        let (borne, owed): (Vec<Claim>, Vec<Claim>) =
            claims.into_iter().partition(|claim| claim.charged_back);
        let sum = owed.iter().fold(0, |sum: i64, claim| sum.saturating_add(claim.due));
        let lines = Lines::new().debit(A::Pot1(self.id), sum);
        let given = owed.into_iter().map(|claim| (claim.person, claim.due)).collect();
        out.post(Event::TicketsReturned, mileage_lines(lines, given))?;
        for claim in borne {
            post_claim(Event::TicketsReturned, &claim, claim.due, out)?;
        }
        Ok(())
    }
}

/// Gives every losing ticket the operator's consolation.
fn console(each: i64, losing: &[&Entry], out: &mut Out) -> Result<(), Refusal> {
    let given = given(losing, Even { each, rest: 0 });
    let sum = given.iter().fold(0, |sum: i64, (_, won)| sum.saturating_add(*won));
    let lines = mileage_lines(Lines::new().debit(A::Consolation, sum), given);
    out.post(Event::Consolation, lines)
}

/// Counts the tickets of entries.
pub(super) fn tickets(entries: &[&Entry]) -> u64 {
    entries.iter().fold(0, |sum: u64, entry| sum.saturating_add(entry.count()))
}

/// What each person gets: the same for every ticket, and one more for the first tickets.
pub(super) fn given(entries: &[&Entry], even: Even) -> Vec<(PersonId, i64)> {
    let mut rest = even.rest;
    let parts = entries.iter().map(|entry| {
        let count = i64::try_from(entry.count()).unwrap_or(i64::MAX);
        let more = rest.min(count);
        rest = rest.saturating_sub(more);
        (entry.person.clone(), even.each.saturating_mul(count).saturating_add(more))
    });
    gathered(parts)
}

/// Credits mileage to persons.
pub(super) fn mileage_lines(lines: Lines, given: Vec<(PersonId, i64)>) -> Lines {
    given.into_iter().fold(lines, |lines, (person, won)| lines.credit(A::Mileage(person), won))
}

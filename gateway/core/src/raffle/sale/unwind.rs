//! The other ends: every payment goes back in the kind in which it came.
//!
//! Owns who has which claim on the pot. Where units were settled before, the pot is shared in
//! proportion to the claims, for it cannot give what it has not. Next: [`super::chargeback`].

use super::effect::Out;
use super::settle::{given, mileage_lines, tickets};
use super::unit::{Drawn, Unit};
use super::{End, Raffle, Refusal};
use crate::ledger::chart::RaffleAccount as A;
use crate::raffle::entry::{Entry, Standing};
use crate::raffle::posting::{Event, Lines};
use crate::raffle::share::{Even, in_proportion, part};
use crate::raffle::terms::Losers;
use baton_protocol::ids::PersonId;
use std::collections::BTreeMap;

/// What a person has paid into the pot and has got nothing for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub person: PersonId,
    /// The bank gave it back already, at the operator's expense.
    pub charged_back: bool,
    pub due: i64,
    pub paid: i64,
    pub mileage: i64,
}

impl Raffle {
    /// Ends the sale with everything paid back, and the deposit too, less a penalty.
    pub(super) fn unwind(
        &mut self,
        end: End,
        drawn: Option<Drawn>,
        penalty: i64,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        self.pay_back(end, drawn.as_ref(), out)?;
        out.return_deposit(penalty)?;
        self.end(end, drawn);
        Ok(())
    }

    /// Ends the sale because the seller does not deliver: the deposit compensates the buyers.
    pub(super) fn default(&mut self, drawn: Drawn, out: &mut Out) -> Result<(), Refusal> {
        self.pay_back(End::SellerDefault, Some(&drawn), out)?;
        let deposit = out.escrow.seller_deposit;
        let buyers: Vec<PersonId> = drawn.units.iter().filter_map(Unit::buyer).cloned().collect();
        let share = self.terms.proposal().compensation;
        let each = share.floor(self.terms.proposal().unit_price);
        let count = u64::try_from(buyers.len()).unwrap_or(u64::MAX);
        let each = each.min(Even::of(deposit, count).each);
        let given: Vec<(PersonId, i64)> = buyers.into_iter().map(|person| (person, each)).collect();
        let sum = given.iter().fold(0, |sum: i64, (_, won)| sum.saturating_add(*won));
        let lines = Lines::new().debit(A::SellerDeposit(self.id), deposit);
        let lines =
            mileage_lines(lines, given).credit(A::SellerDefault, deposit.saturating_sub(sum));
        out.post(Event::DepositForfeited, lines)?;
        self.end(End::SellerDefault, Some(drawn));
        Ok(())
    }

    fn pay_back(&self, end: End, drawn: Option<&Drawn>, out: &mut Out) -> Result<(), Refusal> {
        if let Some(drawn) = drawn {
            pay_back_p2(drawn, out)?;
        }
        let claims = self.claims(drawn);
        let dues: Vec<i64> = claims.iter().map(|claim| claim.due).collect();
        let total = dues.iter().fold(0, |sum: i64, due| sum.saturating_add(*due));
        let pot = out.escrow.pot1;
        let parts = if pot < total { in_proportion(pot, &dues) } else { dues };
        for (claim, won) in claims.iter().zip(parts) {
            post_claim(event_of(end), claim, won, out)?;
        }
        self.give_rest(drawn, out)
    }

    /// What is left in the pot belongs to those who got nothing, like an unsold reserve.
    fn give_rest(&self, drawn: Option<&Drawn>, out: &mut Out) -> Result<(), Refusal> {
        let rest = out.escrow.pot1;
        let owns = |entry: &Entry| {
            let units = drawn.map_or(&[][..], |drawn| drawn.units.as_slice());
            units.iter().any(|unit| unit.owner() == Some(&entry.person))
        };
        let all: Vec<&Entry> = self.entries.counting().collect();
        let losing: Vec<&Entry> = all.iter().copied().filter(|entry| !owns(entry)).collect();
        let to = if losing.is_empty() { all } else { losing };
        give_reserve(rest, &to, out)
    }

    /// What is claimed, in the order of entries. Whose unit is settled has used his tickets up;
    /// where tickets are paid back, one of them.
    pub(super) fn claims(&self, drawn: Option<&Drawn>) -> Vec<Claim> {
        let used = match self.terms.proposal().losers {
            Losers::Pool(_) => i64::MAX,
            Losers::PaidBack | Losers::PaidBackAsMileage => self.terms.p1(),
        };
        let units = drawn.map_or(&[][..], |drawn| drawn.units.as_slice());
        let owners = units.iter().filter_map(Unit::owner);
        let mut used: BTreeMap<&PersonId, i64> = owners.map(|owner| (owner, used)).collect();
        let mut places: BTreeMap<(&PersonId, bool), usize> = BTreeMap::new();
        let mut claims: Vec<Claim> = Vec::new();
        for entry in self.entries.all() {
            let charged_back = match entry.standing {
                Standing::Active => false,
                Standing::ChargedBack => true,
                Standing::Cancelled | Standing::Void => continue,
            };
            let mut due = entry.paid;
            if let Some(left) = used.get_mut(&entry.person) {
                let taken = entry.paid.min(*left);
                *left = left.saturating_sub(taken);
                due = due.saturating_sub(taken);
            }
            let place = *places.entry((&entry.person, charged_back)).or_insert(claims.len());
            if place == claims.len() {
                let person = entry.person.clone();
                claims.push(Claim { person, charged_back, due: 0, paid: 0, mileage: 0 });
            }
            let Some(claim) = claims.get_mut(place) else { continue };
            claim.due = claim.due.saturating_add(due);
            claim.paid = claim.paid.saturating_add(entry.paid);
            claim.mileage = claim.mileage.saturating_add(entry.mileage);
        }
        claims
    }
}

/// Gives won of the pot to tickets as mileage, to the won. Where no ticket counts any more, because
/// banks took all payments back, it makes good what that has cost the operator.
pub(super) fn give_reserve(won: i64, to: &[&Entry], out: &mut Out) -> Result<(), Refusal> {
    let lines = Lines::new().debit(A::Pot1(out.sale), won);
    let lines = if to.is_empty() {
        lines.credit(A::Chargeback, won)
    } else {
        mileage_lines(lines, given(to, Even::of(won, tickets(to))))
    };
    out.post(Event::UnsoldReserveReturned, lines)
}

fn pay_back_p2(drawn: &Drawn, out: &mut Out) -> Result<(), Refusal> {
    for (place, unit) in drawn.units.iter().enumerate() {
        let Some(person) = unit.buyer() else { continue };
        let won = drawn.figures.p2_of(place);
        if drawn.unpaid.contains(person) {
            let lines = Lines::new().debit(A::Pot2(out.sale), won).credit(A::Chargeback, won);
            out.post(Event::P2Refunded, lines)?;
        } else {
            out.refund_p2(person, won)?;
        }
    }
    Ok(())
}

/// Pays a claim or a part of it, mileage and money in the proportion in which they were paid.
pub(super) fn post_claim(
    event: Event,
    claim: &Claim,
    won: i64,
    out: &mut Out,
) -> Result<(), Refusal> {
    let mileage = part(claim.mileage, won, claim.paid);
    let cash = won.saturating_sub(mileage);
    let to =
        if claim.charged_back { A::Chargeback } else { A::RefundPayable(claim.person.clone()) };
    let lines = Lines::new()
        .debit(A::Pot1(out.sale), won)
        .credit(to, cash)
        .credit(A::Mileage(claim.person.clone()), mileage);
    out.post(event, lines)?;
    if claim.charged_back {
        return Ok(());
    }
    out.refund(&claim.person, cash)
}

const fn event_of(end: End) -> Event {
    match end {
        End::FailedNoEntry | End::FailedExhausted => Event::ExhaustedRefund,
        End::CancelledBySeller => Event::CancelledRefund,
        End::SellerDefault => Event::DefaultRefund,
        End::Void(_) => Event::VoidRefund,
        End::Settled => Event::TicketsReturned,
    }
}

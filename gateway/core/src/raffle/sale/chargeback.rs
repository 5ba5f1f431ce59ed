//! Payments that a bank takes back: before the draw the ticket is void, after it the operator pays.
//!
//! Owns what becomes of ticket and unit. Goods that have arrived stay where they are. Next:
//! [`super::drawing`].

use super::effect::Out;
use super::input::Payment;
use super::unit::{Drawn, Unit};
use super::{End, Raffle, Refusal, Stage};
use crate::ledger::chart::RaffleAccount as A;
use crate::raffle::entry::Standing;
use crate::raffle::posting::{Event, Lines};
use crate::time::Timestamp;
use baton_protocol::ids::{PersonId, TicketId};

impl Raffle {
    pub(super) fn charge_back(
        &mut self,
        payment: &Payment,
        now: Timestamp,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        match payment {
            Payment::First(ticket) => self.charge_back_first(*ticket, now, out),
            Payment::Second(person) => self.charge_back_second(person, now, out),
        }
    }

    fn charge_back_first(
        &mut self,
        ticket: TicketId,
        now: Timestamp,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let place = self.entries.place_of(ticket).ok_or(Refusal::NothingToChargeBack)?;
        let entry = self.entries.lookup(place).ok_or(Refusal::NothingToChargeBack)?.clone();
        let cash = entry.cash();
        if cash == 0 {
            return Err(Refusal::NothingToChargeBack);
        }
        match (&self.stage, entry.standing) {
            (_, Standing::Void | Standing::ChargedBack) => Err(Refusal::NothingToChargeBack),
            // It was sent back before, so the bank's taking it is a loss.
            (_, Standing::Cancelled) => {
                post_expense(cash, out)?;
                self.entries.set(place, Standing::Void);
                Ok(())
            }
            (Stage::Drawn(drawn), Standing::Active) => {
                let mut drawn = drawn.clone();
                post_expense(cash, out)?;
                self.entries.set(place, Standing::ChargedBack);
                self.lose_unit(&mut drawn, &entry.person, now, out)?;
                self.go_on(drawn, out)
            }
            (Stage::Ended(_), Standing::Active) => {
                post_expense(cash, out)?;
                self.entries.set(place, Standing::ChargedBack);
                Ok(())
            }
            (
                Stage::Draft | Stage::DepositPending | Stage::Open | Stage::Closed(_),
                Standing::Active,
            ) => {
                let lines = Lines::new()
                    .debit(A::Pot1(self.id), entry.paid)
                    .credit(A::PgClearing, cash)
                    .credit(A::Mileage(entry.person.clone()), entry.mileage);
                out.post(Event::ChargedBack, lines)?;
                self.entries.set(place, Standing::Void);
                let nobody = matches!(self.stage, Stage::Closed(_)) && self.entries.active() == 0;
                if nobody { self.unwind(End::FailedNoEntry, None, 0, out) } else { Ok(()) }
            }
        }
    }

    /// Who takes the first payment back loses the unit, unless it has arrived.
    fn lose_unit(
        &self,
        drawn: &mut Drawn,
        person: &PersonId,
        now: Timestamp,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        drawn.bar(person.clone());
        let Some((unit, held)) = drawn.unit_of(person) else { return Ok(()) };
        match held {
            Unit::Offered { .. } => {}
            Unit::Paid { .. } => out.refund_p2(person, drawn.figures.p2_of(unit))?,
            Unit::Delivered { .. } | Unit::Settled { .. } | Unit::Untaken => return Ok(()),
        }
        drawn.offer(unit, &self.entries, now, out);
        Ok(())
    }

    fn charge_back_second(
        &mut self,
        person: &PersonId,
        now: Timestamp,
        out: &mut Out,
    ) -> Result<(), Refusal> {
        let (drawn, ended) = match &mut self.stage {
            Stage::Drawn(drawn) => (Some(drawn.clone()), false),
            Stage::Ended(ended) => (ended.drawn.clone(), true),
            Stage::Draft | Stage::DepositPending | Stage::Open | Stage::Closed(_) => (None, false),
        };
        let mut drawn = drawn.ok_or(Refusal::NothingToChargeBack)?;
        let (unit, held) = drawn.unit_of(person).ok_or(Refusal::NothingToChargeBack)?;
        let won = drawn.figures.p2_of(unit);
        if won == 0 || drawn.unpaid.contains(person) {
            return Err(Refusal::NothingToChargeBack);
        }
        match held {
            Unit::Offered { .. } | Unit::Untaken => return Err(Refusal::NothingToChargeBack),
            Unit::Paid { .. } if !ended => {
                let lines = Lines::new().debit(A::Pot2(self.id), won).credit(A::PgClearing, won);
                out.post(Event::ChargedBack, lines)?;
                drawn.offer(unit, &self.entries, now, out);
                return self.go_on(drawn, out);
            }
            Unit::Paid { .. } | Unit::Delivered { .. } | Unit::Settled { .. } => {}
        }
        post_expense(won, out)?;
        drawn.unpaid.insert(person.clone());
        match &mut self.stage {
            Stage::Ended(ended) => ended.drawn = Some(drawn),
            stage @ (Stage::Draft
            | Stage::DepositPending
            | Stage::Open
            | Stage::Closed(_)
            | Stage::Drawn(_)) => *stage = Stage::Drawn(drawn),
        }
        Ok(())
    }
}

fn post_expense(won: i64, out: &mut Out) -> Result<(), Refusal> {
    let lines = Lines::new().debit(A::Chargeback, won).credit(A::PgClearing, won);
    out.post(Event::ChargedBack, lines)
}

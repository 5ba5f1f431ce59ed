//! The transitions of a sale: one `match` over state and input, a chapter a state.
//!
//! Owns which input is possible where. A step is recorded with its key before anything goes out.
//! Next: [`super::drawing`].

use super::effect::{Effect, Out, Publication, Record};
use super::input::{Delivery, EntryPaid, Report};
use super::unit::{APPROVAL_MS, Drawn, Unit};
use super::{Closed, End, Input, Raffle, Refusal, Stage, VoidReason};
use crate::ledger::chart::RaffleAccount as A;
use crate::raffle::draw::tree::TICKETS_MAX;
use crate::raffle::entry::{Entry, Standing};
use crate::raffle::posting::{Event, Lines};
use crate::raffle::protection;
use crate::raffle::terms::Closing;
use crate::time::Timestamp;
use baton_protocol::ids::{PersonId, StepKey, TicketId};
use std::collections::BTreeSet;

type Taken = Result<(), Refusal>;

impl Raffle {
    /// Takes a fact and says what must happen, in order; the record comes first.
    ///
    /// **Repeat** a step whose key was taken before changes nothing and asks for nothing; so does a
    /// deadline before its time.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] as it says; nothing changed then.
    pub fn step(
        &mut self,
        key: StepKey,
        input: Input,
        now: Timestamp,
    ) -> Result<Vec<Effect>, Refusal> {
        if let Some(before) = self.taken.get(&key) {
            return if before.is_same_step(&input) {
                Ok(Vec::new())
            } else {
                Err(Refusal::KeyReused)
            };
        }
        let early = self.next_deadline().is_none_or(|at| now < at);
        if input == Input::DeadlineReached && early {
            return Ok(Vec::new());
        }
        let before = self.state();
        let mut out = Out::new(self.id, self.escrow);
        self.take(&input, now, &mut out)?;
        self.escrow = out.escrow;
        self.taken.insert(key, input.clone());
        let after = self.state();
        let record = Record { key, input, at: now, before, after, postings: out.postings };
        let mut effects = vec![Effect::Record(record)];
        effects.extend(out.sends);
        Ok(effects)
    }

    fn take(&mut self, input: &Input, now: Timestamp, out: &mut Out) -> Taken {
        if let Input::ChargedBack(payment) = input {
            return self.charge_back(payment, now, out);
        }
        match &self.stage {
            Stage::Draft => self.step_draft(input, out),
            Stage::DepositPending => self.step_deposit_pending(input, out),
            Stage::Open => self.step_open(input, now, out),
            Stage::Closed(closed) => self.step_closed(closed.clone(), input, now, out),
            Stage::Drawn(drawn) => self.step_drawn(drawn.clone(), input, now, out),
            Stage::Ended(_) => self.step_ended(input, out),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_draft(&mut self, input: &Input, out: &mut Out) -> Taken {
        let proposal = self.terms.proposal();
        match input {
            Input::Submitted(leave) if leave.covers(proposal.country, &proposal.shop) => {
                let (rules, rules_hash) = (self.terms.text(), self.terms.rules_hash());
                out.send(Effect::Publish(Publication::Commitment { rules, rules_hash }));
                self.stage = Stage::DepositPending;
                Ok(())
            }
            Input::Submitted(_) => Err(Refusal::LeaveMissing),
            Input::SellerCancelled => self.unwind(End::CancelledBySeller, None, 0, out),
            Input::Killed => self.unwind(End::Void(VoidReason::Killed), None, 0, out),
            other => Err(self.refuse(other)),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_deposit_pending(&mut self, input: &Input, out: &mut Out) -> Taken {
        match input {
            Input::DepositCaptured => {
                let won = self.terms.deposit();
                let deposit = A::SellerDeposit(self.id);
                let lines = Lines::new().debit(A::PgClearing, won).credit(deposit, won);
                out.post(Event::DepositCaptured, lines)?;
                self.stage = Stage::Open;
                Ok(())
            }
            Input::SellerCancelled => self.unwind(End::CancelledBySeller, None, 0, out),
            Input::Killed => self.unwind(End::Void(VoidReason::Killed), None, 0, out),
            other => Err(self.refuse(other)),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_open(&mut self, input: &Input, now: Timestamp, out: &mut Out) -> Taken {
        match input {
            Input::EntryPaid(paid) => self.enter(paid, now, out),
            Input::EntryCancelled(person) => self.cancel_entry(person, out),
            Input::DeadlineReached => self.close(now, out),
            Input::SellerCancelled => self.cancel(out),
            Input::Killed => self.unwind(End::Void(VoidReason::Killed), None, 0, out),
            other => Err(self.refuse(other)),
        }
    }

    fn enter(&mut self, paid: &EntryPaid, now: Timestamp, out: &mut Out) -> Taken {
        let price = self.check_entry(paid, now)?;
        let lines = Lines::new()
            .debit(A::PgClearing, price.saturating_sub(paid.mileage))
            .debit(A::Mileage(paid.person.clone()), paid.mileage)
            .credit(A::Pot1(self.id), price);
        out.post(Event::EntryPaid, lines)?;
        self.entries.add(Entry {
            person: paid.person.clone(),
            holder: paid.holder,
            nonce: paid.nonce,
            tickets: paid.tickets.clone(),
            paid: price,
            mileage: paid.mileage,
            standing: Standing::Active,
        });
        let proposal = self.terms.proposal();
        let full = self.entries.active() >= u64::from(proposal.parts);
        if full && proposal.closing == Closing::WhenFull { self.close(now, out) } else { Ok(()) }
    }

    /// Returns the price of an entry that may be made.
    fn check_entry(&self, paid: &EntryPaid, now: Timestamp) -> Result<i64, Refusal> {
        let proposal = self.terms.proposal();
        if now >= proposal.closes_at {
            return Err(Refusal::ClosingTimeOver);
        }
        let wanted = u64::try_from(paid.tickets.len()).unwrap_or(u64::MAX);
        let (held, cap) = (self.entries.held(&paid.person), proposal.entries_max);
        if held.saturating_add(wanted) > u64::from(cap) {
            return Err(Refusal::TooManyEntries { held, wanted, cap });
        }
        let most = u64::from(TICKETS_MAX);
        if self.entries.active().saturating_add(wanted) > most {
            return Err(Refusal::SaleFull);
        }
        let price = self.terms.p1().saturating_mul(i64::try_from(wanted).unwrap_or(i64::MAX));
        if wanted == 0 || !(0..=price).contains(&paid.mileage) {
            return Err(Refusal::EntryInvalid);
        }
        let mut ids = BTreeSet::new();
        let known = |id: &&TicketId| self.entries.place_of(**id).is_some() || !ids.insert(**id);
        if let Some(id) = paid.tickets.iter().find(known) {
            return Err(Refusal::TicketKnown(*id));
        }
        if paid.mileage > paid.mileage_held {
            return Err(Refusal::MileageShort { held: paid.mileage_held });
        }
        let mut before = self.entries.of(&paid.person).iter();
        let void = |place: &usize| {
            self.entries.lookup(*place).is_some_and(|entry| entry.standing == Standing::Void)
        };
        if before.any(void) {
            return Err(Refusal::ChargedBackBefore);
        }
        protection::check(proposal.caps, &paid.entrant, price, now)?;
        Ok(price)
    }

    fn cancel_entry(&mut self, person: &PersonId, out: &mut Out) -> Taken {
        let places = self.entries.of(person).to_vec();
        let active = |place: &usize| {
            self.entries.lookup(*place).is_some_and(|entry| entry.standing == Standing::Active)
        };
        let places: Vec<usize> = places.into_iter().filter(active).collect();
        let entries = places.iter().filter_map(|place| self.entries.lookup(*place));
        let (cash, mileage) = entries.fold((0_i64, 0_i64), |(cash, mileage), entry| {
            (cash.saturating_add(entry.cash()), mileage.saturating_add(entry.mileage))
        });
        if places.is_empty() {
            return Err(Refusal::EntryUnknown);
        }
        let lines = Lines::new()
            .debit(A::Pot1(self.id), cash.saturating_add(mileage))
            .credit(A::RefundPayable(person.clone()), cash)
            .credit(A::Mileage(person.clone()), mileage);
        out.post(Event::EntryCancelled, lines)?;
        for place in places {
            self.entries.set(place, Standing::Cancelled);
        }
        out.refund(person, cash)
    }

    /// The seller cancels; with entries it costs a part of the deposit.
    fn cancel(&mut self, out: &mut Out) -> Taken {
        let penalty = self.terms.proposal().cancel_penalty.floor(self.terms.deposit());
        let penalty = if self.entries.active() > 0 { penalty } else { 0 };
        self.unwind(End::CancelledBySeller, None, penalty, out)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_closed(
        &mut self,
        closed: Closed,
        input: &Input,
        now: Timestamp,
        out: &mut Out,
    ) -> Taken {
        match input {
            Input::BeaconArrived { round, randomness } => {
                self.take_beacon(closed, *round, *randomness, now, out)
            }
            Input::SecretRevealed(secret) => self.take_secret(&closed, *secret, now, out),
            Input::OrderTold(told) => self.take_order(&closed, told, now, out),
            Input::DeadlineReached => self.unwind(End::Void(VoidReason::SecretKept), None, 0, out),
            Input::SellerCancelled if self.round_is_out(now) => Err(Refusal::DrawDue),
            Input::SellerCancelled => self.cancel(out),
            Input::Killed => self.unwind(End::Void(VoidReason::Killed), None, 0, out),
            other => Err(self.refuse(other)),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_drawn(
        &mut self,
        mut drawn: Drawn,
        input: &Input,
        now: Timestamp,
        out: &mut Out,
    ) -> Taken {
        match input {
            Input::P2Paid(person) => self.pay_p2(&mut drawn, person, now, out)?,
            Input::Forfeited(person) => self.forfeit(&mut drawn, person, now, out)?,
            Input::Withdrawn(person) => self.withdraw(&mut drawn, person, now, out)?,
            Input::DeliveryReported(person, report) => {
                take_report(&mut drawn, person, report, now)?;
            }
            Input::Approved(person) => {
                let (unit, _) = drawn.unit_of(person).ok_or(Refusal::NoSuchUnit)?;
                self.settle_unit(&mut drawn, unit, out)?;
            }
            Input::DeadlineReached => self.pass_deadlines(&mut drawn, now, out)?,
            Input::SellerDefaulted => return self.default(drawn, out),
            Input::Killed => {
                return self.unwind(End::Void(VoidReason::Killed), Some(drawn), 0, out);
            }
            other => return Err(self.refuse(other)),
        }
        self.go_on(drawn, out)
    }

    fn pay_p2(&self, drawn: &mut Drawn, person: &PersonId, now: Timestamp, out: &mut Out) -> Taken {
        let Some((unit, Unit::Offered { until, .. })) = drawn.unit_of(person) else {
            return Err(Refusal::NoSuchUnit);
        };
        if now >= *until {
            return Err(Refusal::OfferOver);
        }
        let won = drawn.figures.p2_of(unit);
        let lines = Lines::new().debit(A::PgClearing, won).credit(A::Pot2(self.id), won);
        out.post(Event::P2Paid, lines)?;
        out.send(Effect::Deliver { unit, person: person.clone() });
        drawn.set(unit, Unit::Paid { person: person.clone(), report: None });
        Ok(())
    }

    /// A candidate gives up; so may a buyer whose unit costs nothing more and has not arrived.
    fn forfeit(
        &self,
        drawn: &mut Drawn,
        person: &PersonId,
        now: Timestamp,
        out: &mut Out,
    ) -> Taken {
        let (unit, held) = drawn.unit_of(person).ok_or(Refusal::NoSuchUnit)?;
        match held {
            Unit::Offered { .. } => {}
            Unit::Paid { .. } if drawn.figures.p2_of(unit) == 0 => {}
            Unit::Paid { .. } | Unit::Delivered { .. } | Unit::Settled { .. } | Unit::Untaken => {
                return Err(Refusal::NoSuchUnit);
            }
        }
        drawn.offer(unit, &self.entries, now, out);
        Ok(())
    }

    fn withdraw(
        &self,
        drawn: &mut Drawn,
        person: &PersonId,
        now: Timestamp,
        out: &mut Out,
    ) -> Taken {
        let (unit, held) = drawn.unit_of(person).ok_or(Refusal::NoSuchUnit)?;
        if held.buyer().is_none() || drawn.unpaid.contains(person) {
            return Err(Refusal::NoSuchUnit);
        }
        out.refund_p2(person, drawn.figures.p2_of(unit))?;
        drawn.offer(unit, &self.entries, now, out);
        Ok(())
    }

    /// Everything whose time has come happens in the order of units.
    fn pass_deadlines(&self, drawn: &mut Drawn, now: Timestamp, out: &mut Out) -> Taken {
        for unit in 0..drawn.units.len() {
            let held = drawn.units.get(unit);
            match held.filter(|held| held.deadline().is_some_and(|at| now >= at)) {
                Some(Unit::Offered { .. }) => drawn.offer(unit, &self.entries, now, out),
                Some(Unit::Delivered { .. }) => self.settle_unit(drawn, unit, out)?,
                Some(Unit::Paid { .. } | Unit::Settled { .. } | Unit::Untaken) | None => {}
            }
        }
        Ok(())
    }

    /// Ends a sale of which no unit is open any more.
    pub(super) fn go_on(&mut self, drawn: Drawn, out: &mut Out) -> Taken {
        if !drawn.is_over() {
            self.stage = Stage::Drawn(drawn);
            return Ok(());
        }
        if drawn.buyers().next().is_some() {
            return self.settle(drawn, out);
        }
        self.unwind(End::FailedExhausted, Some(drawn), 0, out)
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_ended(&self, input: &Input, out: &mut Out) -> Taken {
        match input {
            Input::SellerPayoutDue if out.escrow.seller_payable > 0 => out.pay_seller(),
            Input::SellerPayoutDue => Err(Refusal::NothingOwed),
            other => Err(self.refuse(other)),
        }
    }
}

fn take_report(drawn: &mut Drawn, person: &PersonId, report: &Report, now: Timestamp) -> Taken {
    let (unit, held) = drawn.unit_of(person).ok_or(Refusal::NoSuchUnit)?;
    if held.buyer().is_none() {
        return Err(Refusal::NoSuchUnit);
    }
    let (person, report) = (person.clone(), report.clone());
    let to = match report.delivery {
        Delivery::Done => {
            // A clock that is ahead must not hold the seller's money longer.
            let approve_by = report.at.min(now).after_ms(APPROVAL_MS);
            Unit::Delivered { person, report, approve_by }
        }
        Delivery::OnTheWay | Delivery::Incident(_) => Unit::Paid { person, report: Some(report) },
    };
    drawn.set(unit, to);
    Ok(())
}

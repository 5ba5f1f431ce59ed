//! Plays a life: hands a script's steps to the machine and books what it posts.
//!
//! Owns time and ids of the played world: a second a step, and the deadlines. Next:
//! [`super::audit`], which compares.

use super::books::SaleBooks;
use super::case::{CLOSES_MS, Case, OPENS_MS, Step};
use anyhow::{Context, bail};
use baton_core::raffle::draw::Digest;
use baton_core::raffle::entry::Standing;
use baton_core::raffle::law::{Country, LegalBasis, Switch, Switches};
use baton_core::raffle::protection::Entrant;
use baton_core::raffle::sale::{Delivery, EntryPaid, Payment, Report};
use baton_core::raffle::{Effect, Input, Raffle, Refusal, Terms, clearing};
use baton_core::time::Timestamp;
use baton_protocol::ids::{PersonId, RaffleId, StepKey, TicketId};
use uuid::Uuid;

/// A life while it is played.
#[derive(Debug)]
pub struct Life {
    /// The sale.
    pub raffle: Raffle,
    /// Its books.
    pub books: SaleBooks,
    /// The time of the played world.
    pub now: Timestamp,
    made: u128,
}

impl Life {
    /// Begins a life: the terms are handed in, the law's switches are on.
    ///
    /// # Errors
    /// A fault of the rules.
    pub fn begin(id: RaffleId, terms: Terms) -> anyhow::Result<Self> {
        let (country, shop) = (terms.proposal().country, terms.proposal().shop.clone());
        let raffle = Raffle::draft(id, terms);
        let now = Timestamp::from_ms(OPENS_MS);
        let mut life = Self { raffle, books: SaleBooks::default(), now, made: 0 };
        let leave = switches(country, &shop)?.leave(country, &shop)?;
        life.hand_in(Input::Submitted(leave))?.context("the sale is not handed in")?;
        Ok(life)
    }

    /// Makes an id that was not there before.
    pub fn make_id(&mut self) -> Uuid {
        self.made = self.made.saturating_add(1);
        Uuid::from_u128(self.made)
    }

    /// Hands an input in and books what is posted. The inner error is the rules' refusal.
    ///
    /// # Errors
    /// A fault of the rules.
    pub fn hand_in(&mut self, input: Input) -> anyhow::Result<Result<Vec<Effect>, Refusal>> {
        let key = StepKey::new(self.make_id());
        let effects = match self.raffle.step(key, input, self.now) {
            Ok(effects) => effects,
            Err(fault @ Refusal::Unbalanced(_)) => return Err(fault.into()),
            Err(refusal) => return Ok(Err(refusal)),
        };
        for effect in &effects {
            let Effect::Record(record) = effect else { continue };
            for posting in &record.postings {
                self.books.book(posting.clone(), self.now)?;
            }
        }
        Ok(Ok(effects))
    }

    /// Plays one step of a script and returns what it answers.
    ///
    /// # Errors
    /// A fault of the rules.
    pub fn play(&mut self, step: Step) -> anyhow::Result<Option<String>> {
        self.now = self.now.after_ms(1_000);
        let enters = matches!(step, Step::Enter(..));
        let Some(input) = self.input(step)? else { return Ok(None) };
        let answer = self.hand_in(input)?;
        Ok(match answer {
            Ok(_) if enters => Some("ok".to_owned()),
            // Who has no entry has nothing to cancel.
            Ok(_) | Err(Refusal::EntryUnknown) => None,
            Err(refusal) => Some(refusal.rule().to_owned()),
        })
    }

    /// Returns what a step hands in; what is not about the sale is done at once.
    fn input(&mut self, step: Step) -> anyhow::Result<Option<Input>> {
        Ok(Some(match step {
            Step::PayDeposit => Input::DepositCaptured,
            Step::Enter(person, count, mileage) => self.entry(person, count, mileage),
            Step::CancelEntry(person) => Input::EntryCancelled(person),
            Step::Close => {
                self.now = self.now.max(Timestamp::from_ms(CLOSES_MS));
                Input::DeadlineReached
            }
            Step::Draw(order) => Input::OrderTold(order),
            Step::PayP2(person) => Input::P2Paid(person),
            Step::Forfeit(person) => Input::Forfeited(person),
            Step::Timeout => self.deadline(),
            Step::Withdraw(person) => Input::Withdrawn(person),
            Step::Deliver(person) => self.report(person, Delivery::Done),
            Step::Approve(person) => Input::Approved(person),
            Step::SellerDefault => Input::SellerDefaulted,
            Step::CancelBySeller => Input::SellerCancelled,
            Step::Kill => Input::Killed,
            Step::Chargeback(person) => Input::ChargedBack(Payment::First(self.ticket(&person))),
            Step::ChargebackP2(person) => Input::ChargedBack(Payment::Second(person)),
            Step::PaySeller => Input::SellerPayoutDue,
            Step::GrantMileage(..)
            | Step::ExpireMileage(_)
            | Step::PgFee(_)
            | Step::PgPayout(_) => return self.beside(step).map(|()| None),
        }))
    }

    fn beside(&mut self, step: Step) -> anyhow::Result<()> {
        let posting = match step {
            Step::GrantMileage(person, won) => return self.books.grant(&person, won, self.now),
            Step::ExpireMileage(person) => {
                let later = self.now.after_ms(super::books::MILEAGE_MS);
                return self.books.expire(&person, later);
            }
            Step::PgFee(won) => clearing::fee(won)?,
            Step::PgPayout(won) => clearing::payout(won)?,
            Step::PayDeposit
            | Step::Enter(..)
            | Step::CancelEntry(_)
            | Step::Close
            | Step::Draw(_)
            | Step::PayP2(_)
            | Step::Forfeit(_)
            | Step::Timeout
            | Step::Withdraw(_)
            | Step::Deliver(_)
            | Step::Approve(_)
            | Step::SellerDefault
            | Step::CancelBySeller
            | Step::Kill
            | Step::Chargeback(_)
            | Step::ChargebackP2(_)
            | Step::PaySeller => bail!("this step is about the sale"),
        };
        posting.map_or(Ok(()), |posting| self.books.book(posting, self.now))
    }

    /// A payment for new tickets by an adult.
    pub fn entry(&mut self, person: PersonId, count: u32, mileage: i64) -> Input {
        let tickets = (0..count).map(|_| TicketId::new(self.make_id())).collect();
        let held = self.books.mileage(&person);
        Input::EntryPaid(EntryPaid {
            holder: Digest::of(&[person.as_str().as_bytes()]),
            nonce: Digest::ZERO,
            person,
            tickets,
            mileage,
            mileage_held: held,
            entrant: Entrant::ADULT,
        })
    }

    /// Goes to the next deadline.
    pub fn deadline(&mut self) -> Input {
        self.now = self.raffle.next_deadline().map_or(self.now, |at| at.max(self.now));
        Input::DeadlineReached
    }

    /// A report of the delivery service.
    #[must_use]
    pub fn report(&self, person: PersonId, delivery: Delivery) -> Input {
        let report = Report { delivery, place: "at the door".to_owned(), at: self.now };
        Input::DeliveryReported(person, report)
    }

    /// A ticket of a person, or one that nobody has.
    #[must_use]
    pub fn ticket(&self, person: &PersonId) -> TicketId {
        let entries = self.raffle.entries();
        let mut own = entries.of(person).iter().filter_map(|place| entries.lookup(*place));
        let paid = own.find(|entry| entry.standing == Standing::Active && entry.cash() > 0);
        let ticket = paid.and_then(|entry| entry.tickets.first().copied());
        ticket.unwrap_or_else(|| TicketId::new(Uuid::nil()))
    }
}

fn switches(country: Country, shop: &baton_protocol::ids::ShopId) -> anyhow::Result<Switches> {
    let basis = LegalBasis {
        licence: "played".to_owned(),
        document: "a world that is played".to_owned(),
        operator: "player".parse()?,
        recorded_at: Timestamp::from_ms(OPENS_MS),
    };
    let mut switches = Switches::default();
    switches.record(Switch::Country(country), basis.clone())?;
    switches.record(Switch::Shop(country, shop.clone()), basis)?;
    Ok(switches)
}

/// A life that was played.
#[derive(Debug)]
pub struct Played {
    /// How it stands.
    pub life: Life,
    /// What each step answered.
    pub answers: Vec<Option<String>>,
    /// How many postings there were after each step.
    pub posted: Vec<usize>,
}

/// Plays a case to its end.
///
/// # Errors
/// Terms or steps that make no sense, or a fault of the rules.
pub fn play(case: &Case) -> anyhow::Result<Played> {
    let terms = case.spec.terms().with_context(|| format!("terms of {}", case.id))?;
    let mut life = Life::begin(RaffleId::new(Uuid::nil()), terms)?;
    let (mut answers, mut posted) = (Vec::new(), Vec::new());
    for (words, number) in case.script.iter().zip(1_usize..) {
        let place = || format!("step {number} of {}", case.id);
        let step = Step::read(words).with_context(place)?;
        answers.push(life.play(step).with_context(place)?);
        posted.push(life.books.journal().len());
    }
    life.books.check()?;
    Ok(Played { life, answers, posted })
}

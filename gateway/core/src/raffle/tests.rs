use super::draw::beacon::QUICKNET;
use super::draw::{Digest, Order};
use super::law::{Country, Leave, LegalBasis, Switch, Switches};
use super::protection::{Caps, Entrant};
use super::sale::{Effect, EntryPaid, Refusal, State};
use super::share::Bps;
use super::terms::{Closing, Deposit, Losers, Plan, Pool, PriceStep, Remainder};
use super::*;
use crate::time::Timestamp;
use baton_protocol::ids::{PersonId, RaffleId, StepKey, TicketId};
use uuid::Uuid;

mod ends;
mod law;
mod loan;
mod prices;
mod protection;
mod provable;
mod restore;
mod stories;
mod walk;
mod wallet;

/// When played sales open.
const T0: Timestamp = Timestamp::from_ms(1_776_556_800_000);
/// When they close.
const CLOSES: Timestamp = Timestamp::from_ms(1_776_643_140_000);

fn bps(share: u16) -> Bps {
    Bps::new(share).unwrap()
}

fn pool() -> Pool {
    Pool { surplus_mileage: Bps::NONE, remainder: Remainder::Operator, consolation: Bps::NONE }
}

/// A sale of one unit for 100,000 won in ten parts.
fn proposal() -> Proposal {
    Proposal {
        shop: "s-1".parse().unwrap(),
        country: Country::KR,
        unit_price: 100_000,
        quantity: 1,
        parts: 10,
        price_step: PriceStep::One,
        fee: 0,
        entries_max: 4,
        deposit: Deposit::Fixed(50_000),
        losers: Losers::Pool(pool()),
        closing: Closing::AtTime,
        closes_at: CLOSES,
        commission: Bps::NONE,
        compensation: Bps::NONE,
        cancel_penalty: bps(1_000),
        caps: Caps::NONE,
        plan: Plan::Rehearsal,
    }
}

fn person(name: &str) -> PersonId {
    name.parse().unwrap()
}

fn leave() -> Leave {
    let basis = LegalBasis {
        licence: "1".to_owned(),
        document: "a document".to_owned(),
        operator: "op".parse().unwrap(),
        recorded_at: T0,
    };
    let mut switches = Switches::default();
    let shop = "s-1".parse().unwrap();
    switches.record(Switch::Country(Country::KR), basis.clone()).unwrap();
    switches.record(Switch::Shop(Country::KR, "s-1".parse().unwrap()), basis).unwrap();
    switches.leave(Country::KR, &shop).unwrap()
}

/// A sale with its keys, its clock and what was booked.
struct Sale {
    raffle: Raffle,
    now: Timestamp,
    keys: u128,
    journal: Vec<String>,
    sent: Vec<Effect>,
}

impl Sale {
    /// A sale that waits for entries.
    fn open(proposal: Proposal) -> Self {
        let raffle = Raffle::draft(RaffleId::new(Uuid::nil()), Terms::new(proposal).unwrap());
        let mut sale = Self { raffle, now: T0, keys: 0, journal: Vec::new(), sent: Vec::new() };
        sale.take(Input::Submitted(leave()));
        sale.take(Input::DepositCaptured);
        sale
    }

    /// A sale with these entries, one ticket each, closed and drawn in their order.
    fn drawn(proposal: Proposal, people: &[&str]) -> Self {
        let mut sale = Self::open(proposal);
        for name in people {
            sale.enter(name, 1, 0).unwrap();
        }
        sale.close();
        sale.take(Input::OrderTold((0..people.len() as u32).collect()));
        sale
    }

    fn key(&mut self) -> StepKey {
        self.keys += 1;
        StepKey::new(Uuid::from_u128(self.keys))
    }

    fn try_take(&mut self, input: Input) -> Result<(), Refusal> {
        let key = self.key();
        let before = self.raffle.clone();
        let effects = match self.raffle.step(key, input, self.now) {
            Ok(effects) => effects,
            Err(refusal) => {
                assert!(self.raffle == before, "a refusal changed something");
                return Err(refusal);
            }
        };
        for effect in effects {
            if let Effect::Record(record) = &effect {
                self.journal.extend(record.postings.iter().map(written));
            } else {
                self.sent.push(effect);
            }
        }
        Ok(())
    }

    fn take(&mut self, input: Input) {
        self.try_take(input).unwrap();
    }

    fn entry(&mut self, name: &str, tickets: u32, mileage: i64) -> EntryPaid {
        let ticket = |sale: &mut Self| TicketId::new(sale.key().uuid());
        EntryPaid {
            person: person(name),
            tickets: (0..tickets).map(|_| ticket(self)).collect(),
            holder: Digest::of(&[name.as_bytes()]),
            nonce: Digest::of(&[b"nonce", name.as_bytes()]),
            mileage,
            mileage_held: mileage,
            entrant: Entrant::ADULT,
        }
    }

    fn enter(&mut self, name: &str, tickets: u32, mileage: i64) -> Result<TicketId, Refusal> {
        let entry = self.entry(name, tickets, mileage);
        let first = entry.tickets.first().copied();
        self.try_take(Input::EntryPaid(entry))?;
        Ok(first.unwrap())
    }

    fn close(&mut self) {
        self.pass();
        assert_eq!(self.state(), "CLOSED");
    }

    /// Lets the next deadline pass.
    fn pass(&mut self) {
        self.now = self.raffle.next_deadline().unwrap();
        self.take(Input::DeadlineReached);
    }

    fn state(&self) -> &'static str {
        self.raffle.state().word()
    }

    /// What was booked since the last question.
    fn booked(&mut self) -> Vec<String> {
        std::mem::take(&mut self.journal)
    }
}

/// A posting in a line: event, then accounts with `+` on the left and `-` on the right.
fn written(posting: &posting::Posting) -> String {
    let lines = posting.entry.lines().iter().map(|line| {
        let sign = if line.side == crate::ledger::Side::Debit { '+' } else { '-' };
        let account = line.account.to_string();
        let account = account.trim_start_matches("raffle:").replace(&Uuid::nil().to_string(), "");
        format!(" {}{sign}{}", account.trim_end_matches(':'), line.amount.minor)
    });
    format!("{}{}", posting.event.word(), lines.collect::<String>())
}

//! Deposits: money that customers transfer, matched to the orders that wait for it.
//!
//! Owns one bank account's desk: which orders wait there, which credits came, and whose they are. A
//! credit is matched when its amount and either the order's number or its depositor name exactly
//! one waiting order, and neither of them names another; everything else a person decides. Next:
//! [`super::order`].

use super::effect::{Effect, Question, Record};
use super::order;
use super::posting::{Posting, PostingKey, deposit_back, deposit_in};
use crate::time::Timestamp;
use baton_protocol::ids::{BankId, NoticeId, OrderId, StaffId};
use baton_protocol::money::Money;
use std::collections::BTreeMap;

/// What an order that waits for money says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// How much, exactly.
    pub amount: Money,
    /// Who transfers it.
    pub depositor: String,
    /// What the customer was asked to write beside.
    pub number: String,
}

/// One credit on the account, as the bank tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The bank's number of it.
    pub id: NoticeId,
    /// How much.
    pub amount: Money,
    /// Who transferred it, as far as the bank prints it.
    pub depositor: String,
    /// What else the customer wrote.
    pub memo: String,
}

/// Where a credit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// A person must say whose it is.
    Unclear,
    /// An order was told.
    Offered(OrderId),
    /// It paid an order.
    Taken(OrderId),
    /// It goes back to who sent it.
    SentBack,
}

/// The desk of one bank account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposits {
    bank: BankId,
    expected: BTreeMap<OrderId, Expected>,
    notices: BTreeMap<NoticeId, (Notice, Life)>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// An order waits for money.
    Expected(OrderId, Expected),
    /// It does not any more.
    NotExpected(OrderId),
    /// The bank told of a credit.
    Credited(Notice),
    /// The order took the money.
    Taken(NoticeId, OrderId),
    /// It was over, or paid otherwise.
    NotTaken(NoticeId, OrderId),
    /// A person says whose it is; the amount must be the order's.
    Assigned {
        /// Which credit.
        notice: NoticeId,
        /// Whose.
        order: OrderId,
        /// Who says so.
        by: StaffId,
    },
    /// A person transfers it back.
    SentBack {
        /// Which credit.
        notice: NoticeId,
        /// Who says so.
        by: StaffId,
    },
}

/// What a credit's history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It came, and is so.
    Came(Life),
    /// A person assigned it.
    Assigned(OrderId, StaffId),
    /// It paid an order.
    Taken(OrderId),
    /// The order did not take it.
    NotTaken(OrderId),
    /// It went back.
    SentBack(StaffId),
}

/// Why the desk said no. Nothing changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The bank told of it before.
    #[error("credit {0} is known")]
    NoticeKnown(NoticeId),
    /// The bank never told of it.
    #[error("credit {0} is not known")]
    NoticeUnknown(NoticeId),
    /// It is somebody's already, or on its way back.
    #[error("credit {0} is not in doubt")]
    NotUnclear(NoticeId),
    /// No such order waits for money here.
    #[error("order {0} waits for no money here")]
    NotExpected(OrderId),
    /// The order waits for another amount.
    #[error("order {order} waits for {wanted}, not {came}")]
    AmountDiffers {
        /// Which order.
        order: OrderId,
        /// What it waits for.
        wanted: Money,
        /// What came.
        came: Money,
    },
    /// Nothing came, which is no credit.
    #[error("a credit of {0} is none")]
    AmountInvalid(Money),
}

impl Deposits {
    /// Puts a desk together as the store has it.
    #[must_use]
    pub const fn new(
        bank: BankId,
        expected: BTreeMap<OrderId, Expected>,
        notices: BTreeMap<NoticeId, (Notice, Life)>,
    ) -> Self {
        Self { bank, expected, notices }
    }

    /// Takes one fact and says what must happen, in order.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] as it says; nothing changed then.
    ///
    /// **Repeat** a credit that the bank tells again is refused by its number, and so booked once.
    pub fn step(&mut self, input: Input, _now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        match input {
            Input::Expected(order, expected) => {
                self.expected.insert(order, expected);
                Ok(Vec::new())
            }
            Input::NotExpected(order) => {
                self.expected.remove(&order);
                Ok(Vec::new())
            }
            Input::Credited(notice) => self.credited(notice),
            Input::Taken(notice, order) => self.taken(notice, order),
            Input::NotTaken(notice, order) => self.not_taken(notice, order),
            Input::Assigned { notice, order, by } => self.assigned(notice, order, by),
            Input::SentBack { notice, by } => self.sent_back(notice, by),
        }
    }

    /// A credit in doubt waits for a person, however long.
    #[must_use]
    pub const fn next_deadline(&self) -> Option<Timestamp> {
        None
    }

    /// Returns the credits and where they stand.
    pub fn notices(&self) -> impl Iterator<Item = (&Notice, &Life)> {
        self.notices.values().map(|(notice, life)| (notice, life))
    }

    /// Returns the orders that a credit may be for: its amount fits, and more of what it says fits
    /// none better.
    #[must_use]
    pub fn candidates(&self, notice: &Notice) -> Vec<OrderId> {
        let fits = self.expected.iter().filter(|(_, one)| one.amount == notice.amount);
        fits.map(|(order, _)| *order).collect()
    }

    fn credited(&mut self, notice: Notice) -> Result<Vec<Effect>, Refusal> {
        if self.notices.contains_key(&notice.id) {
            return Err(Refusal::NoticeKnown(notice.id));
        }
        if notice.amount.minor <= 0 {
            return Err(Refusal::AmountInvalid(notice.amount));
        }
        let found = self.match_to(&notice);
        let life = found.map_or(Life::Unclear, Life::Offered);
        let mut effects = vec![self.record(&notice.id, Event::Came(life.clone()))];
        let key = PostingKey::DepositIn(self.bank.clone(), notice.id.clone());
        let booking = deposit_in(&self.bank, notice.amount);
        effects.extend(booking.map(|booking| Effect::Post(Posting { key, booking })));
        match found {
            Some(order) => effects.push(self.tell(order, &notice)),
            None => effects.push(self.ask(&notice)),
        }
        self.notices.insert(notice.id.clone(), (notice, life));
        Ok(effects)
    }

    /// The one order that is meant, if the credit leaves no doubt.
    fn match_to(&self, notice: &Notice) -> Option<OrderId> {
        let said = [bare(&notice.depositor), bare(&notice.memo)];
        let numbers = |one: &Expected| {
            let number = bare(&one.number);
            !number.is_empty() && said.iter().any(|text| text.contains(&number))
        };
        let name = |one: &Expected| bare(&one.depositor) == bare(&notice.depositor);
        // Whoever writes a number means that order, whatever the amount: a wrong amount is a doubt.
        let numbered: Vec<OrderId> = self.orders(numbers);
        if !numbered.is_empty() {
            let fitting = numbered.first().filter(|_| numbered.len() == 1);
            return fitting.copied().filter(|order| self.amount_fits(order, notice));
        }
        let mut named = self.orders(name);
        named.retain(|order| self.amount_fits(order, notice));
        named.first().copied().filter(|_| named.len() == 1)
    }

    fn orders(&self, is: impl Fn(&Expected) -> bool) -> Vec<OrderId> {
        self.expected.iter().filter(|(_, one)| is(one)).map(|(order, _)| *order).collect()
    }

    fn amount_fits(&self, order: &OrderId, notice: &Notice) -> bool {
        self.expected.get(order).is_some_and(|one| one.amount == notice.amount)
    }

    fn taken(&mut self, notice: NoticeId, order: OrderId) -> Result<Vec<Effect>, Refusal> {
        let (_, life) = self.get(&notice)?;
        if *life != Life::Offered(order) {
            return Err(Refusal::NotUnclear(notice));
        }
        *life = Life::Taken(order);
        self.expected.remove(&order);
        Ok(vec![self.record(&notice, Event::Taken(order))])
    }

    fn not_taken(&mut self, notice: NoticeId, order: OrderId) -> Result<Vec<Effect>, Refusal> {
        let (credit, life) = self.get(&notice)?;
        if *life != Life::Offered(order) {
            return Err(Refusal::NotUnclear(notice));
        }
        *life = Life::Unclear;
        let credit = credit.clone();
        let record = self.record(&notice, Event::NotTaken(order));
        Ok(vec![record, self.ask(&credit)])
    }

    fn assigned(
        &mut self,
        notice: NoticeId,
        order: OrderId,
        by: StaffId,
    ) -> Result<Vec<Effect>, Refusal> {
        let wanted = self.expected.get(&order).map(|one| one.amount);
        let wanted = wanted.ok_or(Refusal::NotExpected(order))?;
        let (credit, life) = self.get(&notice)?;
        if *life != Life::Unclear {
            return Err(Refusal::NotUnclear(notice));
        }
        if credit.amount != wanted {
            return Err(Refusal::AmountDiffers { order, wanted, came: credit.amount });
        }
        *life = Life::Offered(order);
        let credit = credit.clone();
        let record = self.record(&notice, Event::Assigned(order, by));
        Ok(vec![record, self.tell(order, &credit)])
    }

    fn sent_back(&mut self, notice: NoticeId, by: StaffId) -> Result<Vec<Effect>, Refusal> {
        let (credit, life) = self.get(&notice)?;
        if *life != Life::Unclear {
            return Err(Refusal::NotUnclear(notice));
        }
        *life = Life::SentBack;
        let amount = credit.amount;
        let mut effects = vec![self.record(&notice, Event::SentBack(by))];
        let key = PostingKey::DepositBack(self.bank.clone(), notice.clone());
        let booking = deposit_back(&self.bank, amount);
        effects.extend(booking.map(|booking| Effect::Post(Posting { key, booking })));
        effects.push(Effect::SendBack { bank: self.bank.clone(), notice, amount });
        Ok(effects)
    }

    fn get(&mut self, notice: &NoticeId) -> Result<&mut (Notice, Life), Refusal> {
        self.notices.get_mut(notice).ok_or_else(|| Refusal::NoticeUnknown(notice.clone()))
    }

    fn tell(&self, order: OrderId, notice: &Notice) -> Effect {
        let (bank, id) = (self.bank.clone(), notice.id.clone());
        let told = order::Input::DepositMatched { bank, notice: id, amount: notice.amount };
        Effect::Order { order, told: Box::new(told) }
    }

    fn ask(&self, notice: &Notice) -> Effect {
        let (bank, candidates) = (self.bank.clone(), self.candidates(notice));
        Effect::Ask(Question::WhoseDeposit { bank, notice: notice.id.clone(), candidates })
    }

    fn record(&self, notice: &NoticeId, event: Event) -> Effect {
        Effect::Record(Record::Deposit(self.bank.clone(), notice.clone(), event))
    }
}

/// What remains of a text when it is compared: banks cut spaces and hyphens and change letters.
fn bare(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;

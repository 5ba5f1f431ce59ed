//! Orders: placed, paid, sent in parts, taken back, exchanged, refunded; each step on a timeline.
//!
//! Owns the life of one order over several shops, one part a shop. It grants itself nothing: stock
//! and coupons do, and money comes through the relay or the desk for deposits; each is asked by an
//! effect and answers by an input, in any order and at any pace.
//!
//! | chapter | what it decides |
//! |---|---|
//! | `words` | inputs, events and refusals |
//! | `part` | units and money of each line |
//! | `placing` | granted, waiting for money, secured, charged, paid or ended |
//! | `shipping` | parcels, delivery, units taken out before they are sent |
//! | `returns` | things that come back |
//! | `exchange` | things that come back for others |
//! | `refunds` | money that goes back, by which way, and what happens when it does not |
//! | `restore` | what is stored, and taken up again |
//! | `standing` | read-only questions |

mod exchange;
mod part;
mod placing;
mod refunds;
mod restore;
mod returns;
mod shipping;
mod standing;
mod words;

pub use exchange::{Exchange, ExchangeLife};
pub use part::{LineAccount, Part, UnitCounts};
pub use refunds::{Refund, RefundLife};
pub use restore::{Damaged, Stored};
pub use returns::{Return, ReturnLife};
pub use shipping::{Content, Parcel, ParcelLife};
pub use standing::{MoneySummary, PartStanding, Standing};
pub use words::{By, Ending, Event, Input, Moment, Refusal, Shipment, Target};

use super::customer::{Contact, Customer};
use super::effect::{Effect, Record};
use super::mail::{Mail, Step};
use super::posting::{Posting, PostingKey};
use crate::calendar::DAY_MS;
use crate::ledger::Booking;
use crate::time::Timestamp;
use baton_protocol::ids::{BankId, CartId, CouponCode, NoticeId, OrderId, ShopId, TransactionId};
use baton_protocol::money::Currency;
use std::collections::BTreeSet;
use std::fmt;

/// Promised units outlive the time to pay by an hour, so that a payment in the last second finds
/// them.
pub const RESERVE_GRACE_MS: u64 = 60 * 60 * 1_000;
/// A customer may send things back for seven days after delivery (Act on Consumer Protection in
/// Electronic Commerce, article 17); staff may take them back later.
pub const RETURN_MS: u64 = 7 * DAY_MS;
/// Other units are promised for an exchange this long, while the first ones travel back.
pub const EXCHANGE_MS: u64 = 14 * DAY_MS;
/// Exchanges of one order: more is not a mistake in size but a quarrel, which a person ends.
pub const EXCHANGES_MAX: usize = 20;
/// Returns, and price reductions, of one order: an order has at most a hundred lines.
pub const RETURNS_MAX: usize = 500;

/// The number that people read, say and write beside a transfer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderNumber(String);

impl OrderNumber {
    /// Takes 6 to 20 capital letters, digits and hyphens: short enough for a bank's form, long
    /// enough not to stand in one by chance.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let sign = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-';
        ((6..=20).contains(&text.len()) && text.bytes().all(sign)).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How an order is to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// By card or wallet, through the relay.
    Card,
    /// By a transfer to an account of the mall.
    Transfer {
        /// Which account.
        bank: BankId,
        /// Who will transfer.
        depositor: String,
    },
}

/// What never changes about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Which one.
    pub id: OrderId,
    /// The number for people.
    pub number: OrderNumber,
    /// Who ordered.
    pub customer: Customer,
    /// Where it goes.
    pub contact: Contact,
    /// The cart it was.
    pub cart: CartId,
    /// The shop for which the relay collects: the mall's own.
    pub collector: ShopId,
    /// How it is paid.
    pub method: Method,
    /// The coupon that it wants to spend.
    pub coupon: Option<CouponCode>,
    /// In which currency all of it is.
    pub currency: Currency,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it ends if nobody pays.
    pub pay_by: Timestamp,
}

/// What an order was paid with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// A transaction of the relay.
    Card(TransactionId),
    /// A deposit.
    Deposit(BankId, NoticeId),
    /// There was nothing to pay.
    Nothing,
}

/// Who grants something to an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grantor {
    /// A shop's stock.
    Stock(ShopId),
    /// The coupon.
    Coupon,
}

/// Where an order stands, with exactly the data of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// Stock and coupon are asked.
    Reserving {
        /// Who has not answered.
        waiting: BTreeSet<Grantor>,
        /// Who has granted.
        granted: BTreeSet<Grantor>,
    },
    /// It is the customer's turn.
    AwaitingPayment,
    /// Money is there or about to be taken: stock is asked to make its promise firm.
    Securing {
        /// Shops that have not answered.
        waiting: BTreeSet<ShopId>,
        /// Shops that have nothing any more.
        lost: BTreeSet<ShopId>,
        /// With what it is paid.
        means: Means,
    },
    /// The relay has it; only the relay's final word ends this.
    Charging(TransactionId),
    /// The money is here; the parts go their ways.
    Paid(Means),
    /// Over without money.
    Cancelled(Ending),
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    facts: Facts,
    life: Life,
    parts: Vec<Part>,
    parcels: Vec<Parcel>,
    returns: Vec<Return>,
    exchanges: Vec<Exchange>,
    refunds: Vec<Refund>,
    timeline: Vec<Moment>,
    postings: u32,
    charges: u32,
}

pub(super) type Stepped = Result<Vec<Effect>, Refusal>;

impl Order {
    /// Takes one fact and says what must happen, in order.
    ///
    /// # Errors
    /// Each variant of [`Refusal`] as it says; nothing changed then.
    ///
    /// **Repeat** an answer of stock, coupon, relay or desk that comes again changes nothing; what
    /// people do counts each time and is refused when nothing is left to do it to.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Stepped {
        if let Input::DepositMatched { notice, bank, .. } = &input
            && !matches!(self.life, Life::AwaitingPayment)
        {
            return Ok(vec![self.leave_deposit(bank, notice)]);
        }
        match self.life.clone() {
            Life::Reserving { waiting, granted } => {
                self.step_reserving(waiting, granted, input, now)
            }
            Life::AwaitingPayment => self.step_awaiting(input, now),
            Life::Securing { waiting, lost, means } => {
                self.step_securing(waiting, lost, means, input, now)
            }
            Life::Charging(transaction) => self.step_charging(transaction, input, now),
            Life::Paid(means) => self.step_paid(&means, input, now),
            Life::Cancelled(_) => self.step_cancelled(&input),
        }
    }

    /// Returns when the order wants to be woken with [`Input::DeadlinePassed`].
    #[must_use]
    pub const fn next_deadline(&self) -> Option<Timestamp> {
        match self.life {
            Life::Reserving { .. } | Life::AwaitingPayment => Some(self.facts.pay_by),
            Life::Securing { .. } | Life::Charging(_) | Life::Paid(_) | Life::Cancelled(_) => None,
        }
    }

    /// What happens to a paid order.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_paid(&mut self, means: &Means, input: Input, now: Timestamp) -> Stepped {
        match input {
            Input::Shipped(shipment) => self.shipped(shipment, now),
            Input::Delivered(parcel) => self.delivered(parcel, now),
            Input::UnitsCancelled { shop, line, quantity, by } => {
                self.units_cancelled(&shop, line, quantity, by, now)
            }
            Input::ReturnAsked { shop, line, option, quantity, by } => {
                self.return_asked(&shop, line, option, quantity, by, now)
            }
            Input::ReturnArrived { number, condition, deduction, by } => {
                self.return_arrived(number, condition, deduction, by, now)
            }
            Input::ReturnClosed { number, by } => self.return_closed(number, by, now),
            Input::ExchangeAsked { shop, line, from, to, quantity, by } => {
                self.exchange_asked(&shop, line, from, to, quantity, by, now)
            }
            Input::ExchangeArrived { number, condition, by } => {
                self.exchange_arrived(number, condition, by, now)
            }
            Input::ExchangeClosed { number, by } => self.exchange_closed(number, by, now),
            Input::ReplacementShipped { number, carrier, tracking, by } => {
                self.replacement_shipped(number, carrier, tracking, by, now)
            }
            Input::StockReserved { round, .. } => self.exchange_reserved(round, now),
            Input::StockKept { round, .. } => self.exchange_kept(round, now),
            Input::StockRefused { round, .. } => self.exchange_refused(round, now),
            Input::PriceReduced { shop, target, amount, by } => {
                self.price_reduced(&shop, target, amount, by, now)
            }
            Input::RefundDone(number) => self.refund_done(number, now),
            Input::RefundRefused(number) => self.refund_refused(number, now),
            Input::RefundTriedAgain { number, by } => self.refund_again(number, by, now),
            Input::RefundByBank { number, by } => self.refund_by_bank(number, by, now),
            Input::RefundPaidOut { number, bank, by } => {
                self.refund_paid_out(number, &bank, by, now)
            }
            Input::ChargeApproved(transaction) if *means == Means::Card(transaction) => {
                Ok(Vec::new())
            }
            Input::CouponGranted | Input::CouponRefused | Input::DeadlinePassed => Ok(Vec::new()),
            other => Err(self.refuse(&other)),
        }
    }

    fn refuse(&self, input: &Input) -> Refusal {
        Refusal::NotNow { life: self.life.word(), input: input.word() }
    }

    /// Writes a moment on the timeline.
    fn note(&mut self, event: Event, now: Timestamp) -> Effect {
        self.timeline.push(Moment { at: now, event: event.clone() });
        Effect::Record(Record::Order(self.facts.id, event))
    }

    /// Books something under the order's next key.
    fn post(&mut self, booking: Option<Booking>) -> Option<Effect> {
        let booking = booking?;
        let key = PostingKey::Order(self.facts.id, self.postings);
        self.postings = self.postings.saturating_add(1);
        Some(Effect::Post(Posting { key, booking }))
    }

    fn mail(&self, step: Step) -> Effect {
        Effect::Mail(Mail::of_order(self.facts.customer.clone(), self.facts.id, step))
    }

    fn part(&self, shop: &ShopId) -> Result<&Part, Refusal> {
        let found = self.parts.iter().find(|part| part.shop == *shop);
        found.ok_or_else(|| Refusal::PartUnknown(shop.clone()))
    }

    fn line(&mut self, shop: &ShopId, line: usize) -> Result<&mut LineAccount, Refusal> {
        let part = self.parts.iter_mut().find(|part| part.shop == *shop);
        let part = part.ok_or_else(|| Refusal::PartUnknown(shop.clone()))?;
        part.lines.get_mut(line).ok_or(Refusal::LineUnknown(line))
    }
}

/// Numbers things of an order from 1 on, as people count.
fn number_after(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1)
}

/// Finds what has this number.
fn place_of(number: u32) -> Option<usize> {
    number.checked_sub(1).and_then(|place| usize::try_from(place).ok())
}

#[cfg(test)]
mod tests;

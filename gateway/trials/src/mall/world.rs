//! A mall that is being played: every machine, every message on its way, every promise watched.
//!
//! Owns how effects are carried: at once where the real shell does it in one transaction (books,
//! figures, mails), later and in any order where machines talk. Messages from one machine to
//! another keep their order; an answer to an order may come twice. Next: `people`, who act.

use super::fair::{BEGIN, Fair};
use super::promises::Breach;
use super::tally::Tally;
use baton_core::ledger::{Account, Booking, Books, Entry, Phase};
use baton_core::mall::cart::{self, Cart};
use baton_core::mall::coupon::{self, Coupon};
use baton_core::mall::deposit::{self, Deposits};
use baton_core::mall::effect::{Effect, Record};
use baton_core::mall::order::{self, Order};
use baton_core::mall::posting::PostingKey;
use baton_core::mall::sales::Figure;
use baton_core::mall::stock::{self, Shelf, Stock};
use baton_core::time::Timestamp;
use baton_protocol::ids::{
    BankId, CartId, CouponCode, DestinationId, OrderId, ShopId, TransactionId,
};
use baton_protocol::money::Money;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What is spoiled on purpose, to see that it is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Sabotage {
    /// Nothing.
    None,
    /// Units that are sold stay on the shelf.
    ForgetSell,
    /// What was given back is not counted.
    ForgetTally,
    /// What is owed back is not booked.
    ForgetPosting,
    /// A mail is sent twice.
    MailTwice,
    /// A use of a coupon is never counted as spent.
    CouponTwice,
    /// A stock says yes when it has nothing.
    OversellLast,
}

/// Something on its way from one machine to another.
#[derive(Debug, Clone)]
pub enum Message {
    /// To a stock.
    Stock(ShopId, stock::Input),
    /// To a coupon.
    Coupon(CouponCode, coupon::Input),
    /// To a cart.
    Cart(CartId, cart::Input),
    /// To an order.
    Order(OrderId, order::Input),
    /// To the desk.
    Desk(deposit::Input),
}

/// Between whom: messages of one channel keep their order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Channel {
    pub order: OrderId,
    pub other: String,
    pub inwards: bool,
}

/// A refund at the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiveBack {
    pub order: OrderId,
    pub refund: u32,
    pub transaction: TransactionId,
    pub entry: Entry,
    pub amount: Money,
}

/// Everything.
#[derive(Debug)]
pub struct World {
    pub fair: Fair,
    pub now: Timestamp,
    pub bank: BankId,
    pub collector: ShopId,
    pub destination: DestinationId,
    pub stocks: BTreeMap<ShopId, Stock>,
    pub coupons: BTreeMap<CouponCode, Coupon>,
    pub carts: BTreeMap<CartId, Cart>,
    pub orders: BTreeMap<OrderId, Order>,
    pub desk: Deposits,
    pub books: Books,
    pub figures: Vec<Figure>,
    pub mails: BTreeSet<String>,
    pub postings: BTreeSet<PostingKey>,
    pub on_way: BTreeMap<Channel, VecDeque<Message>>,
    pub charges: Vec<(OrderId, TransactionId, Money)>,
    pub give_backs: Vec<GiveBack>,
    pub pay_outs: Vec<(OrderId, u32, Money)>,
    pub transfers: VecDeque<deposit::Notice>,
    pub tally: Tally,
    pub counts: BTreeMap<&'static str, u64>,
    pub sabotage: Sabotage,
    numbers: u128,
}

/// A step that broke a promise.
pub type Played = Result<(), Breach>;

impl World {
    /// Opens the mall with empty shelves.
    ///
    /// # Errors
    /// When a word of the tables is none.
    pub fn open(fair: &Fair, sabotage: Sabotage) -> anyhow::Result<Self> {
        let mut stocks = BTreeMap::new();
        for shop in fair.fees.keys() {
            let mine = fair.prices.iter().filter(|price| price.shop == *shop);
            let shelves = mine.map(|price| (price.item.clone(), Shelf::default())).collect();
            stocks.insert(shop.clone(), Stock::restore(shop.clone(), shelves, BTreeMap::new()));
        }
        let coupon = |(code, terms): &(CouponCode, coupon::Terms)| {
            (code.clone(), Coupon::new(code.clone(), terms.clone(), BTreeMap::new()))
        };
        let bank: BankId = "hana-1".parse()?;
        Ok(Self {
            now: BEGIN,
            desk: Deposits::new(bank.clone(), BTreeMap::new(), BTreeMap::new()),
            bank,
            collector: "mall".parse()?,
            destination: "acquirer".parse()?,
            stocks,
            coupons: fair.coupons.iter().map(coupon).collect(),
            carts: BTreeMap::new(),
            orders: BTreeMap::new(),
            books: Books::default(),
            figures: Vec::new(),
            mails: BTreeSet::new(),
            postings: BTreeSet::new(),
            on_way: BTreeMap::new(),
            charges: Vec::new(),
            give_backs: Vec::new(),
            pay_outs: Vec::new(),
            transfers: VecDeque::new(),
            tally: Tally::default(),
            counts: BTreeMap::new(),
            sabotage,
            numbers: 0,
            fair: fair.clone(),
        })
    }

    /// Makes an id that no other has.
    ///
    /// # Errors
    /// [`Breach`] when the number is no id.
    pub fn number<I: std::str::FromStr>(&mut self) -> Result<I, Breach> {
        self.numbers += 1;
        let made = format!("{:032x}", self.numbers).parse();
        made.map_err(|_| Breach::of("ids", "a number is no id".to_owned()))
    }

    /// Counts that something happened.
    pub fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// Carries effects out, or sends them on their way.
    ///
    /// # Errors
    /// [`Breach`] of the first promise that does not hold.
    pub fn carry(&mut self, effects: Vec<Effect>) -> Played {
        let mut recorded = false;
        for effect in effects {
            recorded |= effect.is_record();
            if protected(&effect) && !recorded {
                return Err(Breach::of("written down first", format!("{effect:?}")));
            }
            self.carry_one(effect)?;
        }
        Ok(())
    }

    fn carry_one(&mut self, effect: Effect) -> Played {
        match effect {
            Effect::Record(record) => self.recorded(&record),
            Effect::Post(posting) => return self.post(&posting.key, &posting.booking),
            Effect::Tally(figure) => {
                let back = figure.way == baton_core::mall::sales::Way::Back;
                if !(back && self.sabotage == Sabotage::ForgetTally) {
                    self.figures.push(figure);
                }
            }
            Effect::Stock { shop, ask } => {
                let order = asker(&ask);
                self.send(order, shop.as_str(), false, Message::Stock(shop.clone(), ask));
            }
            Effect::Coupon { code, ask } => {
                let order = match &ask {
                    coupon::Input::Hold(order, _)
                    | coupon::Input::Spend(order)
                    | coupon::Input::Release(order) => Some(*order),
                };
                self.send(order, "coupon", false, Message::Coupon(code, ask));
            }
            Effect::Cart { cart, told } => {
                self.send(None, "cart", false, Message::Cart(cart, told));
            }
            Effect::Order { order, told } => {
                let from = answerer(&told);
                self.send(Some(order), &from, true, Message::Order(order, *told));
            }
            Effect::Deposits { bank: _, told } => {
                self.send(told_by(&told), "desk", false, Message::Desk(told));
            }
            Effect::Charge { order, transaction, collector: _, amount } => {
                self.charges.push((order, transaction, amount));
            }
            Effect::GiveBack { order, refund, attempt: _, original: _, amount } => {
                return self.ask_relay(order, refund, amount);
            }
            Effect::PayOut { order, refund, amount } => self.pay_outs.push((order, refund, amount)),
            Effect::SendBack { amount, .. } => self.tally.bank -= amount.minor,
            Effect::Ask(_) => self.count("a person is asked"),
            Effect::Mail(mail) => {
                let fresh = self.mails.insert(mail.key());
                let again = self.sabotage == Sabotage::MailTwice && self.mails.len() == 3;
                if !fresh || again {
                    return Err(Breach::of("one mail a key", mail.key()));
                }
            }
            Effect::Storefront { .. } => {}
        }
        Ok(())
    }

    fn post(&mut self, key: &PostingKey, booking: &Booking) -> Played {
        let is_return = |line: &baton_core::ledger::Line| {
            matches!(&line.account, Account::Mall(account)
                if matches!(account, baton_core::ledger::chart::MallAccount::Returned(_)))
        };
        if self.sabotage == Sabotage::ForgetPosting && booking.entry.lines().iter().any(is_return) {
            return Ok(());
        }
        if !self.postings.insert(key.clone()) {
            return Err(Breach::of("one entry a key", key.to_string()));
        }
        let id = self.number()?;
        self.book(id, booking)
    }

    /// Books what a relay transaction or the mall moves.
    ///
    /// # Errors
    /// [`Breach`] when the books refuse it.
    pub fn book(&mut self, id: TransactionId, booking: &Booking) -> Played {
        let booked = self.books.book(id, booking);
        booked.map_err(|refused| Breach::of("the books take every entry", refused.to_string()))
    }

    /// A refund at the relay is reserved when it is asked for, as the relay itself does.
    fn ask_relay(&mut self, order: OrderId, refund: u32, amount: Money) -> Played {
        let transaction = self.number()?;
        let (clearing, merchant) = self.relay_accounts();
        let entry = Entry::transfer(merchant, clearing, amount).unwrap_or_default();
        self.book(transaction, &Booking { phase: Phase::Pending, entry: entry.clone() })?;
        self.give_backs.push(GiveBack { order, refund, transaction, entry, amount });
        Ok(())
    }

    /// What a destination owes, and for whom the relay collects.
    pub fn relay_accounts(&self) -> (Account, Account) {
        let clearing = Account::Clearing(self.destination.clone());
        (clearing, Account::Merchant(self.collector.clone()))
    }

    /// The first ones are back and there are no others: those units are back for good.
    fn exchange_failed(&mut self, id: OrderId, number: u32) {
        let Some(order) = self.orders.get(&id) else { return };
        let place = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        let Some(one) = order.exchanges().get(place) else { return };
        if one.life == order::ExchangeLife::PaidBack {
            self.tally.line_back((id, &one.shop, one.line), i64::from(one.quantity), 0);
        }
    }

    fn send(&mut self, order: Option<OrderId>, other: &str, inwards: bool, message: Message) {
        let Some(order) = order else {
            // Nobody's order: it may come at any time.
            let fresh = self.number().ok();
            return fresh.map_or((), |order| self.send(Some(order), other, inwards, message));
        };
        let channel = Channel { order, other: other.to_owned(), inwards };
        self.on_way.entry(channel).or_default().push_back(message);
    }

    fn recorded(&mut self, record: &Record) {
        let what = match record {
            Record::Order(_, event) => super::words::of_order(event),
            Record::Stock(_, event) => super::words::of_stock(event),
            Record::Deposit(_, _, event) => super::words::of_deposit(event),
            Record::Coupon(_, event) => super::words::of_coupon(event),
            Record::Cart(_, _) => "cart: changed",
            Record::Shop(..) | Record::Goods(..) | Record::Member(..) => "other",
        };
        self.count(what);
        if let Record::Order(order, order::Event::PartLost(shop)) = record {
            self.tally.part_lost(*order, shop);
        }
        if let Record::Order(order, order::Event::ExchangeRefused(number)) = record {
            self.exchange_failed(*order, *number);
        }
    }
}

/// What must not happen before it is written down.
const fn protected(effect: &Effect) -> bool {
    match effect {
        Effect::Post(_)
        | Effect::Charge { .. }
        | Effect::GiveBack { .. }
        | Effect::PayOut { .. }
        | Effect::SendBack { .. }
        | Effect::Mail(_)
        | Effect::Tally(_)
        | Effect::Storefront { .. } => true,
        Effect::Record(_)
        | Effect::Stock { .. }
        | Effect::Coupon { .. }
        | Effect::Cart { .. }
        | Effect::Order { .. }
        | Effect::Deposits { .. }
        | Effect::Ask(_) => false,
    }
}

/// For whom a stock is asked.
const fn asker(ask: &stock::Input) -> Option<OrderId> {
    match ask {
        stock::Input::Reserve { hold, .. }
        | stock::Input::Keep { hold, .. }
        | stock::Input::Release { hold, .. }
        | stock::Input::Sell { hold, .. }
        | stock::Input::TakeBack { from: hold, .. } => Some(hold.order),
        stock::Input::Received(..)
        | stock::Input::Counted { .. }
        | stock::Input::Corrected { .. }
        | stock::Input::LowAt(..)
        | stock::Input::DeadlinePassed => None,
    }
}

/// Who answers an order.
fn answerer(told: &order::Input) -> String {
    if let order::Input::StockReserved { shop, .. }
    | order::Input::StockKept { shop, .. }
    | order::Input::StockRefused { shop, .. } = told
    {
        return shop.to_string();
    }
    told.word().to_owned()
}

const fn told_by(told: &deposit::Input) -> Option<OrderId> {
    match told {
        deposit::Input::Expected(order, _)
        | deposit::Input::NotExpected(order)
        | deposit::Input::Taken(_, order)
        | deposit::Input::NotTaken(_, order)
        | deposit::Input::Assigned { order, .. } => Some(*order),
        deposit::Input::Credited(_) | deposit::Input::SentBack { .. } => None,
    }
}

//! Everything that the mall can do to the world, as its machines ask for it.
//!
//! Owns the list and its order: a `Record` stands before whatever it protects. Whoever carries
//! effects out does so once each and, from one machine to another, in their order: stock, coupons
//! and postings in the transaction that records them, or through an outbox by their keys, as mails
//! and charges. Next: [`super::mail`].

use super::coupon;
use super::deposit;
use super::goods::Item;
use super::mail::Mail;
use super::order;
use super::posting::Posting;
use super::sales::Figure;
use super::stock;
use super::{cart, goods, member, shop};
use baton_protocol::ids::{
    BankId, CartId, CouponCode, GoodsId, MemberId, NoticeId, OrderId, ShopId, TransactionId,
};
use baton_protocol::money::Money;

/// Something that must happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write down the machine as it stands, with this in its history.
    Record(Record),
    /// Book an entry.
    Post(Posting),
    /// Count a sale, or what was given back of one.
    Tally(Figure),
    /// Ask a shop's stock.
    Stock {
        /// Whose.
        shop: ShopId,
        /// What.
        ask: stock::Input,
    },
    /// Ask a coupon.
    Coupon {
        /// Which.
        code: CouponCode,
        /// What.
        ask: coupon::Input,
    },
    /// Tell a cart what became of its order.
    Cart {
        /// Which.
        cart: CartId,
        /// What.
        told: cart::Input,
    },
    /// Tell an order.
    Order {
        /// Which.
        order: OrderId,
        /// What.
        told: Box<order::Input>,
    },
    /// Tell the desk for deposits of one account.
    Deposits {
        /// Which account.
        bank: BankId,
        /// What.
        told: deposit::Input,
    },
    /// Pay by card or wallet: a transaction of the relay, executed by the gateway.
    Charge {
        /// For which order.
        order: OrderId,
        /// Under which number.
        transaction: TransactionId,
        /// For whom it is collected.
        collector: ShopId,
        /// How much.
        amount: Money,
    },
    /// Give money back through the relay: a refund of the transaction that took it.
    GiveBack {
        /// Of which order.
        order: OrderId,
        /// Which refund of it.
        refund: u32,
        /// Which try, from 1: each is a transaction of its own.
        attempt: u32,
        /// The approved transaction.
        original: TransactionId,
        /// How much.
        amount: Money,
    },
    /// Give money back by bank transfer, which a person does and confirms.
    PayOut {
        /// Of which order.
        order: OrderId,
        /// Which refund of it.
        refund: u32,
        /// How much.
        amount: Money,
    },
    /// Send a deposit back by bank transfer, which a person does.
    SendBack {
        /// Where it came.
        bank: BankId,
        /// Which deposit.
        notice: NoticeId,
        /// How much.
        amount: Money,
    },
    /// Call a person to decide.
    Ask(Question),
    /// Send a mail, once for each key.
    Mail(Mail),
    /// Make a shop's pages anew, or take them away.
    Storefront {
        /// Whose.
        shop: ShopId,
        /// What is shown from now on.
        shown: shop::Shown,
    },
}

/// What is written down, in whose history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A shop's.
    Shop(ShopId, shop::Event),
    /// Goods'.
    Goods(ShopId, GoodsId, goods::Event),
    /// A stock's.
    Stock(ShopId, stock::Event),
    /// A coupon's.
    Coupon(CouponCode, coupon::Event),
    /// A cart's.
    Cart(CartId, cart::Event),
    /// An order's timeline.
    Order(OrderId, order::Event),
    /// A deposit's.
    Deposit(BankId, NoticeId, deposit::Event),
    /// A member's.
    Member(MemberId, member::Event),
}

/// What only a person can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// A deposit fits no order, or several.
    WhoseDeposit {
        /// Where it came.
        bank: BankId,
        /// Which.
        notice: NoticeId,
        /// Orders that it may be for.
        candidates: Vec<OrderId>,
    },
    /// The destination did not give money back.
    RefundRefused {
        /// Of which order.
        order: OrderId,
        /// Which refund of it.
        refund: u32,
    },
    /// Stock that counts less than what is promised.
    CountShort {
        /// Whose.
        shop: ShopId,
        /// Of what.
        item: Item,
        /// How many units too few.
        missing: u32,
    },
}

impl Effect {
    /// Tells whether this writes down, rather than acts.
    #[must_use]
    pub const fn is_record(&self) -> bool {
        matches!(self, Self::Record(_))
    }
}

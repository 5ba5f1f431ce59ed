//! What an order is told, what its timeline says, and why it says no.
//!
//! Owns the words only; each is used in the chapter of its step. Next: `part`.

use super::{Life, Means};
use crate::mall::stock::Condition;
use crate::time::Timestamp;
use baton_protocol::ids::{BankId, NoticeId, OptionId, ShopId, StaffId, TransactionId};
use baton_protocol::money::Money;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// Who ordered.
    Customer,
    /// Somebody of the shop.
    Staff(StaffId),
}

/// What is sent in one parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// By which shop.
    pub shop: ShopId,
    /// Who carries it.
    pub carrier: String,
    /// Under which number.
    pub tracking: String,
    /// Units of lines; a line stands here once.
    pub units: Vec<(usize, u32)>,
    /// Who packed it.
    pub by: StaffId,
}

/// What a price is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A line of the part.
    Line(usize),
    /// The way.
    Shipping,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A shop's stock promises for a time, in round 0 for the order, later for its exchanges.
    StockReserved {
        /// Which shop's.
        shop: ShopId,
        /// 0, or the number of the exchange.
        round: u32,
    },
    /// Its promise is firm.
    StockKept {
        /// Which shop's.
        shop: ShopId,
        /// 0, or the number of the exchange.
        round: u32,
    },
    /// It does not.
    StockRefused {
        /// Which shop's.
        shop: ShopId,
        /// 0, or the number of the exchange.
        round: u32,
    },
    /// The coupon can be spent.
    CouponGranted,
    /// It cannot.
    CouponRefused,
    /// The customer pays by card or wallet now.
    CardShown(TransactionId),
    /// The relay's last word: charged.
    ChargeApproved(TransactionId),
    /// The relay's last word: not charged.
    ChargeFailed(TransactionId),
    /// A deposit fits.
    DepositMatched {
        /// Where it came.
        bank: BankId,
        /// Which.
        notice: NoticeId,
        /// How much.
        amount: Money,
    },
    /// Somebody does not want it any more, before it is paid.
    Cancelled(By),
    /// A parcel leaves.
    Shipped(Shipment),
    /// A parcel has arrived.
    Delivered(u32),
    /// Units are taken out before they are sent.
    UnitsCancelled {
        /// Of which shop.
        shop: ShopId,
        /// Of which line.
        line: usize,
        /// How many.
        quantity: u32,
        /// Who wants it.
        by: By,
    },
    /// The customer wants to send something back.
    ReturnAsked {
        /// Of which shop.
        shop: ShopId,
        /// Of which line.
        line: usize,
        /// Which option the customer has.
        option: OptionId,
        /// How many.
        quantity: u32,
        /// Who wants it.
        by: By,
    },
    /// It came.
    ReturnArrived {
        /// Which return.
        number: u32,
        /// In which shape.
        condition: Condition,
        /// What is kept of the price, as for the way back.
        deduction: Money,
        /// Who took it.
        by: StaffId,
    },
    /// It does not come, or is not taken: the customer keeps it.
    ReturnClosed {
        /// Which return.
        number: u32,
        /// Who says so.
        by: By,
    },
    /// The customer wants another option instead.
    ExchangeAsked {
        /// Of which shop.
        shop: ShopId,
        /// Of which line.
        line: usize,
        /// Which option the customer has.
        from: OptionId,
        /// Which option instead, and what one costs now.
        to: (OptionId, Money),
        /// How many.
        quantity: u32,
        /// Who wants it.
        by: By,
    },
    /// The first ones came back.
    ExchangeArrived {
        /// Which exchange.
        number: u32,
        /// In which shape.
        condition: Condition,
        /// Who took them.
        by: StaffId,
    },
    /// They do not come: the customer keeps them.
    ExchangeClosed {
        /// Which exchange.
        number: u32,
        /// Who says so.
        by: By,
    },
    /// The others leave.
    ReplacementShipped {
        /// Which exchange.
        number: u32,
        /// Who carries them.
        carrier: String,
        /// Under which number.
        tracking: String,
        /// Who packed them.
        by: StaffId,
    },
    /// Something is taken off a price that was paid.
    PriceReduced {
        /// Of which shop.
        shop: ShopId,
        /// Off what.
        target: Target,
        /// How much.
        amount: Money,
        /// Who decided.
        by: StaffId,
    },
    /// The relay gave a refund's money back.
    RefundDone(u32),
    /// The relay did not.
    RefundRefused(u32),
    /// A person lets the relay try again.
    RefundTriedAgain {
        /// Which refund.
        number: u32,
        /// Who decided.
        by: StaffId,
    },
    /// A person will transfer it instead.
    RefundByBank {
        /// Which refund.
        number: u32,
        /// Who decided.
        by: StaffId,
    },
    /// A person has transferred it.
    RefundPaidOut {
        /// Which refund.
        number: u32,
        /// From which account.
        bank: BankId,
        /// Who did.
        by: StaffId,
    },
    /// Look at the clock.
    DeadlinePassed,
}

/// How an order ended without money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// A shop had not enough.
    OutOfStock(ShopId),
    /// The coupon could not be spent.
    CouponRefused,
    /// Nobody paid in time.
    TimeOver,
    /// Somebody wanted it so.
    Wanted(By),
}

/// What a timeline says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It was placed, for so much.
    Placed(Money),
    /// All of it is promised.
    Reserved,
    /// It is about to be paid.
    PaymentBegan(Means),
    /// The relay was asked.
    ChargeBegan(TransactionId),
    /// It was not charged.
    ChargeFailed(TransactionId),
    /// The money is here.
    Paid(Means),
    /// A shop had nothing left when the money came.
    PartLost(ShopId),
    /// Over without money.
    Ended(Ending),
    /// A parcel left.
    Shipped(u32, StaffId),
    /// A parcel arrived.
    Delivered(u32),
    /// Units were taken out: shop, line, how many.
    UnitsCancelled(ShopId, usize, u32, By),
    /// A return is on its way.
    ReturnAsked(u32, By),
    /// It came.
    ReturnArrived(u32, Condition, StaffId),
    /// It did not.
    ReturnClosed(u32, By),
    /// An exchange is wanted.
    ExchangeAsked(u32, By),
    /// There are others for it.
    ExchangeGranted(u32),
    /// There are none.
    ExchangeRefused(u32),
    /// The first ones came back.
    ExchangeArrived(u32, Condition, StaffId),
    /// They did not.
    ExchangeClosed(u32, By),
    /// Something was taken off a price.
    PriceReduced(Target, Money, StaffId),
    /// Money is to go back.
    RefundBegan(u32, Money),
    /// It is there.
    RefundDone(u32),
    /// The relay did not give it back.
    RefundRefused(u32),
    /// A person decided how to go on.
    RefundDecided(u32, StaffId),
}

/// One point of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
}

/// Why an order said no. Nothing changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The state has no such step.
    #[error("an order that is {life} takes no {input}")]
    NotNow {
        /// Where it stands.
        life: &'static str,
        /// What was told.
        input: &'static str,
    },
    /// A payment is under way: its end comes first.
    #[error("the order is being paid")]
    PaymentUnderWay,
    /// The time to pay is over, though nobody has looked at the clock.
    #[error("the time to pay is over")]
    TooLate,
    /// It is to be paid otherwise.
    #[error("the order is not paid by card")]
    MethodDiffers,
    /// No part of that shop.
    #[error("the order has no part of shop {0}")]
    PartUnknown(ShopId),
    /// No such line.
    #[error("the part has no line {0}")]
    LineUnknown(usize),
    /// No parcel, return, exchange or refund of that number.
    #[error("the order has no {what} {number}")]
    NumberUnknown {
        /// What was looked for.
        what: &'static str,
        /// Which.
        number: u32,
    },
    /// It stands elsewhere.
    #[error("{what} {number} is past that")]
    NumberPast {
        /// What.
        what: &'static str,
        /// Which.
        number: u32,
    },
    /// None, or more than there are in that state.
    #[error("{wanted} units wanted, {there} there")]
    UnitsInvalid {
        /// How many.
        wanted: u32,
        /// How many there are.
        there: u32,
    },
    /// A parcel without carrier, number or units, or with a line twice.
    #[error("a parcel needs a carrier, a number and units of lines that differ")]
    ShipmentInvalid,
    /// Seven days are over.
    #[error("the time to send it back is over: staff may still take it")]
    ReturnTooLate,
    /// More than there is to take it from, or nothing.
    #[error("{wanted} is not within {left}")]
    AmountInvalid {
        /// How much.
        wanted: Money,
        /// Of how much.
        left: Money,
    },
    /// The other option costs something else: it is a return and an order.
    #[error("the other option costs {there}, not {paid}")]
    PriceDiffers {
        /// What one cost.
        paid: Money,
        /// What one of the other costs.
        there: Money,
    },
    /// A bound is reached.
    #[error("an order has at most {0} of these")]
    TooMany(usize),
}

impl Life {
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Reserving { .. } => "being reserved",
            Self::AwaitingPayment => "waiting for payment",
            Self::Securing { .. } => "being secured",
            Self::Charging(_) => "being charged",
            Self::Paid(_) => "paid",
            Self::Cancelled(_) => "cancelled",
        }
    }
}

impl Input {
    /// Returns the input's word in refusals and logs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::StockReserved { .. } => "reserved stock",
            Self::StockKept { .. } => "kept stock",
            Self::StockRefused { .. } => "refused stock",
            Self::CouponGranted => "granted coupon",
            Self::CouponRefused => "refused coupon",
            Self::CardShown(_) => "card",
            Self::ChargeApproved(_) => "approved charge",
            Self::ChargeFailed(_) => "failed charge",
            Self::DepositMatched { .. } => "deposit",
            Self::Cancelled(_) => "cancellation",
            Self::Shipped(_) => "parcel",
            Self::Delivered(_) => "delivery",
            Self::UnitsCancelled { .. } => "cancelled units",
            Self::ReturnAsked { .. } => "wish to return",
            Self::ReturnArrived { .. } => "returned units",
            Self::ReturnClosed { .. } => "closed return",
            Self::ExchangeAsked { .. } => "wish to exchange",
            Self::ExchangeArrived { .. } => "units to exchange",
            Self::ExchangeClosed { .. } => "closed exchange",
            Self::ReplacementShipped { .. } => "replacement",
            Self::PriceReduced { .. } => "price reduction",
            Self::RefundDone(_) => "finished refund",
            Self::RefundRefused(_) => "refused refund",
            Self::RefundTriedAgain { .. } => "second try of a refund",
            Self::RefundByBank { .. } => "refund by bank",
            Self::RefundPaidOut { .. } => "refund that was transferred",
            Self::DeadlinePassed => "deadline",
        }
    }
}

//! Mails that the mall asks for, each with a key that no other has.
//!
//! Owns what a mail is about and its key: an outbox that holds every key once neither loses a mail
//! nor sends one twice. May not write texts; the shell has them in Korean and English. Next:
//! [`super::posting`].

use super::customer::Customer;
use super::goods::Item;
use super::member::Occasion;
use baton_protocol::ids::{MemberId, OrderId, ShopId};

/// One mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// To whom.
    pub to: Recipient,
    /// What about.
    pub about: About,
}

/// Who gets a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// Who ordered; an order's contact says where.
    Customer(Customer),
    /// Those of a shop's staff who look after its stock.
    Staff(ShopId),
}

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A step of an order.
    Order(OrderId, Step),
    /// Few units are left. The number counts how often that has happened.
    LowStock {
        /// Whose stock.
        shop: ShopId,
        /// Of what.
        item: Item,
        /// How often before and now.
        time: u32,
    },
    /// Congratulations.
    Greeting {
        /// To whom.
        member: MemberId,
        /// On what.
        occasion: Occasion,
        /// In which year.
        year: i32,
    },
}

/// A step of an order that its customer is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Where to transfer how much until when.
    TransferAwaited,
    /// The card was not charged; it can be tried again until the order ends.
    ChargeFailed(u32),
    /// The money is here.
    Paid,
    /// It ended unpaid.
    Cancelled,
    /// A parcel is on its way.
    Shipped(u32),
    /// A parcel has arrived.
    Delivered(u32),
    /// Units were taken out before they were sent.
    UnitsCancelled(u32),
    /// What to send back, and where.
    ReturnAsked(u32),
    /// It came back.
    ReturnArrived(u32),
    /// It was not taken back.
    ReturnClosed(u32),
    /// What to send back for something else.
    ExchangeAwaited(u32),
    /// There is nothing to exchange it for.
    ExchangeClosed(u32),
    /// Something was taken off the price.
    PriceReduced(u32),
    /// Money was given back.
    Refunded(u32),
}

impl Step {
    /// Returns the step's word and number in keys.
    #[must_use]
    pub const fn key(self) -> (&'static str, u32) {
        match self {
            Self::TransferAwaited => ("transfer_awaited", 0),
            Self::ChargeFailed(time) => ("charge_failed", time),
            Self::Paid => ("paid", 0),
            Self::Cancelled => ("cancelled", 0),
            Self::Shipped(parcel) => ("shipped", parcel),
            Self::Delivered(parcel) => ("delivered", parcel),
            Self::UnitsCancelled(number) => ("units_cancelled", number),
            Self::ReturnAsked(number) => ("return_asked", number),
            Self::ReturnArrived(number) => ("return_arrived", number),
            Self::ReturnClosed(number) => ("return_closed", number),
            Self::ExchangeAwaited(number) => ("exchange_awaited", number),
            Self::ExchangeClosed(number) => ("exchange_closed", number),
            Self::PriceReduced(number) => ("price_reduced", number),
            Self::Refunded(number) => ("refunded", number),
        }
    }
}

impl Mail {
    /// Makes a mail to who ordered.
    #[must_use]
    pub const fn of_order(customer: Customer, order: OrderId, step: Step) -> Self {
        Self { to: Recipient::Customer(customer), about: About::Order(order, step) }
    }

    /// Returns the key that no other mail has.
    #[must_use]
    pub fn key(&self) -> String {
        match &self.about {
            About::Order(order, step) => {
                let (word, number) = step.key();
                format!("order/{order}/{word}/{number}")
            }
            About::LowStock { shop, item, time } => format!("stock/{shop}/{item}/{time}"),
            About::Greeting { member, occasion, year } => {
                format!("greeting/{member}/{}/{year}", occasion.word())
            }
        }
    }
}

//! What the counts of a replay call each event.
//!
//! Owns words only, sorted by whose event it is. Next: `replay`.

use baton_core::mall::order::Event as OrderEvent;
use baton_core::mall::stock::Event as StockEvent;
use baton_core::mall::{coupon, deposit, stock};

/// Names an event of an order.
#[must_use]
pub const fn of_order(event: &OrderEvent) -> &'static str {
    match event {
        OrderEvent::Placed(_) => "order: placed",
        OrderEvent::Reserved => "order: stock granted",
        OrderEvent::PaymentBegan(_) => "order: payment began",
        OrderEvent::ChargeBegan(_) => "order: card charge began",
        OrderEvent::ChargeFailed(_) => "order: card declined",
        OrderEvent::Paid(_) => "order: paid",
        OrderEvent::PartLost(_) => "order: stock gone when the deposit came",
        OrderEvent::Ended(_) => "order: ended unpaid",
        OrderEvent::Shipped(..) => "order: parcel sent",
        OrderEvent::Delivered(_) => "order: parcel delivered",
        OrderEvent::UnitsCancelled(..) => "order: units cancelled",
        OrderEvent::ReturnAsked(..) => "return: asked",
        OrderEvent::ReturnArrived(..) => "return: arrived",
        OrderEvent::ReturnClosed(..) => "return: closed",
        OrderEvent::ExchangeAsked(..) => "exchange: asked",
        OrderEvent::ExchangeGranted(_) => "exchange: stock granted",
        OrderEvent::ExchangeRefused(_) => "exchange: nothing to send",
        OrderEvent::ExchangeArrived(..) => "exchange: first ones came back",
        OrderEvent::ExchangeClosed(..) => "exchange: closed",
        OrderEvent::PriceReduced(..) => "refund: price reduced",
        OrderEvent::RefundBegan(..) => "refund: began",
        OrderEvent::RefundDone(_) => "refund: done",
        OrderEvent::RefundRefused(_) => "refund: refused by the destination",
        OrderEvent::RefundDecided(..) => "refund: decided by a person",
    }
}

/// Names an event of a stock.
#[must_use]
pub const fn of_stock(event: &StockEvent) -> &'static str {
    match event {
        StockEvent::Changed { reason, .. } => match reason {
            stock::Reason::Received => "stock: received",
            stock::Reason::Counted => "stock: counted",
            stock::Reason::Damaged
            | stock::Reason::Lost
            | stock::Reason::Found
            | stock::Reason::Used
            | stock::Reason::SentBack => "stock: corrected",
        },
        StockEvent::LowAtSet(..) => "stock: low mark set",
        StockEvent::Reserved(..) => "stock: reserved",
        StockEvent::Kept(_) => "stock: made firm",
        StockEvent::Released(..) => "stock: released",
        StockEvent::Expired(_) => "stock: reservation expired",
        StockEvent::Sold(..) => "stock: sold",
        StockEvent::TakenBack(..) => "stock: taken back",
    }
}

/// Names an event of a deposit.
#[must_use]
pub const fn of_deposit(event: &deposit::Event) -> &'static str {
    match event {
        deposit::Event::Came(deposit::Life::Unclear) => "deposit: came, in doubt",
        deposit::Event::Came(
            deposit::Life::Offered(_) | deposit::Life::Taken(_) | deposit::Life::SentBack,
        ) => "deposit: came, matched",
        deposit::Event::Assigned(..) => "deposit: assigned by a person",
        deposit::Event::Taken(_) => "deposit: paid an order",
        deposit::Event::NotTaken(_) => "deposit: late or doubled",
        deposit::Event::SentBack(_) => "deposit: sent back",
    }
}

/// Names an event of a coupon.
#[must_use]
pub const fn of_coupon(event: &coupon::Event) -> &'static str {
    match event {
        coupon::Event::Held(_) => "coupon: held",
        coupon::Event::Spent(_) => "coupon: spent",
        coupon::Event::Released(_) => "coupon: released",
    }
}

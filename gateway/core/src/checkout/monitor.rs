//! What the shop's monitor shows of an order: goods and where it stands, nothing of the person.
//!
//! Owns the lines. May not show questions, answers, risks or why somebody is sent another way:
//! staff and bystanders read it. Next: [`super::bank`].

use super::basket::Basket;
use baton_protocol::money::Money;

/// Lines of goods on a monitor; the rest is said in one line.
pub const MONITOR_LINES_MAX: usize = 12;

/// Where an order stands, as a shop needs to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The order is placed; the shopper is not found near a beacon yet.
    Placed,
    /// The shopper is here and being approved.
    Approving,
    /// The payment is under way.
    Paying,
    /// Paid: the goods may leave, or are delivered.
    Paid,
    /// It came to nothing.
    Ended,
}

/// One line of the monitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MonitorLine {
    /// Where it stands.
    Standing(Standing),
    /// Goods.
    Goods {
        /// What they are called.
        name: String,
        /// How many.
        pieces: u32,
    },
    /// So many lines of goods are not shown.
    More(usize),
    /// The sum.
    Total(Money),
}

/// Returns the monitor's lines of an order.
#[must_use]
pub fn lines(basket: &Basket, standing: Standing) -> Vec<MonitorLine> {
    let goods = basket.lines().iter().take(MONITOR_LINES_MAX);
    let goods =
        goods.map(|line| MonitorLine::Goods { name: line.name.clone(), pieces: line.pieces });
    let more = basket.lines().len().saturating_sub(MONITOR_LINES_MAX);
    std::iter::once(MonitorLine::Standing(standing))
        .chain(goods)
        .chain((more > 0).then_some(MonitorLine::More(more)))
        .chain([MonitorLine::Total(basket.total())])
        .collect()
}

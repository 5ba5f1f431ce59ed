//! What must hold: after every step, and when everything on its way has arrived.
//!
//! Owns the list of promises. May not repair anything. Next: `replay`.

use super::fair::won;
use super::world::{Played, World};
use baton_core::ledger::chart::MallAccount;
use baton_core::ledger::{Account, Side};
use baton_core::mall::coupon::Use;
use baton_core::mall::order::{ExchangeLife, Life, Order};
use baton_core::mall::price::plus;
use baton_core::mall::sales::reconcile;
use baton_core::mall::stock::Stock;
use baton_protocol::money::Currency;
use std::collections::BTreeMap;

/// A promise that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{promise}: {detail}")]
pub struct Breach {
    /// Which one.
    pub promise: &'static str,
    /// In what it shows.
    pub detail: String,
}

impl Breach {
    /// Names a promise that does not hold.
    #[must_use]
    pub const fn of(promise: &'static str, detail: String) -> Self {
        Self { promise, detail }
    }
}

fn hold(holds: bool, promise: &'static str, detail: impl FnOnce() -> String) -> Played {
    if holds { Ok(()) } else { Err(Breach::of(promise, detail())) }
}

/// Checks what holds after every step.
///
/// # Errors
/// The first [`Breach`].
pub fn always(world: &World) -> Played {
    for stock in world.stocks.values() {
        shelves(stock)?;
    }
    for order in world.orders.values() {
        order_holds(world, order)?;
    }
    nothing_oversold(world)?;
    coupons(world)
}

/// Checks what holds when nothing is on its way any more.
///
/// # Errors
/// The first [`Breach`].
pub fn at_rest(world: &World) -> Played {
    units_as_tallied(world)?;
    money_as_tallied(world)?;
    for shop in world.stocks.keys() {
        let same = reconcile(world.figures.iter(), &world.books, shop, Currency::KRW);
        same.map_err(|differs| Breach::of("sales equal the ledger", differs.to_string()))?;
    }
    Ok(())
}

fn shelves(stock: &Stock) -> Played {
    let mut held: BTreeMap<_, u32> = BTreeMap::new();
    for (_, one) in stock.holds() {
        for (item, units) in &one.units {
            *held.entry(item).or_default() += units;
        }
    }
    for (item, shelf) in stock.shelves() {
        let promised = held.get(item).copied().unwrap_or(0);
        let told = || format!("{item}: {shelf:?}, held {promised}");
        hold(shelf.reserved() == promised, "reserved is what orders hold", told)?;
        hold(shelf.reserved() <= shelf.on_hand(), "never oversold", told)?;
    }
    Ok(())
}

fn order_holds(world: &World, order: &Order) -> Played {
    let (money, id) = (order.money(), order.facts().id);
    let told = || format!("order {id}: {money:?}, refunds {:?}", order.refunds());
    let tally = world.tally.orders.get(&id);
    let lines = money.goods.minor - money.discounts.minor + money.shipping.minor;
    hold(lines == money.total.minor, "an order is its lines less discounts plus shipping", told)?;
    hold(money.total == order.total(), "an order is the sum of its parts", told)?;
    hold(tally.is_some_and(|one| one.total == lines), "an order costs what was shown", told)?;
    let promised = order.refunds().iter().fold(won(0), |sum, one| plus(sum, one.amount));
    hold(promised.minor <= money.paid.minor, "never more back than paid", told)?;
    hold(promised == money.given_back, "what is given back is refunded", told)?;
    let back = world.tally.given_back(id);
    hold(back == money.given_back.minor, "what is given back is what units were worth", told)?;
    let paid = matches!(order.life(), Life::Paid(_));
    let times = tally.map_or(0, |one| one.payments);
    hold(times == u32::from(paid), "an order is paid once", || format!("{times}: {order:?}"))?;
    for line in order.parts().iter().flat_map(|part| &part.lines) {
        let told = || format!("order {id}: {:?}", line.units);
        hold(line.units.in_all() == line.line.quantity, "every unit is somewhere", told)?;
        hold(line.given_back.minor <= line.line.total().minor, "no line gives more back", told)?;
    }
    Ok(())
}

/// What paid orders wait for is in the shop, whatever is still on its way.
fn nothing_oversold(world: &World) -> Played {
    for stock in world.stocks.values() {
        let mut promised: BTreeMap<_, u64> = BTreeMap::new();
        for order in world.orders.values().filter(|one| matches!(one.life(), Life::Paid(_))) {
            let parts = order.parts().iter().filter(|part| part.shop == *stock.shop());
            for line in parts.flat_map(|part| &part.lines) {
                *promised.entry(&line.line.item).or_default() += u64::from(line.units.waiting);
            }
        }
        for (item, units) in promised {
            let there = stock.lookup(item).map_or(0, |shelf| u64::from(shelf.on_hand()));
            let told = || format!("{item}: {units} paid for and not sent, {there} there");
            hold(units <= there, "what is paid for is there", told)?;
        }
    }
    Ok(())
}

fn coupons(world: &World) -> Played {
    for coupon in world.coupons.values() {
        let uses: Vec<&Use> = coupon.uses().map(|(_, one)| one).collect();
        let fits = uses.len() <= usize::try_from(coupon.terms().uses).unwrap_or(usize::MAX);
        hold(fits, "a coupon is used as often as it says", || format!("{coupon:?}"))?;
    }
    Ok(())
}

fn units_as_tallied(world: &World) -> Played {
    for stock in world.stocks.values() {
        for (item, shelf) in stock.shelves() {
            let key = (stock.shop().clone(), item.clone());
            let there = world.tally.there.get(&key).copied().unwrap_or(0);
            let out = world.tally.out.get(&key).copied().unwrap_or(0);
            let told = || format!("{item}: {shelf:?}, tally {there} there and {out} out");
            hold(i64::from(shelf.on_hand()) == there, "stock is what people moved", told)?;
            hold(i64::from(shelf.sold()) == out, "sold is what left and stayed out", told)?;
        }
        for (id, one) in stock.holds() {
            let wanted = world.orders.get(&id.order).is_some_and(|order| waits(order, id.round));
            hold(wanted, "nothing is held for nobody", || format!("{id}: {one:?}"))?;
        }
    }
    let spent = world.coupons.values().flat_map(|coupon| coupon.uses());
    let spent = spent.filter(|(_, one)| matches!(one, Use::Spent(_))).count();
    let paid = world.orders.values().filter(|order| keeps_coupon(order)).count();
    hold(spent == paid, "each paid order spends its coupon once", || format!("{spent} {paid}"))
}

fn keeps_coupon(order: &Order) -> bool {
    let lost = |event: &baton_core::mall::order::Moment| {
        matches!(event.event, baton_core::mall::order::Event::PartLost(_))
    };
    let parts_lost = order.timeline().iter().filter(|one| lost(one)).count();
    let paid = matches!(order.life(), Life::Paid(_));
    paid && order.facts().coupon.is_some() && parts_lost < order.parts().len()
}

fn waits(order: &Order, round: u32) -> bool {
    if round == 0 {
        return match order.life() {
            Life::Reserving { .. } | Life::AwaitingPayment | Life::Securing { .. } => true,
            Life::Charging(_) => true,
            Life::Paid(_) => order
                .parts()
                .iter()
                .any(|part| part.lines.iter().any(|line| line.units.waiting > 0)),
            Life::Cancelled(_) => false,
        };
    }
    let place = usize::try_from(round.saturating_sub(1)).unwrap_or(usize::MAX);
    order.exchanges().get(place).is_some_and(|one| match one.life {
        ExchangeLife::Reserving
        | ExchangeLife::Awaiting
        | ExchangeLife::Securing
        | ExchangeLife::Ready => true,
        ExchangeLife::Sent | ExchangeLife::Closed | ExchangeLife::PaidBack => false,
    })
}

fn money_as_tallied(world: &World) -> Played {
    let (clearing, merchant) = world.relay_accounts();
    let posted = |account: &Account, side| world.books.posted(account, Currency::KRW).on(side);
    let bank = Account::Mall(MallAccount::Bank(world.bank.clone()));
    let deposits = Account::Mall(MallAccount::Deposits(world.bank.clone()));
    let equal = |account: &Account, side, wanted: i64| {
        let there = posted(account, side);
        let told = || format!("{account} has {there}, people moved {wanted}");
        hold(there == i128::from(wanted), "the ledger is what people moved", told)
    };
    equal(&clearing, Side::Debit, world.tally.relay)?;
    equal(&bank, Side::Debit, world.tally.bank)?;
    // Everything was brought to its end, so nothing may be left in between.
    equal(&deposits, Side::Credit, 0)?;
    equal(&merchant, Side::Credit, 0)?;
    for shop in world.stocks.keys() {
        equal(&Account::Mall(MallAccount::RefundDue(shop.clone())), Side::Credit, 0)?;
    }
    Ok(())
}

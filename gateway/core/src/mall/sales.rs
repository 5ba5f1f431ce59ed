//! Sales figures: what was sold, by day, month, supplier and goods.
//!
//! Owns the table and its comparison with the ledger, which came another way: figures are counted
//! by line, the ledger by shop. May not read orders; it is fed with [`Figure`]s. Next:
//! [`super::member`].

use super::price::{less, nothing, plus};
use crate::calendar::Date;
use crate::ledger::chart::MallAccount;
use crate::ledger::{Account, Books, Side};
use crate::time::Timestamp;
use baton_protocol::ids::{GoodsId, OrderId, ShopId, SupplierId};
use baton_protocol::money::{Currency, Money};
use std::collections::BTreeMap;

/// One thing that was sold or given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// When.
    pub at: Timestamp,
    /// By which shop.
    pub shop: ShopId,
    /// In which order.
    pub order: OrderId,
    /// What.
    pub what: Sold,
    /// Sold or given back.
    pub way: Way,
    /// Units; 0 when only money was given back.
    pub quantity: u32,
    /// All of it, tax included.
    pub gross: Money,
    /// The tax within.
    pub vat: Money,
}

/// What was sold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sold {
    /// Goods, of a supplier or the shop's own.
    Goods(GoodsId, Option<SupplierId>),
    /// The way to the customer.
    Shipping,
}

/// Which way it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the customer.
    Out,
    /// Back, or money off.
    Back,
}

/// What a table is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Each day.
    Day,
    /// Each month.
    Month,
    /// Each supplier.
    Supplier,
    /// Each of the goods.
    Goods,
}

/// The name of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A day.
    Day(Date),
    /// A month, by its first day.
    Month(Date),
    /// A supplier.
    Supplier(SupplierId),
    /// Goods.
    Goods(GoodsId),
    /// The shop's own goods, in a table by supplier.
    Own,
    /// The way to customers.
    Shipping,
}

/// A row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Units sold.
    pub sold: u64,
    /// Units that came back or were not sent.
    pub back: u64,
    /// What was sold, tax included.
    pub gross: Money,
    /// What was given back of it, tax included.
    pub refunds: Money,
    /// The tax on what remains.
    pub vat: Money,
}

/// Which figures a table is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// From this moment.
    pub from: Timestamp,
    /// Until before this one.
    pub until: Timestamp,
    /// Where clocks stand for the shop's days, in minutes before UTC.
    pub offset_minutes: i32,
}

/// A figure that the ledger has otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{account} has {ledger} in the ledger and {figures} in the figures")]
pub struct Differs {
    /// Where.
    pub account: Account,
    /// The ledger's balance.
    pub ledger: i128,
    /// The figures' sum.
    pub figures: i128,
}

impl Row {
    fn empty(currency: Currency) -> Self {
        let zero = nothing(currency);
        Self { sold: 0, back: 0, gross: zero, refunds: zero, vat: zero }
    }

    /// Returns what remains without tax.
    #[must_use]
    pub const fn net(&self) -> Money {
        less(less(self.gross, self.refunds), self.vat)
    }

    fn add(&mut self, figure: &Figure) {
        let quantity = u64::from(figure.quantity);
        match figure.way {
            Way::Out => {
                self.sold = self.sold.saturating_add(quantity);
                self.gross = plus(self.gross, figure.gross);
                self.vat = plus(self.vat, figure.vat);
            }
            Way::Back => {
                self.back = self.back.saturating_add(quantity);
                self.refunds = plus(self.refunds, figure.gross);
                self.vat = less(self.vat, figure.vat);
            }
        }
    }

    /// Adds another row to this one: a table's last line.
    pub fn include(&mut self, other: &Self) {
        self.sold = self.sold.saturating_add(other.sold);
        self.back = self.back.saturating_add(other.back);
        self.gross = plus(self.gross, other.gross);
        self.refunds = plus(self.refunds, other.refunds);
        self.vat = plus(self.vat, other.vat);
    }
}

impl Period {
    /// Returns all time, on Korea's days.
    #[must_use]
    pub const fn always() -> Self {
        Self {
            from: Timestamp::from_ms(i64::MIN),
            until: Timestamp::from_ms(i64::MAX),
            offset_minutes: crate::calendar::SEOUL_OFFSET_MINUTES,
        }
    }

    /// Tells whether a moment is in it.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// Makes a table of the figures of one currency in a period.
#[must_use]
pub fn table<'f>(
    figures: impl Iterator<Item = &'f Figure>,
    currency: Currency,
    period: Period,
    by: By,
) -> BTreeMap<Key, Row> {
    let mut rows = BTreeMap::new();
    for figure in figures.filter(|one| period.holds(one.at) && one.gross.currency == currency) {
        let row = rows.entry(key(figure, period, by)).or_insert_with(|| Row::empty(currency));
        row.add(figure);
    }
    rows
}

/// Adds up a table's rows.
#[must_use]
pub fn total<'r>(rows: impl Iterator<Item = &'r Row>, currency: Currency) -> Row {
    let mut total = Row::empty(currency);
    rows.for_each(|row| total.include(row));
    total
}

/// Compares all figures of one shop with the ledger, to the minor unit.
///
/// # Errors
/// [`Differs`] with the first account that differs.
pub fn reconcile<'f>(
    figures: impl Iterator<Item = &'f Figure>,
    books: &Books,
    shop: &ShopId,
    currency: Currency,
) -> Result<(), Differs> {
    let (mut sales, mut returned, mut vat) = (0_i128, 0_i128, 0_i128);
    for one in figures.filter(|one| one.shop == *shop && one.gross.currency == currency) {
        let net = i128::from(less(one.gross, one.vat).minor);
        let tax = i128::from(one.vat.minor);
        match one.way {
            Way::Out => {
                sales = sales.saturating_add(net);
                vat = vat.saturating_add(tax);
            }
            Way::Back => {
                returned = returned.saturating_add(net);
                vat = vat.saturating_sub(tax);
            }
        }
    }
    let accounts = [
        (MallAccount::Sales(shop.clone()), Side::Credit, sales),
        (MallAccount::Returned(shop.clone()), Side::Debit, returned),
        (MallAccount::Vat(shop.clone()), Side::Credit, vat),
    ];
    for (account, side, figures) in accounts {
        let account = Account::Mall(account);
        let ledger = books.posted(&account, currency).on(side);
        if ledger != figures {
            return Err(Differs { account, ledger, figures });
        }
    }
    Ok(())
}

fn key(figure: &Figure, period: Period, by: By) -> Key {
    let day = Date::at(figure.at, period.offset_minutes);
    match (by, &figure.what) {
        (By::Day, _) => Key::Day(day),
        (By::Month, _) => Key::Month(Date::new(day.year(), day.month(), 1).unwrap_or(day)),
        (By::Supplier | By::Goods, Sold::Shipping) => Key::Shipping,
        (By::Supplier, Sold::Goods(_, None)) => Key::Own,
        (By::Supplier, Sold::Goods(_, Some(supplier))) => Key::Supplier(supplier.clone()),
        (By::Goods, Sold::Goods(goods, _)) => Key::Goods(goods.clone()),
    }
}

#[cfg(test)]
mod tests;

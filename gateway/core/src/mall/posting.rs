//! What each business event of the mall means for the books.
//!
//! Owns the choice of accounts. A sale counts when its money is here: the receipt is given then,
//! and that is when its tax is owed. Card money comes in and goes out on the relay's `merchant`
//! account of the shop that collects it, bank money on `mall:deposits`. Next: [`super::sales`].

use super::price::less;
use crate::ledger::chart::MallAccount;
use crate::ledger::{Account, Booking, Entry, Line, Phase, Side};
use baton_protocol::ids::{BankId, NoticeId, OrderId, ShopId};
use baton_protocol::money::Money;
use std::fmt;

/// An entry and the key that no other entry has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Which one.
    pub key: PostingKey,
    /// What is booked.
    pub booking: Booking,
}

/// Which entry: the shell makes its number in the ledger from this, so a second booking of the same
/// is refused there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostingKey {
    /// So many postings of an order came before it.
    Order(OrderId, u32),
    /// A deposit came.
    DepositIn(BankId, NoticeId),
    /// It was sent back.
    DepositBack(BankId, NoticeId),
}

impl fmt::Display for PostingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Order(order, number) => write!(f, "mall/order/{order}/{number}"),
            Self::DepositIn(bank, notice) => write!(f, "mall/deposit/{bank}/{notice}/in"),
            Self::DepositBack(bank, notice) => write!(f, "mall/deposit/{bank}/{notice}/back"),
        }
    }
}

/// What one shop gets of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Credit {
    /// A sale: all of it and the tax within.
    Sold { shop: ShopId, gross: Money, vat: Money },
    /// Money for what cannot be delivered: it is owed back.
    Owed { shop: ShopId, amount: Money },
}

/// Money that is here becomes sales, tax, and what is owed back.
pub(super) fn payment(from: Account, total: Money, credits: Vec<Credit>) -> Option<Booking> {
    let mut lines = vec![debit(from, total)];
    for one in credits {
        match one {
            Credit::Sold { shop, gross, vat } => {
                lines.push(credit(MallAccount::Sales(shop.clone()), less(gross, vat)));
                lines.push(credit(MallAccount::Vat(shop), vat));
            }
            Credit::Owed { shop, amount } => {
                lines.push(credit(MallAccount::RefundDue(shop), amount));
            }
        }
    }
    book(lines)
}

/// A decision to give back: the sale and its tax shrink, the customer is owed.
pub(super) fn returned(shop: &ShopId, gross: Money, vat: Money) -> Option<Booking> {
    book(vec![
        debit(Account::Mall(MallAccount::Returned(shop.clone())), less(gross, vat)),
        debit(Account::Mall(MallAccount::Vat(shop.clone())), vat),
        credit(MallAccount::RefundDue(shop.clone()), gross),
    ])
}

/// What is owed goes where the relay takes a refund from.
pub(super) fn to_collector(shop: &ShopId, collector: &ShopId, amount: Money) -> Option<Booking> {
    let due = Account::Mall(MallAccount::RefundDue(shop.clone()));
    between(due, Account::Merchant(collector.clone()), amount)
}

/// The relay did not give it back: it is owed again.
pub(super) fn from_collector(shop: &ShopId, collector: &ShopId, amount: Money) -> Option<Booking> {
    let due = Account::Mall(MallAccount::RefundDue(shop.clone()));
    between(Account::Merchant(collector.clone()), due, amount)
}

/// A person transferred what was owed.
pub(super) fn paid_out(shop: &ShopId, bank: &BankId, amount: Money) -> Option<Booking> {
    let due = Account::Mall(MallAccount::RefundDue(shop.clone()));
    between(due, Account::Mall(MallAccount::Bank(bank.clone())), amount)
}

/// A deposit came and belongs to no order yet.
pub(super) fn deposit_in(bank: &BankId, amount: Money) -> Option<Booking> {
    let account = Account::Mall(MallAccount::Bank(bank.clone()));
    between(account, Account::Mall(MallAccount::Deposits(bank.clone())), amount)
}

/// It was sent back.
pub(super) fn deposit_back(bank: &BankId, amount: Money) -> Option<Booking> {
    let account = Account::Mall(MallAccount::Bank(bank.clone()));
    between(Account::Mall(MallAccount::Deposits(bank.clone())), account, amount)
}

fn between(debit_to: Account, credit_to: Account, amount: Money) -> Option<Booking> {
    let from = Line { account: credit_to, side: Side::Credit, amount };
    book(vec![debit(debit_to, amount), from])
}

fn debit(account: Account, amount: Money) -> Line {
    Line { account, side: Side::Debit, amount }
}

fn credit(account: MallAccount, amount: Money) -> Line {
    Line { account: Account::Mall(account), side: Side::Credit, amount }
}

/// Lines of zero are left out; a booking of nothing is none. The lines above balance by
/// construction, which `order/tests` holds for every order.
fn book(mut lines: Vec<Line>) -> Option<Booking> {
    lines.retain(|line| line.amount.minor != 0);
    Booking::of(Phase::Posted, Entry::new(lines).unwrap_or_default())
}

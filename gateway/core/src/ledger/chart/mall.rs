//! The mall's accounts: sales, tax, what is owed to customers, and money that came by bank.
//!
//! Owns their text forms and floors. `mall/posting.rs` chooses among them; the relay's `merchant`
//! account of the collecting shop is where card money comes in and goes out. Next: [`crate::mall`].

use crate::ledger::{AccountUnknown, Side};
use baton_protocol::ids::{BankId, ShopId};
use std::fmt;
use std::str::FromStr;

/// An account of the mall.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MallAccount {
    /// Money on an account at a bank.
    Bank(BankId),
    /// Money that came there and belongs to no order yet.
    Deposits(BankId),
    /// What a shop has sold, without tax.
    Sales(ShopId),
    /// What of that was given back, without tax.
    Returned(ShopId),
    /// Tax on sales less tax on what was given back: what a shop owes the tax office.
    Vat(ShopId),
    /// What a shop's customers get back and have not got yet.
    RefundDue(ShopId),
}

impl MallAccount {
    /// Returns the side on which the account may not fall below zero, if it has such a floor.
    ///
    /// Nobody gets back what was not owed to him, and no more tax and sales than there were. A bank
    /// account has none: card money that settles there is not booked by the mall.
    #[must_use]
    pub const fn floor(&self) -> Option<Side> {
        match self {
            Self::Bank(_) => None,
            Self::Returned(_) => Some(Side::Debit),
            Self::Deposits(_) | Self::Sales(_) | Self::Vat(_) | Self::RefundDue(_) => {
                Some(Side::Credit)
            }
        }
    }
}

impl FromStr for MallAccount {
    type Err = AccountUnknown;

    fn from_str(text: &str) -> Result<Self, AccountUnknown> {
        let (kind, owner) = text.split_once(':').ok_or(AccountUnknown)?;
        let bank = || owner.parse().map_err(|_| AccountUnknown);
        let shop = || owner.parse().map_err(|_| AccountUnknown);
        match kind {
            "bank" => bank().map(Self::Bank),
            "deposits" => bank().map(Self::Deposits),
            "sales" => shop().map(Self::Sales),
            "returned" => shop().map(Self::Returned),
            "vat" => shop().map(Self::Vat),
            "refund_due" => shop().map(Self::RefundDue),
            _ => Err(AccountUnknown),
        }
    }
}

impl fmt::Display for MallAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bank(bank) => write!(f, "bank:{bank}"),
            Self::Deposits(bank) => write!(f, "deposits:{bank}"),
            Self::Sales(shop) => write!(f, "sales:{shop}"),
            Self::Returned(shop) => write!(f, "returned:{shop}"),
            Self::Vat(shop) => write!(f, "vat:{shop}"),
            Self::RefundDue(shop) => write!(f, "refund_due:{shop}"),
        }
    }
}

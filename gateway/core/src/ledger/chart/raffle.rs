//! The accounts of raffle sales: escrow per sale, what people hold, what the operator earns.
//!
//! Owns their texts, their kinds and their floors. The three escrow accounts of a sale stand at
//! zero after its end; `raffle` chooses when what is booked. Next: [`crate::raffle`].

use crate::ledger::{AccountUnknown, Side};
use baton_protocol::ids::{PersonId, RaffleId};
use std::fmt;
use std::str::FromStr;

/// What an account is in the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What the operator has.
    Asset,
    /// What the operator owes.
    Liability,
    /// What the operator has earned.
    Income,
    /// What the operator has spent.
    Expense,
}

/// An account of raffle sales.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RaffleAccount {
    /// The operator's bank account.
    Bank,
    /// What the payment gateway owes until it pays out.
    PgClearing,
    /// The seller's deposit. Escrow.
    SellerDeposit(RaffleId),
    /// First payments. Escrow.
    Pot1(RaffleId),
    /// Second payments. Escrow.
    Pot2(RaffleId),
    /// What the sale owes to its seller.
    SellerPayable(RaffleId),
    /// Mileage of a person; a point is a won.
    Mileage(PersonId),
    /// What is being paid back to a person.
    RefundPayable(PersonId),
    /// The operator's commission on settled units.
    Commission,
    /// The fee in second payments.
    Fee,
    /// The operator's share of a surplus.
    Surplus,
    /// What no losing ticket could be given a whole won of.
    Rounding,
    /// Deposits and penalties of sellers who did not keep their word.
    SellerDefault,
    /// Mileage that nobody used in time.
    MileageExpired,
    /// Consolation for losing tickets.
    Consolation,
    /// Mileage given away.
    Promotion,
    /// Payments that banks took back.
    Chargeback,
    /// What the payment gateway keeps for its work.
    PgFee,
}

use RaffleAccount as A;

/// Accounts without an owner, with their words.
const SHARED: [(&str, RaffleAccount); 12] = [
    ("bank", A::Bank),
    ("chargeback", A::Chargeback),
    ("commission", A::Commission),
    ("consolation", A::Consolation),
    ("fee", A::Fee),
    ("mileage_expired", A::MileageExpired),
    ("pg_clearing", A::PgClearing),
    ("pg_fee", A::PgFee),
    ("promo", A::Promotion),
    ("rounding", A::Rounding),
    ("seller_default", A::SellerDefault),
    ("surplus", A::Surplus),
];

impl RaffleAccount {
    /// Returns what the account is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            A::Bank | A::PgClearing => Kind::Asset,
            A::SellerDeposit(_) | A::Pot1(_) | A::Pot2(_) | A::SellerPayable(_) => Kind::Liability,
            A::Mileage(_) | A::RefundPayable(_) => Kind::Liability,
            A::Commission | A::Fee | A::Surplus | A::Rounding => Kind::Income,
            A::SellerDefault | A::MileageExpired => Kind::Income,
            A::Consolation | A::Promotion | A::Chargeback | A::PgFee => Kind::Expense,
        }
    }

    /// Returns the side on which the account may not fall below zero, if it has such a floor.
    ///
    /// Nobody can be paid more than is owed, so liabilities have one. The bank pays sellers before
    /// the payment gateway pays out, and a gateway takes refunds and chargebacks out of later
    /// payouts, so neither of the two has one. Income and expense are sums, not stocks.
    #[must_use]
    pub const fn floor(&self) -> Option<Side> {
        match self.kind() {
            Kind::Liability => Some(Side::Credit),
            Kind::Asset | Kind::Income | Kind::Expense => None,
        }
    }

    /// Returns the word of the account's kind, without its owner.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            A::Bank => "bank",
            A::PgClearing => "pg_clearing",
            A::SellerDeposit(_) => "seller_deposit",
            A::Pot1(_) => "pot1",
            A::Pot2(_) => "pot2",
            A::SellerPayable(_) => "seller_payable",
            A::Mileage(_) => "mileage",
            A::RefundPayable(_) => "refund_payable",
            A::Commission => "commission",
            A::Fee => "fee",
            A::Surplus => "surplus",
            A::Rounding => "rounding",
            A::SellerDefault => "seller_default",
            A::MileageExpired => "mileage_expired",
            A::Consolation => "consolation",
            A::Promotion => "promo",
            A::Chargeback => "chargeback",
            A::PgFee => "pg_fee",
        }
    }
}

impl FromStr for RaffleAccount {
    type Err = AccountUnknown;

    fn from_str(text: &str) -> Result<Self, AccountUnknown> {
        let Some((kind, owner)) = text.split_once(':') else {
            let shared = SHARED.into_iter().find(|(word, _)| *word == text);
            return shared.map(|(_, account)| account).ok_or(AccountUnknown);
        };
        let sale = || owner.parse().map_err(|_| AccountUnknown);
        let person = || owner.parse().map_err(|_| AccountUnknown);
        match kind {
            "mileage" => person().map(A::Mileage),
            "pot1" => sale().map(A::Pot1),
            "pot2" => sale().map(A::Pot2),
            "refund_payable" => person().map(A::RefundPayable),
            "seller_deposit" => sale().map(A::SellerDeposit),
            "seller_payable" => sale().map(A::SellerPayable),
            _ => Err(AccountUnknown),
        }
    }
}

impl fmt::Display for RaffleAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.word();
        match self {
            A::SellerDeposit(sale) | A::Pot1(sale) | A::Pot2(sale) | A::SellerPayable(sale) => {
                write!(f, "{word}:{sale}")
            }
            A::Mileage(person) | A::RefundPayable(person) => write!(f, "{word}:{person}"),
            A::Bank | A::PgClearing => f.write_str(word),
            A::Commission | A::Fee | A::Surplus | A::Rounding => f.write_str(word),
            A::SellerDefault | A::MileageExpired => f.write_str(word),
            A::Consolation | A::Promotion | A::Chargeback | A::PgFee => f.write_str(word),
        }
    }
}

#[cfg(test)]
mod tests;

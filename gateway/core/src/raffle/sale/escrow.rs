//! What a sale holds for others, kept beside its postings so that a step knows what is left.
//!
//! Owns the sums of the sale's own four accounts; the ledger's are the same. Next:
//! [`super::unit`].

use crate::ledger::chart::RaffleAccount as A;
use crate::ledger::{Account, Side};
use crate::raffle::posting::Posting;
use baton_protocol::ids::RaffleId;

/// What a sale holds. **Units** won; none is ever negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Escrow {
    /// The seller's deposit.
    pub seller_deposit: i64,
    /// First payments.
    pub pot1: i64,
    /// Second payments.
    pub pot2: i64,
    /// What is owed to the seller.
    pub seller_payable: i64,
}

impl Escrow {
    /// Says whether deposit and pots are empty, as after every end.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.seller_deposit == 0 && self.pot1 == 0 && self.pot2 == 0
    }

    pub(super) fn apply(&mut self, sale: RaffleId, posting: &Posting) {
        let own = [
            (A::SellerDeposit(sale), &mut self.seller_deposit),
            (A::Pot1(sale), &mut self.pot1),
            (A::Pot2(sale), &mut self.pot2),
            (A::SellerPayable(sale), &mut self.seller_payable),
        ];
        for (account, sum) in own {
            let account = Account::Raffle(account);
            for line in posting.entry.lines().iter().filter(|line| line.account == account) {
                *sum = match line.side {
                    Side::Credit => sum.saturating_add(line.amount.minor),
                    Side::Debit => sum.saturating_sub(line.amount.minor),
                };
            }
        }
    }
}

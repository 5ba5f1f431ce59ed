//! The books of one sale that is played: the real ledger, its journal, and everybody's mileage.
//!
//! Owns how a journal writes accounts and the rule that mileage by dates and mileage by balance
//! agree. May not decide anything: what is posted comes from the machines. Next: [`super::life`].

use anyhow::{Context, bail};
use baton_core::ledger::chart::RaffleAccount as A;
use baton_core::ledger::chart::raffle::Kind;
use baton_core::ledger::{Account, Booking, Books, Line, Phase, Side};
use baton_core::raffle::posting::Posting;
use baton_core::raffle::wallet::{Input as WalletInput, Wallet};
use baton_core::time::Timestamp;
use baton_protocol::ids::{PersonId, TransactionId};
use baton_protocol::money::Currency;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How long mileage lives, in milliseconds: a year.
pub const MILEAGE_MS: u64 = 365 * 24 * 3_600 * 1_000;

/// The books.
#[derive(Debug, Default)]
pub struct SaleBooks {
    books: Books,
    wallets: BTreeMap<PersonId, Wallet>,
    journal: Vec<Posting>,
}

impl SaleBooks {
    /// Books what a machine has posted.
    ///
    /// # Errors
    /// A posting that the ledger or a wallet refuses: a fault of the rules.
    pub fn book(&mut self, posting: Posting, now: Timestamp) -> anyhow::Result<()> {
        self.enter(&posting)?;
        for line in posting.entry.lines() {
            let Account::Raffle(A::Mileage(person)) = &line.account else { continue };
            let won = line.amount.minor;
            let input = match line.side {
                Side::Debit => WalletInput::Spent { won },
                Side::Credit => WalletInput::Received { won, expires_at: now.after_ms(MILEAGE_MS) },
            };
            self.wallet(person).step(input, now)?;
        }
        self.journal.push(posting);
        Ok(())
    }

    /// Gives mileage away.
    ///
    /// # Errors
    /// Nothing, or less.
    pub fn grant(&mut self, person: &PersonId, won: i64, now: Timestamp) -> anyhow::Result<()> {
        let expires_at = now.after_ms(MILEAGE_MS);
        let posting = self.wallet(person).step(WalletInput::Granted { won, expires_at }, now)?;
        self.keep(posting)
    }

    /// Lets all mileage of a person expire that is due.
    ///
    /// # Errors
    /// A posting that the ledger refuses: a fault of the rules.
    pub fn expire(&mut self, person: &PersonId, now: Timestamp) -> anyhow::Result<()> {
        let posting = self.wallet(person).step(WalletInput::DeadlineReached, now)?;
        self.keep(posting)
    }

    fn keep(&mut self, posting: Option<Posting>) -> anyhow::Result<()> {
        let Some(posting) = posting else { return Ok(()) };
        self.enter(&posting)?;
        self.journal.push(posting);
        Ok(())
    }

    fn enter(&mut self, posting: &Posting) -> anyhow::Result<()> {
        let number = u128::try_from(self.journal.len())?;
        let id = TransactionId::new(Uuid::from_u128(number));
        let booking = Booking::of(Phase::Posted, posting.entry.clone());
        let booking = booking.context("a posting without lines")?;
        self.books.book(id, &booking).with_context(|| posting.event.word())
    }

    fn wallet(&mut self, person: &PersonId) -> &mut Wallet {
        self.wallets.entry(person.clone()).or_insert_with(|| Wallet::new(person.clone()))
    }

    /// Returns the mileage of a person. **Units** won.
    #[must_use]
    pub fn mileage(&self, person: &PersonId) -> i64 {
        self.owed(&A::Mileage(person.clone()))
    }

    /// Returns what an account owes. **Units** won.
    #[must_use]
    pub fn owed(&self, account: &A) -> i64 {
        let totals = self.books.posted(&Account::Raffle(account.clone()), Currency::KRW);
        i64::try_from(totals.on(Side::Credit)).unwrap_or(i64::MAX)
    }

    /// Returns what was posted.
    #[must_use]
    pub fn journal(&self) -> &[Posting] {
        &self.journal
    }

    /// Returns every account with debit minus credit, if that is not zero.
    pub fn balances(&self) -> impl Iterator<Item = (&A, i128)> {
        let all = self.books.balances().filter_map(|(account, _, posted, _)| {
            let Account::Raffle(account) = account else { return None };
            Some((account, posted.on(Side::Debit)))
        });
        all.filter(|(_, balance)| *balance != 0)
    }

    /// Checks the books as a whole.
    ///
    /// # Errors
    /// Says what does not agree.
    pub fn check(&self) -> anyhow::Result<()> {
        let sum: i128 = self.balances().fold(0, |sum, (_, balance)| sum.saturating_add(balance));
        if sum != 0 {
            bail!("all accounts together are {sum}, not 0");
        }
        for (account, balance) in self.balances() {
            if account.kind() == Kind::Liability && balance > 0 {
                bail!("{account} owes less than nothing: {balance}");
            }
        }
        for (person, wallet) in &self.wallets {
            let (dates, balance) = (wallet.held(), self.mileage(person));
            if dates != balance {
                bail!("mileage of {person}: {dates} by dates, {balance} by balance");
            }
        }
        Ok(())
    }
}

/// Writes an account as journals do: `A`, `L`, `I` or `E`, its word, and its owner. A seller is
/// owed under one name, because a journal is of one sale.
#[must_use]
pub fn written(account: &Account, sale: &str) -> String {
    let Account::Raffle(account) = account else { return account.to_string() };
    let kind = match account.kind() {
        Kind::Asset => 'A',
        Kind::Liability => 'L',
        Kind::Income => 'I',
        Kind::Expense => 'E',
    };
    let word = account.word();
    match account {
        A::SellerDeposit(_) | A::Pot1(_) | A::Pot2(_) => format!("{kind}:{word}:{sale}"),
        A::Mileage(person) | A::RefundPayable(person) => format!("{kind}:{word}:{person}"),
        A::SellerPayable(_) | A::Bank | A::PgClearing => format!("{kind}:{word}"),
        A::Commission | A::Fee | A::Surplus | A::Rounding => format!("{kind}:{word}"),
        A::SellerDefault | A::MileageExpired => format!("{kind}:{word}"),
        A::Consolation | A::Promotion | A::Chargeback | A::PgFee => format!("{kind}:{word}"),
    }
}

/// Returns both sides of a line; one of them is nothing.
#[must_use]
pub const fn sides(line: &Line) -> (i64, i64) {
    match line.side {
        Side::Debit => (line.amount.minor, 0),
        Side::Credit => (0, line.amount.minor),
    }
}

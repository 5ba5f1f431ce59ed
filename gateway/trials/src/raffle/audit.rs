//! Judges a life: by what a file expects of it, and by the rules that hold for every life.
//!
//! Owns the comparison line by line and the sums over a journal. Next: [`super::print`].

use super::books::{SaleBooks, sides, written};
use super::case::{Booked, BookedLine, Case, Expected};
use super::life::Played;
use anyhow::bail;
use baton_core::ledger::chart::RaffleAccount as A;
use baton_core::ledger::{Account, Side};
use baton_core::raffle::Raffle;
use baton_core::raffle::posting::{Event, Posting};
use baton_core::raffle::sale::view::State;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Writes a posting as journals do.
#[must_use]
pub fn booked(posting: &Posting, sale: &str) -> Booked {
    let lines = posting.entry.lines().iter().map(|line| {
        let (debit, credit) = sides(line);
        BookedLine { account: written(&line.account, sale), debit, credit }
    });
    Booked { event: posting.event.word().to_owned(), lines: lines.collect() }
}

/// How a life compares with what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Postings that are equal, line by line.
    pub equal: usize,
    /// Postings that are expected.
    pub expected: usize,
    /// What differs, in words.
    pub differences: Vec<String>,
}

/// Compares a life with what is expected of it.
#[must_use]
pub fn compare(case: &Case, expected: &Expected, played: &Played) -> Comparison {
    let journal: Vec<Booked> =
        played.life.books.journal().iter().map(|posting| booked(posting, &case.id)).collect();
    let pairs = journal.iter().zip(&expected.journal);
    let equal = pairs.clone().filter(|(got, wanted)| got == wanted).count();
    let mut found = Comparison { equal, expected: expected.journal.len(), differences: Vec::new() };
    if let Some((place, (got, wanted))) = pairs.enumerate().find(|(_, (got, wanted))| got != wanted)
    {
        let number = place.saturating_add(1);
        found.differences.push(format!("posting {number} is {got:?}, expected is {wanted:?}"));
    }
    found.differs("number of postings", &journal.len(), &expected.journal.len());
    found.differs("answers", &entered(case, &played.answers), &expected_returns(expected));
    let balances: BTreeMap<String, i128> = played
        .life
        .books
        .balances()
        .map(|(account, balance)| (written(&Account::Raffle(account.clone()), &case.id), balance))
        .collect();
    let wanted = expected.balances_debit_minus_credit.iter();
    let wanted = wanted.map(|(account, balance)| (account.clone(), i128::from(*balance)));
    found.differs("balances", &balances, &wanted.collect());
    compare_figures(expected, &played.life.raffle, &mut found);
    found
}

/// Files write an answer for entries only.
fn entered(case: &Case, answers: &[Option<String>]) -> Vec<Option<String>> {
    let steps = case.script.iter().zip(answers);
    let enters = |words: &[serde_json::Value]| words.first().is_some_and(|name| name == "enter");
    steps.map(|(words, answer)| answer.clone().filter(|_| enters(words))).collect()
}

fn expected_returns(expected: &Expected) -> Vec<Option<String>> {
    expected.returns.clone()
}

fn compare_figures(expected: &Expected, raffle: &Raffle, found: &mut Comparison) {
    let (terms, figures) = (raffle.terms(), raffle.figures());
    found.differs("P1", &terms.p1(), &expected.P1);
    found.differs("T", &terms.total(), &expected.T);
    found.differs("deposit", &terms.deposit(), &expected.deposit);
    found.differs("state", &raffle.state().word().to_owned(), &expected.state);
    let buyers: Vec<String> = raffle.buyers().map(ToString::to_string).collect();
    found.differs("final buyers", &buyers, &expected.final_buyers);
    found.may_differ("Nr", &figures.tickets, expected.Nr.as_ref());
    found.may_differ("S", &figures.paid, expected.S.as_ref());
    found.may_differ("shortage", &figures.shortage, expected.shortage.as_ref());
    found.may_differ("surplus", &figures.surplus, expected.surplus.as_ref());
    found.may_differ("P2", &figures.p2, expected.p2_by_unit.as_ref());
    let mileage = raffle.mileage_per_losing_ticket();
    found.may_differ("mileage", &mileage, expected.mileage_per_losing_ticket.as_ref());
}

impl Comparison {
    fn differs<T: PartialEq + Debug>(&mut self, what: &str, got: &T, wanted: &T) {
        if got != wanted {
            self.differences.push(format!("{what}: {got:?}, expected {wanted:?}"));
        }
    }

    fn may_differ<T: PartialEq + Debug>(&mut self, what: &str, got: &T, wanted: Option<&T>) {
        if let Some(wanted) = wanted {
            self.differs(what, got, wanted);
        }
    }
}

/// Checks that a sale holds what its books say, and nothing after its end.
///
/// # Errors
/// Says what does not agree.
pub fn check_escrow(raffle: &Raffle, books: &SaleBooks) -> anyhow::Result<()> {
    let (id, escrow) = (raffle.id(), raffle.escrow());
    let held = [
        (A::SellerDeposit(id), escrow.seller_deposit),
        (A::Pot1(id), escrow.pot1),
        (A::Pot2(id), escrow.pot2),
        (A::SellerPayable(id), escrow.seller_payable),
    ];
    for (account, won) in held {
        let booked = books.owed(&account);
        if booked != won {
            bail!("{account}: the sale holds {won}, the books say {booked}");
        }
    }
    if matches!(raffle.state(), State::Ended(_)) && !escrow.is_empty() {
        bail!("after its end the sale still holds {escrow:?}");
    }
    Ok(())
}

/// Checks that what came into the pots went to the seller, the operator and the losers:
/// `S + sum P2 = T + fees + X`, with what was reserved for untaken units and what was returned.
///
/// # Errors
/// Says by how much it does not.
pub fn check_identity(raffle: &Raffle, books: &SaleBooks) -> anyhow::Result<()> {
    let id = raffle.id();
    let (pot1, pot2) = (A::Pot1(id), A::Pot2(id));
    let sums = |events: &[Event], account: &A| sum(books.journal(), events, account);
    let back1 = [Event::EntryCancelled, Event::ChargedBack, Event::ExhaustedRefund];
    let undone = [Event::CancelledRefund, Event::DefaultRefund, Event::VoidRefund];
    let paid1 = sums(&[Event::EntryPaid], &pot1)
        .saturating_add(sums(&back1, &pot1))
        .saturating_add(sums(&undone, &pot1));
    let paid2 = sums(&[Event::P2Paid, Event::P2Refunded, Event::ChargedBack], &pot2);
    let units = [Event::UnitSettled];
    let earned = sums(&units, &A::SellerPayable(id)).saturating_add(sums(&units, &A::Commission));
    let fees = sums(&units, &A::Fee);
    let surplus = sums(&[Event::SurplusDistributed], &pot1).saturating_neg();
    let reserve = sums(&[Event::UnsoldReserveReturned, Event::TicketsReturned], &pot1);
    let out = earned.saturating_add(fees).saturating_add(surplus).saturating_sub(reserve);
    let into = paid1.saturating_add(paid2);
    if into != out {
        bail!("{into} came into the pots, {out} went out");
    }
    let count = books.journal().iter().filter(|one| one.event == Event::UnitSettled).count();
    let total = raffle.terms().proposal().unit_price.saturating_mul(i64::try_from(count)?);
    if earned != total {
        bail!("{count} units earned {earned}, not {total}");
    }
    Ok(())
}

/// Credits minus debits of an account in some events.
fn sum(journal: &[Posting], events: &[Event], account: &A) -> i64 {
    let account = Account::Raffle(account.clone());
    let postings = journal.iter().filter(|posting| events.contains(&posting.event));
    let lines = postings.flat_map(|posting| posting.entry.lines());
    lines.filter(|line| line.account == account).fold(0, |sum: i64, line| match line.side {
        Side::Credit => sum.saturating_add(line.amount.minor),
        Side::Debit => sum.saturating_sub(line.amount.minor),
    })
}

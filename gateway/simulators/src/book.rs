//! The rules of a good destination, and the exceptions that a magic code asks for.
//!
//! Owns every charge: C1 a code pays once, C2 the same transaction gets the same answer, C3
//! inquiry, C4 reversal, C5 a reversal that comes first refuses its original for ever, C7 a decline
//! burns the code. Knows no wire format. Next: [`crate::acquirer`] and [`crate::wallet`].

use crate::ledger::{Appender, Entry, EntryState, Issued, Line};
use crate::magic::{self, Magic};
use crate::outcome::{Answer, Codes, Delivery, Known, Reversal};
use aws_lc_rs::digest::{SHA256, digest};
use baton_destinations::Day;
use baton_destinations::ask::Way;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Money;
use baton_protocol::work::{DeclineReason, MembershipAction, Work};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// What a WRONGAMOUNT answer and an UNBALANCED count add to the true amount, in minor units.
pub(crate) const WRONG_BY_MINOR: i64 = 1;

/// All transactions of one destination.
pub struct Book {
    codes: Codes,
    entries: BTreeMap<TransactionId, Entry>,
    used: BTreeMap<String, TransactionId>,
    issued: BTreeMap<String, Issued>,
    balances: BTreeMap<String, i64>,
    business_day: Option<Day>,
    origin: Origin,
    appender: Appender,
}

/// Where the next messages come from; HTTP destinations have none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// Which terminal.
    pub terminal: Option<String>,
    /// In which business day.
    pub day: Option<Day>,
}

impl Book {
    /// Opens the book with what its file holds; members start with the given points.
    ///
    /// # Errors
    /// When the file cannot be opened or is damaged other than in its last line.
    pub fn open(
        codes: Codes,
        members: &BTreeMap<String, i64>,
        path: Option<&Path>,
    ) -> io::Result<Self> {
        let (appender, lines) = Appender::open(path)?;
        let balances = members.iter().map(|(id, points)| (digest_hex(id), *points)).collect();
        let (entries, used, issued) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (business_day, origin) = (None, Origin::default());
        let mut book =
            Self { codes, entries, used, issued, balances, business_day, origin, appender };
        for line in lines {
            match line {
                Line::Entry(entry) => book.put(entry),
                Line::Issued(issued) => {
                    book.issued.insert(issued.code_digest.clone(), issued);
                }
                Line::Day { day } => book.business_day = day.parse().ok(),
            }
        }
        Ok(book)
    }

    /// Notes where the messages come from that are booked next.
    pub fn hear_from(&mut self, origin: Origin) {
        self.origin = origin;
    }

    /// Begins a business day.
    pub fn cut_over(&mut self, day: Day) {
        self.appender.add(&Line::Day { day: day.to_string() });
        self.business_day = Some(day);
    }

    /// Returns the business day since the last cut-over.
    #[must_use]
    pub const fn business_day(&self) -> Option<Day> {
        self.business_day
    }

    /// Charges, or says why not. **Repeat** the same transaction gets the same answer, at once.
    pub fn authorize(
        &mut self,
        transaction: TransactionId,
        work: &Work,
        now_ms: i64,
    ) -> (Answer, Delivery) {
        let digest = digest_hex(work.reveal());
        if let Some(entry) = self.entries.get(&transaction).cloned() {
            return (self.repeat(entry, digest, work), Delivery::Now);
        }
        let magic = magic::lookup(work.reveal());
        match magic {
            Some(Magic::Used) => return (Answer::CodeUsed, Delivery::Now),
            Some(Magic::Inconclusive) => return (Answer::Inconclusive, Delivery::Now),
            Some(Magic::Silent) => return (Answer::Inconclusive, Delivery::Never),
            _ => {}
        }
        let one_time = matches!(work, Work::Payment { .. });
        if one_time && self.used.contains_key(&digest) {
            return (Answer::CodeUsed, Delivery::Now);
        }
        let judged = match magic {
            Some(magic) => magic.judge(),
            None => self.judge(&digest, work, now_ms),
        };
        let entry = self.entry(transaction, digest, work, magic, judged);
        let answer = self.answer(&entry);
        self.record(entry);
        (answer, magic.map_or(Delivery::Now, Magic::delivery))
    }

    /// Says what became of a transaction.
    #[must_use]
    pub fn inquire(&self, transaction: TransactionId) -> Known {
        let Some(entry) = self.entries.get(&transaction) else { return Known::NotFound };
        match entry.state {
            EntryState::Approved => Known::Approved {
                amount: Money::new(entry.amount, entry.currency),
                reference: entry.reference.clone(),
            },
            EntryState::Declined => Known::Declined(entry.reason.unwrap_or(DeclineReason::Refused)),
            EntryState::Reversed | EntryState::Tombstone => Known::Reversed,
        }
    }

    /// Takes a transaction back. **Repeat** safe.
    pub fn reverse(&mut self, transaction: TransactionId, amount: Money) -> Reversal {
        let Some(mut entry) = self.entries.get(&transaction).cloned() else {
            self.record(tombstone(transaction, amount));
            return Reversal::Accepted;
        };
        if entry.state != EntryState::Approved {
            return Reversal::Accepted;
        }
        match entry.magic {
            Some(Magic::NoReversal) => return Reversal::Refused,
            Some(Magic::ReversalUnknown) => return Reversal::OriginalUnknown,
            _ if Money::new(entry.amount, entry.currency) != amount => return Reversal::Refused,
            _ => {}
        }
        entry.state = EntryState::Reversed;
        entry.reversed = entry.reversed.saturating_add(1);
        entry.reversed_day = self.origin.day.map(|day| day.to_string());
        self.record(entry);
        Reversal::Accepted
    }

    /// Gives back some or all of an approved transaction, or says why not. **Repeat** the same
    /// transaction gets the same answer, at once.
    pub fn give_back(
        &mut self,
        transaction: TransactionId,
        original: TransactionId,
        amount: Money,
        how: Way,
    ) -> (Answer, Delivery) {
        if let Some(entry) = self.entries.get(&transaction) {
            return (self.answer(entry), Delivery::Now);
        }
        let known = self.entries.get(&original).cloned();
        let magic = known.as_ref().and_then(|entry| entry.magic);
        let judged = self.judge_way_back(known.as_ref(), amount, how);
        let mut entry = tombstone(transaction, amount);
        entry.state = if judged.is_ok() { EntryState::Approved } else { EntryState::Declined };
        entry.charges = u32::from(judged.is_ok());
        entry.reason = judged.err();
        entry.original = Some(original);
        entry.terminal.clone_from(&self.origin.terminal);
        entry.day = self.origin.day.map(|day| day.to_string());
        if let Some(known) = known.filter(|_| judged.is_ok()) {
            entry.reference = known.reference;
            entry.action = known.action;
            // The member's points move; a payment's code stays with the payment.
            entry.code_digest = known.action.map(|_| known.code_digest).unwrap_or_default();
        }
        let answer = self.answer(&entry);
        self.record(entry);
        let drops = judged.is_ok() && magic == Some(Magic::RefundDrop);
        (answer, if drops { Delivery::Drop } else { Delivery::Now })
    }

    fn judge_way_back(
        &self,
        original: Option<&Entry>,
        amount: Money,
        how: Way,
    ) -> Result<(), DeclineReason> {
        let Some(original) = original.filter(|entry| entry.state == EntryState::Approved) else {
            return Err(DeclineReason::Refused);
        };
        let same = |entry: &&Entry| {
            entry.original == Some(original.transaction_id) && entry.state == EntryState::Approved
        };
        let before: i64 = self.entries.values().filter(same).map(|entry| entry.amount).sum();
        let fits = original.currency == amount.currency
            && amount.minor > 0
            && before.saturating_add(amount.minor) <= original.amount
            && (how == Way::Refund || (before == 0 && amount.minor == original.amount));
        let willing = original.magic != Some(Magic::NoRefund) && original.original.is_none();
        if fits && willing { Ok(()) } else { Err(DeclineReason::Refused) }
    }

    /// Remembers a code that was given out.
    pub fn issue(&mut self, issued: Issued) {
        self.appender.add(&Line::Issued(issued.clone()));
        self.issued.insert(issued.code_digest.clone(), issued);
    }

    /// Writes all changes since the last call. **Order** before any answer about them leaves.
    ///
    /// # Errors
    /// When the file cannot be written; the changes are tried again with the next call.
    pub fn flush(&mut self) -> io::Result<()> {
        self.appender.flush()
    }

    /// Lists everything.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    fn repeat(&mut self, mut entry: Entry, digest: String, work: &Work) -> Answer {
        if entry.state == EntryState::Tombstone {
            if entry.code_digest.is_empty() {
                entry.code_digest = digest;
                self.record(entry);
            }
            return Answer::Declined(DeclineReason::Reversed);
        }
        let same = entry.code_digest == digest
            && Money::new(entry.amount, entry.currency) == work.amount();
        if same { self.answer(&entry) } else { Answer::Inconclusive }
    }

    fn answer(&self, entry: &Entry) -> Answer {
        match entry.state {
            EntryState::Approved => {
                let wrong = entry.magic == Some(Magic::WrongAmount);
                let minor = if wrong { entry.amount + WRONG_BY_MINOR } else { entry.amount };
                Answer::Approved {
                    amount: Money::new(minor, entry.currency),
                    reference: entry.reference.clone(),
                    balance: self.balance_after(entry),
                }
            }
            EntryState::Declined => {
                Answer::Declined(entry.reason.unwrap_or(DeclineReason::Refused))
            }
            EntryState::Reversed | EntryState::Tombstone => {
                Answer::Declined(DeclineReason::Reversed)
            }
        }
    }

    /// The balance once this entry counts, whether it was put yet or not.
    fn balance_after(&self, entry: &Entry) -> Option<i64> {
        entry.action?;
        let balance = self.balances.get(&entry.code_digest).copied().unwrap_or(0);
        if self.entries.contains_key(&entry.transaction_id) {
            return Some(balance);
        }
        Some(balance.saturating_add(moved(entry)))
    }

    fn judge(&self, digest: &str, work: &Work, now_ms: i64) -> Result<(), DeclineReason> {
        match work {
            Work::Payment { amount, .. } => self.judge_code(digest, *amount, now_ms),
            Work::Membership { action, points, .. } => self.judge_member(digest, *action, *points),
        }
    }

    fn judge_code(&self, digest: &str, amount: Money, now_ms: i64) -> Result<(), DeclineReason> {
        match self.codes {
            _ if amount.minor <= 0 => return Err(DeclineReason::Refused),
            Codes::Any => return Ok(()),
            Codes::Refused => return Err(DeclineReason::Refused),
            Codes::Issued => {}
        }
        let issued = self.issued.get(digest).ok_or(DeclineReason::CodeUnknown)?;
        if now_ms >= issued.expires_at_ms {
            return Err(DeclineReason::CodeExpired);
        }
        let fits = issued.amount.is_none_or(|minor| minor == amount.minor)
            && issued.currency.is_none_or(|currency| currency == amount.currency);
        if fits { Ok(()) } else { Err(DeclineReason::Refused) }
    }

    fn judge_member(
        &self,
        digest: &str,
        action: MembershipAction,
        points: i64,
    ) -> Result<(), DeclineReason> {
        let balance = *self.balances.get(digest).ok_or(DeclineReason::MemberUnknown)?;
        match action {
            _ if points < 0 => Err(DeclineReason::Refused),
            MembershipAction::Redeem if points > balance => Err(DeclineReason::Points),
            MembershipAction::Redeem | MembershipAction::Accrue | MembershipAction::Balance => {
                Ok(())
            }
        }
    }

    fn entry(
        &self,
        transaction_id: TransactionId,
        code_digest: String,
        work: &Work,
        magic: Option<Magic>,
        judged: Result<(), DeclineReason>,
    ) -> Entry {
        let action = match work {
            Work::Payment { .. } => None,
            Work::Membership { action, .. } => Some(*action),
        };
        let moves = action != Some(MembershipAction::Balance);
        let approved = judged.is_ok();
        let number = self.entries.len().saturating_add(1) % 1_000_000;
        Entry {
            transaction_id,
            code_digest,
            amount: work.amount().minor,
            currency: work.amount().currency,
            charges: u32::from(approved && moves),
            reversed: 0,
            state: if approved { EntryState::Approved } else { EntryState::Declined },
            reason: judged.err(),
            reference: if approved { format!("{number:06}") } else { String::new() },
            action,
            original: None,
            terminal: self.origin.terminal.clone(),
            day: self.origin.day.map(|day| day.to_string()),
            reversed_day: None,
            magic,
        }
    }

    fn record(&mut self, entry: Entry) {
        let line = Line::Entry(entry);
        self.appender.add(&line);
        if let Line::Entry(entry) = line {
            self.put(entry);
        }
    }

    /// Makes the memory say what a line says.
    fn put(&mut self, entry: Entry) {
        if entry.action.is_none() && !entry.code_digest.is_empty() {
            self.used.insert(entry.code_digest.clone(), entry.transaction_id);
        }
        let before = self.entries.get(&entry.transaction_id).map_or(0, moved);
        if let Some(balance) = self.balances.get_mut(&entry.code_digest) {
            *balance = balance.saturating_add(moved(&entry)).saturating_sub(before);
        }
        self.entries.insert(entry.transaction_id, entry);
    }
}

/// Returns SHA-256 of a code or member id in hex, as the ledger shows it.
#[must_use]
pub fn digest_hex(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}

/// The points that an entry adds to its member's balance as it stands.
fn moved(entry: &Entry) -> i64 {
    let forward = match (entry.state, entry.action) {
        (EntryState::Approved, Some(MembershipAction::Accrue)) => entry.amount,
        (EntryState::Approved, Some(MembershipAction::Redeem)) => entry.amount.saturating_neg(),
        _ => 0,
    };
    if entry.original.is_some() { forward.saturating_neg() } else { forward }
}

fn tombstone(transaction_id: TransactionId, amount: Money) -> Entry {
    Entry {
        transaction_id,
        code_digest: String::new(),
        amount: amount.minor,
        currency: amount.currency,
        charges: 0,
        reversed: 0,
        state: EntryState::Tombstone,
        reason: None,
        reference: String::new(),
        action: None,
        original: None,
        terminal: None,
        day: None,
        reversed_day: None,
        magic: None,
    }
}

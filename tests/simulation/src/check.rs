//! The judge: what must be true at every step, and what must be true when all is over.
//!
//! Owns the invariants I1 to I19 that a relay answers for. It looks at the destination's books, the
//! store, the journals, what phones were told and what counters showed; it believes nobody. Next:
//! `coverage.rs`.

use crate::destination::Code;
use crate::store::{Conflict, Fact, Message, Row};
use crate::world::World;
use baton_core::ledger::{Account, Line, Side};
use baton_core::relay::capability::{Capability, Class};
use baton_core::relay::desk::Due;
use baton_core::relay::plan::Route;
use baton_core::relay::transaction::{Change, Effect, Life, Purpose};
use baton_link::journal::{Event as Happened, lines};
use baton_protocol::ids::TransactionId;
use baton_protocol::phone::SaleState;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use std::collections::BTreeMap;

/// Which end of a session hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum To {
    /// The executor.
    Device,
    /// The gateway.
    Gateway,
}

/// Names a step of the table; nothing for one that the table does not have.
#[must_use]
pub const fn transition(change: &Change) -> Option<&'static str> {
    use State as S;
    Some(match (change.from, change.to) {
        (None, S::Received) => "T1",
        (Some(S::Received), S::Rejected) => "T2",
        (Some(S::Received), S::Dispatched) => "T3",
        (Some(S::Dispatched), S::Approved) => "T4",
        (Some(S::Dispatched), S::Declined) => "T5",
        (Some(S::Dispatched), S::Cancelled) => "T6",
        (Some(S::Dispatched), S::Unknown) => "T7",
        (Some(S::Unknown), S::Approved) => "T8",
        (Some(S::Unknown), S::Declined) => "T9",
        (Some(S::Unknown), S::Cancelled) => "T10",
        (Some(S::Unknown), S::Expired) => "T11",
        (Some(S::Unknown), S::Reversing) => "T12",
        (Some(S::Unknown | S::Reversing), S::Suspense) => "T13",
        (Some(S::Reversing), S::Reversed) => "T14",
        (Some(S::Reversing), S::Expired | S::Declined) => "T15",
        (Some(S::Suspense), S::Approved | S::Declined | S::Reversed | S::Expired) => "T16",
        _ => return None,
    })
}

fn negative(state: State) -> bool {
    state.is_final() && state != State::Approved
}

impl World {
    /// Commits, and looks at once at what that claims.
    pub(crate) fn commit(&mut self, facts: &[Fact]) -> Result<(), RefusalCode> {
        self.store.commit(facts).map_err(|conflict| match conflict {
            Conflict::Key => RefusalCode::KeyReused,
            Conflict::Code => RefusalCode::DuplicateCode,
            Conflict::Version => RefusalCode::StateWrong,
        })?;
        for fact in facts {
            let Fact::Step(id, change) = fact else { continue };
            match transition(change) {
                Some(name) => self.coverage.transition(name),
                None => self.break_promise(Some(*id), "a step that the table does not have"),
            }
            let about = *id;
            let (from, to) = (change.from, change.to);
            self.say(Some(about), || format!("{from:?} becomes {to:?}"));
            if to.is_final() {
                self.check_money(about, to);
            }
        }
        Ok(())
    }

    fn code(&self, id: TransactionId) -> Code {
        let Some(place) = self.of.get(&id) else { return Code::Unused };
        let server = &self.servers[self.purchases[*place].destination];
        server.accounts.get(&id).map_or(Code::Unused, |account| account.code)
    }

    /// I6 and I7 at the moment of a final word.
    fn check_money(&mut self, id: TransactionId, state: State) {
        let charged = self.code(id) == Code::Charged;
        if state == State::Approved && !charged {
            self.break_promise(Some(id), "approved, and no charge stands");
        }
        if negative(state) && charged {
            self.break_promise(Some(id), "over without money, and a charge stands");
        }
        let place = self.of.get(&id).copied();
        let shown = place.is_some_and(|place| self.purchases[place].pos_shown);
        if shown && negative(state) {
            self.break_promise(Some(id), "a POS shows approved what is over without money");
        }
    }

    /// No effect stands before a record of its own transaction.
    pub(crate) fn check_order(&mut self, dues: &[Due]) {
        let mut left: Vec<TransactionId> = Vec::new();
        let mut early = Vec::new();
        for (id, effect) in dues {
            if !matches!(effect, Effect::Record(_)) {
                left.push(*id);
            } else if left.contains(id) {
                early.push(*id);
            }
        }
        for id in early {
            self.break_promise(Some(id), "a send stands before its record");
        }
    }

    /// I10: "never" is not said about what was submitted. A new device in the place of a dead one
    /// may fence what the gateway has ended.
    pub(crate) fn check_never(&mut self, id: TransactionId) {
        let place = self.of.get(&id).copied();
        let submitted = place.is_some_and(|place| self.purchases[place].submits > 0);
        let open = self.store.rows.get(&id).is_some_and(|row| !row.stored.state.is_final());
        if submitted && open {
            self.break_promise(Some(id), "a device says never about what it submitted");
        }
    }

    /// What a connection lost is noticed: numbered frames are heard one after the other.
    pub(crate) fn check_gap(&mut self, session: String, to: To, seq: u64) {
        if seq == 0 {
            return;
        }
        let heard = self.heard.entry((session, to)).or_default();
        let next = *heard + 1;
        *heard = seq;
        if seq != next {
            self.break_promise(None, "a frame is missing and nobody noticed");
        }
    }

    /// F8 and F14: an executor that is back hears again of everything that is open with it.
    pub(crate) fn check_connected(&mut self, node: usize, device: usize, dues: &[Due]) {
        let Some(shell) = self.nodes[node].desks.get(&device) else { return };
        let told = |id: TransactionId, wanted: &Effect| {
            dues.iter().any(|(about, effect)| *about == id && effect == wanted)
        };
        let open = shell.memories.keys().filter_map(|id| shell.desk.lookup(*id));
        let forgotten: Vec<TransactionId> = open
            .filter(|one| match one.life() {
                Life::Received | Life::Final(_) => false,
                Life::Dispatched { .. } => !told(one.facts().id, &Effect::SendCommand),
                Life::Unknown(_) | Life::Reversing(_) | Life::Suspense { .. } => {
                    !told(one.facts().id, &Effect::SendCancel)
                }
            })
            .map(|one| one.facts().id)
            .collect();
        for id in forgotten {
            self.break_promise(Some(id), "an executor is back and hears nothing of it");
        }
    }

    /// "Never" is a promise for ever, so it must stand on the disk before it is said.
    pub(crate) fn check_fence(&mut self, device: usize, id: TransactionId) {
        if !self.devices[device].disk.holds_fence(id) {
            self.break_promise(Some(id), "a device says never and has not written it down");
        }
    }

    /// I5 and I7 whenever a destination did something.
    pub(crate) fn check_charge(&mut self, id: TransactionId, destination: usize) {
        let account = self.servers[destination].accounts.get(&id);
        let Some((charges, code)) = account.map(|one| (one.charges, one.code)) else { return };
        if charges > 1 {
            self.break_promise(Some(id), "charged twice");
        }
        let state = self.store.rows.get(&id).map(|row| row.stored.state);
        if code == Code::Charged && state.is_none_or(negative) {
            self.break_promise(Some(id), "a charge that the gateway does not stand for");
        }
        if code == Code::Reversed && state == Some(State::Approved) {
            self.break_promise(Some(id), "an approved payment is undone");
        }
    }

    /// Whatever machines can end by themselves must be over by now.
    pub(crate) fn judge_bounds(&mut self) {
        let late = self.late_judgement();
        let mut found = Vec::new();
        for row in self.store.rows.values().filter(|row| !row.stored.state.is_final()) {
            let can = row.facts.capabilities;
            let automatic = can.class() == Class::Automatic;
            let undone = can.has(Capability::Reversal) && can.has(Capability::Tombstone);
            let quick = row.facts.route == Route::Standalone && undone && !self.clock_stepped;
            let told = can.has(Capability::ExpiryTold) && !self.charged_wrongly(row.facts.id);
            if automatic && (quick || (late && told)) {
                found.push(row.facts.id);
            }
        }
        for id in found {
            self.break_promise(Some(id), "still open long after everything was mended");
        }
    }

    /// A POS payment that was charged at another amount: only people can end that.
    fn charged_wrongly(&self, id: TransactionId) -> bool {
        let Some(place) = self.of.get(&id) else { return false };
        let asked = &self.purchases[*place];
        let account = self.servers[asked.destination].accounts.get(&id);
        account.is_some_and(|one| one.code == Code::Charged && one.charged != asked.money)
    }

    /// Everything that can only be said when all is over.
    pub(crate) fn judge_all(&mut self) {
        self.coverage.seeds = 1;
        self.coverage.simulated_ms = self.now;
        self.coverage.transactions = self.store.rows.len() as u64;
        let ids: Vec<TransactionId> = self.store.rows.keys().copied().collect();
        for id in ids {
            let Some(row) = self.store.rows.get(&id).cloned() else { continue };
            for promise in self.row_promises(&row) {
                self.break_promise(Some(id), promise);
            }
        }
        self.judge_orphans();
        self.judge_sales();
        self.judge_counters();
        for device in 0..self.devices.len() {
            self.check_journal(device);
        }
        self.count_outcomes();
    }

    fn row_promises(&self, row: &Row) -> Vec<&'static str> {
        let id = row.facts.id;
        let state = row.stored.state;
        let Some(place) = self.of.get(&id) else { return vec!["a transaction nobody asked for"] };
        let asked = &self.purchases[*place];
        let account = self.servers[asked.destination].accounts.get(&id);
        let charged = account.filter(|one| one.code == Code::Charged);
        let amount = charged.map(|one| one.charged);
        let approved = state == State::Approved;
        let reversing = row.steps.iter().any(|change| change.to == State::Reversing);
        let told = asked.told.filter(|told| told.is_final());
        let other = asked.transaction != Some(id);
        let standalone = row.facts.route == Route::Standalone;
        let rules = [
            (!state.is_final(), "open for ever"),
            (account.is_some_and(|one| one.charges > 1), "charged twice"),
            (approved && amount != Some(row.facts.amount), "approved, and no such charge stands"),
            (negative(state) && charged.is_some(), "over without money, and a charge stands"),
            (approved && reversing, "approved after a reversal was decided"),
            (!other && told.is_some_and(|told| told != state), "a phone was told another end"),
            (!other && told.is_none() && asked.acknowledged.is_some(), "a phone never hears"),
            (asked.shown_approved && standalone && !approved && !other, "shown too much"),
            (asked.shown_approved && negative(state) && !other, "shown too much"),
            (asked.shown_negative && approved && !other, "shown too little"),
            (asked.pos_shown && negative(state) && !other, "a POS shows what is not"),
            (row.facts.amount != asked.money, "another amount than was asked"),
            (standalone == self.town.paired(row.executor), "another route than Table 1 says"),
            (!chained(row), "the audit does not lead to the state"),
            (!booked(row, approved), "the books do not say what the state says"),
        ];
        rules.into_iter().filter(|(broken, _)| *broken).map(|(_, promise)| promise).collect()
    }

    /// I1 and I8: what was acknowledged exists, and every charge belongs to a transaction.
    fn judge_orphans(&mut self) {
        let mut found = Vec::new();
        for purchase in &self.purchases {
            if let Some((_, id)) = purchase.acknowledged
                && !self.store.rows.contains_key(&id)
            {
                found.push((id, "acknowledged and lost"));
            }
        }
        for server in &self.servers {
            for (id, account) in &server.accounts {
                if account.code == Code::Charged && !self.store.rows.contains_key(id) {
                    found.push((*id, "a charge without a transaction"));
                }
            }
        }
        for (id, promise) in found {
            self.break_promise(Some(id), promise);
        }
    }

    /// A sale is paid by an approved touch, and by nothing else.
    fn judge_sales(&mut self) {
        let mut found = Vec::new();
        for sale in self.store.sales.values().filter(|sale| sale.state == SaleState::Paid) {
            let id = sale.touch.and_then(|touch| self.store.of_touch.get(&touch));
            let row = id.and_then(|id| self.store.rows.get(id));
            let paid = row.is_some_and(|row| {
                row.stored.state == State::Approved && row.facts.amount == sale.amount
            });
            if !paid {
                found.push(id.copied());
            }
        }
        for id in found {
            self.break_promise(id, "a sale is paid and nobody paid its amount");
        }
    }

    /// Every final word reaches the counter of a device that still is what it was. With a second
    /// gateway the word may be recorded where the device is not connected.
    fn judge_counters(&mut self) {
        if self.nodes.len() > 1 {
            return;
        }
        let mut found = Vec::new();
        for ((executor, id), message) in &self.store.outbox {
            let device = &self.devices[*executor];
            let same = device.greeted && !device.refused && !device.replaced;
            // Where a declined code stays live, a device may hold a decline of what was charged.
            let place = self.of.get(id).copied();
            let live = place.is_some_and(|place| self.leaves_codes_live(place));
            if same && !live && matches!(message, Message::Word) {
                found.push(*id);
            }
        }
        for id in found {
            self.break_promise(Some(id), "the counter never hears the end");
        }
    }

    /// I9 to I11: dense, chained, one submission, none after a fence, epochs never go back.
    pub(crate) fn check_journal(&mut self, device: usize) {
        let here = &self.devices[device];
        if here.suspect || here.refused || here.damaged {
            return;
        }
        let bytes = self.devices[device].disk.bytes.clone();
        let mut seen: BTreeMap<TransactionId, Vec<Happened>> = BTreeMap::new();
        let (mut epoch, mut back) = (0, false);
        let read = lines::read(bytes.as_slice(), |record| {
            if matches!(record.event, Happened::Accepted { .. }) {
                back |= record.epoch < epoch;
                epoch = epoch.max(record.epoch);
            }
            seen.entry(record.transaction).or_default().push(record.event);
            Ok(())
        });
        self.coverage.journals += 1;
        if read.is_err() {
            self.break_promise(None, "a journal is not what its device wrote");
        }
        if back {
            self.break_promise(None, "an older epoch was obeyed");
        }
        for (id, events) in seen {
            let submitted = events.iter().filter(|one| **one == Happened::Submitted).count();
            let fenced = events.iter().any(|one| matches!(one, Happened::Fenced(_)));
            if submitted > 1 || (fenced && submitted > 0) {
                self.break_promise(Some(id), "a journal holds what may not follow");
            }
        }
    }

    fn count_outcomes(&mut self) {
        for purchase in &self.purchases {
            let Some(row) = purchase.row.filter(|_| purchase.struck) else { continue };
            let stored = purchase.transaction.and_then(|id| self.store.rows.get(&id));
            let people = |row: &Row| row.steps.iter().any(|one| one.to == State::Suspense);
            let outcome = match stored {
                None => "nothing",
                Some(row) if people(row) => "suspense",
                Some(row) => row.stored.state.word(),
            };
            self.coverage.ended(row, outcome);
        }
        for broken in &self.broken {
            let place = broken.transaction.and_then(|id| self.of.get(&id));
            let row = place.and_then(|place| self.purchases[*place].row);
            if let Some(row) = row {
                self.coverage.faults.entry(row).or_default().violations += 1;
            }
        }
    }
}

/// I13: dense, each step from where the last one led, ending in the table's state.
fn chained(row: &Row) -> bool {
    let mut at = None;
    for change in &row.steps {
        if change.from != at || transition(change).is_none() {
            return false;
        }
        at = Some(change.to);
    }
    let versions = usize::try_from(row.stored.version).unwrap_or(0);
    at == Some(row.stored.state) && versions == row.steps.len()
}

/// I16 and I17: two lines that balance for an approval, none for anything else.
fn booked(row: &Row, approved: bool) -> bool {
    let moves = row.facts.purpose != Purpose::Balance;
    if !approved || !moves {
        return row.lines.is_empty();
    }
    let side = |side: Side| row.lines.iter().filter(move |line| line.side == side);
    let sum = |side_of: Side| side(side_of).map(|line| i128::from(line.amount.minor)).sum::<i128>();
    let amount = i128::from(row.facts.amount.minor);
    let earned =
        |line: &&Line| matches!(line.account, Account::Merchant(_)) && line.side == Side::Credit;
    let shop = row.lines.iter().filter(earned);
    let merchant = row.facts.purpose != Purpose::Payment || shop.count() == 1;
    sum(Side::Debit) == amount && sum(Side::Credit) == amount && merchant
}

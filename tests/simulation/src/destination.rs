//! Destinations: honest payment servers with exactly the declared abilities, on a bad network.
//!
//! Owns the truth about the money. What a server does is its own; what it can say about it is what
//! Table 2 declares. A POS stands between an agent and its destination. Next: `phone.rs`.

use crate::event::{Errand, Event, Request};
use crate::setup::{Ended, Kind};
use crate::world::World;
use baton_core::relay::capability::{Capabilities, Capability};
use baton_core::relay::transaction::Input;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Money;
use baton_protocol::work::{
    DeclineReason, InquiryAnswer, ReversalAnswer, State, UnknownReason, Verdict,
};
use std::collections::BTreeMap;

/// How long a gateway waits for an answer to an errand, in milliseconds: connect and answer.
const ERRAND_MS: u64 = 11_000;
/// How long a message may be on its way at most, in milliseconds, as the policy says.
const MESSAGE_LIFE_MS: u64 = 120_000;

/// What became of a transaction at its destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Nothing came.
    Unused,
    /// Declined once and yet chargeable: neither C2 nor C7.
    DeclinedLive,
    /// Charged.
    Charged,
    /// Declined for ever.
    Declined,
    /// Reversed before the original came.
    Tombstone,
    /// Charged and undone.
    Reversed,
}

/// One transaction as its destination sees it.
#[derive(Debug, Clone)]
pub struct Account {
    /// Where it stands.
    pub code: Code,
    /// How often it was charged.
    pub charges: u32,
    /// How much is charged.
    pub charged: Money,
    /// Copies that were taken.
    pub seen: u32,
}

/// A destination.
#[derive(Debug)]
pub struct Server {
    /// Its kind.
    pub kind: Kind,
    can: Capabilities,
    /// Transactions that it heard of.
    pub accounts: BTreeMap<TransactionId, Account>,
    /// Until when it answers nobody.
    pub silent_until: u64,
}

impl Server {
    /// Makes one.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let can = Capabilities::parse(kind.declared).unwrap_or_default();
        Self { kind, can, accounts: BTreeMap::new(), silent_until: 0 }
    }

    fn has(&self, one: Capability) -> bool {
        self.can.has(one)
    }

    fn account(&mut self, id: TransactionId, amount: Money) -> &mut Account {
        let fresh = Account { code: Code::Unused, charges: 0, charged: amount, seen: 0 };
        self.accounts.entry(id).or_insert(fresh)
    }

    /// Takes a payment request; nothing when its transport knows that it took it before.
    fn authorize(
        &mut self,
        id: TransactionId,
        amount: Money,
        wish: Wish,
        dead: bool,
    ) -> Option<Verdict> {
        let idempotent = self.has(Capability::Idempotent);
        let once = idempotent || self.has(Capability::OneTimeCode);
        let burns = idempotent || self.has(Capability::DeclineBurns);
        let account = self.account(id, amount);
        let repeated = account.seen > 0;
        account.seen += 1;
        if repeated && !once {
            return None;
        }
        Some(match account.code {
            Code::Unused | Code::DeclinedLive if dead => {
                account.code = Code::Declined;
                Verdict::Declined { reason: DeclineReason::CodeExpired }
            }
            Code::Unused | Code::DeclinedLive if wish == Wish::Charge => {
                account.code = Code::Charged;
                account.charges += 1;
                approved(account)
            }
            Code::Unused | Code::DeclinedLive => {
                account.code = if burns { Code::Declined } else { Code::DeclinedLive };
                Verdict::Declined { reason: DeclineReason::Funds }
            }
            Code::Charged if idempotent => approved(account),
            Code::Charged | Code::Reversed => Verdict::Unknown { reason: UnknownReason::CodeUsed },
            Code::Declined => Verdict::Declined { reason: DeclineReason::Funds },
            Code::Tombstone => Verdict::Declined { reason: DeclineReason::Reversed },
        })
    }

    fn inquire(&self, id: TransactionId, dead: bool) -> InquiryAnswer {
        if !self.has(Capability::Inquiry) {
            return InquiryAnswer::NoAnswer;
        }
        let account = self.accounts.get(&id);
        match account.map_or(Code::Unused, |account| account.code) {
            Code::Charged => {
                let amount = account
                    .map_or(Money::new(0, baton_protocol::money::Currency::KRW), |one| one.charged);
                InquiryAnswer::Approved { amount, reference: "R1".to_owned() }
            }
            Code::Declined | Code::DeclinedLive => {
                InquiryAnswer::Declined { reason: DeclineReason::Funds }
            }
            Code::Tombstone | Code::Reversed => {
                InquiryAnswer::Declined { reason: DeclineReason::Reversed }
            }
            Code::Unused if dead && self.kind.ended == Ended::Told => InquiryAnswer::ExpiredUnused,
            Code::Unused => InquiryAnswer::NotFound,
        }
    }

    fn reverse(&mut self, id: TransactionId, amount: Money) -> ReversalAnswer {
        if !self.has(Capability::Reversal) {
            return ReversalAnswer::Refused;
        }
        let tombstones = self.has(Capability::Tombstone);
        let account = self.account(id, amount);
        match account.code {
            Code::Charged => account.code = Code::Reversed,
            Code::Unused | Code::DeclinedLive if tombstones => account.code = Code::Tombstone,
            Code::Unused | Code::DeclinedLive => return ReversalAnswer::OriginalUnknown,
            Code::Declined | Code::Tombstone | Code::Reversed => {}
        }
        ReversalAnswer::Accepted
    }
}

/// What a server would do with a fresh request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Charge it.
    Charge,
    /// Decline it.
    Decline,
}

fn approved(account: &Account) -> Verdict {
    Verdict::Approved { amount: account.charged, reference: "R1".to_owned() }
}

impl World {
    /// An executor sends its one request; the network does with it what it wants.
    pub(crate) fn send_payment(&mut self, id: TransactionId, asker: (usize, u32, u32)) {
        let Some(purchase) = self.of.get(&id).copied() else { return };
        self.purchases[purchase].submits += 1;
        if self.purchases[purchase].submits > 1 {
            self.break_promise(Some(id), "a device submits twice");
        }
        let request = Request { transaction: id, purchase, asker, copy: 0 };
        if self.strikes(purchase, 23) || self.strikes(purchase, 33) {
            return;
        }
        if self.strikes(purchase, 24) {
            let late = self.dice.between(26_000, MESSAGE_LIFE_MS - 10_000);
            self.purchases[purchase].freeze_until = self.now + late;
            return self.after(late, Event::Authorize(request));
        }
        if !self.healed && self.dice.one_in(150) {
            return;
        }
        let took = if self.dice.one_in(120) && !self.healed {
            self.dice.between(1_000, 60_000)
        } else {
            self.dice.between(2, 120)
        };
        let live = self.leaves_codes_live(purchase) && self.dice.one_in(4);
        if self.strikes(purchase, 30) || live || self.dice.one_in(100) {
            let later = took + self.dice.between(1, 3_000);
            let copy = Request { copy: 1, ..request.clone() };
            self.after(later, Event::Authorize(copy));
        }
        self.after(took, Event::Authorize(request));
    }

    /// Tells whether the code of a purchase has died at its destination.
    pub(crate) fn code_dead(&self, purchase: usize) -> bool {
        self.now >= self.purchases[purchase].code_dead_at
    }

    pub(crate) fn authorize(&mut self, request: &Request) {
        let Request { transaction: id, purchase, asker, copy } = *request;
        let destination = self.purchases[purchase].destination;
        let server = &self.servers[destination];
        if server.silent_until > self.now {
            return;
        }
        let dead = self.code_dead(purchase);
        let asked = self.purchases[purchase].money;
        let mut amount = asked;
        let wrong = self.strikes(purchase, 28);
        if wrong && self.dice.one_in(2) {
            amount.minor += 1;
        }
        if self.strikes(purchase, 29) && self.dice.one_in(2) {
            let reason = UnknownReason::Inconclusive;
            return self.answer_payment(id, asker, Verdict::Unknown { reason });
        }
        let again = copy > 0 && self.leaves_codes_live(purchase);
        let wish = if again { Wish::Charge } else { self.purchases[purchase].wish };
        let Some(verdict) = self.servers[destination].authorize(id, amount, wish, dead) else {
            return;
        };
        self.check_charge(id, destination);
        if self.strikes(purchase, 25) {
            let quiet = self.dice.between(1_000, 50_000);
            self.servers[destination].silent_until = self.now + quiet;
            return;
        }
        if copy == 0 && self.suffers(id, 30) {
            // The first answer is lost; the copy's answer is the one that comes.
            return;
        }
        let verdict = self.spoilt(id, purchase, verdict, wrong && amount == asked);
        if let Some(verdict) = verdict {
            self.answer_payment(id, asker, verdict);
        }
    }

    /// What the faults of the answer's way make of it.
    fn spoilt(
        &mut self,
        id: TransactionId,
        purchase: usize,
        verdict: Verdict,
        wrong: bool,
    ) -> Option<Verdict> {
        let unknown = |reason| Some(Verdict::Unknown { reason });
        if self.suffers(id, 29) {
            return unknown(UnknownReason::Inconclusive);
        }
        if self.strikes(purchase, 26) {
            let ways = [UnknownReason::Cut, UnknownReason::Garbled];
            return ways.get(self.dice.place(3)).copied().and_then(unknown);
        }
        if self.strikes(purchase, 35) {
            return None;
        }
        if wrong && let Verdict::Approved { amount, reference } = verdict {
            let amount = Money::new(amount.minor + 100, amount.currency);
            return Some(Verdict::Approved { amount, reference });
        }
        if !self.healed && self.dice.one_in(200) {
            return None;
        }
        Some(verdict)
    }

    fn answer_payment(&mut self, id: TransactionId, asker: (usize, u32, u32), verdict: Verdict) {
        let (device, life, job) = asker;
        let late = !self.healed && self.dice.one_in(150);
        let took = if late { self.dice.between(500, 30_000) } else { self.dice.between(2, 60) };
        let mut second = None;
        if self.strikes_at(id, 27) {
            let other = match &verdict {
                Verdict::Approved { .. } => Verdict::Declined { reason: DeclineReason::Refused },
                Verdict::Declined { .. } | Verdict::Unknown { .. } => {
                    Verdict::Unknown { reason: UnknownReason::Inconclusive }
                }
            };
            second = Some((took + self.dice.between(1, 2_000), other));
        }
        let mut verdict = verdict;
        if self.town.paired(device) {
            let whole = self.whole(id, &verdict);
            if whole {
                let place = self.of[&id];
                self.purchases[place].pos_shown = true;
            }
            if self.strikes_at(id, 36) {
                self.quiet_sometimes(id);
                verdict = Verdict::Unknown { reason: UnknownReason::Unreadable };
            }
        }
        self.after(took, Event::Spoke(device, life, job, verdict));
        if let Some((later, other)) = second {
            self.after(later, Event::Spoke(device, life, job, other));
        }
    }

    /// Now and then a destination also answers nobody for a while.
    fn quiet_sometimes(&mut self, id: TransactionId) {
        if self.dice.one_in(3) {
            let place = self.purchases[self.of[&id]].destination;
            self.servers[place].silent_until = self.now + self.dice.between(20_000, 60_000);
        }
    }

    /// Neither C2 nor C7: a declined code could be charged by a copy of its request.
    pub(crate) fn leaves_codes_live(&self, purchase: usize) -> bool {
        let server = &self.servers[self.purchases[purchase].destination];
        !server.has(Capability::Idempotent) && !server.has(Capability::DeclineBurns)
    }

    /// F24 now and then: the gateway stops with a question on its way, past the code's life.
    fn freeze_sometimes(&mut self, id: TransactionId, node: usize) {
        let place = self.of[&id];
        let here = &self.purchases[place];
        if self.now > here.freeze_until || self.healed || !self.dice.one_in(24) {
            return;
        }
        let until = self.purchases[place].bought_at + 345_000 + self.dice.below(40_000);
        self.purchases[place].freeze_until = 0;
        self.nodes[node].stopped_until = until;
    }

    /// Tells whether a POS would take this for the approval of what it asked.
    fn whole(&self, id: TransactionId, verdict: &Verdict) -> bool {
        let asked = self.of.get(&id).map(|place| self.purchases[*place].money);
        matches!(verdict, Verdict::Approved { amount, .. } if Some(*amount) == asked)
    }

    /// A gateway asks; the question, the answer or both may be lost.
    pub(crate) fn ask(&mut self, errand: Errand) {
        let id = errand.transaction;
        let none = match errand.inquiry {
            Some(number) => Input::InquiryAnswered { number, answer: InquiryAnswer::NoAnswer },
            None => Input::ReversalAnswered(ReversalAnswer::NoAnswer),
        };
        self.after(ERRAND_MS, Event::Back(errand.clone(), none));
        if errand.inquiry.is_none() && self.lost_reversal(id) {
            return;
        }
        let mute =
            self.suffers(id, 33) && self.now < self.purchases[self.of[&id]].bought_at + 60_000;
        if errand.inquiry.is_some() && mute {
            return;
        }
        if !self.healed && self.dice.one_in(25) {
            return;
        }
        if errand.inquiry.is_some() {
            self.freeze_sometimes(id, errand.asker.0);
        }
        let took = self.errand_latency();
        if errand.inquiry.is_none() && !self.healed && self.dice.one_in(10) {
            self.after(took + 700, Event::Errand(errand.clone()));
        }
        self.after(took, Event::Errand(errand));
    }

    /// F33: of the first two reversals, each is lost with even chances.
    fn lost_reversal(&mut self, id: TransactionId) -> bool {
        if !self.suffers(id, 33) {
            return false;
        }
        let place = self.of[&id];
        self.purchases[place].reversals += 1;
        self.purchases[place].reversals < 3 && self.dice.one_in(2)
    }

    fn errand_latency(&mut self) -> u64 {
        if !self.healed && self.dice.one_in(40) {
            return self.dice.between(500, 10_000);
        }
        self.dice.between(2, 80)
    }

    pub(crate) fn errand(&mut self, errand: Errand) {
        let id = errand.transaction;
        let server = &self.servers[errand.destination];
        if server.silent_until > self.now {
            return;
        }
        let Some(purchase) = self.of.get(&id).copied() else { return };
        let dead = self.code_dead(purchase);
        let amount = self.purchases[purchase].money;
        let input = match errand.inquiry {
            Some(number) => {
                let answer = self.servers[errand.destination].inquire(id, dead);
                Input::InquiryAnswered { number, answer }
            }
            None => {
                self.coverage.reversals += 1;
                let answer = self.servers[errand.destination].reverse(id, amount);
                self.check_charge(id, errand.destination);
                Input::ReversalAnswered(answer)
            }
        };
        if !self.healed && self.dice.one_in(25) {
            return;
        }
        let took = self.errand_latency();
        self.after(took, Event::Back(errand, input));
    }

    /// What two people who look at the statement make of it; nothing while it can still change.
    pub(crate) fn statement(&mut self, id: TransactionId, reversing: bool) -> Option<State> {
        let purchase = *self.of.get(&id)?;
        let dead = self.code_dead(purchase) && self.now > self.last_request(purchase);
        let destination = self.purchases[purchase].destination;
        let asked = self.purchases[purchase].money;
        let account = self.servers[destination].accounts.get_mut(&id);
        let code = account.as_ref().map_or(Code::Unused, |account| account.code);
        match code {
            Code::Charged => {
                let account = account?;
                if reversing || account.charged != asked {
                    // A person at the provider undoes it.
                    account.code = Code::Reversed;
                    return Some(State::Reversed);
                }
                Some(State::Approved)
            }
            Code::Declined => Some(State::Declined),
            Code::Tombstone | Code::Reversed => Some(State::Reversed),
            Code::DeclinedLive if dead => Some(State::Declined),
            Code::Unused if dead => Some(State::Expired),
            Code::Unused | Code::DeclinedLive => None,
        }
    }

    /// When the last message about a purchase has surely died.
    fn last_request(&self, purchase: usize) -> u64 {
        self.purchases[purchase].bought_at + 2 * MESSAGE_LIFE_MS
    }
}

//! The modelled destination: an honest payment server with exactly the declared abilities.
//!
//! Owns the truth about the money. Whether it charges or declines is the adversary's choice; what
//! it says about it afterwards is not. Next: `device.rs`.

use super::setup::{AMOUNT, Ended, Setup};
use baton_core::relay::capability::Capability;
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};

/// What became of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    Unused,
    /// Declined once and yet chargeable: neither C2 nor C7.
    DeclinedLive,
    Charged,
    Declined,
    /// Reversed before the original came.
    Tombstone,
    Reversed,
}

/// What the adversary makes of the destination's freedom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    Yes,
    No,
}

#[derive(Debug, Clone)]
pub struct Destination {
    setup: Setup,
    dead_ms: u64,
    pub code: Code,
    pub charges: u32,
    seen: Vec<u8>,
}

impl Destination {
    pub const fn new(setup: Setup, dead_ms: u64) -> Self {
        Self { setup, dead_ms, code: Code::Unused, charges: 0, seen: Vec::new() }
    }

    fn can(&self, one: Capability) -> bool {
        self.setup.capabilities().has(one)
    }

    /// Tells whether request `number` would be taken: a destination without C1 and C2 sits behind
    /// a transport that hands each request over once.
    pub fn hears(&self, number: u8) -> bool {
        let dedups = self.can(Capability::OneTimeCode) || self.can(Capability::Idempotent);
        dedups || !self.seen.contains(&number)
    }

    /// Tells whether the adversary has a choice about the next request.
    pub fn moody(&self, now_ms: u64) -> bool {
        match self.code {
            Code::Unused | Code::DeclinedLive => now_ms < self.dead_ms,
            Code::Reversed => self.can(Capability::Idempotent),
            Code::Charged | Code::Declined | Code::Tombstone => false,
        }
    }

    pub fn authorise(&mut self, number: u8, mood: Mood, now_ms: u64) -> Verdict {
        let repeated = self.seen.contains(&number);
        self.seen.push(number);
        match (self.code, mood) {
            (Code::Unused | Code::DeclinedLive, _) if now_ms >= self.dead_ms => {
                self.code = Code::Declined;
                declined(DeclineReason::CodeExpired)
            }
            (Code::Unused | Code::DeclinedLive, Mood::Yes) => self.charge(),
            (Code::Unused | Code::DeclinedLive, Mood::No) => {
                let burns = self.can(Capability::DeclineBurns) || self.can(Capability::Idempotent);
                self.code = if burns { Code::Declined } else { Code::DeclinedLive };
                declined(DeclineReason::Funds)
            }
            (Code::Charged, _) if self.can(Capability::Idempotent) => approved(),
            (Code::Charged, _) if !self.can(Capability::OneTimeCode) && !repeated => self.charge(),
            (Code::Reversed, Mood::Yes) if self.can(Capability::Idempotent) => approved(),
            (Code::Charged | Code::Reversed, _) => {
                Verdict::Unknown { reason: UnknownReason::CodeUsed }
            }
            (Code::Declined, _) => declined(DeclineReason::Funds),
            (Code::Tombstone, _) => declined(DeclineReason::Reversed),
        }
    }

    fn charge(&mut self) -> Verdict {
        self.code = Code::Charged;
        self.charges += 1;
        approved()
    }

    pub fn inquire(&self, now_ms: u64) -> InquiryAnswer {
        if !self.can(Capability::Inquiry) {
            return InquiryAnswer::NoAnswer;
        }
        match self.code {
            Code::Charged => InquiryAnswer::Approved { amount: AMOUNT, reference: "R1".to_owned() },
            Code::Declined | Code::DeclinedLive => {
                InquiryAnswer::Declined { reason: DeclineReason::Funds }
            }
            Code::Tombstone | Code::Reversed => {
                InquiryAnswer::Declined { reason: DeclineReason::Reversed }
            }
            Code::Unused if now_ms >= self.dead_ms && self.setup.ended == Ended::Told => {
                InquiryAnswer::ExpiredUnused
            }
            Code::Unused => InquiryAnswer::NotFound,
        }
    }

    pub fn reverse(&mut self) -> ReversalAnswer {
        if !self.can(Capability::Reversal) {
            return ReversalAnswer::Refused;
        }
        match self.code {
            Code::Charged => self.code = Code::Reversed,
            Code::Unused | Code::DeclinedLive if self.can(Capability::Tombstone) => {
                self.code = Code::Tombstone;
            }
            Code::Unused | Code::DeclinedLive => return ReversalAnswer::OriginalUnknown,
            Code::Declined | Code::Tombstone | Code::Reversed => {}
        }
        ReversalAnswer::Accepted
    }

    /// A person at the provider undoes the charge.
    pub fn undo_by_hand(&mut self) {
        if self.code == Code::Charged {
            self.code = Code::Reversed;
        }
    }

    /// What two people who look at the statement find; nothing while it can still change.
    pub fn statement(&self, now_ms: u64) -> Option<Code> {
        let open = matches!(self.code, Code::Unused | Code::DeclinedLive);
        (!open || now_ms >= self.dead_ms).then_some(self.code)
    }
}

fn approved() -> Verdict {
    Verdict::Approved { amount: AMOUNT, reference: "R1".to_owned() }
}

const fn declined(reason: DeclineReason) -> Verdict {
    Verdict::Declined { reason }
}

//! What evidence is worth: a report, an inquiry's answer, a destination's declared abilities.
//!
//! Owns the three proofs of "not charged" and the guards of an approval. "Not found" is not "not
//! charged", "code used" is not a decline, and nothing after a decided reversal becomes approved.

use super::{Alarm, Cause, Doubt, Effect, Life, Original, Purpose, ReversalDecided, Transaction};
use crate::relay::capability::{Capability, Class};
use crate::relay::plan::Route;
use crate::time::Timestamp;
use baton_protocol::money::Money;
use baton_protocol::work::{DeclineReason, InquiryAnswer, State, UnknownReason, Verdict};

impl Transaction {
    /// T4, T5, T7 to T9: what an executor's report means.
    pub(super) fn take_result(
        &mut self,
        verdict: Verdict,
        digest: &str,
        now: Timestamp,
    ) -> Vec<Effect> {
        match verdict {
            Verdict::Approved { amount, reference } => {
                if amount != self.facts.amount || digest != self.facts.code_digest {
                    return self.mismatch(now);
                }
                self.finish(State::Approved, Cause::Approved { reference }, now)
            }
            Verdict::Declined { reason } if self.decline_conclusive() => {
                self.finish(State::Declined, Cause::Declined(reason), now)
            }
            Verdict::Declined { .. } => {
                self.doubt(Cause::Doubtful(UnknownReason::Inconclusive), now)
            }
            Verdict::Unknown { reason } => self.doubt(Cause::Doubtful(reason), now),
        }
    }

    fn mismatch(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = self.doubt(Cause::Doubtful(UnknownReason::Mismatch), now);
        effects.push(Effect::Alarm(Alarm::Mismatch));
        effects
    }

    /// T8, T9, T11, T15, T16: what an inquiry's answer means in a state of doubt.
    pub(super) fn take_inquiry(
        &mut self,
        doubt: &Doubt,
        number: u32,
        answer: InquiryAnswer,
        now: Timestamp,
    ) -> Vec<Effect> {
        match answer {
            InquiryAnswer::Approved { amount, reference } => {
                self.inquiry_approved(amount, reference, now)
            }
            InquiryAnswer::Declined { reason: DeclineReason::Reversed }
                if self.reversal_decided() =>
            {
                self.finish(State::Reversed, Cause::Reversed, now)
            }
            InquiryAnswer::Declined { reason } if self.decline_conclusive() => {
                self.finish(State::Declined, Cause::InquiryDeclined(reason), now)
            }
            InquiryAnswer::ExpiredUnused if self.expiry_told() => {
                self.finish(State::Expired, Cause::ExpiredUnused, now)
            }
            InquiryAnswer::NotFound if self.expiry_told() && self.asked_late(doubt, number) => {
                self.finish(State::Expired, Cause::ExpiredUnused, now)
            }
            InquiryAnswer::Declined { .. }
            | InquiryAnswer::ExpiredUnused
            | InquiryAnswer::NotFound
            | InquiryAnswer::NoAnswer => Vec::new(),
        }
    }

    fn inquiry_approved(
        &mut self,
        amount: Money,
        reference: String,
        now: Timestamp,
    ) -> Vec<Effect> {
        if self.reversal_decided() {
            return Vec::new();
        }
        if amount != self.facts.amount {
            return vec![Effect::Alarm(Alarm::Mismatch)];
        }
        self.finish(State::Approved, Cause::InquiryApproved { reference }, now)
    }

    /// Without C2 and C7 a declined code stays live, and a copy of the request could charge it. A
    /// refund has no code that could burn.
    fn decline_conclusive(&self) -> bool {
        let capabilities = self.facts.capabilities;
        let burns = !self.facts.purpose.gives_back() && capabilities.has(Capability::DeclineBurns);
        capabilities.has(Capability::Idempotent) || burns
    }

    /// Whether a device executes it, which keeps a journal and can be asked. Otherwise the gateway
    /// does, and what it was doing when it stopped is in doubt.
    pub(super) const fn by_device(&self) -> bool {
        self.facts.executor.is_device()
    }

    /// Who ends its doubt. A refund is never reversed and no code of it expires, so machines can
    /// end its doubt only where sending it again is safe (C2).
    pub(super) fn class(&self) -> Class {
        if !self.facts.purpose.gives_back() {
            return self.facts.capabilities.class();
        }
        if self.sends_again() { Class::Automatic } else { Class::Manual }
    }

    fn sends_again(&self) -> bool {
        self.facts.purpose.gives_back() && self.facts.capabilities.has(Capability::Idempotent)
    }

    /// How a doubt is pursued: by an inquiry, or, for a refund at a destination that gives a
    /// repeated request its first answer, by the same request again.
    pub(super) fn ask_again(&self, number: u32) -> Option<Effect> {
        if self.sends_again() { Some(Effect::SendCommand) } else { self.inquire(number) }
    }

    pub(super) fn inquire(&self, number: u32) -> Option<Effect> {
        let can = self.facts.capabilities.has(Capability::Inquiry);
        can.then_some(Effect::Inquire { number })
    }

    /// A void is tried until it is done: nobody may be there to ask for it again, when it gives
    /// points back whose payment came to nothing.
    pub(super) fn must_be_done(&self) -> bool {
        self.facts.purpose == Purpose::Void
    }

    /// Whether it gives redeemed points back.
    pub(super) fn returns_points(&self) -> bool {
        let redeemed = |original: Original| original.purpose == Purpose::Redeem;
        self.facts.purpose == Purpose::Void && self.facts.links.original.is_some_and(redeemed)
    }

    fn expiry_told(&self) -> bool {
        !self.facts.purpose.gives_back() && self.facts.capabilities.has(Capability::ExpiryTold)
    }

    /// Whether inquiry `number` left after the code, both clocks' skew and every message had died.
    /// Only what one clock counted is believed: the wall may have stepped before this process.
    fn asked_late(&self, doubt: &Doubt, number: u32) -> bool {
        let policy = &self.policy;
        let dead = self.counted_from.after_ms(policy.code_life_ms);
        let dead = dead.after_ms(policy.clock_skew_ms).after_ms(policy.message_life_ms);
        doubt.sent_at(number).is_some_and(|sent| sent > dead)
    }

    fn reversal_decided(&self) -> bool {
        matches!(
            self.life,
            Life::Reversing(_) | Life::Suspense { reversal: ReversalDecided::Yes, .. }
        )
    }

    /// T12 is for the standalone route and destinations that reverse; a POS has shown its result.
    pub(super) fn may_reverse(&self) -> bool {
        let capabilities = self.facts.capabilities;
        !self.facts.purpose.gives_back()
            && self.facts.route == Route::Standalone
            && capabilities.has(Capability::Reversal)
            && capabilities.class() == Class::Automatic
    }
}

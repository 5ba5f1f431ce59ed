//! The transitions T2 to T16: one `match` over state and input.
//!
//! Owns what each step records and asks for. A message that comes after the end changes nothing:
//! it is answered with the final word, and evidence against that word raises an alarm.

use super::{
    Alarm, Cause, Change, Doubt, Effect, Input, Life, Refusal, ReversalDecided, Transaction,
};
use crate::relay::capability::Class;
use crate::relay::outcome::booking;
use crate::time::Timestamp;
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, State, UnknownReason, Verdict};

pub(super) type Stepped = Result<Vec<Effect>, Refusal>;

/// The number of the inquiry that a contradiction asks for; those of a doubt begin with 1.
const AFTER_CONTRADICTION: u32 = 0;

impl Transaction {
    /// Takes one fact and says what must happen, in order.
    ///
    /// # Errors
    /// [`Refusal`] when the table has no such step; nothing changed then.
    ///
    /// **Repeat** a fact that arrives again, or late, changes nothing and is answered.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    pub fn step(&mut self, input: Input, now: Timestamp) -> Stepped {
        if input == Input::DestinationBack {
            return Ok(self.ask_at_once(now));
        }
        if matches!(input, Input::Contradicted { .. }) {
            return Ok(self.contradicted());
        }
        match self.life.clone() {
            Life::Received => self.step_received(&input, now),
            Life::Dispatched { execute_by, resend_at, sends } => match input {
                Input::CommandAccepted => {
                    self.life = Life::Dispatched { execute_by, resend_at: None, sends };
                    Ok(Vec::new())
                }
                Input::DeadlinePassed if now < execute_by => {
                    Ok(self.send_again(execute_by, resend_at, sends, now))
                }
                other => self.step_dispatched(other, now),
            },
            Life::Unknown(doubt) => self.step_unknown(doubt, input, now),
            Life::Reversing(doubt) => self.step_reversing(doubt, input, now),
            Life::Suspense { doubt, reversal } => self.step_suspense(doubt, reversal, input, now),
            Life::Final(state) => self.step_final(state, &input),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_received(&mut self, input: &Input, now: Timestamp) -> Stepped {
        match input {
            Input::Routed => {
                let execute_by = now.after_ms(self.execute_ms());
                let resend_at = self.by_device().then(|| now.after_ms(self.policy.acknowledge_ms));
                let life = Life::Dispatched { execute_by, resend_at, sends: 1 };
                let record = self.enter(life, Cause::Routed, now);
                Ok(vec![record, Effect::SendCommand, Effect::Tell(State::Dispatched)])
            }
            Input::Unroutable | Input::CancelRequested => {
                Ok(self.finish(State::Rejected, Cause::Unroutable, now))
            }
            Input::OtherHalfFailed => Ok(self.finish(State::Rejected, Cause::OtherHalfFailed, now)),
            Input::DeadlinePassed if self.waited_too_long(now) => {
                Ok(self.finish(State::Rejected, Cause::WaitedTooLong, now))
            }
            Input::DeadlinePassed | Input::ExecutorConnected | Input::ExecutorForgot => {
                Ok(Vec::new())
            }
            other => Err(self.refuse(other)),
        }
    }

    fn waited_too_long(&self, now: Timestamp) -> bool {
        self.facts.links.after.is_some() && now >= self.waits_until()
    }

    fn send_again(
        &mut self,
        execute_by: Timestamp,
        resend_at: Option<Timestamp>,
        sends: u32,
        now: Timestamp,
    ) -> Vec<Effect> {
        if resend_at.is_none_or(|at| now < at) {
            return Vec::new();
        }
        let sends = sends.saturating_add(1);
        let more = sends < self.policy.acknowledge_tries;
        let resend_at = more.then(|| now.after_ms(self.policy.acknowledge_ms));
        self.life = Life::Dispatched { execute_by, resend_at, sends };
        vec![Effect::SendCommand]
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_dispatched(&mut self, input: Input, now: Timestamp) -> Stepped {
        match input {
            Input::ResultReported { verdict, code_digest } => {
                Ok(self.take_result(verdict, &code_digest, now))
            }
            Input::Fenced(reason) if self.must_be_done() => {
                Ok(self.doubt(Cause::Fenced(reason), now))
            }
            Input::Fenced(reason) => Ok(self.finish(State::Cancelled, Cause::Fenced(reason), now)),
            Input::ExecutorNotReady(reason) => Ok(self.doubt(Cause::NotReady(reason), now)),
            Input::ExecutorForgot => Ok(self.doubt(Cause::ExecutorForgot, now)),
            Input::DeadlinePassed => Ok(self.doubt(Cause::ExecuteDeadline, now)),
            Input::CancelRequested if self.by_device() => {
                Ok(self.doubt(Cause::CancelRequested, now))
            }
            Input::ExecutorConnected if self.by_device() => Ok(vec![Effect::SendCommand]),
            // The gateway itself was started anew: what it was doing is not known any more.
            Input::ExecutorConnected => {
                Ok(self.doubt(Cause::Doubtful(UnknownReason::Restarted), now))
            }
            Input::WordAsked => Ok(Vec::new()),
            other => Err(self.refuse(&other)),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_unknown(&mut self, doubt: Doubt, input: Input, now: Timestamp) -> Stepped {
        match input {
            Input::ResultReported { verdict, code_digest } => {
                Ok(self.take_result(verdict, &code_digest, now))
            }
            Input::Fenced(reason) if self.by_device() => {
                Ok(self.finish(State::Cancelled, Cause::Fenced(reason), now))
            }
            Input::InquiryAnswered { number, answer } => {
                Ok(self.take_inquiry(&doubt, number, answer, now))
            }
            Input::CancelRequested if self.may_reverse() => {
                Ok(self.reverse(doubt, Cause::CancelRequested, now))
            }
            Input::CancelRequested | Input::ExecutorConnected if self.by_device() => {
                Ok(vec![Effect::SendCancel])
            }
            Input::DeadlinePassed => Ok(self.unknown_deadline(doubt, now)),
            Input::InquiryWanted => self.ask_now(now),
            // It may have been sent before, so not reaching the destination now proves nothing.
            Input::Fenced(_)
            | Input::ExecutorConnected
            | Input::CommandAccepted
            | Input::ExecutorForgot
            | Input::WordAsked
            | Input::ExecutorNotReady(_)
            | Input::ReversalAnswered(_) => Ok(Vec::new()),
            other => Err(self.refuse(&other)),
        }
    }

    fn unknown_deadline(&mut self, mut doubt: Doubt, now: Timestamp) -> Vec<Effect> {
        if doubt.must_decide(now) && self.may_reverse() {
            return self.reverse(doubt, Cause::DecideDeadline, now);
        }
        if doubt.must_suspend(now) {
            return self.suspend(doubt, ReversalDecided::No, now);
        }
        if doubt.must_decide(now) {
            if self.class() == Class::Manual {
                return self.suspend(doubt, ReversalDecided::No, now);
            }
            doubt.decided();
        }
        let mut effects = Vec::new();
        if doubt.must_ask(now) {
            let number = doubt.ask(&self.policy, now);
            effects.extend(self.ask_again(number));
        }
        self.life = Life::Unknown(doubt);
        effects
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what a state does not list is refused")]
    fn step_reversing(&mut self, doubt: Doubt, input: Input, now: Timestamp) -> Stepped {
        match input {
            Input::ReversalAnswered(ReversalAnswer::Accepted) => {
                Ok(self.finish(State::Reversed, Cause::Reversed, now))
            }
            Input::InquiryAnswered { number, answer } => {
                Ok(self.take_inquiry(&doubt, number, answer, now))
            }
            Input::DeadlinePassed => Ok(self.reversing_deadline(doubt, now)),
            Input::ExecutorConnected if self.by_device() => Ok(vec![Effect::SendCancel]),
            Input::InquiryWanted => self.ask_now(now),
            Input::ReversalAnswered(
                ReversalAnswer::OriginalUnknown
                | ReversalAnswer::Refused
                | ReversalAnswer::NoAnswer,
            )
            | Input::ResultReported { .. }
            | Input::Fenced(_)
            | Input::ExecutorConnected
            | Input::ExecutorNotReady(_)
            | Input::ExecutorForgot
            | Input::CommandAccepted
            | Input::WordAsked
            | Input::CancelRequested => Ok(Vec::new()),
            other => Err(self.refuse(&other)),
        }
    }

    fn reversing_deadline(&mut self, mut doubt: Doubt, now: Timestamp) -> Vec<Effect> {
        if doubt.must_suspend(now) {
            return self.suspend(doubt, ReversalDecided::Yes, now);
        }
        if !doubt.must_ask(now) {
            return Vec::new();
        }
        let number = doubt.ask(&self.policy, now);
        self.life = Life::Reversing(doubt);
        std::iter::once(Effect::Reverse).chain(self.inquire(number)).collect()
    }

    fn step_suspense(
        &mut self,
        mut doubt: Doubt,
        reversal: ReversalDecided,
        input: Input,
        now: Timestamp,
    ) -> Stepped {
        match input {
            Input::ResultReported { verdict, code_digest } if reversal == ReversalDecided::No => {
                Ok(self.take_result(verdict, &code_digest, now))
            }
            Input::ReversalAnswered(ReversalAnswer::Accepted)
                if reversal == ReversalDecided::Yes =>
            {
                Ok(self.finish(State::Reversed, Cause::Reversed, now))
            }
            Input::InquiryAnswered { number, answer } => {
                Ok(self.take_inquiry(&doubt, number, answer, now))
            }
            Input::Resolved(resolution) => self.resolve(reversal, resolution, now),
            Input::InquiryWanted => self.ask_now(now),
            Input::DeadlinePassed if doubt.must_ask(now) => {
                let number = doubt.ask_slowly(&self.policy, now);
                self.life = Life::Suspense { doubt, reversal };
                let reverse = (reversal == ReversalDecided::Yes).then_some(Effect::Reverse);
                Ok(reverse.into_iter().chain(self.ask_again(number)).collect())
            }
            Input::Routed | Input::Unroutable | Input::OtherHalfFailed => Err(self.refuse(&input)),
            Input::ExecutorConnected if self.by_device() => Ok(vec![Effect::SendCancel]),
            Input::ExecutorConnected
            | Input::DeadlinePassed
            | Input::ResultReported { .. }
            | Input::ReversalAnswered(_)
            | Input::Fenced(_)
            | Input::ExecutorNotReady(_)
            | Input::ExecutorForgot
            | Input::CommandAccepted
            | Input::WordAsked
            | Input::DestinationBack
            | Input::Contradicted { .. }
            | Input::CancelRequested => Ok(Vec::new()),
        }
    }

    /// After the end: the word is repeated; evidence against it calls a person.
    fn step_final(&self, state: State, input: &Input) -> Stepped {
        let word = || if self.by_device() { vec![Effect::SendCommit(state)] } else { Vec::new() };
        match input {
            Input::ResultReported { verdict, .. } => {
                let contradicts = match verdict {
                    Verdict::Approved { .. } => state != State::Approved,
                    Verdict::Declined { .. } => state == State::Approved,
                    Verdict::Unknown { .. } => false,
                };
                let mut effects = word();
                if contradicts {
                    effects.extend(self.contradicted());
                }
                Ok(effects)
            }
            Input::InquiryAnswered { number: AFTER_CONTRADICTION, answer } => {
                Ok(confirmed(state, answer).into_iter().collect())
            }
            Input::Fenced(_) | Input::WordAsked | Input::ExecutorConnected => Ok(word()),
            Input::InquiryAnswered { .. }
            | Input::ReversalAnswered(_)
            | Input::CommandAccepted
            | Input::ExecutorNotReady(_)
            | Input::ExecutorForgot
            | Input::DestinationBack
            | Input::Contradicted { .. }
            | Input::DeadlinePassed => Ok(Vec::new()),
            Input::Routed
            | Input::Unroutable
            | Input::OtherHalfFailed
            | Input::CancelRequested
            | Input::InquiryWanted
            | Input::Resolved(_) => Err(self.refuse(input)),
        }
    }

    /// Evidence against evidence: nothing changes, a person is called, and after the end the
    /// destination is asked which of its answers is true. Before the end it is asked anyway.
    fn contradicted(&self) -> Vec<Effect> {
        let state = self.state();
        let over = matches!(self.life, Life::Final(_));
        let inquiry = if over { self.inquire(AFTER_CONTRADICTION) } else { None };
        let alarm = Effect::Alarm(Alarm::Contradiction { state });
        std::iter::once(alarm).chain(inquiry).collect()
    }

    /// T7, or nothing new when the outcome is in doubt already.
    pub(super) fn doubt(&mut self, cause: Cause, now: Timestamp) -> Vec<Effect> {
        if !matches!(self.life, Life::Dispatched { .. }) {
            return Vec::new();
        }
        let doubt = Doubt::begin(&self.policy, now, now);
        let mut effects = vec![self.enter(Life::Unknown(doubt), cause, now)];
        effects.extend(self.by_device().then_some(Effect::SendCancel));
        effects.push(Effect::Tell(State::Unknown));
        effects
    }

    /// T12.
    fn reverse(&mut self, mut doubt: Doubt, cause: Cause, now: Timestamp) -> Vec<Effect> {
        doubt.decided();
        doubt.ask_from(now);
        let number = doubt.ask(&self.policy, now);
        let record = self.enter(Life::Reversing(doubt), cause, now);
        let mut effects = vec![record, Effect::Reverse];
        effects.extend(self.inquire(number));
        effects.push(Effect::Tell(State::Reversing));
        effects
    }

    /// T13.
    fn suspend(
        &mut self,
        mut doubt: Doubt,
        reversal: ReversalDecided,
        now: Timestamp,
    ) -> Vec<Effect> {
        doubt.decided();
        let number = doubt.ask_slowly(&self.policy, now);
        let life = Life::Suspense { doubt, reversal };
        let record = self.enter(life, Cause::SuspenseDeadline, now);
        let mut effects = vec![record];
        effects.extend(self.ask_again(number));
        effects.push(Effect::Tell(State::Suspense));
        effects.push(Effect::Alarm(Alarm::Suspense));
        effects
    }

    /// Every way into a final state.
    pub(super) fn finish(&mut self, state: State, cause: Cause, now: Timestamp) -> Vec<Effect> {
        let sent = !matches!(self.life, Life::Received) && self.by_device();
        let record = self.enter(Life::Final(state), cause, now);
        let mut effects = vec![record, Effect::EraseCode];
        if sent {
            effects.push(Effect::SendCommit(state));
        }
        effects.push(Effect::Tell(state));
        if self.returns_points() && state != State::Approved {
            effects.push(Effect::Alarm(Alarm::NotGivenBack));
        }
        effects
    }

    fn enter(&mut self, life: Life, cause: Cause, now: Timestamp) -> Effect {
        let from = Some(self.state());
        self.life = life;
        self.version = self.version.saturating_add(1);
        let to = self.state();
        let booking = booking(&self.facts, to);
        Effect::Record(Change { from, to, cause, at: now, booking })
    }

    pub(super) fn refuse(&self, input: &Input) -> Refusal {
        Refusal::NotAllowed { state: self.state(), input: input.word() }
    }
}

/// What the destination itself says after two answers that differed, if it is against the end.
fn confirmed(state: State, answer: &InquiryAnswer) -> Option<Effect> {
    let against = match answer {
        InquiryAnswer::Approved { .. } => state != State::Approved,
        InquiryAnswer::Declined { .. } => state == State::Approved,
        InquiryAnswer::ExpiredUnused | InquiryAnswer::NotFound | InquiryAnswer::NoAnswer => false,
    };
    against.then_some(Effect::Alarm(Alarm::Contradiction { state }))
}

impl Input {
    const fn word(&self) -> &'static str {
        match self {
            Self::Routed => "a route",
            Self::Unroutable => "the lack of a route",
            Self::OtherHalfFailed => "the end of the other half",
            Self::CommandAccepted => "an acceptance",
            Self::ResultReported { .. } => "a result",
            Self::Fenced(_) => "a fence",
            Self::ExecutorNotReady(_) => "a not-ready",
            Self::ExecutorConnected => "a connection",
            Self::ExecutorForgot => "a lost journal",
            Self::WordAsked => "a question",
            Self::InquiryAnswered { .. } => "an inquiry's answer",
            Self::ReversalAnswered(_) => "a reversal's answer",
            Self::DestinationBack => "a destination's return",
            Self::Contradicted { .. } => "a contradiction",
            Self::CancelRequested => "a cancellation",
            Self::InquiryWanted => "a person's inquiry",
            Self::Resolved(_) => "this resolution",
            Self::DeadlinePassed => "a deadline",
        }
    }
}

//! The thirteen mistakes of the checked model, fed to the world around the real machines.
//!
//! Owns what a gateway with one of the mistakes would decide; those of a device are beside the
//! effects that they spoil, in `device.rs` and `world.rs`. Next: `step.rs`.

use super::gateway::Gateway;
use super::setup::{code_dead_ms, late_ms};
use baton_core::relay::transaction::Input;
use baton_protocol::policy::Policy;
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, State, Verdict};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// Final on a plain "not found".
    NotFoundIsFinal,
    /// An old "not found" is believed once the code has died.
    OldNotFoundBelieved,
    /// "Original unknown" ends a reversal.
    OriginalUnknownIsFinal,
    /// A late approval overrides a decided reversal.
    LateApprovalWins,
    /// The device submits before it journals.
    SubmitFirst,
    /// The device shows an approval before the gateway's word.
    ShownEarly,
    /// "Code used" is taken as a decline.
    CodeUsedDeclines,
    /// The device submits again after a crash.
    BlindRetry,
    /// The gateway sends before it records.
    SendFirst,
    /// A cancel is answered "never" without a fence.
    CancelWithoutFence,
    /// The gateway closes a dispatched request by its own clock.
    OwnClockCloses,
    /// A decline is believed although the code stays live.
    LiveDeclineBelieved,
    /// The paired route is reversed by machines.
    PairedReversed,
    /// An answer to an inquiry reaches the machine that was made after a restart. The checked
    /// model has no restart of the gateway, so this one stands beside its thirteen.
    AnswerCrossesRestart,
}

impl Mistake {
    /// Returns the state into which a gateway with this mistake would go now, if it would.
    pub fn decides(self, gateway: &Gateway, input: &Input, now_ms: u64) -> Option<State> {
        use InquiryAnswer::NotFound;
        let policy = gateway.policy();
        match (self, gateway.state(), input) {
            (
                Self::NotFoundIsFinal,
                State::Unknown,
                Input::InquiryAnswered { answer: NotFound, .. },
            ) => Some(State::Cancelled),
            (
                Self::OldNotFoundBelieved,
                State::Unknown,
                Input::InquiryAnswered { answer: NotFound, .. },
            ) => (now_ms >= late_ms(policy)).then_some(State::Expired),
            (
                Self::OriginalUnknownIsFinal,
                State::Reversing,
                Input::ReversalAnswered(ReversalAnswer::OriginalUnknown),
            ) => Some(State::Reversed),
            (Self::LateApprovalWins, State::Reversing, Input::ResultReported { verdict, .. }) => {
                matches!(verdict, Verdict::Approved { .. }).then_some(State::Approved)
            }
            (Self::OwnClockCloses, State::Dispatched, Input::DeadlinePassed) => {
                (now_ms >= code_dead_ms(policy)).then_some(State::Expired)
            }
            (
                Self::LiveDeclineBelieved,
                State::Dispatched | State::Unknown,
                Input::ResultReported { verdict: Verdict::Declined { .. }, .. },
            ) => Some(State::Declined),
            (Self::PairedReversed, State::Unknown, Input::DeadlinePassed) => {
                decide_passed(gateway, policy, now_ms).then_some(State::Reversing)
            }
            _ => None,
        }
    }
}

fn decide_passed(gateway: &Gateway, policy: &Policy, now_ms: u64) -> bool {
    gateway.doubt_since_ms().is_some_and(|since| now_ms >= since + policy.decide_ms)
}

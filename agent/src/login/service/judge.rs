//! What the gateway is told of what a helper did: endings and fences.
//!
//! Owns the judgement of a helper's word: an approval counts only with the amount that was asked
//! for. May not speak to the helper. Next: [`super::keeper`].

use crate::login::errand::Fence;
use crate::login::message::Seen;
use crate::login::place::HELPER_LOOK;
use crate::pos::ending::Ending;
use baton_protocol::evidence::{self, Cause};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::FenceReason;
use baton_protocol::money::Money;

/// Judges what a helper saw. The amount is the one that was asked for, where that is known here.
pub fn ending(seen: &Seen, asked: Option<Money>) -> Ending {
    match seen {
        Seen::Submitted { evidence, outcome, amount } => {
            if asked.is_some_and(|asked| asked != *amount) {
                return Ending::mismatch(*evidence);
            }
            Ending::seen(outcome.clone(), *evidence, *amount)
        }
        Seen::NotPressed { cause } => {
            tracing::warn!(cause, "not pressed, after the journal said so");
            Ending::not_pressed()
        }
    }
}

/// Says in the log why nothing was entered, and gives the gateway's words for it.
pub fn told(transaction: TransactionId, fence: Fence) -> evidence::Fence {
    let (sentence, reason, cause) = match fence {
        Fence::Absent => (
            format!("no login helper is connected; is the cashier logged in? see {HELPER_LOOK}"),
            FenceReason::PosNotReady,
            Cause::HelperAway,
        ),
        Fence::Broke => {
            let sentence = "the login helper was lost in the entry".to_owned();
            (sentence, FenceReason::PosNotReady, Cause::HelperLost)
        }
        Fence::Busy => {
            let sentence = "the submit of another entry is not over".to_owned();
            (sentence, FenceReason::PosNotReady, Cause::Busy)
        }
        Fence::GivenUp => {
            let sentence = "another entry was asked for".to_owned();
            (sentence, FenceReason::Cancelled, Cause::Cancelled)
        }
        // The helper's cause is in the log already.
        Fence::Refused(told) => return told,
    };
    tracing::warn!(%transaction, cause = sentence, "not entered");
    evidence::Fence::because(reason, cause)
}

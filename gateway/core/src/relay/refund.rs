//! Giving money or points back by decision: what may be given back, and as which transaction.
//!
//! Owns the rules on refunds and voids. A refund is a transaction of its own, linked to the
//! approved one and executed by the gateway at the same destination; nothing that is in doubt is
//! refunded. The store holds that refunds together never exceed the original. Next:
//! [`super::transaction`], which runs it.

use super::plan::{Executor, Route};
use super::transaction::{Facts, Links, Original, Purpose};
use crate::time::Timestamp;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Money;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;

/// What somebody wants to be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// All of it, before anything else of it was given back.
    Void,
    /// So much of it; nothing named means all that is left.
    Refund(Option<Money>),
}

/// Checks a wish against the original as it stands and returns how much is given back.
/// `refunded` is what was given back before or is being given back now, in minor units.
///
/// # Errors
/// [`RefusalCode::StateWrong`] unless the original is approved and, for a void, untouched;
/// [`RefusalCode::AppKindWrong`] when there is nothing to give back or points are to be refunded in
/// part; [`RefusalCode::AmountInvalid`] for another currency or nothing at all;
/// [`RefusalCode::RefundTooLarge`] when less than that is left.
pub fn check(
    original: &Facts,
    state: State,
    refunded: i64,
    wish: Wish,
) -> Result<Money, RefusalCode> {
    match (original.purpose, wish) {
        (Purpose::Payment, _) | (Purpose::Accrue | Purpose::Redeem, Wish::Void) => {}
        (Purpose::Accrue | Purpose::Redeem, Wish::Refund(_))
        | (Purpose::Balance | Purpose::Refund | Purpose::Void, _) => {
            return Err(RefusalCode::AppKindWrong);
        }
    }
    if state != State::Approved {
        return Err(RefusalCode::StateWrong);
    }
    let whole = original.amount;
    let left = Money::new(whole.minor.saturating_sub(refunded), whole.currency);
    let wanted = match wish {
        Wish::Void if refunded != 0 => return Err(RefusalCode::StateWrong),
        Wish::Void => whole,
        Wish::Refund(None) => left,
        Wish::Refund(Some(wanted)) => wanted,
    };
    if wanted.currency != whole.currency || (wanted.minor <= 0 && left.minor > 0) {
        return Err(RefusalCode::AmountInvalid);
    }
    if wanted.minor > left.minor || left.minor <= 0 {
        return Err(RefusalCode::RefundTooLarge);
    }
    Ok(wanted)
}

/// Checks a wish against the half that came after the original in one touch, as it stands. While
/// the payment beside redeemed points is not paid, the gateway itself may have to give them back.
///
/// # Errors
/// [`RefusalCode::StateWrong`] when it is too early.
pub fn check_half(original: &Facts, second: Option<State>) -> Result<(), RefusalCode> {
    let alone = original.purpose == Purpose::Payment;
    let paid = second.is_none_or(|state| state == State::Approved);
    if alone || paid { Ok(()) } else { Err(RefusalCode::StateWrong) }
}

/// Makes the transaction that gives `amount` of the original back. `code_digest` is a digest of its
/// own, because no code belongs to it.
#[must_use]
pub fn facts(
    original: &Facts,
    id: TransactionId,
    wish: Wish,
    amount: Money,
    code_digest: String,
    now: Timestamp,
) -> Facts {
    let purpose = match wish {
        Wish::Void => Purpose::Void,
        Wish::Refund(_) => Purpose::Refund,
    };
    Facts {
        id,
        purpose,
        amount,
        code_digest,
        accepted_at: now,
        route: Route::Standalone,
        executor: Executor::Gateway(original.destination.clone()),
        links: Links {
            original: Some(Original { id: original.id, purpose: original.purpose }),
            ..Links::default()
        },
        ..original.clone()
    }
}

#[cfg(test)]
mod tests;

//! Baton's questions in the documents of the plugin contract, and its answers in Baton's words.
//!
//! Owns the translation, word for word; that an answer speaks of what was asked is checked by the
//! host. Next: the gateway, which decides what to do about doubt.

use crate::ask::{Authorize, GiveBack, Inquire, Reverse};
use crate::reconcile::{Reconcile, Reconciliation, Told, ToldTally, Unreconciled};
use baton_plugin_api::documents::destination as money;
use baton_plugin_api::documents::membership as points;
use baton_plugin_api::documents::{self, UndoAnswer};
use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::ids::{AppId, TerminalId, TransactionId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};

pub(super) fn authorize(ask: &Authorize, code: &PaymentCode) -> money::Authorize {
    let amount = ask.work.amount();
    money::Authorize {
        transaction_id: ask.transaction.to_string(),
        terminal_id: ask.terminal.to_string(),
        app_id: ask.app.to_string(),
        code: documents::Code::new(code.reveal().to_owned()),
        amount: amount.minor,
        currency: amount.currency.to_string(),
        at_ms: ask.at_ms,
    }
}

pub(super) fn inquire(ask: &Inquire) -> money::Inquire {
    money::Inquire {
        inquiry_id: ask.inquiry.to_string(),
        transaction_id: ask.transaction.to_string(),
        terminal_id: ask.terminal.to_string(),
        app_id: ask.app.to_string(),
        amount: ask.amount.minor,
        currency: ask.amount.currency.to_string(),
        at_ms: ask.at_ms,
    }
}

pub(super) fn reverse(ask: &Reverse) -> money::Reverse {
    money::Reverse {
        transaction_id: ask.transaction.to_string(),
        terminal_id: ask.terminal.to_string(),
        app_id: ask.app.to_string(),
        amount: ask.amount.minor,
        currency: ask.amount.currency.to_string(),
        at_ms: ask.at_ms,
    }
}

pub(super) fn give_back(ask: &GiveBack) -> money::GiveBack {
    money::GiveBack {
        transaction_id: ask.transaction.to_string(),
        original_transaction_id: ask.original.to_string(),
        terminal_id: ask.terminal.to_string(),
        app_id: ask.app.to_string(),
        amount: ask.amount.minor,
        currency: ask.amount.currency.to_string(),
        at_ms: ask.at_ms,
    }
}

pub(super) fn balance(ask: &Authorize, member: &MemberId) -> points::Balance {
    points::Balance {
        transaction_id: ask.transaction.to_string(),
        terminal_id: ask.terminal.to_string(),
        app_id: ask.app.to_string(),
        member_id: documents::MemberId::new(member.reveal().to_owned()),
        at_ms: ask.at_ms,
    }
}

pub(super) fn moved(ask: &Authorize, member: &MemberId, count: i64) -> points::Move {
    points::Move {
        transaction_id: ask.transaction.to_string(),
        terminal_id: ask.terminal.to_string(),
        app_id: ask.app.to_string(),
        member_id: documents::MemberId::new(member.reveal().to_owned()),
        points: count,
        reserve_transaction_id: None,
        at_ms: ask.at_ms,
    }
}

pub(super) fn undo(
    id: TransactionId,
    terminal: &TerminalId,
    app: &AppId,
    amount: Money,
    at_ms: i64,
) -> points::Undo {
    points::Undo {
        transaction_id: id.to_string(),
        terminal_id: terminal.to_string(),
        app_id: app.to_string(),
        points: amount.minor,
        at_ms,
    }
}

pub(super) fn inquire_points(ask: &Inquire) -> points::InquirePoints {
    points::InquirePoints {
        inquiry_id: ask.inquiry.to_string(),
        transaction_id: ask.transaction.to_string(),
        terminal_id: ask.terminal.to_string(),
        app_id: ask.app.to_string(),
        points: ask.amount.minor,
        at_ms: ask.at_ms,
    }
}

/// The host has compared transaction, amount and currency; the amount is therefore what was asked.
pub(super) fn verdict(told: money::Verdict, asked: TransactionId, amount: Money) -> Verdict {
    match told {
        money::Verdict::Approved { transaction_id, reference, .. } => {
            if transaction_id != asked.to_string() {
                return Verdict::Unknown { reason: UnknownReason::Mismatch };
            }
            Verdict::Approved { amount, reference }
        }
        money::Verdict::Declined { reason } => Verdict::Declined { reason: declined(reason) },
        money::Verdict::Unknown { reason } => Verdict::Unknown { reason: unknown(reason) },
    }
}

pub(super) fn points(told: points::PointsVerdict, amount: Money) -> Verdict {
    match told {
        points::PointsVerdict::Approved { reference, .. } => {
            Verdict::Approved { amount, reference }
        }
        points::PointsVerdict::Declined { reason } => {
            Verdict::Declined { reason: declined(reason) }
        }
        points::PointsVerdict::Unknown { reason } => Verdict::Unknown { reason: unknown(reason) },
    }
}

/// A balance moves nothing: the points stand in the reference.
pub(super) fn balance_told(told: &points::BalanceAnswer, amount: Money) -> Verdict {
    match told {
        points::BalanceAnswer::Points { points } => {
            Verdict::Approved { amount, reference: points.to_string() }
        }
        points::BalanceAnswer::Declined { reason } => {
            Verdict::Declined { reason: declined(*reason) }
        }
        points::BalanceAnswer::NoAnswer => Verdict::Unknown { reason: UnknownReason::Inconclusive },
    }
}

pub(super) fn inquired(told: money::InquiryAnswer, currency: Currency) -> InquiryAnswer {
    match told {
        money::InquiryAnswer::Approved { amount, reference, .. } => {
            InquiryAnswer::Approved { amount: Money::new(amount, currency), reference }
        }
        money::InquiryAnswer::Declined { reason, .. } => {
            InquiryAnswer::Declined { reason: declined(reason) }
        }
        money::InquiryAnswer::Reversed { .. } => {
            InquiryAnswer::Declined { reason: DeclineReason::Reversed }
        }
        money::InquiryAnswer::ExpiredUnused { .. } => InquiryAnswer::ExpiredUnused,
        money::InquiryAnswer::NotFound { .. } => InquiryAnswer::NotFound,
        money::InquiryAnswer::NoAnswer => InquiryAnswer::NoAnswer,
    }
}

pub(super) fn points_inquired(told: points::PointsInquiryAnswer) -> InquiryAnswer {
    match told {
        points::PointsInquiryAnswer::Approved { points, reference, .. } => {
            InquiryAnswer::Approved { amount: Money::new(points, Currency::POINTS), reference }
        }
        points::PointsInquiryAnswer::Declined { reason, .. } => {
            InquiryAnswer::Declined { reason: declined(reason) }
        }
        points::PointsInquiryAnswer::Reversed { .. } => {
            InquiryAnswer::Declined { reason: DeclineReason::Reversed }
        }
        points::PointsInquiryAnswer::NotFound { .. } => InquiryAnswer::NotFound,
        points::PointsInquiryAnswer::NoAnswer => InquiryAnswer::NoAnswer,
    }
}

pub(super) const fn undone(told: &UndoAnswer) -> ReversalAnswer {
    match told {
        UndoAnswer::Accepted { .. } => ReversalAnswer::Accepted,
        UndoAnswer::OriginalUnknown { .. } => ReversalAnswer::OriginalUnknown,
        UndoAnswer::Refused { .. } => ReversalAnswer::Refused,
        UndoAnswer::NoAnswer => ReversalAnswer::NoAnswer,
    }
}

/// The contract compares all terminals together, and what stands: without what was reversed.
pub(super) fn reconcile(ask: &Reconcile) -> Option<money::Reconcile> {
    let charged = ask.totals.payments.without(ask.totals.payments_reversed).ok()?;
    let returned = ask.totals.refunds.without(ask.totals.refunds_reversed).ok()?;
    let document = money::Reconcile {
        from_ms: ask.from_ms,
        to_ms: ask.to_ms,
        currency: ask.currency.to_string(),
        totals: money::Totals {
            charged_count: u64::try_from(charged.count).ok()?,
            charged_amount: charged.minor,
            returned_count: u64::try_from(returned.count).ok()?,
            returned_amount: returned.minor,
        },
    };
    ask.terminal.is_none().then_some(document)
}

pub(super) fn reconciled(told: &money::ReconcileAnswer) -> Reconciliation {
    match told {
        money::ReconcileAnswer::Agreed => Reconciliation::InBalance,
        money::ReconcileAnswer::Differs { totals } => {
            let tally = |count: u64, minor| ToldTally {
                count: i64::try_from(count).ok(),
                minor: Some(minor),
            };
            let theirs = Told {
                payments: tally(totals.charged_count, totals.charged_amount),
                refunds: tally(totals.returned_count, totals.returned_amount),
                net_minor: totals.charged_amount.checked_sub(totals.returned_amount),
                ..Told::default()
            };
            Reconciliation::OutOfBalance { theirs }
        }
        money::ReconcileAnswer::Unsupported => Reconciliation::NotReconciled(Unreconciled::NoWay),
        money::ReconcileAnswer::NoAnswer => Reconciliation::NoAnswer,
    }
}

const fn declined(reason: documents::DeclineReason) -> DeclineReason {
    match reason {
        documents::DeclineReason::Funds => DeclineReason::Funds,
        documents::DeclineReason::Points => DeclineReason::Points,
        documents::DeclineReason::CodeExpired => DeclineReason::CodeExpired,
        documents::DeclineReason::CodeUnknown => DeclineReason::CodeUnknown,
        documents::DeclineReason::MemberUnknown => DeclineReason::MemberUnknown,
        documents::DeclineReason::Refused => DeclineReason::Refused,
        documents::DeclineReason::Reversed => DeclineReason::Reversed,
    }
}

const fn unknown(reason: documents::UnknownReason) -> UnknownReason {
    match reason {
        documents::UnknownReason::Silent => UnknownReason::Silent,
        documents::UnknownReason::Cut => UnknownReason::Cut,
        documents::UnknownReason::Garbled => UnknownReason::Garbled,
        documents::UnknownReason::Inconclusive => UnknownReason::Inconclusive,
        documents::UnknownReason::CodeUsed => UnknownReason::CodeUsed,
        documents::UnknownReason::Mismatch => UnknownReason::Mismatch,
    }
}

#[cfg(test)]
mod tests;

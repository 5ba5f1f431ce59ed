//! A destination that a provider's plugin speaks to, in a process of its own.
//!
//! Owns asking: which operation, within which time, and that a call without an answer leaves doubt.
//! Checks, walls and updates are the plugin host's. Reading order: [`shelf`], where plugins come
//! from, [`stock`], how an operator puts them there, then [`words`], the two vocabularies.

pub mod shelf;
pub mod stock;
mod words;

use crate::ask::{Authorize, GiveBack, Inquire, Limits, Reverse, Way};
use crate::fault::Unreachable;
use crate::reconcile::{Reconcile, Reconciliation, Unreconciled};
use baton_plugin_api::documents::destination::{Refund, Void};
use baton_plugin_api::documents::membership::{Accrue, Cancel, Redeem};
use baton_plugin_api::documents::{Operation, UndoAnswer};
use baton_plugin_host::fault::{CallFault, Lost};
use baton_plugin_host::{Plugin, Plugins};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{
    DeclineReason, InquiryAnswer, MembershipAction, ReversalAnswer, UnknownReason, Verdict, Work,
};
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct PluginClient {
    name: String,
    plugins: Arc<Plugins>,
    limits: Limits,
}

impl PluginClient {
    pub(crate) const fn new(name: String, plugins: Arc<Plugins>, limits: Limits) -> Self {
        Self { name, plugins, limits }
    }

    pub(crate) async fn prepare(&self) -> Result<(), Unreachable> {
        let plugin = self.plugin().ok_or(Unreachable::Refused)?;
        plugin.prepare().await.map_err(|fault| {
            tracing::warn!(%fault, "a plugin cannot be asked");
            Unreachable::Refused
        })
    }

    pub(crate) async fn authorize(&self, ask: &Authorize) -> Verdict {
        let amount = ask.work.amount();
        let told = match &ask.work {
            Work::Payment { code, .. } => {
                let told = self.ask(&words::authorize(ask, code)).await;
                told.map(|verdict| words::verdict(verdict, ask.transaction, amount))
            }
            Work::Membership { member_id, action, points } => {
                let moved = words::moved(ask, member_id, *points);
                match action {
                    MembershipAction::Accrue => {
                        let told = self.ask(&Accrue(moved)).await;
                        told.map(|verdict| words::points(verdict, amount))
                    }
                    MembershipAction::Redeem => {
                        let told = self.ask(&Redeem(moved)).await;
                        told.map(|verdict| words::points(verdict, amount))
                    }
                    MembershipAction::Balance => {
                        let told = self.ask(&words::balance(ask, member_id)).await;
                        told.map(|answer| words::balance_told(&answer, amount))
                    }
                }
            }
        };
        told.unwrap_or_else(|reason| Verdict::Unknown { reason })
    }

    /// Points are given back by cancelling what moved them, and only all of them.
    pub(crate) async fn give_back(&self, ask: &GiveBack) -> Verdict {
        let told = match (in_points(ask.amount), ask.how) {
            (true, Way::Void) => {
                let undo =
                    words::undo(ask.original, &ask.terminal, &ask.app, ask.amount, ask.at_ms);
                let told = self.ask(&Cancel(undo)).await;
                told.map(|answer| cancelled(&answer, ask.amount, ask.original))
            }
            (true, Way::Refund) => Ok(Verdict::Declined { reason: DeclineReason::Refused }),
            (false, Way::Void) => {
                let told = self.ask(&Void(words::give_back(ask))).await;
                told.map(|verdict| words::verdict(verdict, ask.transaction, ask.amount))
            }
            (false, Way::Refund) => {
                let told = self.ask(&Refund(words::give_back(ask))).await;
                told.map(|verdict| words::verdict(verdict, ask.transaction, ask.amount))
            }
        };
        told.unwrap_or_else(|reason| Verdict::Unknown { reason })
    }

    pub(crate) async fn inquire(&self, ask: &Inquire) -> InquiryAnswer {
        let told = if in_points(ask.amount) {
            let told = self.ask(&words::inquire_points(ask)).await;
            told.map(words::points_inquired)
        } else {
            let told = self.ask(&words::inquire(ask)).await;
            told.map(|answer| words::inquired(answer, ask.amount.currency))
        };
        told.unwrap_or(InquiryAnswer::NoAnswer)
    }

    pub(crate) async fn reverse(&self, ask: &Reverse) -> ReversalAnswer {
        let told = if in_points(ask.amount) {
            let (id, amount) = (ask.transaction, ask.amount);
            let undo = words::undo(id, &ask.terminal, &ask.app, amount, ask.at_ms);
            self.ask(&Cancel(undo)).await
        } else {
            self.ask(&words::reverse(ask)).await
        };
        told.map_or(ReversalAnswer::NoAnswer, |answer| words::undone(&answer))
    }

    /// A plugin counts what stands; a question that has no place in its document is not asked.
    pub(crate) async fn reconcile(&self, ask: &Reconcile) -> Reconciliation {
        let Some(document) = words::reconcile(ask) else {
            return Reconciliation::NotReconciled(Unreconciled::Unsayable);
        };
        let told = self.ask(&document).await;
        told.map_or(Reconciliation::NoAnswer, |answer| words::reconciled(&answer))
    }

    async fn ask<O: Operation>(&self, ask: &O) -> Result<O::Answer, UnknownReason> {
        let plugin = self.plugin().ok_or(UnknownReason::Silent)?;
        let within = Duration::from_millis(self.limits.answer_ms);
        plugin.ask(ask, within).await.map_err(|fault| {
            tracing::warn!(%fault, "a plugin gave no answer that counts");
            reason(&fault)
        })
    }

    fn plugin(&self) -> Option<Plugin> {
        let found = self.plugins.lookup(&self.name);
        if found.is_none() {
            tracing::warn!(plugin = %self.name, "no plugin of this name is loaded");
        }
        found
    }
}

/// "Not asked" has no word of its own: silence does not claim that anything was sent.
const fn reason(fault: &CallFault) -> UnknownReason {
    match fault {
        CallFault::NotAsked { .. } | CallFault::Lost { cause: Lost::Late, .. } => {
            UnknownReason::Silent
        }
        CallFault::Lost { cause: Lost::Died { .. } | Lost::Panicked, .. } => UnknownReason::Cut,
        CallFault::Lost { cause: Lost::Mismatch(_), .. } => UnknownReason::Mismatch,
        CallFault::Lost {
            cause: Lost::Malformed | Lost::Unsupported | Lost::Lied { .. } | Lost::Garbled,
            ..
        } => UnknownReason::Garbled,
    }
}

fn cancelled(answer: &UndoAnswer, amount: Money, original: TransactionId) -> Verdict {
    match answer {
        UndoAnswer::Accepted { .. } => {
            Verdict::Approved { amount, reference: original.to_string() }
        }
        UndoAnswer::OriginalUnknown { .. } | UndoAnswer::Refused { .. } => {
            Verdict::Declined { reason: DeclineReason::Refused }
        }
        UndoAnswer::NoAnswer => Verdict::Unknown { reason: UnknownReason::Inconclusive },
    }
}

fn in_points(amount: Money) -> bool {
    amount.currency == Currency::POINTS
}

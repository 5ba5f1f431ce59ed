//! One errand about one transaction, from the wish to the fact for its desk.
//!
//! Owns the asking. Whatever is no usable answer is a fact too; the transaction's timers bring the
//! question again. Next: `pulse`, what the answer says about the destination itself.

use super::super::desk::{About, DeskActor};
use actix::prelude::*;
use baton_core::relay::health::Input as Fact;
use baton_core::relay::lanes::{Lane, Place};
use baton_core::relay::transaction::{Facts, Input, Purpose};
use baton_core::time::Timestamp;
use baton_destinations::ask::{GiveBack, Way};
use baton_destinations::{Client, Inquire, Reverse};
use baton_protocol::ids::{InquiryId, TransactionId};
use baton_protocol::link::FenceReason;
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, Verdict};

/// Something to be asked or done at the destination about one transaction.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Errand {
    /// The transaction; its id is also the reference at the destination.
    pub facts: Facts,
    /// What is wanted.
    pub kind: Kind,
    /// Who is told.
    pub desk: Addr<DeskActor>,
}

/// What is wanted of the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Say what became of it.
    Inquire {
        /// The inquiry's number in its transaction.
        number: u32,
    },
    /// Undo it.
    Reverse,
    /// Give its original back, as a refund or a void.
    GiveBack,
}

/// Whether the destination gave a usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answered {
    Yes,
    No,
}

impl Errand {
    /// Returns its lane; giving back has none.
    #[must_use]
    pub const fn place(&self) -> Option<Place> {
        match self.kind {
            Kind::Inquire { .. } => Some((self.facts.id, Lane::Inquiry)),
            Kind::Reverse => Some((self.facts.id, Lane::Reversal)),
            Kind::GiveBack => None,
        }
    }
}

impl Answered {
    /// What that says about the destination's health.
    pub(super) const fn fact(self, asked_at: Timestamp) -> Fact {
        match self {
            Self::Yes => Fact::ErrandAnswered,
            Self::No => Fact::ErrandUnanswered { asked_at },
        }
    }
}

/// Inquires or reverses, tells the desk, and says whether there was an answer.
pub(super) async fn ask(
    client: Client,
    errand: Errand,
    inquiry: InquiryId,
    at_ms: i64,
) -> Answered {
    let Errand { facts, kind, desk } = errand;
    let (transaction, amount) = (facts.id, facts.amount);
    let (terminal, app) = (facts.terminal, facts.app);
    let (input, answered) = if let Kind::Inquire { number } = kind {
        let question = Inquire { inquiry, transaction, terminal, app, amount, at_ms };
        let answer = client.inquire(&question).await;
        let answered = count("inquiry", answer != InquiryAnswer::NoAnswer);
        (Input::InquiryAnswered { number, answer }, answered)
    } else {
        let wish = Reverse { transaction, terminal, app, amount, at_ms };
        let answer = client.reverse(&wish).await;
        let answered = count("reversal", answer != ReversalAnswer::NoAnswer);
        (Input::ReversalAnswered(answer), answered)
    };
    tell(&desk, transaction, input);
    answered
}

/// Gives back, tells the desk, and says whether there was an answer. Nothing was sent if the
/// destination cannot be reached, which the core believes of a first try.
pub(super) async fn give_back(client: Client, errand: Errand, at_ms: i64) -> Answered {
    let Errand { facts, desk, .. } = errand;
    let transaction = facts.id;
    let unreachable = Input::Fenced(FenceReason::Unreachable);
    let Some(original) = facts.links.original else {
        tell(&desk, transaction, unreachable);
        return Answered::Yes;
    };
    if client.prepare().await.is_err() {
        tell(&desk, transaction, unreachable);
        return count("refund", false);
    }
    let wish = GiveBack {
        transaction,
        original: original.id,
        how: if facts.purpose == Purpose::Void { Way::Void } else { Way::Refund },
        terminal: facts.terminal,
        app: facts.app,
        amount: facts.amount,
        at_ms,
    };
    let verdict = client.give_back(&wish).await;
    let answered = count("refund", !matches!(verdict, Verdict::Unknown { .. }));
    let code_digest = facts.code_digest;
    tell(&desk, transaction, Input::ResultReported { verdict, code_digest });
    answered
}

/// Tells a desk what a destination said.
pub(super) fn tell(desk: &Addr<DeskActor>, transaction: TransactionId, input: Input) {
    if desk.try_send(About { transaction, input, answer: None }).is_err() {
        tracing::debug!(%transaction, "the desk is busy or gone; its timer asks again");
    }
}

fn count(errand: &'static str, usable: bool) -> Answered {
    let answer = if usable { "some" } else { "none" };
    metrics::counter!("baton_errands_total", "errand" => errand, "answer" => answer).increment(1);
    if usable { Answered::Yes } else { Answered::No }
}

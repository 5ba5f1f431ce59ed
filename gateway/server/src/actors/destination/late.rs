//! Answers of a destination that came after their question was given up.
//!
//! Owns the memory of who asked: an answer that names one of the latest questions is evidence for
//! its transaction, and one that names none is counted. Next: [`super::super::desk`], which judges.

use super::DestinationActor;
use super::charge::Charge;
use super::errand::{Errand, Kind, tell};
use crate::actors::desk::DeskActor;
use crate::clock::new_id;
use actix::prelude::*;
use baton_core::relay::health::Input as Fact;
use baton_core::relay::transaction::Input;
use baton_destinations::{Client, LateAnswer};
use baton_protocol::ids::{InquiryId, TransactionId};
use std::collections::{BTreeMap, VecDeque};

/// Questions remembered: all that one destination is asked within two answers' time at 500 a
/// second. A forgotten one is asked again by its timer.
const ASKERS_REMEMBERED_MAX: usize = 8_192;

/// Who asked what, for answers that come late.
#[derive(Default)]
pub(super) struct Askers {
    known: BTreeMap<InquiryId, Asker>,
    latest: BTreeMap<TransactionId, InquiryId>,
    charges: BTreeMap<TransactionId, InquiryId>,
    order: VecDeque<InquiryId>,
}

struct Asker {
    transaction: TransactionId,
    wish: Wish,
    desk: Addr<DeskActor>,
}

/// What was asked.
enum Wish {
    Errand(Kind),
    Charge { code_digest: String },
}

/// A late answer, on its way from the client.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Late(LateAnswer);

impl Askers {
    /// Gives a question its id and remembers who asked.
    pub(super) fn remember(&mut self, errand: &Errand) -> InquiryId {
        let id = InquiryId::new(new_id());
        let transaction = errand.facts.id;
        let (wish, desk) = (Wish::Errand(errand.kind), errand.desk.clone());
        self.keep(id, Asker { transaction, wish, desk });
        id
    }

    /// Remembers who charges.
    pub(super) fn remember_charge(&mut self, charge: &Charge) {
        let transaction = charge.facts.id;
        let wish = Wish::Charge { code_digest: charge.facts.code_digest.clone() };
        let asker = Asker { transaction, wish, desk: charge.desk.clone() };
        let id = InquiryId::new(new_id());
        self.charges.insert(transaction, id);
        self.keep(id, asker);
    }

    fn keep(&mut self, id: InquiryId, asker: Asker) {
        let transaction = asker.transaction;
        self.known.insert(id, asker);
        self.latest.insert(transaction, id);
        self.order.push_back(id);
        if self.order.len() > ASKERS_REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
            && let Some(gone) = self.known.remove(&oldest)
        {
            for index in [&mut self.latest, &mut self.charges] {
                if index.get(&gone.transaction) == Some(&oldest) {
                    index.remove(&gone.transaction);
                }
            }
        }
    }

    /// Finds whom an answer is for, and the fact that it is there.
    fn resolve(&self, late: LateAnswer) -> Option<(&Addr<DeskActor>, TransactionId, Input)> {
        match late {
            LateAnswer::Inquiry { inquiry, transaction, answer } => {
                let asker = self.known.get(&inquiry)?;
                let Wish::Errand(Kind::Inquire { number }) = asker.wish else { return None };
                let same = asker.transaction == transaction;
                let input = Input::InquiryAnswered { number, answer };
                same.then_some((&asker.desk, transaction, input))
            }
            LateAnswer::Reversal { transaction, answer } => {
                let asker = self.known.get(self.latest.get(&transaction)?)?;
                Some((&asker.desk, transaction, Input::ReversalAnswered(answer)))
            }
            LateAnswer::Authorization { transaction, verdict } => {
                let asker = self.known.get(self.charges.get(&transaction)?)?;
                let Wish::Charge { code_digest } = &asker.wish else { return None };
                let code_digest = code_digest.clone();
                Some((&asker.desk, transaction, Input::ResultReported { verdict, code_digest }))
            }
            LateAnswer::Unmatched => None,
        }
    }
}

/// Passes a client's late answers to its actor, until the client is gone.
pub(super) fn listen(client: &Client, actor: Addr<DestinationActor>) {
    let Some(mut answers) = client.late() else { return };
    actix::spawn(async move {
        while let Some(answer) = answers.next().await {
            if actor.try_send(Late(answer)).is_err() {
                tracing::debug!("a late answer found no room; its transaction asks again");
            }
        }
    });
}

impl Handler<Late> for DestinationActor {
    type Result = ();

    fn handle(&mut self, message: Late, ctx: &mut Self::Context) {
        let word = message.0.word();
        let heard = match self.askers.resolve(message.0) {
            Some((desk, transaction, input)) => {
                tracing::info!(destination = %self.id, %transaction, kind = word, "late answer");
                tell(desk, transaction, input);
                "ours"
            }
            None => {
                tracing::warn!(destination = %self.id, kind = word, "an answer to no question");
                "nobody's"
            }
        };
        let name = self.id.to_string();
        metrics::counter!(
            "baton_late_answers_total", "destination" => name, "kind" => word, "for" => heard
        )
        .increment(1);
        if heard == "ours" {
            self.learn(Fact::ErrandAnswered, ctx);
        }
    }
}

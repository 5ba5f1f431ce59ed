//! The actor of one destination: the gateway's own questions and reversals to it.
//!
//! Owns one lane a transaction, so a slow answer holds up nobody else, and a bound on all of them.
//! New payments are sent by terminals and POS programs, not from here. What comes back is a fact
//! for the transaction's desk. Next: [`super::keeper`].

use super::desk::{About, DeskActor};
use crate::clock::new_id;
use crate::world::World;
use actix::prelude::*;
use baton_core::relay::transaction::{Facts, Input, Purpose};
use baton_destinations::ask::{GiveBack, Way};
use baton_destinations::{Client, Inquire, Limits, Reverse};
use baton_protocol::ids::{DestinationId, InquiryId, TransactionId};
use baton_protocol::link::FenceReason;
use baton_protocol::target::Target;
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, Verdict};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Errands that may wait for one destination; beyond it their timers bring them again.
const MAILBOX_ERRANDS_MAX: usize = 1_024;
/// Errands that are asked at once. A choice, not a measurement: it bounds what a destination that
/// comes back is asked at a time.
const ERRANDS_RUNNING_MAX: usize = 128;

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

/// The actor.
pub struct DestinationActor {
    world: Arc<World>,
    id: DestinationId,
    client: Option<(Target, Client)>,
    running: BTreeSet<(TransactionId, Lane)>,
}

/// One of the lanes of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    Inquiry,
    Reversal,
    GivingBack,
}

impl DestinationActor {
    /// Makes the actor; it dials at its first errand.
    #[must_use]
    pub fn new(world: Arc<World>, id: DestinationId) -> Self {
        Self { world, id, client: None, running: BTreeSet::new() }
    }

    /// Returns a client for where the destination is now; Table 2 may have moved it.
    fn client(&mut self) -> Option<Client> {
        let snapshot = self.world.tables.snapshot();
        let target = &snapshot.tables.destinations.get(&self.id)?.target;
        if let Some((known, client)) = &self.client
            && known == target
        {
            return Some(client.clone());
        }
        let secret = self.world.secrets.get(&self.id).cloned();
        match Client::new(target, secret, Limits::default()) {
            Ok(client) => {
                self.client = Some((target.clone(), client.clone()));
                Some(client)
            }
            Err(fault) => {
                tracing::error!(destination = %self.id, %fault, "cannot be asked");
                None
            }
        }
    }
}

impl Actor for DestinationActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX_ERRANDS_MAX);
    }
}

impl Handler<Errand> for DestinationActor {
    type Result = ();

    fn handle(&mut self, errand: Errand, ctx: &mut Self::Context) {
        let lane = match errand.kind {
            Kind::Inquire { .. } => Lane::Inquiry,
            Kind::Reverse => Lane::Reversal,
            Kind::GiveBack => Lane::GivingBack,
        };
        let place = (errand.facts.id, lane);
        if self.running.len() >= ERRANDS_RUNNING_MAX || self.running.contains(&place) {
            return;
        }
        let Some(client) = self.client() else { return };
        self.running.insert(place);
        let at_ms = self.world.clock.now().ms();
        let asked = async move {
            let input = ask(&client, &errand, at_ms).await;
            let transaction = errand.facts.id;
            let news = About { transaction, input, answer: None };
            if errand.desk.try_send(news).is_err() {
                tracing::debug!(%transaction, "the desk is busy or gone; its timer asks again");
            }
        };
        let done = asked.into_actor(self).map(move |(), actor, _| {
            actor.running.remove(&place);
        });
        ctx.spawn(done);
    }
}

async fn ask(client: &Client, errand: &Errand, at_ms: i64) -> Input {
    let facts = &errand.facts;
    let (transaction, amount) = (facts.id, facts.amount);
    let (terminal, app) = (facts.terminal.clone(), facts.app.clone());
    match errand.kind {
        Kind::Inquire { number } => {
            let inquiry = InquiryId::new(new_id());
            let question = Inquire { inquiry, transaction, terminal, app, amount, at_ms };
            let answer = client.inquire(&question).await;
            count("inquiry", answer == InquiryAnswer::NoAnswer);
            Input::InquiryAnswered { number, answer }
        }
        Kind::Reverse => {
            let wish = Reverse { transaction, terminal, app, amount, at_ms };
            let answer = client.reverse(&wish).await;
            count("reversal", answer == ReversalAnswer::NoAnswer);
            Input::ReversalAnswered(answer)
        }
        Kind::GiveBack => give_back(client, facts, at_ms).await,
    }
}

/// Nothing was sent if the destination cannot be reached, which the core believes of a first try.
async fn give_back(client: &Client, facts: &Facts, at_ms: i64) -> Input {
    let Some(original) = facts.links.original else {
        return Input::Fenced(FenceReason::Unreachable);
    };
    if client.prepare().await.is_err() {
        count("refund", true);
        return Input::Fenced(FenceReason::Unreachable);
    }
    let wish = GiveBack {
        transaction: facts.id,
        original: original.id,
        how: if facts.purpose == Purpose::Void { Way::Void } else { Way::Refund },
        terminal: facts.terminal.clone(),
        app: facts.app.clone(),
        amount: facts.amount,
        at_ms,
    };
    let verdict = client.give_back(&wish).await;
    count("refund", matches!(verdict, Verdict::Unknown { .. }));
    Input::ResultReported { verdict, code_digest: facts.code_digest.clone() }
}

fn count(errand: &'static str, silent: bool) {
    let answer = if silent { "none" } else { "some" };
    metrics::counter!("baton_errands_total", "errand" => errand, "answer" => answer).increment(1);
}

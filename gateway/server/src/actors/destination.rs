//! The actor of one destination: the gateway's own questions and reversals to it.
//!
//! Owns one lane a transaction, so a slow answer holds up nobody else, and a bound on all of them.
//! New payments are sent by terminals and POS programs, not from here. What comes back is a fact
//! for the transaction's desk. Next: [`super::keeper`].

use super::desk::{About, DeskActor};
use crate::clock::new_id;
use crate::world::World;
use actix::prelude::*;
use baton_core::relay::transaction::Input;
use baton_destinations::{Client, Inquire, Limits, Reverse};
use baton_protocol::ids::{AppId, DestinationId, InquiryId, TerminalId, TransactionId};
use baton_protocol::money::Money;
use baton_protocol::target::Target;
use baton_protocol::work::{InquiryAnswer, ReversalAnswer};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Errands that may wait for one destination; beyond it their timers bring them again.
const MAILBOX_ERRANDS_MAX: usize = 1_024;
/// Errands that are asked at once. A choice, not a measurement: it bounds what a destination that
/// comes back is asked at a time.
const ERRANDS_RUNNING_MAX: usize = 128;

/// A question or a reversal about one transaction.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Errand {
    /// Which one; also the reference at the destination.
    pub transaction: TransactionId,
    /// Where the shopper touched.
    pub terminal: TerminalId,
    /// Through which app.
    pub app: AppId,
    /// How much.
    pub amount: Money,
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
}

/// The actor.
pub struct DestinationActor {
    world: Arc<World>,
    id: DestinationId,
    client: Option<(Target, Client)>,
    running: BTreeSet<(TransactionId, Lane)>,
}

/// One of the two lanes of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    Inquiry,
    Reversal,
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
        };
        let place = (errand.transaction, lane);
        if self.running.len() >= ERRANDS_RUNNING_MAX || self.running.contains(&place) {
            return;
        }
        let Some(client) = self.client() else { return };
        self.running.insert(place);
        let at_ms = self.world.clock.now().ms();
        let asked = async move {
            let input = ask(&client, &errand, at_ms).await;
            let transaction = errand.transaction;
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
    let Errand { transaction, terminal, app, amount, kind, .. } = errand;
    let (transaction, amount) = (*transaction, *amount);
    let (terminal, app) = (terminal.clone(), app.clone());
    match *kind {
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
    }
}

fn count(errand: &'static str, silent: bool) {
    let answer = if silent { "none" } else { "some" };
    metrics::counter!("baton_errands_total", "errand" => errand, "answer" => answer).increment(1);
}

//! The desk's handlers: each builds an input, steps the desk and hands the effects over.
//!
//! Owns the translation of messages into inputs and nothing else. Next: `carry`, the way out.

use super::super::facts::{Memory, of_records};
use super::*;
use actix::prelude::*;
use baton_core::relay::desk::Connection;
use baton_core::relay::journal::{JournalHead, Suspicion};
use baton_core::relay::transaction::Input;
use baton_protocol::link::{Downward, Upward};
use baton_records::rows::{OutboxMessage, OutboxRow};
use baton_records::writer::Fact;

impl Handler<Begun> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: Begun, ctx: &mut Self::Context) {
        let Begin { touch, facts, command, sealed, sale, .. } = *message.begin;
        let id = facts.id;
        let memory = Memory { facts: facts.clone(), version: 0 };
        let dues = match self.desk.begin(facts, self.world.clock.now()) {
            Ok(dues) => dues,
            Err(refusal) => {
                if let Some(row) = &sale {
                    self.world.sales.put_back(row);
                }
                return tell(Some(message.answer), Err(refusal));
            }
        };
        self.memories.insert(id, memory);
        self.commands.insert(id, command);
        let mut written = vec![Fact::Touch(touch)];
        written.extend(of_records(&dues, &self.desk, &mut self.memories));
        written.push(Fact::OutboxPut(OutboxRow {
            transaction: id,
            executor: self.executor.clone(),
            message: OutboxMessage::Work { sealed },
        }));
        written.extend(sale.iter().cloned().map(Fact::Sale));
        if let Some(row) = sale {
            self.sales.insert(id, row);
        }
        self.enqueue(written, dues, Some((id, message.answer)), None, ctx);
    }
}

impl Handler<Attach> for DeskActor {
    type Result = Result<Option<Parked>, Suspicion>;

    fn handle(&mut self, message: Attach, ctx: &mut Self::Context) -> Self::Result {
        if let Connection::Online { epoch } = self.desk.connection()
            && epoch > message.epoch
        {
            return Ok(None);
        }
        let mut dues = self.journal_greets(&message.said, message.known, ctx)?;
        self.lane = Some(message.lane);
        let now = self.world.clock.now();
        dues.extend(self.desk.connected(message.epoch, now));
        self.after_commit(Vec::new(), dues, None, ctx);
        self.send_words(ctx);
        Ok(self.parked.take())
    }
}

impl Handler<Detach> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: Detach, _: &mut Self::Context) {
        if self.desk.connection() != (Connection::Online { epoch: message.epoch }) {
            return;
        }
        self.parked = Some(message.parked);
        self.lane = None;
        self.desk.disconnected();
        self.keep_journal();
    }
}

impl Handler<Heard> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: Heard, ctx: &mut Self::Context) {
        if self.desk.connection() != (Connection::Online { epoch: message.epoch }) {
            return;
        }
        let (id, input) = match message.said {
            Upward::Accepted { transaction, .. } => (transaction, Input::CommandAccepted),
            Upward::Result { transaction, verdict, code_digest, .. } => {
                (transaction, Input::ResultReported { verdict, code_digest })
            }
            Upward::Fenced { transaction, reason } => (transaction, Input::Fenced(reason)),
            Upward::NotReady { transaction, reason } => {
                (transaction, Input::ExecutorNotReady(reason))
            }
            Upward::Ask { transaction } => (transaction, Input::WordAsked),
            Upward::Shown { transaction } => return self.shown(transaction),
            Upward::Journal { seq, hash } => {
                return self.journal_moved(JournalHead { seq, hash }, ctx);
            }
            Upward::Hello { .. } | Upward::Ack | Upward::Later => return,
        };
        self.about(id, input, None, ctx);
    }
}

impl Handler<About> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: About, ctx: &mut Self::Context) {
        self.about(message.transaction, message.input, message.answer, ctx);
    }
}

impl Handler<Ask> for DeskActor {
    type Result = bool;

    fn handle(&mut self, _: Ask, _: &mut Self::Context) -> bool {
        self.desk.connection() != Connection::Offline
    }
}

impl Handler<Settle> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: Settle, ctx: &mut Self::Context) {
        self.enqueue(Vec::new(), Vec::new(), None, Some(message.answer), ctx);
    }
}

impl Handler<Show> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: Show, _: &mut Self::Context) {
        self.say(Downward::Sale { sale: message.sale, amount: message.amount });
    }
}

impl Handler<Cut> for DeskActor {
    type Result = ();

    fn handle(&mut self, _: Cut, _: &mut Self::Context) {
        self.lane = None;
        self.desk.disconnected();
    }
}

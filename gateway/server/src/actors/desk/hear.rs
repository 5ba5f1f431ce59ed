//! The desk's handlers: each builds an input, steps the desk and hands the effects over.
//!
//! Owns the translation of messages into inputs and nothing else. Next: `carry`, the way out.

use super::super::facts::{Memory, of_records};
use super::*;
use actix::prelude::*;
use baton_core::relay::desk::Connection;
use baton_core::relay::journal::{JournalHead, Suspicion};
use baton_core::relay::transaction::{Input, Purpose, Transaction};
use baton_protocol::link::{Downward, Upward};
use baton_records::rows::{OutboxMessage, OutboxRow, Told};
use baton_records::writer::Fact;

impl Handler<Begun> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: Begun, ctx: &mut Self::Context) {
        let Begin { request, halves, sale, .. } = *message.begin;
        let mut facts = halves.iter().map(|half| half.facts.clone());
        let (first, second) = (facts.next(), facts.next());
        let now = self.world.clock.now();
        let begun = first.ok_or(RefusalCode::BodyInvalid).and_then(|first| {
            let id = first.id;
            Ok((id, self.desk.begin(first, second, now)?))
        });
        let (first, dues) = match begun {
            Ok(begun) => begun,
            Err(refusal) => {
                if let Some(row) = &sale {
                    self.world.sales.put_back(row);
                }
                return tell(Some(message.answer), Err(refusal));
            }
        };
        let mut written = vec![request];
        let mut outbox = Vec::new();
        for BeginHalf { facts, command, sealed } in halves {
            let (id, purpose) = (facts.id, facts.purpose);
            self.memories.insert(id, Memory { facts, version: 0 });
            self.commands.extend(command.map(|command| (id, command)));
            if let Some(sealed) = sealed {
                let (executor, message) = (self.executor.clone(), OutboxMessage::Work { sealed });
                outbox.push(Fact::OutboxPut(OutboxRow { transaction: id, executor, message }));
            }
            if let Some(row) = sale.clone().filter(|_| purpose == Purpose::Payment) {
                self.sales.insert(id, row);
            }
        }
        written.extend(of_records(&dues, &self.desk, &mut self.memories));
        written.extend(outbox);
        written.extend(sale.map(Fact::Sale));
        self.enqueue(written, dues, Some((first, message.answer)), None, ctx);
    }
}

impl Handler<TakeUp> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: TakeUp, ctx: &mut Self::Context) {
        let facts = *message.facts;
        if self.memories.contains_key(&facts.id) {
            return;
        }
        let now = self.world.clock.now();
        let stored = received(&facts);
        self.memories.insert(facts.id, Memory { version: stored.version, facts: facts.clone() });
        let policy = self.world.policy.clone();
        let dues = self.desk.take_up(Transaction::restore(facts, stored, policy, now), now);
        self.after_commit(Vec::new(), dues, None, ctx);
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
        self.show_open_sale();
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
        let mut told = Told::default();
        let (id, input) = match message.said {
            Upward::Accepted { transaction, .. } => (transaction, Input::CommandAccepted),
            Upward::Result { transaction, verdict, code_digest, evidence, .. } => {
                told.evidence = evidence;
                (transaction, Input::ResultReported { verdict, code_digest })
            }
            Upward::Fenced { transaction, reason, cause } => {
                told.cause = cause;
                (transaction, Input::Fenced(reason))
            }
            Upward::NotReady { transaction, reason } => {
                (transaction, Input::ExecutorNotReady(reason))
            }
            Upward::Ask { transaction } => (transaction, Input::WordAsked),
            Upward::Contradicted { transaction, verdict } => {
                (transaction, Input::Contradicted { verdict })
            }
            Upward::Shown { transaction } => return self.shown(transaction),
            Upward::Journal { seq, hash } => {
                return self.journal_moved(JournalHead { seq, hash }, ctx);
            }
            // What a terminal asks for or hears by itself stays at its socket.
            Upward::Scanned { .. } | Upward::Typed { .. } | Upward::Sightings(_) => return,
            Upward::Hello { .. } | Upward::Ack | Upward::Later => return,
        };
        self.log_told(id, &told);
        self.tell_health(id, &input);
        self.about(id, input, told, None, ctx);
    }
}

impl Handler<About> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: About, ctx: &mut Self::Context) {
        let gives_back = |one: &Transaction| one.facts().purpose.gives_back();
        // What a device says is told where it is heard, and an errand tells by itself.
        if !self.desk.lookup(message.transaction).is_some_and(gives_back) {
            self.tell_health(message.transaction, &message.input);
        }
        self.about(message.transaction, message.input, Told::default(), message.answer, ctx);
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

impl Handler<Tell> for DeskActor {
    type Result = ();

    fn handle(&mut self, message: Tell, _: &mut Self::Context) {
        let Tell { transaction, amount, state } = message;
        self.say(Downward::News { transaction, amount, state });
    }
}

impl Handler<Cut> for DeskActor {
    type Result = ();

    fn handle(&mut self, _: Cut, _: &mut Self::Context) {
        self.lane = None;
        self.desk.disconnected();
    }
}

//! Carrying out effects behind their commit, and what is heard and asked meanwhile.
//!
//! Owns the sends of a gateway. What cannot be sent now is not lost: commands and words wait in the
//! outbox, questions and reversals come again by their timer. Next: `../wire.rs`.

use super::Then;
use crate::event::{Errand, Event};
use crate::store::{Fact, Message, Mood};
use crate::world::World;
use baton_core::relay::desk::{Connection, Due};
use baton_core::relay::transaction::{Alarm, Effect, Input, Life, Resolution, Transaction};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Downward, Upward};
use baton_protocol::work::State;

/// Errands that a gateway has running at once, as in the program.
const ERRANDS_RUNNING_MAX: usize = 128;

/// How long operators go on looking after everything is mended: six times the longest way there.
const OPERATORS_MS: u64 = 6 * 3_600_000;

impl World {
    pub(crate) fn carry_out(&mut self, node: usize, executor: usize, dues: Vec<Due>) {
        let mut over = Vec::new();
        for (id, effect) in dues {
            if self.burnt(node) {
                return;
            }
            match effect {
                Effect::Record(change) => {
                    self.hint(id, change.to);
                    if change.to.is_final() {
                        over.push(id);
                    }
                }
                Effect::SendCommand => {
                    if self.strikes_at(id, 8) {
                        return self.kill_node(node);
                    }
                    self.send_command(node, executor, id);
                }
                Effect::SendCancel => {
                    let epoch = self.epoch(node, executor);
                    self.speak(node, executor, Downward::Cancel { transaction: id, epoch });
                }
                Effect::SendCommit(state) => {
                    self.speak(node, executor, Downward::Commit { transaction: id, state });
                }
                Effect::Inquire { number } => self.send_errand(node, executor, id, Some(number)),
                Effect::Reverse => self.send_errand(node, executor, id, None),
                Effect::EraseCode => {
                    if let Some(shell) = self.nodes[node].desks.get_mut(&executor) {
                        shell.commands.remove(&id);
                    }
                }
                // Touches of this town have one half: nothing is ever compensated.
                Effect::Tell(_) | Effect::Compensate(_) => {}
                Effect::Alarm(alarm) => self.alarm(id, &alarm),
            }
        }
        if let Some(shell) = self.nodes[node].desks.get_mut(&executor) {
            let mut kept = Vec::new();
            for id in over {
                shell.memories.remove(&id);
                kept.extend(shell.commands.remove(&id).map(|_| id));
            }
            for id in kept {
                self.break_promise(Some(id), "a code is kept after its end");
            }
        }
    }

    /// A gateway whose fuse has burnt down dies between two effects.
    fn burnt(&mut self, node: usize) -> bool {
        match self.nodes[node].fuse {
            Some(0) => {
                self.kill_node(node);
                true
            }
            Some(left) => {
                self.nodes[node].fuse = Some(left - 1);
                false
            }
            None => false,
        }
    }

    fn alarm(&mut self, id: TransactionId, alarm: &Alarm) {
        self.coverage.alarms += 1;
        self.say(Some(id), || format!("alarm: {alarm:?}"));
    }

    pub(crate) fn epoch(&self, node: usize, executor: usize) -> u64 {
        match self.nodes[node].desks.get(&executor).map(|shell| shell.desk.connection()) {
            Some(Connection::Online { epoch }) => epoch,
            Some(Connection::Offline) | None => 0,
        }
    }

    fn send_command(&mut self, node: usize, executor: usize, id: TransactionId) {
        let now = self.node_time(node);
        let epoch = self.epoch(node, executor);
        let Some(shell) = self.nodes[node].desks.get(&executor) else { return };
        let Some(transaction) = shell.desk.lookup(id) else { return };
        let Life::Dispatched { execute_by, .. } = transaction.life() else { return };
        let ttl_ms = execute_by.since_ms(now);
        let Some(mut command) = shell.commands.get(&id).cloned() else { return };
        command.epoch = epoch;
        command.ttl_ms = ttl_ms;
        self.speak(node, executor, Downward::Command(command));
    }

    /// Says something on the desk's connection, if it has one.
    fn speak(&mut self, node: usize, executor: usize, body: Downward) {
        let lane = self.nodes[node].desks.get(&executor).and_then(|shell| shell.lane);
        if let Some(conn) = lane {
            self.send_down(conn, body);
        }
    }

    fn send_errand(
        &mut self,
        node: usize,
        executor: usize,
        id: TransactionId,
        inquiry: Option<u32>,
    ) {
        let place = &mut self.nodes[node];
        let lane = (id, inquiry.is_some());
        if place.errands.len() >= ERRANDS_RUNNING_MAX || place.errands.contains_key(&lane) {
            return;
        }
        let Some(shell) = place.desks.get(&executor) else { return };
        let Some((facts, _)) = shell.memories.get(&id) else { return };
        let found = self.town.destinations.iter().position(|one| *one == facts.destination);
        let Some(destination) = found else { return };
        place.asked += 1;
        let number = u64::from(place.life) << 32 | place.asked;
        place.errands.insert(lane, number);
        let asker = (node, executor, shell.life);
        self.ask(Errand { asker, number, transaction: id, inquiry, destination });
    }

    /// What the executor said reaches its desk.
    pub(crate) fn heard(&mut self, node: usize, executor: usize, said: Upward) {
        let (id, input) = match said {
            Upward::Accepted { transaction, .. } => (transaction, Input::CommandAccepted),
            Upward::Result { transaction, verdict, code_digest, .. } => {
                (transaction, Input::ResultReported { verdict, code_digest })
            }
            Upward::Fenced { transaction, reason, .. } => {
                self.check_never(transaction);
                (transaction, Input::Fenced(reason))
            }
            Upward::NotReady { transaction, reason } => {
                (transaction, Input::ExecutorNotReady(reason))
            }
            Upward::Ask { transaction } => (transaction, Input::WordAsked),
            Upward::Contradicted { transaction, verdict } => {
                (transaction, Input::Contradicted { verdict })
            }
            Upward::Shown { transaction } => return self.shown(node, executor, transaction),
            Upward::Hello { .. }
            | Upward::Journal { .. }
            | Upward::Scanned { .. }
            | Upward::Typed { .. }
            | Upward::Sightings(_)
            | Upward::Ack
            | Upward::Later => return,
        };
        self.about(node, executor, id, input);
    }

    fn shown(&mut self, node: usize, executor: usize, id: TransactionId) {
        let facts = vec![Fact::OutboxRemove(id)];
        self.enqueue(node, executor, facts, Vec::new(), Then::Nobody);
    }

    /// What waited for its commit is answered.
    pub(crate) fn answered(&mut self, node: usize, executor: usize, then: Then) {
        match then {
            Then::Nobody => {}
            Then::Begun(post, id) => {
                if self.strikes(post.purchase, 4) {
                    return self.kill_node(node);
                }
                let state = self.store.rows.get(&id).map(|row| (row.facts.touch, row.stored.state));
                if let Some((touch, state)) = state {
                    self.answer(&post, Ok((touch, id, state)));
                }
            }
            Then::Settled(post, refusal) => self.settled(&post, refusal),
            Then::Closed(id, input) => self.late_word(node, executor, id, input),
        }
    }

    /// What a transaction that is not open here answers: its stored word.
    fn late_word(&mut self, node: usize, executor: usize, id: TransactionId, input: Input) {
        if self.store.mood != Mood::Fine {
            return;
        }
        let Some(row) = self.store.rows.get(&id) else { return };
        if row.executor != executor || !row.stored.state.is_final() {
            return;
        }
        let (facts, stored) = (row.facts.clone(), row.stored);
        let now = self.node_time(node);
        let mut machine = Transaction::restore(facts, stored, self.policy.clone(), now);
        let effects = machine.step(input, now).unwrap_or_default();
        let dues = effects.into_iter().map(|effect| (id, effect)).collect();
        self.carry_out(node, executor, dues);
    }

    /// On a new connection: every final word that the executor has not shown yet.
    pub(crate) fn send_words(&mut self, node: usize, executor: usize) {
        if self.store.mood != Mood::Fine {
            return;
        }
        let words = self.store.outbox_of(executor);
        let words = words.filter(|(_, message)| matches!(message, Message::Word));
        let found = words.filter_map(|(id, _)| Some((id, self.store.rows.get(&id)?.stored.state)));
        let found: Vec<(TransactionId, State)> = found.collect();
        for (transaction, state) in found {
            self.speak(node, executor, Downward::Commit { transaction, state });
        }
    }

    /// The gateway on which this transaction is open.
    pub(crate) fn owner(&self, executor: usize, id: TransactionId) -> Option<usize> {
        let open = |node: &usize| {
            let desk = self.nodes[*node].desks.get(&executor);
            desk.is_some_and(|shell| shell.desk.lookup(id).is_some())
        };
        (0..self.nodes.len()).find(open)
    }

    /// No gateway holds what the store holds open: one of them reads it.
    fn read_again(&mut self, executor: usize) {
        if let Some(node) = (0..self.nodes.len()).find(|node| self.nodes[*node].up) {
            self.end_desk(node, executor);
            self.desk(node, executor);
        }
    }

    /// T16: two operators look at the destination's statement of what is in suspense.
    pub(crate) fn operators(&mut self) {
        let waiting: Vec<TransactionId> = self.store.open.keys().map(|(_, id)| *id).collect();
        for id in waiting {
            let Some(row) = self.store.rows.get(&id) else { continue };
            if row.stored.state != State::Suspense {
                continue;
            }
            let executor = row.executor;
            let decided = row.steps.iter().any(|change| change.to == State::Reversing);
            let Some(state) = self.statement(id, decided) else { continue };
            let (first, second) = ("kim".to_owned(), "lee".to_owned());
            let reason = "the destination's statement".to_owned();
            let resolution = Resolution { state, first, second, reason };
            match self.owner(executor, id) {
                Some(node) => self.about(node, executor, id, Input::Resolved(resolution)),
                None => self.read_again(executor),
            }
        }
        if !self.healed {
            self.after(60_000, Event::Operators);
        } else if self.now < self.healed_at + OPERATORS_MS && !self.store.open.is_empty() {
            self.after(600_000, Event::Operators);
        }
    }
}

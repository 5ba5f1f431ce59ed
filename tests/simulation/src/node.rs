//! A gateway process: the shell around each real [`Desk`], as the program's own actors have it.
//!
//! Owns queues, commits and timers: effects of a desk are carried out strictly one list after the
//! other, each behind its own commit; a desk whose commit fails ends and is read again. Chapters:
//! `touch` (requests), `carry` (effects).

mod carry;
mod touch;

use crate::event::{Errand, Event, Post};
use crate::store::{Fact, Message, Mood};
use crate::world::World;
use baton_core::relay::desk::{Desk, DeskRefusal, Due};
use baton_core::relay::transaction::{
    Change, Effect, Facts, Input, ReversalDecided, Stored, Transaction,
};
use baton_link::session::Session;
use baton_protocol::ids::{TerminalId, TransactionId};
use baton_protocol::link::{Command, Downward, Upward};
use baton_protocol::refusal::RefusalCode;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A gateway.
#[derive(Default)]
pub struct Node {
    /// Whether it runs.
    pub up: bool,
    /// Grows with each start.
    pub life: u32,
    /// Until when it is stopped.
    pub stopped_until: u64,
    /// How far its clock is from the world's, as read at its start.
    pub clock_step: i64,
    /// How far the machine's wall clock is off by now.
    pub wall_step: i64,
    pub(crate) desks: BTreeMap<usize, Shell>,
    pub(crate) pending: VecDeque<(u64, usize, Vec<Fact>)>,
    pub(crate) results: BTreeMap<u64, Result<(), RefusalCode>>,
    pub(crate) tickets: u64,
    pub(crate) written_at: u64,
    pub(crate) desk_lives: u32,
    pub(crate) errands: BTreeMap<(TransactionId, bool), u64>,
    pub(crate) asked: u64,
    /// How many more effects it carries out before it is killed.
    pub(crate) fuse: Option<u32>,
}

/// A desk and what its actor keeps beside it.
pub(crate) struct Shell {
    pub life: u32,
    pub desk: Desk,
    pub memories: BTreeMap<TransactionId, (Facts, u32)>,
    pub commands: BTreeMap<TransactionId, Command>,
    pub sales: BTreeMap<TransactionId, TerminalId>,
    pub lane: Option<usize>,
    pub parked: Option<(String, Session<Downward>)>,
    pub queue: VecDeque<Waiting>,
    pub armed: u64,
}

/// Effects that wait for their commit.
pub(crate) struct Waiting {
    pub ticket: Option<u64>,
    pub dues: Vec<Due>,
    pub then: Then,
}

/// Who waits for it.
#[derive(Debug, Clone)]
pub(crate) enum Then {
    Nobody,
    /// A new transaction, answered to its phone.
    Begun(Post, TransactionId),
    /// A request that must look again once everything before it is written.
    Settled(Post, RefusalCode),
    /// News of a transaction that is not open here.
    Closed(TransactionId, Input),
}

impl World {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the world hands over the others")]
    pub(crate) fn take_node(&mut self, event: Event) {
        match event {
            Event::Commit(node, life, ticket) => self.commit_done(node, life, ticket),
            Event::Timer(node, executor, life) => self.timer(node, executor, life),
            Event::NodeStart(node) => self.node_start(node),
            Event::Keeper(node, life) => self.keeper(node, life),
            Event::Back(errand, input) => self.errand_back(&errand, input),
            Event::ZombieUp(device, said) => self.zombie_up(device, *said),
            Event::Operators => self.operators(),
            _ => {}
        }
    }

    fn node_start(&mut self, node: usize) {
        let place = &mut self.nodes[node];
        if place.up {
            return;
        }
        let (life, wall_step) = (place.life + 1, place.wall_step);
        *place = Node { up: true, life, clock_step: wall_step, wall_step, ..Node::default() };
        self.say(None, || format!("gateway {node} starts, life {life}"));
        self.keeper(node, life);
    }

    /// Starts a desk for every executor with open work, now and every second.
    fn keeper(&mut self, node: usize, life: u32) {
        if !self.nodes[node].up || self.nodes[node].life != life {
            return;
        }
        if self.store.mood != Mood::Fine {
            return self.after(1_000, Event::Keeper(node, life));
        }
        let owing: BTreeSet<usize> =
            self.store.open.keys().map(|(executor, _)| *executor).collect();
        let waiting = owing.into_iter().filter(|executor| !self.desk(node, *executor)).count();
        if waiting > 0 {
            self.after(1_000, Event::Keeper(node, life));
        }
    }

    /// Makes sure that a desk runs; it reads the store before its first message.
    pub(crate) fn desk(&mut self, node: usize, executor: usize) -> bool {
        if self.nodes[node].desks.contains_key(&executor) {
            return true;
        }
        // What an earlier desk has queued is written first, or the new one would miss it.
        let queued = self.nodes[node].pending.iter().any(|(_, whose, _)| *whose == executor);
        if self.store.mood != Mood::Fine || queued {
            return false;
        }
        let now = self.node_time(node);
        let mut open = Vec::new();
        let mut memories = BTreeMap::new();
        let mut sales = BTreeMap::new();
        for row in self.store.open_of(executor) {
            let policy = self.policy.clone();
            let machine = Transaction::restore(row.facts.clone(), row.stored, policy, now);
            let (came_to, came_at) = row.uptime;
            open.push(if came_to == node {
                machine.lived(self.now - came_at, now)
            } else {
                machine
            });
            memories.insert(row.facts.id, (row.facts.clone(), row.stored.version));
            let sale = self.store.sales.get(&row.facts.terminal);
            if sale.is_some_and(|sale| sale.touch == Some(row.facts.touch)) {
                sales.insert(row.facts.id, row.facts.terminal.clone());
            }
        }
        let commands = self.store.outbox_of(executor).filter_map(|(id, message)| match message {
            Message::Work(command) => Some((id, command.as_ref().clone())),
            Message::Word => None,
        });
        let commands = commands.collect();
        let desk = Desk::new(self.policy.clone(), open, Vec::new());
        let place = &mut self.nodes[node];
        place.desk_lives += 1;
        let shell = Shell {
            life: place.desk_lives,
            desk,
            memories,
            commands,
            sales,
            lane: None,
            parked: None,
            queue: VecDeque::new(),
            armed: 0,
        };
        place.desks.insert(executor, shell);
        self.arm(node, executor);
        true
    }

    pub(crate) fn arm(&mut self, node: usize, executor: usize) {
        let Some(shell) = self.nodes[node].desks.get(&executor) else { return };
        let Some(deadline) = shell.desk.next_deadline() else { return };
        let life = shell.life;
        let (armed, at) = (shell.armed, self.world_time(node, deadline).max(self.now));
        if armed > self.now && armed <= at {
            return;
        }
        if let Some(shell) = self.nodes[node].desks.get_mut(&executor) {
            shell.armed = at;
        }
        self.at(at, Event::Timer(node, executor, life));
    }

    /// Another gateway went on with what this desk holds open: its memory is old.
    pub(crate) fn read_if_old(&mut self, node: usize, executor: usize) {
        let Some(shell) = self.nodes[node].desks.get(&executor) else { return };
        let old = shell.memories.iter().any(|(id, (_, version))| {
            self.store.rows.get(id).is_some_and(|row| row.stored.version > *version)
        });
        if old {
            self.end_desk(node, executor);
        }
    }

    fn timer(&mut self, node: usize, executor: usize, life: u32) {
        if self.shell(node, executor, life).is_none() {
            return;
        }
        self.read_if_old(node, executor);
        let now = self.node_time(node);
        let Some(shell) = self.shell(node, executor, life) else { return };
        shell.armed = 0;
        let dues = shell.desk.deadline_passed(now);
        self.after_commit(node, executor, Vec::new(), dues, Then::Nobody);
    }

    /// Returns a desk of exactly this life.
    pub(crate) fn shell(&mut self, node: usize, executor: usize, life: u32) -> Option<&mut Shell> {
        if !self.nodes[node].up {
            return None;
        }
        self.nodes[node].desks.get_mut(&executor).filter(|shell| shell.life == life)
    }

    /// A fact about one transaction reaches its desk.
    pub(crate) fn about(&mut self, node: usize, executor: usize, id: TransactionId, input: Input) {
        let now = self.node_time(node);
        let Some(shell) = self.nodes[node].desks.get_mut(&executor) else { return };
        match shell.desk.about(id, input.clone(), now) {
            Ok(dues) => self.after_commit(node, executor, Vec::new(), dues, Then::Nobody),
            Err(DeskRefusal::NotOpen(_)) => {
                self.enqueue(node, executor, Vec::new(), Vec::new(), Then::Closed(id, input));
            }
            Err(DeskRefusal::Rule(_)) => {}
        }
    }

    pub(crate) fn after_commit(
        &mut self,
        node: usize,
        executor: usize,
        mut facts: Vec<Fact>,
        dues: Vec<Due>,
        then: Then,
    ) {
        facts.extend(self.facts_of(node, executor, &dues));
        self.check_order(&dues);
        self.enqueue(node, executor, facts, dues, then);
    }

    pub(crate) fn enqueue(
        &mut self,
        node: usize,
        executor: usize,
        facts: Vec<Fact>,
        dues: Vec<Due>,
        then: Then,
    ) {
        let ticket = (!facts.is_empty()).then(|| self.submit(node, executor, facts));
        if let Some(shell) = self.nodes[node].desks.get_mut(&executor) {
            shell.queue.push_back(Waiting { ticket, dues, then });
        }
        self.pump(node, executor);
        self.arm(node, executor);
    }

    /// Hands a commit to the writer: one after the other, durable a few milliseconds later.
    fn submit(&mut self, node: usize, executor: usize, facts: Vec<Fact>) -> u64 {
        let slow = if self.dice.one_in(200) { 400 } else { 3 };
        let took = self.dice.between(1, slow);
        let place = &mut self.nodes[node];
        place.tickets += 1;
        let ticket = place.tickets;
        place.pending.push_back((ticket, executor, facts));
        let at = place.written_at.max(self.now) + took;
        place.written_at = at;
        let life = place.life;
        self.at(at, Event::Commit(node, life, ticket));
        ticket
    }

    fn commit_done(&mut self, node: usize, life: u32, ticket: u64) {
        if !self.nodes[node].up || self.nodes[node].life != life {
            return;
        }
        let Some((_, executor, facts)) = self.nodes[node].pending.pop_front() else { return };
        let outcome = match self.store.mood {
            Mood::Fine => self.commit(&facts),
            Mood::Down => Err(RefusalCode::NotReady),
            Mood::FsyncFails => {
                // Nobody knows what stands; the process may not go on.
                if self.dice.one_in(2) {
                    self.commit(&facts).unwrap_or_default();
                }
                self.store.mood = Mood::Fine;
                return self.kill_node(node);
            }
        };
        self.nodes[node].results.insert(ticket, outcome);
        self.pump(node, executor);
        self.arm(node, executor);
    }

    /// Carries out what waits, one list after the other, each behind its own commit.
    pub(crate) fn pump(&mut self, node: usize, executor: usize) {
        loop {
            let place = &mut self.nodes[node];
            let Some(shell) = place.desks.get_mut(&executor) else { return };
            let Some(first) = shell.queue.front() else { return };
            let outcome = match first.ticket {
                None => Ok(()),
                Some(ticket) => match place.results.remove(&ticket) {
                    Some(outcome) => outcome,
                    None => return,
                },
            };
            let Some(waiting) = shell.queue.pop_front() else { return };
            match outcome {
                Ok(()) => {
                    self.carry_out(node, executor, waiting.dues);
                    if self.nodes[node].up {
                        self.answered(node, executor, waiting.then);
                    }
                }
                Err(refusal) => self.refuse_or_fail(node, executor, waiting.then, refusal),
            }
            if !self.nodes[node].up {
                return;
            }
        }
    }

    /// A new transaction that was not written is taken back; anything else ends the desk.
    fn refuse_or_fail(&mut self, node: usize, executor: usize, then: Then, why: RefusalCode) {
        if let Then::Begun(post, id) = then {
            let excluded = matches!(why, RefusalCode::KeyReused | RefusalCode::DuplicateCode);
            if excluded && let Some(shell) = self.nodes[node].desks.get_mut(&executor) {
                shell.desk.withdraw(id);
                shell.memories.remove(&id);
                shell.commands.remove(&id);
                shell.sales.remove(&id);
                self.purchases[post.purchase].transaction.take_if(|first| *first == id);
                self.refused(node, post, why);
                return self.arm(node, executor);
            }
            self.answer(&post, Err(why));
        }
        self.end_desk(node, executor);
    }

    /// The desk ends, its connection with it; whoever waits learns that nobody knows.
    pub(crate) fn end_desk(&mut self, node: usize, executor: usize) {
        let Some(shell) = self.nodes[node].desks.remove(&executor) else { return };
        self.say(None, || format!("gateway {node}: the desk of {executor} ends"));
        for waiting in shell.queue {
            match waiting.then {
                Then::Begun(post, _) | Then::Settled(post, _) => {
                    self.answer(&post, Err(RefusalCode::NotReady));
                }
                Then::Nobody | Then::Closed(..) => {}
            }
        }
        if let Some(conn) = shell.lane {
            self.close(conn);
        }
        let life = self.nodes[node].life;
        self.after(1_000, Event::Keeper(node, life));
    }

    fn facts_of(&mut self, node: usize, executor: usize, dues: &[Due]) -> Vec<Fact> {
        let mut written = Vec::new();
        let Some(shell) = self.nodes[node].desks.get_mut(&executor) else { return written };
        for id in touched(dues) {
            let Some((facts, version)) = shell.memories.get_mut(&id) else { continue };
            let changes: Vec<&Change> = dues.iter().filter_map(|due| record_of(due, id)).collect();
            let (Some(first), Some(last)) = (changes.first(), changes.last()) else { continue };
            let (prior, prior_state) = (*version, first.from);
            *version += u32::try_from(changes.len()).unwrap_or(u32::MAX);
            let stored = stored(&shell.desk, id, *version, last);
            let facts = Box::new(facts.clone());
            let uptime = (node, self.now);
            written.push(Fact::Transaction { facts, stored, prior, prior_state, uptime });
            written.extend(changes.iter().map(|change| Fact::Step(id, (*change).clone())));
            let told = |due: &Due| due.0 == id && matches!(due.1, Effect::SendCommit(_));
            if last.to.is_final() && dues.iter().any(told) {
                written.push(Fact::OutboxPut(id, executor, Message::Word));
            }
            if last.to.is_final()
                && let Some(terminal) = shell.sales.remove(&id)
                && let Some(sale) = self.store.sales.get(&terminal)
            {
                let mut sale = sale.clone();
                sale.settle(last.to);
                written.push(Fact::Sale(terminal, sale));
            }
        }
        written
    }

    fn zombie_up(&mut self, device: usize, said: Upward) {
        let live = |node: &&usize| self.nodes[**node].desks.contains_key(&device);
        let nodes: Vec<usize> = (0..self.nodes.len()).collect();
        let Some(node) = nodes.iter().find(live).copied() else { return };
        if self.nodes[node].up {
            self.heard(node, device, said);
        }
    }

    fn errand_back(&mut self, errand: &Errand, input: Input) {
        let (node, executor, life) = errand.asker;
        let lane = (errand.transaction, errand.inquiry.is_some());
        let place = &mut self.nodes[node];
        if place.errands.get(&lane) != Some(&errand.number) {
            return;
        }
        place.errands.remove(&lane);
        if self.shell(node, executor, life).is_some() {
            self.about(node, executor, errand.transaction, input);
        }
    }
}

fn touched(dues: &[Due]) -> Vec<TransactionId> {
    let mut ids: Vec<TransactionId> = Vec::new();
    for (id, effect) in dues {
        if matches!(effect, Effect::Record(_)) && !ids.contains(id) {
            ids.push(*id);
        }
    }
    ids
}

fn record_of(due: &Due, wanted: TransactionId) -> Option<&Change> {
    match due {
        (id, Effect::Record(change)) if *id == wanted => Some(change),
        _ => None,
    }
}

/// A transaction that ended has left the desk; its row is made from its last change.
fn stored(desk: &Desk, id: TransactionId, version: u32, last: &Change) -> Stored {
    desk.lookup(id).map_or(
        Stored {
            state: last.to,
            version,
            since: last.at,
            doubt_since: None,
            reversal: ReversalDecided::No,
        },
        |transaction| transaction.stored(last.at),
    )
}

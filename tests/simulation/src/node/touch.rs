//! A request of a phone, from its arrival to its transaction or its refusal.
//!
//! Owns the order of the steps, as the program has it: rules, lookups, plan, then the desk; and a
//! request that was taken before is recognised whatever stands in its way. Next: `carry.rs`.

use super::Then;
use crate::event::{Event, Post, Told};
use crate::store::{Fact, Message, Mood, TouchRow};
use crate::world::World;
use baton_core::relay::plan::{Plan, plan};
use baton_core::relay::request::{self, Half, Touch};
use baton_core::relay::transaction::{Facts, Links};
use baton_core::time::Timestamp;
use baton_protocol::ids::{TouchId, TransactionId};
use baton_protocol::link::Command;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::{State, Work};

impl World {
    /// A request arrives at a gateway.
    pub(crate) fn post_arrives(&mut self, node: usize, post: Post) {
        if !self.nodes[node].up {
            return;
        }
        let now = self.node_time(node);
        if let Err(refusal) = self.begin(node, &post, now) {
            self.refused(node, post, refusal);
        }
    }

    fn begin(&mut self, node: usize, post: &Post, now: Timestamp) -> Result<(), RefusalCode> {
        if self.store.mood != Mood::Fine {
            return Err(RefusalCode::NotReady);
        }
        let tables = &self.town.tables;
        let terminal = tables.lookup_terminal(&post.body.terminal_id);
        let terminal = terminal.ok_or(RefusalCode::TerminalUnknown)?.clone();
        let open = self.store.sales.get(&terminal.id).cloned();
        let open = open.filter(|sale| now < sale.expires_at);
        let asked = request::check(post.body.clone(), open.as_ref(), terminal.amount_from)?;
        let half = asked.halves.first().ok_or(RefusalCode::BodyInvalid)?;
        let plan = plan(&self.town.tables, &asked.terminal, &half.app, &half.work)?;
        let executor = self.executor_of(&plan);
        let touch = TouchId::new(self.new_id());
        let id = TransactionId::new(self.new_id());
        let facts = facts(id, touch, (&asked, half), &plan, now);
        let mut sale = open.filter(|_| asked.sale.is_some());
        if let Some(sale) = &mut sale {
            sale.take(touch, now)?;
        }
        let command = Command {
            transaction: id,
            epoch: 0,
            ttl_ms: 0,
            app: half.app.clone(),
            code_digest: facts.code_digest.clone(),
            work: half.work.clone(),
            target: plan.target,
        };
        if !self.desk(node, executor) {
            return Err(RefusalCode::NotReady);
        }
        let place = &mut self.nodes[node];
        let Some(shell) = place.desks.get_mut(&executor) else {
            return Err(RefusalCode::NotReady);
        };
        let dues = shell.desk.begin(facts.clone(), None, now)?;
        shell.memories.insert(id, (facts.clone(), 0));
        shell.commands.insert(id, command.clone());
        let fingerprint = fingerprint(post);
        let row = TouchRow { id: touch, app: facts.app, key: post.key, fingerprint };
        let written = vec![Fact::Touch(row)];
        let mut more = vec![Fact::OutboxPut(id, executor, Message::Work(Box::new(command)))];
        if let Some(sale) = sale {
            shell.sales.insert(id, asked.terminal.clone());
            more.push(Fact::Sale(asked.terminal.clone(), sale));
        }
        self.of.insert(id, post.purchase);
        self.purchases[post.purchase].transaction.get_or_insert(id);
        self.begun(node, executor, (written, more), dues, post, id);
        Ok(())
    }

    fn begun(
        &mut self,
        node: usize,
        executor: usize,
        (mut written, more): (Vec<Fact>, Vec<Fact>),
        dues: Vec<baton_core::relay::desk::Due>,
        post: &Post,
        id: TransactionId,
    ) {
        let killed_in_commit = self.strikes(post.purchase, 7);
        self.check_order(&dues);
        written.extend(self.facts_of(node, executor, &dues));
        written.extend(more);
        let then = Then::Begun(post.clone(), id);
        self.enqueue(node, executor, written, dues, then);
        if killed_in_commit {
            self.kill_node(node);
        }
        self.plan_moment(post.purchase);
    }

    pub(crate) fn executor_of(&self, plan: &Plan) -> usize {
        let found = self.town.executors.iter().position(|one| *one == plan.executor);
        found.unwrap_or(0)
    }

    /// A rule said no: perhaps because an earlier copy of the same request was taken.
    pub(crate) fn refused(&mut self, node: usize, post: Post, refusal: RefusalCode) {
        match self.taken_before(&post) {
            Ok(Some(told)) => return self.answer(&post, told),
            Ok(None) => {}
            Err(why) => return self.answer(&post, Err(why)),
        }
        let terminal = self.town.terminals.iter().position(|id| *id == post.body.terminal_id);
        let executor = terminal.map(|place| self.town.executor_of[place]);
        match executor {
            Some(executor) if self.nodes[node].desks.contains_key(&executor) => {
                let then = Then::Settled(post, refusal);
                self.enqueue(node, executor, Vec::new(), Vec::new(), then);
            }
            _ => {
                self.coverage.transition("T2");
                self.answer(&post, Err(refusal));
            }
        }
    }

    /// Everything before this request is written by now: it looks once more.
    pub(super) fn settled(&mut self, post: &Post, refusal: RefusalCode) {
        let told = match self.taken_before(post) {
            Ok(Some(told)) => told,
            Ok(None) => {
                let known = refusal == RefusalCode::DuplicateCode;
                self.coverage.transition(if known { "T1''" } else { "T2" });
                Err(refusal)
            }
            Err(why) => Err(why),
        };
        self.answer(post, told);
    }

    /// T1' and T1'': the same key, with the same body or another one.
    fn taken_before(&mut self, post: &Post) -> Result<Option<Told>, RefusalCode> {
        if self.store.mood != Mood::Fine {
            return Err(RefusalCode::NotReady);
        }
        let Some(row) = self.store.lookup_touch(&post.app, post.key) else { return Ok(None) };
        if row.fingerprint != fingerprint(post) {
            self.coverage.transition("T1''");
            return Ok(Some(Err(RefusalCode::KeyReused)));
        }
        let touch = row.id;
        self.coverage.transition("T1'");
        Ok(self.stands(touch).map(Ok))
    }

    /// Where a touch stands, as the store has it.
    pub(crate) fn stands(&self, touch: TouchId) -> Option<(TouchId, TransactionId, State)> {
        let id = self.store.of_touch.get(&touch)?;
        Some((touch, *id, self.store.rows.get(id)?.stored.state))
    }

    /// Sends an answer to a phone; networks lose some.
    pub(crate) fn answer(&mut self, post: &Post, told: Told) {
        let took = self.dice.between(2, 80);
        let purchase = post.purchase;
        if told.is_ok() && self.strikes(purchase, 5) {
            self.purchases[purchase].offline_until = self.now + 20_000;
            return;
        }
        if !self.healed && self.dice.percent(self.town_noise()) {
            return;
        }
        self.after(took, Event::Answer(purchase, post.key, told));
    }
}

fn fingerprint(post: &Post) -> String {
    serde_json::to_string(&post.body).unwrap_or_default()
}

fn facts(
    id: TransactionId,
    touch: TouchId,
    (asked, half): (&Touch, &Half),
    plan: &Plan,
    now: Timestamp,
) -> Facts {
    Facts {
        id,
        touch,
        terminal: asked.terminal.clone(),
        app: half.app.clone(),
        shop: plan.shop.clone(),
        destination: plan.destination.clone(),
        capabilities: plan.capabilities,
        route: plan.route,
        executor: plan.executor.clone(),
        purpose: request::purpose(&half.work),
        amount: half.work.amount(),
        code_digest: code_digest(half, id),
        links: Links::default(),
        accepted_at: now,
    }
}

/// A payment code is unique in its app; a member id comes often, so its transaction is added.
fn code_digest(asked: &Half, id: TransactionId) -> String {
    match &asked.work {
        Work::Payment { code, .. } => format!("digest-{}", code.reveal()),
        Work::Membership { member_id, .. } => format!("digest-{}-{id}", member_id.reveal()),
    }
}

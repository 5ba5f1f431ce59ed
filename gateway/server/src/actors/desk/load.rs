//! What a new desk reads before its first message: open transactions, their commands and sales.
//!
//! Owns the recovery after a restart, of the program or of the actor alone. If the store cannot be
//! read, the actor ends and the keeper makes another one.

use super::super::facts::Memory;
use super::DeskActor;
use crate::world::World;
use actix::prelude::*;
use baton_core::relay::desk::Desk;
use baton_core::relay::plan::Executor;
use baton_core::relay::transaction::{Facts, Purpose, Transaction};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::Command;
use baton_protocol::work::State;
use baton_records::Fault;
use baton_records::rows::{OutboxMessage, OutboxRow, SaleRow, TransactionRow};
use baton_records::uptime::Uptime;
use std::collections::BTreeMap;

struct Found {
    open: Vec<TransactionRow>,
    firsts: Vec<Facts>,
    outbox: Vec<OutboxRow>,
    sales: BTreeMap<TransactionId, SaleRow>,
}

impl DeskActor {
    pub(super) fn load(&self, ctx: &mut Context<Self>) {
        let world = self.world.clone();
        let executor = self.executor.clone();
        let read = async move {
            // What a desk before this one has queued is written first: a transaction that is
            // committed after the reading would belong to nobody.
            world.records.writer.settled().await.map_err(|fault| fault.to_string())?;
            find(&world, &executor).await.map_err(|fault| fault.to_string())
        };
        let done = read.into_actor(self).map(|found, actor, ctx| match found {
            Ok(found) => actor.take_up(found, ctx),
            Err(fault) => {
                tracing::error!(executor = %actor.executor, %fault, "the desk cannot be read");
                ctx.stop();
            }
        });
        ctx.wait(done);
    }

    fn take_up(&mut self, found: Found, ctx: &mut Context<Self>) {
        let now = self.world.clock.now();
        let policy = &self.world.policy;
        let up = Uptime::read();
        let machine = |row: &TransactionRow| {
            let machine = Transaction::restore(row.facts.clone(), row.stored, policy.clone(), now);
            let lived = row.uptime.as_ref().zip(up.as_ref()).and_then(|(at, up)| at.until(up));
            match lived {
                Some(ms) => machine.lived(ms, now),
                None => machine,
            }
        };
        let open = found.open.iter().map(machine).collect();
        let own = !self.executor.is_device();
        self.desk = if own {
            Desk::of_gateway(policy.clone(), open)
        } else {
            Desk::new(policy.clone(), open, found.firsts)
        };
        self.memories = found.open.into_iter().map(memory).collect();
        self.commands = found.outbox.iter().filter_map(|row| self.unsealed(row)).collect();
        self.sales = found.sales;
        // The gateway is always connected to itself; a device says when it is.
        let dues = if own { self.desk.connected(0, now) } else { Vec::new() };
        self.after_commit(Vec::new(), dues, None, ctx);
    }

    fn unsealed(&self, row: &OutboxRow) -> Option<(TransactionId, Command)> {
        let OutboxMessage::Work { sealed } = &row.message else { return None };
        match self.world.vault.unseal(row.transaction, sealed) {
            Ok(command) => Some((row.transaction, command)),
            Err(fault) => {
                let transaction = row.transaction;
                let advice = "a command cannot be opened; was the key file changed?";
                tracing::error!(%transaction, %fault, advice);
                None
            }
        }
    }
}

fn memory(row: TransactionRow) -> (TransactionId, Memory) {
    (row.facts.id, Memory { version: row.stored.version, facts: row.facts })
}

async fn find(world: &World, executor: &Executor) -> Result<Found, Fault> {
    let open = world.records.open_transactions_of(executor).await?;
    let mut sales = BTreeMap::new();
    let paying = |row: &&TransactionRow| row.facts.purpose == Purpose::Payment;
    for row in open.iter().filter(paying) {
        let waiting = world.records.open_sales_of(&row.facts.terminal).await?;
        let taken = waiting.into_iter().find(|one| one.sale.touch == Some(row.facts.touch));
        sales.extend(taken.map(|one| (row.facts.id, one)));
    }
    let outbox =
        if open.is_empty() { Vec::new() } else { world.records.outbox_of(executor).await? };
    let firsts = firsts(world, &open).await?;
    Ok(Found { open, firsts, outbox, sales })
}

/// The approved halves on which open second halves rest.
async fn firsts(world: &World, open: &[TransactionRow]) -> Result<Vec<Facts>, Fault> {
    let mut firsts = Vec::new();
    for first in open.iter().filter_map(|row| row.facts.links.after) {
        let row = world.records.lookup_transaction(first).await?;
        let approved = row.filter(|row| row.stored.state == State::Approved);
        firsts.extend(approved.map(|row| row.facts));
    }
    Ok(firsts)
}

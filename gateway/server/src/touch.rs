//! Taking a touch: from a checked request to a durable transaction, or to a refusal.
//!
//! Owns the order of the steps: rules, lookups, plan, digest and seal, then the desk. A request
//! that was taken before is recognised whatever stands in the way of a new one, so a retry always
//! learns the current state. Next: [`crate::actors::desk`].

use crate::actors::desk::{Begin, Begun, Settle};
use crate::actors::keeper::Keeper;
use crate::clock::new_id;
use crate::identity::token::Caller;
use crate::vault::Vault;
use crate::world::World;
use baton_core::relay::plan::{Executor, Plan, plan};
use baton_core::relay::request::{self, Touch};
use baton_core::relay::transaction::{Facts, Purpose};
use baton_core::time::Timestamp;
use baton_protocol::ids::{RequestKey, TerminalId, TouchId, TransactionId};
use baton_protocol::link::Command;
use baton_protocol::phone::TouchRequest;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::{MembershipAction, Work};
use baton_records::rows::{SaleRow, TouchRow};
use std::time::Duration;
use tokio::sync::oneshot;

/// How long a request waits for its commit before it answers that it does not know, in seconds:
/// a phone that hears nothing for longer would ask again anyway.
const BEGIN_WAIT_S: u64 = 5;

/// Who asks, and under which key.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The app and its token.
    pub caller: Caller,
    /// The phone's idempotency key.
    pub key: RequestKey,
}

/// Takes a touch, or finds the one that this key started before.
///
/// # Errors
/// The [`RefusalCode`] of the rule that said no; nothing was written then.
pub async fn take(
    world: &World,
    keeper: &Keeper,
    asker: &Asker,
    body: TouchRequest,
    touch: TouchId,
) -> Result<TouchId, RefusalCode> {
    let fingerprint = fingerprint(&world.vault, &body);
    let terminal = body.terminal_id.clone();
    let refusal = match begin(world, keeper, asker, body, touch, fingerprint.clone()).await {
        Ok(()) => return Ok(touch),
        Err(refusal) => refusal,
    };
    if let Some(taken) = taken_before(world, asker, &fingerprint).await? {
        return Ok(taken);
    }
    settled(world, keeper, &terminal).await;
    taken_before(world, asker, &fingerprint).await?.ok_or(refusal)
}

/// Waits until the terminal's desk has written what it has taken: what is in the way of a request
/// may be an earlier copy of itself whose commit is still running.
async fn settled(world: &World, keeper: &Keeper, terminal: &TerminalId) {
    let Some(executor) = executor_of(world, terminal) else { return };
    let (answer, done) = oneshot::channel();
    if keeper.desk(&executor).try_send(Settle { answer }).is_ok() {
        // Whatever came of it, the store is read next.
        let limit = Duration::from_secs(BEGIN_WAIT_S);
        tokio::time::timeout(limit, done).await.ok();
    }
}

async fn taken_before(
    world: &World,
    asker: &Asker,
    fingerprint: &str,
) -> Result<Option<TouchId>, RefusalCode> {
    let found = world.records.lookup_touch_by_key(&asker.caller.app, asker.key).await;
    let Some(row) = found.map_err(|_| RefusalCode::NotReady)? else { return Ok(None) };
    if row.fingerprint != fingerprint {
        return Err(RefusalCode::KeyReused);
    }
    Ok(Some(row.id))
}

async fn begin(
    world: &World,
    keeper: &Keeper,
    asker: &Asker,
    body: TouchRequest,
    touch: TouchId,
    fingerprint: String,
) -> Result<(), RefusalCode> {
    let now = world.clock.now();
    let begin = prepare(world, asker, body, touch, fingerprint, now)?;
    ask_desk(world, keeper, begin).await
}

/// Steps 1 to 3: everything that can be decided without asking anybody.
fn prepare(
    world: &World,
    asker: &Asker,
    body: TouchRequest,
    touch: TouchId,
    fingerprint: String,
    now: Timestamp,
) -> Result<Begin, RefusalCode> {
    let snapshot = world.tables.snapshot();
    let terminal = snapshot.tables.lookup_terminal(&body.terminal_id);
    let terminal = terminal.ok_or(RefusalCode::TerminalUnknown)?;
    let open = world.sales.lookup_open(&terminal.id, now);
    let asked = request::check(body, open.as_ref(), terminal.amount_from)?;
    if asked.app != asker.caller.app {
        return Err(RefusalCode::Forbidden);
    }
    let plan = plan(&snapshot.tables, &asked.terminal, &asked.app, &asked.work)?;
    let id = TransactionId::new(new_id());
    let facts = facts(&world.vault, id, touch, &asked, &plan, now);
    let command = Command {
        transaction: id,
        epoch: 0,
        ttl_ms: 0,
        app: asked.app.clone(),
        code_digest: facts.code_digest.clone(),
        work: asked.work,
        target: plan.target,
    };
    let sealed = world.vault.seal(&command).map_err(|_| RefusalCode::Internal)?;
    let sale = asked.sale.map(|sale| world.sales.take(&asked.terminal, sale, touch, now));
    let sale = sale.transpose()?;
    Ok(Begin {
        executor: plan.executor,
        touch: TouchRow {
            id: touch,
            app: asker.caller.app.clone(),
            key: asker.key,
            fingerprint,
            token_id: asker.caller.token_id.clone(),
            terminal: asked.terminal.clone(),
            created: now,
        },
        facts,
        command,
        sealed,
        sale: sale.map(|sale| SaleRow { terminal: asked.terminal, sale }),
    })
}

fn facts(
    vault: &Vault,
    id: TransactionId,
    touch: TouchId,
    asked: &Touch,
    plan: &Plan,
    now: Timestamp,
) -> Facts {
    Facts {
        id,
        touch,
        terminal: asked.terminal.clone(),
        app: asked.app.clone(),
        shop: plan.shop.clone(),
        destination: plan.destination.clone(),
        capabilities: plan.capabilities,
        route: plan.route,
        executor: plan.executor.clone(),
        purpose: purpose(&asked.work),
        amount: asked.work.amount(),
        code_digest: code_digest(vault, asked, id),
        accepted_at: now,
    }
}

const fn purpose(work: &Work) -> Purpose {
    match work {
        Work::Payment { .. } => Purpose::Payment,
        Work::Membership { action: MembershipAction::Accrue, .. } => Purpose::Accrue,
        Work::Membership { action: MembershipAction::Redeem, .. } => Purpose::Redeem,
        Work::Membership { action: MembershipAction::Balance, .. } => Purpose::Balance,
    }
}

/// A payment code is unique in its app; a member id comes often, so its transaction is added.
fn code_digest(vault: &Vault, asked: &Touch, id: TransactionId) -> String {
    let app = asked.app.as_str().as_bytes();
    match &asked.work {
        Work::Payment { code, .. } => vault.digest(&[b"code", app, code.reveal().as_bytes()]),
        Work::Membership { member_id, .. } => {
            let id = id.uuid();
            vault.digest(&[b"member", app, member_id.reveal().as_bytes(), id.as_bytes()])
        }
    }
}

/// Two bodies that say the same have the same fingerprint, whatever their blanks.
fn fingerprint(vault: &Vault, body: &TouchRequest) -> String {
    let canonical = serde_json::to_vec(body).unwrap_or_default();
    vault.digest(&[b"body", &canonical])
}

async fn ask_desk(world: &World, keeper: &Keeper, begin: Begin) -> Result<(), RefusalCode> {
    let desk = keeper.desk(&begin.executor);
    let (answer, begun) = oneshot::channel();
    if let Err(full) = desk.try_send(Begun { begin: Box::new(begin), answer }) {
        if let Some(row) = full.into_inner().begin.sale {
            world.sales.put_back(&row);
        }
        return Err(RefusalCode::Overloaded);
    }
    match tokio::time::timeout(Duration::from_secs(BEGIN_WAIT_S), begun).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) | Err(_) => Err(RefusalCode::NotReady),
    }
}

/// Asks the executor of a terminal whether it is there.
pub async fn online(world: &World, keeper: &Keeper, terminal: &TerminalId) -> Online {
    match executor_of(world, terminal) {
        Some(executor) => keeper.online(&executor).await,
        None => Online::No,
    }
}

fn executor_of(world: &World, terminal: &TerminalId) -> Option<Executor> {
    let snapshot = world.tables.snapshot();
    let terminal = snapshot.tables.lookup_terminal(terminal)?;
    Some(match &terminal.agent {
        Some(agent) => Executor::Agent(agent.clone()),
        None => Executor::Terminal(terminal.id.clone()),
    })
}

/// Whether an executor is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Online {
    /// It is.
    Yes,
    /// It is not.
    No,
}

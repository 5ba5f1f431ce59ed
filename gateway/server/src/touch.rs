//! Taking a touch: from a checked request to a durable transaction, or to a refusal.
//!
//! Owns the order of the steps: rules, lookups, plan, digest and seal, then the desk. A request
//! that was taken before is recognised whatever stands in the way of a new one, so a retry always
//! learns the current state. Next: [`crate::actors::desk`].

use crate::actors::desk::{Begin, BeginHalf, Begun, Settle};
use crate::actors::keeper::Keeper;
use crate::clock::new_id;
use crate::identity::token::Caller;
use crate::vault::Vault;
use crate::world::World;
use baton_core::relay::halves::{tie, together};
use baton_core::relay::plan::{Executor, Plan, executor, plan};
use baton_core::relay::request::{self, Half, Touch};
use baton_core::relay::transaction::{Facts, Links};
use baton_core::time::Timestamp;
use baton_protocol::code::PaymentCode;
use baton_protocol::ids::{AppId, RequestKey, TerminalId, TouchId, TransactionId};
use baton_protocol::link::Command;
use baton_protocol::phone::TouchRequest;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::{State, Work};
use baton_records::rows::{SaleRow, TouchRow};
use baton_records::writer::{Condition, Fact};
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

/// Why a touch was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The rule that said no.
    pub code: RefusalCode,
    /// Where the payment stands that brought the same code before.
    pub first: Option<State>,
}

impl From<RefusalCode> for Refused {
    fn from(code: RefusalCode) -> Self {
        Self { code, first: None }
    }
}

/// Takes a touch, or finds the one that this key started before.
///
/// # Errors
/// [`Refused`] by a rule, and then nothing was written; or [`RefusalCode::OutcomeUnknown`] when
/// it is not known whether it was. A code that another request of this app brought is always
/// answered with where that one stands, whatever else is in the way.
pub async fn take(
    world: &World,
    keeper: &Keeper,
    asker: &Asker,
    body: TouchRequest,
    touch: TouchId,
) -> Result<TouchId, Refused> {
    let fingerprint = fingerprint(&world.vault, &body);
    match world.records.writer.condition() {
        Condition::Well => {}
        // Nothing new, but a retry still learns what became of the first request.
        Condition::NoRoom => {
            let taken = taken_before(world, asker, &fingerprint).await?;
            return taken.ok_or(RefusalCode::NotReady.into());
        }
        Condition::Away | Condition::Broken => return Err(RefusalCode::NotReady.into()),
    }
    let desks = desks_of(world, &body);
    let code = code_brought(world, asker, &body);
    let refusal = match begin(world, keeper, asker, body, touch, fingerprint.clone()).await {
        Ok(()) => return Ok(touch),
        Err(refusal) => refusal,
    };
    if let Some(taken) = taken_before(world, asker, &fingerprint).await? {
        return Ok(taken);
    }
    settled(keeper, &desks).await;
    if let Some(taken) = taken_before(world, asker, &fingerprint).await? {
        return Ok(taken);
    }
    let Some(first) = state_of_first(world, asker, code).await? else {
        return Err(refusal.into());
    };
    // The code may have come with this very key, in a commit that ended between the two looks.
    let taken = taken_before(world, asker, &fingerprint).await?;
    taken.ok_or(Refused { code: RefusalCode::DuplicateCode, first: Some(first) })
}

/// The digest of the code in a body, if it is one of the caller's own app.
fn code_brought(world: &World, asker: &Asker, body: &TouchRequest) -> Option<String> {
    let part = body.payment.as_ref().filter(|part| part.app_id == asker.caller.app)?;
    Some(payment_digest(&world.vault, &part.app_id, &part.code))
}

async fn state_of_first(
    world: &World,
    asker: &Asker,
    code: Option<String>,
) -> Result<Option<State>, RefusalCode> {
    let Some(digest) = code else { return Ok(None) };
    let found = world.records.lookup_state_by_code(&asker.caller.app, &digest).await;
    found.map_err(|_| RefusalCode::OutcomeUnknown)
}

/// Waits until the desks of a request have written what they have taken: what is in the way of a
/// request may be an earlier copy of itself whose commit is still running.
async fn settled(keeper: &Keeper, desks: &[Executor]) {
    for executor in desks {
        let (answer, done) = oneshot::channel();
        if keeper.desk(executor).try_send(Settle { answer }).is_ok() {
            // Whatever came of it, the store is read next.
            let limit = Duration::from_secs(BEGIN_WAIT_S);
            tokio::time::timeout(limit, done).await.ok();
        }
    }
}

/// Who may have taken a copy of this request: whoever executes for its terminal and its apps.
fn desks_of(world: &World, body: &TouchRequest) -> Vec<Executor> {
    let snapshot = world.tables.snapshot();
    let Some(terminal) = snapshot.tables.lookup_terminal(&body.terminal_id) else {
        return Vec::new();
    };
    let payment = body.payment.as_ref().map(|part| &part.app_id);
    let membership = body.membership.as_ref().map(|part| &part.app_id);
    let apps = payment.into_iter().chain(membership);
    let found = apps.filter_map(|app| snapshot.tables.lookup_app(app));
    let mut desks: Vec<Executor> =
        found.map(|(_, destination)| executor(terminal, destination)).collect();
    desks.dedup();
    desks
}

async fn taken_before(
    world: &World,
    asker: &Asker,
    fingerprint: &str,
) -> Result<Option<TouchId>, RefusalCode> {
    let found = world.records.lookup_touch_by_key(&asker.caller.app, asker.key).await;
    // An earlier copy of this request may be under way; who cannot look must not deny it.
    let Some(row) = found.map_err(|_| RefusalCode::OutcomeUnknown)? else { return Ok(None) };
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
    check_caller(&asked, &asker.caller.app)?;
    let mut halves = Vec::with_capacity(asked.halves.len());
    let mut executor: Option<Executor> = None;
    for half in asked.halves {
        let plan = plan(&snapshot.tables, &asked.terminal, &half.app, &half.work)?;
        together(executor.get_or_insert_with(|| plan.executor.clone()), &plan.executor)?;
        world.health.admit(&plan.destination)?;
        halves.push(prepare_half(&world.vault, &asked.terminal, half, plan, touch, now)?);
    }
    if let [first, second] = halves.as_mut_slice() {
        tie(&mut first.facts, &mut second.facts);
    }
    let sale = asked.sale.map(|sale| world.sales.take(&asked.terminal, sale, touch, now));
    let sale = sale.transpose()?;
    Ok(Begin {
        executor: executor.ok_or(RefusalCode::BodyInvalid)?,
        request: Fact::Touch(TouchRow {
            id: touch,
            app: asker.caller.app.clone(),
            key: asker.key,
            fingerprint,
            token_id: asker.caller.token_id.clone(),
            terminal: asked.terminal.clone(),
            created: now,
        }),
        halves,
        sale: sale.map(|sale| SaleRow { terminal: asked.terminal, sale }),
    })
}

/// The payment must be the caller's own; a touch without one, its membership.
fn check_caller(asked: &Touch, caller: &AppId) -> Result<(), RefusalCode> {
    let pays = |half: &&Half| matches!(half.work, Work::Payment { .. });
    let own = asked.halves.iter().find(pays).or(asked.halves.first());
    if own.is_some_and(|half| half.app == *caller) { Ok(()) } else { Err(RefusalCode::Forbidden) }
}

/// Digest, seal and facts of one half.
fn prepare_half(
    vault: &Vault,
    terminal: &TerminalId,
    half: Half,
    plan: Plan,
    touch: TouchId,
    now: Timestamp,
) -> Result<BeginHalf, RefusalCode> {
    let id = TransactionId::new(new_id());
    let facts = Facts {
        id,
        touch,
        terminal: terminal.clone(),
        app: half.app.clone(),
        shop: plan.shop,
        destination: plan.destination,
        capabilities: plan.capabilities,
        route: plan.route,
        executor: plan.executor,
        purpose: request::purpose(&half.work),
        amount: half.work.amount(),
        code_digest: code_digest(vault, &half, id),
        accepted_at: now,
        links: Links::default(),
    };
    let command = Command {
        transaction: id,
        epoch: 0,
        ttl_ms: 0,
        app: half.app,
        code_digest: facts.code_digest.clone(),
        work: half.work,
        target: plan.target,
    };
    let sealed = facts.executor.is_device().then(|| vault.seal(&command)).transpose();
    let sealed = sealed.map_err(|_| RefusalCode::Internal)?;
    Ok(BeginHalf { facts, command: Some(command), sealed })
}

/// A payment code is unique in its app; a member id comes often, so its transaction is added.
fn code_digest(vault: &Vault, half: &Half, id: TransactionId) -> String {
    let app = half.app.as_str().as_bytes();
    match &half.work {
        Work::Payment { code, .. } => payment_digest(vault, &half.app, code),
        Work::Membership { member_id, .. } => {
            let id = id.uuid();
            vault.digest(&[b"member", app, member_id.reveal().as_bytes(), id.as_bytes()])
        }
    }
}

fn payment_digest(vault: &Vault, app: &AppId, code: &PaymentCode) -> String {
    vault.digest(&[b"code", app.as_str().as_bytes(), code.reveal().as_bytes()])
}

/// Two bodies that say the same have the same fingerprint, whatever their blanks.
fn fingerprint(vault: &Vault, body: &TouchRequest) -> String {
    let canonical = serde_json::to_vec(body).unwrap_or_default();
    vault.digest(&[b"body", &canonical])
}

/// Asks the desk to begin, and waits until it is durable or refused.
pub(crate) async fn ask_desk(
    world: &World,
    keeper: &Keeper,
    begin: Begin,
) -> Result<(), RefusalCode> {
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
        Ok(Err(_)) | Err(_) => Err(RefusalCode::OutcomeUnknown),
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

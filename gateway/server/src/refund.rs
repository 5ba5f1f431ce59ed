//! Taking a refund or a void: from a merchant's wish to a durable transaction, or to a refusal.
//!
//! Owns the order of the steps: the merchant's key, the rules, then the gateway's own desk at the
//! destination. The rules are `core/relay/refund.rs`; that refunds together never exceed the
//! original is held by the store. Next: [`crate::actors::desk`].

use crate::actors::desk::{Begin, BeginHalf};
use crate::actors::keeper::Keeper;
use crate::clock::new_id;
use crate::touch::ask_desk;
use crate::world::World;
use baton_core::relay::refund::{Wish, check, check_half, facts};
use baton_protocol::ids::{RequestKey, ShopId, TransactionId};
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::rows::{RefundRow, TransactionRow};
use baton_records::writer::Fact;

/// Which merchant asks, and under which key.
#[derive(Debug, Clone)]
pub struct RefundAsker {
    /// The shop whose token was shown.
    pub shop: ShopId,
    /// The merchant's idempotency key.
    pub key: RequestKey,
}

/// Takes a wish, or finds the refund that this key started before.
///
/// # Errors
/// The [`RefusalCode`] of the rule that said no; nothing was written then.
pub async fn take(
    world: &World,
    keeper: &Keeper,
    asker: &RefundAsker,
    original: &TransactionRow,
    wish: Wish,
) -> Result<TransactionId, RefusalCode> {
    let fingerprint = fingerprint(world, original, wish);
    if let Some(taken) = taken_before(world, asker, &fingerprint).await? {
        return Ok(taken);
    }
    match begin(world, keeper, asker, original, wish, fingerprint.clone()).await {
        Ok(taken) => Ok(taken),
        // A copy of the same request may have been faster.
        Err(refusal) => taken_before(world, asker, &fingerprint).await?.ok_or(refusal),
    }
}

async fn taken_before(
    world: &World,
    asker: &RefundAsker,
    fingerprint: &str,
) -> Result<Option<TransactionId>, RefusalCode> {
    let found = world.records.lookup_refund_by_key(&asker.shop, asker.key).await;
    let Some(row) = found.map_err(|_| RefusalCode::OutcomeUnknown)? else { return Ok(None) };
    if row.fingerprint != fingerprint {
        return Err(RefusalCode::KeyReused);
    }
    Ok(Some(row.transaction))
}

async fn begin(
    world: &World,
    keeper: &Keeper,
    asker: &RefundAsker,
    original: &TransactionRow,
    wish: Wish,
    fingerprint: String,
) -> Result<TransactionId, RefusalCode> {
    let amount = check(&original.facts, original.stored.state, original.refunded_minor, wish)?;
    check_half(&original.facts, state_of_second(world, original).await?)?;
    let id = TransactionId::new(new_id());
    let now = world.clock.now();
    let digest = world.vault.digest(&[b"refund", id.uuid().as_bytes()]);
    let facts = facts(&original.facts, id, wish, amount, digest, now);
    let request = RefundRow {
        shop: asker.shop.clone(),
        key: asker.key,
        fingerprint,
        transaction: id,
        created: now,
    };
    let begin = Begin {
        executor: facts.executor.clone(),
        request: Fact::Refund(request),
        halves: vec![BeginHalf { facts, command: None, sealed: None }],
        sale: None,
    };
    ask_desk(world, keeper, begin).await?;
    Ok(id)
}

/// Where the half stands that came after this one, if there is one.
async fn state_of_second(
    world: &World,
    original: &TransactionRow,
) -> Result<Option<State>, RefusalCode> {
    let Some(then) = original.facts.links.then else { return Ok(None) };
    let found = world.records.lookup_transaction(then).await;
    Ok(found.map_err(|_| RefusalCode::NotReady)?.map(|other| other.stored.state))
}

fn fingerprint(world: &World, original: &TransactionRow, wish: Wish) -> String {
    let (how, amount) = match wish {
        Wish::Void => ("void", None),
        Wish::Refund(amount) => ("refund", amount),
    };
    let amount = amount.map_or_else(|| "all".to_owned(), |amount| amount.to_string());
    let id = original.facts.id.uuid();
    world.vault.digest(&[b"give back", how.as_bytes(), id.as_bytes(), amount.as_bytes()])
}

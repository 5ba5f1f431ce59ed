//! The phone API: touches, their events, transactions, and what a phone may know of a terminal.
//!
//! Owns reading these requests and wording their answers. Every caller is an app's phone with a
//! token of that app, and sees only what that app started. Next: [`crate::touch`].

mod caller;
pub(super) mod follow;

use super::problem::Problem;
use super::refunds;
use super::strict_json;
use crate::actors::desk::About;
use crate::actors::keeper::Keeper;
use crate::actors::words::kind_of;
use crate::clock::new_id;
use crate::notices::Notice;
use crate::touch::{self, Asker, Online, Refused};
use crate::world::World;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use baton_core::relay::lookup::Standing;
use baton_core::relay::plan::executor;
use baton_core::relay::transaction::{Input, Purpose};
use baton_protocol::ids::{TerminalId, TouchId, TransactionId};
use baton_protocol::phone::{
    AcceptedApp, OpenSale, ResolveAnswer, TouchAnswer, TouchRequest, TransactionAnswer,
};
use baton_protocol::refusal::RefusalCode;
use baton_records::rows::TransactionRow;
pub(super) use caller::{authenticate, idempotency_key, wait_wish};
use tokio::sync::oneshot;

type Answer = Result<HttpResponse, Problem>;

/// `POST /v1/touches`.
pub async fn create_touch(
    request: HttpRequest,
    body: Bytes,
    world: Data<World>,
    keeper: Data<Keeper>,
) -> Answer {
    let place = world.edges.admit_touch(world.records.writer.waiting())?;
    let caller = authenticate(&request, &world)?;
    let key = idempotency_key(&request)?;
    let body: TouchRequest = strict_json::read_within(&body, world.edges.shape())
        .map_err(|_| Problem::of(RefusalCode::BodyInvalid))?;
    let wish = wait_wish(&request);
    let halves = usize::from(body.payment.is_some()) + usize::from(body.membership.is_some());
    let id = TouchId::new(new_id());
    let mut following = wish.map(|wait| (wait, world.notices.listen(id)));
    let asker = Asker { caller, key };
    let taken = touch::take(&world, &keeper, &asker, body, id).await;
    drop(place);
    if taken != Ok(id) {
        following = None;
        world.notices.tidy(id);
    }
    let touch = taken.map_err(refusal)?;
    if let Some((wait, notices)) = following {
        let ends = follow::until_final(notices, wait, halves).await;
        world.notices.tidy(touch);
        if let Some([end]) = ends.as_deref() {
            return Ok(HttpResponse::Ok().json(ended(end)));
        }
    }
    let answer = read_touch(&world, touch).await;
    let answer = answer.map_err(|_| Problem::of(RefusalCode::OutcomeUnknown))?;
    let over = answer.transactions.iter().all(|one| one.state.is_final());
    let mut response = if over { HttpResponse::Ok() } else { HttpResponse::Accepted() };
    Ok(response.json(answer))
}

fn refusal(refused: Refused) -> Problem {
    refused.first.map_or_else(|| Problem::of(refused.code), Problem::code_taken)
}

/// `GET /v1/touches`: the touch of a key, for a phone whose request got no answer.
pub async fn find_touch(request: HttpRequest, world: Data<World>) -> Answer {
    let caller = authenticate(&request, &world)?;
    let key = idempotency_key(&request)?;
    let found = world.records.lookup_touch_by_key(&caller.app, key).await;
    let row = found.map_err(|_| Problem::unread())?.ok_or(Problem::of(RefusalCode::NotFound))?;
    Ok(HttpResponse::Ok().json(read_touch(&world, row.id).await?))
}

/// `GET /v1/touches/{id}`.
pub async fn get_touch(request: HttpRequest, id: Path<String>, world: Data<World>) -> Answer {
    let touch = own_touch(&request, &id, &world).await?;
    Ok(HttpResponse::Ok().json(read_touch(&world, touch).await?))
}

/// `GET /v1/touches/{id}/events`.
pub async fn events(request: HttpRequest, id: Path<String>, world: Data<World>) -> Answer {
    let touch = own_touch(&request, &id, &world).await?;
    let last = request.headers().get("Last-Event-ID").and_then(|value| value.to_str().ok());
    let after = last.and_then(|value| value.parse().ok()).unwrap_or(0);
    follow::stream(world.into_inner(), touch, after).await
}

/// `GET /v1/transactions/{id}`.
pub async fn get_transaction(request: HttpRequest, id: Path<String>, world: Data<World>) -> Answer {
    let row = match refunds::authenticate_shop(&request, &world) {
        Ok(shop) => refunds::own(&world, &shop, &id).await?,
        Err(_) => own_transaction(&request, &id, &world).await?,
    };
    Ok(HttpResponse::Ok().json(transaction_answer(&row)))
}

/// `POST /v1/transactions/{id}/cancel`: asks for it; the answer is the state as it is then.
pub async fn cancel(
    request: HttpRequest,
    id: Path<String>,
    world: Data<World>,
    keeper: Data<Keeper>,
) -> Answer {
    let row = own_transaction(&request, &id, &world).await?;
    let (answer, done) = oneshot::channel();
    let transaction = row.facts.id;
    let wish = About { transaction, input: Input::CancelRequested, answer: Some(answer) };
    let desk = keeper.desk(&row.facts.executor);
    // Whether it was cancelled is not known then, and the payment goes on.
    let unknown = || Problem::of(RefusalCode::OutcomeUnknown);
    desk.try_send(wish).map_err(|_| unknown())?;
    let cancelled = done.await.map_err(|_| unknown())?;
    cancelled
        .map_err(|code| if code == RefusalCode::StateWrong { code.into() } else { unknown() })?;
    let row = lookup_transaction(&world, transaction).await?;
    Ok(HttpResponse::Ok().json(transaction_answer(&row)))
}

/// `POST /v1/terminals/{id}/resolve`.
pub async fn resolve(
    request: HttpRequest,
    id: Path<String>,
    world: Data<World>,
    keeper: Data<Keeper>,
) -> Answer {
    authenticate(&request, &world)?;
    let unknown = || Problem::of(RefusalCode::TerminalUnknown);
    let id: TerminalId = id.parse().map_err(|_| unknown())?;
    let snapshot = world.tables.snapshot();
    let terminal = snapshot.tables.lookup_terminal(&id).ok_or_else(unknown)?;
    let shop = snapshot.tables.shops.get(&terminal.shop);
    let sale = world.sales.lookup_open(&id, world.clock.now());
    let active = snapshot.tables.apps.values().filter(|app| app.standing == Standing::Active);
    let online = touch::online(&world, &keeper, &id).await == Online::Yes;
    let apps = active.filter_map(|app| {
        let (app, destination) = snapshot.tables.lookup_app(&app.id)?;
        let ready = online || !executor(terminal, destination).is_device();
        let app_id = app.id.clone();
        Some(AcceptedApp { app_id, kind: destination.kind, ready: Some(ready) })
    });
    let answer = ResolveAnswer {
        terminal_id: id.clone(),
        shop: shop.map_or_else(|| terminal.shop.to_string(), |shop| shop.name.clone()),
        online,
        sale: sale.map(|sale| OpenSale {
            sale_id: sale.id,
            amount: sale.amount.minor,
            currency: sale.amount.currency,
        }),
        apps: apps.collect(),
    };
    Ok(HttpResponse::Ok().json(answer))
}

async fn own_touch(request: &HttpRequest, id: &str, world: &World) -> Result<TouchId, Problem> {
    let caller = authenticate(request, world)?;
    let absent = || Problem::of(RefusalCode::NotFound);
    let id: TouchId = id.parse().map_err(|_| absent())?;
    let found = world.records.lookup_touch(id).await;
    let row = found.map_err(|_| Problem::unread())?.ok_or_else(absent)?;
    if row.app == caller.app { Ok(id) } else { Err(absent()) }
}

async fn own_transaction(
    request: &HttpRequest,
    id: &str,
    world: &World,
) -> Result<TransactionRow, Problem> {
    let caller = authenticate(request, world)?;
    let id: TransactionId = id.parse().map_err(|_| Problem::of(RefusalCode::NotFound))?;
    let row = lookup_transaction(world, id).await?;
    if row.facts.app == caller.app {
        return Ok(row);
    }
    // The membership half of a touch that this app's phone started.
    let touch = world.records.lookup_touch(row.facts.touch).await;
    let touch = touch.map_err(|_| Problem::of(RefusalCode::NotReady))?;
    let started = touch.is_some_and(|touch| touch.app == caller.app);
    if started { Ok(row) } else { Err(Problem::of(RefusalCode::NotFound)) }
}

pub(super) async fn lookup_transaction(
    world: &World,
    id: TransactionId,
) -> Result<TransactionRow, Problem> {
    let found = world.records.lookup_transaction(id).await;
    let found = found.map_err(|_| Problem::unread())?;
    found.ok_or(Problem::of(RefusalCode::NotFound))
}

async fn read_touch(world: &World, touch: TouchId) -> Result<TouchAnswer, Problem> {
    let rows = world.records.transactions_of(touch).await;
    let rows = rows.map_err(|_| Problem::unread())?;
    if rows.is_empty() {
        tracing::error!(%touch, "a touch without a transaction; the store is not what it was");
        return Err(Problem::unread());
    }
    let mut halves: Vec<&TransactionRow> =
        rows.iter().filter(|row| row.facts.links.original.is_none()).collect();
    halves.sort_by_key(|row| row.facts.purpose != Purpose::Payment);
    let transactions = halves.into_iter().map(transaction_answer).collect();
    Ok(TouchAnswer { touch_id: touch, transactions })
}

/// Words the end of a touch as [`read_touch`] would, without asking the store.
fn ended(end: &Notice) -> TouchAnswer {
    let transaction = TransactionAnswer {
        transaction_id: end.transaction_id,
        state: end.state,
        amount: end.amount,
        currency: end.currency,
        reason: end.reason.clone(),
        kind: Some(end.kind),
        refunded_amount: None,
        original_transaction_id: None,
    };
    TouchAnswer { touch_id: end.touch, transactions: vec![transaction] }
}

/// Words a transaction as it stands.
pub(super) fn transaction_answer(row: &TransactionRow) -> TransactionAnswer {
    TransactionAnswer {
        transaction_id: row.facts.id,
        state: row.stored.state,
        amount: row.facts.amount.minor,
        currency: row.facts.amount.currency,
        reason: row.reason.clone(),
        kind: Some(kind_of(row.facts.purpose)),
        refunded_amount: (row.refunded_minor != 0).then_some(row.refunded_minor),
        original_transaction_id: row.facts.links.original.map(|original| original.id),
    }
}

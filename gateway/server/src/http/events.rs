//! `GET /v1/events`: an app's backend or a shop reads its events from a cursor.
//!
//! Owns who may read what: a token of an app sees that app's transactions, a token of a shop that
//! shop's, and nobody sees others'. With `Prefer: wait=N` an empty page waits for the next event.

use super::phone::{authenticate, wait_wish};
use super::problem::Problem;
use crate::vault::plain_digest;
use crate::webhooks::document;
use crate::world::World;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use baton_protocol::event::EventPage;
use baton_protocol::refusal::RefusalCode;
use baton_records::events::{EventsRead, Tenant};
use serde::Deserialize;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Events of one page: under 50 KB.
pub(super) const PAGE_EVENTS_MAX: i64 = 100;
/// Pause between looks while a page waits, in milliseconds: steps of all tenants wake it.
const LOOK_MS: u64 = 50;
/// Pause between looks when nothing is announced, in milliseconds: other gateways announce nothing.
const QUIET_LOOK_MS: u64 = 1_000;

/// What the address says after `?`.
#[derive(Deserialize)]
pub struct Wanted {
    after: Option<String>,
    limit: Option<String>,
}

/// `GET /v1/events?after=…&limit=…`.
///
/// # Errors
/// 401 without a token of an app or a shop, 400 for numbers that are none, 503 without the store.
pub async fn page(
    request: HttpRequest,
    wanted: Query<Wanted>,
    world: Data<World>,
) -> Result<HttpResponse, Problem> {
    let tenant = tenant(&request, &world)?;
    let after = number(wanted.after.as_deref(), 0, 0, i64::MAX)?;
    let limit = number(wanted.limit.as_deref(), PAGE_EVENTS_MAX, 1, PAGE_EVENTS_MAX)?;
    let read = match wait_wish(&request) {
        Some(wait) => wait_for(&world, &tenant, after, limit, wait).await?,
        None => read(&world, &tenant, after, limit).await?,
    };
    let events = read.events.into_iter().map(document::event).collect();
    let next = read.up_to;
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    Ok(response.json(EventPage { events, next }))
}

/// A shop's token is looked up by its digest; everything else must be a token of an app.
fn tenant(request: &HttpRequest, world: &World) -> Result<Tenant, Problem> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let shop = world.tables.snapshot().shop_tokens.get(&plain_digest(token)).cloned();
    match shop {
        Some(shop) => {
            let taken = world.edges.shops.take(&shop);
            taken.map_err(|exhausted| Problem::exhausted(exhausted.again_in_s))?;
            Ok(Tenant::Shop(shop))
        }
        None => Ok(Tenant::App(authenticate(request, world)?.app)),
    }
}

fn number(text: Option<&str>, default: i64, min: i64, max: i64) -> Result<i64, Problem> {
    let Some(text) = text else { return Ok(default) };
    let number = text.parse().ok().filter(|number| (min..=max).contains(number));
    let detail = "`after` is a whole number from 0, `limit` one from 1 to 100";
    number.ok_or(Problem::with(RefusalCode::BodyInvalid, detail))
}

async fn read(
    world: &World,
    tenant: &Tenant,
    after: i64,
    limit: i64,
) -> Result<EventsRead, Problem> {
    let read = world.records.events_after(tenant, after, limit).await;
    read.map_err(|fault| {
        tracing::warn!(%fault, "events cannot be read");
        Problem::of(RefusalCode::NotReady)
    })
}

/// Reads again at every announcement until there is something, or the wish runs out.
async fn wait_for(
    world: &World,
    tenant: &Tenant,
    mut after: i64,
    limit: i64,
    wait: Duration,
) -> Result<EventsRead, Problem> {
    let Some(mut news) = world.notices.newest() else {
        return read(world, tenant, after, limit).await;
    };
    let looks = async {
        loop {
            news.mark_unchanged();
            let page = read(world, tenant, after, limit).await?;
            if !page.events.is_empty() {
                return Ok(page);
            }
            after = page.up_to;
            if page.up_to < page.head {
                continue;
            }
            match timeout(Duration::from_millis(QUIET_LOOK_MS), news.changed()).await {
                Ok(Err(_)) => return Ok(page),
                Ok(Ok(())) | Err(_) => sleep(Duration::from_millis(LOOK_MS)).await,
            }
        }
    };
    match timeout(wait, looks).await {
        Ok(found) => found,
        Err(_) => read(world, tenant, after, limit).await,
    }
}

//! The merchant's API: open a sale on a terminal, look at it, close it.
//!
//! Owns reading these requests. The caller shows a token of its shop and sees only that shop's
//! terminals. The rules are `core/relay/sale.rs`. Next: [`crate::sales`].

use super::problem::Problem;
use super::strict_json;
use crate::actors::keeper::Keeper;
use crate::sales::{self, Opened};
use crate::vault::plain_digest;
use crate::world::World;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use baton_protocol::ids::{SaleId, ShopId, TerminalId};
use baton_protocol::money::Money;
use baton_protocol::phone::{SaleAnswer, SaleRequest};
use baton_protocol::refusal::RefusalCode;
use baton_records::rows::SaleRow;

/// The longest order number of a merchant, in bytes: it is printed on one receipt line.
const ORDER_REF_BYTES_MAX: usize = 64;

type Answer = Result<HttpResponse, Problem>;

/// `POST /v1/sales`. **Repeat** the same order number and amount gets the sale that is open.
pub async fn open(
    request: HttpRequest,
    body: Bytes,
    world: Data<World>,
    keeper: Data<Keeper>,
) -> Answer {
    let shop = authenticate(&request, &world)?;
    let body: SaleRequest = strict_json::read_within(&body, world.edges.shape())
        .map_err(|_| Problem::of(RefusalCode::BodyInvalid))?;
    own_terminal(&world, &shop, &body.terminal_id)?;
    let amount = Money::new(body.amount, body.currency);
    if body.order_ref.len() > ORDER_REF_BYTES_MAX {
        let detail = "order_ref has at most 64 bytes";
        return Err(Problem::with(RefusalCode::BodyInvalid, detail));
    }
    let opened = sales::open(&world, &keeper, &body.terminal_id, amount, body.order_ref).await?;
    let (mut response, sale) = match opened {
        Opened::New(sale) => (HttpResponse::Created(), sale),
        Opened::Before(sale) => (HttpResponse::Ok(), sale),
    };
    Ok(response.json(sale_answer(&SaleRow { terminal: body.terminal_id, sale })))
}

/// `GET /v1/sales/{id}`.
pub async fn get(request: HttpRequest, id: Path<String>, world: Data<World>) -> Answer {
    let mut row = own_sale(&request, &id, &world).await?;
    row.sale.expire(world.clock.now());
    Ok(HttpResponse::Ok().json(sale_answer(&row)))
}

/// `DELETE /v1/sales/{id}`.
pub async fn close(
    request: HttpRequest,
    id: Path<String>,
    world: Data<World>,
    keeper: Data<Keeper>,
) -> Answer {
    let mut row = own_sale(&request, &id, &world).await?;
    row.sale = sales::close(&world, &keeper, &row.terminal, row.sale.id).await?;
    Ok(HttpResponse::Ok().json(sale_answer(&row)))
}

/// Says whose order system is calling.
pub(super) fn authenticate(request: &HttpRequest, world: &World) -> Result<ShopId, Problem> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let snapshot = world.tables.snapshot();
    let shop = snapshot.shop_tokens.get(&plain_digest(token)).cloned();
    let shop =
        shop.ok_or(Problem::with(RefusalCode::TokenInvalid, "show the token of your shop"))?;
    let taken = world.edges.shops.take(&shop);
    taken.map_err(|exhausted| Problem::exhausted(exhausted.again_in_s))?;
    Ok(shop)
}

fn own_terminal(world: &World, shop: &ShopId, id: &TerminalId) -> Result<(), Problem> {
    let snapshot = world.tables.snapshot();
    let terminal = snapshot.tables.lookup_terminal(id).filter(|one| one.shop == *shop);
    terminal.map(|_| ()).ok_or(Problem::of(RefusalCode::TerminalUnknown))
}

async fn own_sale(request: &HttpRequest, id: &str, world: &World) -> Result<SaleRow, Problem> {
    let shop = authenticate(request, world)?;
    let absent = || Problem::of(RefusalCode::NotFound);
    let id: SaleId = id.parse().map_err(|_| absent())?;
    let found = world.records.lookup_sale(id).await;
    let row = found.map_err(|_| Problem::of(RefusalCode::NotReady))?.ok_or_else(absent)?;
    own_terminal(world, &shop, &row.terminal).map_err(|_| absent())?;
    Ok(row)
}

fn sale_answer(row: &SaleRow) -> SaleAnswer {
    SaleAnswer {
        sale_id: row.sale.id,
        terminal_id: row.terminal.clone(),
        amount: row.sale.amount.minor,
        currency: row.sale.amount.currency,
        order_ref: row.sale.order_ref.clone(),
        state: row.sale.state,
        touch_id: row.sale.touch,
    }
}

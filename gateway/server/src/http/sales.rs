//! The merchant's API: open a sale on a terminal, look at it, close it.
//!
//! Owns reading these requests. The caller shows a token of its shop and sees only that shop's
//! terminals. The rules are `core/relay/sale.rs`. Next: [`crate::sales`].

use super::problem::Problem;
use super::strict_json;
use crate::actors::desk::Show;
use crate::actors::keeper::Keeper;
use crate::clock::new_id;
use crate::vault::plain_digest;
use crate::world::World;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use baton_core::relay::plan::Executor;
use baton_core::relay::request::check_amount;
use baton_core::relay::sale::Sale;
use baton_protocol::ids::{SaleId, ShopId, TerminalId};
use baton_protocol::money::Money;
use baton_protocol::phone::{SaleAnswer, SaleRequest, SaleState};
use baton_protocol::refusal::RefusalCode;
use baton_records::rows::SaleRow;
use baton_records::writer::Fact;

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
    check_amount(amount)?;
    if body.order_ref.len() > ORDER_REF_BYTES_MAX {
        let detail = "order_ref has at most 64 bytes";
        return Err(Problem::with(RefusalCode::BodyInvalid, detail));
    }
    let now = world.clock.now();
    let known = world.sales.lookup_open(&body.terminal_id, now);
    if let Some(sale) = known.filter(|one| one.amount == amount && one.order_ref == body.order_ref)
    {
        // The answer to the first request was lost: it is given again.
        return Ok(
            HttpResponse::Ok().json(sale_answer(&SaleRow { terminal: body.terminal_id, sale }))
        );
    }
    let sale = Sale {
        id: SaleId::new(new_id()),
        amount,
        order_ref: body.order_ref,
        state: SaleState::Open,
        touch: None,
        expires_at: now.after_ms(world.policy.sale_life_ms),
    };
    world.sales.open(&body.terminal_id, sale.clone(), now)?;
    let row = SaleRow { terminal: body.terminal_id, sale };
    if world.records.writer.commit(vec![Fact::Sale(row.clone())]).await.is_err() {
        // It was never told to anybody, so closing it on the board is the whole undoing.
        world.sales.close(&row.terminal, row.sale.id).ok();
        return Err(Problem::of(RefusalCode::NotReady));
    }
    show(&keeper, &row, Some(amount));
    Ok(HttpResponse::Created().json(sale_answer(&row)))
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
    row.sale = world
        .sales
        .close(&row.terminal, row.sale.id)
        .map_err(|_| Problem::of(RefusalCode::StateWrong))?;
    let written = world.records.writer.commit(vec![Fact::Sale(row.clone())]).await;
    written.map_err(|_| Problem::of(RefusalCode::NotReady))?;
    show(&keeper, &row, None);
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

/// The display is a courtesy: a terminal that is not there shows the sale when it is.
fn show(keeper: &Keeper, row: &SaleRow, amount: Option<Money>) {
    let desk = keeper.desk(&Executor::Terminal(row.terminal.clone()));
    if desk.try_send(Show { sale: row.sale.id, amount }).is_err() {
        tracing::debug!(terminal = %row.terminal, "the sale is not shown: the desk is busy");
    }
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

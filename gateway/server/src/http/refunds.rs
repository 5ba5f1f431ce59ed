//! The merchant's way back: voids and refunds of what a shop was paid.
//!
//! Owns reading these requests and wording their answers. Only the shop itself may give back, with
//! its own token; a phone may not. Next: [`crate::refund`].

use super::phone::{follow, idempotency_key, lookup_transaction, transaction_answer, wait_wish};
use super::problem::Problem;
use super::{sales, strict_json};
use crate::actors::keeper::Keeper;
use crate::refund::{self, RefundAsker};
use crate::world::World;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use baton_core::relay::refund::Wish;
use baton_protocol::ids::{ShopId, TransactionId};
use baton_protocol::money::Money;
use baton_protocol::phone::RefundRequest;
use baton_protocol::refusal::RefusalCode;
use baton_records::rows::TransactionRow;

type Answer = Result<HttpResponse, Problem>;

/// `POST /v1/transactions/{id}/refund`. **Repeat** the same key and body get the same refund.
pub async fn refund(
    request: HttpRequest,
    id: Path<String>,
    body: Bytes,
    world: Data<World>,
    keeper: Data<Keeper>,
) -> Answer {
    let invalid = || Problem::of(RefusalCode::BodyInvalid);
    let nothing = RefundRequest { amount: None, currency: None };
    let body =
        if body.is_empty() { nothing } else { strict_json::read(&body).map_err(|_| invalid())? };
    let wish = match (body.amount, body.currency) {
        (None, None) => Wish::Refund(None),
        (Some(minor), Some(currency)) => Wish::Refund(Some(Money::new(minor, currency))),
        (Some(_), None) | (None, Some(_)) => {
            return Err(Problem::of(RefusalCode::AmountInvalid));
        }
    };
    give_back(&request, &id, wish, &world, &keeper).await
}

/// `POST /v1/transactions/{id}/void`. **Repeat** the same key gets the same void.
pub async fn void(
    request: HttpRequest,
    id: Path<String>,
    world: Data<World>,
    keeper: Data<Keeper>,
) -> Answer {
    give_back(&request, &id, Wish::Void, &world, &keeper).await
}

async fn give_back(
    request: &HttpRequest,
    id: &str,
    wish: Wish,
    world: &World,
    keeper: &Keeper,
) -> Answer {
    let shop = authenticate_shop(request, world)?;
    let key = idempotency_key(request)?;
    let original = own(world, &shop, id).await?;
    let notices = wait_wish(request).map(|wait| (wait, world.notices.listen(original.facts.touch)));
    let asker = RefundAsker { shop, key };
    let taken = refund::take(world, keeper, &asker, &original, wish).await;
    if let (Ok(taken), Some((wait, notices))) = (&taken, notices) {
        follow::until_over(notices, wait, *taken).await;
    }
    world.notices.tidy(original.facts.touch);
    let row = lookup_transaction(world, taken?).await?;
    let mut response =
        if row.stored.state.is_final() { HttpResponse::Ok() } else { HttpResponse::Accepted() };
    Ok(response.json(transaction_answer(&row)))
}

/// Says which shop is calling.
pub(super) fn authenticate_shop(request: &HttpRequest, world: &World) -> Result<ShopId, Problem> {
    sales::authenticate(request, world)
}

/// Finds a transaction of this shop; that of another is as absent as none.
pub(super) async fn own(world: &World, shop: &ShopId, id: &str) -> Result<TransactionRow, Problem> {
    let id: TransactionId = id.parse().map_err(|_| Problem::of(RefusalCode::NotFound))?;
    let row = lookup_transaction(world, id).await?;
    if row.facts.shop == *shop { Ok(row) } else { Err(Problem::of(RefusalCode::NotFound)) }
}

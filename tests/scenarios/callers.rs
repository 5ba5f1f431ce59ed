//! Who may ask, and who may see what: tokens of phones, and two apps side by side.
//!
//! Owns the border between callers. Every way of forging a token is in the gateway's own tests;
//! here is what a caller meets.

use baton_gateway::demo::apps::{AppSigner, card_code};
use baton_protocol::ids::{TouchId, TransactionId};
use baton_tests::world::tables::AUDIENCE;
use baton_tests::{Reply, Wishes, World, pay};
use reqwest::Method;
use uuid::Uuid;

#[tokio::test]
async fn without_a_good_token_nothing_is_answered_and_nothing_stored() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let before = world.books.rows().await?;
    let good = world.card().token()?;
    let impostor = AppSigner::generate("card-app".parse()?, AUDIENCE)?.token()?;
    let elsewhere = AppSigner::generate("card-app".parse()?, "another gateway")?.token()?;
    let (unsigned, _) = good.rsplit_once('.').unwrap();
    let body = pay(&world.cast.counter, &world.card(), "C-NO-TOKEN", 1);

    for token in ["", "x", unsigned, &impostor, &elsewhere, &"x".repeat(6_000)] {
        let refused = world.card().touch(&body).token(token).send().await?;
        assert_eq!(refused.refusal(), (401, "token_invalid"), "{token:.20}");
    }
    for (method, path) in routes(TouchId::new(Uuid::nil()), TransactionId::new(Uuid::nil())) {
        let refused = world.exchange(world.anonymous(method, &path)?).await?;
        assert_eq!(refused.refusal(), (401, "token_invalid"), "{path}");
    }
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_token_pays_once() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let token = world.card().token()?;
    let body = |code: &str| pay(&world.cast.counter, &world.card(), code, 4_500);
    let first = world.card().touch(&body(&card_code()?)).token(&token).wait().send().await?;
    world.books.until_shown().await?;
    let before = world.books.rows().await?;

    let second = world.card().touch(&body(&card_code()?)).token(&token).send().await?;

    assert_eq!(first.state(), "approved");
    assert_eq!(second.refusal(), (401, "token_used"));
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn an_app_never_sees_what_another_app_started() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut hand = world.hand_at_the_counter().await?;
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);
    let touch = world.card().touch(&body).send().await?;
    let command = hand.command().await?;
    let paths = routes(touch.touch()?, touch.transaction()?);

    for (method, path) in &paths {
        let other = world.wallet().request(method.clone(), path)?;
        assert_eq!(world.exchange(other).await?.refusal(), (404, "not_found"), "{path}");
    }
    hand.approve(&command).await?;
    world.card().events(touch.touch()?, None).await?;
    for (method, path) in &paths {
        let own = world.card().request(method.clone(), path)?;
        let own = world.exchange(own).await?;
        let expected = if path.ends_with("/cancel") { 409 } else { 200 };
        assert_eq!(own.status, expected, "{path}: {own:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_never_existed_looks_like_what_belongs_to_others() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let nothing = Uuid::new_v4();

    for (method, path) in routes(TouchId::new(nothing), TransactionId::new(nothing)) {
        let asked = world.exchange(world.card().request(method, &path)?).await?;
        assert_eq!(asked.refusal(), (404, "not_found"), "{path}");
    }
    for path in ["/v1/touches/not-an-id", "/v1/transactions/%00", "/v1/touches/%FF%FE"] {
        let asked: Reply = world.card().get(path).await?;
        assert_eq!(asked.refusal(), (404, "not_found"), "{path}");
    }
    Ok(())
}

fn routes(touch: TouchId, transaction: TransactionId) -> [(Method, String); 4] {
    [
        (Method::GET, format!("/v1/touches/{touch}")),
        (Method::GET, format!("/v1/touches/{touch}/events")),
        (Method::GET, format!("/v1/transactions/{transaction}")),
        (Method::POST, format!("/v1/transactions/{transaction}/cancel")),
    ]
}

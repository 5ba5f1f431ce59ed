//! Too many, too much, too slow: whoever goes past a limit is told so at once and leaves nothing.
//!
//! Owns the limits of `config/gateway.toml` over real sockets, each made small for its test. What
//! is wrong in a request is in [`super::hostile`].

use baton_gateway::config::Limits;
use baton_protocol::MESSAGE_BYTES_MAX;
use baton_protocol::work::State;
use baton_tests::world::stranger::ALIVE;
use baton_tests::{Reply, Wishes, World, pay};
use reqwest::Method;
use std::net::Ipv4Addr;

/// An address of this machine that nobody else in a test comes from.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

async fn limited(limits: Limits) -> anyhow::Result<World> {
    World::start(Wishes { limits, ..Wishes::default() }).await
}

async fn operators_hear(world: &World) -> anyhow::Result<u16> {
    let health = reqwest::get(format!("{}/healthz", world.operator()?)).await?;
    Ok(health.status().as_u16())
}

#[tokio::test]
async fn a_head_that_trickles_in_is_ended_with_408() -> anyhow::Result<()> {
    let world = limited(Limits { request_head_ms: 300, ..Limits::default() }).await?;
    let silent = world.stranger().await?;
    let mut slow = world.stranger().await?;
    slow.send("POST /v1/touches HTTP/1.1\r\nHost: bat").await?;

    for stranger in [silent, slow] {
        let answer = stranger.answer().await?;
        assert_eq!(answer.refusal(), (408, "request_slow"));
    }
    Ok(())
}

#[tokio::test]
async fn a_later_head_that_trickles_in_ends_the_connection() -> anyhow::Result<()> {
    let limits = Limits { request_head_ms: 300, idle_ms: 300, ..Limits::default() };
    let world = limited(limits).await?;
    let mut stranger = world.stranger().await?;

    stranger.send(&format!("{ALIVE}GET /healthz HTTP/1.1\r\nHos")).await?;
    let heard = stranger.heard().await?;

    assert!(heard.starts_with("HTTP/1.1 200") && heard.ends_with("alive\n"), "{heard}");
    Ok(())
}

#[tokio::test]
async fn an_idle_connection_is_closed() -> anyhow::Result<()> {
    let world = limited(Limits { idle_ms: 300, ..Limits::default() }).await?;
    let mut stranger = world.stranger().await?;

    stranger.send(ALIVE).await?;
    let heard = stranger.heard().await?;

    assert!(heard.ends_with("alive\n"), "{heard}");
    Ok(())
}

#[tokio::test]
async fn a_body_that_trickles_in_is_ended_with_408_and_leaves_nothing() -> anyhow::Result<()> {
    let world = limited(Limits { request_body_ms: 300, ..Limits::default() }).await?;
    let before = world.books.rows().await?;
    let token = world.card().token()?;
    let mut stranger = world.stranger().await?;

    let head = format!(
        "POST /v1/touches HTTP/1.1\r\nHost: baton\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 200\r\n\r\n{{"
    );
    stranger.send(&head).await?;
    let answer = stranger.answer().await?;

    assert_eq!(answer.refusal(), (408, "request_slow"));
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_head_with_too_many_headers_or_bytes_is_answered_with_431() -> anyhow::Result<()> {
    let limits = Limits { headers_max: 8, ..Limits::default() };
    let world = limited(limits).await?;
    let many = "X-More: y\r\n".repeat(9);
    let large = format!("X-Large: {}\r\n", "y".repeat(MESSAGE_BYTES_MAX));

    for more in [many, large] {
        let mut stranger = world.stranger().await?;
        let head = format!("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{more}\r\n");
        stranger.send(&head).await?;
        assert_eq!(stranger.answer().await?.refusal(), (431, "head_too_large"));
    }
    Ok(())
}

#[tokio::test]
async fn one_connection_too_many_is_told_so_while_operators_are_answered() -> anyhow::Result<()> {
    let world = limited(Limits { connections_max: 4, ..Limits::default() }).await?;
    let mut inside = Vec::new();
    for _ in 0..4 {
        inside.push(world.stranger().await?.let_in().await?);
    }

    let refused = world.stranger().await?.answer().await?;
    let health = operators_hear(&world).await?;
    drop(inside.pop());
    let later = baton_tests::until("a place is free again", async || {
        let mut stranger = world.stranger().await?;
        stranger.send(&ALIVE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).await.ok();
        let answer = stranger.answer().await?;
        Ok((answer.status == 200).then_some(answer))
    });

    assert_eq!(refused.refusal(), (503, "overloaded"));
    assert!(refused.retry_after.is_some());
    assert_eq!(health, 200);
    assert_eq!(later.await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn one_address_cannot_take_all_connections() -> anyhow::Result<()> {
    let limits = Limits { connections_per_address_max: 2, ..Limits::default() };
    let world = limited(limits).await?;
    let mut inside = Vec::new();
    for _ in 0..2 {
        inside.push(world.stranger_from(ELSEWHERE).await?.let_in().await?);
    }

    let refused = world.stranger_from(ELSEWHERE).await?.answer().await?;
    let mut other = world.stranger().await?;
    other.send(&ALIVE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).await?;

    assert_eq!(refused.refusal(), (429, "rate_limited"));
    assert!(refused.retry_after.is_some());
    assert_eq!(other.answer().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn one_request_too_many_is_refused_before_its_token_is_read() -> anyhow::Result<()> {
    let world = limited(Limits { requests_in_flight_max: 0, ..Limits::default() }).await?;
    let before = world.books.rows().await?;
    let body = pay(&world.cast.counter, &world.card(), "C-EDGES-1", 4_500);

    let refused = world.card().touch(&body).send().await?;
    let forged = world.card().touch(&body).token("forged").send().await?;
    let alive = world.exchange(world.anonymous(Method::GET, "/healthz")?).await?;

    for answer in [refused, forged] {
        assert_eq!(answer.refusal(), (503, "overloaded"));
        assert!(answer.retry_after.is_some());
    }
    assert_eq!(alive.status, 200);
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_touch_that_would_wait_for_its_commit_is_refused_at_once() -> anyhow::Result<()> {
    for limits in [
        Limits { touches_unwritten_max: 0, ..Limits::default() },
        Limits { writer_batches_waiting_max: 0, ..Limits::default() },
    ] {
        let world = limited(limits).await?;
        let before = world.books.rows().await?;
        let body = pay(&world.cast.counter, &world.card(), "C-EDGES-2", 4_500);

        let refused = world.card().touch(&body).send().await?;
        let read = world.card().resolve(&world.cast.counter).await?;

        assert_eq!(refused.refusal(), (503, "overloaded"));
        assert!(refused.retry_after.is_some());
        assert_eq!(read.status, 200, "only touches are refused");
        assert_eq!(world.books.rows().await?, before);
    }
    Ok(())
}

#[tokio::test]
async fn an_app_that_asks_too_often_hears_429_and_others_do_not() -> anyhow::Result<()> {
    let limits = Limits { caller_requests_per_s: 1, caller_requests_burst: 3, ..Limits::default() };
    let world = limited(limits).await?;
    let counter = world.cast.counter.clone();

    let mut asked = Vec::new();
    for _ in 0..5 {
        asked.push(world.card().resolve(&counter).await?);
    }
    let other = world.wallet().resolve(&counter).await?;
    let body = pay(&counter, &world.card(), "C-EDGES-3", 4_500);
    let before = world.books.rows().await?;
    let touch = world.card().touch(&body).send().await?;

    let refused = asked.iter().filter(|one| one.refusal() == (429, "rate_limited"));
    assert!(refused.clone().count() >= 1, "{asked:?}");
    assert!(refused.map(|one| one.retry_after).all(|again| again == Some(1)));
    assert_eq!(other.status, 200);
    assert_eq!(touch.refusal(), (429, "rate_limited"));
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_shop_that_asks_too_often_hears_429() -> anyhow::Result<()> {
    let limits = Limits { caller_requests_per_s: 1, caller_requests_burst: 1, ..Limits::default() };
    let world = limited(limits).await?;
    let ask = async || -> anyhow::Result<Reply> {
        let path = "/v1/sales/01932c3d-1f40-7e0b-b1a2-6d5f4c3b2a19";
        let request = world.anonymous(Method::GET, path)?.bearer_auth(&world.cast.shop_token);
        world.exchange(request).await
    };

    let (first, second) = (ask().await?, ask().await?);

    assert_eq!(first.refusal(), (404, "not_found"));
    assert_eq!(second.refusal(), (429, "rate_limited"));
    Ok(())
}

#[tokio::test]
async fn event_streams_are_bounded_for_a_touch_in_all_and_in_time() -> anyhow::Result<()> {
    let limits = Limits {
        event_streams_max: 2,
        event_streams_per_touch_max: 1,
        event_stream_ms: 2_000,
        ..Limits::default()
    };
    let world = limited(limits).await?;
    let _hand = world.hand_at_the_counter().await?;
    let badge = world.badge(&other_counter(&world)).await?;
    let _other_hand = world.take_place(&badge).await?;
    let card = world.card();
    let here = card.touch(&pay(&world.cast.counter, &card, "C-EDGES-4", 4_500)).send().await?;
    let there = pay(&world.cast.other_counter, &card, "C-EDGES-5", 4_500);
    let there = card.touch(&there).send().await?;

    let first = card.stream(here.touch()?, None).await?;
    let again = card.stream(here.touch()?, None).await?;
    let second = card.stream(there.touch()?, None).await?;
    let third = card.stream(there.touch()?, None).await?;
    let ended = baton_tests::world::wait::within("the stream ends by itself", async {
        Ok(first.text().await?)
    });
    let ended = ended.await?;
    let after = card.look(here.touch()?).await?;

    assert_eq!((again.status().as_u16(), third.status().as_u16()), (429, 503));
    assert!(again.headers().contains_key("retry-after"));
    assert!(third.headers().contains_key("retry-after"));
    assert_eq!(second.status().as_u16(), 200);
    assert!(ended.contains("dispatched"), "{ended}");
    assert_eq!(after.state(), "dispatched");
    Ok(())
}

#[tokio::test]
async fn links_that_never_greet_are_few_and_do_not_last() -> anyhow::Result<()> {
    let limits = Limits { link_greetings_max: 1, link_greeting_ms: 1_000, ..Limits::default() };
    let world = limited(limits).await?;
    let badge = world.badge(&other_counter(&world)).await?;
    let mut mute = world.dial(&badge.token()?).await?.open()?;

    let refused = world.dial(&badge.token()?).await?;
    let told = mute.next().await?;
    let hand = world.take_place(&badge).await;

    assert!(matches!(refused, baton_tests::Dialled::Refused(503, _)), "a second one was let in");
    assert_eq!(told, None, "a link that never greeted is still open");
    assert!(hand.is_ok(), "the place was not given back");
    Ok(())
}

#[tokio::test]
async fn a_request_that_is_not_answered_in_time_is_not_called_undone() -> anyhow::Result<()> {
    let world = limited(Limits { request_ms: 1_000, ..Limits::default() }).await?;
    let _hand = world.hand_at_the_counter().await?;
    let card = world.card();
    let key = "2f1a7c54-6a0e-4b7e-9d0b-5c1e8f3a9b27";
    let body = pay(&world.cast.counter, &card, "C-EDGES-6", 4_500);

    let answer = card.touch(&body).key(key).wait().send().await?;
    let found = card.find(key).await?;

    assert_eq!(answer.refusal(), (503, "outcome_unknown"));
    assert_eq!(answer.retry_after, None, "a payment under way was offered again");
    assert_eq!(found.state(), State::Dispatched.word());
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_too_wide_or_too_deep_is_refused() -> anyhow::Result<()> {
    let limits = Limits { json_depth_max: 3, json_keys_max: 4, ..Limits::default() };
    let world = limited(limits).await?;
    let good = pay(&world.cast.spare, &world.card(), "C-EDGES-7", 4_500);
    let with = |name: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let mut wide = good.clone();
    for number in 0..4 {
        wide[format!("later{number}")] = true.into();
    }

    let fits = world.card().touch(&with("later", serde_json::json!([[1]]))).send().await?;
    let deep = world.card().touch(&with("later", serde_json::json!([[[1]]]))).send().await?;
    let wide = world.card().touch(&wide).send().await?;

    assert_eq!(fits.refusal(), (503, "terminal_offline"));
    assert_eq!(deep.refusal(), (400, "body_invalid"));
    assert_eq!(wide.refusal(), (400, "body_invalid"));
    Ok(())
}

fn other_counter(world: &World) -> baton_core::relay::plan::Executor {
    baton_core::relay::plan::Executor::Terminal(world.cast.other_counter.clone())
}

//! Bytes of strangers: whatever they send, they get a problem document, and nothing is left behind.
//!
//! Owns the hostile bodies, headers and paths of acceptance 6. A request that is well formed but
//! not allowed is in [`super::refusals`].

use baton_protocol::MESSAGE_BYTES_MAX;
use baton_tests::{Reply, World, pay};
use reqwest::Method;
use uuid::Uuid;

#[tokio::test]
async fn a_body_that_is_not_what_the_api_describes_leaves_nothing() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let before = world.books.rows().await?;
    let good = pay(&world.cast.counter, &world.card(), "C-HOSTILE-1", 4_500).to_string();
    let twice = good.replacen('{', r#"{"terminal_id":"counter-1","#, 1);
    let twice_inside = good.replace(r#""amount":4500"#, r#""amount":1,"amount":4500"#);
    let with = |from: &str, to: &str| {
        let changed = good.replace(from, to);
        assert_ne!(changed, good, "{from} is not in the body");
        changed.into_bytes()
    };
    let mut invalid_utf8 = with("C-HOSTILE-1", "C-HOSTILE-?");
    invalid_utf8.iter_mut().filter(|byte| **byte == b'?').for_each(|byte| *byte = 0xff);
    let deep = format!("{}1{}", r#"{"a":"#.repeat(2_000), "}".repeat(2_000));
    let bodies = [
        b"".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        twice.into_bytes(),
        twice_inside.into_bytes(),
        with("4500", "4500.0"),
        with("4500", "4.5e3"),
        with("4500", "1e400"),
        with("4500", "99999999999999999999"),
        with("C-HOSTILE-1", r"C-HOSTILE\u0000"),
        with("C-HOSTILE-1", "C-HOSTILE\u{0}"),
        with("C-HOSTILE-1", r"C-HOSTILE\ud800"),
        with("C-HOSTILE-1", r"C-HOSTILE\r"),
        with("C-HOSTILE-1", "short"),
        with("C-HOSTILE-1", &"C".repeat(129)),
        with("counter-1", "../counter-1"),
        with("KRW", "krw"),
        invalid_utf8,
        deep.into_bytes(),
        format!("{good} {good}").into_bytes(),
    ];

    for body in bodies {
        let refused = world.card().touch_raw(body.clone()).send().await?;
        let body = String::from_utf8_lossy(&body).into_owned();
        assert_eq!(refused.refusal(), (400, "body_invalid"), "{body:.200}");
        assert!(!refused.body.to_string().contains("HOSTILE"), "the answer repeats the body");
    }
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_wherever_it_is_sent() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let before = world.books.rows().await?;
    let good = pay(&world.cast.counter, &world.card(), "C-HOSTILE-2", 4_500).to_string();
    let fits = format!("{good}{}", " ".repeat(MESSAGE_BYTES_MAX - good.len()));
    let large = format!("{fits} ");

    let refused = world.card().touch_raw(large.clone().into_bytes()).send().await?;
    assert_eq!(refused.refusal(), (413, "body_too_large"));
    for path in ["/v1/touches", "/v1/sales", "/v1/enrol"] {
        let known = world.anonymous(Method::POST, path)?.body(large.clone());
        assert_eq!(world.exchange(known).await?.refusal(), (413, "body_too_large"), "{path}");
        let length = large.len();
        let unknown = format!(
            "POST {path} HTTP/1.1\r\nHost: baton\r\nConnection: close\r\n\
             Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{large}\r\n0\r\n\r\n"
        );
        assert_eq!(world.raw(&unknown).await?.refusal(), (413, "body_too_large"), "{path}");
    }
    assert_eq!(world.books.rows().await?, before);
    let taken = world.card().touch_raw(fits.into_bytes()).wait().send().await?;
    assert_eq!(taken.state(), "approved");
    Ok(())
}

#[tokio::test]
async fn a_key_that_is_no_uuid_is_refused() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let before = world.books.rows().await?;
    let body = pay(&world.cast.counter, &world.card(), "C-HOSTILE-3", 4_500);

    for key in ["", "1", "not-a-uuid", &"a".repeat(4_000), &format!("{}x", Uuid::new_v4())] {
        let refused = world.card().touch(&body).key(key).send().await?;
        assert_eq!(refused.refusal(), (400, "key_invalid"), "{key:.20}");
    }
    let missing = world.card().request(Method::POST, "/v1/touches")?.body(body.to_string());
    assert_eq!(world.exchange(missing).await?.refusal(), (400, "key_invalid"));
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn what_is_no_route_is_a_problem_document_too() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let ask = async |method: Method, path: &str| -> anyhow::Result<Reply> {
        world.exchange(world.anonymous(method, path)?).await
    };

    for path in ["/", "/v1", "/v1/nothing", "/v2/touches", "/%00", "/%ff", "/v1/touches/1/2/3"] {
        assert_eq!(ask(Method::GET, path).await?.refusal(), (404, "not_found"), "{path}");
    }
    for path in ["/web/nothing.js", "/web/../Cargo.toml", "/web/%2e%2e/Cargo.toml"] {
        assert_eq!(ask(Method::GET, path).await?.refusal(), (404, "not_found"), "{path}");
    }
    for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
        assert_eq!(ask(method, "/v1/touches").await?.refusal(), (404, "not_found"));
    }
    assert_eq!(ask(Method::GET, "/metrics").await?.refusal(), (404, "not_found"));
    Ok(())
}

#[tokio::test]
async fn a_link_request_that_is_no_websocket_is_a_problem_document() -> anyhow::Result<()> {
    let world = World::with_counter().await?;

    let without = world.exchange(world.anonymous(Method::GET, "/v1/link")?).await?;
    let badge =
        world.badge(&baton_core::relay::plan::Executor::Terminal("spare-1".parse()?)).await?;
    let plain = world.anonymous(Method::GET, "/v1/link")?.bearer_auth(badge.token()?);
    let plain = world.exchange(plain).await?;

    assert_eq!(without.refusal(), (401, "token_invalid"));
    assert_eq!(plain.refusal(), (400, "body_invalid"));
    Ok(())
}

#[tokio::test]
async fn an_overlong_header_is_refused_with_a_problem_document() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let before = world.books.rows().await?;
    let body = pay(&world.cast.counter, &world.card(), "C-HOSTILE-4", 4_500);

    for bytes in [MESSAGE_BYTES_MAX + 1, 100_000] {
        let request = world.card().request(Method::POST, "/v1/touches")?.body(body.to_string());
        let request = request.header("Idempotency-Key", Uuid::new_v4().to_string());
        let reply = world.exchange(request.header("X-Long", "x".repeat(bytes))).await?;
        assert_eq!(reply.refusal(), (431, "head_too_large"), "{bytes} bytes");
    }
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

#[tokio::test]
async fn what_is_not_even_http_ends_with_a_4xx_and_leaves_nothing() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let before = world.books.rows().await?;
    let head = |line: &str| format!("POST /v1/touches HTTP/1.1\r\nHost: baton\r\n{line}\r\n\r\n");
    // The HTTP library ends these before anything of ours runs: a status, and no body.
    let requests = [
        head(&format!("X-Long: {}", "x".repeat(200_000))),
        head(&"X-Many: y\r\n".repeat(150)),
        head("X Bad: y"),
        head("Content-Length: x"),
        head("Content-Length: 3\r\nTransfer-Encoding: chunked"),
        "garbage\r\n\r\n".to_owned(),
    ];

    for request in requests {
        let reply = world.raw(&request).await?;
        assert!(matches!(reply.status, 400 | 431), "{request:.60}: {reply:?}");
    }
    assert_eq!(world.books.rows().await?, before);
    Ok(())
}

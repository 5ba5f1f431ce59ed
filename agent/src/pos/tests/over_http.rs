//! The HTTP driver against a small real HTTP server.

use super::*;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A POS that takes one entry, answers it with `answer`, and gives back what it was sent.
async fn pos(answer: String) -> (HttpPos, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !whole(&request) {
                let mut part = [0; 1_024];
                match stream.read(&mut part).await.unwrap() {
                    0 => break,
                    read => request.extend_from_slice(&part[..read]),
                }
            }
            if whole(&request) {
                stream.write_all(answer.as_bytes()).await.unwrap();
                return String::from_utf8(request).unwrap();
            }
        }
    });
    let settings = HttpSettings { base_url, ..HttpSettings::default() };
    (HttpPos::new(&settings).unwrap(), served)
}

fn whole(request: &[u8]) -> bool {
    String::from_utf8_lossy(request)
        .split_once("\r\n\r\n")
        .is_some_and(|(_, body)| serde_json::from_str::<Value>(body).is_ok())
}

fn ok(body: &Value) -> String {
    let body = body.to_string();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

async fn verdict(answer: String) -> Verdict {
    let (pos, _served) = pos(answer).await;
    let command = payment("CODE-1234");
    pos.prepare(&command).await.unwrap();
    pos.execute(&command).await
}

#[tokio::test]
async fn a_payment_is_entered_as_the_interface_says_and_its_approval_taken() {
    let body = json!({"status": "approved", "amount": 4_500, "currency": "KRW", "reference": "P1"});
    let (pos, served) = pos(ok(&body)).await;
    let command = payment("CODE-1234");

    pos.prepare(&command).await.unwrap();
    let verdict = pos.execute(&command).await;

    let amount = Money::new(4_500, Currency::KRW);
    assert_eq!(verdict, Verdict::Approved { amount, reference: "P1".to_owned() });
    let request = served.await.unwrap();
    let (head, sent) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /entries HTTP/1.1\r\n"), "{head}");
    assert_eq!(
        serde_json::from_str::<Value>(sent).unwrap(),
        json!({
            "transaction_id": TRANSACTION, "app_id": "wallet-app", "entry": "CODE-1234",
            "action": "payment",
            "amount": 4_500, "currency": "KRW",
        })
    );
}

#[tokio::test]
async fn a_redemption_carries_its_action_and_points() {
    let body = json!({"status": "declined", "reason": "points"});
    let (pos, served) = pos(ok(&body)).await;

    let verdict = pos.execute(&redemption()).await;

    assert_eq!(verdict, Verdict::Declined { reason: DeclineReason::Points });
    let request = served.await.unwrap();
    assert!(request.contains(r#""action":"redeem""#) && request.contains(r#""points":300"#));
}

#[tokio::test]
async fn another_amount_or_currency_is_a_mismatch() {
    for (amount, currency) in [(4_501, "KRW"), (4_500, "USD")] {
        let body = json!({
            "status": "approved", "amount": amount, "currency": currency, "reference": "P1",
        });
        let reason = UnknownReason::Mismatch;
        assert_eq!(verdict(ok(&body)).await, Verdict::Unknown { reason });
    }
}

#[tokio::test]
async fn whatever_leaves_doubt_is_unknown() {
    let broken = "HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"status\":\"approved\"";
    let busy = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
    let away = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n";
    let doubts = [
        (broken.to_owned(), UnknownReason::Cut),
        (String::new(), UnknownReason::Cut),
        (busy.to_owned(), UnknownReason::Inconclusive),
        (away.to_owned(), UnknownReason::Inconclusive),
        (ok(&json!({"status": "unknown"})), UnknownReason::Inconclusive),
        (ok(&json!({"status": "unknown", "reason": "silent"})), UnknownReason::Silent),
        (ok(&json!({"status": "declined", "reason": "mood"})), UnknownReason::Garbled),
        (ok(&json!({"status": "approved"})), UnknownReason::Garbled),
        (ok(&json!({"status": "x".repeat(20_000)})), UnknownReason::Garbled),
    ];

    for (answer, reason) in doubts {
        assert_eq!(verdict(answer.clone()).await, Verdict::Unknown { reason }, "{answer:.60}");
    }
}

#[tokio::test]
async fn a_pos_that_does_not_listen_fences() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let pos = HttpPos::new(&HttpSettings { base_url, ..HttpSettings::default() }).unwrap();

    let fence = not_ready(Cause::PosAway);
    assert_eq!(pos.prepare(&payment("CODE-1234")).await, Err(fence));
}

#[test]
fn only_plain_addresses_without_trailing_slash_are_taken() {
    for bad in ["", "pos:80", "https://pos", "http://pos/"] {
        let settings = HttpSettings { base_url: bad.to_owned(), ..HttpSettings::default() };
        assert!(matches!(HttpPos::new(&settings), Err(PosInvalid::Url(_))), "{bad}");
    }
}

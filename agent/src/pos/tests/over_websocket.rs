use super::*;
use crate::config::WebsocketSettings;
use crate::pos::websocket::WebsocketPos;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

async fn till(answer_ms: u64) -> (TcpListener, WebsocketPos) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/entries", listener.local_addr().unwrap());
    let pos = WebsocketPos::new(&WebsocketSettings { url, connect_ms: 5_000, answer_ms }).unwrap();
    (listener, pos)
}

/// Takes one connection, hears one entry and answers it with these, then hangs up.
async fn answer(till: &TcpListener, answers: &[Value]) -> Value {
    let (stream, _) = till.accept().await.unwrap();
    let mut socket = accept_async(stream).await.unwrap();
    let heard = socket.next().await.unwrap().unwrap().into_text().unwrap();
    for answer in answers {
        socket.send(Message::text(answer.to_string())).await.unwrap();
    }
    serde_json::from_str(&heard).unwrap()
}

async fn enter(pos: &WebsocketPos) -> Verdict {
    let command = payment("CODE-1234");
    pos.prepare(&command).await.unwrap();
    pos.execute(&command).await
}

fn approved(transaction: &str, minor: i64) -> Value {
    json!({"transaction_id": transaction, "status": "approved", "amount": minor,
        "currency": "KRW", "reference": "A17"})
}

#[tokio::test]
async fn one_message_is_answered_by_the_one_that_names_it() {
    let (till, pos) = till(5_000).await;
    let other = approved("00000000-0000-0000-0000-000000000009", 4_500);
    let answers = [json!("noise"), other, approved(TRANSACTION, 4_500)];

    let (heard, verdict) = tokio::join!(answer(&till, &answers), enter(&pos));

    assert_eq!(heard["entry"], "CODE-1234");
    assert!(matches!(verdict, Verdict::Approved { reference, .. } if reference == "A17"));
}

#[tokio::test]
async fn every_doubt_is_unknown() {
    let (first, waits) = till(5_000).await;
    let wrong = [approved(TRANSACTION, 1)];

    let (_, mismatch) = tokio::join!(answer(&first, &wrong), enter(&waits));
    let (_, cut) = tokio::join!(answer(&first, &[]), enter(&waits));
    let never_opened = waits.execute(&payment("CODE-1234")).await;

    assert_eq!(mismatch, Verdict::Unknown { reason: UnknownReason::Mismatch });
    assert_eq!(cut, Verdict::Unknown { reason: UnknownReason::Cut });
    assert_eq!(never_opened, Verdict::Unknown { reason: UnknownReason::Cut });
}

#[tokio::test]
async fn a_pos_that_says_nothing_is_unknown() {
    let (till, pos) = till(1).await;
    let hangs = async {
        let (stream, _) = till.accept().await.unwrap();
        let mut socket = accept_async(stream).await.unwrap();
        socket.next().await.unwrap().ok();
        // Open until the agent has given up.
        socket
    };

    let (_, verdict) = tokio::join!(hangs, enter(&pos));

    assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Silent });
}

#[tokio::test]
async fn a_pos_that_does_not_listen_fences() {
    let (till, pos) = till(1).await;
    drop(till);

    let fence = not_ready(Cause::PosAway);
    assert_eq!(pos.prepare(&payment("CODE-1234")).await, Err(fence));
}

#[test]
fn only_plain_websocket_addresses_are_taken() {
    for bad in ["", "pos:80", "wss://pos/", "http://pos/"] {
        let settings = WebsocketSettings { url: bad.to_owned(), ..WebsocketSettings::default() };
        assert!(matches!(WebsocketPos::new(&settings), Err(PosInvalid::Websocket(_))), "{bad}");
    }
}

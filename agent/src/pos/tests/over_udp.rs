use super::*;
use crate::config::UdpSettings;
use crate::pos::udp::UdpPos;
use serde_json::{Value, json};
use tokio::net::UdpSocket;

async fn till(answer_ms: u64) -> (UdpSocket, UdpPos) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let pos = UdpPos::new(&UdpSettings { address, answer_ms }).unwrap();
    (socket, pos)
}

/// Hears one entry and answers it with these.
async fn answer(till: &UdpSocket, answers: &[Value]) -> Value {
    let mut bytes = [0; 1_400];
    let (length, from) = till.recv_from(&mut bytes).await.unwrap();
    for answer in answers {
        till.send_to(answer.to_string().as_bytes(), from).await.unwrap();
    }
    serde_json::from_slice(&bytes[..length]).unwrap()
}

fn approved(transaction: &str) -> Value {
    json!({"transaction_id": transaction, "status": "approved", "amount": 4_500,
        "currency": "KRW", "reference": "A17"})
}

#[tokio::test]
async fn one_datagram_is_answered_by_the_one_that_names_it() {
    let (till, pos) = till(5_000).await;
    let other = approved("00000000-0000-0000-0000-000000000009");
    let answers = [json!("noise"), other, approved(TRANSACTION)];
    let command = payment("CODE-1234");

    let (heard, verdict) = tokio::join!(answer(&till, &answers), pos.execute(&command));

    assert_eq!(heard["entry"], "CODE-1234");
    assert_eq!(heard["transaction_id"], TRANSACTION);
    assert!(matches!(verdict, Verdict::Approved { reference, .. } if reference == "A17"));
}

#[tokio::test]
async fn no_answer_is_unknown_and_a_pos_that_never_answers_is_not_waited_for() {
    let (_silent, waits) = till(1).await;
    let (_mute, never) = till(0).await;

    let silent = waits.execute(&payment("CODE-1234")).await;
    let mute = never.execute(&payment("CODE-1234")).await;

    assert_eq!(silent, Verdict::Unknown { reason: UnknownReason::Silent });
    assert_eq!(mute, Verdict::Unknown { reason: UnknownReason::Unreadable });
}

#[tokio::test]
async fn an_approval_of_another_amount_is_a_mismatch() {
    let (till, pos) = till(5_000).await;
    let mut other = approved(TRANSACTION);
    other["amount"] = json!(1);
    let command = payment("CODE-1234");

    let answers = [other];
    let (_, verdict) = tokio::join!(answer(&till, &answers), pos.execute(&command));

    assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Mismatch });
}

#[tokio::test]
async fn a_port_that_nobody_listens_at_fences() {
    let (till, pos) = till(1).await;

    let listening = pos.prepare(&payment("CODE-1234")).await;
    drop(till);
    let gone = pos.prepare(&payment("CODE-1234")).await;

    assert_eq!(listening, Ok(()));
    assert_eq!(gone, Err(not_ready(Cause::PosAway)));
}

#[test]
fn an_address_is_numbers_and_a_port() {
    for bad in ["", "pos:80", "127.0.0.1", "http://127.0.0.1:1"] {
        let settings = UdpSettings { address: bad.to_owned(), answer_ms: 1 };
        assert!(matches!(UdpPos::new(&settings), Err(PosInvalid::Udp(_))), "{bad}");
    }
}

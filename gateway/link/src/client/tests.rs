//! The client against a small real WebSocket server on a free port.

use super::stand_in::{accept, identity, read, welcome, write};
use super::*;
use crate::session::Delivery;
use baton_protocol::frame::Frame;
use baton_protocol::ids::TransactionId;
use baton_protocol::link::FenceReason;
use baton_protocol::work::State;
use tokio::net::TcpListener;
use uuid::Uuid;

fn clock() -> Clock {
    Clock { monotonic_ms: || 0, unix_us: || 1_700_000_000_000_000 }
}

async fn listening() -> (TcpListener, Handle, mpsc::Receiver<LinkEvent>, watch::Sender<Head>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let identity = identity(&listener);
    let config =
        LinkConfig { identity, program: "test".to_owned(), clock: clock(), epoch_highest: 2 };
    let key = Arc::new(DeviceKey::generate().unwrap());
    let (head, seen) = watch::channel(Head::default());
    let (handle, events) = Link::start(config, key, seen).unwrap();
    (listener, handle, events, head)
}

fn id() -> TransactionId {
    TransactionId::new(Uuid::from_u128(1))
}

fn fenced() -> Upward {
    Upward::fenced(id(), FenceReason::Cancelled)
}

async fn online(events: &mut mpsc::Receiver<LinkEvent>) {
    assert!(matches!(events.recv().await, Some(LinkEvent::Online { epoch: 3, .. })));
}

#[tokio::test]
async fn a_message_comes_down_and_a_report_goes_up() {
    let (listener, handle, mut events, _head) = listening().await;
    let mut server = accept(&listener).await;
    let hello = welcome(&mut server, 0, 10_000).await;
    online(&mut events).await;
    let cancel = Downward::Cancel { transaction: id(), epoch: 3 };

    write(&mut server, &Frame { v: 1, seq: 1, ack: 0, body: cancel.clone() }).await;
    assert_eq!(events.recv().await, Some(LinkEvent::Message(cancel)));
    handle.send(fenced()).await;
    let report = read(&mut server).await;

    assert!(matches!(hello, Upward::Hello { session: None, received: 0, journal_seq: 0, .. }));
    assert_eq!((report.seq, report.ack, report.body), (1, 1, fenced()));
    handle.stop().await;
}

#[tokio::test]
async fn after_a_cut_the_session_resumes_and_nothing_is_lost_or_doubled() {
    let (listener, handle, mut events, head) = listening().await;
    let mut first = accept(&listener).await;
    welcome(&mut first, 0, 10_000).await;
    online(&mut events).await;
    let commit = Downward::Commit { transaction: id(), state: State::Approved };
    write(&mut first, &Frame { v: 1, seq: 1, ack: 0, body: commit.clone() }).await;
    assert_eq!(events.recv().await, Some(LinkEvent::Message(commit.clone())));
    handle.send(fenced()).await;
    read(&mut first).await;
    head.send_replace(Head { seq: 9, hash: "abc".to_owned() });
    drop(first);
    assert_eq!(events.recv().await, Some(LinkEvent::Offline));

    let mut second = accept(&listener).await;
    let hello = welcome(&mut second, 0, 10_000).await;
    online(&mut events).await;
    let again = read(&mut second).await;
    write(&mut second, &Frame { v: 1, seq: 1, ack: 1, body: commit }).await;
    let next = Downward::Cancel { transaction: id(), epoch: 3 };
    write(&mut second, &Frame { v: 1, seq: 2, ack: 1, body: next.clone() }).await;

    let Upward::Hello { session, received, journal_seq, .. } = hello else { panic!("no hello") };
    assert_eq!((session.as_deref(), received, journal_seq), (Some("S"), 1, 9));
    assert_eq!((again.seq, again.body), (1, fenced()));
    assert_eq!(events.recv().await, Some(LinkEvent::Message(next)));
    handle.stop().await;
}

#[tokio::test]
async fn a_gap_closes_the_connection_so_that_the_next_one_resumes() {
    let (listener, _handle, mut events, _head) = listening().await;
    let mut server = accept(&listener).await;
    welcome(&mut server, 0, 10_000).await;
    online(&mut events).await;

    let body = Downward::Cancel { transaction: id(), epoch: 3 };
    write(&mut server, &Frame { v: 1, seq: 2, ack: 0, body }).await;

    assert_eq!(events.recv().await, Some(LinkEvent::Offline));
}

#[tokio::test]
async fn what_was_taken_is_acknowledged_even_if_there_is_nothing_to_say() {
    let (listener, _handle, mut events, _head) = listening().await;
    let mut server = accept(&listener).await;
    welcome(&mut server, 0, 10_000).await;
    online(&mut events).await;
    let mut gateway = crate::session::Session::<Downward>::new();
    let cancel = Downward::Cancel { transaction: id(), epoch: 3 };

    write(&mut server, &gateway.send(cancel).unwrap()).await;
    let ack = read(&mut server).await;

    assert_eq!(ack.seq, 0);
    assert_eq!(gateway.receive(ack), Delivery::Delivered(Upward::Ack));
    assert_eq!(gateway.unacknowledged(), 0);
}

#[tokio::test]
async fn a_gateway_that_answers_no_heartbeat_is_left() {
    let (listener, _handle, mut events, _head) = listening().await;
    let mut server = accept(&listener).await;
    welcome(&mut server, 0, 100).await;
    online(&mut events).await;

    // The server's socket stays open and is not read, so no pong goes out.
    assert_eq!(events.recv().await, Some(LinkEvent::Offline));
    drop(server);
}

#[test]
fn only_plain_http_addresses_are_taken() {
    assert_eq!(Address::parse("http://gw:8080/"), Address::parse("ws://gw:8080"));
    assert_eq!(Address::parse("http://gw"), Address::parse("http://gw:80"));
    assert_eq!(Address::parse("http://[::1]"), Address::parse("http://[::1]:80"));
    for bad in ["https://gw", "gw:80", "http://", "http://a/b", "http://u@h"] {
        assert_eq!(Address::parse(bad), Err(GatewayInvalid(bad.to_owned())));
    }
}

use super::{Lines, Tellers, Wanted};
use crate::ask::Limits;
use crate::fault::Unreachable;
use crate::iso8583::dialect::Dialect;
use crate::late::LateTeller;
use crate::notice::NoticeTeller;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};

/// Lines to a listener that takes every connection and says nothing.
async fn lines(connections: u8) -> (Arc<Lines>, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let profile = format!("base = \"baton\"\nsession = \"bare\"\nconnections = {connections}");
    let dialect = Arc::new(Dialect::of(Some(&profile), None).unwrap());
    let tellers = Tellers { late: LateTeller::new(), notices: NoticeTeller::new() };
    let limits = Limits { connect_ms: 5_000, ..Limits::default() };
    (Arc::new(Lines::new(address, dialect, limits, tellers)), listener)
}

async fn other_ends(listener: &TcpListener, count: usize) -> Vec<TcpStream> {
    let mut ends = Vec::new();
    for _ in 0..count {
        ends.push(listener.accept().await.unwrap().0);
    }
    ends
}

/// Each question without an answer gives its line up, and so the same line often.
#[tokio::test]
async fn a_line_that_is_given_up_twice_pushes_no_other_out_of_hearing() {
    let (lines, listener) = lines(2).await;
    let first = lines.open().await.unwrap();
    let second = lines.open().await.unwrap();
    let _ends = other_ends(&listener, 2).await;

    for line in [&first, &first, &second, &second] {
        lines.give_up(line);
    }

    let mute = lines.mute.lock().unwrap();
    assert_eq!(mute.len(), 2);
    assert!([&first, &second].iter().all(|line| mute.iter().any(|m| Arc::ptr_eq(m, line))));
    assert!(lines.standing().is_empty());
}

#[tokio::test]
async fn as_many_lines_are_opened_as_the_profile_says_and_no_more() {
    let (lines, listener) = lines(3).await;
    lines.line(Wanted::Sale).await.unwrap();

    lines.open_missing().await;
    lines.open_missing().await;

    let _ends = other_ends(&listener, 3).await;
    assert_eq!(lines.standing().len(), 3);
    assert!(!lines.is_missing_some());
}

#[tokio::test]
async fn a_line_that_comes_up_while_the_client_is_closed_is_let_go() {
    let (lines, listener) = lines(1).await;
    let opened = lines.open().await.unwrap();
    let _ends = other_ends(&listener, 1).await;

    lines.close().await;

    assert_eq!(lines.add(&opened).err(), Some(Unreachable::Closed));
    assert_eq!(lines.line(Wanted::Question).await.err(), Some(Unreachable::Closed));
    assert!(lines.standing().is_empty());
}

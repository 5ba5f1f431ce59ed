use super::{Line, Tellers};
use crate::fault::Lost;
use crate::iso8583::dialect::Dialect;
use crate::late::LateTeller;
use crate::notice::NoticeTeller;
use baton_formats::iso8583::{Message, Mti};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A line and its other end.
async fn both_ends() -> (Line, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let tellers = Tellers { late: LateTeller::new(), notices: NoticeTeller::new() };
    let opening = Line::open(&address, Arc::new(Dialect::baton()), 5_000, tellers);
    let (line, accepted) = tokio::join!(opening, listener.accept());
    (line.unwrap(), accepted.unwrap().0)
}

/// Says something, and waits until it is agreed to.
async fn notify(end: &mut TcpStream, code: &str) {
    let notice = Message::new(Mti::NETWORK).with(11, "000777").with(70, code);
    end.write_all(&Dialect::baton().seal(&notice).unwrap()).await.unwrap();
    assert!(end.read(&mut [0; 1_024]).await.unwrap() > 0);
}

#[tokio::test]
async fn a_line_that_was_chosen_before_the_sign_off_sends_no_sale_after_it() {
    let (line, mut end) = both_ends().await;
    let mut sale = Message::new(Mti::SALE).with(3, "000000").with(4, "4500");
    let mut inquiry = Message::new(Mti::SALE).with(3, "380000").with(4, "4500");
    notify(&mut end, "002").await;

    let sold = line.ask(&mut sale, 5_000).await;
    let asked = line.ask(&mut inquiry, 50).await;

    assert_eq!((sold.err(), asked.err()), (Some(Lost::SignedOff), Some(Lost::Silent)));
    assert_eq!(line.open_questions(), 0);
}

#[tokio::test]
async fn a_sign_off_that_comes_while_a_sign_on_is_answered_is_not_forgotten() {
    let (line, mut end) = both_ends().await;
    notify(&mut end, "002").await;

    let before = line.sign_offs();
    notify(&mut end, "002").await;
    line.signed_on_after(before);
    let between = line.is_signed_on();
    line.signed_on_after(line.sign_offs());

    assert!(!between, "the second sign-off was forgotten");
    assert!(line.is_signed_on());
}

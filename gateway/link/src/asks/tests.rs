//! A counter that asks over a real link, against a gateway's stand-in.

use super::*;
use crate::client::stand_in::{Display, Server, accept, identity, read, welcome, write};
use crate::clock::Clock;
use crate::device::{Running, Setup, start};
use crate::enrol::{IDENTITY_FILE, KEY_FILE};
use crate::executor::News;
use crate::keys::DeviceKey;
use baton_protocol::enrol::Role;
use baton_protocol::frame::Frame;
use baton_protocol::money::Currency;
use tempfile::TempDir;
use tokio::net::TcpListener;

struct Stage {
    listener: TcpListener,
    device: Running,
    news: mpsc::UnboundedReceiver<News>,
    _state: TempDir,
}

impl Stage {
    async fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = tempfile::tempdir().unwrap();
        identity(&listener).save(&state.path().join(IDENTITY_FILE)).unwrap();
        DeviceKey::generate().unwrap().save(&state.path().join(KEY_FILE)).unwrap();
        let (display, news) = mpsc::unbounded_channel();
        let setup = Setup {
            state: state.path().to_owned(),
            role: Role::Terminal,
            program: "test".to_owned(),
            clock: Clock { monotonic_ms: || 0, unix_us: || 1_700_000_000_000_000 },
            observer: None,
        };
        let device = start(setup, Display(display)).unwrap();
        Self { listener, device, news, _state: state }
    }

    async fn online(&mut self) -> Server {
        let mut server = accept(&self.listener).await;
        welcome(&mut server, 0, 10_000).await;
        assert_eq!(self.news.recv().await, Some(News::Online));
        server
    }
}

fn code() -> PaymentCode {
    PaymentCode::parse("CODE-1234".to_owned()).unwrap()
}

async fn say(server: &mut Server, seq: u64, body: Downward) {
    write(server, &Frame { v: 1, seq, ack: 0, body }).await;
}

/// Reads the next question, past what the link says by itself.
async fn question(server: &mut Server) -> (u64, AskId, Upward) {
    loop {
        let frame = read(server).await;
        if let Upward::Scanned { ask, .. } | Upward::Typed { ask, .. } = frame.body {
            return (frame.seq, ask, frame.body);
        }
    }
}

#[tokio::test]
async fn a_scan_goes_out_unnumbered_and_its_answer_comes_back() {
    let mut stage = Stage::set().await;
    let mut server = stage.online().await;
    let asks = stage.device.asks();
    let touch = TouchId::new(Uuid::from_u128(7));

    let asking = tokio::spawn(async move { asks.pay(code()).await });
    let (seq, ask, said) = question(&mut server).await;
    say(&mut server, 1, Downward::Taken { ask, touch: Some(touch) }).await;

    assert_eq!((seq, said), (0, Upward::Scanned { ask, code: code() }));
    assert_eq!(asking.await.unwrap(), Answer::Taken { touch: Some(touch) });
}

#[tokio::test]
async fn a_refusal_names_its_rule_and_where_the_first_payment_stands() {
    let mut stage = Stage::set().await;
    let mut server = stage.online().await;
    let asks = stage.device.asks();
    let amount = Some(Money::new(900, Currency::KRW));

    let asking = tokio::spawn(async move { asks.open_sale(amount).await });
    let (_, ask, said) = question(&mut server).await;
    let stranger = AskId::new(Uuid::from_u128(1));
    say(&mut server, 1, Downward::Taken { ask: stranger, touch: None }).await;
    let (code, first) = (RefusalCode::DuplicateCode, Some(State::Approved));
    say(&mut server, 2, Downward::Refused { ask, code, first }).await;

    assert_eq!(said, Upward::Typed { ask, amount });
    assert_eq!(asking.await.unwrap(), Answer::Refused { code, first });
}

#[tokio::test]
async fn a_question_whose_connection_breaks_is_unknown_and_comes_on_no_other() {
    let mut stage = Stage::set().await;
    let mut server = stage.online().await;
    let asks = stage.device.asks();
    let broken = stage.device.asks();

    let asking = tokio::spawn(async move { broken.pay(code()).await });
    question(&mut server).await;
    drop(server);
    let unanswered = asking.await.unwrap();
    assert_eq!(stage.news.recv().await, Some(News::Offline));
    let offline = asks.pay(code()).await;
    let mut server = stage.online().await;
    let again = tokio::spawn(async move { asks.open_sale(None).await });
    let (_, ask, first_said) = question(&mut server).await;
    say(&mut server, 1, Downward::Taken { ask, touch: None }).await;

    assert_eq!((unanswered, offline), (Answer::Unknown, Answer::Offline));
    assert_eq!(first_said, Upward::Typed { ask, amount: None }, "an older question came late");
    assert_eq!(again.await.unwrap(), Answer::Taken { touch: None });
}

#[tokio::test]
async fn more_questions_than_people_ask_are_refused_at_once() {
    let mut stage = Stage::set().await;
    let mut server = stage.online().await;
    let asks = stage.device.asks();

    let waiting: Vec<_> = (0..QUESTIONS_MAX)
        .map(|_| {
            let asks = asks.clone();
            tokio::spawn(async move { asks.open_sale(None).await })
        })
        .collect();
    for _ in 0..QUESTIONS_MAX {
        question(&mut server).await;
    }
    let refused = asks.pay(code()).await;
    stage.device.stop().await;

    assert_eq!(refused, Answer::Busy);
    for one in waiting {
        assert_eq!(one.await.unwrap(), Answer::Unknown);
    }
}

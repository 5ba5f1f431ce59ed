//! A whole terminal against a gateway's stand-in: what its counter shows and prints of payments.
//!
//! The device's loop, its journal, a destination over HTTP and a printer are real; only the gateway
//! says what the story tells it to. Nothing comes next.
#![expect(clippy::unwrap_used, reason = "a story that cannot be set up ends the test")]

use baton_link::enrol::{IDENTITY_FILE, Identity, KEY_FILE};
use baton_link::keys::DeviceKey;
use baton_protocol::SUBPROTOCOL;
use baton_protocol::code::PaymentCode;
use baton_protocol::enrol::Role;
use baton_protocol::frame::Frame;
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, Downward, Upward};
use baton_protocol::money::{Currency, Money};
use baton_protocol::policy::Policy;
use baton_protocol::target::{Target, Way};
use baton_protocol::work::{State, Work};
use baton_relay_device::clock::clock;
use baton_relay_device::counter::{Headline, Reach, View};
use baton_relay_device::{Config, Device, Extras, Front};
use futures_util::{SinkExt, StreamExt};
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use uuid::Uuid;

const WON: Money = Money::new(4_500, Currency::KRW);

/// One connection of the terminal.
struct Gateway {
    socket: WebSocketStream<TcpStream>,
    seq: u64,
}

impl Gateway {
    /// Takes the first connection that greets; the last terminal's may still stand in the line.
    async fn greet(listener: &TcpListener, session: &str) -> Self {
        let socket = loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut socket) = accept_hdr_async(stream, take).await else { continue };
            if let Some(Ok(Message::Text(_))) = socket.next().await {
                break socket;
            }
        };
        let mut gateway = Self { socket, seq: 0 };
        let (session, policy) = (session.to_owned(), Policy::default());
        let body = Downward::Welcome { session, epoch: 1, policy, received: 0 };
        gateway.send(&Frame { v: 1, seq: 0, ack: 0, body }).await;
        gateway
    }

    async fn say(&mut self, body: Downward) {
        self.seq += 1;
        self.send(&Frame { v: 1, seq: self.seq, ack: 0, body }).await;
    }

    async fn send(&mut self, frame: &Frame<Downward>) {
        self.socket.send(Message::text(serde_json::to_string(frame).unwrap())).await.unwrap();
    }

    async fn hear(&mut self) -> Upward {
        loop {
            if let Message::Text(text) = self.socket.next().await.unwrap().unwrap() {
                return serde_json::from_str::<Frame<Upward>>(&text).unwrap().body;
            }
        }
    }

    async fn until(&mut self, wanted: fn(&Upward) -> bool) {
        while !wanted(&self.hear().await) {}
    }
}

#[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
#[expect(clippy::unnecessary_wraps, reason = "the callback's type is tungstenite's")]
fn take(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    response.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse().unwrap());
    Ok(response)
}

/// A wallet that approves the first payment and hangs up on every other.
async fn wallet() -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(attend(stream));
        }
    });
    Target::new("wallet".parse().unwrap(), Way::Http { base_url })
}

async fn attend(mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut bytes = [0; 8_192];
    loop {
        let read = stream.read(&mut bytes).await.unwrap_or_default();
        request.extend_from_slice(&bytes[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if read == 0 || text.contains(&id(2).to_string()) {
            return;
        }
        // The way is cleared with a question without a body; a payment's body may come later.
        if text.starts_with("POST") && !text.contains(&id(1).to_string()) {
            continue;
        }
        let body = serde_json::json!({
            "status": "approved", "transaction_id": id(1), "amount": WON.minor,
            "currency": "KRW", "reference": "A1",
        })
        .to_string();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        request.clear();
    }
}

/// A printer with paper, and what came out of it.
async fn printer() -> (String, watch::Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (out, printed) = watch::channel(Vec::new());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.read_exact(&mut [0; 3]).await.unwrap();
            stream.write_all(&[0x12]).await.unwrap();
            let mut receipt = Vec::new();
            stream.read_to_end(&mut receipt).await.unwrap();
            out.send_modify(|all| all.push(String::from_utf8_lossy(&receipt).into_owned()));
        }
    });
    (address, printed)
}

fn id(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(0x0190_a5c2_0000_7000_8000_0000_0000_0000 + number))
}

fn command(number: u128, target: &Target) -> Downward {
    let code = PaymentCode::parse("CODE-1234".to_owned()).unwrap();
    Downward::Command(Command {
        transaction: id(number),
        epoch: 1,
        ttl_ms: 10_000,
        app: "wallet-app".parse().unwrap(),
        code_digest: format!("digest-{number}"),
        work: Work::Payment { code, amount: WON },
        target: Some(target.clone()),
    })
}

fn enrol(state: &Path, listener: &TcpListener) {
    DeviceKey::generate().unwrap().save(&state.join(KEY_FILE)).unwrap();
    let gateway = format!("http://{}", listener.local_addr().unwrap());
    let (id, audience) = ("counter-1".to_owned(), "baton".to_owned());
    let identity = Identity { role: Role::Terminal, id, audience, gateway };
    identity.save(&state.join(IDENTITY_FILE)).unwrap();
}

async fn seen(view: &mut watch::Receiver<View>, headline: Headline) -> Option<Money> {
    view.wait_for(|view| view.headline == headline).await.unwrap().amount
}

#[tokio::test]
async fn the_counter_shows_and_prints_the_gateway_s_word_and_keeps_a_doubt_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    enrol(folder.path(), &listener);
    let (address, mut printed) = printer().await;
    let mut config = Config { state: folder.path().to_owned(), ..Config::default() };
    config.printer.network = address;
    let target = wallet().await;
    let front = Front::start(&config, clock()).unwrap();
    let device = Device::start_at(&config, Extras::default(), front.counter()).unwrap();
    let mut view = front.counter().watch();
    assert_eq!(view.borrow().headline, Headline::Offline);
    let mut gateway = Gateway::greet(&listener, "first").await;
    seen(&mut view, Headline::Ready).await;

    gateway.say(command(1, &target)).await;
    gateway.until(|heard| matches!(heard, Upward::Result { .. })).await;
    assert_eq!(seen(&mut view, Headline::Busy).await, Some(WON), "the wallet's word is no word");
    gateway.say(Downward::Commit { transaction: id(1), state: State::Approved }).await;
    assert_eq!(seen(&mut view, Headline::Approved).await, Some(WON));
    let receipt = printed.wait_for(|printed| printed.len() == 1).await.unwrap()[0].clone();
    assert!(receipt.contains("4,500 KRW") && receipt.contains("APPROVED"), "{receipt}");

    gateway.say(command(2, &target)).await;
    gateway.until(|heard| matches!(heard, Upward::Result { .. })).await;
    assert_eq!(seen(&mut view, Headline::Checking).await, Some(WON));
    drop(gateway);
    view.wait_for(|view| view.reach == Reach::Offline).await.unwrap();
    assert_eq!(view.borrow().headline, Headline::Checking);
    device.stop().await;
    drop(front);

    let front = Front::start(&config, clock()).unwrap();
    let mut view = front.counter().watch();
    assert_eq!(seen(&mut view, Headline::Checking).await, Some(WON), "also over a restart");
    let device = Device::start_at(&config, Extras::default(), front.counter()).unwrap();
    let mut gateway = Gateway::greet(&listener, "second").await;
    gateway.say(Downward::Commit { transaction: id(2), state: State::Declined }).await;
    assert_eq!(seen(&mut view, Headline::Declined).await, Some(WON));
    device.stop().await;
    assert_eq!(printed.borrow().len(), 1, "a declined payment has no receipt");
}

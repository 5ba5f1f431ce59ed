//! A gateway's end for tests: a real WebSocket server that says only what a test tells it to.
//!
//! Owns the handshake's checks. Next: the tests of this crate that need a gateway.

use crate::enrol::Identity;
use crate::executor::{Executor, Finding, News};
use baton_protocol::SUBPROTOCOL;
use baton_protocol::enrol::Role;
use baton_protocol::evidence::Fence;
use baton_protocol::frame::Frame;
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, Downward, FenceReason, Upward};
use baton_protocol::policy::Policy;
use baton_protocol::work::{State, UnknownReason, Verdict};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

pub(crate) type Server = WebSocketStream<TcpStream>;

/// Gets no command, and hands on what it is to display.
pub(crate) struct Display(pub mpsc::UnboundedSender<News>);

impl Executor for Display {
    async fn prepare(&self, _: &Command) -> Result<(), Fence> {
        Err(FenceReason::PosNotReady.into())
    }

    async fn execute(&self, _: &Command) -> Finding {
        Verdict::Unknown { reason: UnknownReason::Silent }.into()
    }

    fn show(&self, _: TransactionId, _: State) {}

    fn display(&self, news: News) {
        self.0.send(news).unwrap_or_default();
    }
}

pub(crate) fn identity(listener: &TcpListener) -> Identity {
    Identity {
        role: Role::Terminal,
        id: "T-1".to_owned(),
        audience: "baton.test".to_owned(),
        gateway: format!("http://{}/", listener.local_addr().unwrap()),
    }
}

#[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
#[expect(clippy::unnecessary_wraps, reason = "the callback's type is tungstenite's")]
fn greet(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let headers = request.headers();
    assert_eq!(request.uri().path(), "/v1/link");
    assert!(headers["authorization"].to_str().unwrap().starts_with("Bearer ey"));
    assert_eq!(headers["sec-websocket-protocol"], SUBPROTOCOL);
    let protocol = headers["sec-websocket-protocol"].clone();
    response.headers_mut().insert("sec-websocket-protocol", protocol);
    Ok(response)
}

pub(crate) async fn accept(listener: &TcpListener) -> Server {
    let (stream, _) = listener.accept().await.unwrap();
    accept_hdr_async(stream, greet).await.unwrap()
}

pub(crate) async fn read(server: &mut Server) -> Frame<Upward> {
    loop {
        let message = server.next().await.unwrap().unwrap();
        if let Message::Text(text) = message {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

pub(crate) async fn write(server: &mut Server, frame: &Frame<impl serde::Serialize>) {
    server.send(Message::text(serde_json::to_string(frame).unwrap())).await.unwrap();
}

/// Greets as the gateway does and returns the device's hello.
pub(crate) async fn welcome(server: &mut Server, received: u64, heartbeat_ms: u64) -> Upward {
    let hello = read(server).await;
    assert_eq!(hello.seq, 0);
    let policy = Policy { heartbeat_ms, ..Policy::default() };
    let session = "S".to_owned();
    let body = Downward::Welcome { session, epoch: 3, policy, received };
    write(server, &Frame { v: 1, seq: 0, ack: 0, body }).await;
    hello.body
}

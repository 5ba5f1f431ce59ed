//! Entries as one message over a WebSocket of the POS program, which answers with one.
//!
//! Owns a connection for each entry, opened before the journal says *submitted*. The message is
//! sent once and never again; without an answer the outcome is *unknown*. The words are those of
//! [`super::http`]. Next: the journal, which writes the verdict.

use super::PosInvalid;
use super::http::{entry, judge};
use crate::config::WebsocketSettings;
use baton_protocol::evidence::{Cause, Fence};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::work::{UnknownReason, Verdict};
use futures_util::{SinkExt, StreamExt};
use reqwest::Url;
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// The largest answer that is taken, in bytes: an honest one has under 300.
const ANSWER_BYTES_MAX: usize = 16 * 1024;
/// Bytes of the socket's buffers: an entry is shorter.
const BUFFER_BYTES: usize = 4 * 1024;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection that waits for the word to send.
#[derive(Debug)]
struct Ready {
    transaction: TransactionId,
    socket: Socket,
}

/// The WebSocket driver.
#[derive(Debug)]
pub struct WebsocketPos {
    url: String,
    connect: Duration,
    answer: Duration,
    ready: Mutex<Option<Box<Ready>>>,
}

impl WebsocketPos {
    /// Makes the driver; connects nothing yet.
    ///
    /// # Errors
    /// [`PosInvalid::Websocket`].
    pub fn new(settings: &WebsocketSettings) -> Result<Self, PosInvalid> {
        let url = Url::parse(&settings.url).ok();
        if !url.is_some_and(|url| url.scheme() == "ws" && url.has_host()) {
            return Err(PosInvalid::Websocket(settings.url.clone()));
        }
        Ok(Self {
            url: settings.url.clone(),
            connect: Duration::from_millis(settings.connect_ms),
            answer: Duration::from_millis(settings.answer_ms),
            ready: Mutex::new(None),
        })
    }

    /// Opens the connection; nothing of the entry is sent.
    ///
    /// # Errors
    /// [`FenceReason::PosNotReady`] with its cause.
    pub async fn prepare(&self, command: &Command) -> Result<(), Fence> {
        let transaction = command.transaction;
        let config = WebSocketConfig::default()
            .max_message_size(Some(ANSWER_BYTES_MAX))
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(BUFFER_BYTES);
        let opening = connect_async_with_config(self.url.as_str(), Some(config), true);
        match timeout(self.connect, opening).await {
            Ok(Ok((socket, _))) => {
                *self.ready.lock().await = Some(Box::new(Ready { transaction, socket }));
                Ok(())
            }
            Ok(Err(fault)) => {
                tracing::warn!(%transaction, %fault, "the pos takes no websocket; start it");
                Err(Fence::because(FenceReason::PosNotReady, Cause::PosAway))
            }
            Err(_) => {
                tracing::warn!(%transaction, "the pos does not answer; is it hanging?");
                Err(Fence::because(FenceReason::PosNotReady, Cause::PosSilent))
            }
        }
    }

    /// Sends the entry, once, and waits for its answer.
    pub async fn execute(&self, command: &Command) -> Verdict {
        let ready = self.ready.lock().await.take();
        let own = ready.filter(|ready| ready.transaction == command.transaction);
        let Some(mut own) = own else {
            return Verdict::Unknown { reason: UnknownReason::Cut };
        };
        match timeout(self.answer, enter(&mut own.socket, command)).await {
            Ok(Ok(answer)) => {
                own.socket.close(None).await.ok();
                judge(&answer, command.work.amount())
            }
            Ok(Err(reason)) => Verdict::Unknown { reason },
            Err(_) => Verdict::Unknown { reason: UnknownReason::Silent },
        }
    }
}

/// Sends the entry and waits for the answer that names it; others are passed over.
async fn enter(socket: &mut Socket, command: &Command) -> Result<Value, UnknownReason> {
    let id = command.transaction.to_string();
    let sent = socket.send(Message::text(entry(command).to_string())).await;
    sent.map_err(|_| UnknownReason::Cut)?;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message.map_err(|_| UnknownReason::Cut)? else { continue };
        let Ok(answer) = serde_json::from_str::<Value>(&text) else { continue };
        if answer.get("transaction_id").and_then(Value::as_str) == Some(&id) {
            return Ok(answer);
        }
    }
    Err(UnknownReason::Cut)
}

//! Commands to a browser: one WebSocket to it, one command at a time, bounded waits.
//!
//! Owns the socket and its little runtime. May not know what a page shows. Next: [`super::page`].

use crate::entry::seams::Fault;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// How long one command may take, in milliseconds: seen are 1 to 20.
const COMMAND_MS: u64 = 700;
/// How long connecting may take, in milliseconds.
const CONNECT_MS: u64 = 2_000;
/// The largest message taken, in bytes: the list of a browser's tabs has a few thousand.
const MESSAGE_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of the socket's buffers: commands are short.
const BUFFER_BYTES: usize = 4 * 1024;

/// A connection to a browser.
#[derive(Debug)]
pub struct Browser {
    runtime: Runtime,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next: u64,
}

impl Browser {
    /// Connects to the browser whose debugging port is at `http://127.0.0.1:PORT`.
    ///
    /// # Errors
    /// [`Fault::Broken`] where the address is not on loopback or nobody speaks CDP there.
    pub fn open(address: &str) -> Result<Self, Fault> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|fault| broken(&fault))?;
        let limit = Duration::from_millis(CONNECT_MS);
        let socket = runtime
            .block_on(async { tokio::time::timeout(limit, connect(address)).await })
            .map_err(|_| Fault::Silent("the browser"))??;
        Ok(Self { runtime, socket, next: 0 })
    }

    /// Sends a command and waits for its answer; `session` names the tab.
    ///
    /// # Errors
    /// [`Fault::Silent`] without an answer in time, and then it may have acted;
    /// [`Fault::Broken`] where the browser refused it.
    pub fn command(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Result<Value, Fault> {
        self.next = self.next.saturating_add(1);
        let id = self.next;
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let (Some(session), Some(fields)) = (session, message.as_object_mut()) {
            fields.insert("sessionId".to_owned(), json!(session));
        }
        let Self { runtime, socket, .. } = self;
        let limit = Duration::from_millis(COMMAND_MS);
        let asked = exchange(socket, id, message.to_string());
        let answer = runtime
            .block_on(async { tokio::time::timeout(limit, asked).await })
            .map_err(|_| Fault::Silent("the browser"))??;
        match answer.get("error").and_then(|error| error.get("message")).and_then(Value::as_str) {
            Some(what) => Err(broken(what)),
            None => Ok(answer.get("result").cloned().unwrap_or_default()),
        }
    }
}

async fn connect(address: &str) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Fault> {
    let port = address.strip_prefix("http://127.0.0.1:").and_then(|port| port.parse::<u16>().ok());
    let port = port.ok_or_else(|| broken("browser = \"http://127.0.0.1:PORT\" in the recipe"))?;
    let client = reqwest::Client::builder().no_proxy().build().map_err(|fault| broken(&fault))?;
    let version = format!("http://127.0.0.1:{port}/json/version");
    let answer = client.get(version).send().await.map_err(|fault| broken(&fault))?;
    let text = answer.text().await.map_err(|fault| broken(&fault))?;
    let value: Value = serde_json::from_str(&text).map_err(|fault| broken(&fault))?;
    let socket = value.get("webSocketDebuggerUrl").and_then(Value::as_str);
    let socket = socket.ok_or_else(|| broken("no debugging address"))?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES);
    let opened = connect_async_with_config(socket, Some(config), true).await;
    opened.map(|(socket, _)| socket).map_err(|fault| broken(&fault))
}

/// Sends one message and reads until the answer with its number; events in between are dropped.
async fn exchange(
    socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>,
    id: u64,
    text: String,
) -> Result<Value, Fault> {
    socket.send(Message::text(text)).await.map_err(|fault| broken(&fault))?;
    while let Some(message) = socket.next().await {
        let message = message.map_err(|_| Fault::Gone("the browser"))?;
        let Message::Text(text) = message else { continue };
        let value: Value = serde_json::from_str(&text).map_err(|fault| broken(&fault))?;
        if value.get("id").and_then(Value::as_u64) == Some(id) {
            return Ok(value);
        }
    }
    Err(Fault::Gone("the browser"))
}

pub(super) fn broken(what: &(impl ToString + ?Sized)) -> Fault {
    Fault::Broken { place: "browser", what: what.to_string() }
}

//! Opens one WebSocket to the gateway and proves who is calling.
//!
//! Owns address, token header and buffer sizes. May not retry. Next: [`super::talk`].

use super::GatewayInvalid;
use crate::enrol::Identity;
use crate::keys::DeviceKey;
use crate::token::link_token;
use baton_protocol::{MESSAGE_BYTES_MAX, SUBPROTOCOL};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use uuid::Uuid;

/// How long dialling and the handshake may take together, in seconds.
const DIAL_S_MAX: u64 = 5;
/// Buffers of one connection, in bytes: tungstenite's own would cost 137 KB a connection.
const BUFFER_BYTES: usize = 4 * 1024;
/// What may wait unwritten, in bytes: one resumed outbox of ordinary reports.
const UNWRITTEN_BYTES_MAX: usize = 1024 * 1024;

pub(super) type Socket = WebSocketStream<TcpStream>;

/// `host:port` of the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address(String);

pub(super) enum DialFault {
    /// The gateway said no; trying quickly does not help.
    Refused(String),
    /// Nobody answered.
    Down(String),
}

impl Address {
    pub(super) fn parse(gateway: &str) -> Result<Self, GatewayInvalid> {
        let invalid = || GatewayInvalid(gateway.to_owned());
        let rest = gateway.strip_prefix("http://").or_else(|| gateway.strip_prefix("ws://"));
        let host = rest.ok_or_else(invalid)?.trim_end_matches('/');
        if host.is_empty() || host.contains(['/', '@', '?', '#', ' ']) {
            return Err(invalid());
        }
        let bare = host.rsplit(']').next().unwrap_or(host);
        Ok(Self(if bare.contains(':') { host.to_owned() } else { format!("{host}:80") }))
    }
}

pub(super) async fn dial(
    address: &Address,
    key: &DeviceKey,
    identity: &Identity,
    now_s: u64,
) -> Result<Socket, DialFault> {
    let request = request(address, key, identity, now_s)?;
    let open = async {
        let stream = TcpStream::connect(&address.0).await.map_err(down)?;
        stream.set_nodelay(true).map_err(down)?;
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(BUFFER_BYTES)
            .max_write_buffer_size(UNWRITTEN_BYTES_MAX)
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        client_async_with_config(request, stream, Some(config)).await.map_err(refused)
    };
    match tokio::time::timeout(Duration::from_secs(DIAL_S_MAX), open).await {
        Ok(opened) => opened.map(|(socket, _)| socket),
        Err(_) => Err(DialFault::Down(format!("no answer within {DIAL_S_MAX} s"))),
    }
}

/// Returns a random byte to spread reconnects; a failing source only means no spread.
pub(super) fn random_byte() -> u8 {
    let mut byte = [0];
    match aws_lc_rs::rand::fill(&mut byte) {
        Ok(()) => byte[0],
        Err(_) => u8::MAX,
    }
}

fn request(
    address: &Address,
    key: &DeviceKey,
    identity: &Identity,
    now_s: u64,
) -> Result<Request, DialFault> {
    let mut unique = [0; 16];
    aws_lc_rs::rand::fill(&mut unique)
        .map_err(|_| DialFault::Down("the system's random source failed".to_owned()))?;
    let unique = uuid::Builder::from_random_bytes(unique).into_uuid();
    let bearer = bearer(key, identity, now_s, unique)?;
    let mut request = format!("ws://{}/v1/link", address.0)
        .into_client_request()
        .map_err(|_| DialFault::Refused(format!("{} is not an address", address.0)))?;
    let headers = request.headers_mut();
    headers.insert(header::AUTHORIZATION, bearer);
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    Ok(request)
}

fn bearer(
    key: &DeviceKey,
    identity: &Identity,
    now_s: u64,
    unique: Uuid,
) -> Result<HeaderValue, DialFault> {
    let token = link_token(key, identity, now_s, unique)
        .map_err(|fault| DialFault::Refused(fault.to_string()))?;
    let mut value = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| DialFault::Refused("the device id cannot stand in a header".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

#[expect(clippy::needless_pass_by_value, reason = "stands in map_err, which hands over the fault")]
fn down(fault: std::io::Error) -> DialFault {
    DialFault::Down(fault.to_string())
}

fn refused(fault: Error) -> DialFault {
    let Error::Http(response) = fault else { return DialFault::Down(fault.to_string()) };
    match response.status() {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => DialFault::Refused(
            "the gateway does not accept this device's token: check that this clock is right, that \
             the device is not suspended, and otherwise enrol it again"
                .to_owned(),
        ),
        status => DialFault::Down(format!("the gateway answered {status}")),
    }
}

//! Entries as one datagram to the POS program, which answers with one.
//!
//! Owns the socket of each entry and the wait. A datagram is sent once and never again; without an
//! answer, or where the POS never gives one, the outcome is *unknown*. The words are those of
//! [`super::http`]. Next: the journal, which writes the verdict.

use super::PosInvalid;
use super::http::{entry, judge};
use crate::config::UdpSettings;
use baton_protocol::evidence::{Cause, Fence};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::work::{UnknownReason, Verdict};
use serde_json::Value;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// The largest datagram either way, in bytes: more is split on the way, and a part may be lost.
const DATAGRAM_BYTES_MAX: usize = 1_400;
/// How long the system is given to say that nobody listens, in milliseconds: on one machine it says
/// so at once.
const REFUSAL_MS: u64 = 20;

/// The UDP driver.
#[derive(Debug)]
pub struct UdpPos {
    address: SocketAddr,
    answer: Option<Duration>,
}

impl UdpPos {
    /// Makes the driver; opens nothing yet.
    ///
    /// # Errors
    /// [`PosInvalid::Udp`].
    pub fn new(settings: &UdpSettings) -> Result<Self, PosInvalid> {
        let invalid = |_| PosInvalid::Udp(settings.address.clone());
        let address = settings.address.parse().map_err(invalid)?;
        let answer = (settings.answer_ms > 0).then(|| Duration::from_millis(settings.answer_ms));
        Ok(Self { address, answer })
    }

    /// Makes sure that the entry fits a datagram and, as far as the system can tell, that somebody
    /// listens: an empty datagram is sent, which a POS must ignore.
    ///
    /// # Errors
    /// [`FenceReason::PosNotReady`] with its cause.
    pub async fn prepare(&self, command: &Command) -> Result<(), Fence> {
        let transaction = command.transaction;
        if datagram(command).len() > DATAGRAM_BYTES_MAX {
            tracing::warn!(%transaction, "the entry is too long for a datagram");
            return Err(Fence::because(FenceReason::PosNotReady, Cause::Unwritable));
        }
        let refused = match self.connect().await {
            Ok(socket) => probe(&socket).await,
            Err(fault) => Err(fault),
        };
        refused.map_err(|fault| {
            tracing::warn!(%transaction, %fault, "the pos does not listen; start it");
            Fence::because(FenceReason::PosNotReady, Cause::PosAway)
        })
    }

    /// Sends the entry, once, and waits for its answer.
    pub async fn execute(&self, command: &Command) -> Verdict {
        match self.enter(command).await {
            Ok(answer) => judge(&answer, command.work.amount()),
            Err(reason) => Verdict::Unknown { reason },
        }
    }

    async fn enter(&self, command: &Command) -> Result<Value, UnknownReason> {
        let socket = self.connect().await.map_err(|_| UnknownReason::Cut)?;
        socket.send(&datagram(command)).await.map_err(|_| UnknownReason::Cut)?;
        let Some(limit) = self.answer else { return Err(UnknownReason::Unreadable) };
        let answered = timeout(limit, answer_to(&socket, command.transaction)).await;
        answered.map_err(|_| UnknownReason::Silent)?.map_err(|_| UnknownReason::Cut)
    }

    /// A socket of this entry's own, which hears the POS's address alone.
    async fn connect(&self) -> Result<UdpSocket, std::io::Error> {
        let any: SocketAddr = match self.address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(any).await?;
        socket.connect(self.address).await?;
        Ok(socket)
    }
}

fn datagram(command: &Command) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(entry(command).to_string().into_bytes())
}

async fn probe(socket: &UdpSocket) -> Result<(), std::io::Error> {
    socket.send(&[]).await?;
    let mut nothing = [0; 1];
    match timeout(Duration::from_millis(REFUSAL_MS), socket.recv(&mut nothing)).await {
        Ok(Err(fault)) => Err(fault),
        // Whatever a POS says to nothing is no answer; silence is as good as it gets.
        Ok(Ok(_)) | Err(_) => Ok(()),
    }
}

/// Waits for the answer that names the transaction; others are passed over.
async fn answer_to(socket: &UdpSocket, id: TransactionId) -> Result<Value, std::io::Error> {
    let mut bytes = [0; DATAGRAM_BYTES_MAX];
    loop {
        let length = socket.recv(&mut bytes).await?;
        let answer = bytes.get(..length).and_then(|read| serde_json::from_slice(read).ok());
        let Some(answer): Option<Value> = answer else { continue };
        if answer.get("transaction_id").and_then(Value::as_str) == Some(&id.to_string()) {
            return Ok(answer);
        }
    }
}

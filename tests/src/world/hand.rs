//! A device played by hand: one WebSocket on the link, every frame in the test's own words.
//!
//! Owns the numbers of its frames and nothing of a device's rules, so that a test can keep or
//! break them. Next: [`super::phone`].

use super::World;
use super::devices::Badge;
use super::wait::within;
use anyhow::Context;
use baton_core::relay::plan::Executor;
use baton_protocol::evidence::Evidence;
use baton_protocol::frame::Frame;
use baton_protocol::link::{Command, Downward, Upward};
use baton_protocol::work::Verdict;
use baton_protocol::{SUBPROTOCOL, VERSION_CURRENT};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// The hand's end of one connection.
pub struct Hand {
    socket: WebSocketStream<TcpStream>,
    /// The session that the gateway named.
    pub session: String,
    /// The fencing number of this connection.
    pub epoch: u64,
    /// The highest gateway frame that was read.
    pub received: u64,
    sent: u64,
}

/// What came of dialling.
pub enum Dialled {
    /// The socket is open; nobody has greeted.
    Open(Box<Hand>),
    /// The gateway refused with this status and content type.
    Refused(u16, String),
}

impl World {
    /// Enrols a hand as the terminal at the counter and brings it online.
    ///
    /// # Errors
    /// When the gateway does not welcome it.
    pub async fn hand_at_the_counter(&self) -> anyhow::Result<Hand> {
        let badge = self.badge(&Executor::Terminal(self.cast.counter.clone())).await?;
        self.take_place(&badge).await
    }

    /// Brings the hand at the counter online once more, as a device that remembers no session.
    ///
    /// # Errors
    /// When it was never enrolled, or the gateway does not welcome it.
    pub async fn take_place_again(&self) -> anyhow::Result<Hand> {
        self.take_place(&Badge::load(&self.folder().join(self.cast.counter.as_str()))?).await
    }

    /// Takes a device's place: dials, greets, and is online.
    ///
    /// # Errors
    /// When the gateway does not welcome it.
    pub async fn take_place(&self, badge: &Badge) -> anyhow::Result<Hand> {
        let mut hand = self.dial(&badge.token()?).await?.open()?;
        hand.greet(None, 0).await?;
        Ok(hand)
    }

    /// The same, going on with an earlier session of which so many frames were taken.
    ///
    /// # Errors
    /// When the gateway does not welcome it.
    pub async fn come_back(&self, badge: &Badge, was: Parted) -> anyhow::Result<Hand> {
        let mut hand = self.dial(&badge.token()?).await?.open()?;
        hand.sent = was.sent;
        hand.greet(Some(was.session), was.received).await?;
        Ok(hand)
    }

    /// Opens a socket with this token.
    ///
    /// # Errors
    /// When the gateway cannot be reached at all.
    pub async fn dial(&self, token: &str) -> anyhow::Result<Dialled> {
        let address = self.gateway()?.public;
        let mut request = format!("ws://{address}/v1/link").into_client_request()?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, HeaderValue::try_from(format!("Bearer {token}"))?);
        headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
        let stream = TcpStream::connect(address).await?;
        match client_async(request, stream).await {
            Ok((socket, _)) => {
                let session = String::new();
                let hand = Hand { socket, session, epoch: 0, received: 0, sent: 0 };
                Ok(Dialled::Open(Box::new(hand)))
            }
            Err(Error::Http(response)) => {
                let kind = response.headers().get("content-type");
                let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or_default();
                Ok(Dialled::Refused(response.status().as_u16(), kind.to_owned()))
            }
            Err(fault) => Err(fault.into()),
        }
    }
}

impl Dialled {
    /// The open socket.
    ///
    /// # Errors
    /// When the gateway refused.
    pub fn open(self) -> anyhow::Result<Hand> {
        match self {
            Self::Open(hand) => Ok(*hand),
            Self::Refused(status, _) => anyhow::bail!("the gateway refused with {status}"),
        }
    }
}

/// What a device remembers of a session after its connection is gone.
#[derive(Debug, Clone)]
pub struct Parted {
    session: String,
    received: u64,
    sent: u64,
}

impl Hand {
    /// Says hello and reads the welcome.
    ///
    /// # Errors
    /// When something else comes.
    pub async fn greet(&mut self, session: Option<String>, received: u64) -> anyhow::Result<()> {
        let hello = hello(session, received);
        self.raw(&frame(VERSION_CURRENT, 0, received, &hello)?).await?;
        match self.next().await? {
            Some(Downward::Welcome { session, epoch, .. }) => {
                self.session = session;
                self.epoch = epoch;
                self.received = received;
                Ok(())
            }
            other => anyhow::bail!("no welcome came but {other:?}"),
        }
    }

    /// Reads the next message that says something; nothing once the gateway has closed.
    ///
    /// # Errors
    /// When nothing comes in time, or something unreadable.
    pub async fn next(&mut self) -> anyhow::Result<Option<Downward>> {
        within("the gateway says something", async {
            loop {
                let text = match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => text,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(None),
                    Some(Ok(_)) => continue,
                };
                let frame: Frame<Downward> = serde_json::from_str(&text)?;
                self.received = self.received.max(frame.seq);
                if frame.body != Downward::Ack {
                    return Ok(Some(frame.body));
                }
            }
        })
        .await
    }

    /// Reads messages until a command comes.
    ///
    /// # Errors
    /// When none comes.
    pub async fn command(&mut self) -> anyhow::Result<Command> {
        loop {
            let said = self.next().await?.context("the gateway closed")?;
            if let Downward::Command(command) = said {
                return Ok(command);
            }
        }
    }

    /// Reads messages until a final word comes, and returns it.
    ///
    /// # Errors
    /// When none comes.
    pub async fn word(&mut self) -> anyhow::Result<Downward> {
        loop {
            let said = self.next().await?.context("the gateway closed")?;
            if matches!(said, Downward::Commit { .. }) {
                return Ok(said);
            }
        }
    }

    /// Says something with the next number.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn say(&mut self, body: &Upward) -> anyhow::Result<()> {
        self.sent += 1;
        self.raw(&frame(VERSION_CURRENT, self.sent, self.received, body)?).await
    }

    /// Accepts a command and reports what the destination would have said.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn approve(&mut self, command: &Command) -> anyhow::Result<()> {
        let amount = command.work.amount();
        self.report(command, Verdict::Approved { amount, reference: "000001".to_owned() }).await
    }

    /// Accepts a command and reports a verdict.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn report(&mut self, command: &Command, verdict: Verdict) -> anyhow::Result<()> {
        self.report_seen(command, verdict, None).await
    }

    /// The same, with what stands behind the verdict.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn report_seen(
        &mut self,
        command: &Command,
        verdict: Verdict,
        evidence: Option<Evidence>,
    ) -> anyhow::Result<()> {
        let Command { transaction, epoch, code_digest, .. } = command.clone();
        self.say(&Upward::Accepted { transaction, epoch }).await?;
        self.say(&Upward::Result { transaction, epoch, code_digest, verdict, evidence }).await
    }

    /// Writes a text frame as it is.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn raw(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(self.socket.send(Message::text(text)).await?)
    }

    /// Drops the connection without a word, as a bad network does; the session is remembered with
    /// so many gateway frames taken.
    #[must_use]
    pub fn part(self, received: u64) -> Parted {
        Parted { session: self.session, received, sent: self.sent }
    }
}

/// A hello of the hand.
#[must_use]
pub fn hello(session: Option<String>, received: u64) -> Upward {
    Upward::Hello {
        program: "hand 1".to_owned(),
        session,
        received,
        journal_seq: 0,
        journal_hash: "0".repeat(64),
        epoch: None,
    }
}

/// The text of a frame.
///
/// # Errors
/// Never for these types.
pub fn frame(v: u16, seq: u64, ack: u64, body: &Upward) -> anyhow::Result<String> {
    Ok(serde_json::to_string(&Frame { v, seq, ack, body })?)
}

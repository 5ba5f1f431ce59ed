//! One connection from greeting to its end.
//!
//! Owns hello and welcome, heartbeats, acknowledgements and both directions of frames. Whatever
//! looks wrong ends the connection: the next one resumes. Next: `super::dial` again.

use super::dial::Socket;
use super::{Link, LinkEvent};
use crate::session::{ACK_FRAMES_MAX, Delivery};
use baton_protocol::frame::Frame;
use baton_protocol::link::{Downward, Upward};
use baton_protocol::policy::Policy;
use futures_util::{SinkExt, StreamExt};
use serde::Serialize;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior, Sleep, interval, sleep, timeout};
use tokio_tungstenite::tungstenite::{Error, Message};

/// How long the gateway may take to greet, in seconds.
const WELCOME_S_MAX: u64 = 5;
/// How long a frame may stay unacknowledged while nothing else is said, in milliseconds.
const ACK_MS_MAX: u64 = 200;
/// How long the journal's new end may go untold while nothing else is said, in milliseconds: what
/// a device wrote in that time could be taken back unseen, and one frame does for many records.
const HEAD_MS_MAX: u64 = 250;
/// Heartbeats without any sign of the gateway before the connection counts as dead.
const MISSES_MAX: u32 = 2;
/// Shortest pause between heartbeats that a policy may set, in milliseconds.
const HEARTBEAT_MS_MIN: u64 = 100;
/// How long writing and closing may take, in seconds: a peer that reads nothing is gone.
const WRITE_S_MAX: u64 = 10;

/// How a connection ended.
pub(super) enum End {
    /// The device wants no link any more.
    Stopped,
    /// It broke; dial again soon.
    Lost(String),
    /// The gateway said no; dial again later.
    Refused(String),
}

struct Talk {
    socket: Socket,
    heartbeat: Interval,
    misses: u32,
    ack_due: Option<Pin<Box<Sleep>>>,
    head_due: Option<Pin<Box<Sleep>>>,
}

struct Greeting {
    session: String,
    epoch: u64,
    policy: Policy,
    received: u64,
}

impl Link {
    /// Sets `failures` to 0 once the gateway has greeted.
    pub(super) async fn talk(&mut self, socket: Socket, failures: &mut u32) -> End {
        let mut socket = socket;
        let mut stop = self.stop.clone();
        let welcome = timeout(Duration::from_secs(WELCOME_S_MAX), self.greet(&mut socket));
        let greeted = tokio::select! {
            greeted = welcome => greeted,
            _ = stop.changed() => return End::Stopped,
        };
        let greeting = match greeted {
            Ok(Ok(greeting)) => greeting,
            Ok(Err(end)) => return end,
            Err(_) => return End::Lost("no welcome".to_owned()),
        };
        *failures = 0;
        let period = Duration::from_millis(greeting.policy.heartbeat_ms.max(HEARTBEAT_MS_MIN));
        let mut heartbeat = interval(period);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.reset();
        let mut talk = Talk { socket, heartbeat, misses: 0, ack_due: None, head_due: None };
        match self.carry(&mut talk, greeting).await {
            Err(End::Stopped) | Ok(()) => {
                self.close(&mut talk).await;
                End::Stopped
            }
            Err(end) => end,
        }
    }

    async fn greet(&mut self, socket: &mut Socket) -> Result<Greeting, End> {
        let head = self.head.borrow_and_update().clone();
        let hello = Upward::Hello {
            program: self.config.program.clone(),
            session: self.session_name.clone(),
            received: self.session.received(),
            journal_seq: head.seq,
            journal_hash: head.hash,
            epoch: Some(self.config.epoch_highest),
        };
        socket.send(text(&self.session.bare(hello))?).await.map_err(lost)?;
        loop {
            let Some(frame) = take(socket.next().await)? else { continue };
            return match frame.body {
                Downward::Welcome { session, epoch, policy, received } => {
                    Ok(Greeting { session, epoch, policy, received })
                }
                Downward::Version { min, max } => Err(End::Refused(format!(
                    "the gateway speaks versions {min} to {max}; update this program"
                ))),
                Downward::Command(_)
                | Downward::Cancel { .. }
                | Downward::Commit { .. }
                | Downward::Sale { .. }
                | Downward::News { .. }
                | Downward::Taken { .. }
                | Downward::Refused { .. }
                | Downward::Ack
                | Downward::Later => Err(End::Lost("no welcome came first".to_owned())),
            };
        }
    }

    async fn carry(&mut self, talk: &mut Talk, greeting: Greeting) -> Result<(), End> {
        let Greeting { session, epoch, policy, received } = greeting;
        self.config.epoch_highest = self.config.epoch_highest.max(epoch);
        if self.session_name.as_deref() == Some(session.as_str()) {
            self.resend(talk, received).await?;
        } else {
            self.session_name = Some(session);
            self.session.restart();
            self.resend(talk, 0).await?;
        }
        // Whoever asked over the last connection does not wait any more.
        while self.asks.try_recv().is_ok() {}
        // What was heard before says nothing about now.
        while self.sightings.try_recv().is_ok() {}
        self.tell(LinkEvent::Online { epoch, policy: Box::new(policy) }).await?;
        loop {
            tokio::select! {
                frame = talk.socket.next() => {
                    talk.misses = 0;
                    if let Some(frame) = take(frame)? {
                        self.receive(talk, frame).await?;
                    }
                }
                report = self.reports.recv(), if self.session.has_room() => {
                    let Some(report) = report else { return Ok(()) };
                    self.report(talk, report).await?;
                }
                Some(ask) = self.asks.recv() => self.ask(talk, ask).await?,
                Some(heard) = self.sightings.recv(), if self.is_calm() => {
                    self.ask(talk, heard).await?;
                }
                _ = talk.heartbeat.tick() => talk.beat().await?,
                () = due(&mut talk.ack_due) => self.acknowledge(talk).await?,
                Ok(()) = self.head.changed(), if talk.head_due.is_none() => {
                    talk.head_due = Some(Box::pin(sleep(Duration::from_millis(HEAD_MS_MAX))));
                }
                () = due(&mut talk.head_due) => self.tell_head(talk).await?,
                _ = self.stop.changed() => return Ok(()),
            }
        }
    }

    /// Whether nothing that is about money waits to be written.
    fn is_calm(&self) -> bool {
        self.reports.is_empty() && self.asks.is_empty()
    }

    async fn resend(&mut self, talk: &mut Talk, received: u64) -> Result<(), End> {
        for frame in self.session.resume(received) {
            let message = text(&frame)?;
            talk.write(message).await?;
        }
        talk.flush().await
    }

    async fn receive(&mut self, talk: &mut Talk, frame: Frame<Downward>) -> Result<(), End> {
        match self.session.receive(frame) {
            Delivery::Delivered(Downward::Ack | Downward::Welcome { .. }) | Delivery::Duplicate => {
            }
            Delivery::Delivered(Downward::Later) => {
                tracing::debug!("the gateway said something of a later version");
            }
            Delivery::Delivered(message) => self.tell(LinkEvent::Message(message)).await?,
            Delivery::Gap { expected, found } => {
                return Err(End::Lost(format!("frame {found} came where {expected} was due")));
            }
        }
        if self.session.owed() >= ACK_FRAMES_MAX {
            return self.acknowledge(talk).await;
        }
        if self.session.owed() > 0 && talk.ack_due.is_none() {
            talk.ack_due = Some(Box::pin(sleep(Duration::from_millis(ACK_MS_MAX))));
        }
        Ok(())
    }

    /// Writes one report and whatever else waits, then flushes once.
    async fn report(&mut self, talk: &mut Talk, report: Upward) -> Result<(), End> {
        let mut next = Some(report);
        while let Some(report) = next {
            let frame = self.session.send(report).map_err(|full| End::Lost(full.to_string()))?;
            let message = text(&frame)?;
            talk.write(message).await?;
            next = if self.session.has_room() { self.reports.try_recv().ok() } else { None };
        }
        talk.ack_due = None;
        talk.flush().await
    }

    /// Writes what must not come late: neither numbered nor kept, this connection carries it or
    /// none does.
    async fn ask(&mut self, talk: &mut Talk, ask: Upward) -> Result<(), End> {
        let message = text(&self.session.bare(ask))?;
        talk.ack_due = None;
        talk.write(message).await?;
        talk.flush().await
    }

    async fn acknowledge(&mut self, talk: &mut Talk) -> Result<(), End> {
        talk.ack_due = None;
        if self.session.owed() == 0 {
            return Ok(());
        }
        let message = text(&self.session.bare(Upward::Ack))?;
        talk.write(message).await?;
        talk.flush().await
    }

    async fn tell_head(&mut self, talk: &mut Talk) -> Result<(), End> {
        talk.head_due = None;
        let head = self.head.borrow_and_update().clone();
        let news = Upward::Journal { seq: head.seq, hash: head.hash };
        let message = text(&self.session.bare(news))?;
        talk.write(message).await?;
        talk.flush().await
    }

    async fn tell(&self, event: LinkEvent) -> Result<(), End> {
        self.events.send(event).await.map_err(|_| End::Stopped)
    }

    /// Writes what still waits and says goodbye; a failure here changes nothing any more.
    async fn close(&mut self, talk: &mut Talk) {
        let goodbye = async {
            while let Ok(report) = self.reports.try_recv() {
                self.report(talk, report).await?;
            }
            if talk.head_due.is_some() || self.head.has_changed().unwrap_or(false) {
                self.tell_head(talk).await?;
            }
            talk.socket.close(None).await.map_err(lost)
        };
        if let Ok(Err(End::Lost(reason))) = timeout(Duration::from_secs(1), goodbye).await {
            tracing::debug!(%reason, "the link was not closed in order");
        }
    }
}

impl Talk {
    async fn beat(&mut self) -> Result<(), End> {
        if self.misses >= MISSES_MAX {
            return Err(End::Lost("two heartbeats stayed unanswered".to_owned()));
        }
        self.misses += 1;
        self.write(Message::Ping(tokio_tungstenite::tungstenite::Bytes::new())).await?;
        self.flush().await
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        let written = timeout(Duration::from_secs(WRITE_S_MAX), self.socket.feed(message)).await;
        written.map_err(|_| End::Lost("the gateway reads nothing".to_owned()))?.map_err(lost)
    }

    async fn flush(&mut self) -> Result<(), End> {
        let flushed = timeout(Duration::from_secs(WRITE_S_MAX), self.socket.flush()).await;
        flushed.map_err(|_| End::Lost("the gateway reads nothing".to_owned()))?.map_err(lost)
    }
}

async fn due(timer: &mut Option<Pin<Box<Sleep>>>) {
    match timer {
        Some(timer) => timer.as_mut().await,
        None => std::future::pending().await,
    }
}

/// Reads one message; `None` for what the WebSocket itself answers.
fn take(message: Option<Result<Message, Error>>) -> Result<Option<Frame<Downward>>, End> {
    match message {
        Some(Ok(Message::Text(text))) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| End::Lost("a frame could not be read".to_owned())),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Binary(_) | Message::Frame(_))) => {
            Err(End::Lost("a binary frame came".to_owned()))
        }
        Some(Ok(Message::Close(Some(close)))) if !close.reason.is_empty() => {
            Err(End::Lost(format!("the gateway closed: {}", close.reason.as_str())))
        }
        Some(Ok(Message::Close(_))) | None => Err(End::Lost("the gateway closed".to_owned())),
        Some(Err(fault)) => Err(lost(fault)),
    }
}

fn text<B: Serialize>(frame: &Frame<B>) -> Result<Message, End> {
    serde_json::to_string(frame)
        .map(Message::text)
        .map_err(|_| End::Lost("a report could not be written".to_owned()))
}

#[expect(clippy::needless_pass_by_value, reason = "stands in map_err, which hands over the fault")]
fn lost(fault: Error) -> End {
    End::Lost(fault.to_string())
}

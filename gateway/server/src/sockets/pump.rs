//! Frames in, frames out, and the heartbeat of one connection.
//!
//! Owns the session's numbers while the connection lives and parks them at its desk afterwards.
//! Two missed heartbeats, a gap, or a lane that its desk has dropped end the connection.

use super::accept::JOURNAL_HASH_BYTES_MAX;
use crate::actors::desk::{DeskActor, Detach, Heard, Parked};
use crate::actors::keeper::Keeper;
use crate::clock::new_id;
use crate::counter::{self, Question};
use crate::world::World;
use actix::Addr;
use actix::prelude::SendError;
use actix_ws::{AggregatedMessage, AggregatedMessageStream};
use baton_core::relay::plan::Executor;
use baton_link::session::{ACK_FRAMES_MAX, Delivery, Session};
use baton_protocol::frame::Frame;
use baton_protocol::ids::TouchId;
use baton_protocol::link::{Downward, Upward};
use baton_protocol::policy::Policy;
use baton_protocol::refusal::RefusalCode;
use futures_util::future::Either;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior, Sleep, interval, sleep};

/// Heartbeats that may be missed before the connection counts as dead.
const HEARTBEATS_MISSED_MAX: u32 = 2;
/// How long an acknowledgement may wait for a frame that carries it, in milliseconds.
const ACK_WAIT_MS: u64 = 200;

/// One connection.
pub(super) struct Talk {
    pub(super) executor: Executor,
    pub(super) epoch: u64,
    pub(super) session_id: String,
    pub(super) session: Session<Downward>,
    pub(super) socket: actix_ws::Session,
    pub(super) stream: AggregatedMessageStream,
    pub(super) messages: mpsc::Receiver<Downward>,
    pub(super) desk: Addr<DeskActor>,
    pub(super) policy: Arc<Policy>,
    pub(super) resume_after: u64,
    pub(super) world: Arc<World>,
    pub(super) keeper: Arc<Keeper>,
    pub(super) asked: Asked,
}

/// What the terminal asked for and is being done: one thing at a time, as people do.
pub(super) type Asked = Option<Pin<Box<dyn Future<Output = Downward>>>>;

/// When an acknowledgement must go out by itself.
type AckDue = Option<Pin<Box<Sleep>>>;

/// Why a connection ends.
struct Over(&'static str);

/// Carries frames until the connection ends, then parks the session.
pub(super) async fn pump(mut talk: Talk) {
    let why = match talk.welcome().await {
        Ok(()) => talk.run().await,
        Err(over) => over,
    };
    tracing::debug!(executor = %talk.executor, epoch = talk.epoch, why = why.0, "link over");
    let parked = Parked { id: talk.session_id, session: talk.session };
    let detach = Detach { epoch: talk.epoch, parked };
    talk.desk.send(detach).await.unwrap_or_default();
    talk.socket.close(None).await.unwrap_or_default();
}

impl Talk {
    async fn welcome(&mut self) -> Result<(), Over> {
        let welcome = Downward::Welcome {
            session: self.session_id.clone(),
            epoch: self.epoch,
            policy: self.policy.as_ref().clone(),
            received: self.session.received(),
        };
        let mut texts = vec![text_of(&self.session.bare(welcome))?];
        for frame in self.session.resume(self.resume_after) {
            texts.push(text_of(&frame)?);
        }
        for text in texts {
            self.write(text).await?;
        }
        Ok(())
    }

    async fn run(&mut self) -> Over {
        let mut beats = ticks(self.policy.heartbeat_ms);
        let mut ack_due: AckDue = None;
        let mut missed = 0;
        loop {
            let next = tokio::select! {
                biased;
                message = self.messages.recv() => match message {
                    Some(message) => Either::Left(message),
                    None => return Over("the desk dropped the lane"),
                },
                frame = self.stream.recv() => match frame {
                    Some(Ok(frame)) => Either::Right(frame),
                    Some(Err(_)) => return Over("a frame could not be read"),
                    None => return Over("the device closed"),
                },
                answer = done(&mut self.asked) => {
                    self.asked = None;
                    Either::Left(answer)
                }
                () = passed(&mut ack_due) => {
                    ack_due = None;
                    if self.session.owed() > 0 && self.acknowledge().await.is_err() {
                        return Over("write failed");
                    }
                    continue;
                }
                _ = beats.tick() => {
                    if missed >= HEARTBEATS_MISSED_MAX {
                        return Over("two heartbeats were missed");
                    }
                    missed += 1;
                    if self.socket.ping(b"").await.is_err() {
                        return Over("write failed");
                    }
                    continue;
                }
            };
            let done = match next {
                Either::Left(message) => self.say(message).await,
                Either::Right(frame) => {
                    missed = 0;
                    self.hear(frame).await
                }
            };
            if let Err(over) = done {
                return over;
            }
            self.owe(&mut ack_due);
        }
    }

    async fn say(&mut self, message: Downward) -> Result<(), Over> {
        let frame = self.session.send(message);
        let frame = frame.map_err(|_| Over("the device acknowledges nothing"))?;
        let text = text_of(&frame)?;
        self.write(text).await
    }

    async fn hear(&mut self, message: AggregatedMessage) -> Result<(), Over> {
        let text = match message {
            AggregatedMessage::Text(text) => text,
            AggregatedMessage::Ping(bytes) => {
                return self.socket.pong(&bytes).await.map_err(|_| Over("write failed"));
            }
            AggregatedMessage::Pong(_) => return Ok(()),
            AggregatedMessage::Binary(_) => return Err(Over("a binary frame came")),
            AggregatedMessage::Close(_) => return Err(Over("the device closed")),
        };
        let frame: Frame<Upward> =
            serde_json::from_str(&text).map_err(|_| Over("a frame could not be read"))?;
        match self.session.receive(frame) {
            Delivery::Delivered(Upward::Later) => self.answer_version().await,
            Delivery::Delivered(Upward::Journal { hash, .. })
                if hash.len() > JOURNAL_HASH_BYTES_MAX =>
            {
                Err(Over("a hash is too long"))
            }
            Delivery::Delivered(Upward::Sightings(report)) => {
                let (world, now) = (&self.world, self.world.clock.now());
                let tables = world.tables.snapshot();
                world.sightings.hear(&self.executor, report, &tables, &world.audience, now);
                self.acknowledge_if_due().await
            }
            Delivery::Delivered(said) => match Question::of(said) {
                Ok(question) => self.ask(question).await,
                Err(said) => self.tell_desk_and_owe(said).await,
            },
            Delivery::Duplicate => self.acknowledge_if_due().await,
            Delivery::Gap { .. } => Err(Over("frames are missing")),
        }
    }

    /// Begins what a terminal asks for; the connection goes on meanwhile. It is finished even if
    /// the connection breaks, and then nobody is told.
    async fn ask(&mut self, question: Question) -> Result<(), Over> {
        if self.asked.is_some() {
            return self.say(question.refused(RefusalCode::Busy)).await;
        }
        let unknown = question.refused(RefusalCode::OutcomeUnknown);
        let (world, keeper) = (Arc::clone(&self.world), Arc::clone(&self.keeper));
        let executor = self.executor.clone();
        let doing = actix_web::rt::spawn(async move {
            let touch = TouchId::new(new_id());
            counter::answer(&world, &keeper, &executor, question, touch).await
        });
        self.asked = Some(Box::pin(async move { doing.await.unwrap_or(unknown) }));
        Ok(())
    }

    async fn tell_desk_and_owe(&mut self, said: Upward) -> Result<(), Over> {
        let heard = Heard { epoch: self.epoch, said };
        self.tell_desk(heard).await?;
        self.acknowledge_if_due().await
    }

    /// Sets the clock for an acknowledgement while one is owed: an idle link wakes nobody.
    fn owe(&self, ack_due: &mut AckDue) {
        if self.session.owed() == 0 {
            *ack_due = None;
        } else if ack_due.is_none() {
            *ack_due = Some(Box::pin(sleep(Duration::from_millis(ACK_WAIT_MS))));
        }
    }

    /// A full desk is waited for, which stops the reading of further frames.
    async fn tell_desk(&self, heard: Heard) -> Result<(), Over> {
        let ended = || Over("the desk has ended");
        match self.desk.try_send(heard) {
            Ok(()) => Ok(()),
            Err(SendError::Full(heard)) => self.desk.send(heard).await.map_err(|_| ended()),
            Err(SendError::Closed(_)) => Err(ended()),
        }
    }

    async fn answer_version(&mut self) -> Result<(), Over> {
        let (min, max) = (baton_protocol::VERSION_MIN, baton_protocol::VERSION_CURRENT);
        self.say(Downward::Version { min, max }).await
    }

    async fn acknowledge_if_due(&mut self) -> Result<(), Over> {
        if self.session.owed() < ACK_FRAMES_MAX {
            return Ok(());
        }
        self.acknowledge().await
    }

    async fn acknowledge(&mut self) -> Result<(), Over> {
        let text = text_of(&self.session.bare(Downward::Ack))?;
        self.write(text).await
    }

    async fn write(&mut self, text: String) -> Result<(), Over> {
        self.socket.text(text).await.map_err(|_| Over("write failed"))
    }
}

fn text_of<B: serde::Serialize>(frame: &Frame<B>) -> Result<String, Over> {
    serde_json::to_string(frame).map_err(|_| Over("a frame could not be written"))
}

async fn done(asked: &mut Asked) -> Downward {
    match asked {
        Some(asked) => asked.as_mut().await,
        None => std::future::pending().await,
    }
}

async fn passed(moment: &mut AckDue) {
    match moment {
        Some(moment) => moment.as_mut().await,
        None => std::future::pending().await,
    }
}

fn ticks(pause_ms: u64) -> Interval {
    let mut ticks = interval(Duration::from_millis(pause_ms.max(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

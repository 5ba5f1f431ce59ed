//! What a destination says without being asked: a new business day, and whether it takes payments.
//!
//! Owns the shapes and the channel on which they are handed over. Every one was answered when it
//! came; what follows from it, the caller's machines decide. Next: `iso8583/ear.rs`.

use crate::day::Day;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Notices that a listener may be behind: one for each of eight lines, twice a day, for two days.
const NOTICES_WAITING_MAX: usize = 32;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A new business day begins.
    ///
    /// **Repeat** a destination with several lines may say it on each of them; the day is the key.
    CutOver {
        /// Which day it names, in its settlement date or its local date; the year is the one that
        /// is near. Nothing when it names none, or one that is in no calendar.
        day: Option<Day>,
    },
    /// One of its lines takes no new payments until it has signed on again.
    SignedOff,
    /// One of its lines takes them again, as it says by itself.
    SignedOn,
}

/// Hears the notices of one client, from now on.
#[derive(Debug)]
pub struct Notices(broadcast::Receiver<Notice>);

impl Notices {
    /// Waits for the next one; nothing when the client is gone.
    pub async fn next(&mut self) -> Option<Notice> {
        loop {
            match self.0.recv().await {
                Ok(notice) => return Some(notice),
                Err(RecvError::Closed) => return None,
                Err(RecvError::Lagged(lost)) => {
                    tracing::warn!(
                        lost,
                        "a destination's notices came faster than they were taken"
                    );
                }
            }
        }
    }
}

/// Tells whoever listens.
#[derive(Debug, Clone)]
pub(crate) struct NoticeTeller(broadcast::Sender<Notice>);

impl NoticeTeller {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(NOTICES_WAITING_MAX).0)
    }

    pub(crate) fn listen(&self) -> Notices {
        Notices(self.0.subscribe())
    }

    /// Hands one over; without a listener it is only in the log.
    pub(crate) fn tell(&self, notice: Notice) {
        tracing::debug!(?notice, "the destination gives notice");
        self.0.send(notice).unwrap_or_default();
    }
}

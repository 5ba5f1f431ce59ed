//! Numbered frames: what was lost is sent again, what came twice is dropped.
//!
//! Owns sequence, acknowledgement and the list of frames not yet acknowledged; used at both ends.
//! May not know what a frame says, nor touch sockets or clocks. Next: [`crate::client`] on a
//! device, `server/sockets` in the gateway.

use baton_protocol::VERSION_CURRENT;
use baton_protocol::frame::Frame;
use std::collections::VecDeque;

/// Unacknowledged frames kept for resending: at most 16 KiB each, so 16 MiB at the very worst and
/// well under 1 MiB in practice; the other end acknowledges every 64.
pub const OUTBOX_FRAMES_MAX: usize = 1_024;
/// Frames taken before an acknowledgement of its own is due, if nothing else was said meanwhile.
pub const ACK_FRAMES_MAX: u64 = 64;

/// One end of a session. `O` is what this end says.
#[derive(Debug, Clone)]
pub struct Session<O> {
    sent: u64,
    received: u64,
    owed: u64,
    outbox: VecDeque<(u64, O)>,
}

/// The outbox is at its bound: the other end acknowledges nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("1024 frames are unacknowledged; close this connection and resume on the next")]
pub struct OutboxFull;

/// What an arriving frame turns out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery<I> {
    /// New, in order: act on it. Also every frame numbered 0.
    Delivered(I),
    /// Taken before: drop it.
    Duplicate,
    /// Frames before it are missing: close the connection; the next one resumes.
    Gap {
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
}

impl<O> Default for Session<O> {
    fn default() -> Self {
        Self { sent: 0, received: 0, owed: 0, outbox: VecDeque::new() }
    }
}

impl<O> Session<O> {
    /// Starts counting at the beginning.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Numbers a message, keeps it until it is acknowledged, and lends the frame to be written.
    ///
    /// # Errors
    /// [`OutboxFull`] when [`OUTBOX_FRAMES_MAX`] messages are unacknowledged; `body` is dropped.
    pub fn send(&mut self, body: O) -> Result<Frame<&O>, OutboxFull> {
        if !self.has_room() {
            return Err(OutboxFull);
        }
        self.sent += 1;
        self.owed = 0;
        let (seq, ack) = (self.sent, self.received);
        let (_, body) = self.outbox.push_back_mut((seq, body));
        Ok(frame(seq, ack, &*body))
    }

    /// Wraps a greeting or a bare acknowledgement, which is neither numbered nor kept.
    pub fn bare<B>(&mut self, body: B) -> Frame<B> {
        self.owed = 0;
        frame(0, self.received, body)
    }

    /// Takes a frame of the other end and says what to do with it.
    ///
    /// **Repeat** the same frame again is a [`Delivery::Duplicate`].
    pub fn receive<I>(&mut self, frame: Frame<I>) -> Delivery<I> {
        self.acknowledged(frame.ack);
        let expected = self.received + 1;
        if frame.seq == 0 {
            return Delivery::Delivered(frame.body);
        }
        if frame.seq > expected {
            return Delivery::Gap { expected, found: frame.seq };
        }
        self.owed += 1;
        if frame.seq < expected {
            return Delivery::Duplicate;
        }
        self.received = expected;
        Delivery::Delivered(frame.body)
    }

    /// Goes on after a reconnect: drops what the other end has taken and lends the rest again.
    pub fn resume(&mut self, received: u64) -> impl Iterator<Item = Frame<&O>> {
        self.acknowledged(received);
        self.owed = 0;
        let ack = self.received;
        self.outbox.iter().map(move |(seq, body)| frame(*seq, ack, body))
    }

    /// Counts anew because the other end forgot the session; unacknowledged messages stay and are
    /// numbered from 1. Call [`Session::resume`] with 0 afterwards.
    pub fn restart(&mut self) {
        self.received = 0;
        self.owed = 0;
        self.sent = 0;
        for (seq, _) in &mut self.outbox {
            self.sent += 1;
            *seq = self.sent;
        }
    }

    /// Tells whether one more message fits.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.outbox.len() < OUTBOX_FRAMES_MAX
    }

    /// Returns how many messages are not acknowledged yet.
    #[must_use]
    pub fn unacknowledged(&self) -> usize {
        self.outbox.len()
    }

    /// Returns the highest number taken from the other end.
    #[must_use]
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// Returns how many frames came since this end last said anything.
    #[must_use]
    pub const fn owed(&self) -> u64 {
        self.owed
    }

    /// An acknowledgement of something never sent is ignored: it cannot free what is not there.
    fn acknowledged(&mut self, ack: u64) {
        if ack > self.sent {
            return;
        }
        while self.outbox.front().is_some_and(|(seq, _)| *seq <= ack) {
            self.outbox.pop_front();
        }
    }
}

fn frame<B>(seq: u64, ack: u64, body: B) -> Frame<B> {
    Frame { v: VERSION_CURRENT, seq, ack, body }
}

#[cfg(test)]
mod tests;

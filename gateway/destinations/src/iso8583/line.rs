//! One TCP connection to a destination: a writer gathers frames, a reader hands answers out.
//!
//! Owns the two tasks of a connection; both end when the line is dropped or broken. May not know
//! what a message asks. Next: [`super::waiting`].

use super::dialect::Dialect;
use super::ear::{Ear, Standing};
use super::lines::Wanted;
use super::request;
use super::waiting::Waiting;
use crate::ask::Limits;
use crate::clock;
use crate::fault::{Lost, Unreachable};
use baton_formats::iso8583::Message;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::AbortHandle;
use tokio::time::timeout;

pub(super) use super::ear::Tellers;

/// Questions in flight on one line: at 10,000 a second it allows answers of 400 ms.
const IN_FLIGHT_MAX: usize = 4_096;
/// Frames that one write gathers at most: some 60 KB, a socket buffer's worth.
const FRAMES_PER_WRITE_MAX: usize = 256;
/// Echoes in a row that a standing line may miss. Source: the relay's timer table.
const ECHO_MISSES_MAX: u32 = 2;

pub(super) struct Line {
    dialect: Arc<Dialect>,
    outgoing: mpsc::Sender<Vec<u8>>,
    waiting: Arc<Waiting>,
    permits: Semaphore,
    standing: Arc<Standing>,
    tasks: [AbortHandle; 2],
}

impl Line {
    pub(super) async fn open(
        address: &str,
        dialect: Arc<Dialect>,
        connect_ms: u64,
        tellers: Tellers,
    ) -> Result<Self, Unreachable> {
        let connect = timeout(Duration::from_millis(connect_ms), TcpStream::connect(address));
        let stream = connect.await.map_err(|_| Unreachable::Silent)?;
        let stream = stream.map_err(|_| Unreachable::Refused)?;
        stream.set_nodelay(true).map_err(|_| Unreachable::Refused)?;
        let (read_half, write_half) = stream.into_split();
        let (outgoing, frames) = mpsc::channel(IN_FLIGHT_MAX);
        let waiting = Arc::new(Waiting::new(Arc::clone(&dialect)));
        let standing = Arc::new(Standing::new());
        let ear = Ear {
            dialect: Arc::clone(&dialect),
            waiting: Arc::clone(&waiting),
            standing: Arc::clone(&standing),
            tellers,
            outgoing: outgoing.downgrade(),
        };
        let writer = tokio::spawn(write(write_half, frames, Arc::clone(&waiting))).abort_handle();
        let reader = tokio::spawn(ear.listen(read_half)).abort_handle();
        let permits = Semaphore::new(IN_FLIGHT_MAX);
        Ok(Self { dialect, outgoing, waiting, permits, standing, tasks: [writer, reader] })
    }

    pub(super) fn is_open(&self) -> bool {
        self.waiting.is_open()
    }

    pub(super) fn idle_ms(&self) -> u64 {
        self.standing.idle_ms()
    }

    pub(super) fn open_questions(&self) -> usize {
        self.waiting.open_questions()
    }

    /// Whether the destination takes sales on it.
    pub(super) fn is_signed_on(&self) -> bool {
        self.standing.is_signed_on()
    }

    /// How often the destination has signed off.
    pub(super) fn sign_offs(&self) -> u64 {
        self.standing.sign_offs()
    }

    /// Takes sales again, unless the destination signed off once more than that.
    pub(super) fn signed_on_after(&self, sign_offs: u64) {
        self.standing.signed_on_after(sign_offs);
    }

    /// Sends a request and waits for its answer; the request gets its trace number here.
    pub(super) async fn ask(&self, request: &mut Message, answer_ms: u64) -> Result<Message, Lost> {
        let mut may_be_sent = false;
        let exchange = self.exchange(request, &mut may_be_sent);
        match timeout(Duration::from_millis(answer_ms), exchange).await {
            Ok(answer) => answer,
            Err(_) if may_be_sent => Err(Lost::Silent),
            Err(_) => Err(Lost::NotSent),
        }
    }

    async fn exchange(
        &self,
        request: &mut Message,
        may_be_sent: &mut bool,
    ) -> Result<Message, Lost> {
        let _permit = self.permits.acquire().await.map_err(|_| Lost::NotSent)?;
        let mut place = self.waiting.enter(request)?;
        let frame = self.dialect.seal(request).map_err(|fault| {
            tracing::warn!(%fault, "a question does not fit the destination's dialect");
            Lost::Unsendable
        })?;
        if Wanted::by(request) == Wanted::Sale && !self.is_signed_on() {
            return Err(Lost::SignedOff);
        }
        *may_be_sent = true;
        self.outgoing.send(frame).await.map_err(|_| Lost::NotSent)?;
        (&mut place.answer).await.unwrap_or(Err(Lost::Cut))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        self.waiting.close(Lost::Cut);
    }
}

/// Greets a line that stands idle, for as long as it is used; after two misses it is closed.
pub(super) async fn keep(line: Weak<Line>, limits: Limits) {
    let mut missed = 0;
    loop {
        let Some(standing) = line.upgrade().filter(|line| line.is_open()) else { return };
        let idle_ms = standing.idle_ms();
        if idle_ms < limits.echo_idle_ms {
            drop(standing);
            tokio::time::sleep(Duration::from_millis(limits.echo_idle_ms - idle_ms)).await;
            missed = 0;
            continue;
        }
        let mut echo = request::echo(clock::wall_ms());
        missed = match standing.ask(&mut echo, limits.connect_ms).await {
            Ok(_) => 0,
            Err(_) => missed + 1,
        };
        if missed >= ECHO_MISSES_MAX {
            tracing::warn!("the destination missed two echoes, closing the line");
            return standing.waiting.close(Lost::Silent);
        }
    }
}

async fn write(
    mut half: OwnedWriteHalf,
    mut frames: mpsc::Receiver<Vec<u8>>,
    waiting: Arc<Waiting>,
) {
    let mut batch = Vec::with_capacity(FRAMES_PER_WRITE_MAX);
    let mut bytes = Vec::new();
    while frames.recv_many(&mut batch, FRAMES_PER_WRITE_MAX).await > 0 {
        bytes.clear();
        batch.drain(..).for_each(|frame| bytes.extend_from_slice(&frame));
        if half.write_all(&bytes).await.is_err() {
            break;
        }
    }
    waiting.close(Lost::Cut);
}

#[cfg(test)]
mod tests;

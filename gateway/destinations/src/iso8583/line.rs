//! One TCP connection to a destination: a writer gathers frames, a reader hands answers out.
//!
//! Owns the two tasks of a connection; both end when the line is dropped or broken. May not know
//! what a message asks. Next: [`super::waiting`].

use super::answer;
use super::dialect::Dialect;
use super::request;
use super::waiting::Waiting;
use crate::ask::Limits;
use crate::clock;
use crate::fault::{Lost, Unreachable};
use crate::late::LateTeller;
use baton_formats::iso8583::response::APPROVED;
use baton_formats::iso8583::spec1987::RESPONSE_CODE;
use baton_formats::iso8583::{Frames, Message, Mti};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// Questions in flight on one line: at 10,000 a second it allows answers of 400 ms.
const IN_FLIGHT_MAX: usize = 4_096;
/// Frames that one write gathers at most: some 60 KB, a socket buffer's worth.
const FRAMES_PER_WRITE_MAX: usize = 256;
/// Echoes in a row that a standing line may miss. Source: the relay's timer table.
const ECHO_MISSES_MAX: u32 = 2;
/// Bytes read at once.
const READ_BYTES: usize = 64 * 1024;

pub(super) struct Line {
    dialect: Arc<Dialect>,
    outgoing: mpsc::Sender<Vec<u8>>,
    waiting: Arc<Waiting>,
    permits: Semaphore,
    opened: Instant,
    heard_ms: Arc<AtomicU64>,
    tasks: [AbortHandle; 2],
}

impl Line {
    pub(super) async fn open(
        address: &str,
        dialect: Arc<Dialect>,
        connect_ms: u64,
        late: LateTeller,
    ) -> Result<Self, Unreachable> {
        let connect = timeout(Duration::from_millis(connect_ms), TcpStream::connect(address));
        let stream = connect.await.map_err(|_| Unreachable::Silent)?;
        let stream = stream.map_err(|_| Unreachable::Refused)?;
        stream.set_nodelay(true).map_err(|_| Unreachable::Refused)?;
        let (read_half, write_half) = stream.into_split();
        let (outgoing, frames) = mpsc::channel(IN_FLIGHT_MAX);
        let waiting = Arc::new(Waiting::new(Arc::clone(&dialect)));
        let (opened, heard_ms) = (clock::now(), Arc::new(AtomicU64::new(0)));
        let ear = Ear {
            dialect: Arc::clone(&dialect),
            waiting: Arc::clone(&waiting),
            late,
            outgoing: outgoing.downgrade(),
            opened,
            heard_ms: Arc::clone(&heard_ms),
        };
        let writer = tokio::spawn(write(write_half, frames, Arc::clone(&waiting))).abort_handle();
        let reader = tokio::spawn(ear.listen(read_half)).abort_handle();
        let permits = Semaphore::new(IN_FLIGHT_MAX);
        Ok(Self { dialect, outgoing, waiting, permits, opened, heard_ms, tasks: [writer, reader] })
    }

    pub(super) fn is_open(&self) -> bool {
        self.waiting.is_open()
    }

    pub(super) fn idle_ms(&self) -> u64 {
        elapsed_ms(self.opened).saturating_sub(self.heard_ms.load(Ordering::Relaxed))
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

struct Ear {
    dialect: Arc<Dialect>,
    waiting: Arc<Waiting>,
    late: LateTeller,
    outgoing: mpsc::WeakSender<Vec<u8>>,
    opened: Instant,
    heard_ms: Arc<AtomicU64>,
}

impl Ear {
    async fn listen(self, mut half: OwnedReadHalf) {
        let mut frames = self.dialect.frames();
        let mut chunk = vec![0; READ_BYTES];
        let why = loop {
            let read = half.read(&mut chunk).await.unwrap_or(0);
            if read == 0 {
                break Lost::Cut;
            }
            self.heard_ms.store(elapsed_ms(self.opened), Ordering::Relaxed);
            frames.push(chunk.get(..read).unwrap_or_default());
            if let Err(why) = self.take(&mut frames) {
                break why;
            }
        };
        self.waiting.close(why);
    }

    /// An answer that cannot be read cannot be matched either, so it ends the line for everybody.
    fn take(&self, frames: &mut Frames) -> Result<(), Lost> {
        while let Some(bytes) = frames.next_frame().map_err(|_| Lost::Garbled)? {
            let message = self.dialect.open(bytes).map_err(|fault| {
                tracing::warn!(%fault, "unreadable message from the destination, closing the line");
                Lost::Garbled
            })?;
            if message.mti == Mti::NETWORK {
                self.greet_back(message);
            } else if let Some(message) = self.waiting.deliver(message)
                && message.mti != Mti::NETWORK_ANSWER
            {
                self.late.tell(answer::late(&message));
            }
        }
        Ok(())
    }

    fn greet_back(&self, mut message: Message) {
        message.mti = Mti::NETWORK_ANSWER;
        message.set(RESPONSE_CODE, APPROVED);
        if let (Some(outgoing), Ok(frame)) = (self.outgoing.upgrade(), self.dialect.seal(&message))
        {
            let _ = outgoing.try_send(frame);
        }
    }
}

fn elapsed_ms(since: Instant) -> u64 {
    u64::try_from(clock::now().duration_since(since).as_millis()).unwrap_or(u64::MAX)
}

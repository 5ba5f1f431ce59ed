//! An acquirer: an ISO 8583 server that takes any code which it has never seen.
//!
//! Owns the connections. What arrives in one read is booked together, written to the ledger with
//! one write, and answered with one write. It promises C1 to C5 and C7. Reading order: [`desk`]
//! (what a message means), then the HTTP admin page here. Next: [`crate::wallet`].

mod desk;

use crate::book::Book;
use crate::clock;
use crate::ledger::Entry;
use crate::outcome::{Codes, Delivery};
use crate::running::{Running, Stop, serve};
use crate::web::Delays;
use actix_web::HttpResponse;
use actix_web::web::{Data, get};
use baton_destinations::Dialect;
use baton_formats::iso8583::Frames;
use desk::Reply;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Writes that wait on one connection; each holds the answers to one read.
const WRITES_WAITING_MAX: usize = 1_024;
/// Bytes read at once.
const READ_BYTES: usize = 64 * 1024;
/// Late answers that wait on one connection at most; further ones are never sent.
const LATE_MAX: usize = 10_000;

/// How an acquirer starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where to show the ledger (`GET /ledger`), if anywhere.
    pub admin: Option<SocketAddr>,
    /// The ledger file; memory only without one.
    pub ledger: Option<PathBuf>,
    /// How late the late answers are.
    pub delays: Delays,
    /// Members and the points that they start with.
    pub members: BTreeMap<String, i64>,
    /// How it speaks.
    pub speech: Speech,
}

/// How an acquirer speaks.
#[derive(Debug, Clone)]
pub struct Speech {
    /// Framing, table, version and MAC.
    pub dialect: Dialect,
    /// Fields that no answer has, for clients that must notice it.
    pub omits: Vec<u8>,
}

impl Default for Speech {
    fn default() -> Self {
        Self { dialect: Dialect::baton(), omits: Vec::new() }
    }
}

struct Acquirer {
    book: Mutex<Book>,
    speech: Speech,
    delays: Delays,
}

/// Why a connection ends.
#[derive(Debug, thiserror::Error)]
enum End {
    #[error("closed by the other side")]
    Closed,
    #[error("dropped as its code asked for")]
    Dropped,
    #[error("unreadable: {0}")]
    Unreadable(String),
    #[error("ledger cannot be written: {0}")]
    Ledger(io::Error),
}

/// Starts an acquirer.
///
/// # Errors
/// When an address is taken or the ledger cannot be read.
pub async fn start(config: Config) -> anyhow::Result<Running> {
    let book = Book::open(Codes::Any, &config.members, config.ledger.as_deref())?;
    let acquirer =
        Arc::new(Acquirer { book: Mutex::new(book), speech: config.speech, delays: config.delays });
    let listener = TcpListener::bind(config.listen).await?;
    let address = listener.local_addr()?;
    let accepting = tokio::spawn(accept(listener, Arc::clone(&acquirer)));
    let mut running = Running::new(address, vec![Stop::Task(accepting)]);
    if let Some(listen) = config.admin {
        let (admin_address, stop) = serve(listen, move |service| {
            let data = Data::from(Arc::clone(&acquirer));
            service.app_data(data).route("/ledger", get().to(ledger));
        })?;
        running.admin_address = Some(admin_address);
        running.add(stop);
    }
    Ok(running)
}

async fn ledger(acquirer: Data<Acquirer>) -> HttpResponse {
    let entries: Vec<Entry> = acquirer.book().entries().cloned().collect();
    HttpResponse::Ok().json(entries)
}

async fn accept(listener: TcpListener, acquirer: Arc<Acquirer>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(serve_connection(stream, Arc::clone(&acquirer)));
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve_connection(stream: TcpStream, acquirer: Arc<Acquirer>) {
    let _ = stream.set_nodelay(true);
    let (read_half, write_half) = stream.into_split();
    let (outgoing, writes) = mpsc::channel(WRITES_WAITING_MAX);
    let mut tasks = JoinSet::new();
    tasks.spawn(write(write_half, writes));
    let Err(end) = read(read_half, &acquirer, &outgoing, &mut tasks).await;
    tracing::debug!(%end, "connection ends");
}

async fn write(mut half: OwnedWriteHalf, mut writes: mpsc::Receiver<Vec<u8>>) {
    while let Some(bytes) = writes.recv().await {
        if half.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

async fn read(
    mut half: OwnedReadHalf,
    acquirer: &Acquirer,
    outgoing: &mpsc::Sender<Vec<u8>>,
    tasks: &mut JoinSet<()>,
) -> Result<std::convert::Infallible, End> {
    let mut frames = acquirer.speech.dialect.frames();
    let mut chunk = vec![0; READ_BYTES];
    loop {
        let read = half.read(&mut chunk).await.unwrap_or(0);
        if read == 0 {
            return Err(End::Closed);
        }
        frames.push(chunk.get(..read).unwrap_or_default());
        let mut now = Vec::new();
        for reply in acquirer.book_all(&mut frames)? {
            let late_ms = match reply.delivery {
                Delivery::Now => {
                    now.extend_from_slice(&reply.frame);
                    continue;
                }
                Delivery::Twice => {
                    now.extend_from_slice(&reply.frame);
                    now.extend_from_slice(&reply.frame);
                    continue;
                }
                Delivery::Never => continue,
                Delivery::Drop => return Err(End::Dropped),
                Delivery::LateShort => acquirer.delays.short_ms,
                Delivery::LateLong => acquirer.delays.long_ms,
            };
            while tasks.try_join_next().is_some() {}
            if tasks.len() < LATE_MAX {
                tasks.spawn(answer_late(late_ms, reply.frame, outgoing.clone()));
            }
        }
        if !now.is_empty() && outgoing.send(now).await.is_err() {
            return Err(End::Closed);
        }
    }
}

async fn answer_late(late_ms: u64, frame: Vec<u8>, outgoing: mpsc::Sender<Vec<u8>>) {
    tokio::time::sleep(Duration::from_millis(late_ms)).await;
    let _ = outgoing.send(frame).await;
}

impl Acquirer {
    /// Books every whole frame and writes the ledger; only then are there replies to send.
    fn book_all(&self, frames: &mut Frames) -> Result<Vec<Reply>, End> {
        let mut replies = Vec::new();
        let now_ms = clock::now_ms();
        let mut book = self.book();
        let unreadable = loop {
            match frames.next_frame() {
                Ok(Some(bytes)) => match desk::answer(&self.speech, &mut book, bytes, now_ms) {
                    Ok(reply) => replies.push(reply),
                    Err(fault) => break Some(End::Unreadable(fault.to_string())),
                },
                Ok(None) => break None,
                Err(fault) => break Some(End::Unreadable(fault.to_string())),
            }
        };
        book.flush().map_err(End::Ledger)?;
        unreadable.map_or(Ok(replies), Err)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

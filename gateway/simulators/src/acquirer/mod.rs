//! An acquirer: an ISO 8583 server that takes any code which it has never seen.
//!
//! Owns the connections. What arrives in one read is booked together, written to the ledger with
//! one write, and answered with one write. It promises C1 to C5 and C7, and compares totals of a
//! day. Reading order: [`desk`] (what a message means), [`settle`] (totals), [`session`] (signing
//! off, a new day), then the HTTP admin page here: `GET /ledger`, `GET /greetings`, and
//! `POST /cut-over` and `POST /sign-off`, which are said on every line. Next: [`crate::wallet`].

mod desk;
mod session;
mod settle;

use crate::book::Book;
use crate::clock;
use crate::ledger::Entry;
use crate::outcome::{Codes, Delivery};
use crate::running::{Running, Stop, serve};
use crate::web::Delays;
use actix_web::HttpResponse;
use actix_web::web::{Data, get, post};
use baton_destinations::Dialect;
use baton_formats::iso8583::Frames;
use desk::Reply;
use session::{Announced, Announcement, Greetings, Session};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinSet;

/// Writes that wait on one connection; each holds the answers to one read.
const WRITES_WAITING_MAX: usize = 1_024;
/// Bytes read at once.
const READ_BYTES: usize = 64 * 1024;
/// Late answers that wait on one connection at most; further ones are never sent.
const LATE_MAX: usize = 10_000;

/// Announcements that a connection may be behind: there are two kinds, and each is rare.
const ANNOUNCEMENTS_WAITING_MAX: usize = 16;

/// How an acquirer starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where to show the ledger (`GET /ledger`) and how often clients signed on and off
    /// (`GET /greetings`), and take orders (`POST /cut-over`, `POST /sign-off`), if anywhere.
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
    /// What it says by itself, and when.
    pub timetable: Timetable,
}

/// What an acquirer says by itself on every line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timetable {
    /// That the next business day begins, so many seconds after the start.
    pub cut_over_after_s: Option<u64>,
    /// That it takes no sales until the client signs on again, so many seconds after the start.
    pub sign_off_after_s: Option<u64>,
}

impl Default for Speech {
    fn default() -> Self {
        let timetable = Timetable::default();
        Self { dialect: Dialect::baton(), omits: Vec::new(), timetable }
    }
}

struct Acquirer {
    book: Mutex<Book>,
    speech: Speech,
    delays: Delays,
    announcements: broadcast::Sender<Announced>,
    greetings: Arc<Greetings>,
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
    let (announcements, _) = broadcast::channel(ANNOUNCEMENTS_WAITING_MAX);
    let (book, speech, delays) = (Mutex::new(book), config.speech, config.delays);
    let timetable = speech.timetable;
    let acquirer =
        Arc::new(Acquirer { book, speech, delays, announcements, greetings: Arc::default() });
    let listener = TcpListener::bind(config.listen).await?;
    let address = listener.local_addr()?;
    let accepting = tokio::spawn(accept(listener, Arc::clone(&acquirer)));
    let mut running = Running::new(address, vec![Stop::Task(accepting)]);
    let planned = [
        (timetable.cut_over_after_s, Announcement::CutOver),
        (timetable.sign_off_after_s, Announcement::SignOff),
    ];
    for (after_s, what) in planned {
        let Some(after_s) = after_s else { continue };
        let announcing = tokio::spawn(announce_later(Arc::clone(&acquirer), after_s, what));
        running.add(Stop::Task(announcing));
    }
    if let Some(listen) = config.admin {
        let (admin_address, stop) = serve(listen, move |service| {
            let data = Data::from(Arc::clone(&acquirer));
            service
                .app_data(data)
                .route("/ledger", get().to(ledger))
                .route("/greetings", get().to(greetings))
                .route("/cut-over", post().to(cut_over))
                .route("/sign-off", post().to(sign_off));
        })?;
        running.admin_address = Some(admin_address);
        running.add(stop);
    }
    Ok(running)
}

async fn announce_later(acquirer: Arc<Acquirer>, after_s: u64, what: Announcement) {
    tokio::time::sleep(Duration::from_secs(after_s)).await;
    acquirer.announce(what);
}

async fn cut_over(acquirer: Data<Acquirer>) -> HttpResponse {
    acquirer.announce(Announcement::CutOver);
    HttpResponse::NoContent().finish()
}

async fn sign_off(acquirer: Data<Acquirer>) -> HttpResponse {
    acquirer.announce(Announcement::SignOff);
    HttpResponse::NoContent().finish()
}

async fn ledger(acquirer: Data<Acquirer>) -> HttpResponse {
    let entries: Vec<Entry> = acquirer.book().entries().cloned().collect();
    HttpResponse::Ok().json(entries)
}

async fn greetings(acquirer: Data<Acquirer>) -> HttpResponse {
    let [sign_ons, sign_offs] = acquirer.greetings.counts();
    HttpResponse::Ok().json(serde_json::json!({"sign_ons": sign_ons, "sign_offs": sign_offs}))
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
    let session = Arc::new(Session::new(Arc::clone(&acquirer.greetings)));
    let announcements = acquirer.announcements.subscribe();
    tasks.spawn(pass_on(announcements, Arc::clone(&session), outgoing.clone()));
    let line = Connection { session, outgoing, tasks };
    let Err(end) = read(read_half, &acquirer, line).await;
    tracing::debug!(%end, "connection ends");
}

/// What the reader of a connection works with; its tasks end with it.
struct Connection {
    session: Arc<Session>,
    outgoing: mpsc::Sender<Vec<u8>>,
    tasks: JoinSet<()>,
}

async fn pass_on(
    mut announcements: broadcast::Receiver<Announced>,
    session: Arc<Session>,
    outgoing: mpsc::Sender<Vec<u8>>,
) {
    while let Ok(Announced { what, frame }) = announcements.recv().await {
        session.announced(what);
        if outgoing.send(frame).await.is_err() {
            return;
        }
    }
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
    mut line: Connection,
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
        for reply in acquirer.book_all(&line.session, &mut frames)? {
            acquirer.deliver(&reply, &mut line, &mut now)?;
        }
        if !now.is_empty() && line.outgoing.send(now).await.is_err() {
            return Err(End::Closed);
        }
    }
}

async fn answer_late(late_ms: u64, frame: Vec<u8>, outgoing: mpsc::Sender<Vec<u8>>) {
    tokio::time::sleep(Duration::from_millis(late_ms)).await;
    let _ = outgoing.send(frame).await;
}

impl Acquirer {
    /// Adds a reply to what is written now, or lets it travel as its code asks for.
    fn deliver(&self, reply: &Reply, line: &mut Connection, now: &mut Vec<u8>) -> Result<(), End> {
        let late_ms = match reply.delivery {
            Delivery::Now => {
                now.extend_from_slice(&reply.frame);
                return Ok(());
            }
            Delivery::Twice => {
                now.extend_from_slice(&reply.frame);
                now.extend_from_slice(&reply.frame);
                return Ok(());
            }
            Delivery::ThenCutOver => {
                now.extend_from_slice(&reply.frame);
                self.announce_on(line, Announcement::CutOver, now);
                return Ok(());
            }
            Delivery::ThenSignOff => {
                now.extend_from_slice(&reply.frame);
                self.announce_on(line, Announcement::SignOff, now);
                return Ok(());
            }
            Delivery::Never => return Ok(()),
            Delivery::Drop => return Err(End::Dropped),
            Delivery::LateShort => self.delays.short_ms,
            Delivery::LateLong => self.delays.long_ms,
        };
        while line.tasks.try_join_next().is_some() {}
        if line.tasks.len() < LATE_MAX {
            line.tasks.spawn(answer_late(late_ms, reply.frame.clone(), line.outgoing.clone()));
        }
        Ok(())
    }

    /// Says something on one line.
    fn announce_on(&self, line: &Connection, what: Announcement, now: &mut Vec<u8>) {
        let mut book = self.book();
        if let Some(said) = session::announce(&self.speech, &mut book, what, clock::now_ms()) {
            line.session.announced(what);
            now.extend_from_slice(&said.frame);
        }
    }

    /// Says something on every line that stands.
    fn announce(&self, what: Announcement) {
        let mut book = self.book();
        let said = session::announce(&self.speech, &mut book, what, clock::now_ms());
        if let Err(fault) = book.flush() {
            tracing::warn!(%fault, "a new business day is not in the ledger");
        }
        if let Some(said) = said {
            let lines = self.announcements.send(said).unwrap_or(0);
            tracing::info!(?what, lines, "announced");
        }
    }

    /// Books every whole frame and writes the ledger; only then are there replies to send.
    fn book_all(&self, session: &Session, frames: &mut Frames) -> Result<Vec<Reply>, End> {
        let mut replies = Vec::new();
        let now_ms = clock::now_ms();
        let mut book = self.book();
        let unreadable = loop {
            match frames.next_frame() {
                Ok(Some(bytes)) => {
                    match desk::answer(&self.speech, session, &mut book, bytes, now_ms) {
                        Ok(reply) => replies.extend(reply),
                        Err(fault) => break Some(End::Unreadable(fault.to_string())),
                    }
                }
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

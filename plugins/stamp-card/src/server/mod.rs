//! A small stamp server to try the plugin against.
//!
//! Owns sockets and HTTP, one thread a connection, all in memory. Not for shops: it keeps nothing
//! over a restart. Next: [`book`], its rules.

pub mod book;

use crate::card::{Asked, BalanceBody, MoveBody, TransactionBody};
use book::Book;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The largest body, in bytes: a move is some hundred.
const BODY_BYTES_MAX: usize = 16 * 1024;
/// Headers of one request: an honest client sends a dozen.
const HEADERS_MAX: usize = 64;
/// The longest line of a head, in bytes.
const LINE_BYTES_MAX: u64 = 8 * 1024;
/// A connection that says nothing for so long is closed, in seconds.
const IDLE_S: u64 = 60;

/// A server that runs until the program ends.
#[derive(Debug, Clone)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    book: Arc<Mutex<Book>>,
    key: Arc<str>,
}

struct Request {
    path: String,
    key: String,
    body: Vec<u8>,
}

impl Server {
    /// Listens and serves on threads of its own.
    ///
    /// # Errors
    /// The system's, when the address cannot be bound.
    pub fn start(address: impl ToSocketAddrs, key: &str, book: Book) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let server = Self { address, book: Arc::new(Mutex::new(book)), key: key.into() };
        let serving = server.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let serving = serving.clone();
                thread::spawn(move || serving.serve(&connection).unwrap_or_default());
            }
        });
        Ok(server)
    }

    /// Returns the value of the plugin's secret for this server.
    #[must_use]
    pub fn secret(&self) -> String {
        format!("http://{} {}", self.address, self.key)
    }

    /// Returns how many moves stand for a transaction: the truth, for tests.
    #[must_use]
    pub fn moves_of(&self, transaction: &str) -> usize {
        self.book().moves_of(transaction)
    }

    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, connection: &TcpStream) -> io::Result<()> {
        connection.set_read_timeout(Some(Duration::from_secs(IDLE_S)))?;
        connection.set_nodelay(true)?;
        let (mut reader, mut writer) = (BufReader::new(connection), connection);
        while let Some(request) = read(&mut reader)? {
            let (status, body) = self.answer(&request);
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            writer.write_all(&[head.as_bytes(), &body].concat())?;
        }
        Ok(())
    }

    fn answer(&self, request: &Request) -> (&'static str, Vec<u8>) {
        if request.key != format!("Bearer {}", self.key) {
            return ("401 Unauthorized", b"{}".to_vec());
        }
        match self.decided(request) {
            Some(asked) => ("200 OK", serde_json::to_vec(&asked).unwrap_or_default()),
            None => ("400 Bad Request", b"{}".to_vec()),
        }
    }

    fn decided(&self, request: &Request) -> Option<Asked> {
        let body = request.body.as_slice();
        let transaction = || serde_json::from_slice::<TransactionBody>(body).ok();
        match request.path.as_str() {
            "/moves" => Some(self.book().moved(&serde_json::from_slice::<MoveBody>(body).ok()?)),
            "/balance" => {
                let ask: BalanceBody = serde_json::from_slice(body).ok()?;
                Some(self.book().balance(&ask.member_id))
            }
            "/undo" => Some(self.book().undone(&transaction()?.transaction_id)),
            "/lookup" => Some(self.book().lookup(&transaction()?.transaction_id)),
            _ => None,
        }
    }
}

/// Reads one request; nothing when the connection ends before it.
fn read(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let first = line(reader)?;
    if first.is_empty() {
        return Ok(None);
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut key, mut len) = (String::new(), 0_usize);
    for _ in 0..HEADERS_MAX {
        let header = line(reader)?;
        let Some((name, value)) = header.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => value.trim().clone_into(&mut key),
            "content-length" => len = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = vec![0; len.min(BODY_BYTES_MAX)];
    reader.read_exact(&mut body)?;
    Ok(Some(Request { path, key, body }))
}

fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(LINE_BYTES_MAX).read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

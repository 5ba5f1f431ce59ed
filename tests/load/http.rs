//! A small HTTP/1.1 client: keep-alive, one question at a time on each connection.
//!
//! Owns what a load tool needs of HTTP and nothing else: a status, a body of known length. It is
//! small so that its own work does not hide the gateway's. Next: `phones.rs`.

use anyhow::{Context, ensure};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Largest answer that is read, in bytes: the gateway's answers to phones have under 1,000.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// An answer.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Connections to one server; as many as there are questions at the same time.
pub struct Connections {
    server: SocketAddr,
    idle: Mutex<Vec<TcpStream>>,
}

struct Head {
    status: u16,
    start: usize,
    end: usize,
}

impl Connections {
    /// Starts without connections.
    pub const fn new(server: SocketAddr) -> Self {
        Self { server, idle: Mutex::new(Vec::new()) }
    }

    /// Sends a whole request and reads its answer. A connection that failed is not used again.
    pub async fn ask(&self, request: &[u8]) -> anyhow::Result<Answer> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut stream = match idle {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.server).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        stream.write_all(request).await?;
        let answer = read(&mut stream).await?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
        Ok(answer)
    }
}

/// Writes a request; `path` begins with a slash, `more` are whole header lines.
pub fn request(method: &str, path: &str, token: &str, more: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n{body}"
    )
    .into_bytes()
}

async fn read(stream: &mut TcpStream) -> anyhow::Result<Answer> {
    let mut bytes = Vec::with_capacity(1_024);
    loop {
        let read = stream.read_buf(&mut bytes).await?;
        ensure!(read > 0, "the gateway closed the connection before it answered");
        ensure!(bytes.len() <= ANSWER_BYTES_MAX, "the answer is too long");
        let Some(head) = head(&bytes)? else { continue };
        if let Some(body) = bytes.get(head.start..head.end) {
            return Ok(Answer { status: head.status, body: body.to_vec() });
        }
    }
}

/// Reads the head once it is whole.
fn head(bytes: &[u8]) -> anyhow::Result<Option<Head>> {
    let Some(length) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(bytes.get(..length).unwrap_or_default())?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = status.and_then(|word| word.parse().ok()).context("an answer without status")?;
    let named = |line: &str| {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") { value.trim().parse().ok() } else { None }
    };
    let body: usize = lines.find_map(named).context("an answer without content-length")?;
    let start = length + 4;
    Ok(Some(Head { status, start, end: start + body }))
}

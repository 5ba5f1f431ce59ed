//! The whole agent on Windows: enrolled, commanded, a code in the POS, a result back.
//!
//! Owns a stand-in for the gateway, which says only what this one payment needs, in the words of
//! `baton-protocol`. The agent is the real program, and so are its signed recipe and its journal.

use crate::clock::{now, until};
use anyhow::Context;
use baton_protocol::SUBPROTOCOL;
use baton_protocol::frame::Frame;
use baton_protocol::ids::TransactionId;
use baton_protocol::link::Upward;
use baton_protocol::work::Verdict;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};
use uuid::Uuid;

/// What is entered.
pub const CODE: &str = "W7K2whole00001";
/// How long any part may take, in seconds.
const PART_S_MAX: u64 = 30;

pub type Link = WebSocketStream<TcpStream>;

pub fn run(agent: &Path, pos: &Path) -> anyhow::Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(payment(agent, pos))
}

async fn payment(agent: &Path, pos: &Path) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let (state, record) = (path("state"), path("record"));
    std::fs::write(&record, "")?;
    std::fs::write(path("agent.toml"), settings(agent, folder.path())?)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    enrol(agent, &state, &listener).await?;

    let words = ["Payment code", "0", "plain"];
    let _pos = Ended(Command::new(pos).arg(&record).args(words).stdin(Stdio::null()).spawn()?);
    let mut serve = Command::new(agent);
    serve.arg("run").arg("--config").arg(path("agent.toml"));
    let running = Ended(serve.stderr(std::fs::File::create(path("log"))?).spawn()?);
    let paid = in_time(paid(&listener)).await;
    let log = std::fs::read_to_string(path("log"))?;
    let took_ms = paid.and_then(|paid| paid).with_context(|| log.clone())?;
    drop(running);

    let shown = std::fs::read_to_string(&record)?;
    anyhow::ensure!(shown.trim_end() == CODE, "the pos recorded {shown:?}");
    anyhow::ensure!(!log.contains(CODE), "the log carries the code");
    let journal = said(Command::new(agent).args(["journal", "export", "--state"]).arg(&state))?;
    anyhow::ensure!(!journal.contains(CODE), "the journal carries the code");
    let records = journal.lines().count();
    println!("whole agent: approved A17 for 4500 KRW in {took_ms} ms, {records} journal records");
    serviced(agent, &path("agent.toml"), &state, &listener).await
}

/// Signs the recipe of the POS and writes settings that name it.
pub fn settings(agent: &Path, folder: &Path) -> anyhow::Result<String> {
    let (recipe, key) = (folder.join("wine-pos.toml"), folder.join("key"));
    std::fs::write(&recipe, include_str!("pos.toml"))?;
    let signer = said(Command::new(agent).args(["recipe", "key"]).arg(&key))?;
    said(Command::new(agent).args(["recipe", "sign"]).arg(recipe).arg("--key").arg(key))?;
    Ok(format!(
        "state = '{}'\n[recipes]\nfolder = '{}'\nsigners = [\"{}\"]\n[[apps]]\n\
         app = \"wine-pos\"\ndriver = \"recipe\"\n",
        folder.join("state").display(),
        folder.display(),
        signer.trim(),
    ))
}

/// Enrols the agent with the stand-in gateway.
pub async fn enrol(agent: &Path, state: &Path, listener: &TcpListener) -> anyhow::Result<()> {
    let gateway = format!("http://{}", listener.local_addr()?);
    let mut enrol = Command::new(agent);
    enrol.args(["enrol", "ABCD2345", "--gateway", &gateway, "--state"]).arg(state);
    let mut enrol = Ended(enrol.stderr(Stdio::null()).spawn()?);
    in_time(enrolled(listener)).await?.context("enrolment")?;
    anyhow::ensure!(enrol.0.wait()?.success(), "the agent was not enrolled");
    Ok(())
}

/// Lets Windows start the agent as a service, sees it say hello, and lets Windows stop it.
async fn serviced(
    agent: &Path,
    settings: &Path,
    state: &Path,
    listener: &TcpListener,
) -> anyhow::Result<()> {
    said(Command::new(agent).args(["service", "install", "--config"]).arg(settings))?;
    said(Command::new("net").args(["start", "BatonAgent"]))?;
    let hello = in_time(async {
        let (stream, _) = listener.accept().await?;
        heard(&mut accept_hdr_async(stream, greet).await?).await
    });
    let hello = hello.await.and_then(|hello| hello);
    let stopped = said(Command::new("net").args(["stop", "BatonAgent"]));
    let removed = said(Command::new(agent).args(["service", "uninstall"]));
    let log = std::fs::read_to_string(state.join("agent.log")).unwrap_or_default();
    anyhow::ensure!(matches!(hello, Ok(Upward::Hello { .. })), "{hello:?}; its log: {log}");
    stopped?;
    removed?;
    anyhow::ensure!(log.contains("runs as a service") && log.contains("stopping"), "{log}");
    println!("service: installed, started, said hello, stopped, taken away");
    Ok(())
}

/// Answers `POST /v1/enrol` as the gateway does.
pub async fn enrolled(listener: &TcpListener) -> anyhow::Result<()> {
    let (mut stream, _) = listener.accept().await?;
    let mut request = String::new();
    while !request.contains("public_key") {
        let mut part = [0; 4_096];
        let read = stream.read(&mut part).await?;
        anyhow::ensure!(read > 0, "the agent said too little: {request}");
        request.push_str(std::str::from_utf8(&part[..read])?);
    }
    anyhow::ensure!(request.starts_with("POST /v1/enrol "), "{request}");
    let body = json!({"role": "agent", "id": "A-1", "audience": "baton.test"}).to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await?;
    Ok(stream.shutdown().await?)
}

/// Greets the agent, commands it once, and returns how long the result took, in milliseconds.
async fn paid(listener: &TcpListener) -> anyhow::Result<u128> {
    let mut link = greeted(listener).await?;
    let start = now();
    command(&mut link, 1).await?;
    approved(&mut link, 1).await?;
    Ok(start.elapsed().as_millis())
}

/// Greets an agent that dials. `doctor` knocks at the same door, dials nothing, and is passed over.
pub async fn greeted(listener: &TcpListener) -> anyhow::Result<Link> {
    let mut link = loop {
        let (stream, _) = listener.accept().await?;
        match accept_hdr_async(stream, greet).await {
            Ok(link) => break link,
            Err(Error::Protocol(ProtocolError::MissingConnectionUpgradeHeader)) => {}
            Err(fault) => return Err(fault.into()),
        }
    };
    let hello = heard(&mut link).await?;
    anyhow::ensure!(matches!(hello, Upward::Hello { .. }), "{hello:?}");
    let policy = baton_protocol::policy::Policy::default();
    let welcome = json!({"type": "welcome", "session": "S", "epoch": 3, "policy": policy,
        "received": 0});
    say(&mut link, 0, &welcome).await?;
    Ok(link)
}

/// Commands it; each number is a transaction of its own.
pub async fn command(link: &mut Link, number: u64) -> anyhow::Result<()> {
    let work = json!({"kind": "payment", "code": CODE,
        "amount": {"minor": 4500, "currency": "KRW"}});
    let command = json!({"type": "command", "epoch": 3, "ttl_ms": 10_000, "app": "wine-pos",
        "transaction": transaction(number),
        "code_digest": "5a".repeat(32), "work": work, "target": null});
    say(link, 1, &command).await
}

fn transaction(number: u64) -> TransactionId {
    TransactionId::new(Uuid::from_u128(
        0x0198_f2a0_0000_7000_8000_0000_0000_0000 + u128::from(number),
    ))
}

/// Waits for an approval of what was commanded.
pub async fn approved(link: &mut Link, number: u64) -> anyhow::Result<()> {
    let said = ended(link, number).await?;
    let Upward::Result { verdict: Verdict::Approved { amount, reference }, .. } = said else {
        anyhow::bail!("the agent said {said:?}");
    };
    anyhow::ensure!(amount.minor == 4_500 && reference == "A17", "{reference}");
    Ok(())
}

/// Waits for a result or a fence of this transaction. What this gateway never acknowledged is told
/// again on every connection, and is passed over.
pub async fn ended(link: &mut Link, number: u64) -> anyhow::Result<Upward> {
    loop {
        match heard(link).await? {
            Upward::Accepted { .. } | Upward::Ack | Upward::Journal { .. } | Upward::Ask { .. } => {
            }
            other @ (Upward::Result { transaction: of, .. }
            | Upward::Fenced { transaction: of, .. }) => {
                if of == transaction(number) {
                    return Ok(other);
                }
            }
            other @ (Upward::Hello { .. }
            | Upward::NotReady { .. }
            | Upward::Shown { .. }
            | Upward::Contradicted { .. }
            | Upward::Scanned { .. }
            | Upward::Typed { .. }
            | Upward::Sightings(_)
            | Upward::Later) => anyhow::bail!("the agent said {other:?}"),
        }
    }
}

#[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
#[expect(clippy::unnecessary_wraps, reason = "the callback's type is tungstenite's")]
fn greet(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let spoken = HeaderValue::from_static(SUBPROTOCOL);
    response.headers_mut().insert("sec-websocket-protocol", spoken);
    Ok(response)
}

pub async fn say(link: &mut Link, seq: u64, body: &Value) -> anyhow::Result<()> {
    let frame = json!({"v": 1, "seq": seq, "ack": 0, "body": body});
    Ok(link.send(Message::text(frame.to_string())).await?)
}

pub async fn heard(link: &mut Link) -> anyhow::Result<Upward> {
    while let Some(message) = link.next().await {
        if let Message::Text(text) = message? {
            let frame: Frame<Upward> = serde_json::from_str(&text)?;
            return Ok(frame.body);
        }
    }
    anyhow::bail!("the agent hung up")
}

pub async fn in_time<T>(part: impl Future<Output = T>) -> anyhow::Result<T> {
    Ok(tokio::time::timeout(Duration::from_secs(PART_S_MAX), part).await?)
}

/// Runs a program to its end and returns what it printed.
pub fn said(command: &mut Command) -> anyhow::Result<String> {
    let done = command.output()?;
    let wrong = String::from_utf8_lossy(&done.stderr);
    anyhow::ensure!(done.status.success(), "{command:?}: {wrong}");
    Ok(String::from_utf8(done.stdout)?)
}

/// A program that is ended with the test.
pub struct Ended(pub Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().ok();
        until(5, || self.0.try_wait().ok().flatten());
    }
}

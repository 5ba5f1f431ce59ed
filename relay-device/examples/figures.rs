//! The terminal's figures: size, memory, and time from start to online, on this machine.
//!
//! `cargo run --release -p baton-relay-device --example figures [PROGRAM]` starts a built program
//! (target/release/baton-relay-device) against a gateway's stand-in on loopback, five times. They
//! are printed beside their targets, never asserted. Nothing comes next.
#![expect(clippy::unwrap_used, reason = "a measuring run that cannot be set up ends")]

use baton_link::enrol::{IDENTITY_FILE, Identity, KEY_FILE};
use baton_link::keys::DeviceKey;
use baton_protocol::SUBPROTOCOL;
use baton_protocol::enrol::Role;
use baton_protocol::frame::Frame;
use baton_protocol::link::{Downward, Upward};
use baton_protocol::policy::Policy;
use baton_relay_device::clock::clock;
use futures_util::{SinkExt, StreamExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

/// Starts that are measured.
const STARTS: usize = 5;
/// How long a program is left alone before its memory is read, in seconds.
const SETTLE_S: u64 = 2;
/// Targets: size in bytes, memory in KiB, time in milliseconds.
const TARGETS: (u64, u64, u64) = (12_000_000, 20_480, 1_000);

/// A terminal that is running.
struct Terminal {
    child: Child,
    _socket: WebSocketStream<TcpStream>,
    online_ms: u64,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(|_| ()).unwrap_or_default();
    }
}

#[tokio::main]
async fn main() {
    let program = std::env::args().nth(1).map_or_else(built, PathBuf::from);
    println!("{}", program.display());
    let folder = tempfile::tempdir().unwrap();
    say("stripped size", stripped(&program, folder.path()), TARGETS.0, "bytes");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    enrol(folder.path(), &format!("http://{}", listener.local_addr().unwrap()));
    let plain = settings(folder.path(), "plain", "");
    for _ in 0..STARTS {
        let terminal = start(&program, &plain, &listener).await;
        say("start to online", terminal.online_ms, TARGETS.2, "ms");
    }
    let terminal = start(&program, &plain, &listener).await;
    tokio::time::sleep(Duration::from_secs(SETTLE_S)).await;
    say("memory, online", memory_kib(&terminal.child), TARGETS.1, "KiB");
    drop(terminal);
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let faces = format!("[screen]\nlisten = \"127.0.0.1:{port}\"\n");
    let terminal = start(&program, &settings(folder.path(), "faces", &faces), &listener).await;
    let browsers = browsers(port).await;
    tokio::time::sleep(Duration::from_secs(SETTLE_S)).await;
    say("memory, online, screen with four browsers", memory_kib(&terminal.child), TARGETS.1, "KiB");
    drop(browsers);
}

fn say(what: &str, figure: u64, target: u64, unit: &str) {
    let verdict = if figure <= target { "met" } else { "MISSED" };
    println!("{what}: {figure} {unit} (target {target}: {verdict})");
}

fn built() -> PathBuf {
    let target = std::env::current_exe().unwrap();
    target.parent().unwrap().parent().unwrap().join("baton-relay-device")
}

fn stripped(program: &Path, folder: &Path) -> u64 {
    let copy = folder.join("stripped");
    let done = Command::new("strip").arg("-o").arg(&copy).arg(program).status();
    assert!(done.unwrap().success(), "strip (Debian: apt-get install binutils)");
    std::fs::metadata(copy).unwrap().len()
}

fn enrol(folder: &Path, gateway: &str) {
    let state = folder.join("state");
    std::fs::create_dir(&state).unwrap();
    DeviceKey::generate().unwrap().save(&state.join(KEY_FILE)).unwrap();
    let (id, audience) = ("counter-1".to_owned(), "baton".to_owned());
    let identity = Identity { role: Role::Terminal, id, audience, gateway: gateway.to_owned() };
    identity.save(&state.join(IDENTITY_FILE)).unwrap();
}

fn settings(folder: &Path, name: &str, sections: &str) -> PathBuf {
    let path = folder.join(name).with_extension("toml");
    let state = folder.join("state");
    std::fs::write(&path, format!("state = {state:?}\n{sections}")).unwrap();
    path
}

/// Starts the program and greets it; online is when its greeting is answered.
async fn start(program: &Path, settings: &Path, listener: &TcpListener) -> Terminal {
    let since_us = (clock().unix_us)();
    let child = Command::new(program)
        .args(["run", "--config"])
        .arg(settings)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let mut socket = accept_hdr_async(stream, greet).await.unwrap();
    let hello = loop {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            break serde_json::from_str::<Frame<Upward>>(&text).unwrap();
        }
    };
    assert!(matches!(hello.body, Upward::Hello { .. }));
    let body = Downward::Welcome {
        session: "figures".to_owned(),
        epoch: since_us,
        policy: Policy::default(),
        received: 0,
    };
    let welcome = serde_json::to_string(&Frame { v: 1, seq: 0, ack: 0, body }).unwrap();
    socket.send(Message::text(welcome)).await.unwrap();
    let online_ms = (clock().unix_us)().saturating_sub(since_us) / 1_000;
    Terminal { child, _socket: socket, online_ms }
}

#[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
#[expect(clippy::unnecessary_wraps, reason = "the callback's type is tungstenite's")]
fn greet(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let protocol = SUBPROTOCOL.parse().unwrap();
    response.headers_mut().insert("sec-websocket-protocol", protocol);
    Ok(response)
}

fn memory_kib(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Four that listen to the screen's events.
async fn browsers(port: u16) -> Vec<TcpStream> {
    let mut browsers = Vec::new();
    while browsers.len() < 4 {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
        let question = b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, question).await.unwrap();
        browsers.push(stream);
    }
    browsers
}

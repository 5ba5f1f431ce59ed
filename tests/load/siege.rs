//! A thousand slow connections at once, in five ways of being slow, and who is still served.
//!
//! Owns the besiegers: each comes back as soon as the gateway ends its connection, so that their
//! number holds. Health is asked on both listeners and payments are made all the while.

use crate::clock;
use crate::figures::{Goal, row};
use crate::gateway::Gateway;
use crate::http::{Connections, request};
use crate::phones::{AMOUNT_MINOR, until_online};
use crate::stage::{Stage, identity_of};
use anyhow::{Context, ensure};
use baton_gateway::config::Commits;
use baton_gateway::demo::apps::{AppSigner, card_code};
use baton_link::enrol::{Identity, KEY_FILE};
use baton_link::keys::DeviceKey;
use baton_link::token::link_token;
use baton_protocol::ids::TerminalId;
use baton_protocol::phone::TouchAnswer;
use baton_protocol::work::State;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// The ways of being slow.
const WAYS: usize = 5;
/// Pause between two bytes of a trickle, in milliseconds.
const TRICKLE_MS: u64 = 500;
/// Pause before a besieger whose connection ended comes back, in milliseconds.
const BACK_MS: u64 = 50;
/// Pause between two questions about health, in milliseconds.
const HEALTH_MS: u64 = 20;
/// Time for the besiegers to take their places, in milliseconds.
const GATHER_MS: u64 = 3_000;
/// Readers of one touch's events: as many as the gateway allows.
const READERS_PER_TOUCH: usize = 4;
/// Bytes of a kibibyte, in which the system tells memory.
const KIB: f64 = 1_024.0;
/// How long health may take, in milliseconds.
const HEALTH_P99_MS: f64 = 50.0;
/// How much memory the siege may cost, in MiB.
const GROWTH_MIB: f64 = 64.0;

/// The measured run.
pub async fn slow(stage: &Stage, connections: usize, seconds: u64) -> anyhow::Result<()> {
    let run = stage.open("slow", Commits::Group).await?;
    let asked = Connections::new(run.gateway.public);
    until_online(stage, &asked).await?;
    let siege = Siege::of(stage, &run.gateway).context("the siege could not be prepared")?;
    pay(&siege.signer, &siege.free, &asked).await?;
    let before = resident_mib(&run.gateway)?;
    let besiegers = Arc::clone(&siege).lay(connections);
    clock::pause_ms(GATHER_MS).await;
    let watch = siege.watch(&run.gateway, seconds);
    let (public, operator, paid) = watch.await?;
    drop(besiegers);
    tell(&siege, connections, before, &[public, operator, paid]);
    run.close().await?;
    Ok(())
}

/// Everything that besiegers need, and who of them is inside.
struct Siege {
    signer: Arc<AppSigner>,
    doubtful: Arc<AppSigner>,
    public: SocketAddr,
    identity: Identity,
    key: DeviceKey,
    free: TerminalId,
    silent: Vec<TerminalId>,
    touches: Mutex<BTreeMap<String, usize>>,
    inside: AtomicUsize,
    came: AtomicUsize,
    held: Mutex<Vec<usize>>,
    resident: Mutex<Vec<f64>>,
}

/// Counts one besieger while its connection is open.
struct Inside<'s>(&'s AtomicUsize);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Siege {
    fn of(stage: &Stage, gateway: &Gateway) -> anyhow::Result<Arc<Self>> {
        let mut terminals = stage.terminals.iter().cloned();
        let free = terminals.next().context("there is no terminal")?;
        let mute = terminals.next().context("there is one terminal only")?;
        Ok(Arc::new(Self {
            signer: Arc::clone(&stage.signer),
            doubtful: Arc::clone(&stage.silent),
            public: gateway.public,
            identity: identity_of(&mute, gateway.public),
            key: DeviceKey::load(&stage.state_of(&mute).join(KEY_FILE))?,
            free,
            silent: terminals.collect(),
            touches: Mutex::default(),
            inside: AtomicUsize::new(0),
            came: AtomicUsize::new(0),
            held: Mutex::default(),
            resident: Mutex::default(),
        }))
    }

    /// Sends everybody to their places; they leave when the set is dropped.
    fn lay(self: Arc<Self>, connections: usize) -> JoinSet<()> {
        let mut besiegers = JoinSet::new();
        for number in 0..connections {
            let siege = Arc::clone(&self);
            besiegers.spawn(async move {
                loop {
                    // Whatever ended it, the besieger is back at once.
                    siege.besiege(number).await.unwrap_or_default();
                    clock::pause_ms(BACK_MS).await;
                }
            });
        }
        besiegers
    }

    async fn besiege(&self, number: usize) -> anyhow::Result<()> {
        let reading = match number % WAYS {
            4 => Some(self.touch(number).await?),
            _ => None,
        };
        let mut stream = TcpStream::connect(self.public).await?;
        self.inside.fetch_add(1, Ordering::Relaxed);
        self.came.fetch_add(1, Ordering::Relaxed);
        let _inside = Inside(&self.inside);
        let ended = match number % WAYS {
            0 => trickle(&mut stream, "POST /v1/touches HTTP/1.1\r\nX-Slow: ").await,
            1 => trickle(&mut stream, BODY_TO_COME).await,
            2 => idle(&mut stream, ALIVE).await,
            3 => idle(&mut stream, &self.handshake()?).await,
            _ => unread(&mut stream, &self.reading(reading.as_deref().unwrap_or_default())?).await,
        };
        if let Some(touch) = reading {
            self.seat(&touch, 1);
        }
        ended
    }

    fn handshake(&self) -> anyhow::Result<String> {
        let now_s = u64::try_from(clock::wall_ms() / 1_000)?;
        let token = link_token(&self.key, &self.identity, now_s, clock::new_id())?;
        Ok(format!(
            "GET /v1/link HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: baton.v1\r\n\r\n"
        ))
    }

    fn reading(&self, touch: &str) -> anyhow::Result<String> {
        let path = format!("/v1/touches/{touch}/events");
        Ok(String::from_utf8(request("GET", &path, &self.doubtful.token()?, "", ""))?)
    }

    /// A touch whose payment is in doubt: nobody answers it, so its stream stays open.
    async fn touch(&self, number: usize) -> anyhow::Result<String> {
        if let Some(known) = self.shared_touch() {
            return Ok(known);
        }
        let count = self.silent.len().max(1);
        let terminal = self.silent.get(number / WAYS % count).context("no terminal is silent")?;
        let asked = Connections::new(self.public);
        let code = format!("X-SILENT-{number}-{}", clock::new_id());
        let answer = touch(&self.doubtful, terminal, &code, "", &asked).await?;
        let touch = answer.touch_id.to_string();
        self.seat(&touch, READERS_PER_TOUCH - 1);
        Ok(touch)
    }

    /// Frees so many places for readers of a touch.
    fn seat(&self, touch: &str, places: usize) {
        let mut touches = self.touches.lock().unwrap_or_else(PoisonError::into_inner);
        *touches.entry(touch.to_owned()).or_default() += places;
    }

    fn shared_touch(&self) -> Option<String> {
        let mut touches = self.touches.lock().unwrap_or_else(PoisonError::into_inner);
        let (touch, left) = touches.iter_mut().find(|(_, left)| **left > 0)?;
        *left -= 1;
        Some(touch.clone())
    }

    /// Asks health on both listeners and pays, for so long; returns sorted microseconds of each.
    async fn watch(
        &self,
        gateway: &Gateway,
        seconds: u64,
    ) -> anyhow::Result<(Vec<u64>, Vec<u64>, Vec<u64>)> {
        let until = clock::now() + Duration::from_secs(seconds);
        let (public, operator) =
            (Connections::new(gateway.public), Connections::new(gateway.operator));
        let asked = async |server: &Connections| {
            let mut times = Vec::new();
            while clock::now() < until {
                let from = clock::now();
                let answer = server.ask(&request("GET", "/healthz", "none", "", "")).await?;
                ensure!(answer.status == 200, "health answers {}", answer.status);
                times.push(clock::us_between(from, clock::now()));
                clock::pause_ms(HEALTH_MS).await;
            }
            times.sort_unstable();
            anyhow::Ok(times)
        };
        let paid = async {
            let server = Connections::new(gateway.public);
            let mut times = Vec::new();
            while clock::now() < until {
                let from = clock::now();
                pay(&self.signer, &self.free, &server).await?;
                times.push(clock::us_between(from, clock::now()));
                let inside = self.inside.load(Ordering::Relaxed);
                self.held.lock().unwrap_or_else(PoisonError::into_inner).push(inside);
                let resident = resident_mib(gateway)?;
                self.resident.lock().unwrap_or_else(PoisonError::into_inner).push(resident);
                clock::pause_ms(HEALTH_MS * 10).await;
            }
            times.sort_unstable();
            anyhow::Ok(times)
        };
        tokio::try_join!(asked(&public), asked(&operator), paid)
    }
}

/// A whole question; its connection is then idle.
const ALIVE: &str = "GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n";
/// A head whose body will not come.
const BODY_TO_COME: &str =
    "POST /v1/touches HTTP/1.1\r\nHost: gateway\r\nContent-Length: 9000\r\n\r\n";

/// Sends one byte after the other until the gateway has had enough.
async fn trickle(stream: &mut TcpStream, start: &str) -> anyhow::Result<()> {
    stream.write_all(start.as_bytes()).await?;
    let (mut reader, mut writer) = stream.split();
    let write = async {
        while writer.write_all(b"x").await.is_ok() {
            clock::pause_ms(TRICKLE_MS).await;
        }
    };
    let read = async {
        let mut heard = Vec::new();
        // Reset or closed, the connection is over.
        reader.read_to_end(&mut heard).await.unwrap_or_default();
    };
    tokio::select! { () = write => (), () = read => () }
    Ok(())
}

/// Says one thing and then nothing, until the gateway closes.
async fn idle(stream: &mut TcpStream, said: &str) -> anyhow::Result<()> {
    stream.write_all(said.as_bytes()).await?;
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).await.unwrap_or_default();
    Ok(())
}

/// Asks for events and reads none of them.
async fn unread(stream: &mut TcpStream, said: &str) -> anyhow::Result<()> {
    stream.write_all(said.as_bytes()).await?;
    loop {
        // Only whether the other side has closed is looked at; the bytes stay where they are.
        let mut first = [0_u8; 4_096];
        let seen = stream.peek(&mut first).await?;
        let over =
            seen == 0 || first.starts_with(b"HTTP/1.1 4") || first.starts_with(b"HTTP/1.1 5");
        let ended = first.get(..seen).is_some_and(|seen| seen.ends_with(b"0\r\n\r\n"));
        if over || ended {
            return Ok(());
        }
        clock::pause_ms(TRICKLE_MS).await;
    }
}

async fn touch(
    signer: &AppSigner,
    terminal: &TerminalId,
    code: &str,
    more: &str,
    server: &Connections,
) -> anyhow::Result<TouchAnswer> {
    let body = json!({
        "terminal_id": terminal,
        "payment": {
            "app_id": signer.app(), "code": code, "amount": AMOUNT_MINOR, "currency": "KRW",
        },
    });
    let more = format!("Idempotency-Key: {}\r\n{more}", clock::new_id());
    let request = request("POST", "/v1/touches", &signer.token()?, &more, &body.to_string());
    let answer = server.ask(&request).await?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    serde_json::from_slice(&answer.body).with_context(|| format!("{} {text}", answer.status))
}

/// An ordinary payment, which must be approved.
async fn pay(signer: &AppSigner, at: &TerminalId, server: &Connections) -> anyhow::Result<()> {
    let answer = touch(signer, at, &card_code()?, "Prefer: wait=10\r\n", server).await?;
    let state = answer.transactions.first().map(|one| one.state);
    ensure!(state == Some(State::Approved), "a payment under siege is {state:?}");
    Ok(())
}

/// Memory of a process as the system counts it, in MiB.
fn resident_mib(gateway: &Gateway) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", gateway.process()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let word = line.and_then(|line| line.split_whitespace().next()).context("no VmRSS")?;
    Ok(word.parse::<f64>()? / KIB)
}

fn tell(siege: &Siege, connections: usize, before: f64, times: &[Vec<u64>; 3]) {
    let mut held = siege.held.lock().unwrap_or_else(PoisonError::into_inner);
    held.sort_unstable();
    let least = held.first().copied().unwrap_or_default();
    let median = held.get(held.len() / 2).copied().unwrap_or_default();
    let resident = siege.resident.lock().unwrap_or_else(PoisonError::into_inner);
    let most = resident.iter().copied().fold(before, f64::max);
    let [public, operator, paid] = times;
    let at = |sorted: &[u64], thousandths: usize| {
        let last = sorted.len().saturating_sub(1);
        sorted.get(last * thousandths / 1_000).copied().unwrap_or_default() as f64 / 1_000.0
    };
    let (health, growth) = (Some(Goal::AtMost(HEALTH_P99_MS)), Some(Goal::AtMost(GROWTH_MIB)));
    let rows = [
        row("slow connections wished", connections as f64, "", None),
        row("    held at once, at least", least as f64, "", None),
        row("    held at once, half of the time", median as f64, "", None),
        row("    opened in all", siege.came.load(Ordering::Relaxed) as f64, "", None),
        row("health on the operator's listener, p50", at(operator, 500), "ms", None),
        row("    its p99", at(operator, 990), "ms", health),
        row("health on the public listener, p50", at(public, 500), "ms", None),
        row("    its p99", at(public, 990), "ms", health),
        row("memory of the gateway before", before, "MiB", None),
        row("    growth at most", most - before, "MiB", growth),
        row("payments under siege, all approved", paid.len() as f64, "", None),
        row("    their p50", at(paid, 500), "ms", None),
        row("    their p99", at(paid, 990), "ms", None),
    ];
    println!("\n{}", rows.join("\n"));
}

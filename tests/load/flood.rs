//! A flood: payments at their moments whatever becomes of the others, three times too many.
//!
//! Owns a light generator: tokens, bodies and keys are made before the clock starts, and what is
//! refused is dropped, as an app does that tells its person. Every acknowledged touch is kept and
//! looked for in the database afterwards. Next: `overload.rs`, which judges.

use crate::clock;
use crate::http::{Answer, Connections, request};
use crate::phones::{AMOUNT_MINOR, sign};
use crate::stage::Stage;
use anyhow::{Context, ensure};
use baton_gateway::demo::apps::card_code;
use baton_protocol::ids::{TerminalId, TouchId};
use baton_protocol::phone::TouchAnswer;
use baton_protocol::work::State;
use serde_json::json;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, LocalSet};

/// Pause between two looks at the schedule, in milliseconds: what came due meanwhile is sent then,
/// and its latency counts from its own moment.
const TICK_MS: u64 = 1;

/// How a payment of the flood was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// Taken: this touch stands there.
    Taken(TouchId, State),
    /// Refused with this status and code.
    Refused(String),
    /// No answer, with the reason.
    Lost(String),
}

/// One payment of the flood.
#[derive(Debug, Clone)]
pub struct Shot {
    /// How it was answered.
    pub answered: Answered,
    /// From its intended moment to the answer, in microseconds.
    pub from_moment_us: u64,
    /// From its first byte sent to the answer, in microseconds.
    pub from_sending_us: u64,
    /// When the answer came, after the start.
    pub ended: Duration,
}

struct Prepared {
    bytes: Vec<u8>,
    terminal_at: usize,
}

/// Payments that are ready to be sent.
pub struct Flood {
    prepared: Mutex<Vec<Prepared>>,
    terminals: Mutex<VecDeque<TerminalId>>,
    connections: Connections,
    shots: Mutex<Vec<Shot>>,
}

impl Flood {
    /// Signs and writes so many payments before the clock starts.
    pub async fn prepare(
        stage: &Stage,
        server: SocketAddr,
        count: usize,
    ) -> anyhow::Result<Arc<Self>> {
        let tokens = sign(&stage.signer, count).await?;
        let first = stage.terminals.first().context("there is no terminal")?.clone();
        let same_length = |one: &TerminalId| one.as_str().len() == first.as_str().len();
        ensure!(stage.terminals.iter().all(same_length), "terminal ids differ in length");
        let app = stage.signer.app().clone();
        let prepared = tokens.iter().map(|token| {
            let code = card_code()?;
            let body = json!({
                "terminal_id": first,
                "payment": {
                    "app_id": app, "code": code, "amount": AMOUNT_MINOR, "currency": "KRW",
                },
            });
            let more = format!("Idempotency-Key: {}\r\nPrefer: wait=10\r\n", clock::new_id());
            let bytes = request("POST", "/v1/touches", token, &more, &body.to_string());
            let name = first.as_str().as_bytes();
            let place = bytes.windows(name.len()).rposition(|part| part == name);
            let terminal_at = place.context("the body names no terminal")?;
            Ok(Prepared { bytes, terminal_at })
        });
        Ok(Arc::new(Self {
            prepared: Mutex::new(prepared.collect::<anyhow::Result<_>>()?),
            terminals: Mutex::new(stage.terminals.clone().into()),
            connections: Connections::new(server),
            shots: Mutex::default(),
        }))
    }

    /// Sends everything at its moment and returns how each was answered.
    ///
    /// One thread does it all and wakes once in a while for many: a generator that shares the
    /// machine with the gateway must not take what it wants to measure.
    pub async fn offer(self: Arc<Self>, moments: Vec<Duration>) -> anyhow::Result<Vec<Shot>> {
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            LocalSet::new().block_on(&runtime, Arc::clone(&self).shoot_all(moments))?;
            let mut shots = self.shots.lock().unwrap_or_else(PoisonError::into_inner);
            anyhow::Ok(shots.split_off(0))
        };
        tokio::task::spawn_blocking(work).await?
    }

    async fn shoot_all(self: Arc<Self>, moments: Vec<Duration>) -> anyhow::Result<()> {
        let start = clock::now();
        let mut phones = JoinSet::new();
        let mut moments = moments.into_iter().map(|moment| start + moment).peekable();
        while moments.peek().is_some() {
            let now = clock::now();
            while let Some(moment) = moments.next_if(|moment| *moment <= now) {
                let flood = Arc::clone(&self);
                phones.spawn_local(async move { flood.shoot(start, moment).await });
            }
            // What is over gives its memory back at once.
            while let Some(ended) = phones.try_join_next() {
                ended?;
            }
            clock::pause_ms(TICK_MS).await;
        }
        while let Some(ended) = phones.join_next().await {
            ended?;
        }
        Ok(())
    }

    async fn shoot(&self, start: Instant, moment: Instant) {
        let Some(mut one) = self.prepared.lock().unwrap_or_else(PoisonError::into_inner).pop()
        else {
            return;
        };
        let terminal = self.lock_terminals().pop_front();
        let Some(terminal) = terminal else {
            let now = clock::now();
            return self.note(
                Answered::Lost("no terminal was free".to_owned()),
                start,
                moment,
                now,
            );
        };
        let name = terminal.as_str().as_bytes();
        if let Some(place) = one.bytes.get_mut(one.terminal_at..one.terminal_at + name.len()) {
            place.copy_from_slice(name);
        }
        let sent = clock::now();
        let answered = match self.connections.ask(&one.bytes).await {
            Ok(answer) => read(&answer),
            Err(fault) => Answered::Lost(format!("{fault:#}")),
        };
        // A refused payment leaves its terminal as it was; one that paid rests.
        match &answered {
            Answered::Refused(_) => self.lock_terminals().push_front(terminal),
            Answered::Taken(..) | Answered::Lost(_) => self.lock_terminals().push_back(terminal),
        }
        self.note(answered, start, moment, sent);
    }

    fn note(&self, answered: Answered, start: Instant, moment: Instant, sent: Instant) {
        let now = clock::now();
        let shot = Shot {
            answered,
            from_moment_us: clock::us_between(moment, now),
            from_sending_us: clock::us_between(sent, now),
            ended: now.saturating_duration_since(start),
        };
        self.shots.lock().unwrap_or_else(PoisonError::into_inner).push(shot);
    }

    fn lock_terminals(&self) -> MutexGuard<'_, VecDeque<TerminalId>> {
        self.terminals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(answer: &Answer) -> Answered {
    if answer.status == 200 || answer.status == 202 {
        let touch: Option<TouchAnswer> = serde_json::from_slice(&answer.body).ok();
        let first = touch.and_then(|touch| {
            let state = touch.transactions.first()?.state;
            Some((touch.touch_id, state))
        });
        return first.map_or_else(
            || Answered::Lost("an answer that cannot be read".to_owned()),
            |(touch, state)| Answered::Taken(touch, state),
        );
    }
    let text = String::from_utf8_lossy(&answer.body);
    let code = text.split("\"code\":\"").nth(1).and_then(|rest| rest.split('"').next());
    Answered::Refused(format!("{} {}", answer.status, code.unwrap_or("no code")))
}

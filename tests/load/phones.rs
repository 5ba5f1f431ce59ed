//! The phones: each pays once, over real HTTP, and wants to know how it ended.
//!
//! Owns arrivals (closed: so many at a time; open: at intended moments), keys, codes, and which
//! terminal is touched. Latency counts from the intended start. Next: `figures.rs`.

use crate::clock;
use crate::figures::{Counted, End, Figures, Sample, cpu_seconds_of};
use crate::gateway::Gateway;
use crate::http::{Answer, Connections, request};
use crate::stage::Stage;
use anyhow::{Context, ensure};
use baton_gateway::demo::apps::{AppSigner, card_code};
use baton_protocol::ids::TerminalId;
use baton_protocol::phone::{ResolveAnswer, TouchAnswer};
use baton_protocol::work::State;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

/// Time before the measured part, in seconds: connections are opened and caches filled.
pub const WARM_S: u64 = 2;
/// How long terminals may take to connect, in milliseconds: 512 take about a second.
const ONLINE_MS_MAX: u64 = 30_000;
/// Pause between two looks at a terminal or at a payment without end, in milliseconds.
const LOOK_MS: u64 = 20;
/// How long a phone follows a payment that was not over in its first answer, in looks: 30 s.
const LOOKS_MAX: u32 = 1_500;
/// Arrivals that may wait between schedule and phones: more means that this tool is too slow.
const ARRIVALS_WAITING_MAX: usize = 4_096;
/// What each phone pays, in minor units.
pub const AMOUNT_MINOR: i64 = 4_500;

/// How payments arrive.
#[derive(Debug, Clone)]
pub enum Arrivals {
    /// So many are in flight at any time; the next starts when one ends.
    Closed {
        /// How many.
        in_flight: usize,
        /// How long the measured part is.
        seconds: u64,
        /// How many there are at most, in all.
        payments_max: usize,
    },
    /// Each starts at its moment, whatever became of the others.
    Open {
        /// Moments after the start.
        moments: Vec<Duration>,
        /// How long the measured part is.
        seconds: u64,
    },
}

impl Arrivals {
    fn seconds(&self) -> u64 {
        match self {
            Self::Closed { seconds, .. } | Self::Open { seconds, .. } => *seconds,
        }
    }

    fn payments_max(&self) -> usize {
        match self {
            Self::Closed { payments_max, .. } => *payments_max,
            Self::Open { moments, .. } => moments.len(),
        }
    }
}

/// All phones of one run.
pub struct Phones {
    signer: Arc<AppSigner>,
    connections: Connections,
    terminals: Terminals,
    tokens: Mutex<Vec<String>>,
    samples: Mutex<Vec<Sample>>,
    measured: (Instant, Instant),
}

/// The terminals at which nobody is paying; the one that rested longest is next.
struct Terminals {
    free: Mutex<VecDeque<TerminalId>>,
    count: Semaphore,
    waited: AtomicUsize,
}

impl Phones {
    /// Waits until every terminal is online, pays as told, and sums up.
    pub async fn pay(
        stage: &Stage,
        gateway: &Gateway,
        arrivals: Arrivals,
    ) -> anyhow::Result<Figures> {
        let connections = Connections::new(gateway.public);
        until_online(stage, &connections).await?;
        let tokens = sign(&stage.signer, arrivals.payments_max()).await?;
        let seconds = Duration::from_secs(arrivals.seconds());
        let from = clock::now() + Duration::from_secs(WARM_S);
        let phones = Arc::new(Self {
            signer: Arc::clone(&stage.signer),
            connections,
            terminals: Terminals::new(stage.terminals.clone()),
            tokens: Mutex::new(tokens),
            samples: Mutex::default(),
            measured: (from, from + seconds),
        });
        let cpu = tokio::spawn(measure_cpu(gateway.process(), phones.measured));
        match arrivals {
            Arrivals::Closed { in_flight, .. } => Arc::clone(&phones).closed(in_flight).await?,
            Arrivals::Open { moments, .. } => Arc::clone(&phones).open(moments).await?,
        }
        let cpu = cpu.await?;
        let samples = phones.samples.lock().unwrap_or_else(PoisonError::into_inner).split_off(0);
        let waited = phones.terminals.waited.load(Ordering::Relaxed);
        let mut figures = Figures::of(samples, seconds.as_secs_f64(), waited);
        (figures.gateway_cpu_s, figures.tool_cpu_s) = cpu;
        Ok(figures)
    }

    async fn closed(self: Arc<Self>, in_flight: usize) -> anyhow::Result<()> {
        let mut payers = JoinSet::new();
        for _ in 0..in_flight {
            let phones = Arc::clone(&self);
            payers.spawn(async move {
                while clock::now() < phones.measured.1 {
                    let Some(token) = phones.token() else { return };
                    phones.pay_once(&token, clock::now(), Arrived::WhenFree).await;
                }
            });
        }
        while let Some(ended) = payers.join_next().await {
            ended?;
        }
        ensure!(
            clock::now() >= self.measured.1,
            "all prepared payments were made before the time was over; make the run shorter"
        );
        Ok(())
    }

    async fn open(self: Arc<Self>, moments: Vec<Duration>) -> anyhow::Result<()> {
        let (arrive, mut arrivals) = mpsc::channel(ARRIVALS_WAITING_MAX);
        let start = clock::now();
        let schedule = std::thread::spawn(move || {
            for moment in moments {
                clock::hold_until(start + moment);
                if arrive.blocking_send(start + moment).is_err() {
                    return;
                }
            }
        });
        let mut payers = JoinSet::new();
        while let Some(intended) = arrivals.recv().await {
            let phones = Arc::clone(&self);
            payers.spawn(async move {
                if let Some(token) = phones.token() {
                    phones.pay_once(&token, intended, Arrived::OnSchedule).await;
                }
            });
        }
        while let Some(ended) = payers.join_next().await {
            ended?;
        }
        schedule.join().map_err(|_| anyhow::anyhow!("the schedule's thread failed"))
    }

    fn token(&self) -> Option<String> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    async fn pay_once(&self, token: &str, intended: Instant, arrived: Arrived) {
        let terminal = self.terminals.take().await;
        let end = match self.touch(&terminal, token).await {
            Ok(end) => end,
            Err(fault) => End::Other(format!("{fault:#}")),
        };
        self.terminals.give_back(terminal);
        let finished = clock::now();
        let judged = match arrived {
            Arrived::WhenFree => finished,
            Arrived::OnSchedule => intended,
        };
        let inside = judged >= self.measured.0 && judged < self.measured.1;
        let counted = if inside { Counted::Yes } else { Counted::No };
        let sample = Sample { latency_us: clock::us_between(intended, finished), end, counted };
        self.samples.lock().unwrap_or_else(PoisonError::into_inner).push(sample);
    }

    async fn touch(&self, terminal: &TerminalId, token: &str) -> anyhow::Result<End> {
        let body = json!({
            "terminal_id": terminal,
            "payment": {
                "app_id": self.signer.app(), "code": card_code()?,
                "amount": AMOUNT_MINOR, "currency": "KRW",
            },
        });
        let more = format!("Idempotency-Key: {}\r\nPrefer: wait=10\r\n", clock::new_id());
        let request = request("POST", "/v1/touches", token, &more, &body.to_string());
        let answer = self.connections.ask(&request).await?;
        let mut touch = match read(&answer)? {
            Ok(touch) => touch,
            Err(refusal) => return Ok(refusal),
        };
        for _ in 0..LOOKS_MAX {
            if let Some(end) = end_of(&touch) {
                return Ok(end);
            }
            clock::pause_ms(LOOK_MS).await;
            touch = self.look(&touch).await?;
        }
        Ok(End::Other("no end in 30 s".to_owned()))
    }

    async fn look(&self, touch: &TouchAnswer) -> anyhow::Result<TouchAnswer> {
        let path = format!("/v1/touches/{}", touch.touch_id);
        let question = request("GET", &path, &self.signer.token()?, "", "");
        let answer = self.connections.ask(&question).await?;
        serde_json::from_slice(&answer.body).context("a look at a touch was refused")
    }
}

/// How a payment came to start.
#[derive(Clone, Copy)]
enum Arrived {
    WhenFree,
    OnSchedule,
}

impl Terminals {
    fn new(free: Vec<TerminalId>) -> Self {
        let (count, waited) = (Semaphore::new(free.len()), AtomicUsize::new(0));
        Self { free: Mutex::new(free.into()), count, waited }
    }

    async fn take(&self) -> TerminalId {
        loop {
            let permit = match self.count.try_acquire() {
                Ok(permit) => Ok(permit),
                Err(_) => {
                    self.waited.fetch_add(1, Ordering::Relaxed);
                    self.count.acquire().await
                }
            };
            // The permits are given back with the terminals.
            permit.map(tokio::sync::SemaphorePermit::forget).unwrap_or_default();
            let next = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            if let Some(terminal) = next {
                return terminal;
            }
        }
    }

    fn give_back(&self, terminal: TerminalId) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push_back(terminal);
        self.count.add_permits(1);
    }
}

fn read(answer: &Answer) -> anyhow::Result<Result<TouchAnswer, End>> {
    if answer.status == 200 || answer.status == 202 {
        return Ok(Ok(serde_json::from_slice(&answer.body)?));
    }
    let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = problem.get("code").and_then(Value::as_str).unwrap_or("no code");
    Ok(Err(End::Refused(format!("{} {code}", answer.status))))
}

fn end_of(touch: &TouchAnswer) -> Option<End> {
    let one = touch.transactions.first()?;
    if !one.state.is_final() {
        return None;
    }
    if one.state == State::Approved {
        return Some(End::Approved);
    }
    let reason = one.reason.as_deref().unwrap_or("no reason");
    Some(End::Refused(format!("{} {reason}", one.state.word())))
}

pub async fn until_online(stage: &Stage, connections: &Connections) -> anyhow::Result<()> {
    let all = async {
        for terminal in &stage.terminals {
            let path = format!("/v1/terminals/{terminal}/resolve");
            loop {
                let asked = request("POST", &path, &stage.signer.token()?, "", "");
                let answer = connections.ask(&asked).await?;
                let answer: ResolveAnswer = serde_json::from_slice(&answer.body)?;
                if answer.online {
                    break;
                }
                clock::pause_ms(LOOK_MS).await;
            }
        }
        anyhow::Ok(())
    };
    let limit = Duration::from_millis(ONLINE_MS_MAX);
    tokio::time::timeout(limit, all).await.context("terminals did not come online in time")?
}

/// Signs tokens on both processors, before the clock starts.
pub async fn sign(signer: &Arc<AppSigner>, count: usize) -> anyhow::Result<Vec<String>> {
    let part = |count: usize| {
        let signer = Arc::clone(signer);
        tokio::task::spawn_blocking(move || {
            (0..count).map(|_| signer.token()).collect::<anyhow::Result<Vec<_>>>()
        })
    };
    let (one, other) = (part(count.div_ceil(2)), part(count / 2));
    let mut tokens = one.await??;
    tokens.extend(other.await??);
    Ok(tokens)
}

/// Reads the processor time of gateway and tool over the measured part.
async fn measure_cpu(gateway: u32, measured: (Instant, Instant)) -> (f64, f64) {
    let read = || (cpu_seconds_of(&gateway.to_string()), cpu_seconds_of("self"));
    clock::pause_until(measured.0).await;
    let before = read();
    clock::pause_until(measured.1).await;
    let after = read();
    (after.0 - before.0, after.1 - before.1)
}

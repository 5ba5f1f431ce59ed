//! One webhook's task: it reads events, sends what may go, and records how far the receiver is.
//!
//! Owns the joint between the machine of `core/relay/delivery.rs`, the store and the requests. It
//! ends at the first fault of the store, or when another gateway delivers; it then starts again
//! from what was recorded. Next: [`super::post`].

use super::document;
use super::post::{Posted, Receiver, ReceiverInvalid};
use crate::clock::{random_permille, wall_ms};
use crate::config::Webhooks as Settings;
use crate::world::World;
use baton_core::relay::delivery::{Answer, Deliveries, Effect, Event, Input, Progress};
use baton_core::relay::lookup::Standing;
use baton_core::time::Timestamp;
use baton_protocol::ids::WebhookId;
use baton_records::Fault;
use baton_records::admin::Change;
use baton_records::events::EventRow;
use baton_records::webhooks::{ProgressFault, WebhookChange, WebhookRow};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Events that are read at a time: under 200 KB, and a second of one busy shop.
const PAGE_EVENTS_MAX: usize = 256;
/// Pause between looks while events come, in milliseconds: twenty reads a second at most.
const LOOK_MS: u64 = 50;
/// Pause between looks when nothing is announced, in milliseconds: other gateways announce nothing.
const QUIET_LOOK_MS: u64 = 1_000;
/// Pause between records of progress, in milliseconds: what a crash lets be sent again.
const RECORD_MS: u64 = 500;

/// Why the task ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Fault),
    /// The progress was not recorded.
    #[error(transparent)]
    Progress(#[from] ProgressFault),
    /// Nothing can be sent.
    #[error(transparent)]
    Receiver(#[from] ReceiverInvalid),
    /// It was removed.
    #[error("the webhook is not there any more")]
    Removed,
    /// A request ended in disorder.
    #[error("a request ended in disorder")]
    Disorder,
    /// The receiver wants no more, or the gateway is stopping.
    #[error("nothing more is to be sent")]
    Over,
}

/// Runs one webhook until something ends it.
pub(super) async fn run(world: Arc<World>, settings: Settings, holder: String, id: WebhookId) {
    let ended = match Round::start(world, &settings, holder, &id).await {
        Ok(mut round) => loop {
            if let Err(ended) = round.turn().await {
                break ended;
            }
        },
        Err(ended) => ended,
    };
    if matches!(ended, Ended::Over) {
        tracing::info!(webhook = %id, "no more events are sent");
    } else {
        tracing::warn!(webhook = %id, %ended, "events are sent again from the record");
    }
}

struct Round {
    world: Arc<World>,
    holder: String,
    row: WebhookRow,
    receiver: Arc<Receiver>,
    machine: Deliveries,
    bodies: BTreeMap<i64, String>,
    requests: JoinSet<(i64, u32, Posted)>,
    news: watch::Receiver<i64>,
    looked: Timestamp,
    look_at: Timestamp,
    record_at: Timestamp,
    /// Steps of all tenants that were not looked through.
    unread: i64,
}

impl Round {
    async fn start(
        world: Arc<World>,
        settings: &Settings,
        holder: String,
        id: &WebhookId,
    ) -> Result<Self, Ended> {
        let row = world.records.lookup_webhook(id).await?.ok_or(Ended::Removed)?;
        let kept = world.records.webhook_events(id).await?;
        let now = world.clock.now();
        let receiver = Arc::new(Receiver::of(&row, &world.vault, settings)?);
        let news = world.notices.newest().ok_or(Ended::Over)?;
        let (bounds, patience) = (settings.bounds(), settings.patience());
        Ok(Self {
            machine: Deliveries::restore(row.read_up_to, kept, bounds, patience, now),
            world,
            holder,
            row,
            receiver,
            bodies: BTreeMap::new(),
            requests: JoinSet::new(),
            news,
            looked: now,
            look_at: now,
            record_at: now,
            unread: 0,
        })
    }

    /// Does what is due, then waits for the next thing.
    async fn turn(&mut self) -> Result<(), Ended> {
        let now = self.world.clock.now();
        if now >= self.look_at && self.machine.room() > 0 {
            self.look(now).await?;
        }
        if now >= self.record_at {
            self.record_at = now.after_ms(RECORD_MS);
            self.step(Input::RecordDue, now).await?;
            self.measure(now);
        }
        let wake = self.wake();
        let pause = Duration::from_millis(wake.since_ms(self.world.clock.now()));
        let soon = self.looked.after_ms(LOOK_MS);
        tokio::select! {
            Some(done) = self.requests.join_next() => {
                let (seq, attempt, posted) = done.map_err(|_| Ended::Disorder)?;
                self.answered(seq, attempt, posted).await
            }
            changed = self.news.changed(), if self.look_at > soon => {
                self.look_at = soon;
                changed.map_err(|_| Ended::Over)
            }
            () = tokio::time::sleep(pause) => {
                let now = self.world.clock.now();
                self.step(Input::DeadlineReached, now).await
            }
        }
    }

    fn wake(&self) -> Timestamp {
        let look = (self.machine.room() > 0).then_some(self.look_at);
        let wakes = [look, self.machine.next_deadline()];
        wakes.into_iter().flatten().fold(self.record_at, Timestamp::min)
    }

    /// Reads the next page.
    async fn look(&mut self, now: Timestamp) -> Result<(), Ended> {
        let wanted = self.machine.room().min(PAGE_EVENTS_MAX);
        let limit = i64::try_from(wanted).unwrap_or(i64::MAX);
        let after = self.machine.read_up_to();
        let read = self.world.records.events_after(&self.row.tenant, after, limit).await?;
        self.unread = read.head.saturating_sub(read.up_to);
        self.looked = now;
        self.look_at = now.after_ms(if self.unread > 0 { 0 } else { QUIET_LOOK_MS });
        let events = read.events.into_iter().map(|row| self.take(row)).collect();
        self.step(Input::Read { events, up_to: read.up_to }, now).await
    }

    fn take(&mut self, row: EventRow) -> Event {
        let event = Event { seq: row.seq, transaction: row.transaction, at: row.at };
        self.bodies.insert(row.seq, body(row));
        event
    }

    async fn answered(&mut self, seq: i64, attempt: u32, posted: Posted) -> Result<(), Ended> {
        let Posted { answer, words } = posted;
        self.count(match answer {
            Answer::Taken => "taken",
            Answer::Gone => "gone",
            Answer::Failed => "failed",
        });
        if answer != Answer::Taken {
            tracing::info!(webhook = %self.row.id, seq, attempt, %words, "an event was not taken");
        }
        let jitter_permille = random_permille();
        let now = self.world.clock.now();
        self.step(Input::Answered { seq, answer, jitter_permille }, now).await
    }

    async fn step(&mut self, input: Input, now: Timestamp) -> Result<(), Ended> {
        for effect in self.machine.step(input, now) {
            match effect {
                Effect::Record(progress) => self.record(&progress, now).await?,
                Effect::Send { seq, attempt } => self.send(seq, attempt).await?,
                Effect::Alarm { seq } => self.parked(seq),
                Effect::Suspend => self.suspend(now).await?,
            }
        }
        Ok(())
    }

    async fn record(&self, progress: &Progress, now: Timestamp) -> Result<(), ProgressFault> {
        let (id, holder) = (&self.row.id, &self.holder);
        self.world.records.record_progress(id, holder, progress, now).await
    }

    async fn send(&mut self, seq: i64, attempt: u32) -> Result<(), Ended> {
        let body = match self.bodies.remove(&seq) {
            Some(body) => body,
            None => {
                let found = self.world.records.lookup_event(&self.row.tenant, seq).await?;
                found.map(body).ok_or(Ended::Disorder)?
            }
        };
        let receiver = self.receiver.clone();
        self.requests.spawn(async move {
            let posted = receiver.post(seq, attempt, body, wall_ms()).await;
            (seq, attempt, posted)
        });
        Ok(())
    }

    fn parked(&self, seq: i64) {
        self.count("parked");
        metrics::counter!("baton_alarms_total", "kind" => "webhook_parked").increment(1);
        let webhook = &self.row.id;
        tracing::error!(%webhook, seq, alarm = "webhook_parked", "an event was given up");
    }

    /// The receiver said 410: it is told nothing more until an operator lets it go on.
    async fn suspend(&mut self, now: Timestamp) -> Result<(), Ended> {
        let (id, standing) = (self.row.id.clone(), Standing::Suspended);
        tracing::warn!(webhook = %id, "the receiver answered 410; it is suspended");
        let change = Change::Webhook(WebhookChange::Standing { id, standing });
        self.world.records.change(&change, "gateway", now).await?;
        Err(Ended::Over)
    }

    fn count(&self, outcome: &'static str) {
        let webhook = self.row.id.to_string();
        let labels = [("webhook", webhook), ("outcome", outcome.to_owned())];
        metrics::counter!("baton_webhook_deliveries_total", &labels).increment(1);
    }

    fn measure(&self, now: Timestamp) {
        let id = self.row.id.to_string();
        let waiting = i64::try_from(self.machine.waiting()).unwrap_or(i64::MAX);
        let events = u32::try_from(waiting.saturating_add(self.unread)).unwrap_or(u32::MAX);
        let age_ms = self.machine.oldest().map_or(0, |oldest| now.since_ms(oldest.at));
        let age_s = u32::try_from(age_ms / 1_000).unwrap_or(u32::MAX);
        metrics::gauge!("baton_webhook_lag_events", "webhook" => id.clone()).set(f64::from(events));
        metrics::gauge!("baton_webhook_lag_seconds", "webhook" => id).set(f64::from(age_s));
    }
}

fn body(row: EventRow) -> String {
    // A document of texts and numbers always serialises.
    serde_json::to_string(&document::event(row)).unwrap_or_default()
}

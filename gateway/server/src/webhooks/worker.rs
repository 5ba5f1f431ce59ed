//! Which webhooks this gateway delivers to: all, while it holds the lease, and else none.
//!
//! Owns the lease and a task for each active webhook. A task that ended, for whatever reason, is
//! started again from what is recorded. Next: [`super::round`].

use super::round;
use crate::clock::new_id;
use crate::config::Webhooks as Settings;
use crate::world::World;
use baton_core::relay::lookup::Standing;
use baton_core::time::Timestamp;
use baton_protocol::ids::WebhookId;
use baton_records::Fault;
use baton_records::webhooks::{Lease, WebhookRow};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// Pause between looks at the lease and the list, in milliseconds: also the pause before a task
/// that ended starts again.
const LOOK_MS: u64 = 500;
/// Life of the lease, in milliseconds: so long nobody is told after a gateway died.
const LEASE_MS: u64 = 6_000;
/// Age at which the lease is renewed, in milliseconds: two renewals may fail before it ends.
const RENEW_MS: u64 = 2_000;

/// Delivers until it is told to stop.
pub(super) async fn run(world: Arc<World>, settings: Settings, mut stop: oneshot::Receiver<()>) {
    let holder = new_id().to_string();
    let mut worker =
        Worker { world, settings, holder, held: None, known: None, rounds: BTreeMap::new() };
    let mut looks = tokio::time::interval(Duration::from_millis(LOOK_MS));
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = &mut stop => break,
            _ = looks.tick() => {
                if let Err(fault) = worker.look().await {
                    tracing::warn!(%fault, "webhooks cannot be looked at");
                }
            }
        }
    }
    worker.rounds.clear();
    if worker.held.is_some()
        && let Err(fault) = worker.world.records.release_webhooks(&worker.holder).await
    {
        tracing::warn!(%fault, "the lease on webhooks ends by itself");
    }
}

struct Worker {
    world: Arc<World>,
    settings: Settings,
    holder: String,
    /// Since when the lease is held, as it was last renewed.
    held: Option<Timestamp>,
    /// The active webhooks at a revision of the tables.
    known: Option<(i64, Vec<WebhookRow>)>,
    rounds: BTreeMap<WebhookId, Round>,
}

/// A running task, which ends with this.
struct Round {
    row: WebhookRow,
    task: AbortHandle,
}

impl Drop for Round {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Worker {
    async fn look(&mut self) -> Result<(), Fault> {
        let active = self.active().await?;
        if active.is_empty() || !self.hold().await {
            self.rounds.clear();
            return Ok(());
        }
        self.rounds.retain(|id, round| {
            let unchanged = active.iter().any(|row| row.id == *id && *row == round.row);
            unchanged && !round.task.is_finished()
        });
        for row in active {
            let (world, settings) = (self.world.clone(), self.settings.clone());
            self.rounds.entry(row.id.clone()).or_insert_with(|| {
                let work = round::run(world, settings, self.holder.clone(), row.id.clone());
                Round { task: tokio::spawn(work).abort_handle(), row }
            });
        }
        Ok(())
    }

    /// Reads the list again only when somebody has changed the tables.
    async fn active(&mut self) -> Result<Vec<WebhookRow>, Fault> {
        let revision = self.world.tables.snapshot().tables.revision;
        if let Some((known, rows)) = &self.known
            && *known == revision
        {
            return Ok(rows.clone());
        }
        let mut rows = self.world.records.webhooks().await?;
        rows.retain(|row| row.standing == Standing::Active);
        self.known = Some((revision, rows.clone()));
        Ok(rows)
    }

    /// Holds the lease; when the store does not answer, only as long as it was given.
    async fn hold(&mut self) -> bool {
        let now = self.world.clock.now();
        if self.held.is_some_and(|since| now.since_ms(since) < RENEW_MS) {
            return true;
        }
        let until = now.after_ms(LEASE_MS);
        match self.world.records.hold_webhooks(&self.holder, now, until).await {
            Ok(Lease::Ours) => self.held = Some(now),
            Ok(Lease::Others) => self.held = None,
            Err(fault) => {
                tracing::warn!(%fault, "the lease on webhooks cannot be renewed");
                self.held = self.held.filter(|since| now.since_ms(*since) < LEASE_MS);
            }
        }
        self.held.is_some()
    }
}

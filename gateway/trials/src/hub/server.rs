//! One hub server as the model has it: workers, a queue, and slowness above its threshold.
//!
//! Owns what is inside the hub and for how long it was too much. May not know why an order came.
//! Next: `world.rs`, which moves the orders.

use super::scenario::Hub;
use std::collections::VecDeque;

/// An order at a hub: its place in the list, and its hand-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// Which order.
    pub order: u32,
    /// As which hand-off.
    pub epoch: u32,
}

/// A hub server.
#[derive(Debug, Clone)]
pub struct Server {
    workers: u32,
    threshold: u32,
    service_s: f64,
    degrade: f64,
    /// 1, or more while it is slow.
    pub slowness: f64,
    /// Counts its lives: work of an earlier one is lost.
    pub life: u32,
    /// Whether it is alive.
    pub alive: bool,
    busy: u32,
    queue: VecDeque<Job>,
    over_since: Option<f64>,
    over_s: f64,
    peak: u32,
}

impl Server {
    /// Starts an idle hub.
    #[must_use]
    pub const fn new(hub: &Hub, degrade: f64) -> Self {
        Self {
            workers: hub.servers,
            threshold: hub.threshold_n,
            service_s: hub.service_s,
            degrade,
            slowness: 1.0,
            life: 0,
            alive: true,
            busy: 0,
            queue: VecDeque::new(),
            over_since: None,
            over_s: 0.0,
            peak: 0,
        }
    }

    /// Returns how many orders are inside.
    #[must_use]
    pub fn inside(&self) -> u32 {
        self.busy.saturating_add(u32::try_from(self.queue.len()).unwrap_or(u32::MAX))
    }

    /// Returns for how long more orders were inside than the threshold allows.
    #[must_use]
    pub const fn over_s(&self) -> f64 {
        self.over_s
    }

    /// Returns the most orders that were ever inside.
    #[must_use]
    pub const fn peak(&self) -> u32 {
        self.peak
    }

    /// Returns the nominal mean service time.
    #[must_use]
    pub const fn service_s(&self) -> f64 {
        self.service_s
    }

    /// Takes an order in.
    pub fn enter(&mut self, job: Job, now: f64) {
        self.queue.push_back(job);
        self.peak = self.peak.max(self.inside());
        self.watch(now);
    }

    /// Gives the next order to a free worker, and says how many times the mean it works on it.
    pub fn start(&mut self) -> Option<(Job, f64)> {
        if self.busy >= self.workers {
            return None;
        }
        let inside = self.inside();
        let job = self.queue.pop_front()?;
        self.busy = self.busy.saturating_add(1);
        let over = f64::from(inside.saturating_sub(self.threshold));
        let degraded = self.degrade * (over / f64::from(self.threshold.max(1))).min(1.0);
        Some((job, self.service_s * self.slowness * (1.0 + degraded)))
    }

    /// A worker is free again.
    pub fn finish(&mut self, now: f64) {
        self.busy = self.busy.saturating_sub(1);
        self.watch(now);
    }

    /// Loses everything inside.
    pub fn die(&mut self, now: f64) {
        self.life = self.life.saturating_add(1);
        self.alive = false;
        self.busy = 0;
        self.queue.clear();
        self.watch(now);
    }

    /// Counts the time above the threshold.
    pub fn watch(&mut self, now: f64) {
        let over = self.inside() > self.threshold;
        match (self.over_since, over) {
            (None, true) => self.over_since = Some(now),
            (Some(since), _) => {
                self.over_s += now - since;
                self.over_since = over.then_some(now);
            }
            (None, false) => {}
        }
    }
}

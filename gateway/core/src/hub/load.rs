//! Measured load of one hub: what was granted and not acknowledged, how long service takes, how
//! many orders come, and what follows of it: window, queue, price.
//!
//! Owns the formulas; floats are used for load only, never for money. Its numbers come from
//! acknowledgements and counts, never from a clock. Next: [`super::board`], all hubs at once.

use super::figures::{Figures, TICK_S, floor, round};
use crate::geo::Point;

/// A hub as the operator describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct HubFacts {
    /// Where it stands.
    pub at: Point,
    /// Orders that it works on at the same time.
    pub workers: u32,
    /// Nominal mean service time.
    pub service_s: f64,
    /// Orders at which it degrades; `None` = workers + floor(workers / 2).
    pub threshold: Option<u32>,
}

impl HubFacts {
    /// Returns the orders at which the hub degrades.
    ///
    /// By default c + floor(c W*/s0) with a wait W* of half the nominal service: 1.5 c.
    #[must_use]
    pub const fn threshold(&self) -> u32 {
        match self.threshold {
            Some(threshold) => threshold,
            None => self.workers.saturating_add(self.workers / 2),
        }
    }
}

/// Whether a hub answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Up,
    /// It does not.
    Down,
}

/// What others are told of a hub's load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snapshot {
    /// Orders granted and not acknowledged.
    pub out: u32,
    /// Held orders whose home is this hub.
    pub held: u32,
    /// Estimate of the mean service time.
    pub service_s: f64,
    /// Rate of orders whose home is this hub.
    pub rate_per_s: f64,
    /// What a place here costs. **Units** s.
    pub price_s: f64,
    /// Whether it answers.
    pub standing: Standing,
}

/// The load of one hub, with everything that follows of it ready to be read.
#[derive(Debug, Clone)]
pub struct Load {
    snapshot: Snapshot,
    window: u32,
    /// The window less the reserve for own zones.
    window_strangers: u32,
    workers: u32,
    /// What one order more in the queue costs: s_hat / c G.
    place_s: f64,
    slow_s: f64,
    service_nominal_s: f64,
    reserve: u32,
    ready: u32,
    /// Orders that lie ready for the time of a credit's round trip.
    ahead: u32,
    window_max: u32,
    round_trip_workers_s: f64,
}

impl Load {
    /// Starts with an idle hub that answers.
    #[must_use]
    pub fn new(facts: &HubFacts, figures: &Figures) -> Self {
        let workers = facts.workers.max(1);
        let c = f64::from(workers);
        let service_s = facts.service_s.max(SERVICE_S_MIN);
        let snapshot = Snapshot {
            out: 0,
            held: 0,
            service_s,
            rate_per_s: 0.0,
            price_s: 0.0,
            standing: Standing::Up,
        };
        let mut load = Self {
            snapshot,
            window: 1,
            window_strangers: 1,
            workers,
            place_s: 0.0,
            slow_s: 0.0,
            service_nominal_s: service_s,
            reserve: round(figures.reserve_factor * c.sqrt()),
            ready: workers.saturating_add(floor(figures.ready_share * c)),
            ahead: 0,
            window_max: floor(figures.threshold_share * f64::from(facts.threshold())),
            round_trip_workers_s: figures.credit_round_trip_s * c,
        };
        load.derive(figures);
        load
    }

    /// Returns what others are told.
    #[must_use]
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Returns how many orders may be out at the same time.
    #[must_use]
    pub const fn window(&self) -> u32 {
        self.window
    }

    /// Returns the share of the threshold that is never passed, in orders.
    #[must_use]
    pub const fn window_max(&self) -> u32 {
        self.window_max
    }

    /// Returns what is served when every worker is busy. **Units** orders/s.
    #[must_use]
    pub fn served_per_s(&self) -> f64 {
        f64::from(self.workers) / self.snapshot.service_s
    }

    /// Returns how many orders are worked on at the same time.
    #[must_use]
    pub const fn workers(&self) -> u32 {
        self.workers
    }

    /// Tells whether the hub answers.
    #[must_use]
    pub const fn is_up(&self) -> bool {
        matches!(self.snapshot.standing, Standing::Up)
    }

    /// Tells whether a credit is free at all.
    #[must_use]
    pub const fn has_credit(&self) -> bool {
        self.is_up() && self.snapshot.out < self.window
    }

    /// Tells whether more is free than what is kept for own zones.
    #[must_use]
    pub const fn has_credit_for_strangers(&self) -> bool {
        self.is_up() && self.snapshot.out < self.window_strangers
    }

    /// Tells whether an order of an own zone may be sent at once, before nobody who waits.
    #[must_use]
    pub const fn open_to_own(&self) -> bool {
        self.has_credit() && self.snapshot.held == 0
    }

    /// Tells whether an order of another hub's zone may be sent at once.
    #[must_use]
    pub const fn open_to_strangers(&self) -> bool {
        self.has_credit_for_strangers() && self.snapshot.held == 0
    }

    /// Returns the wait of an order behind `ahead` others that are still to come: Q. **Units** s.
    #[must_use]
    pub fn queue_s(&self, ahead: u32) -> f64 {
        let inside = self.snapshot.out.saturating_add(ahead).saturating_add(1);
        f64::from(inside.saturating_sub(self.workers)) * self.place_s
    }

    /// Returns by how much service takes longer than it should. **Units** s.
    #[must_use]
    pub const fn slow_s(&self) -> f64 {
        self.slow_s
    }

    /// Returns what an order sent at once waits here, with the price of the place. **Units** s.
    #[must_use]
    pub fn cost_s(&self) -> f64 {
        self.snapshot.price_s + self.queue_s(0) + self.slow_s
    }

    /// Returns when a refused customer may come again: V s_hat / c. **Units** s.
    #[must_use]
    pub fn retry_after_s(&self) -> f64 {
        f64::from(self.snapshot.held) * self.snapshot.service_s / f64::from(self.workers)
    }

    /// One more order is out.
    pub const fn grant(&mut self) {
        self.snapshot.out = self.snapshot.out.saturating_add(1);
    }

    /// One order is no longer out; nothing is learnt of its service.
    pub const fn release(&mut self) {
        self.snapshot.out = self.snapshot.out.saturating_sub(1);
    }

    /// One order was served in so many seconds.
    pub fn acknowledge(&mut self, service_s: f64, figures: &Figures) {
        self.release();
        if service_s.is_finite() {
            let off = service_s.max(0.0) - self.snapshot.service_s;
            let learnt = self.snapshot.service_s + figures.service_weight * off;
            self.snapshot.service_s = learnt.max(SERVICE_S_MIN);
            self.derive(figures);
        }
    }

    /// So many held orders have their home here now.
    pub const fn set_held(&mut self, held: u32) {
        self.snapshot.held = held;
    }

    /// A tenth of a second is over, in which so many orders came whose home is here: the rate and
    /// the price follow.
    pub fn tick(&mut self, arrived: u32, figures: &Figures) {
        let follow = 1.0 - (-TICK_S / figures.rate_memory_s).exp();
        self.snapshot.rate_per_s +=
            follow * (f64::from(arrived) / TICK_S - self.snapshot.rate_per_s);
        let wanted = self.snapshot.out.saturating_add(self.snapshot.held);
        let load = (f64::from(wanted) / f64::from(self.workers)).min(figures.price_load_max);
        let step = TICK_S * figures.price_gain * (load - figures.price_target);
        self.snapshot.price_s = (self.snapshot.price_s + step).clamp(0.0, figures.price_max);
        self.derive(figures);
    }

    /// The hub is silent: what was out is lost and goes elsewhere.
    pub const fn fall(&mut self) {
        self.snapshot.standing = Standing::Down;
        self.snapshot.out = 0;
    }

    /// The hub answers again, with nothing out.
    pub const fn rise(&mut self) {
        self.snapshot.standing = Standing::Up;
        self.snapshot.out = 0;
    }

    /// Takes over what another node knows better.
    pub fn set(&mut self, snapshot: Snapshot, figures: &Figures) {
        let known = self.snapshot.service_s.to_bits() == snapshot.service_s.to_bits()
            && self.snapshot.rate_per_s.to_bits() == snapshot.rate_per_s.to_bits();
        self.snapshot = snapshot;
        if !known {
            self.derive(figures);
        }
    }

    /// Works out what follows of service time and rate.
    fn derive(&mut self, figures: &Figures) {
        let c = f64::from(self.workers);
        let service_s = self.snapshot.service_s;
        let spare = 1.0 - self.snapshot.rate_per_s * service_s / c;
        let congestion = 1.0 / spare.max(1.0 / figures.congestion_max);
        self.place_s = service_s / c * congestion;
        self.slow_s = (service_s - self.service_nominal_s).max(0.0);
        // The ceiling of c round_trip / s_hat, counted from where it was.
        let room = self.window_max.saturating_sub(self.ready);
        let on_the_way = self.round_trip_workers_s / service_s;
        while self.ahead > 0 && f64::from(self.ahead.saturating_sub(1)) >= on_the_way {
            self.ahead = self.ahead.saturating_sub(1);
        }
        while self.ahead < room && f64::from(self.ahead) < on_the_way {
            self.ahead = self.ahead.saturating_add(1);
        }
        self.window = self.ready.saturating_add(self.ahead).min(self.window_max).max(1);
        self.window_strangers = self.window.saturating_sub(self.reserve);
    }
}

/// A service time under this is an error of measurement; it keeps the window finite. **Units** s.
const SERVICE_S_MIN: f64 = 0.001;

#[cfg(test)]
mod tests;

//! The world of a scenario: a queue of what happens next, hub servers, and what came of orders.
//!
//! Owns time, the network and the model; a rule is only told what it could know. May not decide
//! where an order goes. Next: `ours.rs` and `literal.rs`, the rules that are compared.

use super::outcome::{Outcome, Tally};
use super::scenario::{Country, Scenario};
use super::server::{Job, Server};
use super::traffic::Order;
use anyhow::Result;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A way of sending orders to hubs.
pub trait Rule {
    /// What it sends to itself over the network.
    type Note;

    /// An order came.
    fn arrived(&mut self, order: u32, world: &mut World<Self::Note>);

    /// A hub's acknowledgement of an order came, with the mean service time that the hub sees.
    ///
    /// Not the time of the one order: a twentieth of log-normal times moves an estimate by a fifth
    /// of itself, and `slow` would read half of that noise as slowness (S01: J 34 ms, not 1.6).
    fn acknowledged(&mut self, hub: u32, job: Job, mean_s: f64, world: &mut World<Self::Note>);

    /// A hub's report came: orders inside when it was sent.
    fn reported(&mut self, hub: u32, inside: u32, world: &mut World<Self::Note>);

    /// A tenth of a second is over; these hubs gave a sign of life in it.
    fn ticked(&mut self, alive: &[bool], world: &mut World<Self::Note>);

    /// A hub is back, with nothing inside.
    fn restarted(&mut self, hub: u32, world: &mut World<Self::Note>);

    /// An own note came.
    fn noted(&mut self, note: Self::Note, world: &mut World<Self::Note>);
}

/// Something that happens at a moment; what was set first happens first.
struct Event<N> {
    at: f64,
    turn: u64,
    what: What<N>,
}

enum What<N> {
    Reach { hub: u32, job: Job },
    Finish { hub: u32, job: Job, life: u32, mean_s: f64 },
    Back { hub: u32, job: Job, mean_s: f64 },
    Report { hub: u32 },
    Read { hub: u32, inside: u32 },
    Tick,
    Die { hub: u32 },
    Live { hub: u32 },
    Slow { hub: u32, factor: f64 },
    Note(N),
}

/// One one-way trip costs this, however short. **Units** s.
const NETWORK_S: f64 = 0.001;
/// And this a kilometre: 1 ms per 100 km. **Units** s/km.
const NETWORK_S_PER_KM: f64 = 0.001 / 100.0;
/// The beat of rules and of signs of life. **Units** s.
const TICK_S: f64 = 0.1;

/// The world.
pub struct World<N> {
    /// What is played.
    country: Country,
    /// Distances, zone by zone. **Units** km.
    km: Vec<Vec<f64>>,
    /// Each zone's nearest hub, and how far it is.
    nearest: Vec<(u32, f64)>,
    /// All orders, by time.
    orders: Vec<Order>,
    now: f64,
    events: BinaryHeap<Event<N>>,
    turn: u64,
    servers: Vec<Server>,
    epochs: Vec<u32>,
    tally: Tally,
}

impl<N> World<N> {
    /// Sets up the world before its first moment.
    ///
    /// # Errors
    /// Degrees that are no place.
    pub fn new(country: Country, orders: Vec<Order>) -> Result<Self> {
        let (hubs, zones) = country.places()?;
        let row = |zone: &baton_core::geo::Point| {
            hubs.iter().map(|hub| zone.distance_km(*hub)).collect::<Vec<f64>>()
        };
        let km: Vec<Vec<f64>> = zones.iter().map(row).collect();
        let least = |row: &Vec<f64>| {
            let near = (0_u32..).zip(row.iter().copied());
            near.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
        };
        let nearest = km.iter().map(least).collect();
        let degrade = country.scenario.degrade_a;
        let servers = country.hubs.iter().map(|hub| Server::new(hub, degrade)).collect();
        let (epochs, tally) = (vec![0; orders.len()], Tally::new(&country, orders.len()));
        let mut world = Self {
            country,
            km,
            nearest,
            orders,
            now: 0.0,
            events: BinaryHeap::new(),
            turn: 0,
            servers,
            epochs,
            tally,
        };
        world.script();
        Ok(world)
    }

    /// Returns the time since the beginning. **Units** s.
    pub const fn now(&self) -> f64 {
        self.now
    }

    /// Returns what happens.
    pub const fn scenario(&self) -> &Scenario {
        &self.country.scenario
    }

    /// Returns an order, unless there is no such one.
    pub fn order(&self, order: u32) -> Option<Order> {
        self.orders.get(at(order)).copied()
    }

    /// Returns how often an order was handed over.
    pub fn epoch(&self, order: u32) -> u32 {
        self.epochs.get(at(order)).copied().unwrap_or(0)
    }

    /// Returns how far a zone is from a hub. **Units** km.
    pub fn distance_km(&self, zone: u32, hub: u32) -> f64 {
        self.km.get(at(zone)).and_then(|row| row.get(at(hub))).copied().unwrap_or(f64::MAX)
    }

    /// Sends an order to a hub.
    pub fn send(&mut self, hub: u32, job: Job) {
        if let Some(epoch) = self.epochs.get_mut(at(job.order)) {
            *epoch = job.epoch;
        }
        self.tally.sent(hub, self.nearest(job.order).0);
        let trip = self.trip_s(job.order, hub);
        self.set(trip, What::Reach { hub, job });
    }

    /// Refuses an order; its customer counts as having waited until he would have gone away.
    pub fn refuse(&mut self, order: u32) {
        self.tally.dropped(self.country.scenario.abandon_s);
        self.forget(order);
    }

    /// Counts an ask that was refused.
    pub const fn ask_refused(&mut self) {
        self.tally.ask_refused();
    }

    /// Counts an order that was held.
    pub const fn held(&mut self) {
        self.tally.held();
    }

    /// Sends a note that comes back so much later.
    pub fn note(&mut self, delay_s: f64, note: N) {
        self.set(delay_s, What::Note(note));
    }

    /// Plays to the end and tells what came of it.
    pub fn play(
        mut self,
        rule: &mut impl Rule<Note = N>,
        progress: &mut dyn FnMut(f64),
    ) -> Outcome {
        let end = self.country.scenario.horizon_s + self.country.scenario.abandon_s * 2.0;
        let mut next = 0_u32;
        let mut told = 0.0;
        loop {
            let order = self.order(next).map(|order| order.at);
            let event = self.events.peek().map(|event| event.at);
            match (order, event) {
                (Some(order), event) if event.is_none_or(|event| order <= event) => {
                    self.now = order;
                    self.tally.came(self.nearest(next).0);
                    rule.arrived(next, &mut self);
                    next = next.saturating_add(1);
                }
                (_, Some(event)) if event <= end => {
                    if let Some(event) = self.events.pop() {
                        self.now = event.at;
                        self.happen(event.what, rule);
                    }
                }
                (Some(_) | None, Some(_) | None) => break,
            }
            if self.now - told >= PROGRESS_S {
                told = self.now;
                progress(self.now / end);
            }
        }
        for server in &mut self.servers {
            server.watch(self.now);
        }
        self.tally.finish(&self.servers, &self.country.scenario)
    }

    fn script(&mut self) {
        let scenario = self.country.scenario.clone();
        for outage in &scenario.outage {
            let hub = self.hub(&outage.hub);
            self.set(outage.t0, What::Die { hub });
            self.set(outage.t1, What::Live { hub });
        }
        for slow in &scenario.slow {
            let hub = self.hub(&slow.hub);
            self.set(slow.t0, What::Slow { hub, factor: slow.factor });
            self.set(slow.t1, What::Slow { hub, factor: 1.0 });
        }
        self.set(TICK_S, What::Tick);
        for hub in (0..).take(self.servers.len()) {
            // Hubs do not report in step.
            let first = scenario.report_period_s * f64::from(hub) / 17.0 % scenario.report_period_s;
            self.set(first, What::Report { hub });
        }
    }

    fn hub(&self, name: &str) -> u32 {
        let found = self.country.hubs.iter().position(|hub| hub.name == name);
        found.and_then(|place| u32::try_from(place).ok()).unwrap_or(u32::MAX)
    }

    fn set(&mut self, delay_s: f64, what: What<N>) {
        self.turn = self.turn.saturating_add(1);
        self.events.push(Event { at: self.now + delay_s, turn: self.turn, what });
    }

    /// Returns the hub nearest to an order, and how far it is.
    fn nearest(&self, order: u32) -> (u32, f64) {
        let zone = self.order(order).map_or(0, |order| order.zone);
        self.nearest.get(at(zone)).copied().unwrap_or((0, 0.0))
    }

    fn trip_s(&self, order: u32, hub: u32) -> f64 {
        let zone = self.order(order).map_or(0, |order| order.zone);
        NETWORK_S + NETWORK_S_PER_KM * self.distance_km(zone, hub)
    }

    fn happen(&mut self, what: What<N>, rule: &mut impl Rule<Note = N>) {
        match what {
            What::Reach { hub, job } => self.reach(hub, job),
            What::Finish { hub, job, life, mean_s } => self.finish(hub, job, life, mean_s),
            What::Back { hub, job, mean_s } => {
                self.back(hub, job);
                rule.acknowledged(hub, job, mean_s, self);
            }
            What::Report { hub } => self.report(hub),
            What::Read { hub, inside } => rule.reported(hub, inside, self),
            What::Tick => {
                let alive: Vec<bool> = self.servers.iter().map(|server| server.alive).collect();
                self.tally.sample(self.now, &self.servers);
                rule.ticked(&alive, self);
                self.set(TICK_S, What::Tick);
            }
            What::Die { hub } => {
                let now = self.now;
                self.change(hub, |server| server.die(now));
            }
            What::Live { hub } => {
                self.change(hub, |server| server.alive = true);
                rule.restarted(hub, self);
            }
            What::Slow { hub, factor } => self.change(hub, |server| server.slowness = factor),
            What::Note(note) => rule.noted(note, self),
        }
    }

    fn change(&mut self, hub: u32, change: impl FnOnce(&mut Server)) {
        if let Some(server) = self.servers.get_mut(at(hub)) {
            change(server);
        }
    }

    /// What reaches a dead hub is lost.
    fn reach(&mut self, hub: u32, job: Job) {
        let now = self.now;
        if let Some(server) = self.servers.get_mut(at(hub)).filter(|server| server.alive) {
            server.enter(job, now);
            self.work(hub);
        }
    }

    /// Workers take up what waits; whoever has gone away meanwhile is not worked on.
    fn work(&mut self, hub: u32) {
        while let Some((job, mean_s)) = self.servers.get_mut(at(hub)).and_then(Server::start) {
            let Some(order) = self.order(job.order) else { continue };
            if self.now - order.at >= self.country.scenario.abandon_s {
                let now = self.now;
                self.change(hub, |server| server.finish(now));
                if self.epoch(job.order) == job.epoch {
                    self.refuse(job.order);
                }
                let trip = self.trip_s(job.order, hub);
                self.set(trip, What::Back { hub, job, mean_s });
                continue;
            }
            let life = self.servers.get(at(hub)).map_or(0, |server| server.life);
            self.set(mean_s * order.weight, What::Finish { hub, job, life, mean_s });
        }
    }

    fn finish(&mut self, hub: u32, job: Job, life: u32, mean_s: f64) {
        let now = self.now;
        let Some(server) = self.servers.get_mut(at(hub)).filter(|one| one.life == life) else {
            return;
        };
        server.finish(now);
        let trip = self.trip_s(job.order, hub);
        self.set(trip, What::Back { hub, job, mean_s });
        self.work(hub);
    }

    /// The customer has the answer, if it is the newest hand-off's.
    fn back(&mut self, hub: u32, job: Job) {
        if self.epoch(job.order) != job.epoch {
            return;
        }
        let Some(order) = self.order(job.order) else { return };
        let (_, nearest) = self.nearest(job.order);
        let extra_km = self.distance_km(order.zone, hub) - nearest;
        let own = order.weight * self.servers.get(at(hub)).map_or(0.0, Server::service_s);
        let trips = 2.0 * (NETWORK_S + NETWORK_S_PER_KM * nearest);
        let wait = (self.now - order.at - own - trips).max(0.0);
        let scenario = &self.country.scenario;
        if wait >= scenario.abandon_s {
            self.tally.dropped(scenario.abandon_s);
        } else {
            self.tally.served(wait, extra_km);
        }
        self.forget(job.order);
    }

    fn report(&mut self, hub: u32) {
        let Scenario { report_period_s, report_delay_s, .. } = self.country.scenario;
        if let Some(server) = self.servers.get(at(hub)).filter(|server| server.alive) {
            let inside = server.inside();
            self.set(report_delay_s, What::Read { hub, inside });
        }
        self.set(report_period_s, What::Report { hub });
    }

    /// Whatever comes of the order later is not counted.
    fn forget(&mut self, order: u32) {
        if let Some(epoch) = self.epochs.get_mut(at(order)) {
            *epoch = u32::MAX;
        }
    }
}

/// How often a long run tells how far it is. **Units** s of the scenario.
const PROGRESS_S: f64 = 30.0;

/// Returns the place in a list that a number stands for.
pub fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl<N> PartialEq for Event<N> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<N> Eq for Event<N> {}

impl<N> PartialOrd for Event<N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The heap gives the greatest first, so sooner is greater.
impl<N> Ord for Event<N> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.total_cmp(&self.at).then(other.turn.cmp(&self.turn))
    }
}

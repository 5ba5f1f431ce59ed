//! The board: every hub's load as one node knows it, every zone's nearest hubs and its home.
//!
//! Owns who is whose home and which hubs the search outward may find; a change of one hub costs
//! the logarithm of their number at most. Floats are used for load and distance only. May not
//! decide where an order goes. Next: [`super::divert`], which does.

use super::figures::Figures;
use super::load::{HubFacts, Load, Snapshot, Standing};
use crate::geo::tree::Gate;
use crate::geo::{Near, Point, Tree, place};

/// A hub by its place on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hub(pub u32);

/// A zone of addresses by its place on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(pub u32);

/// All hubs and zones.
#[derive(Debug, Clone)]
pub struct Board {
    figures: Figures,
    sites: Vec<Point>,
    loads: Vec<Load>,
    seats: Vec<Seat>,
    /// Open in it is who takes orders of other hubs' zones.
    outward: Tree,
}

/// Where a zone lies among the hubs.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    pub(super) at: Point,
    /// The nearest hubs, nearest first.
    pub(super) ring: Box<[Near]>,
    /// The nearest hub that is up.
    pub(super) home: Option<Near>,
}

impl Board {
    /// Lays out the board; every hub is up and idle.
    #[must_use]
    pub fn new(hubs: &[HubFacts], zones: &[Point], figures: Figures) -> Self {
        let sites: Vec<Point> = hubs.iter().map(|facts| facts.at).collect();
        let loads = hubs.iter().map(|facts| Load::new(facts, &figures)).collect();
        let outward = Tree::new(&sites);
        let seat = |at: &Point| {
            let ring = outward.nearest(*at, figures.ring.max(1)).into_boxed_slice();
            Seat { at: *at, home: ring.first().copied(), ring }
        };
        let seats = zones.iter().map(seat).collect();
        let mut board = Self { figures, sites, loads, seats, outward };
        for hub in board.hubs() {
            board.show(hub);
        }
        board
    }

    /// Returns the figures that the board goes by.
    #[must_use]
    pub const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Returns every hub.
    pub fn hubs(&self) -> impl Iterator<Item = Hub> + use<> {
        (0..u32::try_from(self.loads.len()).unwrap_or(u32::MAX)).map(Hub)
    }

    /// Returns every zone.
    pub fn zones(&self) -> impl Iterator<Item = Zone> + use<> {
        (0..u32::try_from(self.seats.len()).unwrap_or(u32::MAX)).map(Zone)
    }

    /// Returns a hub's load, unless there is no such hub.
    #[must_use]
    pub fn load(&self, hub: Hub) -> Option<&Load> {
        self.loads.get(place(hub.0))
    }

    /// Returns the nearest hub that is up.
    #[must_use]
    pub fn home(&self, zone: Zone) -> Option<Hub> {
        self.seat(zone)?.home.map(|near| Hub(near.index))
    }

    /// Returns how far a hub is from a zone. **Units** km.
    #[must_use]
    pub fn distance_km(&self, zone: Zone, hub: Hub) -> Option<f64> {
        let (seat, site) = (self.seat(zone)?, self.sites.get(place(hub.0))?);
        let near = seat.ring.iter().find(|near| near.index == hub.0);
        Some(near.map_or_else(|| seat.at.distance_km(*site), |near| near.km))
    }

    /// One more order is out at a hub.
    pub fn grant(&mut self, hub: Hub) {
        self.change(hub, |load, _| load.grant());
    }

    /// One order is no longer out, and nothing is learnt.
    pub fn release(&mut self, hub: Hub) {
        self.change(hub, |load, _| load.release());
    }

    /// One order was served in so many seconds.
    pub fn acknowledge(&mut self, hub: Hub, service_s: f64) {
        self.change(hub, |load, figures| load.acknowledge(service_s, figures));
    }

    /// So many held orders have their home at a hub.
    pub fn set_held(&mut self, hub: Hub, held: u32) {
        self.change(hub, |load, _| load.set_held(held));
    }

    /// A tenth of a second is over, in which so many orders came whose home is the hub.
    pub fn tick(&mut self, hub: Hub, arrived: u32) {
        self.change(hub, |load, figures| load.tick(arrived, figures));
    }

    /// Takes over what is known elsewhere. A change of standing gives the zones around other homes.
    pub fn set(&mut self, hub: Hub, snapshot: Snapshot) {
        let Some(before) = self.load(hub).map(|load| load.snapshot().standing) else { return };
        self.change(hub, |load, figures| load.set(snapshot, figures));
        match (before, snapshot.standing) {
            (Standing::Up, Standing::Down) => self.leave(hub),
            (Standing::Down, Standing::Up) => self.settle(hub),
            (Standing::Up, Standing::Up) | (Standing::Down, Standing::Down) => {}
        }
    }

    pub(super) fn seat(&self, zone: Zone) -> Option<&Seat> {
        self.seats.get(place(zone.0))
    }

    /// Finds the nearest hub that takes strangers, however far.
    pub(super) fn outward(&self, at: Point) -> Option<Near> {
        self.outward.nearest_open(at)
    }

    fn change(&mut self, hub: Hub, change: impl FnOnce(&mut Load, &Figures)) {
        let Some(load) = self.loads.get_mut(place(hub.0)) else { return };
        let before = load.open_to_strangers();
        change(load, &self.figures);
        if load.open_to_strangers() != before {
            self.show(hub);
        }
    }

    /// Shows the search outward whether the hub takes strangers.
    fn show(&mut self, hub: Hub) {
        let open = self.load(hub).is_some_and(Load::open_to_strangers);
        self.outward.set(hub.0, if open { Gate::Open } else { Gate::Shut });
    }

    /// Finds new homes for the zones of a hub that fell.
    fn leave(&mut self, hub: Hub) {
        let Self { loads, seats, sites, .. } = self;
        for seat in seats.iter_mut().filter(|seat| seat.is_at_home(hub)) {
            let up = |near: &&Near| loads.get(place(near.index)).is_some_and(Load::is_up);
            seat.home = seat.ring.iter().find(up).copied();
            if seat.home.is_none() {
                seat.home = far_home(seat.at, sites, loads);
            }
        }
    }

    /// Gives a hub that rose the zones that have no nearer one.
    fn settle(&mut self, hub: Hub) {
        let Some(site) = self.sites.get(place(hub.0)).copied() else { return };
        for seat in &mut self.seats {
            let near = Near { index: hub.0, km: seat.at.distance_km(site) };
            if seat.home.is_none_or(|home| (near.km, near.index) < (home.km, home.index)) {
                seat.home = Some(near);
            }
        }
    }
}

impl Seat {
    fn is_at_home(&self, hub: Hub) -> bool {
        self.home.is_some_and(|home| home.index == hub.0)
    }
}

/// Finds the nearest hub that is up when a whole ring is down: so rare that every hub is looked at.
fn far_home(at: Point, sites: &[Point], loads: &[Load]) -> Option<Near> {
    let up = (0..).zip(sites).zip(loads).filter(|(_, load)| load.is_up());
    let near = up.map(|((index, site), _)| Near { index, km: at.distance_km(*site) });
    near.min_by(|a, b| a.km.total_cmp(&b.km).then(a.index.cmp(&b.index)))
}

#[cfg(test)]
mod tests;

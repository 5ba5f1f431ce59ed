//! Keep or divert: where an order of a zone goes, and which held order gets a freed credit.
//!
//! Owns the two decisions of the rule, as questions to the board that change nothing. Floats are
//! used for load and distance only. May not send anything. Next: [`super::control`], which asks
//! the hubs' actors for credits and holds what finds no place.

use super::board::{Board, Hub, Seat, Zone};
use super::load::Load;
use crate::geo::Near;
use crate::time::Timestamp;

/// Where an order goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// To this hub, if its actor grants a credit.
    To(Hub),
    /// Nowhere yet: waiting for the home costs less than any other hub, or all are full.
    Hold,
}

/// The first of a zone's held orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The zone.
    pub zone: Zone,
    /// When the order came first.
    pub arrived: Timestamp,
}

impl Board {
    /// Decides where an order of a zone goes: ROUTE.
    ///
    /// Walks the zone's nearest hubs and goes on outward while nothing was found. An unknown zone
    /// is held, and so is every order while no hub is up.
    #[must_use]
    pub fn route(&self, zone: Zone) -> Route {
        let Some((seat, home)) = self.seat(zone).and_then(|seat| Some((seat, seat.home?))) else {
            return Route::Hold;
        };
        let Some(home_load) = self.load(Hub(home.index)) else { return Route::Hold };
        let walked = self.walk(seat, home);
        let Some((best, cost)) = walked.or_else(|| self.beyond(seat, home)) else {
            return Route::Hold;
        };
        let held = home_load.snapshot().held;
        let hold = home_load.snapshot().price_s + home_load.queue_s(held) + home_load.slow_s();
        if hold < cost && best != Hub(home.index) { Route::Hold } else { Route::To(best) }
    }

    /// Chooses the held order that a hub with a free credit takes next: PULL. `None` = none gains.
    ///
    /// Own zones are paid in what their queue costs, others in what they gain by coming here, and
    /// everybody in the time he has waited; equal ones by age.
    #[must_use]
    pub fn pull(
        &self,
        hub: Hub,
        heads: impl IntoIterator<Item = Head>,
        now: Timestamp,
    ) -> Option<Zone> {
        let load = self.load(hub).filter(|load| load.has_credit())?;
        let keyed = heads.into_iter().filter_map(|head| {
            let age_s = seconds(now.since_ms(head.arrived));
            let key = self.key(hub, load, head.zone)? + self.figures().age_weight * age_s;
            Some((key, head))
        });
        let best = keyed.max_by(|(one, a), (other, b)| {
            one.total_cmp(other).then(b.arrived.cmp(&a.arrived)).then(b.zone.cmp(&a.zone))
        });
        best.map(|(_, head)| head.zone)
    }

    /// Walks the ring: the cheapest open hub, and what it costs.
    fn walk(&self, seat: &Seat, home: Near) -> Option<(Hub, f64)> {
        let mut best: Option<(Hub, f64)> = None;
        for near in &seat.ring {
            let Some(load) = self.load(Hub(near.index)).filter(|load| load.is_up()) else {
                continue;
            };
            let way = self.way_s(near.km, home);
            if best.is_some_and(|(_, cost)| way >= cost) {
                break;
            }
            let own = near.index == home.index;
            if if own { load.open_to_own() } else { load.open_to_strangers() } {
                let cost = way + load.cost_s();
                if best.is_none_or(|(_, least)| cost < least) {
                    best = Some((Hub(near.index), cost));
                }
            }
        }
        best
    }

    /// Looks beyond the ring for the first open hub: a home there is the nearest that is up.
    fn beyond(&self, seat: &Seat, home: Near) -> Option<(Hub, f64)> {
        let in_ring = |near: Near| seat.ring.iter().any(|other| other.index == near.index);
        let open_home = self.load(Hub(home.index)).is_some_and(Load::open_to_own);
        let found = if !in_ring(home) && open_home { Some(home) } else { self.outward(seat.at) };
        let near = found?;
        let cost = self.way_s(near.km, home) + self.load(Hub(near.index))?.cost_s();
        Some((Hub(near.index), cost))
    }

    /// Returns what it is worth to give a hub's credit to a zone, the wait of its head apart.
    fn key(&self, hub: Hub, load: &Load, zone: Zone) -> Option<f64> {
        let home = self.seat(zone)?.home?;
        let held = load.snapshot().held;
        if home.index == hub.0 {
            return Some(load.queue_s(held) + self.figures().own_zone_bonus);
        }
        if !load.has_credit_for_strangers() && held > 0 {
            return None;
        }
        let waits = self.load(Hub(home.index))?;
        let stays = waits.snapshot().price_s + waits.queue_s(waits.snapshot().held);
        let gain = stays - (self.way_s(self.distance_km(zone, hub)?, home) + load.cost_s());
        (gain > 0.0).then_some(gain)
    }

    /// Returns what the extra way is worth: Delta. **Units** s.
    fn way_s(&self, km: f64, home: Near) -> f64 {
        self.figures().cost_s_per_km * (km - home.km)
    }
}

/// Milliseconds as seconds; a wait longer than 49 days counts as that.
fn seconds(ms: u64) -> f64 {
    f64::from(u32::try_from(ms).unwrap_or(u32::MAX)) / 1_000.0
}

#[cfg(test)]
mod tests;

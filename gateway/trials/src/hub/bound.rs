//! The bound: what nobody could do better who knew all orders beforehand.
//!
//! Owns a linear program over slots of a second, solved by its prices: orders flow, a slot smooths
//! for free, the next slot costs nothing either, and a drop costs what leaving costs. Any prices
//! give a lower bound, so it holds however far they have come. Next: `page.rs`.

use super::scenario::Country;
use super::traffic::Order;
use super::world::at;
use anyhow::Result;

/// Steps of a round towards the best prices.
const STEPS: u32 = 30;
/// How undecided who chooses is in the first and in the last round. **Units** s.
const DOUBT_S: (f64, f64) = (4.0, 0.001);

/// Returns the least J that these orders allow. **Units** s.
///
/// # Errors
/// Degrees that are no place.
pub fn bound(country: &Country, orders: &[Order]) -> Result<f64> {
    let program = Program::of(country, orders)?;
    let count: f64 = program.wanted.iter().flatten().sum();
    Ok(program.solve() / count.max(1.0))
}

/// What is to be served where.
struct Program {
    /// Slot by slot and zone by zone, orders.
    wanted: Vec<Vec<f64>>,
    /// Slot by slot and hub by hub, orders that can be served.
    served: Vec<Vec<f64>>,
    /// Zone by zone and hub by hub, what the extra way is worth. **Units** s.
    ways: Vec<Vec<f64>>,
    drop_s: f64,
}

impl Program {
    fn of(country: &Country, orders: &[Order]) -> Result<Self> {
        let scenario = &country.scenario;
        let (hubs, zones) = country.places()?;
        let ways = zones.iter().map(|zone| {
            let km: Vec<f64> = hubs.iter().map(|hub| zone.distance_km(*hub)).collect();
            let nearest = km.iter().copied().fold(f64::MAX, f64::min);
            km.into_iter().map(|km| scenario.beta_s_per_km * (km - nearest)).collect()
        });
        // What comes in the last slots may be served after them.
        let slots = slot_of(scenario.horizon_s + scenario.abandon_s).saturating_add(2);
        let mut wanted = vec![vec![0.0; zones.len()]; slots];
        for order in orders {
            let slot = wanted.get_mut(slot_of(order.at));
            if let Some(count) = slot.and_then(|slot| slot.get_mut(at(order.zone))) {
                *count += 1.0;
            }
        }
        let served = (0..slots).map(|slot| {
            let from = f64::from(u32::try_from(slot).unwrap_or(u32::MAX));
            country.hubs.iter().map(|hub| able(country, hub, from)).collect()
        });
        let (served, ways) = (served.collect(), ways.collect());
        Ok(Self { wanted, served, ways, drop_s: scenario.abandon_s })
    }

    /// Moves every price by how much too much is wanted there (Sinkhorn's way to such a program);
    /// the best bound counts.
    ///
    /// Who chooses is undecided at first, and less so from round to round, or all would run to the
    /// same hub at once.
    fn solve(&self) -> f64 {
        let hubs = self.ways.first().map_or(0, Vec::len);
        let mut prices = vec![vec![0.0; hubs]; self.wanted.len()];
        let (mut best, mut doubt_s) = (self.play(&prices, 0.0).0, DOUBT_S.0);
        while doubt_s >= DOUBT_S.1 {
            for _ in 0..STEPS {
                let (_, loads) = self.play(&prices, doubt_s);
                let wanted = loads.iter().flatten().zip(self.served.iter().flatten());
                for (price, (load, served)) in prices.iter_mut().flatten().zip(wanted) {
                    let over = if *load > 0.0 { (load / served).ln() } else { -1.0 };
                    *price = (*price + doubt_s * over).clamp(0.0, self.drop_s);
                }
            }
            best = best.max(self.play(&prices, 0.0).0);
            doubt_s /= 2.0;
        }
        best
    }

    /// Lets everybody choose by the prices: what it costs in all, and who is wanted how much.
    fn play(&self, prices: &[Vec<f64>], doubt_s: f64) -> (f64, Vec<Vec<f64>>) {
        let reached = reach(prices, doubt_s);
        let mut waiting = vec![0.0; self.ways.first().map_or(0, Vec::len)];
        let (mut loads, mut cost) = (Vec::with_capacity(prices.len()), 0.0);
        for (wanted, reached) in self.wanted.iter().zip(&reached) {
            let mut coming = vec![0.0; waiting.len()];
            for (count, ways) in wanted.iter().zip(&self.ways).filter(|(count, _)| **count > 0.0) {
                let offers = ways.iter().zip(reached).map(|(way, one)| way + one.cost_s);
                let offers: Vec<f64> = offers.chain([self.drop_s]).collect();
                cost += count
                    * choose(&offers, doubt_s, |hub, share| {
                        if let Some(coming) = coming.get_mut(hub) {
                            *coming += count * share;
                        }
                    });
            }
            let each = coming.into_iter().zip(&mut waiting).zip(reached);
            let load = each.map(|((coming, waiting), one)| {
                let load = coming * one.now + *waiting * one.now_at_last;
                *waiting += coming - load;
                load
            });
            loads.push(load.collect());
        }
        let paid = prices.iter().flatten().zip(self.served.iter().flatten());
        (cost - paid.map(|(price, served)| price * served).sum::<f64>(), loads)
    }
}

/// What a hub costs from a slot on, and how much of what looks at it is served in that slot.
#[derive(Clone, Copy)]
struct Reach {
    cost_s: f64,
    /// Of those who came in it.
    now: f64,
    /// Of those who came before.
    now_at_last: f64,
}

/// Looks ahead from every slot: this one and the next cost no waiting, each further one a second.
fn reach(prices: &[Vec<f64>], doubt_s: f64) -> Vec<Vec<Reach>> {
    let mut later_s = vec![f64::MAX; prices.first().map_or(0, Vec::len)];
    let mut slots: Vec<Vec<Reach>> = Vec::with_capacity(prices.len());
    for prices in prices.iter().rev() {
        let look = |(price, later_s): (&f64, &mut f64)| {
            let (mut now, mut now_at_last) = (0.0, 0.0);
            let first = |to: &mut f64, place, share| {
                if place == 0 {
                    *to = share;
                }
            };
            let free = choose(&[*price, *later_s], doubt_s, |place, share| {
                first(&mut now, place, share);
            });
            *later_s = choose(&[*price, *later_s + SLOT_S], doubt_s, |place, share| {
                first(&mut now_at_last, place, share);
            });
            Reach { cost_s: free, now, now_at_last }
        };
        slots.push(prices.iter().zip(&mut later_s).map(look).collect());
    }
    slots.reverse();
    slots
}

/// Chooses the cheapest offer, or shares between those that are about as cheap; returns the cost.
fn choose(offers: &[f64], doubt_s: f64, mut take: impl FnMut(usize, f64)) -> f64 {
    let least = offers.iter().copied().fold(f64::MAX, f64::min);
    if doubt_s > 0.0 {
        let wish = |offer: &f64| ((least - offer) / doubt_s).exp();
        let sum: f64 = offers.iter().map(wish).sum();
        offers.iter().enumerate().for_each(|(place, offer)| take(place, wish(offer) / sum));
        return least - doubt_s * sum.ln();
    }
    if let Some(place) = offers.iter().position(|offer| *offer <= least) {
        take(place, 1.0);
    }
    least
}

/// The length of a slot. **Units** s.
const SLOT_S: f64 = 1.0;

fn slot_of(time_s: f64) -> usize {
    let time = std::time::Duration::try_from_secs_f64(time_s).unwrap_or_default();
    usize::try_from(time.as_secs()).unwrap_or(usize::MAX)
}

/// Returns what a hub can serve in a slot, with outages and slowness as they are.
fn able(country: &Country, hub: &super::scenario::Hub, from: f64) -> f64 {
    let shared = |t0: f64, t1: f64| (t1.min(from + SLOT_S) - t0.max(from)).max(0.0) / SLOT_S;
    let outages = country.scenario.outage.iter().filter(|one| one.hub == hub.name);
    let dead: f64 = outages.map(|one| shared(one.t0, one.t1)).sum();
    let slows = country.scenario.slow.iter().filter(|one| one.hub == hub.name);
    let lost: f64 = slows.map(|one| shared(one.t0, one.t1) * (1.0 - 1.0 / one.factor)).sum();
    f64::from(hub.servers) / hub.service_s * SLOT_S * (1.0 - dead - lost).max(0.0)
}

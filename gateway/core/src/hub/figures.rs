//! The figures of the rule that keeps or diverts, and whole numbers made of fractions.
//!
//! Owns their standing values with where each comes from; an operator may set others. Floats are
//! used for load only. May not know a hub. Next: [`super::load`], which measures by them.

/// The time between two ticks: prices move, rates are taken and nodes exchange what they know.
/// A tenth of a second is under every reaction that a person could notice. **Units** ms.
pub const TICK_MS: u64 = 100;

/// The same in seconds.
pub(super) const TICK_S: f64 = 0.1;

/// What the rule goes by. KR1020210072732 leaves all of it open; the values are those of the
/// comparison in the project's description of the hubs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Hubs of a zone that are looked at before the search goes outward.
    pub ring: usize,
    /// What a kilometre of extra way is worth. **Units** s/km.
    pub cost_s_per_km: f64,
    /// From a hub's acknowledgement to its next order: this much work lies ready beside it.
    pub credit_round_trip_s: f64,
    /// Further work that lies ready, as a share of the hub's concurrency.
    pub ready_share: f64,
    /// Share of the threshold that is never passed.
    pub threshold_share: f64,
    /// Credits kept for a hub's own zones, per square root of its concurrency: a Poisson stream
    /// varies by the root of its size.
    pub reserve_factor: f64,
    /// The most by which a full hub's queue is thought slower to drain than an idle one's.
    pub congestion_max: f64,
    /// How much one acknowledgement moves the estimate of the service time.
    pub service_weight: f64,
    /// Memory of the order rate.
    pub rate_memory_s: f64,
    /// How fast the price follows. **Units** price per second and unit of overload.
    pub price_gain: f64,
    /// Load at which the price rests, as a share of the concurrency.
    pub price_target: f64,
    /// Overload beyond which the price rises no faster, as a share of the concurrency.
    pub price_load_max: f64,
    /// The highest price. **Units** s.
    pub price_max: f64,
    /// What a second of waiting is worth when a freed credit is given away. **Units** s/s.
    pub age_weight: f64,
    /// How much own zones come before strangers that gain nothing. **Units** s.
    pub own_zone_bonus: f64,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            ring: 8,
            cost_s_per_km: 0.001,
            credit_round_trip_s: 0.010,
            ready_share: 0.05,
            threshold_share: 0.9,
            reserve_factor: 0.15,
            congestion_max: 20.0,
            service_weight: 0.05,
            rate_memory_s: 2.0,
            price_gain: 0.1,
            price_target: 0.94,
            price_load_max: 1.5,
            price_max: 1.0,
            age_weight: 0.1,
            own_zone_bonus: 1e-6,
        }
    }
}

/// Returns the greatest whole number that is not above `value`; 0 for less and for no number.
pub(super) fn floor(value: f64) -> u32 {
    let (mut low, mut high) = (0_u32, u32::MAX);
    while low < high {
        let middle = high.saturating_sub(high.saturating_sub(low) / 2);
        if f64::from(middle) <= value {
            low = middle;
        } else {
            high = middle.saturating_sub(1);
        }
    }
    low
}

/// Returns the whole number nearest to `value`, halves away from zero; 0 for less.
pub(super) fn round(value: f64) -> u32 {
    floor(value + 0.5)
}

#[cfg(test)]
mod tests;

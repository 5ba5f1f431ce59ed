//! Capacity planning: how long orders wait at a hub without help, and how busy it may be.
//!
//! Owns the queueing formulas for many workers, Poisson-like orders and unequal service times.
//! Floats are used for load only. May not know a real hub. Next: [`super::nearby`], what can be
//! ordered at all.

/// A hub on paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Orders worked on at the same time.
    pub workers: u32,
    /// Mean service time.
    pub service_s: f64,
    /// Squared coefficient of variation of the time between orders; 1 for a Poisson stream.
    pub arrivals_scv: f64,
    /// Squared coefficient of variation of the service time; 1.5 is what order servers have.
    pub service_scv: f64,
}

/// Halvings of a search for a utilisation: enough for a double's every digit.
const HALVINGS: u32 = 60;

impl Plan {
    /// Returns the mean wait at a utilisation from 0 to 1: infinite from 1 on. **Units** s.
    ///
    /// (ca2 + cs2)/2 rho^(sqrt(2(c+1)) - 1) / (c (1 - rho)) s, after Sakasegawa.
    #[must_use]
    pub fn mean_wait_s(&self, utilisation: f64) -> f64 {
        if utilisation >= 1.0 {
            return f64::INFINITY;
        }
        let c = self.c();
        let power = (2.0 * (c + 1.0)).sqrt() - 1.0;
        let queue = utilisation.max(0.0).powf(power) / (c * (1.0 - utilisation));
        self.variation() * queue * self.service_s
    }

    /// Returns the share of orders that find every worker busy: Erlang's C formula.
    #[must_use]
    pub fn busy_share(&self, utilisation: f64) -> f64 {
        if utilisation >= 1.0 {
            return 1.0;
        }
        let offered = utilisation.max(0.0) * self.c();
        // Erlang's B formula, worker by worker: no factorial grows over.
        let blocked = (1..=self.workers.max(1)).fold(1.0, |blocked, worker| {
            offered * blocked / (f64::from(worker) + offered * blocked)
        });
        blocked / (1.0 - utilisation.max(0.0) * (1.0 - blocked))
    }

    /// Returns the share of orders that wait longer than `wait_s`.
    ///
    /// ErlangC exp(-2 c (1 - rho) t / ((ca2 + cs2) s)).
    #[must_use]
    pub fn waits_longer(&self, utilisation: f64, wait_s: f64) -> f64 {
        if utilisation >= 1.0 {
            return 1.0;
        }
        let drain = self.c() * (1.0 - utilisation) / (self.variation() * self.service_s);
        self.busy_share(utilisation) * (-drain * wait_s.max(0.0)).exp()
    }

    /// Returns the highest utilisation at which no more than a share of orders waits longer than
    /// `wait_s`, without help of neighbours.
    #[must_use]
    pub fn highest_utilisation(&self, wait_s: f64, share: f64) -> f64 {
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        for _ in 0..HALVINGS {
            let middle = low.midpoint(high);
            if self.waits_longer(middle, wait_s) <= share { low = middle } else { high = middle }
        }
        low
    }

    /// Returns the fewest workers that serve a rate so that no more than a share of orders waits
    /// longer than `wait_s`; `None` above [`WORKERS_MAX`].
    #[must_use]
    pub fn fewest_workers(&self, rate_per_s: f64, wait_s: f64, share: f64) -> Option<u32> {
        let enough = |workers: &u32| {
            let plan = Self { workers: *workers, ..*self };
            let utilisation = rate_per_s * self.service_s / f64::from(*workers);
            plan.waits_longer(utilisation, wait_s) <= share
        };
        (1..=WORKERS_MAX).find(enough)
    }

    fn c(&self) -> f64 {
        f64::from(self.workers.max(1))
    }

    fn variation(&self) -> f64 {
        f64::midpoint(self.arrivals_scv, self.service_scv)
    }
}

/// Workers of one hub at most in a plan: ten times the largest hub known.
pub const WORKERS_MAX: u32 = 1_000;

#[cfg(test)]
mod tests;

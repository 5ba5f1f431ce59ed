//! Forecast: how long until a hub reaches its threshold, and an alarm before it does.
//!
//! Owns the two questions of the console and of scale-out. Floats are used for load only. It
//! decides no order's way: the window does, whether anybody watches or not. Next:
//! [`super::planning`], which asks how large a hub should be.

use super::load::Load;
use std::collections::VecDeque;

/// Evidence at which the alarm goes off: ln 10,000, so that a Poisson stream at its old rate does
/// it seldom. The project's description measured 0.2 to 0.8 false alarms an hour.
const ALARM_AT: f64 = 9.2;

/// What is remembered of the past: ten minutes. **Units** s.
const MEMORY_S: f64 = 600.0;

/// The past is kept in pieces of this length, so at most 61 of them. **Units** s.
const PIECE_S: f64 = 10.0;

/// Returns how long it takes until a hub is at the share of its threshold that is never passed.
///
/// tau = (0.9 K - out) / (lambda_in - c / s_hat); `None` while no more comes in than is served, and
/// once it is there. **Units** s; `rate_in_per_s` is what comes to the hub.
#[must_use]
pub fn time_to_threshold_s(load: &Load, rate_in_per_s: f64) -> Option<f64> {
    let room = f64::from(load.window_max()) - f64::from(load.snapshot().out);
    let growth = rate_in_per_s - load.served_per_s();
    let time = room / growth;
    (growth > 0.0 && time > 0.0).then_some(time)
}

/// Whether demand is about to be more than a hub can serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// Nothing to tell.
    Quiet,
    /// Orders come as if the rate had changed to more than is served.
    Rising,
}

/// Watches the demand of one hub: a cumulative sum test of two Poisson rates.
///
/// The old rate is the mean of ten minutes, the new one what the hub can serve.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    evidence: f64,
    past: VecDeque<Piece>,
}

/// Orders of a piece of the past.
#[derive(Debug, Clone, Copy, Default)]
struct Piece {
    count: f64,
    length_s: f64,
}

impl Watch {
    /// Takes the orders of the next stretch of time, against what the hub serves.
    ///
    /// g = max(0, g + n ln(l1/l0) - (l1 - l0) dt); at 9.2 the alarm goes off and g starts anew.
    /// While the past alone is more than the hub serves, every stretch is alarming.
    pub fn observe(&mut self, count: u32, length_s: f64, served_per_s: f64) -> Alarm {
        if !(length_s > 0.0 && served_per_s > 0.0) {
            return Alarm::Quiet;
        }
        let count = f64::from(count);
        let alarm = self
            .mean_per_s()
            .map_or(Alarm::Quiet, |usual| self.weigh(count, length_s, usual, served_per_s));
        self.remember(count, length_s);
        alarm
    }

    /// Returns the mean rate of the last ten minutes, unless nothing was observed.
    #[must_use]
    pub fn mean_per_s(&self) -> Option<f64> {
        let sum = |of: fn(&Piece) -> f64| self.past.iter().map(of).sum::<f64>();
        let length_s = sum(|piece| piece.length_s);
        (length_s >= PIECE_S).then(|| sum(|piece| piece.count) / length_s)
    }

    /// Returns the evidence so far; the alarm goes off at 9.2.
    #[must_use]
    pub const fn evidence(&self) -> f64 {
        self.evidence
    }

    fn weigh(&mut self, count: f64, length_s: f64, usual: f64, served: f64) -> Alarm {
        if usual >= served {
            return Alarm::Rising;
        }
        // A rate of nothing would make any single order infinitely surprising.
        let usual = usual.max(1.0 / MEMORY_S).min(served);
        let gain = count * (served / usual).ln() - (served - usual) * length_s;
        self.evidence = (self.evidence + gain).max(0.0);
        if self.evidence < ALARM_AT {
            return Alarm::Quiet;
        }
        self.evidence = 0.0;
        Alarm::Rising
    }

    fn remember(&mut self, count: f64, length_s: f64) {
        if self.past.back().is_none_or(|piece| piece.length_s >= PIECE_S) {
            self.past.push_back(Piece::default());
        }
        if let Some(piece) = self.past.back_mut() {
            piece.count += count;
            piece.length_s += length_s;
        }
        while self.rest_is_enough() {
            self.past.pop_front();
        }
    }

    /// Tells whether ten minutes are remembered without the oldest piece.
    fn rest_is_enough(&self) -> bool {
        self.past.iter().skip(1).map(|piece| piece.length_s).sum::<f64>() >= MEMORY_S
    }
}

#[cfg(test)]
mod tests;

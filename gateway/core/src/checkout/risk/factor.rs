//! Factors before questions: device key, beacon match, passkey; each an evidence of its own.
//!
//! Owns what a passed or failed factor is worth, in nats, for each class. Floats, for risk only.
//! May not check a signature. Next: [`super::score`].

use super::model::PerClass;

/// Something that proves more than knowledge does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Factor {
    /// A key that cannot leave the person's device.
    DeviceKey,
    /// The beacon saw the device of the order.
    Beacon,
    /// A passkey with user verification.
    Passkey,
}

/// What came of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It proved what it should.
    Passed,
    /// It was tried and did not.
    Failed,
}

/// How often a factor passes.
///
/// **Units** probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passes {
    /// For the person.
    pub genuine: f64,
    /// For each class of impostors.
    pub impostor: PerClass<f64>,
}

/// Evidence of one factor in either direction, so that none decides alone.
///
/// **Units** nats. Source: checkout specification, factors.
pub const FACTOR_NATS_MAX: f64 = 7.0;

impl Factor {
    /// Every factor.
    pub const ALL: [Self; 3] = [Self::DeviceKey, Self::Beacon, Self::Passkey];

    /// Returns the word for it in reasons and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DeviceKey => "device key",
            Self::Beacon => "beacon",
            Self::Passkey => "passkey",
        }
    }

    /// Returns how often it passes. Source: checkout specification, factors.
    #[must_use]
    pub const fn passes(self) -> Passes {
        let (genuine, impostor) = match self {
            Self::DeviceKey => (0.97, [1e-4, 0.10, 0.005, 0.90]),
            Self::Beacon => (0.95, [0.01, 0.15, 0.01, 0.30]),
            Self::Passkey => (0.98, [1e-5, 0.01, 1e-4, 0.03]),
        };
        Passes { genuine, impostor: PerClass(impostor) }
    }

    /// Returns what its outcome says against each class.
    ///
    /// **Units** nats, at most [`FACTOR_NATS_MAX`] either way.
    #[must_use]
    pub fn evidence(self, outcome: Outcome) -> PerClass<f64> {
        let passes = self.passes();
        PerClass(passes.impostor.0.map(|impostor| {
            let ratio = match outcome {
                Outcome::Passed => passes.genuine / impostor,
                Outcome::Failed => (1.0 - passes.genuine) / (1.0 - impostor),
            };
            ratio.ln().clamp(-FACTOR_NATS_MAX, FACTOR_NATS_MAX)
        }))
    }
}

/// Returns the evidence of several factors, which are independent.
#[must_use]
pub fn together(outcomes: impl IntoIterator<Item = (Factor, Outcome)>) -> PerClass<f64> {
    let mut sum = PerClass::default();
    for (factor, outcome) in outcomes {
        for (sum, nats) in sum.0.iter_mut().zip(factor.evidence(outcome).0) {
            *sum += nats;
        }
    }
    sum
}

//! When a run of questions ends: enough is known, too much speaks against, or it stays open.
//!
//! Owns the policy with its limits and the comparison of expected loss. Money stays whole; it
//! becomes a float only to be weighed with a risk. Next: [`super::dialogue`].

use super::question::Choice;
use super::score::KnowledgeCap;
use baton_protocol::money::{Currency, Money};

/// Questions that count in one run. Source: checkout specification, the approval unit.
const ANSWERED_MAX: u32 = 8;
/// Answers on which a run without a factor is accepted at the least, once it has asked: a single
/// answer is a single leak. Source: the same, the simulation's rows at 1/5 and 1/10, which nothing
/// else explains.
const ANSWERED_ALONE_MIN: u32 = 2;
/// Questions of one source in a run: its leak is one event. Source: the same.
const PER_SOURCE_MAX: u32 = 3;
/// Wishes for another question in a run. Source: the same, "ask another".
const SKIPS_MAX: u32 = 2;
/// The risk from which on the answers speak against the person. Source: the same.
const REJECT_RISK: f64 = 0.2;
/// The loss that one approval may be expected to cause. Source: the same.
const LOSS_KRW_MAX: i64 = 5;
/// What may be paid without a key that is bound to the device. Source: the same, factors.
const KEYLESS_KRW_MAX: i64 = 50_000;
/// The credit of knowledge against each class. Source: the same; a policy, not in the simulation.
const KNOWLEDGE_ODDS_MAX: f64 = 1000.0;

/// How careful a shop is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// The loss that one approval may be expected to cause.
    pub loss_max: Money,
    /// What may be paid without a key that is bound to the device.
    pub keyless_max: Money,
    /// The risk from which on a run is rejected.
    pub reject_risk: f64,
    /// Answers that count in a run.
    pub answered_max: u32,
    /// Answers on which a run without a factor is accepted at the least, once it has asked.
    pub answered_alone_min: u32,
    /// Questions of one source in a run.
    pub per_source_max: u32,
    /// Wishes for another question in a run.
    pub skips_max: u32,
    /// How much knowledge may count.
    pub cap: KnowledgeCap,
    /// How the next family is chosen.
    pub choice: Choice,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            loss_max: Money::new(LOSS_KRW_MAX, Currency::KRW),
            keyless_max: Money::new(KEYLESS_KRW_MAX, Currency::KRW),
            reject_risk: REJECT_RISK,
            answered_max: ANSWERED_MAX,
            answered_alone_min: ANSWERED_ALONE_MIN,
            per_source_max: PER_SOURCE_MAX,
            skips_max: SKIPS_MAX,
            cap: KnowledgeCap::Nats(KNOWLEDGE_ODDS_MAX.ln()),
            choice: Choice::LookAhead,
        }
    }
}

/// The risk up to which a run is accepted.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Acceptable(f64);

impl Acceptable {
    /// Returns the risk at which the expected loss of this amount is what the policy allows; `None`
    /// for another currency or an amount that is not above 0.
    #[must_use]
    pub fn of(policy: &Policy, amount: Money) -> Option<Self> {
        let comparable = amount.currency == policy.loss_max.currency && amount.minor > 0;
        comparable.then(|| Self(weighed(policy.loss_max.minor) / weighed(amount.minor)))
    }

    /// Takes a risk as it is; for comparing runs without an amount.
    #[must_use]
    pub const fn risk(risk: f64) -> Self {
        Self(risk)
    }

    /// Returns the risk.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// How a run of questions ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Enough is known: it is the person.
    Accepted,
    /// The answers speak against the person.
    Rejected,
    /// Neither; another factor or a person decides.
    Inconclusive,
}

impl Verdict {
    /// Returns the word for it in reasons.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// Where a risk lies.
#[must_use]
pub fn judge(policy: &Policy, acceptable: Acceptable, risk: f64) -> Option<Verdict> {
    if risk <= acceptable.0 {
        return Some(Verdict::Accepted);
    }
    (risk >= policy.reject_risk).then_some(Verdict::Rejected)
}

/// Money as a weight beside a risk. Exact up to 2^53 minor units.
fn weighed(minor: i64) -> f64 {
    let high = i32::try_from(minor >> 32).map_or(0.0, f64::from);
    let low = u32::try_from(minor & 0xFFFF_FFFF).map_or(0.0, f64::from);
    high * 4_294_967_296.0 + low
}

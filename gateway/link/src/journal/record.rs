//! One journal record, and how it is written as a JSON object.
//!
//! Owns the words of the export format: `txn`, `ev`, `result`, `epoch` and what a replay needs
//! besides. May not hold a code or member id. Next: [`super::chain`], which seals it.

use baton_protocol::evidence::{self, Cause, Entry, Evidence, Fence};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{DeclineReason, UnknownReason, Verdict};
use serde_json::Value;
use std::collections::BTreeMap;

/// Longest approval number that is believed, in bytes: standards give 6 to 12 characters; a longer
/// one could make a report that no frame carries.
pub const REFERENCE_BYTES_MAX: usize = 128;

/// A record's body as it stands on disk: keys in order.
pub type Body = BTreeMap<String, Value>;

/// One step of one transaction, once it is a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Which transaction.
    pub transaction: TransactionId,
    /// The fencing number of the command or cancel behind it.
    pub epoch: u64,
    /// What happened.
    pub event: Event,
}

/// What happened to a transaction on this device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The command was taken.
    Accepted {
        /// Keyed digest of the code.
        digest: String,
        /// What is to be moved.
        amount: Money,
    },
    /// From here on the destination may have heard of it.
    Submitted,
    /// The destination's conclusive word.
    Result(Concluded),
    /// Nobody here can tell, but something was seen. A conclusive word may still follow.
    Doubted {
        /// Why not.
        reason: UnknownReason,
        /// What was seen.
        evidence: Evidence,
    },
    /// It never ran and never will.
    Fenced(Fence),
    /// The counter saw "approved".
    Shown,
}

/// An outcome with what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concluded {
    /// What it was.
    pub outcome: Outcome,
    /// How the device knows.
    pub evidence: Option<Evidence>,
}

impl From<Outcome> for Concluded {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, evidence: None }
    }
}

/// A verdict without doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Charged.
    Approved {
        /// How much.
        amount: Money,
        /// The destination's approval number.
        reference: String,
    },
    /// Not charged.
    Declined {
        /// Why.
        reason: DeclineReason,
    },
}

impl Outcome {
    /// Takes a verdict as an outcome.
    ///
    /// # Errors
    /// The reason for doubt when the verdict is none; [`UnknownReason::Garbled`] for an approval
    /// number over [`REFERENCE_BYTES_MAX`].
    pub fn conclusive(verdict: Verdict) -> Result<Self, UnknownReason> {
        match verdict {
            Verdict::Approved { reference, .. } if reference.len() > REFERENCE_BYTES_MAX => {
                Err(UnknownReason::Garbled)
            }
            Verdict::Approved { amount, reference } => Ok(Self::Approved { amount, reference }),
            Verdict::Declined { reason } => Ok(Self::Declined { reason }),
            Verdict::Unknown { reason } => Err(reason),
        }
    }

    /// Returns the verdict to report.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Approved { amount, reference } => {
                Verdict::Approved { amount: *amount, reference: reference.clone() }
            }
            Self::Declined { reason } => Verdict::Declined { reason: *reason },
        }
    }
}

impl Record {
    /// Returns the body to seal. `at_ms` is milliseconds since 1970, for people and checkers only.
    #[must_use]
    pub fn body(&self, at_ms: u64) -> Body {
        let mut body = Body::new();
        let mut put = |key: &str, value: Value| {
            body.insert(key.to_owned(), value);
        };
        put("txn", self.transaction.to_string().into());
        put("epoch", self.epoch.into());
        put("at", at_ms.into());
        put("ev", self.event.word().into());
        put("result", Value::Null);
        match &self.event {
            Event::Accepted { digest, amount } => {
                put("digest", digest.as_str().into());
                put("amount", amount.minor.into());
                put("currency", amount.currency.letters().into());
            }
            Event::Result(Concluded { outcome, .. }) => match outcome {
                Outcome::Approved { amount, reference } => {
                    put("result", "approved".into());
                    put("amount", amount.minor.into());
                    put("currency", amount.currency.letters().into());
                    put("reference", reference.as_str().into());
                }
                Outcome::Declined { reason } => {
                    put("result", "declined".into());
                    put("reason", serde_json::to_value(reason).unwrap_or_default());
                }
            },
            Event::Doubted { reason, .. } => {
                put("result", "unknown".into());
                put("reason", serde_json::to_value(reason).unwrap_or_default());
            }
            Event::Fenced(Fence { reason, cause }) => {
                put("reason", serde_json::to_value(reason).unwrap_or_default());
                if let Some(cause) = cause {
                    put("cause", cause.word().into());
                }
            }
            Event::Submitted | Event::Shown => {}
        }
        if let Some(Evidence { entry, outcome }) = self.event.evidence() {
            put("seen", outcome.word().into());
            if let Some(entry) = entry {
                put("entry", entry.word().into());
            }
        }
        body
    }

    /// Reads a body; `None` when it is not one that [`Record::body`] makes.
    #[must_use]
    pub fn from_body(body: &Body) -> Option<Self> {
        let transaction = text(body, "txn")?.parse().ok()?;
        let epoch = body.get("epoch")?.as_u64()?;
        Some(Self { transaction, epoch, event: event(body)? })
    }
}

impl Event {
    /// Returns the word that the export format uses.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Submitted => "submitted",
            Self::Result(_) | Self::Doubted { .. } => "result",
            Self::Fenced(_) => "fenced",
            Self::Shown => "shown",
        }
    }

    const fn evidence(&self) -> Option<Evidence> {
        match self {
            Self::Result(Concluded { evidence, .. }) => *evidence,
            Self::Doubted { evidence, .. } => Some(*evidence),
            Self::Accepted { .. } | Self::Submitted | Self::Fenced(_) | Self::Shown => None,
        }
    }
}

fn event(body: &Body) -> Option<Event> {
    match text(body, "ev")? {
        "accepted" => {
            let digest = text(body, "digest")?.to_owned();
            Some(Event::Accepted { digest, amount: money(body)? })
        }
        "submitted" => Some(Event::Submitted),
        "result" if text(body, "result")? == "unknown" => {
            let reason = serde_json::from_value(body.get("reason")?.clone()).ok()?;
            Some(Event::Doubted { reason, evidence: evidence(body)? })
        }
        "result" => {
            let outcome = outcome(body)?;
            Some(Event::Result(Concluded { outcome, evidence: evidence(body) }))
        }
        "fenced" => {
            let reason = serde_json::from_value(body.get("reason")?.clone()).ok()?;
            Some(Event::Fenced(Fence { reason, cause: text(body, "cause").map(Cause::lookup) }))
        }
        "shown" => Some(Event::Shown),
        _ => None,
    }
}

fn outcome(body: &Body) -> Option<Outcome> {
    match text(body, "result")? {
        "approved" => {
            let reference = text(body, "reference")?.to_owned();
            Some(Outcome::Approved { amount: money(body)?, reference })
        }
        "declined" => {
            let reason = serde_json::from_value(body.get("reason")?.clone()).ok()?;
            Some(Outcome::Declined { reason })
        }
        _ => None,
    }
}

/// Records of before there was evidence have none.
fn evidence(body: &Body) -> Option<Evidence> {
    let outcome = evidence::Outcome::lookup(text(body, "seen")?);
    Some(Evidence { entry: text(body, "entry").map(Entry::lookup), outcome })
}

fn money(body: &Body) -> Option<Money> {
    let currency = Currency::from_letters(text(body, "currency")?).ok()?;
    Some(Money::new(body.get("amount")?.as_i64()?, currency))
}

fn text<'a>(body: &'a Body, key: &str) -> Option<&'a str> {
    body.get(key)?.as_str()
}

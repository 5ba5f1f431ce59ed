//! What the service and its helper say to each other.
//!
//! Owns the messages of both directions. A code prints masked and is wiped when dropped; nothing
//! else here is secret. May not carry settings: each side reads its own. Next: [`super::errand`].

use crate::entry::Evidence;
use crate::entry::observe::Observed;
use baton_protocol::evidence;
use baton_protocol::ids::{AppId, TransactionId};
use baton_protocol::link::FenceReason;
use baton_protocol::money::Money;
use baton_protocol::work::{DeclineReason, UnknownReason};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// A code on its way between the two.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Code(Zeroizing<String>);

impl Code {
    /// Copies a code; the copy is wiped when dropped.
    #[must_use]
    pub fn copied(code: &str) -> Self {
        Self(Zeroizing::new(code.to_owned()))
    }

    /// Takes it out, still wiped when dropped.
    #[must_use]
    pub fn into_inner(self) -> Zeroizing<String> {
        self.0
    }
}

impl From<String> for Code {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code(****)")
    }
}

/// A recipe that a side follows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AppRecipe {
    /// For which app.
    pub app: AppId,
    /// SHA-256 of its file, in hexadecimal digits: its version.
    pub digest: String,
}

/// Service to helper, or to `doctor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Down {
    /// The helper is taken.
    Welcome,
    /// It is not.
    No {
        /// Which rule says so.
        rule: Rule,
        /// What to do, for a person.
        what: String,
    },
    /// Enter this code and check it; submit nothing.
    Prepare(Prepare),
    /// Submit what was entered, once. The journal says *submitted* already.
    Submit {
        /// For which transaction.
        transaction: TransactionId,
    },
    /// Clear what was entered.
    Undo {
        /// For which transaction.
        transaction: TransactionId,
    },
    /// Try every recipe with a dummy code.
    Check,
    /// What `doctor` asked for.
    Findings {
        /// The service's version.
        version: String,
        /// The helper.
        login: Presence,
        /// What the helper found; empty without one.
        lines: Vec<Line>,
    },
}

/// The order to enter a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepare {
    /// For which transaction.
    pub transaction: TransactionId,
    /// Whose recipe.
    pub app: AppId,
    /// The code or member id.
    pub code: Code,
    /// What an approval must name.
    pub amount: Money,
    /// How long from now it may still be submitted, in milliseconds.
    pub ttl_ms: u64,
}

/// Why a helper is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Another version of the program.
    Version,
    /// A user whom the settings do not name.
    User,
    /// Another helper is there.
    Taken,
    /// Its recipes are not the service's.
    Recipes,
    /// A rule of a later version.
    #[serde(other)]
    Later,
}

/// Whether a helper is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "helper", rename_all = "snake_case")]
pub enum Presence {
    /// None is connected.
    Absent {
        /// Why the last one was refused, if one was.
        refused: Option<String>,
    },
    /// One is, and works on an entry or another check.
    Busy,
    /// One is, but did not answer.
    Silent,
    /// One is.
    Here {
        /// Who it is.
        who: String,
    },
}

/// Helper, or `doctor`, to service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Up {
    /// The helper's first message.
    Ready {
        /// Its version.
        version: String,
        /// What it can enter.
        apps: Vec<AppRecipe>,
    },
    /// The first and only message of `doctor`.
    Doctor {
        /// Its version.
        version: String,
    },
    /// The code stands in its field, checked.
    Entered {
        /// For which transaction.
        transaction: TransactionId,
        /// How sure that is.
        #[serde(with = "EvidenceWord")]
        evidence: Evidence,
    },
    /// Nothing was entered, or it was cleared again.
    Refused {
        /// For which transaction.
        transaction: TransactionId,
        /// What the machines go by.
        reason: FenceReason,
        /// Why, in the word that the gateway is told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        word: Option<evidence::Cause>,
        /// Why, for the log.
        cause: String,
    },
    /// What came of a submit.
    Ended {
        /// For which transaction.
        transaction: TransactionId,
        /// What was seen.
        seen: Seen,
    },
    /// What a check found.
    Checked {
        /// One line a recipe.
        lines: Vec<Line>,
    },
}

/// What came of a submit, as the helper saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "seen", rename_all = "snake_case")]
pub enum Seen {
    /// It was pressed, and this was shown.
    Submitted {
        /// How sure the entry was.
        #[serde(with = "EvidenceWord")]
        evidence: Evidence,
        /// What was shown.
        #[serde(with = "Outcome")]
        outcome: Observed,
        /// The amount that it was compared with.
        amount: Money,
    },
    /// Nothing was pressed, though the journal says *submitted*.
    NotPressed {
        /// Why.
        cause: String,
    },
}

/// A line of `doctor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which app.
    pub app: String,
    /// Whether all was well.
    pub well: bool,
    /// What was found.
    pub found: String,
}

/// The words of [`Evidence`] on this socket.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Evidence", rename_all = "kebab-case")]
enum EvidenceWord {
    TypedExact,
    SetValueExact,
    Unverifiable,
}

/// The words of [`Observed`] on this socket.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Observed", rename_all = "snake_case")]
enum Outcome {
    Taken,
    Approved { reference: String },
    Declined(DeclineReason),
    Unknown(UnknownReason),
}

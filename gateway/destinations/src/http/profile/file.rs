//! A profile as it is written: every table and key that there is, and no other.
//!
//! Owns shapes and defaults only; what a key may say is checked in [`super::check`]. Unknown keys
//! are refused. Next: [`super::fault`].

use super::amount::AmountForm;
use super::sign::{Algorithm, Encoding, KeyForm};
use baton_protocol::money::Currency;
use baton_protocol::work::DeclineReason;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileFile {
    pub(super) currency: Option<Currency>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) sign: Option<SealFile>,
    pub(super) verify: Option<SealFile>,
    pub(super) authorize: Option<OperationFile>,
    pub(super) membership: Option<OperationFile>,
    pub(super) balance: Option<OperationFile>,
    pub(super) inquire: Option<OperationFile>,
    pub(super) reverse: Option<OperationFile>,
    pub(super) refund: Option<OperationFile>,
    pub(super) void: Option<OperationFile>,
    pub(super) echo: Option<EchoFile>,
}

/// A signature, of requests or of answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealFile {
    pub(super) header: String,
    #[serde(default = "signature_alone")]
    pub(super) value: String,
    pub(super) over: String,
    pub(super) algorithm: Algorithm,
    #[serde(default)]
    pub(super) encoding: Encoding,
    #[serde(default)]
    pub(super) key: KeyForm,
}

fn signature_alone() -> String {
    "{signature}".to_owned()
}

/// One question and its answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OperationFile {
    pub(super) method: MethodFile,
    pub(super) path: String,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<toml::Table>,
    pub(super) words: Option<ActionWords>,
    #[serde(default)]
    pub(super) repeats: RepeatsFile,
    pub(super) reference: Option<String>,
    pub(super) balance: Option<String>,
    #[serde(default)]
    pub(super) answer: Vec<RuleFile>,
}

/// A message that belongs to no transaction.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EchoFile {
    pub(super) method: MethodFile,
    pub(super) path: String,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<toml::Table>,
    pub(super) status: Option<toml::Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum MethodFile {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// How the provider calls the two ways in which points move.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionWords {
    pub(super) accrue: String,
    pub(super) redeem: String,
}

/// Where an answer repeats what was asked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RepeatsFile {
    pub(super) transaction: Option<String>,
    pub(super) transaction_is: Option<String>,
    pub(super) inquiry: Option<String>,
    pub(super) amount: Option<String>,
    #[serde(default)]
    pub(super) amount_form: AmountForm,
    pub(super) currency: Option<String>,
}

/// What one kind of answer means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    pub(super) status: toml::Value,
    #[serde(default, rename = "where")]
    pub(super) conditions: toml::Table,
    pub(super) means: MeansFile,
    pub(super) reason: Option<DeclineReason>,
    pub(super) repeats: Option<RepeatsNothing>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum MeansFile {
    Approved,
    Declined,
    CodeUsed,
    Inconclusive,
    ExpiredUnused,
    NotFound,
    Accepted,
    OriginalUnknown,
    Refused,
}

/// The word with which a rule says that its answers do not name the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RepeatsNothing {
    None,
}

impl MeansFile {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::CodeUsed => "code_used",
            Self::Inconclusive => "inconclusive",
            Self::ExpiredUnused => "expired_unused",
            Self::NotFound => "not_found",
            Self::Accepted => "accepted",
            Self::OriginalUnknown => "original_unknown",
            Self::Refused => "refused",
        }
    }
}

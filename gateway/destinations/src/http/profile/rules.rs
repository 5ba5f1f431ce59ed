//! Which answer means what: rules of a status and of values in the body; the first that fits wins.
//!
//! Owns the meanings of each kind of question, and the refusal of rules that trust too much: a
//! status that leaves doubt concludes nothing, and a "no" needs evidence in the body, because any
//! proxy can answer 403 or 404. Next: [`super::answer`].

use super::fault::{Key, ProfileFault};
use super::file::{MeansFile, RepeatsNothing, RuleFile};
use super::json::{Json, Pointer};
use super::word::Kind;
use baton_protocol::work::DeclineReason;

/// What an answer to a charge, a refund or a void means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChargeMeans {
    Approved,
    Declined(DeclineReason),
    CodeUsed,
    Inconclusive,
}

/// What an answer to an inquiry means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InquiryMeans {
    Approved,
    Declined(DeclineReason),
    ExpiredUnused,
    NotFound,
    Inconclusive,
}

/// What an answer to a reversal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReversalMeans {
    Accepted,
    OriginalUnknown,
    Refused,
    Inconclusive,
}

/// One line of the table.
#[derive(Debug, Clone)]
pub(super) struct Rule<M> {
    status: Vec<u16>,
    conditions: Vec<(Pointer, Vec<Scalar>)>,
    pub(super) means: M,
    pub(super) repeating: Repeating,
}

/// Whether an answer must name the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeating {
    Must,
    May,
}

/// A value that a condition compares with, in the type of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scalar {
    Text(String),
    Integer(String),
    Truth(bool),
}

/// The meanings of one kind of question.
pub(super) trait Meaning: Copy {
    /// The words that a profile may use.
    const WORDS: &'static [MeansFile];

    /// The meaning of a word; nothing if it is none of these.
    fn of(means: MeansFile, reason: DeclineReason) -> Option<Self>;
}

impl Meaning for ChargeMeans {
    const WORDS: &'static [MeansFile] =
        &[MeansFile::Approved, MeansFile::Declined, MeansFile::CodeUsed, MeansFile::Inconclusive];

    fn of(means: MeansFile, reason: DeclineReason) -> Option<Self> {
        match means {
            MeansFile::Approved => Some(Self::Approved),
            MeansFile::Declined => Some(Self::Declined(reason)),
            MeansFile::CodeUsed => Some(Self::CodeUsed),
            MeansFile::Inconclusive => Some(Self::Inconclusive),
            MeansFile::ExpiredUnused
            | MeansFile::NotFound
            | MeansFile::Accepted
            | MeansFile::OriginalUnknown
            | MeansFile::Refused => None,
        }
    }
}

impl Meaning for InquiryMeans {
    const WORDS: &'static [MeansFile] = &[
        MeansFile::Approved,
        MeansFile::Declined,
        MeansFile::ExpiredUnused,
        MeansFile::NotFound,
        MeansFile::Inconclusive,
    ];

    fn of(means: MeansFile, reason: DeclineReason) -> Option<Self> {
        match means {
            MeansFile::Approved => Some(Self::Approved),
            MeansFile::Declined => Some(Self::Declined(reason)),
            MeansFile::ExpiredUnused => Some(Self::ExpiredUnused),
            MeansFile::NotFound => Some(Self::NotFound),
            MeansFile::Inconclusive => Some(Self::Inconclusive),
            MeansFile::CodeUsed
            | MeansFile::Accepted
            | MeansFile::OriginalUnknown
            | MeansFile::Refused => None,
        }
    }
}

impl Meaning for ReversalMeans {
    const WORDS: &'static [MeansFile] = &[
        MeansFile::Accepted,
        MeansFile::OriginalUnknown,
        MeansFile::Refused,
        MeansFile::Inconclusive,
    ];

    fn of(means: MeansFile, _reason: DeclineReason) -> Option<Self> {
        match means {
            MeansFile::Accepted => Some(Self::Accepted),
            MeansFile::OriginalUnknown => Some(Self::OriginalUnknown),
            MeansFile::Refused => Some(Self::Refused),
            MeansFile::Inconclusive => Some(Self::Inconclusive),
            MeansFile::Approved
            | MeansFile::Declined
            | MeansFile::CodeUsed
            | MeansFile::ExpiredUnused
            | MeansFile::NotFound => None,
        }
    }
}

impl<M: Meaning> Rule<M> {
    /// Reads the rules of one operation.
    pub(super) fn read_all(kind: Kind, file: &[RuleFile]) -> Result<Vec<Self>, ProfileFault> {
        let at = Key::root(kind.name()).at("answer");
        if file.is_empty() {
            return Err(at.wrong("there is no rule, so no answer would mean anything"));
        }
        let rules = file.iter().enumerate();
        rules.map(|(place, rule)| Self::read(&at.nth(place), kind, rule)).collect()
    }

    fn read(at: &Key, kind: Kind, file: &RuleFile) -> Result<Self, ProfileFault> {
        let reason = match (file.means, file.reason) {
            (MeansFile::Declined, Some(reason)) => reason,
            (MeansFile::Declined, None) => {
                return Err(at.at("reason").wrong("a decline needs a reason"));
            }
            (_, Some(_)) => return Err(at.at("reason").wrong("only a decline has a reason")),
            (_, None) => DeclineReason::Refused,
        };
        let Some(means) = M::of(file.means, reason) else {
            let words: Vec<_> = M::WORDS.iter().map(|known| known.word()).collect();
            let (word, words) = (file.means.word(), words.join(", "));
            let what = format!("`{word}` is no answer to {}; use {words}", kind.name());
            return Err(at.at("means").wrong(what));
        };
        let status = statuses(&at.at("status"), &file.status)?;
        let conditions = conditions(&at.at("where"), &file.conditions)?;
        trusts_little(at, file.means, &status, conditions.is_empty())?;
        let repeating = match file.repeats {
            Some(RepeatsNothing::None) if file.means == MeansFile::Approved => {
                return Err(at.at("repeats").wrong("an approval must name the transaction"));
            }
            Some(RepeatsNothing::None) => Repeating::May,
            None => Repeating::Must,
        };
        Ok(Self { status, conditions, means, repeating })
    }
}

impl<M> Rule<M> {
    pub(super) fn fits(&self, status: u16, body: Option<&Json>) -> bool {
        let holds = |(pointer, values): &(Pointer, Vec<Scalar>)| {
            let found = body.and_then(|body| pointer.lookup(body));
            found.is_some_and(|found| values.iter().any(|value| value.equals(found)))
        };
        self.status.contains(&status) && self.conditions.iter().all(holds)
    }
}

/// Doubt stays doubt (5xx, 429, redirects), and a "no" or "undone" needs more than a status.
fn trusts_little(
    at: &Key,
    means: MeansFile,
    status: &[u16],
    bare: bool,
) -> Result<(), ProfileFault> {
    if matches!(means, MeansFile::Inconclusive | MeansFile::CodeUsed) {
        return Ok(());
    }
    let doubtful = |status: &&u16| matches!(**status, 300..=399 | 408 | 425 | 429 | 500..=599);
    if let Some(status) = status.iter().find(doubtful) {
        let what = format!("{status} leaves doubt: it can only be `inconclusive` or `code_used`");
        return Err(at.at("status").wrong(what));
    }
    let no_body = means == MeansFile::Accepted && status == [204];
    if bare && means != MeansFile::Approved && !no_body {
        let what = format!("`{}` needs a condition: any proxy can send a status", means.word());
        return Err(at.at("where").wrong(what));
    }
    Ok(())
}

/// Reads one status or a list of them.
pub(super) fn statuses(key: &Key, value: &toml::Value) -> Result<Vec<u16>, ProfileFault> {
    let one = |value: &toml::Value| {
        let status = value.as_integer().and_then(|status| u16::try_from(status).ok());
        let status = status.filter(|status| (200..=599).contains(status));
        status.ok_or_else(|| key.wrong("write a status from 200 to 599, or a list of them"))
    };
    match value.as_array() {
        Some(values) if values.is_empty() => Err(key.wrong("the list is empty")),
        Some(values) => values.iter().map(one).collect(),
        None => Ok(vec![one(value)?]),
    }
}

fn conditions(at: &Key, file: &toml::Table) -> Result<Vec<(Pointer, Vec<Scalar>)>, ProfileFault> {
    let conditions = file.iter().map(|(pointer, value)| {
        let key = at.at(pointer);
        let values = match value.as_array() {
            Some(values) if values.is_empty() => return Err(key.wrong("the list is empty")),
            Some(values) => values.iter().map(|value| Scalar::read(&key, value)).collect(),
            None => Scalar::read(&key, value).map(|value| vec![value]),
        };
        Ok((Pointer::read(&key, pointer)?, values?))
    });
    conditions.collect()
}

impl Scalar {
    fn read(key: &Key, value: &toml::Value) -> Result<Self, ProfileFault> {
        match value {
            toml::Value::String(text) => Ok(Self::Text(text.clone())),
            toml::Value::Integer(number) => Ok(Self::Integer(number.to_string())),
            toml::Value::Boolean(truth) => Ok(Self::Truth(*truth)),
            toml::Value::Float(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_)
            | toml::Value::Table(_) => {
                Err(key.wrong("compare with a text, a whole number, true, false, or a list"))
            }
        }
    }

    fn equals(&self, found: &Json) -> bool {
        match (self, found) {
            (Self::Text(wanted), Json::Text(found))
            | (Self::Integer(wanted), Json::Number(found)) => wanted == found,
            (Self::Truth(wanted), Json::Bool(found)) => wanted == found,
            (Self::Text(_) | Self::Integer(_) | Self::Truth(_), _) => false,
        }
    }
}

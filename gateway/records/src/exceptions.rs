//! Reading cases, their evidence and proposals, and what is known of devices' journals.
//!
//! Owns the rows and the questions; [`crate::writer`] writes them, in the commit of the change to
//! which they belong. May not decide: that is `core/relay/case.rs` and `core/relay/journal.rs`.

use crate::rows::{self, number, parsed, text, time, unreadable, word};
use crate::{Fault, Records};
use baton_core::relay::case::{Decision, Kind, Proposal};
use baton_core::relay::journal::{JournalHead, Suspicion};
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_protocol::ids::{DestinationId, ShopId, TouchId, TransactionId};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::fmt;
use uuid::Uuid;

use crate::relay::EventRecord;

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// One transaction.
    Transaction(TransactionId),
    /// A device and its journal.
    Device(Executor),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transaction(id) => id.fmt(f),
            Self::Device(executor) => {
                let (role, id) = rows::executor_words(executor);
                write!(f, "{role}:{id}")
            }
        }
    }
}

impl Subject {
    /// Reads what [`Subject`] writes.
    #[must_use]
    pub fn lookup(text: &str) -> Option<Self> {
        let device = match text.split_once(':') {
            Some(("terminal", id)) => Executor::Terminal(id.parse().ok()?),
            Some(("agent", id)) => Executor::Agent(id.parse().ok()?),
            Some(_) => return None,
            None => return text.parse().ok().map(Self::Transaction),
        };
        Some(Self::Device(device))
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Its number; cases are listed in its order, which is that of their opening.
    pub id: Uuid,
    /// What it is about.
    pub subject: Subject,
    /// Why it was opened.
    pub kind: Kind,
    /// Whose.
    pub shop: ShopId,
    /// Who decides about the money, if it is about money.
    pub destination: Option<DestinationId>,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it was closed, if it was.
    pub closed: Option<Timestamp>,
}

/// One piece of evidence as it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its number; pieces are shown in its order.
    pub id: Uuid,
    /// About what.
    pub subject: Subject,
    /// What kind of piece, in a stable word.
    pub kind: &'static str,
    /// Which operator, or nothing for a machine's words.
    pub operator: Option<String>,
    /// What it says, as JSON. Never a code.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

/// A piece of evidence as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    /// What kind of piece.
    pub kind: String,
    /// Which operator, or nothing for a machine's words.
    pub operator: Option<String>,
    /// What it says, as JSON.
    pub body: String,
    /// When it first came.
    pub first: Timestamp,
    /// When it came last.
    pub last: Timestamp,
    /// How often it came.
    pub times: i64,
}

/// Something to write about cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exception {
    /// Evidence: appended, or counted when it is the same again.
    Evidence(Piece),
    /// Evidence for which a case is opened, or opened again if it is new.
    Opened {
        /// The case.
        case: CaseRow,
        /// The evidence.
        piece: Piece,
    },
    /// The first of two. Excluded when something is proposed already.
    Proposed {
        /// About what.
        subject: Subject,
        /// What.
        proposal: Proposal,
    },
    /// A proposal is taken away, because it was withdrawn or confirmed. Excluded when it is not
    /// there any more.
    ProposalTaken {
        /// About what.
        subject: Subject,
        /// What was proposed.
        decision: Decision,
        /// By whom.
        operator: String,
    },
    /// Open cases of this kind are closed, and whatever is proposed about them falls.
    Closed {
        /// About what.
        subject: Subject,
        /// Which kind.
        kind: Kind,
        /// When.
        at: Timestamp,
    },
    /// Where a device's journal ends; a shorter one does not replace a longer one, and nothing is
    /// written about a journal that was begun or accepted anew meanwhile.
    JournalKept {
        /// Whose.
        device: Executor,
        /// The trust under which it was heard.
        trusted_from: Timestamp,
        /// Where it ends.
        head: JournalHead,
    },
    /// A device's journal is not believed; likewise.
    JournalSuspected {
        /// Whose.
        device: Executor,
        /// The trust under which it was heard.
        trusted_from: Timestamp,
        /// Why.
        why: Suspicion,
        /// What it says instead.
        said: JournalHead,
        /// When.
        at: Timestamp,
    },
}

/// What is known of a device's journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceJournal {
    /// Where it ended when it was last heard of.
    pub head: Option<JournalHead>,
    /// From when on its silence about a transaction proves that nothing happened.
    pub trusted_from: Timestamp,
    /// Why it is not believed, since when, and what it says, until an operator accepts that.
    pub suspected: Option<(Suspicion, Timestamp, JournalHead)>,
}

impl Default for DeviceJournal {
    fn default() -> Self {
        Self { head: None, trusted_from: Timestamp::from_ms(i64::MIN), suspected: None }
    }
}

/// Which cases are wanted; what is not said is not filtered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFilter {
    /// Only open or only closed ones.
    pub standing: Option<CaseStanding>,
    /// Only of this shop.
    pub shop: Option<ShopId>,
    /// Only of this destination.
    pub destination: Option<DestinationId>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only those after this one.
    pub after: Option<Uuid>,
}

/// Whether a case is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseStanding {
    /// It waits for people or machines.
    Open,
    /// It is over.
    Closed,
}

impl Records {
    /// Reads cases, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn cases(&self, wanted: &CaseFilter, limit: i64) -> Result<Vec<CaseRow>, Fault> {
        let question = "SELECT * FROM exceptions WHERE id > $1 \
                        AND ($2 = '' OR shop = $2) AND ($3 = '' OR destination = $3) \
                        AND ($4 = '' OR kind = $4) AND ($5 = '' \
                        OR ($5 = 'open' AND closed_ms IS NULL) \
                        OR ($5 = 'closed' AND closed_ms IS NOT NULL)) ORDER BY id LIMIT $6";
        let words = [
            wanted.after.map(|id| id.to_string()),
            wanted.shop.as_ref().map(ToString::to_string),
            wanted.destination.as_ref().map(ToString::to_string),
            wanted.kind.map(|kind| kind.word().to_owned()),
            wanted.standing.map(|standing| standing.word().to_owned()),
        ];
        let query = words.into_iter().map(Option::unwrap_or_default);
        let query = query.fold(sqlx::query(question), |query, word| query.bind(word));
        let found = query.bind(limit).fetch_all(&self.pool).await?;
        found.iter().map(case).collect()
    }

    /// Reads the cases about one subject.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn cases_about(&self, subject: &Subject) -> Result<Vec<CaseRow>, Fault> {
        let question = "SELECT * FROM exceptions WHERE subject = $1 ORDER BY id";
        let found = sqlx::query(question).bind(subject.to_string()).fetch_all(&self.pool).await?;
        found.iter().map(case).collect()
    }

    /// Reads the evidence about one subject, oldest first.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn evidence_about(&self, subject: &Subject) -> Result<Vec<EvidenceRow>, Fault> {
        let question = "SELECT * FROM exception_evidence WHERE subject = $1 ORDER BY id";
        let found = sqlx::query(question).bind(subject.to_string()).fetch_all(&self.pool).await?;
        found.iter().map(evidence).collect()
    }

    /// Finds what is proposed about a subject.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn lookup_proposal(&self, subject: &Subject) -> Result<Option<Proposal>, Fault> {
        let question = "SELECT * FROM exception_proposals WHERE subject = $1";
        let query = sqlx::query(question).bind(subject.to_string());
        query.fetch_optional(&self.pool).await?.as_ref().map(proposal).transpose()
    }

    /// Reads the steps of one transaction, oldest first.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn steps_of(
        &self,
        touch: TouchId,
        transaction: TransactionId,
    ) -> Result<Vec<EventRecord>, Fault> {
        let question = "SELECT seq, body FROM audit WHERE touch = $1 AND transaction_id = $2 \
                        ORDER BY seq";
        let query = sqlx::query(question).bind(touch.to_string()).bind(transaction.to_string());
        let found = query.fetch_all(&self.pool).await?;
        let step = |row| Ok(EventRecord { seq: number(row, "seq")?, body: text(row, "body")? });
        found.iter().map(step).collect()
    }

    /// Reads what is known of a device's journal.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn device_journal(&self, device: &Executor) -> Result<DeviceJournal, Fault> {
        let (role, id) = rows::executor_words(device);
        let question = "SELECT * FROM device_journals WHERE role = $1 AND device = $2";
        let query = sqlx::query(question).bind(role).bind(id.to_owned());
        let found = query.fetch_optional(&self.pool).await?;
        found.as_ref().map_or_else(|| Ok(DeviceJournal::default()), journal)
    }
}

impl CaseStanding {
    /// Returns the word used in questions.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

fn case(row: &AnyRow) -> Result<CaseRow, Fault> {
    let closed: Option<i64> = row.try_get("closed_ms")?;
    let destination: Option<String> = row.try_get("destination")?;
    Ok(CaseRow {
        id: parsed(row, "id")?,
        subject: word(row, "subject", Subject::lookup)?,
        kind: word(row, "kind", Kind::lookup)?,
        shop: parsed(row, "shop")?,
        destination: destination
            .map(|id| id.parse())
            .transpose()
            .map_err(|why| unreadable("destination", why))?,
        opened: time(row, "opened_ms")?,
        closed: closed.map(Timestamp::from_ms),
    })
}

fn evidence(row: &AnyRow) -> Result<EvidenceRow, Fault> {
    Ok(EvidenceRow {
        kind: text(row, "kind")?,
        operator: Some(text(row, "operator")?).filter(|name| !name.is_empty()),
        body: text(row, "body")?,
        first: time(row, "first_ms")?,
        last: time(row, "last_ms")?,
        times: number(row, "times")?,
    })
}

fn proposal(row: &AnyRow) -> Result<Proposal, Fault> {
    Ok(Proposal {
        decision: word(row, "decision", Decision::lookup)?,
        operator: text(row, "operator")?,
        reason: text(row, "reason")?,
        at: time(row, "at_ms")?,
    })
}

fn journal(row: &AnyRow) -> Result<DeviceJournal, Fault> {
    let why: Option<String> = row.try_get("suspicion")?;
    let suspected = match why {
        Some(why) => {
            let known = Suspicion::lookup(&why);
            let why = known.ok_or_else(|| unreadable("suspicion", format!("{why:?}")))?;
            let said = head(row, "said_seq", "said_hash")?;
            let said = said.ok_or_else(|| unreadable("said_seq", "it is missing"))?;
            Some((why, time(row, "suspected_ms")?, said))
        }
        None => None,
    };
    let trusted_from = time(row, "trusted_from_ms")?;
    Ok(DeviceJournal { head: head(row, "seq", "hash")?, trusted_from, suspected })
}

fn head(row: &AnyRow, seq: &str, hash: &str) -> Result<Option<JournalHead>, Fault> {
    let found: (Option<i64>, Option<String>) = (row.try_get(seq)?, row.try_get(hash)?);
    let (Some(number), Some(hash)) = found else { return Ok(None) };
    let seq = u64::try_from(number).map_err(|why| unreadable(seq, why))?;
    Ok(Some(JournalHead { seq, hash }))
}

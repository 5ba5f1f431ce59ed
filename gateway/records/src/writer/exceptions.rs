//! Writing cases, evidence, proposals and journals: one statement each, for they are rare.
//!
//! Owns the bound on evidence and what counts as "the same again". A proposal that is there, or is
//! gone, excludes the whole batch, so nobody decides on what has changed meanwhile.

use super::apply::Commit;
use super::group::failed;
use super::{CommitFault, Conflict};
use crate::audit::link;
use crate::exceptions::{CaseRow, Exception, Piece, Subject};
use crate::rows::executor_words;
use baton_core::relay::case::{Kind, Proposal};
use baton_core::relay::journal::JournalHead;
use baton_core::relay::plan::Executor;
use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

/// Different pieces of evidence that machines, and as many that people, leave about one subject:
/// an honest device and destination leave under ten. Further ones are only counted.
const PIECES_MAX: i64 = 100;
/// The `digest` of the row that counts them.
const FURTHER: &str = "further";

enum Seen {
    New,
    Again,
}

pub(super) async fn write(commit: &mut Commit<'_>, rows: &[&Exception]) -> Result<(), CommitFault> {
    for row in rows {
        one(commit, row).await?;
    }
    Ok(())
}

async fn one(commit: &mut Commit<'_>, row: &Exception) -> Result<(), CommitFault> {
    match row {
        Exception::Evidence(piece) => append(commit, piece).await.map(|_| ()),
        Exception::Opened { case, piece } => {
            let seen = append(commit, piece).await?;
            open(commit, case, &seen).await
        }
        Exception::Proposed { subject, proposal } => propose(commit, subject, proposal).await,
        Exception::ProposalTaken { subject, decision, operator } => {
            let take = "DELETE FROM exception_proposals \
                        WHERE subject = $1 AND decision = $2 AND operator = $3";
            let take = sqlx::query(take).bind(subject.to_string()).bind(decision.word());
            let taken = run(commit, take.bind(operator.clone())).await?;
            if taken == 1 { Ok(()) } else { Err(CommitFault::Conflict(Conflict::Version)) }
        }
        Exception::Closed { subject, kind, at } => close(commit, subject, *kind, at.ms()).await,
        Exception::JournalKept { device, trusted_from, head } => {
            keep(commit, device, trusted_from.ms(), head).await
        }
        Exception::JournalSuspected { device, trusted_from, why, said, at } => {
            let (role, id) = executor_words(device);
            let put = "INSERT INTO device_journals (role, device, trusted_from_ms, suspicion, \
                       said_seq, said_hash, suspected_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                       ON CONFLICT (role, device) DO UPDATE SET suspicion = excluded.suspicion, \
                       said_seq = excluded.said_seq, said_hash = excluded.said_hash, \
                       suspected_ms = excluded.suspected_ms \
                       WHERE device_journals.trusted_from_ms = excluded.trusted_from_ms";
            let put = sqlx::query(put).bind(role).bind(id.to_owned()).bind(trusted_from.ms());
            let put = put.bind(why.word()).bind(seq_of(said)).bind(said.hash.clone());
            run(commit, put.bind(at.ms())).await.map(|_| ())
        }
    }
}

/// Keeps a piece, or counts it when it was there, or counts it among the further ones.
async fn append(commit: &mut Commit<'_>, piece: &Piece) -> Result<Seen, CommitFault> {
    let subject = piece.subject.to_string();
    let operator = piece.operator.clone().unwrap_or_default();
    let digest = link(&format!("{}\n{operator}\n", piece.kind), &piece.body);
    if count(commit, &subject, &digest, piece.at.ms()).await? > 0 {
        return Ok(Seen::Again);
    }
    let kept = "SELECT COUNT(*) FROM exception_evidence WHERE subject = $1 \
                AND (operator = '') = ($2 = '')";
    let kept = sqlx::query_scalar::<_, i64>(kept).bind(subject.clone()).bind(operator.clone());
    let room = kept.fetch_one(&mut **commit).await.map_err(failed)? < PIECES_MAX;
    if !room && count(commit, &subject, FURTHER, piece.at.ms()).await? > 0 {
        return Ok(Seen::Again);
    }
    let (digest, kind, body) =
        if room { (digest, piece.kind, piece.body.clone()) } else { further() };
    let put = "INSERT INTO exception_evidence (subject, digest, id, kind, operator, body, \
               first_ms, last_ms, times) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)";
    let put = sqlx::query(put).bind(subject).bind(digest).bind(piece.id.to_string()).bind(kind);
    let put = put.bind(operator).bind(body).bind(piece.at.ms()).bind(piece.at.ms());
    run(commit, put).await?;
    Ok(if room { Seen::New } else { Seen::Again })
}

fn further() -> (String, &'static str, String) {
    (FURTHER.to_owned(), FURTHER, "{}".to_owned())
}

async fn count(
    commit: &mut Commit<'_>,
    subject: &str,
    digest: &str,
    at_ms: i64,
) -> Result<u64, CommitFault> {
    let again = "UPDATE exception_evidence SET times = times + 1, last_ms = $1 \
                 WHERE subject = $2 AND digest = $3";
    let again = sqlx::query(again).bind(at_ms).bind(subject.to_owned()).bind(digest.to_owned());
    run(commit, again).await
}

/// New evidence opens a closed case again; evidence that people have seen does not.
async fn open(commit: &mut Commit<'_>, case: &CaseRow, seen: &Seen) -> Result<(), CommitFault> {
    let put = match seen {
        Seen::New => {
            "INSERT INTO exceptions (id, subject, kind, shop, destination, opened_ms) \
             VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (subject, kind) DO UPDATE SET closed_ms = NULL"
        }
        Seen::Again => {
            "INSERT INTO exceptions (id, subject, kind, shop, destination, opened_ms) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (subject, kind) DO NOTHING"
        }
    };
    let put = sqlx::query(put).bind(case.id.to_string()).bind(case.subject.to_string());
    let put = put.bind(case.kind.word()).bind(case.shop.to_string());
    let put = put.bind(case.destination.as_ref().map(ToString::to_string));
    run(commit, put.bind(case.opened.ms())).await.map(|_| ())
}

async fn propose(
    commit: &mut Commit<'_>,
    subject: &Subject,
    proposal: &Proposal,
) -> Result<(), CommitFault> {
    let put = "INSERT INTO exception_proposals (subject, decision, operator, reason, at_ms) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (subject) DO NOTHING";
    let put = sqlx::query(put).bind(subject.to_string()).bind(proposal.decision.word());
    let put = put.bind(proposal.operator.clone()).bind(proposal.reason.clone());
    let written = run(commit, put.bind(proposal.at.ms())).await?;
    if written == 1 { Ok(()) } else { Err(CommitFault::Conflict(Conflict::Version)) }
}

async fn close(
    commit: &mut Commit<'_>,
    subject: &Subject,
    kind: Kind,
    at_ms: i64,
) -> Result<(), CommitFault> {
    let end = "UPDATE exceptions SET closed_ms = $1 \
               WHERE subject = $2 AND kind = $3 AND closed_ms IS NULL";
    let end = sqlx::query(end).bind(at_ms).bind(subject.to_string()).bind(kind.word());
    run(commit, end).await?;
    let fall = "DELETE FROM exception_proposals WHERE subject = $1";
    run(commit, sqlx::query(fall).bind(subject.to_string())).await.map(|_| ())
}

async fn keep(
    commit: &mut Commit<'_>,
    device: &Executor,
    trusted_from_ms: i64,
    head: &JournalHead,
) -> Result<(), CommitFault> {
    let (role, id) = executor_words(device);
    let put = "INSERT INTO device_journals (role, device, seq, hash, trusted_from_ms) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (role, device) DO UPDATE \
               SET seq = excluded.seq, hash = excluded.hash \
               WHERE device_journals.trusted_from_ms = excluded.trusted_from_ms \
               AND (device_journals.seq IS NULL OR device_journals.seq <= excluded.seq)";
    let put = sqlx::query(put).bind(role).bind(id.to_owned());
    let put = put.bind(seq_of(head)).bind(head.hash.clone()).bind(trusted_from_ms);
    run(commit, put).await.map(|_| ())
}

fn seq_of(head: &JournalHead) -> i64 {
    i64::try_from(head.seq).unwrap_or(i64::MAX)
}

async fn run<'q>(
    commit: &mut Commit<'_>,
    query: Query<'q, Any, AnyArguments>,
) -> Result<u64, CommitFault> {
    Ok(query.execute(&mut **commit).await.map_err(failed)?.rows_affected())
}

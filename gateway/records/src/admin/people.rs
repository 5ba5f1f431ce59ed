//! The changes around exceptions: operators, and journals that people accept.
//!
//! Owns their statements. A journal that begins or is accepted closes its case; what it does not
//! know of earlier transactions proves nothing from then on. Used by [`super`] and the enrolment.

use super::Change;
use crate::Fault;
use baton_core::relay::case::Kind;
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_protocol::ids::OperatorName;
use sqlx::{Any, Transaction};

use crate::exceptions::Subject;
use crate::rows::executor_words;

pub(super) async fn make(work: &mut Transaction<'_, Any>, change: &Change) -> Result<(), Fault> {
    match change {
        Change::OperatorAdd { name, token_digest, at } => {
            let add = "INSERT INTO operators (name, token_digest, added_ms) VALUES ($1, $2, $3)";
            let add = sqlx::query(add).bind(name.to_string()).bind(token_digest.clone());
            add.bind(at.ms()).execute(&mut **work).await?;
            Ok(())
        }
        Change::OperatorRemove { name, at } => remove(work, name, *at).await,
        Change::JournalAccept { device, at, .. } => accept(work, device, *at).await,
        Change::ShopAdd { .. }
        | Change::ShopTokenAdd { .. }
        | Change::TerminalAdd { .. }
        | Change::AgentAdd { .. }
        | Change::Pair { .. }
        | Change::DestinationAdd(_)
        | Change::DestinationMove { .. }
        | Change::DestinationProfile { .. }
        | Change::DestinationExecuteAt { .. }
        | Change::AppAdd { .. }
        | Change::CodeRules(_)
        | Change::DeviceStanding { .. }
        | Change::EnrolmentIssue { .. }
        | Change::Webhook(_) => Ok(()),
    }
}

async fn remove(
    work: &mut Transaction<'_, Any>,
    name: &OperatorName,
    at: Timestamp,
) -> Result<(), Fault> {
    let end = "UPDATE operators SET token_digest = NULL, removed_ms = $1 \
               WHERE name = $2 AND token_digest IS NOT NULL";
    let end = sqlx::query(end).bind(at.ms()).bind(name.to_string());
    changed(end.execute(&mut **work).await?.rows_affected())?;
    let fall = "DELETE FROM exception_proposals WHERE operator = $1";
    sqlx::query(fall).bind(name.to_string()).execute(&mut **work).await?;
    Ok(())
}

/// The next connection may say what was refused, or more. Nothing of this device began after it
/// was suspected, so a clock that is behind cannot make an earlier transaction look later.
async fn accept(
    work: &mut Transaction<'_, Any>,
    device: &Executor,
    at: Timestamp,
) -> Result<(), Fault> {
    let (role, id) = executor_words(device);
    let take = "UPDATE device_journals SET seq = said_seq, hash = said_hash, \
                trusted_from_ms = CASE WHEN suspected_ms < $1 THEN $1 ELSE suspected_ms END, \
                suspicion = NULL, said_seq = NULL, said_hash = NULL, suspected_ms = NULL \
                WHERE role = $2 AND device = $3 AND suspicion IS NOT NULL";
    let take = sqlx::query(take).bind(at.ms()).bind(role).bind(id.to_owned());
    changed(take.execute(&mut **work).await?.rows_affected())?;
    close(work, role, id, at).await
}

/// A device that enrolled has a new state folder, and with it a new journal.
pub(crate) async fn journal_begins(
    work: &mut Transaction<'_, Any>,
    role: &str,
    id: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let begin = "INSERT INTO device_journals (role, device, trusted_from_ms) VALUES ($1, $2, $3) \
                 ON CONFLICT (role, device) DO UPDATE SET seq = NULL, hash = NULL, \
                 trusted_from_ms = excluded.trusted_from_ms, suspicion = NULL, said_seq = NULL, \
                 said_hash = NULL, suspected_ms = NULL";
    let begin = sqlx::query(begin).bind(role.to_owned()).bind(id.to_owned()).bind(now.ms());
    begin.execute(&mut **work).await?;
    close(work, role, id, now).await
}

async fn close(
    work: &mut Transaction<'_, Any>,
    role: &str,
    id: &str,
    at: Timestamp,
) -> Result<(), Fault> {
    let Some(subject) = Subject::lookup(&format!("{role}:{id}")) else { return Ok(()) };
    let end = "UPDATE exceptions SET closed_ms = $1 \
               WHERE subject = $2 AND kind = $3 AND closed_ms IS NULL";
    let end = sqlx::query(end).bind(at.ms()).bind(subject.to_string());
    end.bind(Kind::Journal.word()).execute(&mut **work).await?;
    Ok(())
}

fn changed(rows: u64) -> Result<(), Fault> {
    if rows == 1 { Ok(()) } else { Err(Fault(sqlx::Error::RowNotFound)) }
}

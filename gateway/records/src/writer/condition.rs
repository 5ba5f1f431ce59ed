//! How the store is: well, without room, away, or broken for good.
//!
//! Owns the reading of both databases' error codes. A write that the disk did not confirm is broken
//! for good: after a failed fsync nobody knows what is on the disk, and asking again would be told
//! a lie. Everything else passes, and nothing that was accepted is lost by it. Next: `group`.

use sqlx::error::ErrorKind;

/// How the store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It takes commits.
    Well,
    /// The disk is full: nothing new until there is room.
    NoRoom,
    /// It cannot be reached: nothing new until it is back.
    Away,
    /// The disk failed: this process must end.
    Broken,
}

/// SQLite's I/O errors (code 10 with a kind above it) that are about locks, memory or the shared
/// index, which holds nothing that must survive: RDLOCK, UNLOCK, BLOCKED, NOMEM,
/// CHECKRESERVEDLOCK, LOCK, SHMOPEN, SHMSIZE, SHMLOCK, SHMMAP (sqlite.org/rescode.html).
const SQLITE_IO_HARMLESS: [u32; 10] =
    [2_314, 2_058, 2_826, 3_082, 3_594, 3_850, 4_618, 4_874, 5_130, 5_386];

impl Condition {
    /// Reads what a failure says about the store; nothing if it is about the statement.
    pub(crate) fn of(error: &sqlx::Error) -> Option<Self> {
        if let Some(database) = error.as_database_error() {
            if database.kind() != ErrorKind::Other {
                return None;
            }
            return of_code(database.code()?.as_ref());
        }
        let away = matches!(
            error,
            sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::WorkerCrashed
        );
        away.then_some(Self::Away)
    }
}

/// SQLite's codes are numbers of up to four figures, those of PostgreSQL have five characters.
fn of_code(code: &str) -> Option<Condition> {
    if code.len() == 5 {
        return of_sqlstate(code);
    }
    let code: u32 = code.parse().ok()?;
    match code & 0xff {
        5 | 6 => Some(Condition::Away),
        10 if SQLITE_IO_HARMLESS.contains(&code) => Some(Condition::NoRoom),
        10 | 11 | 26 => Some(Condition::Broken),
        13 | 14 => Some(Condition::NoRoom),
        _ => None,
    }
}

/// Classes 08 and 57 are connections and shutdowns, 53 resources, 58 and XX the disk and damage.
fn of_sqlstate(code: &str) -> Option<Condition> {
    match code.get(..2)? {
        "08" | "57" => Some(Condition::Away),
        "53" => Some(if code == "53300" { Condition::Away } else { Condition::NoRoom }),
        "58" => Some(Condition::Broken),
        "XX" if code != "XX000" => Some(Condition::Broken),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

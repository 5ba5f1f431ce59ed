//! What the bytes of a journal say: whole lines, a torn end, or damage.
//!
//! Owns the difference between "not written" and "not to be trusted". Pure but for the reader that
//! it is handed, so a file and a disk that exists only in memory are read by the same rules. Next:
//! [`super::file`].

use super::chain::Head;
use super::machine::Journal;
use super::record::Record;
use super::replay::OutOfOrder;
use std::io::{self, BufRead};

/// Why the bytes are not a journal.
#[derive(Debug, thiserror::Error)]
pub enum LinesFault {
    /// A line was damaged, does not follow, or no machine could have written it.
    #[error("line {line} does not follow")]
    Suspect {
        /// The first such line, counted from 1.
        line: u64,
    },
    /// The reader failed.
    #[error(transparent)]
    Read(#[from] io::Error),
}

/// Everything that a journal's bytes hold.
#[derive(Debug, Default)]
pub struct Recovered {
    /// The machine, rebuilt.
    pub journal: Journal,
    /// Where the records end.
    pub head: Head,
    /// How many bytes the whole lines take; what comes after them was never acknowledged.
    pub bytes: u64,
}

/// Checks every line and rebuilds the machine from it.
///
/// A last line without its line feed was never acknowledged and does not count.
///
/// # Errors
/// Each variant of [`LinesFault`] as it says.
pub fn recover(reader: impl BufRead) -> Result<Recovered, LinesFault> {
    let mut journal = Journal::default();
    let (head, bytes) = read(reader, |record| journal.replay(&record))?;
    Ok(Recovered { journal, head, bytes })
}

/// Checks line after line; returns where the good lines end.
///
/// # Errors
/// Each variant of [`LinesFault`] as it says; a refusal by `take` makes its line suspect.
pub fn read(
    mut reader: impl BufRead,
    mut take: impl FnMut(Record) -> Result<(), OutOfOrder>,
) -> Result<(Head, u64), LinesFault> {
    let (mut head, mut bytes, mut line) = (Head::default(), 0, Vec::new());
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line)?;
        let suspect = LinesFault::Suspect { line: head.seq + 1 };
        match line.split_last() {
            None => return Ok((head, bytes)),
            Some((b'\n', text)) => {
                let Some(record) = head.check(text) else { return Err(suspect) };
                if take(record).is_err() {
                    return Err(suspect);
                }
                bytes += read as u64;
            }
            // A whole record with a wrong last byte was acknowledged once: that is damage.
            Some((_, text)) if head.clone().check(text).is_some() => return Err(suspect),
            Some(_) => return Ok((head, bytes)),
        }
    }
}

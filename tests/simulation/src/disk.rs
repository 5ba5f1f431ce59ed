//! A device's disk: bytes that a pulled plug, a full disk or a failing fsync leave behind.
//!
//! Owns the bytes; what they mean is read by the real rules of the journal, the same that read the
//! real file. Next: `destination.rs`.

use baton_link::journal::{Head, Journal, LinesFault, Record, recover};
use baton_protocol::ids::TransactionId;

/// How the disk feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// It works.
    #[default]
    Fine,
    /// No space is left.
    Full,
    /// What was written may or may not stand.
    FsyncFails,
}

/// A write that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskFault;

/// A disk with one journal on it.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    /// What is durable.
    pub bytes: Vec<u8>,
    /// Where the journal ends, as its writer knows.
    pub head: Head,
    /// How it feels.
    pub mood: Mood,
}

impl Disk {
    /// Makes records durable.
    ///
    /// # Errors
    /// [`DiskFault`]; nobody knows what stands then. `cut` decides how much.
    pub fn append(&mut self, records: &[Record], at_ms: u64, cut: u64) -> Result<(), DiskFault> {
        match self.mood {
            Mood::Fine => {
                for record in records {
                    let line = self.head.seal(record, at_ms);
                    self.bytes.extend_from_slice(line.as_bytes());
                }
                Ok(())
            }
            Mood::Full => Err(DiskFault),
            Mood::FsyncFails => {
                self.tear(records, at_ms, cut);
                Err(DiskFault)
            }
        }
    }

    /// Leaves a part of a write behind, as a pulled plug does.
    pub fn tear(&mut self, records: &[Record], at_ms: u64, cut: u64) {
        let mut head = self.head.clone();
        let text: String = records.iter().map(|record| head.seal(record, at_ms)).collect();
        let whole = text.len() as u64;
        let kept = usize::try_from(cut % (whole + 1)).unwrap_or(0);
        self.bytes.extend_from_slice(&text.as_bytes()[..kept]);
    }

    /// Reads the journal as a starting program does, and cuts off a torn end.
    ///
    /// # Errors
    /// [`LinesFault::Suspect`] when the bytes are not to be trusted.
    pub fn recover(&mut self) -> Result<Journal, LinesFault> {
        self.mood = Mood::Fine;
        let recovered = recover(self.bytes.as_slice())?;
        self.bytes.truncate(usize::try_from(recovered.bytes).unwrap_or(usize::MAX));
        self.head = recovered.head;
        Ok(recovered.journal)
    }

    /// Tells whether a fence of a transaction stands on it.
    pub fn holds_fence(&self, id: TransactionId) -> bool {
        let text = String::from_utf8_lossy(&self.bytes);
        let id = id.to_string();
        text.lines().rev().any(|line| line.contains(&id) && line.contains("\"fenced\""))
    }

    /// Keeps only so many lines, as an older image of the disk does.
    pub fn roll_back(&mut self, lines: u64) {
        let lines = usize::try_from(lines).unwrap_or(0);
        let mut ends = self.bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let end = lines.checked_sub(1).and_then(|last| ends.nth(last));
        self.bytes.truncate(end.map_or(0, |(place, _)| place + 1));
    }

    /// Flips one byte somewhere in the whole lines; tells whether there was one. The end of the
    /// last line is left: without it the line is a torn one, which is no damage.
    pub fn damage(&mut self, chance: u64) -> bool {
        let last = self.bytes.iter().rposition(|byte| *byte == b'\n');
        let Some(last) = last.filter(|last| *last > 0) else { return false };
        let place = usize::try_from(chance % last as u64).unwrap_or(0);
        self.bytes[place] ^= 1;
        true
    }
}

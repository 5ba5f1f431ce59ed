//! Receipts that print themselves: once each, when the printer can, never in a payment's way.
//!
//! Owns the queue in front of the printer and what is done when there is none, no paper, or a cut
//! in the middle. Who pays waits for nothing here: notes are dropped rather than waited for.
//! Nothing comes next.

use super::book::{Book, Dropped, Slip, Stage};
use super::shelf::{self, SLIPS_FILE};
use super::{Part, Printer, PrinterFault, Receipt, to_bytes};
use crate::counter::Counter;
use crate::counter::display::Input;
use crate::label::{LabelFault, Lettering};
use baton_link::clock::Clock;
use baton_link::enrol::JOURNAL_FILE;
use baton_protocol::ids::TransactionId;
use baton_protocol::link::Command;
use baton_protocol::work::State;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use tokio::sync::mpsc;
use tokio::time::timeout;

pub use super::shelf::ShelfFault;

/// Notes that may wait while a receipt is being printed: a payment makes two.
const NOTES_MAX: usize = 128;
/// Pause before a printer that could not print is tried again, in seconds.
const AGAIN_S: u64 = 2;
/// Minutes of the farthest time zones from UTC.
pub const OFFSET_MINUTES: std::ops::RangeInclusive<i32> = -720..=840;
/// Its name among the parts that need somebody.
const PART: &str = "printer";
/// Dots of a letter; what stands on a line is broken by it.
const LETTER_DOTS: u16 = 12;

/// What receipts look like, and where they come out.
#[derive(Debug)]
pub struct Paper {
    /// The printer.
    pub printer: Printer,
    /// Dots across its paper.
    pub dots: u16,
    /// Letters beyond the printer's own.
    pub lettering: Lettering,
    /// The shop's name, or the terminal's.
    pub title: String,
    /// The local time's distance from UTC, in minutes.
    pub offset_minutes: i32,
}

#[derive(Debug)]
enum Note {
    Submitted(TransactionId, Slip),
    Word(TransactionId, State),
}

/// The way of notes to the book. Dropping all copies ends [`Slips`].
#[derive(Debug, Clone)]
pub struct Desk {
    notes: mpsc::Sender<Note>,
    clock: Clock,
}

/// The book, its file and its printer.
#[derive(Debug)]
pub struct Slips {
    notes: mpsc::Receiver<Note>,
    book: Book,
    path: PathBuf,
    paper: Option<Paper>,
}

impl Desk {
    /// A command goes to its destination now.
    pub fn submitted(&self, command: &Command) {
        let (app, amount) = (command.app.to_string(), command.work.amount());
        let slip = Slip { app, amount, at_ms: self.clock.unix_ms(), stage: Stage::Owed };
        self.note(Note::Submitted(command.transaction, slip));
    }

    /// The gateway said what it became.
    pub fn word(&self, transaction: TransactionId, state: State) {
        self.note(Note::Word(transaction, state));
    }

    fn note(&self, note: Note) {
        if let Err(fault) = self.notes.try_send(note) {
            tracing::warn!(%fault, "a receipt's note found no room; that receipt is not printed");
        }
    }
}

impl Slips {
    /// Opens the book in a state folder. Without paper it only remembers what is owed a word.
    ///
    /// A book that cannot be read is set aside: no payment waits for a receipt.
    ///
    /// # Errors
    /// [`ShelfFault::File`].
    pub fn open(
        state: &Path,
        paper: Option<Paper>,
        clock: Clock,
    ) -> Result<(Desk, Self), ShelfFault> {
        let path = state.join(SLIPS_FILE);
        let mut book = Book::default();
        let kept = shelf::load(&path).or_else(|fault| match fault {
            ShelfFault::Unreadable(_) => shelf::set_aside(&path).map(|()| BTreeMap::new()),
            ShelfFault::File { .. } => Err(fault),
        })?;
        for id in book.restore(kept) {
            tracing::warn!(transaction = %id, "its receipt may be on the paper; not printed again");
        }
        let owed = |(id, slip): (&TransactionId, &Slip)| (slip.stage == Stage::Owed).then_some(*id);
        let owed: BTreeSet<TransactionId> = book.slips().iter().filter_map(owed).collect();
        if !owed.is_empty() {
            match shelf::shown(&state.join(JOURNAL_FILE), &owed) {
                Ok(shown) => shown.into_iter().for_each(|id| note(book.word(id, State::Approved))),
                Err(fault) => tracing::warn!(%fault, "journal"),
            }
        }
        let (sender, notes) = mpsc::channel(NOTES_MAX);
        Ok((Desk { notes: sender, clock }, Self { notes, book, path, paper }))
    }

    /// Keeps and prints until nobody sends notes any more.
    pub async fn run(mut self, counter: Counter) {
        for (id, slip) in self.book.slips().iter().filter(|(_, slip)| slip.stage == Stage::Owed) {
            let amount = Some(slip.amount).filter(|amount| amount.minor != 0);
            counter.tell(Input::Restored { transaction: *id, amount });
        }
        let mut told = None;
        loop {
            let pause = self.print_due(&counter, &mut told).await;
            let next = self.notes.recv();
            let next = match pause {
                None => next.await,
                Some(pause) => match timeout(pause, next).await {
                    Ok(next) => next,
                    Err(_) => continue,
                },
            };
            match next {
                None => return,
                Some(Note::Submitted(id, slip)) => note(self.book.submitted(id, slip)),
                Some(Note::Word(id, state)) => note(self.book.word(id, state)),
            }
            if let Err(fault) = self.save() {
                tracing::warn!(%fault, "a receipt may be lost when this program ends");
            }
        }
    }

    /// Prints one receipt, if one is due; returns how long to wait before trying again.
    async fn print_due(
        &mut self,
        counter: &Counter,
        told: &mut Option<String>,
    ) -> Option<Duration> {
        let (id, bytes) = {
            let (id, slip) = self.book.next_due()?;
            let Some(paper) = &self.paper else {
                self.book.done(id);
                return Some(Duration::ZERO);
            };
            (id, paper.bytes(id, slip))
        };
        self.book.printing(id);
        let printed = match (self.save(), bytes) {
            (Err(fault), _) => Printed::Not(fault.to_string()),
            (Ok(()), Err(fault)) => Printed::Never(fault.to_string()),
            (Ok(()), Ok(bytes)) => self.print(&bytes).await,
        };
        let again = match printed {
            Printed::Whole => {
                counter.tell(Input::PartReady(PART.to_owned()));
                *told = None;
                self.book.done(id);
                Duration::ZERO
            }
            Printed::Never(reason) => {
                tracing::warn!(transaction = %id, %reason, "receipt not finished");
                self.book.done(id);
                Duration::ZERO
            }
            Printed::Not(reason) => {
                if told.as_ref() != Some(&reason) {
                    tracing::warn!(transaction = %id, %reason, "its receipt waits");
                    counter.tell(Input::PartTrouble(PART.to_owned()));
                }
                *told = Some(reason);
                self.book.not_printed(id);
                Duration::from_secs(AGAIN_S)
            }
        };
        if let Err(fault) = self.save() {
            tracing::warn!(%fault, "receipts");
        }
        Some(again)
    }

    async fn print(&self, bytes: &[u8]) -> Printed {
        let Some(paper) = &self.paper else { return Printed::Whole };
        match paper.printer.print(bytes).await {
            Ok(()) => Printed::Whole,
            Err(fault @ (PrinterFault::Away { .. } | PrinterFault::PaperOut { .. })) => {
                Printed::Not(fault.to_string())
            }
            Err(fault @ PrinterFault::Halfway { .. }) => Printed::Never(fault.to_string()),
        }
    }

    fn save(&self) -> Result<(), ShelfFault> {
        shelf::save(&self.path, self.book.slips())
    }
}

enum Printed {
    Whole,
    /// Nothing of it is on the paper.
    Not(String),
    /// It is not printed again.
    Never(String),
}

fn note(dropped: Option<Dropped>) {
    if let Some(Dropped(id)) = dropped {
        tracing::warn!(transaction = %id, "too many receipts wait; the oldest is not printed");
    }
}

impl Paper {
    /// Writes the receipt; a title that cannot be written is left out rather than the receipt.
    fn bytes(&self, id: TransactionId, slip: &Slip) -> Result<Vec<u8>, LabelFault> {
        let mut parts = self.parts(id, slip);
        let whole = to_bytes(&Receipt { parts: parts.clone() }, self.dots, &self.lettering);
        whole.or_else(|fault| {
            tracing::warn!(%fault, "the receipt's title; set label.font");
            parts.remove(0);
            to_bytes(&Receipt { parts }, self.dots, &self.lettering)
        })
    }

    fn parts(&self, id: TransactionId, slip: &Slip) -> Vec<Part> {
        let columns = usize::from(self.dots / LETTER_DOTS);
        let pair = |left: &str, right: &str| Part::Pair(left.to_owned(), right.to_owned());
        let mut parts = vec![
            Part::Title(self.title.clone()),
            Part::Rule,
            pair("TOTAL", &slip.amount.to_string()),
            Part::Rule,
            Part::Title("APPROVED".to_owned()),
            Part::Line(local_time(slip.at_ms, self.offset_minutes)),
            Part::Line(cut(&slip.app, columns)),
        ];
        parts.extend(broken(&id.to_string(), columns).into_iter().map(Part::Line));
        parts
    }
}

fn cut(text: &str, columns: usize) -> String {
    text.chars().take(columns).collect()
}

/// An id in lines of its whole groups.
fn broken(id: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for group in id.split_inclusive('-') {
        match lines.last_mut() {
            Some(line) if line.len().saturating_add(group.len()) <= columns => line.push_str(group),
            _ => lines.push(group.to_owned()),
        }
    }
    lines
}

/// Day and time at the counter, with its distance from UTC.
fn local_time(at_ms: u64, offset_minutes: i32) -> String {
    let offset = Duration::from_secs(u64::from(offset_minutes.unsigned_abs()).saturating_mul(60));
    let at = UNIX_EPOCH.checked_add(Duration::from_millis(at_ms)).unwrap_or(UNIX_EPOCH);
    let shifted = if offset_minutes < 0 { at.checked_sub(offset) } else { at.checked_add(offset) };
    // As "Fri, 02 Jan 2026 03:04:05 GMT".
    let text = httpdate::fmt_http_date(shifted.unwrap_or(UNIX_EPOCH));
    let words: Vec<&str> = text.split(' ').collect();
    let [_, day, month, year, time, _] = words.as_slice() else { return text };
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset_minutes.unsigned_abs() / 60, offset_minutes.unsigned_abs() % 60);
    format!("{day} {month} {year} {time} {sign}{hours:02}:{minutes:02}")
}

#[cfg(test)]
mod tests;

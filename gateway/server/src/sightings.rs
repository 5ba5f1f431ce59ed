//! What terminals heard of beacons in the last half minute, for servers of their shops.
//!
//! Owns what a report must be to be taken, and the recent ones: in memory only, for a sighting is
//! worth ten seconds and a restart takes longer. Whose phone it was, and whether it is near, a
//! store's server judges (`core/checkout/presence.rs`). Next: [`crate::http::sightings`].

use crate::tables::Snapshot;
use baton_core::checkout::presence::{CLOCK_AHEAD_MS_MAX, SIGHTING_MS_MAX};
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_link::sighting::{VerifyRefusal, verify};
use baton_protocol::ids::{ShopId, TerminalId};
use baton_protocol::sighting::{ReportHeld, SightingReport};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a report is kept, in milliseconds: three times as long as it can be matched.
pub const KEPT_MS: u64 = 30_000;
/// Reports of one terminal in that time: one a second, and some that a slow network brings at once.
pub const REPORTS_PER_TERMINAL_MAX: usize = 40;

/// Why a report is not taken. Nobody is answered: it stands in the log and in the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// An agent says that it heard something.
    #[error("only a terminal hears beacons")]
    NotTerminal,
    /// It is in the name of another terminal than the one that is connected.
    #[error("the report is of another terminal")]
    OtherTerminal,
    /// No such terminal, or none that has enrolled.
    #[error("the terminal is not known, or not enrolled")]
    TerminalUnknown,
    /// It was signed, or something in it heard, too long ago.
    #[error("a sighting may be {SIGHTING_MS_MAX} ms old")]
    Late,
    /// The same in the future.
    #[error("a sighting may be {CLOCK_AHEAD_MS_MAX} ms ahead")]
    Ahead,
    /// It is not later than the last one that was taken, or this gateway's start.
    #[error("the report was signed no later than one before it")]
    Replayed,
    /// The terminal reports more than it ever needs to.
    #[error("a terminal has {REPORTS_PER_TERMINAL_MAX} reports in {KEPT_MS} ms")]
    TooMany,
    /// It has no shape that can be signed.
    #[error("the report is empty, too long, or names an unknown kind")]
    Shape,
    /// The key of enrolment did not sign it.
    #[error("the report is not signed by its terminal")]
    NotSigned,
}

/// The recent reports of all terminals.
pub struct Sightings {
    since: Timestamp,
    board: Mutex<Board>,
}

#[derive(Default)]
struct Board {
    seq: u64,
    lanes: BTreeMap<TerminalId, Lane>,
}

/// One terminal's reports, oldest first.
#[derive(Default)]
struct Lane {
    signed_last_ms: i64,
    held: VecDeque<ReportHeld>,
}

impl Refusal {
    /// Returns the word that stands in the metrics.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotTerminal => "not_terminal",
            Self::OtherTerminal => "other_terminal",
            Self::TerminalUnknown => "terminal_unknown",
            Self::Late => "late",
            Self::Ahead => "ahead",
            Self::Replayed => "replayed",
            Self::TooMany => "too_many",
            Self::Shape => "shape",
            Self::NotSigned => "not_signed",
        }
    }
}

impl Sightings {
    /// Starts with nothing. Reports signed before `now` are refused: a gateway before this one may
    /// have taken them.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { since: now, board: Mutex::default() }
    }

    /// Takes a report of whoever is connected, and counts it.
    pub fn hear(
        &self,
        from: &Executor,
        report: SightingReport,
        snapshot: &Snapshot,
        audience: &str,
        now: Timestamp,
    ) {
        let heard = u64::try_from(report.sightings.len()).unwrap_or(u64::MAX);
        match self.take(from, report, snapshot, audience, now) {
            Ok(()) => metrics::counter!("baton_sightings_total").increment(heard),
            Err(refusal) => {
                tracing::warn!(%from, %refusal, "sightings not taken");
                let reason = refusal.word();
                metrics::counter!("baton_sightings_refused_total", "reason" => reason).increment(1);
            }
        }
    }

    /// Takes a report of whoever is connected.
    ///
    /// **Repeat** the same report again is [`Refusal::Replayed`].
    ///
    /// # Errors
    /// Each variant of [`Refusal`] as it says; nothing was changed.
    pub fn take(
        &self,
        from: &Executor,
        report: SightingReport,
        snapshot: &Snapshot,
        audience: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let Executor::Terminal(terminal) = from else { return Err(Refusal::NotTerminal) };
        if *terminal != report.terminal {
            return Err(Refusal::OtherTerminal);
        }
        let device = snapshot.devices.get(from).and_then(|one| one.public_key.as_deref());
        let public_key = device.ok_or(Refusal::TerminalUnknown)?;
        let signed_at = in_time(report.signed_at_ms, now)?;
        for sighting in &report.sightings {
            in_time(sighting.at_ms, now)?;
        }
        let mut board = self.board();
        let signed_last_ms = self.since.ms().max(board.signed_last_ms(terminal));
        if signed_at.ms() <= signed_last_ms {
            return Err(Refusal::Replayed);
        }
        if board.reports_of(terminal, now) >= REPORTS_PER_TERMINAL_MAX {
            return Err(Refusal::TooMany);
        }
        verify(&report, audience, public_key).map_err(|refusal| match refusal {
            VerifyRefusal::Report(_) => Refusal::Shape,
            VerifyRefusal::Signature => Refusal::NotSigned,
        })?;
        board.keep(report, public_key.to_owned(), signed_at, now);
        Ok(())
    }

    /// Returns what the terminals of a shop reported after a number, oldest first, at most so many,
    /// and the number to go on from.
    pub fn after(
        &self,
        shop: &ShopId,
        snapshot: &Snapshot,
        after: u64,
        reports_max: usize,
        now: Timestamp,
    ) -> (Vec<ReportHeld>, u64) {
        let mut board = self.board();
        board.forget(now);
        let ours = |terminal: &TerminalId| {
            snapshot.tables.lookup_terminal(terminal).is_some_and(|one| one.shop == *shop)
        };
        let lanes = board.lanes.iter().filter(|(terminal, _)| ours(terminal));
        let later = lanes.flat_map(|(_, lane)| &lane.held).filter(|held| held.seq > after);
        let mut found: Vec<ReportHeld> = later.cloned().collect();
        found.sort_unstable_by_key(|held| held.seq);
        let more = found.len() > reports_max;
        found.truncate(reports_max);
        let last = found.last().map(|held| held.seq);
        let next = if more { last } else { last.max(Some(board.seq)) };
        (found, next.unwrap_or_default().max(after))
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Board {
    fn signed_last_ms(&self, terminal: &TerminalId) -> i64 {
        self.lanes.get(terminal).map_or(i64::MIN, |lane| lane.signed_last_ms)
    }

    fn reports_of(&mut self, terminal: &TerminalId, now: Timestamp) -> usize {
        let Some(lane) = self.lanes.get_mut(terminal) else { return 0 };
        lane.forget(now);
        lane.held.len()
    }

    /// Numbers grow with the time of day, so that a cursor outlives a restart.
    fn keep(&mut self, report: SightingReport, public_key: String, at: Timestamp, now: Timestamp) {
        let now_ms = u64::try_from(now.ms()).unwrap_or_default();
        self.seq = self.seq.saturating_add(1).max(now_ms);
        let seq = self.seq;
        let lane = self.lanes.entry(report.terminal.clone()).or_default();
        lane.signed_last_ms = at.ms();
        let received_at_ms = now.ms();
        lane.held.push_back(ReportHeld { seq, received_at_ms, public_key, report });
    }

    /// A lane that is empty stays: it knows what was signed last. There are no more of them than
    /// terminals that have enrolled.
    fn forget(&mut self, now: Timestamp) {
        self.lanes.values_mut().for_each(|lane| lane.forget(now));
    }
}

impl Lane {
    fn forget(&mut self, now: Timestamp) {
        let old =
            |held: &ReportHeld| now.since_ms(Timestamp::from_ms(held.received_at_ms)) > KEPT_MS;
        while self.held.front().is_some_and(old) {
            self.held.pop_front();
        }
    }
}

/// The time of a terminal's clock, if it fits the gateway's.
fn in_time(ms: u64, now: Timestamp) -> Result<Timestamp, Refusal> {
    let at = i64::try_from(ms).map(Timestamp::from_ms).map_err(|_| Refusal::Ahead)?;
    if now.since_ms(at) > SIGHTING_MS_MAX {
        return Err(Refusal::Late);
    }
    if at.since_ms(now) > CLOCK_AHEAD_MS_MAX {
        return Err(Refusal::Ahead);
    }
    Ok(at)
}

#[cfg(test)]
mod tests;

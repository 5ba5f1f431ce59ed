//! The lines to one destination: which are open, which is asked next, which are given up.
//!
//! Owns opening and choosing. One attempt at a time, whoever waits for it shares its failure; once
//! a line stands, the others are opened behind everybody's back, and one that cannot be opened
//! keeps nobody waiting. May not know what a message asks. Next: [`super::line`].

use super::answer;
use super::dialect::{Dialect, Session};
use super::line::{self, Line, Tellers};
use super::request;
use crate::ask::Limits;
use crate::clock;
use crate::fault::Unreachable;
use baton_formats::iso8583::spec1987::PROCESSING_CODE;
use baton_formats::iso8583::{Message, Mti};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// A line silent for longer than this, in milliseconds, is checked with an echo before it is
/// trusted: longer than a burst's pauses, shorter than most firewalls' patience.
const ECHO_IDLE_MS: u64 = 2_000;
/// Pause after a further line could not be opened, in milliseconds: payments go on without it, and
/// a destination that takes fewer lines than the profile says is not asked for more all the time.
const REFILL_PAUSE_MS: u64 = 5_000;
/// How long the answer to a sign-off is waited for, in milliseconds: long enough for a line around
/// the world, short beside the seconds that a program has to end.
const SIGN_OFF_MS: u64 = 1_000;

/// What a line is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A sale or refund: only a line that has not been signed off.
    Sale,
    /// Anything about what was sent before.
    Question,
}

impl Wanted {
    /// What this message needs.
    pub(super) fn by(request: &Message) -> Self {
        let inquires = request.text(PROCESSING_CODE) == Some(request::INQUIRY);
        if request.mti == Mti::SALE && !inquires { Self::Sale } else { Self::Question }
    }
}

/// The last attempt to open a line that failed.
struct Failure {
    at: Instant,
    why: Unreachable,
}

pub(super) struct Lines {
    address: String,
    dialect: Arc<Dialect>,
    limits: Limits,
    tellers: Tellers,
    standing: RwLock<Vec<Arc<Line>>>,
    /// The last lines that were given up as mute; whatever still comes on them is evidence.
    mute: Mutex<VecDeque<Arc<Line>>>,
    opening: tokio::sync::Mutex<Option<Failure>>,
    filling: AtomicBool,
    closed: AtomicBool,
}

impl Lines {
    pub(super) fn new(
        address: String,
        dialect: Arc<Dialect>,
        limits: Limits,
        tellers: Tellers,
    ) -> Self {
        Self {
            address,
            dialect,
            limits,
            tellers,
            standing: RwLock::default(),
            mute: Mutex::default(),
            opening: tokio::sync::Mutex::new(None),
            filling: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }
    }

    /// Returns the line with the fewest open questions; without any, one is opened or signed on
    /// again.
    pub(super) async fn line(self: &Arc<Self>, wanted: Wanted) -> Result<Arc<Line>, Unreachable> {
        self.fill();
        if let Some(line) = self.best(wanted) {
            return Ok(line);
        }
        let since = clock::now();
        let mut failure = self.opening.lock().await;
        if let Some(line) = self.best(wanted) {
            return Ok(line);
        }
        if let Some(Failure { at, why }) = *failure
            && at >= since
        {
            return Err(why);
        }
        let ready = match self.best(Wanted::Question) {
            Some(signed_off) => self.sign_on(&signed_off).await.map(|()| signed_off),
            None => self.open().await,
        };
        if let Err(why) = ready {
            *failure = Some(Failure { at: clock::now(), why });
        }
        ready
    }

    /// Makes sure that the next sale finds a line that can be trusted.
    pub(super) async fn prepare(self: &Arc<Self>) -> Result<(), Unreachable> {
        let line = self.line(Wanted::Sale).await?;
        if is_fresh(&line) { Ok(()) } else { self.check(&line, Wanted::Sale).await }
    }

    /// Greets a line. One that stays mute is given up together with all that were not heard for as
    /// long, and unless another one stands that was, a new one is opened.
    pub(super) async fn check(
        self: &Arc<Self>,
        line: &Arc<Line>,
        wanted: Wanted,
    ) -> Result<(), Unreachable> {
        let mut echo = request::echo(clock::wall_ms());
        if line.ask(&mut echo, self.limits.connect_ms).await.is_ok() {
            return Ok(());
        }
        self.give_up(line);
        for stale in self.standing().into_iter().filter(|line| !is_fresh(line)) {
            self.give_up(&stale);
        }
        self.line(wanted).await.map(drop)
    }

    /// Asks nothing more on a line.
    pub(super) fn forget(&self, line: &Arc<Line>) {
        let mut standing = self.standing.write().unwrap_or_else(PoisonError::into_inner);
        standing.retain(|known| !Arc::ptr_eq(known, line));
    }

    /// Gives a line up that was mute for a whole answer's time, for it may be half open.
    pub(super) fn give_up_if_mute(&self, line: &Arc<Line>) {
        if line.idle_ms() >= self.limits.answer_ms {
            tracing::warn!("the line is mute, the next question opens a new one");
            self.give_up(line);
        }
    }

    /// Signs off where it was signed on, and lets go of all lines: what is still open on them is
    /// waited for by whoever asked.
    pub(super) async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let standing = {
            let mut standing = self.standing.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *standing)
        };
        self.mute.lock().unwrap_or_else(PoisonError::into_inner).clear();
        if self.dialect.session() == Session::Bare {
            return;
        }
        let signed_on = standing.into_iter().filter(|line| line.is_open() && line.is_signed_on());
        let mut leaving: JoinSet<()> = signed_on.map(sign_off).collect();
        while leaving.join_next().await.is_some() {}
    }

    /// Asks nothing more on a line, but goes on listening until others are mute too.
    fn give_up(&self, line: &Arc<Line>) {
        self.forget(line);
        let mut mute = self.mute.lock().unwrap_or_else(PoisonError::into_inner);
        // Each question that stayed without an answer says so.
        if mute.iter().any(|known| Arc::ptr_eq(known, line)) {
            return;
        }
        mute.push_back(Arc::clone(line));
        if mute.len() > usize::from(self.dialect.connections()) {
            mute.pop_front();
        }
    }

    fn best(&self, wanted: Wanted) -> Option<Arc<Line>> {
        let standing = self.standing.read().unwrap_or_else(PoisonError::into_inner);
        let fits = |line: &&Arc<Line>| {
            line.is_open() && (wanted == Wanted::Question || line.is_signed_on())
        };
        standing.iter().filter(fits).min_by_key(|line| line.open_questions()).cloned()
    }

    fn standing(&self) -> Vec<Arc<Line>> {
        self.standing.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether some stand and others do not. The first one is opened by whoever needs it.
    fn is_missing_some(&self) -> bool {
        let standing = self.standing.read().unwrap_or_else(PoisonError::into_inner);
        let open = standing.iter().filter(|line| line.is_open()).count();
        (1..usize::from(self.dialect.connections())).contains(&open)
            && !self.closed.load(Ordering::SeqCst)
    }

    /// Opens the lines that are missing, while everybody uses those that stand.
    fn fill(self: &Arc<Self>) {
        if !self.is_missing_some() || self.filling.swap(true, Ordering::SeqCst) {
            return;
        }
        let lines = Arc::clone(self);
        tokio::spawn(async move {
            lines.open_missing().await;
            lines.filling.store(false, Ordering::SeqCst);
        });
    }

    async fn open_missing(&self) {
        loop {
            let mut failure = self.opening.lock().await;
            if !self.is_missing_some() {
                return;
            }
            let pause = Duration::from_millis(REFILL_PAUSE_MS);
            let failed = failure.as_ref().map(|failure| failure.at);
            if failed.is_some_and(|at| clock::now().duration_since(at) < pause) {
                return;
            }
            if let Err(why) = self.open().await {
                tracing::warn!(%why, "a further line cannot be opened, the others go on");
                *failure = Some(Failure { at: clock::now(), why });
                return;
            }
        }
    }

    async fn open(&self) -> Result<Arc<Line>, Unreachable> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(Unreachable::Closed);
        }
        let (dialect, tellers) = (Arc::clone(&self.dialect), self.tellers.clone());
        let opened = Line::open(&self.address, dialect, self.limits.connect_ms, tellers);
        let line = Arc::new(opened.await?);
        if self.dialect.session() == Session::SignOn {
            self.sign_on(&line).await?;
        }
        self.add(&line)?;
        // It ends with the line, at its next look.
        tokio::spawn(line::keep(Arc::downgrade(&line), self.limits));
        Ok(line)
    }

    /// The client may have been closed while the line was opened.
    fn add(&self, line: &Arc<Line>) -> Result<(), Unreachable> {
        let mut standing = self.standing.write().unwrap_or_else(PoisonError::into_inner);
        if self.closed.load(Ordering::SeqCst) {
            return Err(Unreachable::Closed);
        }
        standing.retain(|known| known.is_open());
        standing.push(Arc::clone(line));
        Ok(())
    }

    async fn sign_on(&self, line: &Line) -> Result<(), Unreachable> {
        let mut sign_on = request::sign_on(clock::wall_ms());
        let sign_offs = line.sign_offs();
        match line.ask(&mut sign_on, self.limits.connect_ms).await {
            Ok(message) if answer::accepted(&message) => {
                line.signed_on_after(sign_offs);
                Ok(())
            }
            Ok(_) => Err(Unreachable::SignOnRefused),
            Err(_) => Err(Unreachable::Silent),
        }
    }
}

fn is_fresh(line: &Arc<Line>) -> bool {
    line.idle_ms() < ECHO_IDLE_MS
}

async fn sign_off(line: Arc<Line>) {
    let mut sign_off = request::sign_off(clock::wall_ms());
    if line.ask(&mut sign_off, SIGN_OFF_MS).await.is_err() {
        tracing::debug!("the destination did not answer the sign-off");
    }
}

#[cfg(test)]
mod tests;

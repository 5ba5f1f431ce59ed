//! A POS program's desk: one thread that follows one recipe, one entry at a time.
//!
//! Owns that thread and what is asked of it, by the executor loop in one process or by the login
//! helper in two. An entry whose asker went away before the submit is undone. May not choose the
//! app: [`crate::pos`] and [`crate::login::session`] do. Next: [`crate::entry`].

use crate::config::recipe::Recipe;
use crate::entry::cause::Cause;
use crate::entry::observe::Observed;
use crate::entry::prepare::{leave, prepare, undo};
use crate::entry::printer::{Open, with_printer};
use crate::entry::seams::{Desk, Fault};
use crate::entry::submit::{Ended, submit};
use crate::entry::{Entered, Evidence, GivenUp, Order, Refused, Residue, Work};
use crate::pos::ending::Ending;
use crate::surface;
use baton_protocol::evidence::{self, Fence};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::money::Money;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// How many jobs may wait for the thread: the loop has one command at a time, and one that was
/// given up may still be undone.
const JOBS_MAX: usize = 4;
/// How long an entered code may stand in its field without the word to submit, in milliseconds: the
/// journal's record takes 5 to 20.
const HOLD_MS: u64 = 2_000;

/// What is to be entered.
#[derive(Debug)]
pub struct Asked {
    /// For which transaction.
    pub transaction: TransactionId,
    /// The code or member id.
    pub code: Zeroizing<String>,
    /// What an approval must name.
    pub amount: Money,
    /// How long from now it may still be submitted, in milliseconds.
    pub ttl_ms: u64,
}

/// Nothing stands in the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotEntered {
    /// What the gateway is told.
    pub fence: Fence,
    /// Why, for the log and the person at the counter.
    pub cause: String,
}

/// What came of a submit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submitted {
    /// It was pressed, and this was seen.
    Seen {
        /// How sure the entry was.
        evidence: Evidence,
        /// What was seen.
        observed: Observed,
        /// The amount that it was compared with.
        amount: Money,
    },
    /// Nothing was pressed, though the journal says *submitted*.
    NotPressed {
        /// Why.
        cause: String,
    },
}

impl Asked {
    /// Takes from a command what a desk needs.
    #[must_use]
    pub fn of(command: &Command) -> Self {
        Self {
            transaction: command.transaction,
            code: Zeroizing::new(command.work.reveal().to_owned()),
            amount: command.work.amount(),
            ttl_ms: command.ttl_ms,
        }
    }
}

impl Submitted {
    fn gone() -> Self {
        Self::NotPressed { cause: "what was entered is gone".to_owned() }
    }

    /// Tells it as every driver does.
    #[must_use]
    pub fn ending(self) -> Ending {
        match self {
            Self::Seen { evidence, observed, amount } => Ending::seen(observed, evidence, amount),
            Self::NotPressed { .. } => Ending::not_pressed(),
        }
    }
}

/// A desk's handle. Dropping it ends the thread.
#[derive(Debug)]
pub struct DeskPos {
    jobs: mpsc::SyncSender<Job>,
    monotonic_ms: fn() -> u64,
}

enum Job {
    Prepare(Order, oneshot::Sender<Result<Evidence, NotEntered>>),
    Submit(TransactionId, oneshot::Sender<Submitted>),
    Undo(TransactionId, oneshot::Sender<()>),
}

/// Gives an entry up when its asker goes away.
struct Asking(GivenUp, Kept);

#[derive(PartialEq, Eq)]
enum Kept {
    Yes,
    No,
}

impl Drop for Asking {
    fn drop(&mut self) {
        if self.1 == Kept::No {
            self.0.give_up();
        }
    }
}

impl DeskPos {
    /// Starts the desk's thread; the screen is opened at the first entry.
    ///
    /// # Errors
    /// [`std::io::Error`] where no thread can be started, or the receipt printer's port is taken.
    pub fn start(recipe: Recipe, monotonic_ms: fn() -> u64) -> Result<Self, std::io::Error> {
        let (jobs, taken) = mpsc::sync_channel(JOBS_MAX);
        let name = format!("desk {}", recipe.app);
        // The POS prints every sale, so its printer is there from the start.
        let printer = Open::of(&recipe.outcome).map_err(std::io::Error::other)?;
        // The seat is made on its thread, which the connections to a screen never leave.
        let serve = move || {
            Seat { recipe, monotonic_ms, printer, desk: None, held: None }.serve(&taken);
        };
        std::thread::Builder::new().name(name).spawn(serve)?;
        Ok(Self { jobs, monotonic_ms })
    }

    /// Enters the code and checks it; submits nothing. Dropping the future gives it up: then it is
    /// undone.
    ///
    /// # Errors
    /// [`NotEntered`] with the reason to fence.
    pub async fn prepare(&self, asked: Asked) -> Result<Evidence, NotEntered> {
        let given_up = GivenUp::default();
        let Asked { transaction, code, amount, ttl_ms } = asked;
        let deadline_ms = (self.monotonic_ms)().saturating_add(ttl_ms);
        let order = Order { transaction, code, amount, deadline_ms, given_up: given_up.clone() };
        let mut asking = Asking(given_up, Kept::No);
        let (answer, answered) = oneshot::channel();
        let lost = || {
            let cause = "the thread of this pos takes no work".to_owned();
            let machinery = evidence::Cause::Machinery;
            NotEntered { fence: Fence::because(FenceReason::PosNotReady, machinery), cause }
        };
        self.ask(Job::Prepare(order, answer)).map_err(|()| lost())?;
        let prepared = answered.await.unwrap_or_else(|_| Err(lost()));
        asking.1 = Kept::Yes;
        prepared
    }

    /// Submits what was entered, once, and waits for its outcome.
    pub async fn submit(&self, transaction: TransactionId) -> Submitted {
        let (answer, answered) = oneshot::channel();
        if self.ask(Job::Submit(transaction, answer)).is_err() {
            return Submitted::gone();
        }
        answered.await.unwrap_or_else(|_| Submitted::gone())
    }

    /// Clears what was entered for a transaction, if it still stands, after whatever is being done.
    pub async fn undo(&self, transaction: TransactionId) {
        let (answer, answered) = oneshot::channel();
        if self.ask(Job::Undo(transaction, answer)).is_ok() {
            answered.await.ok();
        }
    }

    fn ask(&self, job: Job) -> Result<(), ()> {
        self.jobs.try_send(job).map_err(|_| tracing::error!("the pos desk takes no more work"))
    }
}

/// What the thread holds.
struct Seat {
    recipe: Recipe,
    monotonic_ms: fn() -> u64,
    printer: Option<Arc<Open>>,
    desk: Option<Desk>,
    held: Option<(Order, Entered)>,
}

impl Seat {
    fn serve(mut self, jobs: &mpsc::Receiver<Job>) {
        loop {
            let job = match self.held {
                None => jobs.recv().map_err(|_| mpsc::RecvTimeoutError::Disconnected),
                Some(_) => jobs.recv_timeout(Duration::from_millis(HOLD_MS)),
            };
            match job {
                Ok(Job::Prepare(order, answer)) => {
                    self.let_go();
                    answer.send(self.prepare(order)).ok();
                }
                Ok(Job::Submit(transaction, answer)) => {
                    answer.send(self.submit(transaction)).ok();
                }
                Ok(Job::Undo(transaction, answer)) => {
                    if self.held.as_ref().is_some_and(|(held, _)| held.transaction == transaction) {
                        self.let_go();
                    }
                    answer.send(()).ok();
                }
                Err(mpsc::RecvTimeoutError::Timeout) => self.let_go(),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        self.let_go();
    }

    fn prepare(&mut self, order: Order) -> Result<Evidence, NotEntered> {
        let transaction = order.transaction;
        let kept = self.desk.is_some();
        let mut tried = self.entered(&order);
        // Connections that were kept may be those to a screen that has ended since; nothing was
        // written then, and a new screen deserves a try.
        if kept && tried.as_ref().is_err_and(is_lost) {
            tried = self.entered(&order);
        }
        let refused = match tried {
            Ok(entered) => {
                let evidence = entered.evidence;
                tracing::info!(%transaction, evidence = evidence.word(), "entered");
                self.held = Some((order, entered));
                return Ok(evidence);
            }
            Err(refused) => refused,
        };
        let cause = refused.cause.to_string();
        tracing::warn!(%transaction, cause, "not entered");
        warn_residue(transaction, &refused.residue);
        Err(NotEntered { fence: refused.cause.fence(), cause })
    }

    fn entered(&mut self, order: &Order) -> Result<Entered, Refused> {
        let fault = |fault: Fault| {
            let (cause, residue) = (Cause::Machinery(fault), Residue::Nothing);
            Refused { cause, residue }
        };
        let mut desk = match self.desk.take() {
            Some(desk) => desk,
            None => {
                let desk = surface::open(&self.recipe, self.monotonic_ms).map_err(fault)?;
                with_printer(desk, self.printer.as_ref())
            }
        };
        let work = Work { recipe: &self.recipe, order, monotonic_ms: self.monotonic_ms };
        let entered = prepare(&mut desk, &work);
        // After a fault of machinery the screen is opened anew, for its connections may be gone.
        let broken = matches!(&entered, Err(Refused { cause: Cause::Machinery(_), .. }));
        self.desk = Some(desk).filter(|_| !broken);
        entered
    }

    fn submit(&mut self, transaction: TransactionId) -> Submitted {
        let held = self.held.take().filter(|(order, _)| order.transaction == transaction);
        let (Some((order, entered)), Some(desk)) = (held, self.desk.as_mut()) else {
            tracing::error!(%transaction, "what was entered is gone; the gateway will inquire");
            return Submitted::gone();
        };
        let work = Work { recipe: &self.recipe, order: &order, monotonic_ms: self.monotonic_ms };
        match submit(desk, &work, &entered) {
            Ended::Submitted(observed) => {
                let (evidence, amount) = (entered.evidence, order.amount);
                let (word, outcome) = (evidence.word(), observed.word());
                tracing::info!(%transaction, evidence = word, outcome, "submitted");
                Submitted::Seen { evidence, observed, amount }
            }
            Ended::NotPressed { cause, residue } => {
                tracing::warn!(%transaction, %cause, "not pressed, after the journal said so");
                warn_residue(transaction, &residue);
                Submitted::NotPressed { cause: cause.to_string() }
            }
        }
    }

    /// Undoes what was entered and never submitted.
    fn let_go(&mut self) {
        let (Some((order, entered)), Some(desk)) = (self.held.take(), self.desk.as_mut()) else {
            return;
        };
        let work = Work { recipe: &self.recipe, order: &order, monotonic_ms: self.monotonic_ms };
        warn_residue(order.transaction, &undo(desk, &work, &entered.window, &entered.field));
        leave(desk, &work, &entered.window, entered.opened);
    }
}

/// Tells whether an entry failed before anything was written because its machinery was gone.
const fn is_lost(refused: &Refused) -> bool {
    matches!(refused, Refused { cause: Cause::Machinery(_), residue: Residue::Nothing })
}

fn warn_residue(transaction: TransactionId, residue: &Residue) {
    if let Residue::Perhaps(fault) = residue {
        let why = fault.as_ref().map(ToString::to_string).unwrap_or_default();
        tracing::warn!(%transaction, why, "the code may still stand in the pos; clear it by hand");
    }
}

//! A POS program's desk: one thread that follows one recipe, one entry at a time.
//!
//! Owns that thread and what the executor loop asks of it. An entry whose asker went away before
//! the submit is undone. May not choose the app: [`crate::pos`] does. Next: [`crate::entry`].

use crate::config::recipe::Recipe;
use crate::entry::cause::Cause;
use crate::entry::prepare::{leave, prepare, undo};
use crate::entry::printer::{Open, with_printer};
use crate::entry::seams::{Desk, Fault};
use crate::entry::submit::{Ended, submit};
use crate::entry::{Entered, GivenUp, Order, Refused, Residue, Work};
use crate::surface;
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::work::{UnknownReason, Verdict};
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

/// A desk's handle. Dropping it ends the thread.
#[derive(Debug)]
pub struct DeskPos {
    jobs: mpsc::SyncSender<Job>,
    monotonic_ms: fn() -> u64,
}

enum Job {
    Prepare(Order, oneshot::Sender<Result<(), FenceReason>>),
    Submit(TransactionId, oneshot::Sender<Verdict>),
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

    /// Enters the code and checks it; submits nothing.
    ///
    /// # Errors
    /// The reason to fence; the cause is in the log.
    pub async fn prepare(&self, command: &Command) -> Result<(), FenceReason> {
        let given_up = GivenUp::default();
        let order = Order {
            transaction: command.transaction,
            code: Zeroizing::new(command.work.reveal().to_owned()),
            amount: command.work.amount(),
            deadline_ms: (self.monotonic_ms)().saturating_add(command.ttl_ms),
            given_up: given_up.clone(),
        };
        let mut asking = Asking(given_up, Kept::No);
        let (answer, answered) = oneshot::channel();
        self.ask(Job::Prepare(order, answer)).map_err(|()| FenceReason::PosNotReady)?;
        let prepared = answered.await.unwrap_or(Err(FenceReason::PosNotReady));
        asking.1 = Kept::Yes;
        prepared
    }

    /// Submits what was entered, once, and waits for its outcome.
    pub async fn execute(&self, command: &Command) -> Verdict {
        let inconclusive = Verdict::Unknown { reason: UnknownReason::Inconclusive };
        let (answer, answered) = oneshot::channel();
        if self.ask(Job::Submit(command.transaction, answer)).is_err() {
            return inconclusive;
        }
        answered.await.unwrap_or(inconclusive)
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
                Err(mpsc::RecvTimeoutError::Timeout) => self.let_go(),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        self.let_go();
    }

    fn prepare(&mut self, order: Order) -> Result<(), FenceReason> {
        let transaction = order.transaction;
        let refused = match self.entered(&order) {
            Ok(entered) => {
                let evidence = entered.evidence.word();
                tracing::info!(%transaction, evidence, "entered");
                self.held = Some((order, entered));
                return Ok(());
            }
            Err(refused) => refused,
        };
        tracing::warn!(%transaction, cause = %refused.cause, "not entered");
        warn_residue(transaction, &refused.residue);
        Err(refused.cause.reason())
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

    fn submit(&mut self, transaction: TransactionId) -> Verdict {
        let held = self.held.take().filter(|(order, _)| order.transaction == transaction);
        let (Some((order, entered)), Some(desk)) = (held, self.desk.as_mut()) else {
            tracing::error!(%transaction, "what was entered is gone; the gateway will inquire");
            return Verdict::Unknown { reason: UnknownReason::Inconclusive };
        };
        let work = Work { recipe: &self.recipe, order: &order, monotonic_ms: self.monotonic_ms };
        match submit(desk, &work, &entered) {
            Ended::Submitted(observed) => {
                let evidence = entered.evidence.word();
                tracing::info!(%transaction, evidence, outcome = observed.word(), "submitted");
                observed.verdict(order.amount)
            }
            Ended::NotPressed { cause, residue } => {
                tracing::warn!(%transaction, %cause, "not pressed, after the journal said so");
                warn_residue(transaction, &residue);
                Verdict::Unknown { reason: UnknownReason::Inconclusive }
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

fn warn_residue(transaction: TransactionId, residue: &Residue) {
    if let Residue::Perhaps(fault) = residue {
        let why = fault.as_ref().map(ToString::to_string).unwrap_or_default();
        tracing::warn!(%transaction, why, "the code may still stand in the pos; clear it by hand");
    }
}

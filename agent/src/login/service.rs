//! The service's end: takes one helper, hands it one command at a time, answers `doctor`.
//!
//! Owns [`LoginPos`], which stands where a desk stands in one process, and the task behind it. May
//! not decide what a break means: [`super::errand`] does. Next: [`super::session`], the other end.

mod judge;
mod keeper;

use super::message::{AppRecipe, Code, Prepare};
use super::place::{Door, PlaceFault, Users};
use crate::config::LoginSettings;
use crate::pos::ending::Ending;
use baton_link::executor::Finding;
use baton_protocol::evidence::{Cause, Fence};
use baton_protocol::ids::TransactionId;
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::money::Money;
use keeper::{Keeper, LATE_MAX};
use tokio::sync::{Mutex, mpsc, oneshot};

/// How many questions of the loop may wait: it asks one at a time, and one that was given up may
/// still be on its way.
const ASKS_MAX: usize = 4;

/// What the loop asks of the helper.
enum Ask {
    Prepare(Prepare, oneshot::Sender<Result<(), Fence>>),
    Submit(TransactionId, Money, oneshot::Sender<Ending>),
}

/// The windows of the POS, by way of the helper in the cashier's session.
#[derive(Debug)]
pub struct LoginPos {
    asks: mpsc::Sender<Ask>,
    late: Mutex<mpsc::Receiver<(TransactionId, Finding)>>,
}

impl LoginPos {
    /// Opens the door for helpers. Must be called on a tokio runtime.
    ///
    /// # Errors
    /// Each variant of [`PlaceFault`] as it says.
    pub fn start(settings: &LoginSettings, recipes: Vec<AppRecipe>) -> Result<Self, PlaceFault> {
        let users = Users::find(&settings.users)?;
        let door = Door::open(&settings.socket, &users)?;
        let (asks, asked) = mpsc::channel(ASKS_MAX);
        let (late, comes_late) = mpsc::channel(LATE_MAX);
        tokio::spawn(Keeper::new(door, users, recipes, late).run(asked));
        Ok(Self { asks, late: Mutex::new(comes_late) })
    }

    /// Has the code entered and checked; nothing is submitted.
    ///
    /// # Errors
    /// The reason to fence with its cause; the log says it in a sentence.
    pub async fn prepare(&self, command: &Command) -> Result<(), Fence> {
        let order = Prepare {
            transaction: command.transaction,
            app: command.app.clone(),
            code: Code::copied(command.work.reveal()),
            amount: command.work.amount(),
            ttl_ms: command.ttl_ms,
        };
        let (answer, answered) = oneshot::channel();
        let asked = self.asks.send(Ask::Prepare(order, answer)).await;
        let lost = Fence::because(FenceReason::PosNotReady, Cause::Machinery);
        asked.map_err(|_| lost)?;
        answered.await.unwrap_or(Err(lost))
    }

    /// Has it submitted, once, and waits for what is seen.
    pub async fn execute(&self, command: &Command) -> Ending {
        let (answer, answered) = oneshot::channel();
        let ask = Ask::Submit(command.transaction, command.work.amount(), answer);
        if self.asks.send(ask).await.is_err() {
            return Ending::inconclusive();
        }
        answered.await.unwrap_or(Ending::inconclusive())
    }

    /// Waits for what a helper saw and nobody waited for: its connection broke meanwhile.
    pub async fn late(&self) -> (TransactionId, Finding) {
        match self.late.lock().await.recv().await {
            Some(late) => late,
            None => std::future::pending().await,
        }
    }
}

//! The helper: in the cashier's session, at the POS's windows, on the service's word.
//!
//! Owns the process's loop: dial, serve, clear what stands when the connection ends, dial again. It
//! reads which recipes are followed from a settings file that its user cannot change, and nothing
//! of it from the environment. May not decide: [`super::hand`] does. Next: [`super::doctor`].

mod dial;
mod standing;

use super::frame;
use super::hand::{Effect, Hand, Input};
use super::message::{Down, Line, Prepare, Seen, Up};
use super::place::Stream;
use crate::config::recipe::Recipe;
use crate::desk::{Asked, DeskPos, NotEntered, Submitted};
use crate::entry::Refused;
use crate::entry::cause::Cause;
use crate::workbench::{Found, Trial, attempt};
use baton_protocol::evidence::{self, Fence};
use baton_protocol::ids::{AppId, TransactionId};
use baton_protocol::link::FenceReason;
use dial::{Dialled, dialling};
use standing::Standing;
use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::WriteHalf;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

/// Messages of the service that may wait; it sends one and waits for its answer.
const HEARD_MAX: usize = 8;
/// Ends of work that may wait; a desk does one thing at a time.
const DONE_MAX: usize = 16;
/// How long a message may take to be written, in milliseconds: as the service's end has it.
const WRITE_MS: u64 = 1_000;
/// How long a stopping helper waits for a field to be cleared or an outcome to be seen, in
/// milliseconds: less than a session takes to end its programs.
const STOP_MS: u64 = 5_000;

/// Why a helper ends.
#[derive(Debug, thiserror::Error)]
pub enum LoginFault {
    /// The service is of another version; started again, this file is perhaps the right one.
    #[error("{0}")]
    Version(String),
}

/// The work's tasks say what came of them here.
type Done = mpsc::Sender<Input>;

struct Helper {
    hand: Hand,
    monotonic_ms: fn() -> u64,
    desks: BTreeMap<AppId, (String, Arc<DeskPos>)>,
    recipes: Vec<Recipe>,
    orders: BTreeMap<TransactionId, (AppId, Option<Prepare>)>,
    entering: Option<AbortHandle>,
    out: Option<WriteHalf<Stream>>,
    standing: Standing,
    done: Done,
    checked: mpsc::Sender<Vec<Line>>,
    tasks: JoinSet<()>,
}

/// Serves until stopped.
///
/// # Errors
/// [`LoginFault::Version`]; everything else is waited for, and told in the log when it changes.
pub async fn run(
    config: &Path,
    monotonic_ms: fn() -> u64,
    stop: impl Future<Output = ()>,
) -> Result<(), LoginFault> {
    let (done, mut dones) = mpsc::channel(DONE_MAX);
    let (checked, mut checks) = mpsc::channel(1);
    let mut helper = Helper::new(monotonic_ms, done, checked);
    let mut heard: Option<mpsc::Receiver<Down>> = None;
    let (dialled, mut dials) = mpsc::channel(1);
    let dial = |left| tokio::spawn(dialling(config.to_owned(), left, dialled.clone()));
    let mut dials_now = dial(Some(helper.standing.clone())).abort_handle();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(result) = dials.recv() => match result {
                Ok(dialled) => heard = Some(helper.connected(dialled).await),
                Err(fault) => return Err(fault),
            },
            message = next(&mut heard) => match message {
                Some(message) => helper.hear(message).await,
                None => {
                    heard = None;
                    helper.broke().await;
                    dials_now = dial(None).abort_handle();
                }
            },
            Some(input) = dones.recv() => helper.step(input).await,
            Some(lines) = checks.recv() => helper.check_is_over(lines).await,
            Some(_) = helper.tasks.join_next() => {}
        }
    }
    dials_now.abort();
    helper.wind_up(&mut dones).await;
    Ok(())
}

/// Waits for the service's next message; nothing is its end.
async fn next(heard: &mut Option<mpsc::Receiver<Down>>) -> Option<Down> {
    match heard {
        Some(heard) => heard.recv().await,
        None => std::future::pending().await,
    }
}

impl Helper {
    fn new(monotonic_ms: fn() -> u64, done: Done, checked: mpsc::Sender<Vec<Line>>) -> Self {
        Self {
            hand: Hand::new(),
            monotonic_ms,
            desks: BTreeMap::new(),
            recipes: Vec::new(),
            orders: BTreeMap::new(),
            entering: None,
            out: None,
            standing: Standing::here(),
            done,
            checked,
            tasks: JoinSet::new(),
        }
    }

    /// Takes a connection: desks of recipes that changed are made anew.
    async fn connected(&mut self, dialled: Dialled) -> mpsc::Receiver<Down> {
        let Dialled { stream, recipes } = dialled;
        let unchanged = |app: &AppId, digest: &String| {
            recipes.iter().any(|(recipe, now)| recipe.app == *app && now == digest)
        };
        self.desks.retain(|app, (digest, _)| unchanged(app, digest));
        for (recipe, digest) in &recipes {
            if self.desks.contains_key(&recipe.app) {
                continue;
            }
            match DeskPos::start(recipe.clone(), self.monotonic_ms) {
                Ok(desk) => {
                    let desk = (digest.clone(), Arc::new(desk));
                    self.desks.insert(recipe.app.clone(), desk);
                }
                Err(fault) => tracing::error!(app = %recipe.app, %fault, "its desk does not start"),
            }
        }
        self.recipes = recipes.into_iter().map(|(recipe, _)| recipe).collect();
        let (mut from, out) = tokio::io::split(stream);
        self.out = Some(out);
        let (says, heard) = mpsc::channel(HEARD_MAX);
        self.tasks.spawn(async move {
            while let Ok(down) = frame::receive(&mut from).await {
                if says.send(down).await.is_err() {
                    return;
                }
            }
        });
        self.step(Input::Connected).await;
        heard
    }

    async fn broke(&mut self) {
        tracing::warn!("the service is gone; what stands in a field is cleared");
        self.out = None;
        self.step(Input::Broke).await;
    }

    async fn hear(&mut self, message: Down) {
        let input = match message {
            Down::Prepare(order) => {
                let (transaction, app) = (order.transaction, order.app.clone());
                self.orders.entry(transaction).or_insert((app, Some(order)));
                Input::PrepareHeard(transaction)
            }
            Down::Submit { transaction } => Input::SubmitHeard(transaction),
            Down::Undo { transaction } => Input::UndoHeard(transaction),
            Down::Check => Input::CheckHeard,
            Down::Welcome | Down::No { .. } | Down::Findings { .. } => return,
        };
        self.step(input).await;
    }

    async fn check_is_over(&mut self, lines: Vec<Line>) {
        self.step(Input::Checked).await;
        self.say(&Up::Checked { lines }).await;
    }

    async fn step(&mut self, input: Input) {
        for effect in self.hand.step(input) {
            self.carry_out(effect).await;
        }
        let hand = &self.hand;
        self.orders.retain(|transaction, _| hand.concerns(*transaction));
        if hand.is_free() {
            self.standing.clear();
        }
    }

    async fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Enter(transaction) => self.enter(transaction).await,
            Effect::Undo(transaction) => self.undo(transaction).await,
            Effect::Press(transaction) => self.press(transaction).await,
            Effect::Check => self.check(),
            Effect::SayBusy => {
                let found = "an entry is being made; ask again".to_owned();
                let line = Line { app: "login".to_owned(), well: false, found };
                self.say(&Up::Checked { lines: vec![line] }).await;
            }
            Effect::SayEntered(transaction, evidence) => {
                self.say(&Up::Entered { transaction, evidence }).await;
            }
            Effect::SayRefused(transaction, Fence { reason, cause: word }, cause) => {
                self.say(&Up::Refused { transaction, reason, word, cause }).await;
            }
            Effect::SayEnded(transaction, seen) => {
                self.say(&Up::Ended { transaction, seen }).await;
            }
        }
    }

    fn desk(&self, transaction: TransactionId) -> Option<Arc<DeskPos>> {
        let (app, _) = self.orders.get(&transaction)?;
        self.desks.get(app).map(|(_, desk)| Arc::clone(desk))
    }

    async fn enter(&mut self, transaction: TransactionId) {
        let desk = self.desk(transaction);
        let order = self.orders.get_mut(&transaction).and_then(|(_, order)| order.take());
        let (Some(desk), Some(order)) = (desk, order) else {
            let cause = "this helper has no recipe for the app".to_owned();
            let not_set_up = evidence::Cause::NotSetUp;
            let fence = Fence::because(FenceReason::PosNotReady, not_set_up);
            let refused = Input::Refused(transaction, fence, cause);
            return drop(self.done.send(refused).await);
        };
        let Prepare { app, amount, ttl_ms, code, .. } = order;
        self.standing.note(&app);
        let asked = Asked { transaction, code: code.into_inner(), amount, ttl_ms };
        let done = self.done.clone();
        self.entering = Some(self.tasks.spawn(async move {
            let input = match desk.prepare(asked).await {
                Ok(evidence) => Input::Entered(transaction, evidence),
                Err(NotEntered { fence, cause }) => Input::Refused(transaction, fence, cause),
            };
            drop(done.send(input).await);
        }));
    }

    /// Gives the entry up where it is being made; the desk clears it behind that.
    async fn undo(&mut self, transaction: TransactionId) {
        if let Some(entering) = self.entering.take() {
            entering.abort();
        }
        let done = self.done.clone();
        let Some(desk) = self.desk(transaction) else {
            return drop(done.send(Input::Undone(transaction)).await);
        };
        self.tasks.spawn(async move {
            desk.undo(transaction).await;
            drop(done.send(Input::Undone(transaction)).await);
        });
    }

    async fn press(&mut self, transaction: TransactionId) {
        let done = self.done.clone();
        let Some(desk) = self.desk(transaction) else {
            let cause = "this helper has no recipe for the app".to_owned();
            let seen = Seen::NotPressed { cause };
            return drop(done.send(Input::Ended(transaction, seen)).await);
        };
        self.tasks.spawn(async move {
            let seen = match desk.submit(transaction).await {
                Submitted::Seen { evidence, observed, amount } => {
                    Seen::Submitted { evidence, outcome: observed, amount }
                }
                Submitted::NotPressed { cause } => Seen::NotPressed { cause },
            };
            drop(done.send(Input::Ended(transaction, seen)).await);
        });
    }

    fn check(&mut self) {
        let (recipes, checked) = (self.recipes.clone(), self.checked.clone());
        self.tasks.spawn(async move {
            let lines = tokio::task::spawn_blocking(move || recipes.iter().map(line).collect());
            drop(checked.send(lines.await.unwrap_or_default()).await);
        });
    }

    async fn say(&mut self, message: &Up) {
        let Some(out) = &mut self.out else { return };
        let limit = Duration::from_millis(WRITE_MS);
        let said = tokio::time::timeout(limit, frame::send(out, message)).await;
        if !matches!(said, Ok(Ok(()))) {
            // The reader sees the end of the stream, and that is the break.
            self.out = None;
        }
    }

    /// Clears what stands, or waits for the outcome of what was pressed, for a bounded time.
    async fn wind_up(&mut self, dones: &mut mpsc::Receiver<Input>) {
        self.step(Input::Broke).await;
        let limit = Duration::from_millis(STOP_MS);
        let ending = async {
            while !self.hand.is_free() {
                let Some(input) = dones.recv().await else { return };
                self.step(input).await;
            }
        };
        if tokio::time::timeout(limit, ending).await.is_err() {
            tracing::warn!("stopped before the pos was left as it was found");
        }
    }
}

/// Tries one recipe with the dummy code. Blocks.
fn line(recipe: &Recipe) -> Line {
    let found = attempt(recipe, &Trial::dummy());
    let advice = match &found {
        Found::Refused(Refused { cause: Cause::Machinery(_), .. }, _) => {
            "; is this session's screen up, with accessibility on? log the cashier in anew"
        }
        Found::Refused(..) | Found::Ready { .. } | Found::Submitted(_) => "",
    };
    let app = recipe.app.to_string();
    Line { app, well: found.is_well(), found: format!("{found}{advice}") }
}

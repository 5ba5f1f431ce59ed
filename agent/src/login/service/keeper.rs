//! The task behind the door: who comes in, who is spoken to, who is answered.
//!
//! Owns the connections and the carrying out of [`Errand`]'s effects. A code is held from the
//! loop's question until it is sent, and no longer. Next: [`crate::login::session`].

use super::Ask;
use super::judge::{ending, told};
use crate::login::VERSION;
use crate::login::errand::{Conclusion, Effect, Errand, Input};
use crate::login::frame::{self, FrameFault};
use crate::login::message::{AppRecipe, Down, Line, Prepare, Presence, Rule, Up};
use crate::login::place::{Door, RESTART, Stream, Users, Who};
use crate::pos::ending::Ending;
use baton_link::executor::Finding;
use baton_protocol::evidence::Fence;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Money;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::io::WriteHalf;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// Late answers that may wait: each is of a connection that broke in a submit.
pub const LATE_MAX: usize = 4;
/// How long a message may take to be written, in milliseconds: the kernel's buffer takes it at once
/// unless the helper is stopped.
const WRITE_MS: u64 = 1_000;
/// How long who comes in may take to say what it is, in milliseconds: it says so at once.
const GREET_MS: u64 = 2_000;
/// How many may be greeted at once: one helper and one `doctor` are honest.
const GREETED_MAX: usize = 8;
/// The pause after the system could not let anybody in, in milliseconds: it lacks something.
const DOOR_MS: u64 = 100;
/// What was heard and not yet dealt with; a helper says one thing at a time.
const HEARD_MAX: usize = 16;

/// What comes from outside.
enum Heard {
    Came(Stream, Who, Up),
    Said(u64, Up),
    Gone(u64),
}

/// The helper that was taken.
struct Helper {
    number: u64,
    who: Who,
    out: WriteHalf<Stream>,
}

/// Who waits for a submit.
struct Executing {
    transaction: TransactionId,
    amount: Money,
    answer: oneshot::Sender<Ending>,
}

/// Who waits for an entry, and its order until it was sent.
struct Preparing {
    transaction: TransactionId,
    order: Option<Prepare>,
    answer: oneshot::Sender<Result<(), Fence>>,
}

pub struct Keeper {
    door: Door,
    users: Users,
    recipes: Vec<AppRecipe>,
    errand: Errand,
    helper: Option<Helper>,
    number: u64,
    /// Why the last one was refused while no helper was here, for `doctor`.
    refused: Option<String>,
    /// The refusal that was logged last: who is refused asks again and again.
    logged: String,
    preparing: Option<Preparing>,
    executing: Option<Executing>,
    checking: Option<Stream>,
    late: mpsc::Sender<(TransactionId, Finding)>,
    heard: mpsc::Sender<Heard>,
    hears: mpsc::Receiver<Heard>,
    tasks: JoinSet<()>,
}

impl Keeper {
    pub fn new(
        door: Door,
        users: Users,
        mut recipes: Vec<AppRecipe>,
        late: mpsc::Sender<(TransactionId, Finding)>,
    ) -> Self {
        recipes.sort();
        let (heard, hears) = mpsc::channel(HEARD_MAX);
        Self {
            door,
            users,
            recipes,
            errand: Errand::new(),
            helper: None,
            number: 0,
            refused: None,
            logged: String::new(),
            preparing: None,
            executing: None,
            checking: None,
            late,
            heard,
            hears,
            tasks: JoinSet::new(),
        }
    }

    /// Serves until the loop is gone.
    pub async fn run(mut self, mut asks: mpsc::Receiver<Ask>) {
        loop {
            tokio::select! {
                ask = asks.recv() => match ask {
                    Some(ask) => self.ask(ask).await,
                    None => break,
                },
                Some(heard) = self.hears.recv() => self.hear(heard).await,
                transaction = given_up(&mut self.preparing) => {
                    self.preparing = None;
                    self.step(Input::GivenUp(transaction)).await;
                }
                came = self.door.next() => match came {
                    Ok((stream, who)) => self.greet(stream, who),
                    Err(fault) => {
                        tracing::warn!(%fault, "nobody could come in");
                        tokio::time::sleep(Duration::from_millis(DOOR_MS)).await;
                    }
                },
                Some(_) = self.tasks.join_next() => {}
            }
        }
    }

    async fn ask(&mut self, ask: Ask) {
        match ask {
            Ask::Prepare(order, answer) => {
                let transaction = order.transaction;
                // The last asker went away without being noticed yet.
                if let Some(last) = self.preparing.take() {
                    self.step(Input::GivenUp(last.transaction)).await;
                }
                self.preparing = Some(Preparing { transaction, order: Some(order), answer });
                self.step(Input::PrepareAsked(transaction)).await;
            }
            Ask::Submit(transaction, amount, answer) => {
                self.executing = Some(Executing { transaction, amount, answer });
                self.step(Input::SubmitAsked(transaction)).await;
            }
        }
    }

    /// Lets somebody say what it is, without keeping anybody else waiting.
    fn greet(&mut self, mut stream: Stream, who: Who) {
        if self.tasks.len() >= GREETED_MAX {
            tracing::warn!(%who, "too many want to come in; this one is sent away");
            return;
        }
        let heard = self.heard.clone();
        self.tasks.spawn(async move {
            let limit = Duration::from_millis(GREET_MS);
            match tokio::time::timeout(limit, frame::receive(&mut stream)).await {
                Ok(Ok(first)) => drop(heard.send(Heard::Came(stream, who, first)).await),
                // A look whether anybody listens, as a second service takes before it starts.
                Ok(Err(FrameFault::Gone(_))) => {}
                Ok(Err(fault)) => {
                    tracing::warn!(%who, %fault, "somebody came in and was not understood");
                    let what = format!("this service is baton-agent {VERSION}; start the same");
                    tell(&mut stream, &Down::No { rule: Rule::Version, what }).await;
                }
                Err(_) => tracing::warn!(%who, "somebody came in and said nothing"),
            }
        });
    }

    async fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Came(stream, who, Up::Ready { version, apps }) => {
                self.came(stream, who, &version, apps).await;
            }
            Heard::Came(stream, who, Up::Doctor { version }) => {
                self.doctor(stream, who, &version).await;
            }
            Heard::Came(_, who, _) => tracing::warn!(%who, "somebody came in out of order"),
            Heard::Said(number, up) if self.is_current(number) => self.said(up).await,
            Heard::Gone(number) if self.is_current(number) => self.gone().await,
            Heard::Said(..) | Heard::Gone(_) => {}
        }
    }

    fn is_current(&self, number: u64) -> bool {
        self.helper.as_ref().is_some_and(|helper| helper.number == number)
    }

    /// Takes a helper, or tells it why not and what to do.
    async fn came(&mut self, mut stream: Stream, who: Who, version: &str, apps: Vec<AppRecipe>) {
        if let Some((rule, what)) = self.objection(who, version, apps) {
            let refused = format!("{who}: {what}");
            if self.logged != refused {
                tracing::warn!(%who, what, "a login helper is not taken");
                self.logged.clone_from(&refused);
            }
            if self.helper.is_none() {
                self.refused = Some(refused);
            }
            tell(&mut stream, &Down::No { rule, what }).await;
            return;
        }
        if !tell(&mut stream, &Down::Welcome).await {
            return;
        }
        self.number = self.number.saturating_add(1);
        let number = self.number;
        let (mut from, out) = tokio::io::split(stream);
        let heard = self.heard.clone();
        self.tasks.spawn(async move {
            while let Ok(up) = frame::receive(&mut from).await {
                if heard.send(Heard::Said(number, up)).await.is_err() {
                    return;
                }
            }
            drop(heard.send(Heard::Gone(number)).await);
        });
        tracing::info!(%who, "the login helper is here");
        self.refused = None;
        self.logged.clear();
        self.helper = Some(Helper { number, who, out });
        self.step(Input::Arrived).await;
    }

    fn objection(
        &self,
        who: Who,
        version: &str,
        mut apps: Vec<AppRecipe>,
    ) -> Option<(Rule, String)> {
        if !self.users.may_help(who) {
            let what = format!("{who} is not in login.users of the service's settings");
            return Some((Rule::User, what));
        }
        if version != VERSION {
            let what = format!(
                "the service is baton-agent {VERSION}, this helper {version}; install one version \
                 and restart both"
            );
            return Some((Rule::Version, what));
        }
        if let Some(helper) = &self.helper {
            let what = format!("the helper of {} is here already; end that session", helper.who);
            return Some((Rule::Taken, what));
        }
        apps.sort();
        let differs = |one: &AppRecipe| !apps.contains(one) || !self.recipes.contains(one);
        let other = self.recipes.iter().chain(&apps).find(|one| differs(one))?;
        let what = format!(
            "the recipe of {} is another one than the service's; after changing recipes restart \
             the service: {RESTART}",
            other.app
        );
        Some((Rule::Recipes, what))
    }

    async fn said(&mut self, up: Up) {
        match up {
            Up::Entered { transaction, evidence } => {
                tracing::info!(%transaction, evidence = evidence.word(), "entered");
                self.step(Input::Entered(transaction, evidence)).await;
            }
            Up::Refused { transaction, reason, word, cause } => {
                tracing::warn!(%transaction, cause, "not entered");
                self.step(Input::Refused(transaction, Fence { reason, cause: word })).await;
            }
            Up::Ended { transaction, seen } => self.step(Input::Ended(transaction, seen)).await,
            Up::Checked { lines } => self.checked(lines),
            Up::Ready { .. } | Up::Doctor { .. } => tracing::warn!("the helper greets again"),
        }
    }

    async fn gone(&mut self) {
        tracing::warn!("the login helper is gone; it is started again");
        self.helper = None;
        if let Some(asker) = self.checking.take() {
            self.answer(asker, Presence::Absent { refused: None }, Vec::new());
        }
        self.step(Input::Broke).await;
    }

    async fn doctor(&mut self, mut stream: Stream, who: Who, version: &str) {
        if !self.users.may_ask(who) {
            let what = format!("{who} may not ask; run doctor as root or administrator");
            tell(&mut stream, &Down::No { rule: Rule::User, what }).await;
            return;
        }
        if version != VERSION {
            let what = format!("the service is baton-agent {VERSION}, doctor {version}");
            tell(&mut stream, &Down::No { rule: Rule::Version, what }).await;
            return;
        }
        let Some(helper) = &mut self.helper else {
            let refused = self.refused.clone();
            return self.answer(stream, Presence::Absent { refused }, Vec::new());
        };
        if self.checking.is_some() || !self.errand.is_free() {
            return self.answer(stream, Presence::Busy, Vec::new());
        }
        if tell(&mut helper.out, &Down::Check).await {
            self.checking = Some(stream);
        } else {
            self.answer(stream, Presence::Silent, Vec::new());
            self.gone().await;
        }
    }

    fn checked(&mut self, lines: Vec<Line>) {
        if let (Some(asker), Some(helper)) = (self.checking.take(), &self.helper) {
            let who = helper.who.to_string();
            self.answer(asker, Presence::Here { who }, lines);
        }
    }

    fn answer(&mut self, mut to: Stream, login: Presence, lines: Vec<Line>) {
        let findings = Down::Findings { version: VERSION.to_owned(), login, lines };
        self.tasks.spawn(async move {
            tell(&mut to, &findings).await;
        });
    }

    async fn step(&mut self, input: Input) {
        let mut effects = VecDeque::from(self.errand.step(input));
        while let Some(effect) = effects.pop_front() {
            if !self.carry_out(effect).await {
                // Whatever was not written whole has to count as not heard, or as unknown.
                self.helper = None;
                effects.extend(self.errand.step(Input::Broke));
            }
        }
    }

    /// Carries one effect out; tells whether the helper could be spoken to.
    async fn carry_out(&mut self, effect: Effect) -> bool {
        match effect {
            Effect::SendPrepare(transaction) => {
                let order = self.preparing.as_mut().and_then(|held| held.order.take());
                match order.filter(|order| order.transaction == transaction) {
                    Some(order) => self.send(&Down::Prepare(order)).await,
                    None => true,
                }
            }
            Effect::SendSubmit(transaction) => self.send(&Down::Submit { transaction }).await,
            Effect::SendUndo(transaction) => self.send(&Down::Undo { transaction }).await,
            Effect::Prepared(transaction, result) => {
                let asker = self.preparing.take_if(|held| held.transaction == transaction);
                if let Some(asker) = asker {
                    let result = result.map(drop).map_err(|fence| told(transaction, fence));
                    asker.answer.send(result).ok();
                }
                true
            }
            Effect::Concluded(transaction, conclusion) => {
                self.conclude(transaction, &conclusion);
                true
            }
            Effect::Late(transaction, seen) => {
                self.hand_over_late(transaction, ending(&seen, None).finding());
                true
            }
        }
    }

    async fn send(&mut self, message: &Down) -> bool {
        match &mut self.helper {
            Some(helper) => tell(&mut helper.out, message).await,
            None => false,
        }
    }

    fn conclude(&mut self, transaction: TransactionId, conclusion: &Conclusion) {
        let asker = self.executing.take_if(|held| held.transaction == transaction);
        let ending = match conclusion {
            Conclusion::Seen(seen) => ending(seen, asker.as_ref().map(|asker| asker.amount)),
            Conclusion::NeverSent => {
                tracing::error!(%transaction, "the entry was gone before it could be submitted");
                Ending::not_pressed()
            }
            Conclusion::Broke => {
                tracing::error!(%transaction, "the login helper was lost in the submit");
                Ending::inconclusive()
            }
        };
        let (evidence, outcome) = (ending.evidence_word(), ending.outcome.word());
        tracing::info!(%transaction, evidence, outcome, "submitted");
        let unheard = match asker {
            Some(asker) => asker.answer.send(ending).err(),
            None => Some(ending),
        };
        if let Some(ending) = unheard {
            self.hand_over_late(transaction, ending.finding());
        }
    }

    fn hand_over_late(&self, transaction: TransactionId, finding: Finding) {
        if self.late.try_send((transaction, finding)).is_err() {
            tracing::warn!(%transaction, "a late answer found no room; the gateway inquires");
        }
    }
}

/// Writes a message in bounded time; tells whether it went.
async fn tell(to: &mut (impl tokio::io::AsyncWrite + Unpin), message: &Down) -> bool {
    let limit = Duration::from_millis(WRITE_MS);
    matches!(tokio::time::timeout(limit, frame::send(to, message)).await, Ok(Ok(())))
}

/// Waits until nobody waits for the entry any more.
async fn given_up(preparing: &mut Option<Preparing>) -> TransactionId {
    match preparing {
        Some(held) => {
            held.answer.closed().await;
            held.transaction
        }
        None => std::future::pending().await,
    }
}

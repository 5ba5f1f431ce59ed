//! The approval unit of one account: factors first, questions only where they are needed.
//!
//! | step | what happens | file |
//! |---|---|---|
//! | 1 | a run begins: limits, caps, what the factors are worth | [`step`] |
//! | 2 | an item is drawn, burnt and asked; it is answered, skipped or too late | [`step`] |
//! | 3 | the run ends; why is written down | [`evidence`] |
//! | beside | consent given and withdrawn, items learnt | [`account`] |
//! | beside | the shopper asks the unit | [`back`] |
//! | beside | what is stored, and taken up again | [`restore`] |
//!
//! Owns every run of the account, so that runs at the same time cannot share an item. May not judge
//! an answer ([`super::item`] does) or take money. What the phone sees is alike for right and
//! wrong.

pub mod account;
pub mod back;
pub mod evidence;
pub mod restore;
pub mod step;

use super::answer::Day;
use super::consent::Consent;
use super::dice::Dice;
use super::ids::{EventId, ItemId, SessionId};
use super::item::bank::{Bank, NotKept};
use super::item::{Item, Prompt, Wording};
use super::limits::{Limits, Lockout};
use super::risk::dialogue::{Dialogue, Outcome};
use super::risk::factor::{Factor, Outcome as FactorOutcome};
use super::risk::model::{FamilyId, Model, Probe, Source};
use super::risk::rule::{Policy, Verdict};
use super::risk::score::Answered;
use crate::time::Timestamp;
use baton_protocol::ids::ShopId;
use baton_protocol::money::Money;
use evidence::Evidence;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long a question may be thought about. Source: checkout specification, limits.
pub const QUESTION_MS_MAX: u64 = 120_000;
/// How long the phone waits for the next screen: longer than any judgement takes, always the same.
pub const REPLY_MS: u64 = 800;
/// Sessions that are remembered so that they are not tried too often; older ones are over anyway.
const REMEMBERED_MS: u64 = 86_400_000;

/// What a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Which session.
    pub session: SessionId,
    /// The page's origin, as the phone shows it.
    pub origin: String,
    /// The shop.
    pub shop: ShopId,
    /// How much is to be paid.
    pub amount: Money,
    /// What came of the factors that were tried.
    pub factors: BTreeMap<Factor, FactorOutcome>,
}

/// Day and dice of one step; both come from the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chance {
    /// The day in the shop's place.
    pub today: Day,
    /// Dice that no other step had.
    pub dice: Dice,
}

/// What happened, as a past fact.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A purchase wants an approval.
    Opened(Opening, Chance),
    /// A question was answered, and judged.
    Answered {
        /// In which session.
        session: SessionId,
        /// Which item.
        item: ItemId,
        /// How.
        answered: Answered,
        /// For the next question.
        chance: Chance,
    },
    /// The shopper wishes for another question.
    Skipped {
        /// In which session.
        session: SessionId,
        /// Instead of which item.
        item: ItemId,
        /// For the next question.
        chance: Chance,
    },
    /// The shopper left, or chose another way.
    Left(SessionId),
    /// The shopper asks the unit.
    AskedBack {
        /// In which session.
        session: SessionId,
        /// About which item.
        item: ItemId,
        /// What.
        question: BackQuestion,
    },
    /// Items were made from an event.
    Learnt {
        /// The items.
        items: Vec<Item>,
        /// The order behind them, if it is one.
        order: Option<EventId>,
    },
    /// The person allows a source.
    ConsentGiven(Source),
    /// The person takes a source back.
    ConsentWithdrawn(Source),
    /// The person wants no questions at all.
    OptedOut,
    /// A deadline of [`Unit::next_deadline`] passed.
    DeadlinePassed,
}

/// What the shopper asks the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackQuestion {
    /// What is the answer?
    Tell,
    /// Is it so? The shell judged the statement as it judges answers.
    IsIt(Answered),
}

/// What the unit says to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackAnswer {
    /// What this event says, which the shell reads.
    OfEvent(EventId),
    /// It is so.
    Confirmed,
    /// It is not so.
    Denied,
}

/// Everything that the unit can do to the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Write it down, before anything after it.
    Record(Record),
    /// Sign the transcript of the session, for the app to check.
    Sign {
        /// Which session.
        session: SessionId,
        /// What is signed.
        transcript: Vec<u8>,
    },
    /// Do not show the account's history while a session is open: a screen may be watched.
    LockHistory,
    /// Show it again.
    UnlockHistory,
    /// Show the phone its next screen, not before a time that does not depend on the answer.
    Show {
        /// In which session.
        session: SessionId,
        /// When.
        at: Timestamp,
        /// Which.
        screen: Screen,
    },
    /// Answer the shopper's own question.
    SayBack {
        /// In which session.
        session: SessionId,
        /// About which item.
        item: ItemId,
        /// What.
        answer: BackAnswer,
    },
    /// Tell the purchase what was decided. The phone does not see it.
    Decide {
        /// About which session.
        session: SessionId,
        /// About which amount.
        amount: Money,
        /// What.
        verdict: Verdict,
    },
    /// Count a failed run for the devices and addresses that it came from.
    CountFailure(SessionId),
}

/// A screen of the phone.
#[derive(Debug, Clone, PartialEq)]
pub enum Screen {
    /// A question.
    Question {
        /// Which item.
        item: ItemId,
        /// Its words.
        wording: Wording,
        /// How it is answered.
        prompt: Prompt,
        /// When it is too late.
        until: Timestamp,
        /// Whether another one may be wished for.
        skips_left: u32,
    },
    /// Approved.
    Approved,
    /// Please use another factor, or ask a person. Also whether it was rejected is not said.
    AnotherWay,
}

/// Something that is written down.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A run began.
    Opened(Opening),
    /// An item was shown; all of these are burnt.
    Burnt {
        /// In which session.
        session: SessionId,
        /// The one that is shown.
        shown: ItemId,
        /// All that go with it, itself included.
        burnt: Vec<ItemId>,
    },
    /// What came of a question, without the account and without the answer.
    Outcome {
        /// Of which family.
        family: FamilyId,
        /// What.
        outcome: Outcome,
    },
    /// Why a run ended as it did.
    Evidence(Box<Evidence>),
    /// Items were kept.
    Kept(Vec<ItemId>),
    /// A source was allowed.
    Consented(Source),
    /// A source was taken back, and its items and tags are deleted.
    Purged {
        /// Which source.
        source: Source,
        /// Which items.
        items: Vec<ItemId>,
    },
    /// No questions at all.
    OptedOut,
}

/// A rule that said no; nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A session of this name is open.
    #[error("{0} is open already")]
    SessionOpen(SessionId),
    /// The session was tried too often, or it is over.
    #[error("{0} is over")]
    SessionOver(SessionId),
    /// There is no such session.
    #[error("{0} is not open")]
    SessionUnknown(SessionId),
    /// The item is not the one that is asked.
    #[error("this item is not asked in {0}")]
    OtherItem(SessionId),
    /// Another question may not be wished for any more.
    #[error("{0} has had its other questions")]
    SkipsSpent(SessionId),
    /// The amount is in another currency than the policy, or not above 0.
    #[error("an amount must be above 0 and in the currency of the policy")]
    AmountUncountable,
    /// Too many failed.
    #[error(transparent)]
    LockedOut(#[from] Lockout),
    /// An item cannot be kept.
    #[error(transparent)]
    NotKept(#[from] NotKept),
    /// The shopper's question is not answered.
    #[error(transparent)]
    NotTold(#[from] back::NotTold),
}

/// The question that is on the phone.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    item: ItemId,
    family: FamilyId,
    probe: Probe,
    until: Timestamp,
}

/// One open run. It always has a question on the phone: one that needs none ends as it begins.
#[derive(Debug, Clone, PartialEq)]
struct Run {
    opening: Opening,
    dialogue: Dialogue,
    asked: Asked,
    outcomes: Vec<(FamilyId, Outcome)>,
    /// Events whose items were shown: nothing of them may be told back.
    events: Vec<EventId>,
    told_back: u32,
}

/// A session that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tried {
    times: u32,
    last: Timestamp,
    verdict: Verdict,
}

/// The approval unit of one account.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    model: Arc<Model>,
    policy: Policy,
    bank: Bank,
    consent: Consent,
    limits: Limits,
    runs: BTreeMap<SessionId, Run>,
    tried: BTreeMap<SessionId, Tried>,
}

impl Unit {
    /// Begins an account without items and without consent.
    #[must_use]
    pub fn begin(model: Arc<Model>, policy: Policy) -> Self {
        Self {
            model,
            policy,
            bank: Bank::default(),
            consent: Consent::default(),
            limits: Limits::default(),
            runs: BTreeMap::new(),
            tried: BTreeMap::new(),
        }
    }

    /// Takes one fact and says what must happen, in order.
    ///
    /// # Errors
    /// [`Refusal`] when a rule says no; nothing changed then.
    ///
    /// **Repeat** a second answer to an item, or one after the end, is refused.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        match input {
            Input::Opened(opening, chance) => self.opened(opening, chance, now),
            Input::Answered { session, item, answered, chance } => {
                self.took(session, item, Outcome::Answered(answered), chance, now)
            }
            Input::Skipped { session, item, chance } => {
                self.took(session, item, Outcome::Skipped, chance, now)
            }
            Input::Left(session) => self.left(session, now),
            Input::AskedBack { session, item, question } => {
                self.asked_back(session, item, question)
            }
            Input::Learnt { items, order } => self.learnt(items, order),
            Input::ConsentGiven(source) => Ok(self.consent_given(source)),
            Input::ConsentWithdrawn(source) => Ok(self.consent_withdrawn(source, now)),
            Input::OptedOut => Ok(self.opted_out(now)),
            Input::DeadlinePassed => Ok(self.deadline_passed(now)),
        }
    }

    /// Returns the earliest time at which [`Input::DeadlinePassed`] does something.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.runs.values().map(|run| run.asked.until).min()
    }

    /// Returns the account's items.
    #[must_use]
    pub const fn bank(&self) -> &Bank {
        &self.bank
    }

    /// Returns what the person allows.
    #[must_use]
    pub const fn consent(&self) -> &Consent {
        &self.consent
    }

    /// Returns the item that is asked in a session.
    #[must_use]
    pub fn lookup_asked(&self, session: SessionId) -> Option<&Item> {
        self.bank.lookup_burnt(self.runs.get(&session)?.asked.item)
    }

    /// Says whether the account's history may be shown.
    #[must_use]
    pub fn history_is_open(&self) -> bool {
        self.runs.is_empty()
    }
}

#[cfg(test)]
mod tests;

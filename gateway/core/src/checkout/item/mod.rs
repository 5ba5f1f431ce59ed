//! One question with its answer: made from an event of the shop's own history, used once.
//!
//! Owns what an item is and how an answer to it is judged. The answer is kept as keyed tags, or
//! stays with the event; no text of it is here. Files: [`event`] (which questions an event gives),
//! [`choice`] (options and distractors), [`bank`] (what is at hand, and burning).

pub mod bank;
pub mod choice;
pub mod event;

use super::answer::refused::{InputRefused, check};
use super::answer::tag::{Pepper, Tags};
use super::answer::{Day, Kind, matches};
use super::ids::{EventId, ItemId};
use super::risk::model::{FamilyId, Model, Probe, Source};
use super::risk::score::Answered;
use std::collections::BTreeSet;
use std::fmt;

/// Orders count as recent for so many days. Source: checkout specification, nine sources.
pub const RECENT_DAYS: u32 = 60;
/// A family with a greater chance of guessing is one of choices. Source: the same, `g`.
const TEXT_GUESS_MAX: f64 = 0.1;

/// What about an event is asked, or shown in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// What was bought.
    Goods,
    /// How much was paid.
    Amount,
    /// When it was.
    Day,
    /// In which shop.
    Shop,
    /// Where or how it was delivered.
    Delivery,
    /// Which device it was.
    Device,
    /// What was done in the app.
    Action,
    /// What the person said of somebody or something.
    Statement,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// By one of these, fixed with the item; the last is "none of these".
    Choice(Vec<String>),
    /// By writing.
    Text(Kind),
}

/// What an answer is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// The place of the right option.
    Option(u8),
    /// Keyed tags.
    Tags(Tags),
    /// What the shell reads from the event.
    OfEvent(Kind),
}

/// The words of a question; the page has them in its languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wording {
    /// What did you buy in this shop then?
    BoughtThen {
        /// The shop.
        shop: String,
    },
    /// What did you pay for the order of this day?
    PaidOn(Day),
    /// When did you order from this shop?
    OrderedWhen {
        /// The shop.
        shop: String,
    },
    /// How did the order of this day come?
    CameHow(Day),
    /// Which of these devices did you use here?
    UsedDevice,
    /// Which of these shops did you visit in this month?
    Visited(Day),
    /// Which of these did you do in the app?
    DidInApp,
    /// The person's own question.
    Declared(String),
}

/// One question of an account.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Which one.
    pub id: ItemId,
    /// Where it comes from when it was made; orders grow old.
    pub made_of: Source,
    /// The event behind it.
    pub event: EventId,
    /// When that was.
    pub day: Day,
    /// What it asks.
    pub asks: Facet,
    /// What it shows of the event besides.
    pub shows: BTreeSet<Facet>,
    /// Its words.
    pub wording: Wording,
    /// How it is answered.
    pub prompt: Prompt,
    /// What an answer is compared with.
    pub truth: Truth,
    /// The best chance of guessing it.
    pub guess: Guess,
}

/// How easily an item is guessed; for risk only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Guess {
    /// As its options say.
    Measured(f64),
    /// As its family says.
    OfFamily,
}

/// What a person typed; refused texts never become one, and it prints masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Typed(String);

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The place of an option.
    Option(u8),
    /// A text.
    Text(Typed),
}

/// The text of an event, as the shell loads it for one comparison.
#[derive(Clone, Default)]
pub struct Loaded {
    /// What the event says.
    pub stored: String,
    /// Other plausible answers.
    pub pool: Vec<String>,
}

impl Typed {
    /// Takes a typed text.
    ///
    /// # Errors Each variant of [`InputRefused`]: passwords, resident numbers and card numbers are
    /// not taken.
    pub fn parse(text: &str) -> Result<Self, InputRefused> {
        check(text).map(|()| Self(text.to_owned()))
    }

    /// Returns the text, for a comparison and nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(…)")
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Loaded(…)")
    }
}

impl Item {
    /// Returns the source that it counts for on a day.
    #[must_use]
    pub fn source(&self, today: Day) -> Source {
        let old = today.away(self.day) >= RECENT_DAYS;
        match self.made_of {
            Source::OrderRecent | Source::OrderOld if old => Source::OrderOld,
            Source::OrderRecent | Source::OrderOld => Source::OrderRecent,
            Source::Profile
            | Source::Social
            | Source::Delivery
            | Source::Device
            | Source::Visit
            | Source::InApp
            | Source::Secret => self.made_of,
        }
    }

    /// Returns its family on a day, if the model has one.
    #[must_use]
    pub fn family(&self, model: &Model, today: Day) -> Option<FamilyId> {
        let source = self.source(today);
        let text = matches!(self.prompt, Prompt::Text(_));
        let fits = model
            .families()
            .find(|(_, one)| one.source == source && (one.guess <= TEXT_GUESS_MAX) == text);
        fits.map(|(family, _)| family)
    }

    /// Returns it as risk sees it, beside what its family says.
    #[must_use]
    pub const fn probe(&self, family: &Probe) -> Probe {
        let guess = match self.guess {
            Guess::Measured(guess) => guess,
            Guess::OfFamily => family.guess,
        };
        Probe { source: family.source, difficulty: family.difficulty, guess }
    }

    /// Judges an answer. `loaded` is the event's text where the truth stays with the event.
    #[must_use]
    pub fn judge(&self, answer: &Answer, loaded: &Loaded, pepper: &Pepper, today: Day) -> Answered {
        let right = match (&self.truth, answer) {
            (Truth::Option(right), Answer::Option(given)) => right == given,
            (Truth::Tags(tags), Answer::Text(typed)) => {
                tags.fit(typed.reveal(), self.id, pepper, today)
            }
            (Truth::OfEvent(kind), Answer::Text(typed)) => {
                let pool: Vec<&str> = loaded.pool.iter().map(String::as_str).collect();
                matches(*kind, &loaded.stored, typed.reveal(), &pool, today)
            }
            (Truth::Option(_), Answer::Text(_))
            | (Truth::Tags(_) | Truth::OfEvent(_), Answer::Option(_)) => false,
        };
        if right { Answered::Right } else { Answered::Wrong }
    }

    /// Says whether asking this one gives the other's answer away.
    #[must_use]
    pub fn reveals(&self, other: &Self) -> bool {
        self.event == other.event && (self.asks == other.asks || self.shows.contains(&other.asks))
    }
}

#[cfg(test)]
pub(super) mod tests;

//! Members: who they are, in which classes, what they agreed to, and congratulations once a year.
//!
//! Owns consent and deletion: what is not agreed to is not used, and a deleted member leaves an id
//! that names nobody. Chapters: `class` (who is one of whom), `patron` (who buys most). Next:
//! [`super::deposit`].

mod class;
mod patron;

pub use class::{AgeBand, Class, Sex};
pub use patron::{Bought, Measure, Patron, Ranking, rank};

use super::customer::Customer;
use super::effect::{Effect, Record};
use super::mail::{About, Mail, Recipient};
use crate::calendar::Date;
use crate::time::Timestamp;
use baton_protocol::ids::MemberId;
use std::collections::{BTreeMap, BTreeSet};

/// Congratulations may come so many days late when the day itself was missed; later they would be
/// embarrassing.
pub const GREETING_LATE_DAYS_MAX: i64 = 3;

/// What is congratulated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// The day of birth.
    Birthday,
    /// The day of the wedding.
    Wedding,
}

impl Occasion {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Birthday, Self::Wedding];

    /// Returns the word in keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Birthday => "birthday",
            Self::Wedding => "wedding",
        }
    }
}

/// What a member agreed to; each is asked apart and taken back apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consent {
    /// Congratulations by mail.
    Greetings,
    /// Offers by mail.
    Offers,
    /// Being counted in classes.
    Statistics,
}

/// What a member tells of themself; all of it is voluntary.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Which sex.
    pub sex: Option<Sex>,
    /// Where they live: a province or city.
    pub region: Option<String>,
    /// What they do.
    pub occupation: Option<String>,
    /// Days that are congratulated on.
    pub days: BTreeMap<Occasion, Date>,
}

impl std::fmt::Debug for Profile {
    /// Prints that there is one, never whose.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Profile(…)")
    }
}

/// Where a member stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// Registered.
    Active {
        /// What they tell.
        profile: Profile,
        /// What they agreed to.
        consents: BTreeSet<Consent>,
        /// The last year whose day was congratulated on.
        greeted: BTreeMap<Occasion, i32>,
    },
    /// Gone: orders keep the id, which names nobody any more.
    Deleted {
        /// When.
        at: Timestamp,
    },
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    id: MemberId,
    life: Life,
}

/// What a member did, or the day brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Told something else of themself.
    Described(Profile),
    /// Agreed to something.
    Agreed(Consent),
    /// Took it back.
    TookBack(Consent),
    /// A day began where the mall is.
    DayBegan(Date),
    /// Wants to be forgotten.
    Forgotten,
}

/// What a member's history says; what they told is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// They told something else.
    Described,
    /// They agreed.
    Agreed(Consent),
    /// They took it back.
    TookBack(Consent),
    /// They were congratulated on that year's day.
    Greeted(Occasion, i32),
    /// They are forgotten.
    Forgotten,
}

/// Why a step about a member is refused. Nothing changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing is known of them any more.
    #[error("member {0} is deleted")]
    Deleted(MemberId),
}

impl Member {
    /// Registers a member; nothing is agreed to yet.
    #[must_use]
    pub fn new(id: MemberId, profile: Profile) -> Self {
        let (consents, greeted) = (BTreeSet::new(), BTreeMap::new());
        Self { id, life: Life::Active { profile, consents, greeted } }
    }

    /// Takes one fact and says what must happen, in order.
    ///
    /// # Errors
    /// [`Refusal`] for a deleted member, except that being forgotten again is taken.
    ///
    /// **Repeat** changes nothing more; a day that begins twice congratulates once.
    pub fn step(&mut self, input: Input, now: Timestamp) -> Result<Vec<Effect>, Refusal> {
        let id = self.id;
        let Life::Active { profile, consents, greeted } = &mut self.life else {
            let again = input == Input::Forgotten;
            return if again { Ok(Vec::new()) } else { Err(Refusal::Deleted(id)) };
        };
        let event = match input {
            Input::Described(anew) => {
                *profile = anew;
                Event::Described
            }
            Input::Agreed(consent) => {
                consents.insert(consent);
                Event::Agreed(consent)
            }
            Input::TookBack(consent) => {
                consents.remove(&consent);
                Event::TookBack(consent)
            }
            Input::DayBegan(today) => {
                let agreed = consents.contains(&Consent::Greetings);
                return Ok(if agreed { greet(id, profile, greeted, today) } else { Vec::new() });
            }
            Input::Forgotten => {
                self.life = Life::Deleted { at: now };
                Event::Forgotten
            }
        };
        Ok(vec![Effect::Record(Record::Member(id, event))])
    }

    /// A day's beginning comes from the shell's calendar, so there is no deadline of one's own.
    #[must_use]
    pub const fn next_deadline(&self) -> Option<Timestamp> {
        None
    }

    /// Returns who it is.
    #[must_use]
    pub const fn id(&self) -> MemberId {
        self.id
    }

    /// Returns where they stand.
    #[must_use]
    pub const fn life(&self) -> &Life {
        &self.life
    }

    /// Tells whether something is agreed to.
    #[must_use]
    pub fn agreed(&self, consent: Consent) -> bool {
        match &self.life {
            Life::Active { consents, .. } => consents.contains(&consent),
            Life::Deleted { .. } => false,
        }
    }
}

fn greet(
    id: MemberId,
    profile: &Profile,
    greeted: &mut BTreeMap<Occasion, i32>,
    today: Date,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (occasion, day) in &profile.days {
        let Some(year) = year_due(*day, today) else { continue };
        if greeted.get(occasion).is_some_and(|last| *last >= year) {
            continue;
        }
        greeted.insert(*occasion, year);
        effects.push(Effect::Record(Record::Member(id, Event::Greeted(*occasion, year))));
        let about = About::Greeting { member: id, occasion: *occasion, year };
        let to = Recipient::Customer(Customer::Member(id));
        effects.push(Effect::Mail(Mail { to, about }));
    }
    effects
}

/// The year whose anniversary is today or was missed by few days. The day itself is none yet.
fn year_due(day: Date, today: Date) -> Option<i32> {
    let years = [today.year(), today.year().saturating_sub(1)];
    years.into_iter().find(|year| {
        let late = day.anniversary_in(*year).map(|due| today.days().saturating_sub(due.days()));
        *year > day.year() && late.is_some_and(|late| (0..=GREETING_LATE_DAYS_MAX).contains(&late))
    })
}

#[cfg(test)]
mod tests;

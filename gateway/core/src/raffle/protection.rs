//! Who may enter, and how much anybody may spend: age, identity, spend caps, self-exclusion.
//!
//! Owns the rules; what a person has spent and decided comes in with every entry. May not look
//! anything up. Next: [`super::law`].

use crate::time::Timestamp;

/// Until a higher own cap counts, in milliseconds: a day, so that nobody raises it in the heat.
pub const CAP_RAISE_DELAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// What may be spent on first payments, mileage included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// In a calendar day. **Units** won.
    pub day_won: i64,
    /// In a calendar month. **Units** won.
    pub month_won: i64,
}

impl Caps {
    /// No cap: for rehearsals.
    pub const NONE: Self = Self { day_won: i64::MAX, month_won: i64::MAX };

    /// Returns the lower of two, day and month apart.
    #[must_use]
    pub fn lower(self, other: Self) -> Self {
        Self {
            day_won: self.day_won.min(other.day_won),
            month_won: self.month_won.min(other.month_won),
        }
    }
}

/// What is known of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity {
    /// Nothing was checked.
    Unchecked,
    /// Checked, and not of age.
    Minor,
    /// Checked, and of age.
    Adult,
}

/// Whether a person has shut himself out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exclusion {
    /// He has not.
    None,
    /// Until then.
    Until(Timestamp),
    /// For ever.
    ForEver,
}

impl Exclusion {
    /// Takes a new wish: an exclusion is never shortened.
    #[must_use]
    pub fn wished(self, wish: Self) -> Self {
        match (self, wish) {
            (Self::ForEver, _) | (_, Self::ForEver) => Self::ForEver,
            (Self::Until(old), Self::Until(new)) => Self::Until(old.max(new)),
            (Self::None, wish) => wish,
            (old @ Self::Until(_), Self::None) => old,
        }
    }

    fn holds(self, now: Timestamp) -> bool {
        match self {
            Self::None => false,
            Self::Until(end) => now < end,
            Self::ForEver => true,
        }
    }
}

/// The caps that a person has set for himself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnCaps {
    now: Caps,
    then: Caps,
    then_from: Timestamp,
}

impl OwnCaps {
    /// None yet.
    #[must_use]
    pub const fn none() -> Self {
        Self { now: Caps::NONE, then: Caps::NONE, then_from: Timestamp::from_ms(0) }
    }

    /// Takes a wish: what is lower counts at once, what is higher after [`CAP_RAISE_DELAY_MS`].
    #[must_use]
    pub fn wished(self, wish: Caps, now: Timestamp) -> Self {
        let lower = self.at(now).lower(wish);
        Self { now: lower, then: wish, then_from: now.after_ms(CAP_RAISE_DELAY_MS) }
    }

    /// Returns the caps that count.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Caps {
        if now < self.then_from { self.now } else { self.then }
    }
}

/// What the shell knows of an entrant at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrant {
    /// What was checked.
    pub identity: Identity,
    /// Whether he has shut himself out.
    pub exclusion: Exclusion,
    /// The caps that he has set.
    pub own_caps: Caps,
    /// What he has spent on first payments. **Units** won, day and month.
    pub spent: Caps,
}

impl Entrant {
    /// An adult who has spent nothing.
    pub const ADULT: Self = Self {
        identity: Identity::Adult,
        exclusion: Exclusion::None,
        own_caps: Caps::NONE,
        spent: Caps { day_won: 0, month_won: 0 },
    };
}

/// Why a person may not enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Protected {
    /// Nobody has checked who it is.
    #[error("the identity of the person is not checked")]
    IdentityUnchecked,
    /// Not of age.
    #[error("the person is not of age")]
    Minor,
    /// Shut out by own wish.
    #[error("the person has shut himself out")]
    SelfExcluded,
    /// The day's cap.
    #[error("with this the person would pass the cap of {cap} won a day")]
    DayCap {
        /// The cap.
        cap: i64,
    },
    /// The month's cap.
    #[error("with this the person would pass the cap of {cap} won a month")]
    MonthCap {
        /// The cap.
        cap: i64,
    },
}

/// Says whether an entrant may spend so much under these caps.
///
/// # Errors
/// Each variant of [`Protected`] as it says.
pub fn check(caps: Caps, entrant: &Entrant, won: i64, now: Timestamp) -> Result<(), Protected> {
    match entrant.identity {
        Identity::Unchecked => return Err(Protected::IdentityUnchecked),
        Identity::Minor => return Err(Protected::Minor),
        Identity::Adult => {}
    }
    if entrant.exclusion.holds(now) {
        return Err(Protected::SelfExcluded);
    }
    let caps = caps.lower(entrant.own_caps);
    if entrant.spent.day_won.saturating_add(won) > caps.day_won {
        return Err(Protected::DayCap { cap: caps.day_won });
    }
    if entrant.spent.month_won.saturating_add(won) > caps.month_won {
        return Err(Protected::MonthCap { cap: caps.month_won });
    }
    Ok(())
}

//! Classes of members: all, by sex, region, age band, occupation.
//!
//! Owns who belongs to one. Only who agreed to be counted is found by anything but "all". Next:
//! `patron`.

use super::{Consent, Life, Member, Occasion};
use crate::calendar::Date;

/// Which sex a member states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither of them.
    Other,
}

/// Ten years of age: from 20 to 29 are the twenties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AgeBand(u16);

impl AgeBand {
    /// Returns the band of an age in whole years.
    #[must_use]
    pub const fn of(age: u16) -> Self {
        Self(age.saturating_sub(age % 10))
    }

    /// Returns the youngest age of the band.
    #[must_use]
    pub const fn from(self) -> u16 {
        self.0
    }
}

/// A class of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// Everybody who is registered.
    All,
    /// Of one sex.
    Sex(Sex),
    /// Of one region.
    Region(String),
    /// Of one age band.
    Age(AgeBand),
    /// Of one occupation.
    Occupation(String),
}

impl Class {
    /// Tells whether a member belongs to the class today.
    #[must_use]
    pub fn holds(&self, member: &Member, today: Date) -> bool {
        let profile = match &member.life {
            Life::Active { profile, .. } => profile,
            Life::Deleted { .. } => return false,
        };
        let counted = member.agreed(Consent::Statistics);
        match self {
            Self::All => true,
            Self::Sex(sex) => counted && profile.sex == Some(*sex),
            Self::Region(region) => counted && profile.region.as_ref() == Some(region),
            Self::Occupation(work) => counted && profile.occupation.as_ref() == Some(work),
            Self::Age(band) => {
                let born = profile.days.get(&Occasion::Birthday);
                counted && born.is_some_and(|day| AgeBand::of(day.years_until(today)) == *band)
            }
        }
    }
}

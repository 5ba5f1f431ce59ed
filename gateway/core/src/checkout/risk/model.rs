//! The assumptions behind every figure of risk, as plain values with a version.
//!
//! Owns the names of sources and impostor classes and the check that a model can be counted with.
//! Floats, for risk only. May not read a file: the shell hands the values in. Next:
//! [`super::factor`].

/// Where an item comes from; consent is given for each alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// What never changes about a person; off unless somebody turns it on.
    Profile,
    /// What a person says of friends and relations.
    Social,
    /// Orders of the last 60 days.
    OrderRecent,
    /// Older orders.
    OrderOld,
    /// Where and how goods came.
    Delivery,
    /// The person's own devices.
    Device,
    /// Visits to shops, as beacons saw them.
    Visit,
    /// What was done in the app.
    InApp,
    /// A fact declared for this purpose.
    Secret,
}

impl Source {
    /// Every source, in the order of the model's tables.
    pub const ALL: [Self; 9] = [
        Self::Profile,
        Self::Social,
        Self::OrderRecent,
        Self::OrderOld,
        Self::Delivery,
        Self::Device,
        Self::Visit,
        Self::InApp,
        Self::Secret,
    ];

    /// Returns the word for it in files and reasons.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Social => "social",
            Self::OrderRecent => "order_recent",
            Self::OrderOld => "order_old",
            Self::Delivery => "delivery",
            Self::Device => "device",
            Self::Visit => "visit",
            Self::InApp => "inapp",
            Self::Secret => "secret",
        }
    }

    /// Finds a source by its word.
    #[must_use]
    pub fn lookup(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.word() == word)
    }
}

/// Who may be answering instead of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Knows nothing in particular.
    Stranger,
    /// Knows the person.
    Acquaintance,
    /// Has bought or stolen records.
    Thief,
    /// Has watched earlier sessions.
    Keylogger,
}

impl Class {
    /// Every class, in the order of the model's tables.
    pub const ALL: [Self; 4] = [Self::Stranger, Self::Acquaintance, Self::Thief, Self::Keylogger];

    /// Returns the word for it in files and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::Acquaintance => "acquaintance",
            Self::Thief => "thief",
            Self::Keylogger => "keylogger",
        }
    }
}

/// One value for each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PerClass<T>(pub [T; 4]);

impl<T> PerClass<T> {
    /// Returns the value of a class.
    #[must_use]
    pub const fn get(&self, class: Class) -> &T {
        let [stranger, acquaintance, thief, keylogger] = &self.0;
        match class {
            Class::Stranger => stranger,
            Class::Acquaintance => acquaintance,
            Class::Thief => thief,
            Class::Keylogger => keylogger,
        }
    }

    /// Returns the values beside their classes.
    pub fn iter(&self) -> impl Iterator<Item = (Class, &T)> {
        Class::ALL.into_iter().zip(self.0.iter())
    }
}

/// One value for each source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PerSource<T>(pub [T; 9]);

impl<T> PerSource<T> {
    /// Returns the value of a source.
    #[must_use]
    pub const fn get(&self, source: Source) -> &T {
        let [profile, social, recent, old, delivery, device, visit, inapp, secret] = &self.0;
        match source {
            Source::Profile => profile,
            Source::Social => social,
            Source::OrderRecent => recent,
            Source::OrderOld => old,
            Source::Delivery => delivery,
            Source::Device => device,
            Source::Visit => visit,
            Source::InApp => inapp,
            Source::Secret => secret,
        }
    }

    /// Returns the value of a source to be changed.
    pub const fn get_mut(&mut self, source: Source) -> &mut T {
        let [profile, social, recent, old, delivery, device, visit, inapp, secret] = &mut self.0;
        match source {
            Source::Profile => profile,
            Source::Social => social,
            Source::OrderRecent => recent,
            Source::OrderOld => old,
            Source::Delivery => delivery,
            Source::Device => device,
            Source::Visit => visit,
            Source::InApp => inapp,
            Source::Secret => secret,
        }
    }
}

/// How much of a source a class knows.
///
/// **Units** probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Leak {
    /// That the whole source leaked to it.
    pub whole: f64,
    /// That it knows one item if the source did not leak.
    pub item: f64,
}

/// One question as far as risk is concerned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    /// Where it comes from.
    pub source: Source,
    /// How hard it is to remember, on the scale of ability.
    pub difficulty: f64,
    /// The best chance of guessing it.
    pub guess: f64,
}

/// The place of a family in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FamilyId(pub u8);

/// One point of ability and how many people stand there.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ability {
    /// Where.
    pub point: f64,
    /// The share of people.
    pub weight: f64,
}

/// Everything that is assumed, in one version.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Named in every piece of evidence.
    pub version: String,
    /// Families of questions; [`FamilyId`] counts them from 0.
    pub families: Vec<Probe>,
    /// Who knows what.
    pub leaks: PerClass<PerSource<Leak>>,
    /// How often each class stands behind a step-up.
    pub priors: PerClass<f64>,
    /// The distribution of ability.
    pub ability: [Ability; 5],
    /// How sharply recall depends on ability.
    pub discrimination: f64,
    /// How often a known answer is given wrong.
    pub slip: f64,
    /// How often an impostor who has the source knows an item of it.
    pub known_item: f64,
}

/// Families of one model: an id has one byte, and the look-ahead goes over all of them.
pub const FAMILIES_MAX: usize = 64;

/// Why values are no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelInvalid {
    /// A probability is not strictly between 0 and 1, so a logarithm of it has no value.
    #[error("{what} must be above 0 and below 1")]
    Probability {
        /// Which one.
        what: &'static str,
    },
    /// The weights of ability do not sum to 1.
    #[error("the weights of ability must sum to 1 within a thousandth")]
    Weights,
    /// A value is not a number.
    #[error("{what} must be a finite number")]
    NotFinite {
        /// Which one.
        what: &'static str,
    },
    /// There are too many families or none.
    #[error("a model has 1 to {FAMILIES_MAX} families")]
    Families,
}

impl Model {
    /// Checks that the model can be counted with.
    ///
    /// # Errors
    /// Each variant of [`ModelInvalid`] as it says.
    pub fn check(&self) -> Result<(), ModelInvalid> {
        if !(1..=FAMILIES_MAX).contains(&self.families.len()) {
            return Err(ModelInvalid::Families);
        }
        let leaks = self.leaks.0.iter().flat_map(|sources| sources.0);
        let leaks = leaks.flat_map(|leak| [leak.whole, leak.item]);
        let named = leaks.map(|value| ("a leak", value));
        let named = named.chain(self.priors.0.map(|value| ("a prior", value)));
        let named = named.chain(self.families.iter().map(|probe| ("a guess", probe.guess)));
        let mut named = named.chain([("the slip", self.slip), ("the known item", self.known_item)]);
        if let Some((what, _)) = named.find(|(_, value)| !(*value > 0.0 && *value < 1.0)) {
            return Err(ModelInvalid::Probability { what });
        }
        let weights: f64 = self.ability.iter().map(|one| one.weight).sum();
        let off = (weights - 1.0).abs();
        if off.is_nan() || off > 1e-3 {
            return Err(ModelInvalid::Weights);
        }
        let points = self.ability.iter().map(|one| ("a point of ability", one.point));
        let hard = self.families.iter().map(|probe| ("a difficulty", probe.difficulty));
        let mut all = points.chain(hard).chain([("the discrimination", self.discrimination)]);
        all.find(|(_, value)| !value.is_finite())
            .map_or(Ok(()), |(what, _)| Err(ModelInvalid::NotFinite { what }))
    }

    /// Returns a family of questions, if the model has it.
    #[must_use]
    pub fn lookup(&self, family: FamilyId) -> Option<&Probe> {
        self.families.get(usize::from(family.0))
    }

    /// Returns the families beside their ids.
    pub fn families(&self) -> impl Iterator<Item = (FamilyId, &Probe)> {
        (0..=u8::MAX).map(FamilyId).zip(&self.families)
    }

    /// Returns how likely a person of this ability remembers.
    #[must_use]
    pub fn recall(&self, ability: f64, difficulty: f64) -> f64 {
        1.0 / (1.0 + (-self.discrimination * (ability - difficulty)).exp())
    }

    /// Returns how likely the person's answer is right, at each point of ability, given that there
    /// is an answer: who does not remember asks for another question half of the time.
    #[must_use]
    pub fn right(&self, probe: &Probe) -> [f64; 5] {
        self.ability.map(|one| {
            let recall = self.recall(one.point, probe.difficulty);
            let guessed = (1.0 - recall) * GUESSES;
            let right = (1.0 - self.slip) * recall + guessed * probe.guess;
            let wrong = self.slip * recall + guessed * (1.0 - probe.guess);
            right / (right + wrong)
        })
    }
}

/// How often a person who does not remember guesses. Source: checkout specification, the unit.
pub const GUESSES: f64 = 0.5;

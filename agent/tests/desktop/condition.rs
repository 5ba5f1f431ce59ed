//! What can be wrong at a counter while a code is entered.
//!
//! Owns the list and its words. Next: `run`, which brings each about.

/// One condition of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    Clean,
    DecoyInFront,
    FocusThief,
    CapsLock,
    Hangul,
    Modal,
    Grabbed,
    WrongScreen,
    SlowPublish,
    KilledAfterSubmit,
    PersonTypes,
    PersonCancels,
    Stalled,
}

impl Condition {
    pub const ALL: [Self; 13] = [
        Self::Clean,
        Self::DecoyInFront,
        Self::FocusThief,
        Self::CapsLock,
        Self::Hangul,
        Self::Modal,
        Self::Grabbed,
        Self::WrongScreen,
        Self::SlowPublish,
        Self::KilledAfterSubmit,
        Self::PersonTypes,
        Self::PersonCancels,
        Self::Stalled,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::DecoyInFront => "decoy-in-front",
            Self::FocusThief => "focus-thief",
            Self::CapsLock => "caps-lock",
            Self::Hangul => "hangul",
            Self::Modal => "modal",
            Self::Grabbed => "grabbed",
            Self::WrongScreen => "wrong-screen",
            Self::SlowPublish => "slow-publish",
            Self::KilledAfterSubmit => "killed-after-submit",
            Self::PersonTypes => "person-types",
            Self::PersonCancels => "person-cancels",
            Self::Stalled => "stalled",
        }
    }

    pub fn of(word: &str) -> anyhow::Result<Self> {
        let found = Self::ALL.into_iter().find(|condition| condition.word() == word);
        found.ok_or_else(|| anyhow::anyhow!("no condition is called {word}"))
    }
}

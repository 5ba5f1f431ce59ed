//! What stands behind a device's word: how sure an entry was, what was seen, why nothing was done.
//!
//! Owns closed lists of stable words, so that no report can carry a code or a customer's data. A
//! word of a later version is read as `other`. Nobody decides about money by them: they are for
//! people who look at a doubt. Next: [`crate::link`], whose reports carry them.

use crate::link::FenceReason;
use serde::{Deserialize, Serialize};

/// What a device knows of its own work besides the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// How sure the entry was, if one was made that can be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
    /// What was seen after it.
    pub outcome: Outcome,
}

/// How sure a POS agent is of what it entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// Keys were sent, and the field showed exactly what was to be entered.
    TypedExact,
    /// The value was set at once, and the field showed exactly that.
    SetValueExact,
    /// The value was set at once; the field does not show what it holds.
    Unverifiable,
    /// A kind of a later version.
    #[serde(other)]
    Other,
}

/// What was seen after a submit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The POS program took it; whether it was charged, it does not say.
    Taken,
    /// It shows an approval.
    Approved,
    /// It shows a refusal.
    Declined,
    /// Nothing that tells.
    Unknown,
    /// Nothing was pressed, although the journal says *submitted*.
    NotPressed,
    /// A word of a later version.
    #[serde(other)]
    Other,
}

/// Why a device did not do what it was told, more closely than its [`FenceReason`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The POS program's window is not there.
    WindowMissing,
    /// Several windows fit.
    WindowMany,
    /// Another screen of the POS program is open.
    ScreenWrong,
    /// A control is not there.
    ControlMissing,
    /// Several controls fit.
    ControlMany,
    /// A control cannot be used now.
    ControlDisabled,
    /// The result of an earlier entry is still shown.
    ResultStale,
    /// A dialog stands over the window.
    Modal,
    /// Another window is in front.
    InFront,
    /// The screen is locked, or another program holds the keyboard.
    Locked,
    /// The POS program has higher rights than the agent.
    Elevated,
    /// CapsLock is on.
    CapsLock,
    /// An input method is on.
    InputMethod,
    /// Another keyboard layout or a modifier key is active.
    Layout,
    /// A person is typing.
    PersonTyping,
    /// No way of entry can write this code.
    Unwritable,
    /// The field did not take the focus.
    FocusElsewhere,
    /// The field does not show what was entered.
    ReadBack,
    /// The field cannot be read.
    Unreadable,
    /// Its time passed.
    Expired,
    /// It was given up.
    Cancelled,
    /// The cashier gave it up.
    CashierCancelled,
    /// The machinery of the desktop failed.
    Machinery,
    /// The POS program does not listen.
    PosAway,
    /// The POS program does not answer.
    PosSilent,
    /// The helper in the cashier's session is not there.
    HelperAway,
    /// The helper was lost in the entry.
    HelperLost,
    /// Another entry is in hand.
    Busy,
    /// The device is not set up for this destination or app.
    NotSetUp,
    /// The POS program asks for another amount.
    AmountDiffers,
    /// What stands where the amount should be is none.
    AmountUnreadable,
    /// The POS program shows no amount.
    AmountMissing,
    /// A word of a later version.
    #[serde(other)]
    Other,
}

/// A refusal for ever, with all that is known of its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// What the machines go by.
    pub reason: FenceReason,
    /// What people are told.
    pub cause: Option<Cause>,
}

impl Fence {
    /// Makes one that names its cause.
    #[must_use]
    pub const fn because(reason: FenceReason, cause: Cause) -> Self {
        Self { reason, cause: Some(cause) }
    }
}

impl From<FenceReason> for Fence {
    fn from(reason: FenceReason) -> Self {
        Self { reason, cause: None }
    }
}

impl Entry {
    const ALL: [Self; 3] = [Self::TypedExact, Self::SetValueExact, Self::Unverifiable];

    /// Returns the word used on the wire, on disk and in logs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TypedExact => "typed-exact",
            Self::SetValueExact => "set-value-exact",
            Self::Unverifiable => "unverifiable",
            Self::Other => "other",
        }
    }

    /// Finds a kind by its word; one that is not in this list is [`Entry::Other`].
    #[must_use]
    pub fn lookup(word: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.word() == word).unwrap_or(Self::Other)
    }
}

impl Outcome {
    const ALL: [Self; 5] =
        [Self::Taken, Self::Approved, Self::Declined, Self::Unknown, Self::NotPressed];

    /// Returns the word used on the wire, on disk and in logs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Unknown => "unknown",
            Self::NotPressed => "not-pressed",
            Self::Other => "other",
        }
    }

    /// Finds an outcome by its word; one that is not in this list is [`Outcome::Other`].
    #[must_use]
    pub fn lookup(word: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.word() == word).unwrap_or(Self::Other)
    }
}

impl Cause {
    /// Every cause that this version knows.
    pub const ALL: [Self; 32] = [
        Self::WindowMissing,
        Self::WindowMany,
        Self::ScreenWrong,
        Self::ControlMissing,
        Self::ControlMany,
        Self::ControlDisabled,
        Self::ResultStale,
        Self::Modal,
        Self::InFront,
        Self::Locked,
        Self::Elevated,
        Self::CapsLock,
        Self::InputMethod,
        Self::Layout,
        Self::PersonTyping,
        Self::Unwritable,
        Self::FocusElsewhere,
        Self::ReadBack,
        Self::Unreadable,
        Self::Expired,
        Self::Cancelled,
        Self::CashierCancelled,
        Self::Machinery,
        Self::PosAway,
        Self::PosSilent,
        Self::HelperAway,
        Self::HelperLost,
        Self::Busy,
        Self::NotSetUp,
        Self::AmountDiffers,
        Self::AmountUnreadable,
        Self::AmountMissing,
    ];

    /// Returns the word used on the wire, on disk and in logs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::WindowMissing => "window-missing",
            Self::WindowMany => "window-many",
            Self::ScreenWrong => "screen-wrong",
            Self::ControlMissing => "control-missing",
            Self::ControlMany => "control-many",
            Self::ControlDisabled => "control-disabled",
            Self::ResultStale => "result-stale",
            Self::Modal => "modal",
            Self::InFront => "in-front",
            Self::Locked => "locked",
            Self::Elevated => "elevated",
            Self::CapsLock => "caps-lock",
            Self::InputMethod => "input-method",
            Self::Layout => "layout",
            Self::PersonTyping => "person-typing",
            Self::Unwritable => "unwritable",
            Self::FocusElsewhere => "focus-elsewhere",
            Self::ReadBack => "read-back",
            Self::Unreadable => "unreadable",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::CashierCancelled => "cashier-cancelled",
            Self::Machinery => "machinery",
            Self::PosAway => "pos-away",
            Self::PosSilent => "pos-silent",
            Self::HelperAway => "helper-away",
            Self::HelperLost => "helper-lost",
            Self::Busy => "busy",
            Self::NotSetUp => "not-set-up",
            Self::AmountDiffers => "amount-differs",
            Self::AmountUnreadable => "amount-unreadable",
            Self::AmountMissing => "amount-missing",
            Self::Other => "other",
        }
    }

    /// Finds a cause by its word; one that is not in this list is [`Cause::Other`].
    #[must_use]
    pub fn lookup(word: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.word() == word).unwrap_or(Self::Other)
    }
}

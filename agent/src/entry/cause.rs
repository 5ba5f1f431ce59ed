//! Why an entry was refused, in words for a person at the counter and for the gateway.
//!
//! Owns the list; a refusal always names one of these. A cause never carries the code. Next:
//! [`super::prepare`], which finds them.

use super::seams::Fault;
use crate::config::amount::AmountUnreadable;
use baton_protocol::evidence::{self, Fence};
use baton_protocol::link::FenceReason;
use baton_protocol::money::Money;

/// Why nothing was submitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The POS program is not there.
    #[error("no window fits the recipe; is the pos program running?")]
    WindowMissing,
    /// Two windows fit, and choosing would be a guess.
    #[error("{0} windows fit the recipe; close all but one")]
    WindowMany(usize),
    /// Another screen of the POS program is open.
    #[error("the pos program shows another screen: {0} is not visible")]
    ScreenWrong(String),
    /// A control of the recipe is not there.
    #[error("the {0} is not in the window")]
    ControlMissing(&'static str),
    /// Several controls fit.
    #[error("{1} controls fit the {0}; the recipe must name one")]
    ControlMany(&'static str, usize),
    /// A control cannot be used now.
    #[error("the {0} is disabled")]
    ControlDisabled(&'static str),
    /// The result of another entry is still on the screen.
    #[error("the result of an earlier entry is still on the screen")]
    ResultStale,
    /// A dialog stands over the window.
    #[error("a dialog is open over the pos window: {0}")]
    Modal(String),
    /// Another window has the keyboard.
    #[error("another window is in front: {0}")]
    InFront(String),
    /// Another program holds the keyboard: a locked screen, an open menu.
    #[error("the screen is locked, or another program holds the keyboard")]
    Locked,
    /// The POS program runs with higher rights, and Windows drops what is sent to it.
    #[error("the pos program runs with higher rights than the agent")]
    Elevated,
    /// CapsLock is on.
    #[error("caps lock is on")]
    CapsLock,
    /// An input method would change what is typed.
    #[error("the input method {0} is on")]
    InputMethod(String),
    /// Another keyboard layout is chosen, or modifier keys are held.
    #[error("another keyboard layout or a modifier key is active")]
    Layout,
    /// Somebody is typing.
    #[error("a person is typing")]
    PersonTyping,
    /// The keyboard layout has no key for a character of the code, and no other way is left.
    #[error("no way of entry can write this code here")]
    Unwritable,
    /// Another control has the focus.
    #[error("the field did not take the focus")]
    FocusElsewhere,
    /// The field shows something else than was entered.
    #[error("the field does not show what was entered")]
    ReadBack,
    /// Keys were sent into a field that cannot be read.
    #[error("the field cannot be read, so typing into it cannot be checked")]
    Unreadable,
    /// The POS program asks for another amount.
    #[error("the pos shows {shown} to pay, and the command says {asked}")]
    AmountDiffers {
        /// What it shows.
        shown: Money,
        /// What the command says.
        asked: Money,
    },
    /// What stands where the amount should be is not one.
    #[error("the pos shows {shown} to pay: {why}; the command says {asked}")]
    AmountUnreadable {
        /// What it shows, as far as it may be repeated.
        shown: String,
        /// Why it is not an amount.
        why: AmountUnreadable,
        /// What the command says.
        asked: Money,
    },
    /// The control that shows the amount is not there.
    #[error("the pos shows no amount to pay, and the command says {0}")]
    AmountMissing(Money),
    /// Its time to live passed.
    #[error("its time passed before it could be submitted")]
    Expired,
    /// Given up by the gateway.
    #[error("it was cancelled")]
    Cancelled,
    /// The person at the POS pressed cancel on the agent's notice.
    #[error("cancelled by the cashier")]
    CashierCancelled,
    /// Machinery failed.
    #[error("{0}")]
    Machinery(#[from] Fault),
}

impl Cause {
    /// Returns it as the gateway is told: without its details.
    #[must_use]
    pub const fn told(&self) -> evidence::Cause {
        use evidence::Cause as Told;
        match self {
            Self::WindowMissing => Told::WindowMissing,
            Self::WindowMany(_) => Told::WindowMany,
            Self::ScreenWrong(_) => Told::ScreenWrong,
            Self::ControlMissing(_) => Told::ControlMissing,
            Self::ControlMany(..) => Told::ControlMany,
            Self::ControlDisabled(_) => Told::ControlDisabled,
            Self::ResultStale => Told::ResultStale,
            Self::Modal(_) => Told::Modal,
            Self::InFront(_) => Told::InFront,
            Self::Locked => Told::Locked,
            Self::Elevated => Told::Elevated,
            Self::CapsLock => Told::CapsLock,
            Self::InputMethod(_) => Told::InputMethod,
            Self::Layout => Told::Layout,
            Self::PersonTyping => Told::PersonTyping,
            Self::Unwritable => Told::Unwritable,
            Self::FocusElsewhere => Told::FocusElsewhere,
            Self::ReadBack => Told::ReadBack,
            Self::Unreadable => Told::Unreadable,
            Self::AmountDiffers { .. } => Told::AmountDiffers,
            Self::AmountUnreadable { .. } => Told::AmountUnreadable,
            Self::AmountMissing(_) => Told::AmountMissing,
            Self::Expired => Told::Expired,
            Self::Cancelled => Told::Cancelled,
            Self::CashierCancelled => Told::CashierCancelled,
            Self::Machinery(_) => Told::Machinery,
        }
    }

    /// Returns the short word for tables.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        self.told().word()
    }

    /// Returns the fence that the journal and the gateway are told.
    #[must_use]
    pub fn fence(&self) -> Fence {
        Fence::because(self.reason(), self.told())
    }

    /// Returns what the machines go by.
    #[must_use]
    pub const fn reason(&self) -> FenceReason {
        match self {
            Self::ReadBack | Self::Unreadable => FenceReason::ReadBack,
            Self::Expired => FenceReason::Late,
            Self::Cancelled | Self::CashierCancelled => FenceReason::Cancelled,
            Self::WindowMissing
            | Self::WindowMany(_)
            | Self::ScreenWrong(_)
            | Self::ControlMissing(_)
            | Self::ControlMany(..)
            | Self::ControlDisabled(_)
            | Self::ResultStale
            | Self::Modal(_)
            | Self::InFront(_)
            | Self::Locked
            | Self::Elevated
            | Self::CapsLock
            | Self::InputMethod(_)
            | Self::Layout
            | Self::PersonTyping
            | Self::Unwritable
            | Self::FocusElsewhere
            | Self::AmountDiffers { .. }
            | Self::AmountUnreadable { .. }
            | Self::AmountMissing(_)
            | Self::Machinery(_) => FenceReason::PosNotReady,
        }
    }
}

//! One entry of a code into a POS program's window, from preflight to outcome.
//!
//! Sending keys proves nothing: focus is stolen, CapsLock and input methods change letters, a
//! locked screen swallows keys, a dialog takes the Enter. So every entry is
//!
//! | step | what | when it fails |
//! |---|---|---|
//! | preflight | one window, unlocked, nobody typing, no dialog, screen, amount | refused |
//! | activate | bring up the input window | refused |
//! | enter | set the named control's value, or keys, each one guarded | undone, refused |
//! | read back | the named control shows exactly the code | undone, refused |
//! | submit once | one press or one guarded key, after the journal says *submitted* | unknown |
//! | observe | wait for what the recipe says an outcome looks like | unknown |
//!
//! Five seams ([`seams`]) stand between these steps and a screen; a recipe
//! ([`crate::config::recipe`]) says what is where. Reading order: [`seams`], [`cause`],
//! [`prepare`], [`reach`], [`amount`], [`submit`], [`observe`], [`receipt`], [`printer`],
//! [`view`], then a surface: `x11` with `atspi`, or `web`.

pub mod amount;
pub mod cause;
pub mod observe;
pub mod prepare;
pub mod printer;
mod reach;
pub mod receipt;
pub mod seams;
pub mod submit;
pub mod view;

#[cfg(test)]
mod tests;

use crate::config::recipe::Recipe;
use baton_protocol::evidence as told;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Money;
use seams::{Control, Fault, Window};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use zeroize::Zeroizing;

/// What is to be entered. Prints without the code, which is wiped when dropped.
pub struct Order {
    /// For which transaction.
    pub transaction: TransactionId,
    /// The code or member id.
    pub code: Zeroizing<String>,
    /// What an approval must name, and the POS must show where the recipe says where.
    pub amount: Money,
    /// Until when it may be submitted, on the agent's clock that never steps.
    pub deadline_ms: u64,
    /// Set by whoever gives the entry up.
    pub given_up: GivenUp,
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order").field("transaction", &self.transaction).finish_non_exhaustive()
    }
}

/// A flag that only ever goes up.
#[derive(Debug, Clone, Default)]
pub struct GivenUp(Arc<AtomicBool>);

impl GivenUp {
    /// Gives the entry up: before it is submitted it will be undone.
    pub fn give_up(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Tells whether it was given up.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What an entry works with.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// How it is done.
    pub recipe: &'a Recipe,
    /// What is entered.
    pub order: &'a Order,
    /// The agent's clock that never steps.
    pub monotonic_ms: fn() -> u64,
}

/// How sure the agent is of what stands in the field. Travels with every result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Keys were sent and the named control shows exactly the code.
    TypedExact,
    /// The value was set at once and the named control shows exactly the code.
    SetValueExact,
    /// The value was set at once; the control does not show what it holds.
    Unverifiable,
}

impl Evidence {
    /// Returns the word for logs and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.told().word()
    }

    /// Returns it as the gateway is told.
    #[must_use]
    pub const fn told(self) -> told::Entry {
        match self {
            Self::TypedExact => told::Entry::TypedExact,
            Self::SetValueExact => told::Entry::SetValueExact,
            Self::Unverifiable => told::Entry::Unverifiable,
        }
    }
}

/// Who opened the input window; who did may close it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// The agent, by the recipe's activate steps.
    ByAgent,
    /// The person at the POS.
    ByPerson,
}

/// A code that stands in its field, checked, not submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// The input window.
    pub window: Window,
    /// Who opened it.
    pub opened: Opened,
    /// The field.
    pub field: Control,
    /// The control that submits, where the recipe presses one.
    pub submit: Option<Control>,
    /// How sure it is.
    pub evidence: Evidence,
}

/// An entry that was refused before anything was submitted.
#[derive(Debug)]
pub struct Refused {
    /// Why.
    pub cause: cause::Cause,
    /// What is left of it on the screen.
    pub residue: Residue,
}

/// What a refused entry left on the screen.
#[derive(Debug)]
pub enum Residue {
    /// Nothing: nothing was written, or the field was read and is empty.
    Nothing,
    /// Perhaps the code: the field could not be cleared, or not be read.
    Perhaps(Option<Fault>),
}

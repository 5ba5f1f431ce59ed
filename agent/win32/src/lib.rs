//! The calls of Windows that the POS agent needs, in safe words. Empty on other systems.
//!
//! Owns all `unsafe` of the agent, one call of Windows a block. May not know recipes or entries:
//! the drivers in `agent/src/win32` do. Reading order: [`window`], [`message`], [`accessible`],
//! [`automation`], [`keyboard`], [`session`], [`wait`], [`service`]; [`sid`], [`pipe`],
//! [`access`], [`start`], [`notice`] are of the login helper.
#![cfg(windows)]
#![deny(missing_docs)]

pub mod access;
pub mod accessible;
pub mod automation;
pub mod keyboard;
pub mod message;
pub mod notice;
pub mod pipe;
pub mod service;
pub mod session;
pub mod sid;
pub mod start;
pub mod wait;
pub mod window;

/// Why Windows did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// The program did not answer in time; it may have acted all the same.
    #[error("the program did not answer in time")]
    Silent,
    /// The window is no more.
    #[error("the window is gone")]
    Gone,
    /// This Windows, or this control, has no such thing.
    #[error("there is no {0}")]
    Missing(&'static str),
    /// Windows refused; the number is its own.
    #[error("windows refused {call}: error {number}")]
    Refused {
        /// Which call.
        call: &'static str,
        /// `GetLastError`.
        number: u32,
    },
}

impl Failed {
    /// Takes the error of the call that was just made.
    fn last(call: &'static str) -> Self {
        let number = std::io::Error::last_os_error().raw_os_error().unwrap_or_default();
        Self::Refused { call, number: number.cast_unsigned() }
    }
}

/// Writes a text as Windows reads it, with its end.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain(std::iter::once(0)).collect()
}

//! The agent in two processes: the service, and a helper in the cashier's login session.
//!
//! The service (`baton-agent run`) has link and journal, no screen and a user of its own. The
//! helper (`baton-agent login`) has the screen, the rights of the POS program, and no secret that
//! outlives an entry. Between them is one local socket that only named users may use.
//!
//! | service says | helper says | meaning |
//! |---|---|---|
//! | | `ready` | which version, which recipes; first on a connection |
//! | `welcome` or `no` | | taken, or why not and what to do |
//! | `prepare` | `entered` or `refused` | the code stands in its field, checked; or nothing does |
//! | `submit` | `ended` | pressed once, after the journal said *submitted*; what was seen |
//! | `undo` | | clear it again |
//! | `check` | `checked` | every recipe with a dummy code, no submit |
//!
//! A connection that breaks before `submit` is a fence, and the helper clears the field by itself;
//! one that breaks after it is *unknown*, and nothing is pressed again. Two machines hold that:
//! [`errand`] in the service, [`hand`] in the helper. Reading order: [`message`], [`errand`],
//! [`hand`], [`frame`], [`place`] (who may come in), [`service`], [`session`], [`doctor`].

pub mod doctor;
pub mod errand;
pub mod frame;
pub mod hand;
pub mod message;
pub mod place;
pub mod service;
pub mod session;

#[cfg(test)]
mod tests;

/// The version that both sides must have: the service and its helper are one file on disk.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

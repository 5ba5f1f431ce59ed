//! The actors: one desk for each terminal and agent, one for each destination, a keeper for all.
//!
//! Owns carrying facts into the machines of core and their effects out. An actor is one machine,
//! one timer and one queue of effects; its handlers are a few lines. `do_send` is banned, each
//! mailbox has a bound of its own, and a lost actor loses nothing: the next one reads the store.

pub mod desk;
pub mod destination;
pub mod exceptions;
pub mod facts;
pub mod keeper;
pub mod words;

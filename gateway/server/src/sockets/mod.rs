//! The link to terminals and agents: one task a connection, which translates frames and dies alone.
//!
//! Owns `GET /v1/link`. [`accept`] checks who is calling, [`pump`] carries frames. May not know
//! what a transaction is: its desk does. Next: [`crate::http`].

pub mod accept;
mod pump;

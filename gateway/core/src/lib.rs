//! The rules of Baton: machines that take an input and the time and say what must happen.
//!
//! Owns every decision about money. May not touch sockets, files, SQL, clocks or random numbers:
//! its manifest names none of them, so the compiler holds that. Read [`relay`] first.
//!
//! | capability | story |
//! |---|---|
//! | [`relay`] | phone → lookups → plan → command → outcome |
//! | [`checkout`] | scan → presence → approval → charge |
//! | [`ledger`] | where every outcome is booked |
#![deny(missing_docs)]

pub mod checkout;
pub mod ledger;
pub mod relay;
pub mod time;

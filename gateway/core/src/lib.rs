//! The rules of Baton: machines that take an input and the time and say what must happen.
//!
//! Owns every decision about money. May not touch sockets, files, SQL, clocks or random numbers:
//! its manifest names none of them, so the compiler holds that. Read [`relay`] first.
//!
//! | capability | story |
//! |---|---|
//! | [`relay`] | phone → lookups → plan → command → outcome |
//! | [`mall`] | shop → goods → cart → order → pay → ship → sales |
//! | [`raffle`] | deposit → terms → entries → draw → second payment → settle |
//! | [`hub`] | order → nearest hub → load and forecast → divert or keep → pay → deliver → done |
//! | [`checkout`] | scan → presence → approval → charge |
//! | [`ledger`] | where every outcome is booked |
//! | [`geo`] | how far apart two places are, which of many are nearest |
#![deny(missing_docs)]

pub mod calendar;
pub mod checkout;
pub mod geo;
pub mod hub;
pub mod ledger;
pub mod mall;
pub mod raffle;
pub mod relay;
pub mod time;

//! The relay in one thread and virtual time: real rules, and a world that does its worst to them.
//!
//! Owns a town of terminals, agents, destinations and phones around the real machines: `Desk`,
//! `Transaction`, tables, plan, request and sale of `baton-core`; session, journal and its bytes of
//! `baton-link`; the frames of `baton-protocol`. Networks, disks, clocks, processes and people are
//! simulated. One seed is one run, always the same one. May not touch a socket, file or clock.
//!
//! | chapter | what it is |
//! |---|---|
//! | [`dice`], [`rows`], [`setup`] | chance, the fault table, the town |
//! | [`event`], [`world`] | what can happen, and the clock that only events move |
//! | [`store`], [`node`] | the database and the gateways on it |
//! | [`wire`], [`device`], [`disk`] | connections, devices, their disks |
//! | [`destination`], [`phone`] | who moves the money, and who asks for it |
//! | [`blows`] | kills, stops, outages, clock steps, and how all is mended |
//! | [`check`], [`coverage`] | the judge, and how much was seen |
//! | [`page`] | the faults page |

pub mod blows;
pub mod check;
pub mod coverage;
pub mod destination;
pub mod device;
pub mod dice;
pub mod disk;
pub mod event;
pub mod node;
pub mod page;
pub mod phone;
pub mod rows;
pub mod setup;
pub mod store;
pub mod wire;
pub mod world;

#[cfg(test)]
mod tests;

pub use coverage::Coverage;
pub use world::{Broken, Story, World};

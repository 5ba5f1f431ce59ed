//! The story of Baton, told by what people do: a test is one sentence, true over real sockets.
//!
//! [`flows`], [`halves`] (both in one touch), [`outcomes`], [`health`], [`refunds`], [`refusals`],
//! [`repeats`], [`doubt`] (nobody pays again), [`sales`], [`scans`], [`sightings`] (of beacons),
//! [`callers`], [`events`], [`cursor`], [`webhooks`], [`link`], [`leave`], [`central`],
//! [`plugins`], [`journals`], [`evidence`], [`suspense`], [`hostile`], [`edges`], [`secrecy`].
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod callers;
mod central;
mod cursor;
mod doubt;
mod edges;
mod events;
mod evidence;
mod flows;
mod halves;
mod health;
mod hostile;
mod journals;
mod leave;
mod link;
mod outcomes;
mod plugins;
mod refunds;
mod refusals;
mod repeats;
mod sales;
mod scans;
mod secrecy;
mod sightings;
mod suspense;
mod webhooks;

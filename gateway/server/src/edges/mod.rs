//! The edges: how much strangers may send and hold open, and who is refused when it is too much.
//!
//! Owns counting, never judging: a request that is let in here is judged elsewhere. Chapters:
//! [`door`] (connections of one listener), [`quota`] (requests of one caller). A refusal from here
//! is decided before any token is verified and before anything is written, so it proves that
//! nothing was charged. Used by [`crate::http::border`], the handlers and [`crate::sockets`].

pub mod door;
pub mod files;
pub mod quota;

use crate::clock::Clock;
use crate::config::Limits;
use crate::http::strict_json::Shape;
use baton_protocol::ids::{AppId, ShopId};
use baton_protocol::refusal::RefusalCode;
use quota::Quotas;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A place among a bounded number; it is free again when this is dropped.
pub type Place = OwnedSemaphorePermit;

/// What all listeners share.
pub struct Edges {
    /// The limits in force.
    pub limits: Limits,
    /// Requests of each app.
    pub apps: Quotas<AppId>,
    /// Requests of each shop.
    pub shops: Quotas<ShopId>,
    unwritten: Places,
    streams: Places,
    greetings: Places,
}

impl Edges {
    /// Opens everything with nobody inside.
    #[must_use]
    pub fn new(limits: Limits, clock: Clock) -> Self {
        let (per_s, burst) = (limits.caller_requests_per_s, limits.caller_requests_burst);
        Self {
            apps: Quotas::new(per_s, burst, clock),
            shops: Quotas::new(per_s, burst, clock),
            unwritten: Places::new(limits.touches_unwritten_max),
            streams: Places::new(limits.event_streams_max),
            greetings: Places::new(limits.link_greetings_max),
            limits,
        }
    }

    /// Returns how large a JSON body may be in every direction but its bytes.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        Shape {
            depth_max: self.limits.json_depth_max,
            keys_max: self.limits.json_keys_max,
            items_max: self.limits.json_items_max,
        }
    }

    /// Lets one new touch in until it is written, or refuses it: the writer's queue keeps room for
    /// the results of payments that are under way.
    ///
    /// # Errors
    /// [`RefusalCode::Overloaded`]; nothing was done.
    pub fn admit_touch(&self, batches_waiting: usize) -> Result<Place, RefusalCode> {
        if self.has_no_place_for_touch(batches_waiting) {
            return Err(RefusalCode::Overloaded);
        }
        self.unwritten.take()
    }

    /// Whether a touch that came now would not be let in.
    #[must_use]
    pub fn has_no_place_for_touch(&self, batches_waiting: usize) -> bool {
        batches_waiting >= self.limits.writer_batches_waiting_max || self.unwritten.are_taken()
    }

    /// Lets one more event stream be held open.
    ///
    /// # Errors
    /// [`RefusalCode::Overloaded`].
    pub fn admit_stream(&self) -> Result<Place, RefusalCode> {
        self.streams.take()
    }

    /// Lets one more link be opened that has not greeted yet.
    ///
    /// # Errors
    /// [`RefusalCode::Overloaded`].
    pub fn admit_greeting(&self) -> Result<Place, RefusalCode> {
        self.greetings.take()
    }
}

/// A bounded number of places.
#[derive(Clone)]
pub struct Places {
    free: Arc<Semaphore>,
}

impl Places {
    /// Makes so many.
    #[must_use]
    pub fn new(places_max: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(places_max.min(Semaphore::MAX_PERMITS))) }
    }

    /// Takes one; never waits.
    ///
    /// # Errors
    /// [`RefusalCode::Overloaded`] when none is free.
    pub fn take(&self) -> Result<Place, RefusalCode> {
        self.free.clone().try_acquire_owned().map_err(|_| RefusalCode::Overloaded)
    }

    /// Whether none is free now.
    #[must_use]
    pub fn are_taken(&self) -> bool {
        self.free.available_permits() == 0
    }
}

//! Which destinations take new requests now, readable by every touch without asking an actor.
//!
//! Owns the board on which destination actors write and the settings of both. A destination that is
//! well is not on it, so the usual look finds an empty board. Inquiries and reversals never look.
//! Next: [`crate::actors::destination`], which writes; [`crate::touch`], which reads.

use crate::config::health::HealthSettings;
use baton_core::relay::health::Admission;
use baton_protocol::ids::DestinationId;
use baton_protocol::refusal::RefusalCode;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock};

/// The board.
#[derive(Debug, Default)]
pub struct HealthBoard {
    /// The figures in force.
    pub settings: HealthSettings,
    posts: RwLock<BTreeMap<DestinationId, Post>>,
}

/// What stands there about a destination that is not well.
#[derive(Debug)]
enum Post {
    /// Nobody may pass.
    Resting,
    /// So many more may pass in this round.
    Trying { round: u64, left: AtomicU32 },
}

impl HealthBoard {
    /// Makes an empty board: everybody is believed to be well.
    #[must_use]
    pub fn new(settings: HealthSettings) -> Self {
        Self { settings, posts: RwLock::default() }
    }

    /// Tells whether a new request may be sent to a destination. While one is tried, every call
    /// takes one of the few places.
    ///
    /// # Errors
    /// [`RefusalCode::DestinationDown`]; nothing of the request was written then.
    pub fn admit(&self, destination: &DestinationId) -> Result<(), RefusalCode> {
        let posts = self.posts.read().unwrap_or_else(PoisonError::into_inner);
        match posts.get(destination) {
            None => Ok(()),
            Some(Post::Resting) => Err(RefusalCode::DestinationDown),
            Some(Post::Trying { left, .. }) => {
                let one_less = |left: u32| left.checked_sub(1);
                let taken = left.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_less);
                taken.map(drop).map_err(|_| RefusalCode::DestinationDown)
            }
        }
    }

    /// Writes who may pass.
    pub fn put(&self, destination: &DestinationId, admission: Admission) {
        let mut posts = self.posts.write().unwrap_or_else(PoisonError::into_inner);
        match admission {
            Admission::Everybody => {
                posts.remove(destination);
            }
            Admission::Nobody => {
                posts.insert(destination.clone(), Post::Resting);
            }
            Admission::Few { round, trials } => {
                let same = matches!(
                    posts.get(destination),
                    Some(Post::Trying { round: known, .. }) if *known == round
                );
                if !same {
                    let left = AtomicU32::new(trials);
                    posts.insert(destination.clone(), Post::Trying { round, left });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;

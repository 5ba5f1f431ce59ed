//! Why a call has no answer, and whether the plugin may have acted.
//!
//! Owns the one distinction that money depends on: *not asked* is certain, everything else is an
//! unknown outcome and ends with an inquiry. Next: [`crate::running`].

use baton_plugin_api::documents::http::Sent;
use baton_plugin_api::documents::{Kind, Mismatch};

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallFault {
    /// The plugin never saw the request. Trying again is safe.
    #[error("plugin '{plugin}' was not asked: {cause}")]
    NotAsked {
        /// Which plugin.
        plugin: String,
        /// Why not.
        cause: NotAsked,
    },
    /// The plugin saw the request, or may have. Trying again is safe only with C2.
    #[error("plugin '{plugin}' gave no answer that counts: {cause}")]
    Lost {
        /// Which plugin.
        plugin: String,
        /// What happened.
        cause: Lost,
    },
}

/// Why a plugin was not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAsked {
    /// It was removed.
    #[error("it was removed")]
    Removed,
    /// It does not provide this.
    #[error("it provides no {kind}")]
    KindMissing {
        /// What was asked for.
        kind: Kind,
    },
    /// As many calls as it may have were running until the deadline.
    #[error("too many calls are running")]
    Busy,
    /// It failed several times in a row and is started again later.
    #[error("it failed too often and rests")]
    Resting,
    /// It cannot be started.
    #[error("it cannot be started: {cause}")]
    Unstartable {
        /// Why not.
        cause: String,
    },
    /// The request is larger than a plugin takes.
    #[error("the request is too large")]
    TooLarge,
}

/// What happened to a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// No answer before the deadline; its process ends.
    #[error("no answer before the deadline")]
    Late,
    /// Its process ended.
    #[error("its process ended: {how}")]
    Died {
        /// Exit code or signal.
        how: String,
    },
    /// It panicked.
    #[error("it panicked")]
    Panicked,
    /// It says that it cannot read the request.
    #[error("it says that it cannot read the request")]
    Malformed,
    /// It says that it does not know the operation.
    #[error("it says that it does not know the operation")]
    Unsupported,
    /// It broke the contract of the table.
    #[error("it broke the contract: {what}")]
    Lied {
        /// Which clause.
        what: String,
    },
    /// Its answer cannot be read.
    #[error("its answer cannot be read")]
    Garbled,
    /// Its answer speaks of something else than what was asked.
    #[error("its answer names {0}")]
    Mismatch(Mismatch),
}

impl CallFault {
    /// Tells whether the request may have reached the provider.
    #[must_use]
    pub const fn sent(&self) -> Sent {
        match self {
            Self::NotAsked { .. } => Sent::No,
            Self::Lost { .. } => Sent::Maybe,
        }
    }
}

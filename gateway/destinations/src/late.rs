//! Answers that nobody waits for any more: late, doubled, or invented by somebody.
//!
//! Owns their shapes and the channel on which they are handed over. An answer that names one of our
//! transactions is evidence however late it comes; what it is worth, the caller's machines decide.
//! HTTP has none: there an answer ends with its connection. Next: `iso8583/line.rs`.

use baton_protocol::ids::{InquiryId, TransactionId};
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, Verdict};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Late answers that a listener may be behind: a destination that wakes up answers what it was
/// asked within one answer's time, some hundred questions a listener.
const LATE_WAITING_MAX: usize = 1_024;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LateAnswer {
    /// To a request to charge. The amount in an approval is the destination's, compared with
    /// nothing yet.
    Authorization {
        /// Which transaction it names.
        transaction: TransactionId,
        /// What it says.
        verdict: Verdict,
    },
    /// To an inquiry.
    Inquiry {
        /// Which question it names.
        inquiry: InquiryId,
        /// Which transaction it names.
        transaction: TransactionId,
        /// What it says.
        answer: InquiryAnswer,
    },
    /// To a reversal.
    Reversal {
        /// Which transaction it names.
        transaction: TransactionId,
        /// What it says.
        answer: ReversalAnswer,
    },
    /// It names nothing of ours.
    Unmatched,
}

impl LateAnswer {
    /// Returns the word under which it is counted.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Authorization { .. } => "authorization",
            Self::Inquiry { .. } => "inquiry",
            Self::Reversal { .. } => "reversal",
            Self::Unmatched => "unmatched",
        }
    }
}

/// Hears the late answers of one client, from now on.
#[derive(Debug)]
pub struct LateAnswers(broadcast::Receiver<LateAnswer>);

impl LateAnswers {
    /// Waits for the next one; nothing when the client is gone.
    pub async fn next(&mut self) -> Option<LateAnswer> {
        loop {
            match self.0.recv().await {
                Ok(answer) => return Some(answer),
                Err(RecvError::Closed) => return None,
                Err(RecvError::Lagged(lost)) => {
                    tracing::warn!(lost, "late answers came faster than they were taken");
                }
            }
        }
    }
}

/// Tells whoever listens.
#[derive(Debug, Clone)]
pub(crate) struct LateTeller(broadcast::Sender<LateAnswer>);

impl LateTeller {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(LATE_WAITING_MAX).0)
    }

    pub(crate) fn listen(&self) -> LateAnswers {
        LateAnswers(self.0.subscribe())
    }

    /// Hands one over; without a listener it is only in the log.
    pub(crate) fn tell(&self, answer: LateAnswer) {
        tracing::warn!(kind = answer.word(), "an answer came that nobody waits for any more");
        self.0.send(answer).unwrap_or_default();
    }
}

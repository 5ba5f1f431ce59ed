//! The trait of a payment provider.
//!
//! Owns what an engineer implements. A destination never guesses: what it cannot tell is
//! `Unknown`, and "code used" is unknown too. Next: [`crate::membership`], or
//! [`crate::export`](mod@crate::export).

use crate::abi::Host;
use crate::documents::DeclineReason;
use crate::documents::UndoAnswer;
use crate::documents::capability::Capabilities;
use crate::documents::destination::{
    Authorize, GiveBack, Inquire, InquiryAnswer, Reconcile, ReconcileAnswer, Reverse, Verdict,
};

/// A payment provider. Made once with `Default`, then called from several threads at once.
pub trait Destination: Default + Send + Sync + 'static {
    /// Returns what the provider promises; the same as in the manifest.
    fn capabilities(&self) -> Capabilities;

    /// Charges.
    fn authorize(&self, ask: &Authorize, host: &Host<'_>) -> Verdict;

    /// Tells what became of a transaction. Needed for C3.
    fn inquire(&self, _ask: &Inquire, _host: &Host<'_>) -> InquiryAnswer {
        InquiryAnswer::NoAnswer
    }

    /// Takes a charge back, or remembers never to do it. Needed for C4 and C5.
    fn reverse(&self, _ask: &Reverse, _host: &Host<'_>) -> UndoAnswer {
        UndoAnswer::NoAnswer
    }

    /// Gives all of an approved charge back. A provider without voids declines.
    fn void(&self, _ask: &GiveBack, _host: &Host<'_>) -> Verdict {
        Verdict::Declined { reason: DeclineReason::Refused }
    }

    /// Gives some or all of an approved charge back. A provider without refunds declines.
    fn refund(&self, _ask: &GiveBack, _host: &Host<'_>) -> Verdict {
        Verdict::Declined { reason: DeclineReason::Refused }
    }

    /// Compares totals.
    fn reconcile(&self, _ask: &Reconcile, _host: &Host<'_>) -> ReconcileAnswer {
        ReconcileAnswer::Unsupported
    }
}

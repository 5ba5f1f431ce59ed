//! The trait of a membership provider.
//!
//! Owns what an engineer implements. A member id is used many times, so only C2 keeps a repeated
//! request from moving points twice. Next: [`crate::export`](mod@crate::export).

use crate::abi::Host;
use crate::documents::capability::Capabilities;
use crate::documents::membership::{
    Balance, BalanceAnswer, InquirePoints, Move, PointsInquiryAnswer, PointsVerdict, Undo,
};
use crate::documents::{DeclineReason, UndoAnswer};

/// A membership provider. Made once with `Default`, then called from several threads at once.
pub trait Membership: Default + Send + Sync + 'static {
    /// Returns what the provider promises; the same as in the manifest.
    fn capabilities(&self) -> Capabilities;

    /// Tells how many points a member is free to spend.
    fn balance(&self, ask: &Balance, host: &Host<'_>) -> BalanceAnswer;

    /// Adds points.
    fn accrue(&self, ask: &Move, host: &Host<'_>) -> PointsVerdict;

    /// Spends points, those of `reserve_transaction_id` if it is given.
    fn redeem(&self, ask: &Move, host: &Host<'_>) -> PointsVerdict;

    /// Holds points. A provider that cannot declines.
    fn reserve(&self, _ask: &Move, _host: &Host<'_>) -> PointsVerdict {
        PointsVerdict::Declined { reason: DeclineReason::Refused }
    }

    /// Lets held points go.
    fn release(&self, _ask: &Undo, _host: &Host<'_>) -> UndoAnswer {
        UndoAnswer::NoAnswer
    }

    /// Takes an accrual or redemption back, or remembers never to do it. Needed for C4 and C5.
    fn cancel(&self, _ask: &Undo, _host: &Host<'_>) -> UndoAnswer {
        UndoAnswer::NoAnswer
    }

    /// Tells what became of a transaction. Needed for C3.
    fn inquire(&self, _ask: &InquirePoints, _host: &Host<'_>) -> PointsInquiryAnswer {
        PointsInquiryAnswer::NoAnswer
    }
}

//! From a request's bytes to the trait's method, and from its answer to bytes.
//!
//! Owns the table of operations. No pointer comes here. A request of a newer version or with an
//! unknown operation is unsupported, one that cannot be read malformed; in both cases the trait is
//! not asked at all. Next: [`crate::documents`].

use super::Exports;
use crate::abi::{Host, STATUS_MALFORMED, STATUS_UNSUPPORTED};
use crate::documents::capability::Capabilities;
use crate::documents::describe::{Description, Provided};
use crate::documents::destination::{Authorize, Verdict};
use crate::documents::membership::{Balance, BalanceAnswer, Move, PointsVerdict};
use crate::documents::operation::OperationName as Name;
use crate::documents::{DOCUMENT_VERSION, DeclineReason, Kind, Operation, Request, Versioned};
use crate::{Destination, Membership};
use serde::Deserialize;
use std::any::TypeId;

/// The kind that a library does not provide.
#[derive(Debug, Default)]
pub struct Absent;

impl Destination for Absent {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn authorize(&self, _: &Authorize, _: &Host<'_>) -> Verdict {
        Verdict::Declined { reason: DeclineReason::Refused }
    }
}

impl Membership for Absent {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn balance(&self, _: &Balance, _: &Host<'_>) -> BalanceAnswer {
        BalanceAnswer::Declined { reason: DeclineReason::Refused }
    }

    fn accrue(&self, _: &Move, _: &Host<'_>) -> PointsVerdict {
        PointsVerdict::Declined { reason: DeclineReason::Refused }
    }

    fn redeem(&self, _: &Move, _: &Host<'_>) -> PointsVerdict {
        PointsVerdict::Declined { reason: DeclineReason::Refused }
    }
}

/// What is read first, whatever the rest looks like.
#[derive(Deserialize)]
struct Head {
    v: u32,
    operation: String,
}

/// Only to turn a word into a name.
#[derive(Deserialize)]
struct Named {
    operation: Name,
}

pub(super) fn described<E: Exports>() -> Result<Vec<u8>, i32> {
    let mut provides = Vec::new();
    if provides_kind::<E>(Kind::Destination) {
        let capabilities = E::destination().capabilities();
        provides.push(Provided { kind: Kind::Destination, capabilities });
    }
    if provides_kind::<E>(Kind::Membership) {
        let capabilities = E::membership().capabilities();
        provides.push(Provided { kind: Kind::Membership, capabilities });
    }
    let description = Description {
        name: E::NAME.to_owned(),
        version: E::VERSION.to_owned(),
        documents: DOCUMENT_VERSION,
        provides,
    };
    serde_json::to_vec(&Versioned::of(description)).map_err(|_| STATUS_MALFORMED)
}

pub(super) fn served<E: Exports>(request: &[u8], host: &Host<'_>) -> Result<Vec<u8>, i32> {
    let head: Head = serde_json::from_slice(request).map_err(|_| STATUS_MALFORMED)?;
    if head.v == 0 || head.v > DOCUMENT_VERSION || head.operation.is_empty() {
        return Err(STATUS_UNSUPPORTED);
    }
    let named: Named = serde_json::from_slice(request).map_err(|_| STATUS_UNSUPPORTED)?;
    if !provides_kind::<E>(named.operation.kind()) {
        return Err(STATUS_UNSUPPORTED);
    }
    match named.operation.kind() {
        Kind::Destination => paid(E::destination(), named.operation, request, host),
        Kind::Membership => collected(E::membership(), named.operation, request, host),
    }
}

fn provides_kind<E: Exports>(kind: Kind) -> bool {
    let absent = TypeId::of::<Absent>();
    match kind {
        Kind::Destination => TypeId::of::<E::Destination>() != absent,
        Kind::Membership => TypeId::of::<E::Membership>() != absent,
    }
}

fn paid<D: Destination>(
    one: &D,
    name: Name,
    request: &[u8],
    host: &Host<'_>,
) -> Result<Vec<u8>, i32> {
    use crate::documents::destination::{Inquire, Reconcile, Refund, Reverse, Void};
    match name {
        Name::Authorize => answered(request, |ask: &Authorize| one.authorize(ask, host)),
        Name::Inquire => answered(request, |ask: &Inquire| one.inquire(ask, host)),
        Name::Reverse => answered(request, |ask: &Reverse| one.reverse(ask, host)),
        Name::Void => answered(request, |ask: &Void| one.void(&ask.0, host)),
        Name::Refund => answered(request, |ask: &Refund| one.refund(&ask.0, host)),
        Name::Reconcile => answered(request, |ask: &Reconcile| one.reconcile(ask, host)),
        Name::Balance
        | Name::Reserve
        | Name::Accrue
        | Name::Redeem
        | Name::Release
        | Name::Cancel
        | Name::InquirePoints => Err(STATUS_UNSUPPORTED),
    }
}

fn collected<M: Membership>(
    one: &M,
    name: Name,
    request: &[u8],
    host: &Host<'_>,
) -> Result<Vec<u8>, i32> {
    use crate::documents::membership::{Accrue, Cancel, InquirePoints, Redeem, Release, Reserve};
    match name {
        Name::Balance => answered(request, |ask: &Balance| one.balance(ask, host)),
        Name::Reserve => answered(request, |ask: &Reserve| one.reserve(&ask.0, host)),
        Name::Accrue => answered(request, |ask: &Accrue| one.accrue(&ask.0, host)),
        Name::Redeem => answered(request, |ask: &Redeem| one.redeem(&ask.0, host)),
        Name::Release => answered(request, |ask: &Release| one.release(&ask.0, host)),
        Name::Cancel => answered(request, |ask: &Cancel| one.cancel(&ask.0, host)),
        Name::InquirePoints => answered(request, |ask: &InquirePoints| one.inquire(ask, host)),
        Name::Authorize
        | Name::Inquire
        | Name::Reverse
        | Name::Void
        | Name::Refund
        | Name::Reconcile => Err(STATUS_UNSUPPORTED),
    }
}

fn answered<T: Operation>(
    request: &[u8],
    answer: impl FnOnce(&T) -> T::Answer,
) -> Result<Vec<u8>, i32> {
    let request: Request<T> = serde_json::from_slice(request).map_err(|_| STATUS_MALFORMED)?;
    let answer = answer(&request.body);
    serde_json::to_vec(&Versioned::of(answer)).map_err(|_| STATUS_MALFORMED)
}

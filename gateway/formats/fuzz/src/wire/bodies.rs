//! The documents of the phone API: requests, answers, events and enrolment.
//!
//! Owns the list of types that one text is tried as. Next: `words.rs`.

use super::frames::both_ways;
use baton_protocol::enrol::{EnrolAnswer, EnrolRequest};
use baton_protocol::event::{Event, EventPage, Ping};
use baton_protocol::phone::{
    RefundRequest, ResolveAnswer, SaleAnswer, SaleRequest, TouchAnswer, TouchEvent, TouchRequest,
    TransactionAnswer,
};
use baton_protocol::policy::Policy;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::target::Target;
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, Verdict, Work};

/// One document, tried as each type.
pub fn bodies(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let tries: [fn(&str) -> bool; 18] = [
        both_ways::<TouchRequest>,
        both_ways::<TouchAnswer>,
        both_ways::<TouchEvent>,
        both_ways::<TransactionAnswer>,
        both_ways::<RefundRequest>,
        both_ways::<SaleRequest>,
        both_ways::<SaleAnswer>,
        both_ways::<ResolveAnswer>,
        both_ways::<Event>,
        both_ways::<EventPage>,
        both_ways::<Ping>,
        both_ways::<EnrolAnswer>,
        both_ways::<RefusalCode>,
        both_ways::<Policy>,
        both_ways::<Target>,
        both_ways::<Work>,
        both_ways::<Verdict>,
        both_ways::<InquiryAnswer>,
    ];
    let read = tries.iter().filter(|document| document(text)).count() > 0;
    read | both_ways::<ReversalAnswer>(text) | enrol(text)
}

/// The request of a device has no equality of its own: it carries a one-time code.
fn enrol(text: &str) -> bool {
    let Ok(request) = serde_json::from_str::<EnrolRequest>(text) else { return false };
    let written = serde_json::to_string(&request).expect("what was read can be written");
    let again: EnrolRequest = serde_json::from_str(&written).expect("it can be read");
    assert_eq!((again.code, again.public_key), (request.code, request.public_key));
    true
}

//! The HTTP/JSON interface of a destination, shared by the wallet and the membership server.
//!
//! Owns the routes and the way in which a magic answer is late, lost or cut. The rules are in
//! [`crate::book`], the bodies in `baton_destinations::wire`. Next: [`crate::wallet`].

use crate::book::Book;
use crate::clock;
use crate::ledger::Entry;
use crate::outcome::{Answer, Delivery, Known, Reversal};
use actix_web::web::{Bytes, Data, Path, PayloadConfig, ServiceConfig, get, post};
use actix_web::{HttpRequest, HttpResponse};
use baton_destinations::signature::{SIGNATURE_HEADER, verify};
use baton_destinations::{Secret, wire};
use baton_protocol::ids::{InquiryId, TransactionId};
use baton_protocol::money::Money;
use baton_protocol::work::Work;
use futures_util::stream;
use serde::Serialize;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The largest body taken, in bytes.
const BODY_BYTES_MAX: usize = 16 * 1024;
/// A silent answer gives the connection up after this, in seconds: longer than any caller waits.
const SILENCE_S: u64 = 300;
/// How far a signature's time may lie from ours, in milliseconds.
const SIGNATURE_AGE_MS_MAX: u64 = 300_000;

/// How late the late answers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delays {
    /// X-LATE20, in milliseconds.
    pub short_ms: u64,
    /// X-LATE70, in milliseconds.
    pub long_ms: u64,
}

impl Default for Delays {
    fn default() -> Self {
        Self { short_ms: 20_000, long_ms: 70_000 }
    }
}

/// Where a destination's requests arrive.
pub(crate) struct Counter {
    book: Mutex<Book>,
    delays: Delays,
    secret: Option<Secret>,
}

impl Counter {
    pub(crate) fn new(book: Book, delays: Delays, secret: Option<Secret>) -> Arc<Self> {
        Arc::new(Self { book: Mutex::new(book), delays, secret })
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn genuine(&self, request: &HttpRequest, body: &[u8]) -> bool {
        let Some(secret) = &self.secret else { return true };
        let header = header(request, SIGNATURE_HEADER);
        verify(secret, header, body, clock::now_ms(), SIGNATURE_AGE_MS_MAX).is_ok()
    }
}

/// Adds the routes that every HTTP destination has.
pub(crate) fn routes(config: &mut ServiceConfig, counter: &Arc<Counter>) {
    config
        .app_data(Data::from(Arc::clone(counter)))
        .app_data(PayloadConfig::new(BODY_BYTES_MAX))
        .route("/health", get().to(HttpResponse::Ok))
        .route("/ledger", get().to(ledger))
        .route("/v1/authorizations", post().to(authorize))
        .route("/v1/authorizations/{transaction}", get().to(inquire))
        .route("/v1/refunds", post().to(give_back))
        .route("/v1/reversals", post().to(reverse));
}

pub(crate) fn error(status: u16, word: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    HttpResponse::build(status).json(wire::ErrorBody { error: word.to_owned() })
}

async fn ledger(counter: Data<Counter>) -> HttpResponse {
    let entries: Vec<Entry> = counter.book().entries().cloned().collect();
    HttpResponse::Ok().json(entries)
}

async fn authorize(counter: Data<Counter>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if !counter.genuine(&request, &body) {
        return error(401, "signature_invalid");
    }
    let Ok(ask) = serde_json::from_slice::<wire::AuthorizationBody>(&body) else {
        return error(422, "body_invalid");
    };
    let transaction = ask.transaction_id;
    if header(&request, wire::IDEMPOTENCY_HEADER).parse() != Ok(transaction) {
        return error(422, "idempotency_key_invalid");
    }
    let Some(work) = work(ask) else { return error(422, "body_invalid") };
    let (answer, delivery) = {
        let mut book = counter.book();
        let outcome = book.authorize(transaction, &work, clock::now_ms());
        if book.flush().is_err() {
            return error(503, "ledger_unwritable");
        }
        outcome
    };
    deliver(answer_of(transaction, answer), delivery, counter.delays).await
}

async fn give_back(counter: Data<Counter>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if !counter.genuine(&request, &body) {
        return error(401, "signature_invalid");
    }
    let Ok(ask) = serde_json::from_slice::<wire::RefundBody>(&body) else {
        return error(422, "body_invalid");
    };
    let transaction = ask.transaction_id;
    if header(&request, wire::IDEMPOTENCY_HEADER).parse() != Ok(transaction) {
        return error(422, "idempotency_key_invalid");
    }
    let amount = Money::new(ask.amount, ask.currency);
    let (answer, delivery) = {
        let mut book = counter.book();
        let outcome = book.give_back(transaction, ask.original_transaction_id, amount, ask.kind);
        if book.flush().is_err() {
            return error(503, "ledger_unwritable");
        }
        outcome
    };
    deliver(answer_of(transaction, answer), delivery, counter.delays).await
}

async fn inquire(
    counter: Data<Counter>,
    request: HttpRequest,
    path: Path<TransactionId>,
) -> HttpResponse {
    if !counter.genuine(&request, b"") {
        return error(401, "signature_invalid");
    }
    let Ok(inquiry_id) = header(&request, wire::INQUIRY_HEADER).parse::<InquiryId>() else {
        return error(422, "inquiry_id_invalid");
    };
    let transaction_id = path.into_inner();
    let status = match counter.book().inquire(transaction_id) {
        Known::Approved { amount, reference } => wire::InquiryStatus::Approved {
            amount: amount.minor,
            currency: amount.currency,
            reference,
        },
        Known::Declined(reason) => wire::InquiryStatus::Declined { reason },
        Known::Reversed => wire::InquiryStatus::Reversed,
        Known::NotFound => wire::InquiryStatus::NotFound,
    };
    HttpResponse::Ok().json(wire::InquiryBody { inquiry_id, transaction_id, status })
}

async fn reverse(counter: Data<Counter>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if !counter.genuine(&request, &body) {
        return error(401, "signature_invalid");
    }
    let Ok(ask) = serde_json::from_slice::<wire::ReversalBody>(&body) else {
        return error(422, "body_invalid");
    };
    let mut book = counter.book();
    let done = book.reverse(ask.transaction_id, Money::new(ask.amount, ask.currency));
    if book.flush().is_err() {
        return error(503, "ledger_unwritable");
    }
    let status = match done {
        Reversal::Accepted => wire::ReversalStatus::Accepted,
        Reversal::OriginalUnknown => wire::ReversalStatus::OriginalUnknown,
        Reversal::Refused => wire::ReversalStatus::Refused,
    };
    HttpResponse::Ok().json(wire::ReversalBodyAnswer { transaction_id: ask.transaction_id, status })
}

fn work(ask: wire::AuthorizationBody) -> Option<Work> {
    let amount = Money::new(ask.amount, ask.currency);
    match (ask.code, ask.member_id, ask.action) {
        (Some(code), None, None) => Some(Work::Payment { code, amount }),
        (None, Some(member_id), Some(action)) => {
            Some(Work::Membership { member_id, action, points: ask.amount })
        }
        _ => None,
    }
}

fn answer_of(transaction_id: TransactionId, answer: Answer) -> HttpResponse {
    match answer {
        Answer::Approved { amount, reference, balance } => {
            ok(&wire::AuthorizationAnswer::Approved {
                transaction_id,
                amount: amount.minor,
                currency: amount.currency,
                reference,
                balance,
            })
        }
        Answer::Declined(reason) => ok(&wire::AuthorizationAnswer::Declined {
            transaction_id: Some(transaction_id),
            reason,
        }),
        Answer::CodeUsed => error(409, wire::CODE_USED),
        Answer::Inconclusive => error(503, "inconclusive"),
    }
}

fn ok(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(body)
}

async fn deliver(response: HttpResponse, delivery: Delivery, delays: Delays) -> HttpResponse {
    match delivery {
        Delivery::Now | Delivery::Twice | Delivery::ThenCutOver | Delivery::ThenSignOff => response,
        Delivery::LateShort => after(delays.short_ms, response).await,
        Delivery::LateLong => after(delays.long_ms, response).await,
        Delivery::Never => after(SILENCE_S.saturating_mul(1_000), cut()).await,
        Delivery::Drop => cut(),
    }
}

async fn after(pause_ms: u64, response: HttpResponse) -> HttpResponse {
    tokio::time::sleep(Duration::from_millis(pause_ms)).await;
    response
}

/// A response whose body fails before its first byte, which closes the connection.
fn cut() -> HttpResponse {
    let failure = io::Error::from(io::ErrorKind::ConnectionAborted);
    HttpResponse::Ok().streaming(stream::iter([Err::<Bytes, _>(failure)]))
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

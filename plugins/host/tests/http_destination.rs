//! The HTTP sample against a wallet that answers, doubts, lies and disappears.
//!
//! Owns a wallet without sockets: the host's network is where it answers. Next: the sample,
//! `plugins/http-destination`.
#![expect(clippy::unwrap_used, reason = "a test ends at what it cannot do")]

mod stage;

use baton_plugin_api::documents::destination::{
    GiveBack, Inquire, InquiryAnswer, Refund, Reverse, Verdict,
};
use baton_plugin_api::documents::http::{Body, HttpAnswer, HttpFault, HttpOutcome, HttpRequest};
use baton_plugin_api::documents::{DeclineReason, Secret, UndoAnswer, UnknownReason};
use baton_plugin_host::fault::Lost;
use baton_plugin_host::{CallFault, Network, Plugin};
use futures_util::future::BoxFuture;
use stage::{ALLOWED, PATIENT, alone, authorize, library, permissions, settings};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Gives one answer to everything and keeps what it was asked.
#[derive(Debug)]
struct Wallet {
    answer: HttpOutcome,
    asked: Mutex<Vec<HttpRequest>>,
}

impl Network for Wallet {
    fn send(&self, request: HttpRequest, _: Duration) -> BoxFuture<'_, HttpOutcome> {
        self.asked.lock().unwrap().push(request);
        let answer = self.answer.clone();
        Box::pin(async { answer })
    }
}

fn answered(status: u16, body: &str) -> HttpOutcome {
    let body = Body::Text(body.to_owned());
    HttpOutcome::Answered(HttpAnswer { status, headers: Vec::new(), body })
}

async fn wallet(answer: HttpOutcome) -> (Plugin, Arc<Wallet>) {
    let wallet = Arc::new(Wallet { answer, asked: Mutex::default() });
    let mut settings = settings();
    settings.network = wallet.clone();
    let url = ("http-destination-url".to_owned(), Secret::new(ALLOWED.to_owned()));
    settings.secrets.insert("http-destination".to_owned(), [url].into());
    let mut permissions = permissions();
    permissions.secrets.push("http-destination-url".to_owned());
    (alone(&library("http_destination"), permissions, &settings).await, wallet)
}

async fn verdict(answer: HttpOutcome) -> Result<Verdict, CallFault> {
    wallet(answer).await.0.ask(&authorize("W7K2-1"), PATIENT).await
}

fn approval(amount: i64) -> String {
    let id = authorize("W7K2-1").transaction_id;
    let start = format!(r#"{{"status":"approved","transaction_id":"{id}","amount":{amount}"#);
    start + r#","currency":"KRW","reference":"7"}"#
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_goes_out_as_the_interface_says() {
    let (plugin, wallet) = wallet(answered(200, &approval(4_500))).await;

    let verdict = plugin.ask(&authorize("W7K2-1"), PATIENT).await;

    assert!(matches!(verdict, Ok(Verdict::Approved { reference, .. }) if reference == "7"));
    let asked = wallet.asked.lock().unwrap();
    let id = authorize("W7K2-1").transaction_id;
    assert_eq!(asked[0].url, "http://allowed.test/v1/authorizations");
    assert!(asked[0].headers.contains(&("idempotency-key".to_owned(), id)));
    assert!(asked[0].body.text().unwrap().contains(r#""code":"W7K2-1","amount":4500"#));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_leaves_doubt_is_unknown() {
    let unknown = |reason| Ok(Verdict::Unknown { reason });
    let half: String = approval(4_500).chars().take(60).collect();

    for (answer, reason) in [
        (answered(409, r#"{"error":"code_used"}"#), UnknownReason::CodeUsed),
        (answered(409, r#"{"error":"other"}"#), UnknownReason::Inconclusive),
        (answered(503, &approval(4_500)), UnknownReason::Inconclusive),
        (answered(200, &half), UnknownReason::Garbled),
        (answered(200, ""), UnknownReason::Garbled),
        (HttpOutcome::Failed(HttpFault::maybe("cut")), UnknownReason::Cut),
        (HttpOutcome::Failed(HttpFault::refused("no connection")), UnknownReason::Silent),
    ] {
        assert_eq!(verdict(answer.clone()).await, unknown(reason), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decline_is_a_decline_and_another_amount_no_approval() {
    let declined = answered(200, r#"{"status":"declined","reason":"funds","more":1}"#);

    let declined = verdict(declined).await;
    let other = verdict(answered(200, &approval(4_501))).await;

    assert_eq!(declined, Ok(Verdict::Declined { reason: DeclineReason::Funds }));
    assert!(matches!(other, Err(CallFault::Lost { cause: Lost::Mismatch(_), .. })), "{other:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inquiries_reversals_and_refunds_are_read() {
    let ask = authorize("W7K2-1");
    let (transaction_id, currency) = (ask.transaction_id.clone(), ask.currency.clone());
    let both = format!(r#"{{"inquiry_id":"i","transaction_id":"{transaction_id}""#);
    let inquire = Inquire {
        inquiry_id: "i".to_owned(),
        transaction_id: transaction_id.clone(),
        terminal_id: ask.terminal_id.clone(),
        app_id: ask.app_id.clone(),
        amount: ask.amount,
        currency: currency.clone(),
        at_ms: 1,
    };
    let reverse = Reverse {
        transaction_id: transaction_id.clone(),
        terminal_id: ask.terminal_id.clone(),
        app_id: ask.app_id.clone(),
        amount: ask.amount,
        currency: currency.clone(),
        at_ms: 1,
    };
    let refund = Refund(GiveBack {
        transaction_id: transaction_id.clone(),
        original_transaction_id: "o".to_owned(),
        terminal_id: ask.terminal_id,
        app_id: ask.app_id,
        amount: ask.amount,
        currency,
        at_ms: 1,
    });

    let reversed = wallet(answered(200, &format!(r#"{both},"status":"reversed"}}"#))).await.0;
    let accepted = format!(r#"{{"transaction_id":"{transaction_id}","status":"accepted"}}"#);
    let undone = wallet(answered(200, &accepted)).await.0;
    let refunded = wallet(answered(200, &approval(4_500))).await.0;

    let answer = reversed.ask(&inquire, PATIENT).await;
    assert!(matches!(answer, Ok(InquiryAnswer::Reversed { .. })), "{answer:?}");
    let answer = undone.ask(&reverse, PATIENT).await;
    assert_eq!(answer, Ok(UndoAnswer::Accepted { transaction_id }));
    let answer = refunded.ask(&refund, PATIENT).await;
    assert!(matches!(answer, Ok(Verdict::Approved { .. })), "{answer:?}");
}

//! Answers that come when nobody waits any more, and lines that stand idle.

use super::stage::{
    AMOUNT, framed, inquiry, iso_answering, payment, quick_iso_client, reversal, transaction,
    watchful_iso_client,
};
use crate::{Client, LateAnswer};
use baton_formats::iso8583::{Message, Mti, PrivateData, Tag};
use baton_protocol::money::Money;
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn a_late_approval_names_its_transaction_and_the_destinations_amount() {
    let awake = Arc::new(AtomicBool::new(false));
    let client = sleeper(Arc::clone(&awake)).await;
    let mut late = client.late().unwrap();

    // Greetings that are answered keep the line, which would be given up as mute.
    let sale = payment();
    let verdict = {
        let asked = client.authorize(&sale);
        tokio::pin!(asked);
        loop {
            tokio::select! {
                verdict = &mut asked => break verdict,
                _ = client.echo() => {}
            }
        }
    };
    awake.store(true, Ordering::SeqCst);
    client.echo().await.unwrap();

    let amount = Money::new(4_501, AMOUNT.currency);
    let approved = Verdict::Approved { amount, reference: "A1".to_owned() };
    assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Silent });
    let expected = LateAnswer::Authorization { transaction: transaction(), verdict: approved };
    assert_eq!(late.next().await, Some(expected));
}

/// Asks a destination that answers only greetings until it is awake, and everything else then.
async fn sleeper(awake: Arc<AtomicBool>) -> Client {
    let asleep = Arc::new(Mutex::new(Vec::new()));
    let address = iso_answering(move |mut message| {
        let mut waiting = asleep.lock().unwrap();
        message.mti = message.mti.answer();
        let answer = message.with(39, "00");
        if answer.mti != Mti::NETWORK_ANSWER {
            waiting.extend(framed(&answer.with(38, "A1").with(4, "4501")));
            return Vec::new();
        }
        let mut bytes = framed(&answer);
        if awake.load(Ordering::SeqCst) {
            bytes.append(&mut waiting);
        }
        bytes
    })
    .await;
    quick_iso_client(address)
}

#[tokio::test]
async fn a_doubled_answer_is_handed_over_whatever_it_says_the_second_time() {
    let address = iso_answering(|mut message| {
        message.mti = message.mti.answer();
        let first = message.clone().with(39, "00").with(38, "A1");
        let network = message.mti == Mti::NETWORK_ANSWER;
        let second = message.with(39, "51");
        if network { framed(&first) } else { [framed(&first), framed(&second)].concat() }
    })
    .await;
    let client = super::stage::iso_client(address);
    let mut late = client.late().unwrap();

    let verdict = client.authorize(&payment()).await;

    assert!(matches!(verdict, Verdict::Approved { .. }), "{verdict:?}");
    let declined = Verdict::Declined { reason: DeclineReason::Funds };
    let expected = LateAnswer::Authorization { transaction: transaction(), verdict: declined };
    assert_eq!(late.next().await, Some(expected));
}

/// What is handed over of a stray answer that `change` made of a question's echo.
async fn stray(
    ask: impl AsyncFn(&Client),
    change: impl Fn(Message) -> Message + Clone + Send + Sync + 'static,
) -> Option<LateAnswer> {
    let address = iso_answering(move |mut message| {
        message.mti = message.mti.answer();
        let honest = message.clone().with(39, "00");
        let network = message.mti == Mti::NETWORK_ANSWER;
        // Another trace number: it matches no question.
        let stray = change(honest.clone().with(38, "A9").with(11, "999998"));
        if network { framed(&honest) } else { [framed(&stray), framed(&honest)].concat() }
    })
    .await;
    let client = super::stage::iso_client(address);
    let mut late = client.late().unwrap();
    ask(&client).await;
    late.next().await
}

#[tokio::test]
async fn a_stray_inquiry_or_reversal_answer_says_what_it_is_about() {
    let asked = inquiry();
    let inquired = stray(
        async |client| {
            let _ = client.inquire(&inquiry()).await;
        },
        |m| m,
    )
    .await;
    let reversed = stray(
        async |client| {
            let _ = client.reverse(&reversal()).await;
        },
        |m| m,
    )
    .await;

    let answer = InquiryAnswer::Approved { amount: AMOUNT, reference: "A9".to_owned() };
    let transaction = transaction();
    let expected = LateAnswer::Inquiry { inquiry: asked.inquiry, transaction, answer };
    assert_eq!(inquired, Some(expected));
    let answer = ReversalAnswer::Accepted;
    assert_eq!(reversed, Some(LateAnswer::Reversal { transaction, answer }));
}

#[tokio::test]
async fn a_stray_answer_that_names_nothing_of_ours_is_only_counted() {
    let nameless = |mut message: Message| {
        message.remove(48);
        message
    };
    let app_only = |message: Message| {
        message.with(48, PrivateData::new().with(Tag::App, "pay").build().unwrap())
    };
    let unknown_kind = |message: Message| message.with(3, "990000");
    let sale = async |client: &Client| {
        let _ = client.authorize(&payment()).await;
    };

    assert_eq!(stray(sale, nameless).await, Some(LateAnswer::Unmatched));
    assert_eq!(stray(sale, app_only).await, Some(LateAnswer::Unmatched));
    assert_eq!(stray(sale, unknown_kind).await, Some(LateAnswer::Unmatched));
}

/// A destination that answers its first greetings only, and how often it was greeted.
async fn deaf_after(greetings: usize) -> (Client, Arc<AtomicUsize>) {
    let heard = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&heard);
    let address = iso_answering(move |mut message| {
        let before = count.fetch_add(1, Ordering::SeqCst);
        message.mti = message.mti.answer();
        if before < greetings { framed(&message.with(39, "00")) } else { Vec::new() }
    })
    .await;
    (watchful_iso_client(address), heard)
}

async fn until(what: impl Fn() -> bool) {
    let looks = async {
        while !what() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), looks).await.unwrap();
}

#[tokio::test]
async fn an_idle_line_is_greeted_again_and_again() {
    let (client, heard) = deaf_after(usize::MAX).await;
    client.prepare().await.unwrap();

    until(|| heard.load(Ordering::SeqCst) >= 4).await;
}

#[tokio::test]
async fn a_line_that_misses_two_echoes_is_closed() {
    let (client, heard) = deaf_after(1).await;
    client.prepare().await.unwrap();
    until(|| heard.load(Ordering::SeqCst) == 3).await;

    // Sign-on and two echoes on the first line; what comes next opens another one, whose sign-on
    // is not answered.
    let refused = async {
        while client.prepare().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), refused).await.unwrap();

    assert_eq!(heard.load(Ordering::SeqCst), 4);
}

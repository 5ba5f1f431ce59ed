//! Signing off, from both sides, and the business day that begins.

use super::peer::Peer;
use super::stage::{inquiry, payment, reversal, transaction};
use crate::reconcile::CutOver;
use crate::{LateAnswer, Notice, Unreachable};
use baton_formats::iso8583::Mti;
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};

const NOT_SENT: Verdict = Verdict::Unknown { reason: UnknownReason::Silent };

#[tokio::test]
async fn a_client_that_is_closed_signs_off_and_asks_nothing_more() {
    let mut peer = Peer::new().await;
    let client = peer.client("");
    client.prepare().await.unwrap();
    let clone = client.clone();

    let closing = tokio::spawn(async move { client.close().await });
    let sign_off = peer.hear().await;
    peer.accept(&sign_off);
    closing.await.unwrap();

    assert_eq!((sign_off.message.mti, sign_off.text(70)), (Mti::NETWORK, "002"));
    assert_eq!(clone.prepare().await, Err(Unreachable::Closed));
    assert_eq!(clone.authorize(&payment()).await, NOT_SENT);
    assert!(!peer.heard_more());
}

#[tokio::test]
async fn a_sign_off_that_nobody_answers_keeps_nobody() {
    let mut peer = Peer::new().await;
    let client = peer.client("connections = 2");
    client.prepare().await.unwrap();

    client.close().await;

    assert_eq!(peer.hear().await.text(70), "002");
}

#[tokio::test]
async fn a_question_that_is_open_when_the_client_is_closed_is_still_answered() {
    let mut peer = Peer::new().await;
    let client = peer.client("");
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.authorize(&payment()).await }
    });
    let sale = peer.hear().await;

    let closing = tokio::spawn(async move { client.close().await });
    let sign_off = peer.hear().await;
    peer.accept(&sign_off);
    closing.await.unwrap();
    peer.accept(&sale);

    assert!(matches!(asking.await.unwrap(), Verdict::Approved { .. }));
}

#[tokio::test]
async fn lines_that_begin_without_a_sign_on_end_without_a_sign_off() {
    let mut peer = Peer::new().await;
    let client = peer.client("session = \"bare\"");
    client.prepare().await.unwrap();

    client.close().await;

    assert_eq!((peer.sign_ons(), peer.heard_more()), (0, false));
}

#[tokio::test]
async fn after_their_sign_off_no_sale_is_sent_until_a_sign_on_succeeds() {
    let mut peer = Peer::new().await;
    let client = peer.client("");
    let mut notices = client.notices().unwrap();
    client.prepare().await.unwrap();
    peer.refuse_sign_ons(true);

    peer.notify(0, "002", &[]).await;
    let prepared = client.prepare().await;
    let unsent = client.authorize(&payment()).await;
    let heard_nothing = !peer.heard_more();
    peer.refuse_sign_ons(false);
    let asking = tokio::spawn(async move { client.authorize(&payment()).await });
    let sale = peer.hear().await;
    peer.accept(&sale);

    assert_eq!(notices.next().await, Some(Notice::SignedOff));
    assert_eq!((prepared, unsent), (Err(Unreachable::SignOnRefused), NOT_SENT));
    assert!(heard_nothing, "a sale was sent to a destination that had signed off");
    assert!(matches!(asking.await.unwrap(), Verdict::Approved { .. }));
    // One at the start, two that were refused, one that succeeded: all on the same line.
    assert_eq!((peer.sign_ons(), peer.lines_opened(), sale.line), (4, 1, 0));
}

#[tokio::test]
async fn a_destination_that_signs_on_by_itself_is_asked_again() {
    let mut peer = Peer::new().await;
    let client = peer.client("");
    client.prepare().await.unwrap();
    let mut notices = client.notices().unwrap();
    peer.refuse_sign_ons(true);

    peer.notify(0, "002", &[]).await;
    peer.notify(0, "001", &[]).await;
    let prepared = client.prepare().await;

    assert_eq!(prepared, Ok(()));
    assert_eq!(notices.next().await, Some(Notice::SignedOff));
    assert_eq!(notices.next().await, Some(Notice::SignedOn));
}

#[tokio::test]
async fn questions_about_earlier_sales_pass_a_sign_off_and_late_answers_count() {
    let mut peer = Peer::new().await;
    let client = peer.client("");
    let mut late = client.late().unwrap();
    let sale = peer.hear_given_up_sale(&client).await;
    peer.refuse_sign_ons(true);
    peer.notify(0, "002", &[]).await;

    peer.accept(&sale);
    let told = late.next().await.unwrap();
    let asking = tokio::spawn(async move {
        (client.inquire(&inquiry()).await, client.reverse(&reversal()).await)
    });
    let inquired = peer.hear().await;
    peer.accept(&inquired);
    let reversed = peer.hear().await;
    peer.accept(&reversed);
    let (inquired, reversed) = asking.await.unwrap();

    let named =
        matches!(told, LateAnswer::Authorization { transaction: id, .. } if id == transaction());
    assert!(named, "{told:?}");
    assert!(!matches!(inquired, InquiryAnswer::NotFound), "{inquired:?}");
    assert_eq!(reversed, ReversalAnswer::Accepted);
}

#[tokio::test]
async fn a_cut_over_is_agreed_to_and_told_with_the_day_that_it_names() {
    let mut peer = Peer::new().await;
    let client = peer.client("");
    client.prepare().await.unwrap();
    let mut notices = client.notices().unwrap();

    peer.notify(0, "201", &[(15, "1128"), (13, "1127")]).await;
    peer.notify(0, "201", &[(13, "1127")]).await;
    peer.notify(0, "201", &[(15, "1399")]).await;
    peer.notify(0, "201", &[]).await;

    let mut days = Vec::new();
    for _ in 0..4 {
        let Some(Notice::CutOver { day }) = notices.next().await else { panic!("no cut-over") };
        days.push(day.map(crate::Day::month_day));
    }
    assert_eq!(days, [Some("1128".to_owned()), Some("1127".to_owned()), None, None]);
}

#[tokio::test]
async fn our_own_cut_over_names_its_day_and_needs_consent() {
    let mut peer = Peer::new().await;
    let client = peer.client("");
    let day = "2026-11-28".parse().unwrap();

    let accepted = tokio::spawn({
        let client = client.clone();
        async move { client.cut_over(day).await }
    });
    let asked = peer.hear().await;
    peer.accept(&asked);
    let refused = tokio::spawn(async move { client.cut_over(day).await });
    let again = peer.hear().await;
    let mut no = again.message.clone().with(39, "05");
    no.mti = Mti::NETWORK_ANSWER;
    peer.say(again.line, &no);

    assert_eq!((asked.text(70), asked.text(15)), ("201", "1128"));
    assert_eq!(accepted.await.unwrap(), CutOver::Accepted);
    assert_eq!(refused.await.unwrap(), CutOver::Refused);
}

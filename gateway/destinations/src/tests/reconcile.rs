//! A business day compared with a destination that the test plays.

use super::peer::{Heard, Peer};
use super::stage::http_client;
use crate::reconcile::{Reconcile, Reconciles, Reconciliation, Tally, Told, Totals, Unreconciled};
use crate::{Client, Dialect};
use baton_formats::iso8583::Mti;
use baton_protocol::money::Currency;
use tokio::task::JoinHandle;

const REQUEST: &str = "reconcile = \"request\"";
const ADVICE: &str = "reconcile = \"advice\"";

fn question() -> Reconcile {
    let payments = Tally { count: 2, minor: 9_000 };
    Reconcile {
        day: "2023-11-14".parse().unwrap(),
        currency: Currency::KRW,
        terminal: None,
        totals: Totals { payments, ..Totals::default() },
        from_ms: 0,
        to_ms: 1,
        at_ms: 1_700_000_000_000,
    }
}

fn asking(client: &Client, question: Reconcile) -> JoinHandle<Reconciliation> {
    let client = client.clone();
    tokio::spawn(async move { client.reconcile(&question).await })
}

/// Answers with a settlement code and these figures of its own.
fn settle(peer: &Peer, heard: &Heard, code: &str, figures: &[(u8, &str)]) {
    let mut answer = heard.message.clone().with(39, "00").with(66, code);
    answer.mti = answer.mti.answer();
    for (field, value) in figures {
        answer.set(*field, value);
    }
    peer.say(heard.line, &answer);
}

/// Answers everything until the comparison is over, and tells the types that came. A hasty client
/// may have given a question up before its answer came.
async fn answered(
    peer: &mut Peer,
    mut asked: JoinHandle<Reconciliation>,
    answer: impl Fn(&Peer, &Heard),
) -> (Reconciliation, Vec<Mti>) {
    let mut types = Vec::new();
    loop {
        tokio::select! {
            came = &mut asked => return (came.unwrap(), types),
            heard = peer.hear() => {
                answer(peer, &heard);
                types.push(heard.message.mti);
            }
        }
    }
}

#[tokio::test]
async fn a_day_in_balance_is_asked_once() {
    let mut peer = Peer::new().await;
    let client = peer.client(REQUEST);

    let asked = asking(&client, question());
    let heard = peer.hear().await;
    settle(&peer, &heard, "1", &[]);

    assert_eq!(asked.await.unwrap(), Reconciliation::InBalance);
    assert_eq!(heard.message.mti, Mti::RECONCILIATION);
    assert_eq!((heard.text(76), heard.text(88)), ("0000000002", "0000000000009000"));
    assert!(!peer.heard_more());
}

#[tokio::test]
async fn a_day_out_of_balance_tells_their_figures() {
    let mut peer = Peer::new().await;
    let client = peer.client(REQUEST);

    let asked = asking(&client, question());
    let heard = peer.hear().await;
    settle(&peer, &heard, "2", &[(76, "1"), (88, "4500"), (97, "D0000000000004500")]);

    let payments = Tally { count: 1, minor: 4_500 };
    let theirs = Told::from(Totals { payments, ..Totals::default() });
    assert_eq!(asked.await.unwrap(), Reconciliation::OutOfBalance { theirs });
}

#[tokio::test]
async fn a_silent_destination_is_asked_again_as_a_repeat_also_the_next_time() {
    let mut peer = Peer::new().await;
    let client = peer.hasty_client(REQUEST);

    let silent = client.reconcile(&question()).await;
    let mut types = Vec::new();
    for _ in 0..3 {
        types.push(peer.hear().await.message.mti);
    }
    let balanced = |peer: &Peer, heard: &Heard| settle(peer, heard, "1", &[]);
    let asked = asking(&client, question());
    let (later, again) = answered(&mut peer, asked, balanced).await;
    let asked = asking(&client, question());
    let (at_last, anew) = answered(&mut peer, asked, balanced).await;

    assert_eq!(silent, Reconciliation::NoAnswer);
    assert_eq!(later, Reconciliation::InBalance);
    assert_eq!(at_last, Reconciliation::InBalance);
    let (first, repeat) = (Mti::RECONCILIATION, Mti::RECONCILIATION_REPEAT);
    assert_eq!(types, [first, repeat, repeat]);
    assert_eq!((again[0], anew[0]), (repeat, first));
}

#[tokio::test]
async fn an_advice_is_taken_note_of_and_its_repeat_is_marked() {
    let mut peer = Peer::new().await;
    let client = peer.hasty_client(ADVICE);

    let asked = asking(&client, question());
    let first = peer.hear().await.message.mti;
    let (noted, types) = answered(&mut peer, asked, |peer, heard| peer.accept(heard)).await;

    let expected = [Mti::RECONCILIATION_ADVICE, Mti::RECONCILIATION_ADVICE_REPEAT];
    assert_eq!([first, types[0]], expected);
    assert_eq!(noted, Reconciliation::NotReconciled(Unreconciled::Uncompared));
}

#[tokio::test]
async fn an_answer_must_repeat_the_fields_that_its_type_is_matched_by() {
    let mut peer = Peer::new().await;
    let client = peer.client("reconcile = \"request\"\n[match]\n0510 = [11, 15]");

    let asked = asking(&client, question());
    let heard = peer.hear().await;
    settle(&peer, &heard, "1", &[(15, "1115")]);
    settle(&peer, &heard, "2", &[(41, "ANOTHER")]);

    // The first matches no question; the second does, though it names a terminal.
    let mismatch = Reconciliation::NotReconciled(Unreconciled::Mismatch);
    assert_eq!(asked.await.unwrap(), mismatch);
}

#[tokio::test]
async fn one_terminal_is_compared_by_its_own_field() {
    let mut peer = Peer::new().await;
    let client = peer.client(REQUEST);
    let terminal = Some("TERMINAL-100".parse().unwrap());

    let asked = asking(&client, Reconcile { terminal, ..question() });
    let heard = peer.hear().await;
    settle(&peer, &heard, "1", &[]);

    assert_eq!(asked.await.unwrap(), Reconciliation::InBalance);
    assert_eq!(heard.text(41), "INAL-100");
}

#[tokio::test]
async fn what_cannot_be_asked_says_why_and_sends_nothing() {
    let mut peer = Peer::new().await;
    let not = |why| Reconciliation::NotReconciled(why);
    let narrow = peer.client("reconcile = \"request\"\n[fields]\n97 = \"none\"");
    let http = http_client("127.0.0.1:9".parse().unwrap());

    let unasked = [
        (peer.client("").reconcile(&question()).await, not(Unreconciled::NotAgreed)),
        (narrow.reconcile(&question()).await, not(Unreconciled::Unsayable)),
        (http.reconcile(&question()).await, not(Unreconciled::NoWay)),
    ];

    for (came, expected) in unasked {
        assert_eq!(came, expected);
    }
    assert!(!peer.heard_more());
    assert_eq!(Unreconciled::NoWay.to_string(), "the way has no reconciliation");
}

#[tokio::test]
async fn a_destination_that_cannot_be_reached_gives_no_answer() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = super::stage::profiled_iso_client(address, REQUEST);

    assert_eq!(client.reconcile(&question()).await, Reconciliation::NoAnswer);
}

#[test]
fn a_profile_says_whether_and_when_a_day_is_compared() {
    let read = |text: &str| Dialect::of(Some(&format!("base = \"baton\"\n{text}")), None);

    let silent = read("").unwrap();
    let full = read("reconcile = \"advice\"\nday_ends = \"23:30+09:00\"\nconnections = 8").unwrap();

    assert_eq!((silent.settlement().reconciles, silent.connections()), (Reconciles::Never, 1));
    assert_eq!((full.settlement().reconciles, full.connections()), (Reconciles::ByAdvice, 8));
    let ends = full.settlement().day_ends.unwrap();
    assert_eq!(ends.end_ms("2026-11-27".parse().unwrap()), 1_795_789_800_000);
}

#[test]
fn a_profile_that_says_it_wrongly_is_refused_with_what_could_stand_there() {
    let fault = |text: &str| {
        let text = format!("base = \"baton\"\n{text}");
        Dialect::of(Some(&text), None).unwrap_err().to_string()
    };

    assert!(fault("connections = 0").contains("1 to 8 lines"));
    assert!(fault("connections = 9").contains("1 to 8 lines"));
    assert!(fault("reconcile = \"daily\"").contains("`request`, `advice`, `none`"));
    assert!(fault("reconcile = \"request\"\nday_ends = \"23:30\"").contains("as 23:30+09:00"));
    assert!(fault("day_ends = \"23:30+09:00\"").contains("only beside reconcile"));
}

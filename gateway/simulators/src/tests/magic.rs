use super::stage::{Kind, LIMITS, NEVER, QUICK, Stage, authorize, inquire, reverse, transaction};
use crate::Delays;
use crate::magic::{Magic, TABLE, lookup};
use baton_destinations::Limits;
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};

fn unknown(reason: UnknownReason) -> Verdict {
    Verdict::Unknown { reason }
}

fn declined(reason: DeclineReason) -> Verdict {
    Verdict::Declined { reason }
}

/// Asks each kind of destination with a magic entry; returns the verdict, what was charged, and
/// what an inquiry finds.
async fn ask_all(entry: &str, limits: Limits) -> Vec<(Kind, Verdict, i64, InquiryAnswer)> {
    let mut seen = Vec::new();
    for kind in Kind::ALL {
        let stage = Stage::new(kind).await;
        let work = stage.work(entry);
        let verdict = authorize(&stage.client(limits), 1, &work).await;
        let inquired = inquire(&stage.client(LIMITS), 1, work.amount()).await;
        seen.push((kind, verdict, stage.net(transaction(1)).await, inquired));
    }
    seen
}

#[tokio::test]
async fn declining_codes_decline_everywhere_and_charge_nothing() {
    let cases = [
        ("X-FUNDS-1", DeclineReason::Funds),
        ("X-REFUSED-1", DeclineReason::Refused),
        ("X-EXPIRED-1", DeclineReason::CodeExpired),
        ("X-NOMEMBER", DeclineReason::MemberUnknown),
        ("X-NOPOINTS-a", DeclineReason::Points),
    ];

    for (entry, reason) in cases {
        for (kind, verdict, net, _) in ask_all(entry, LIMITS).await {
            let said = as_said(kind, reason);
            assert_eq!((verdict, net), (declined(said), 0), "{entry} {kind:?}");
        }
    }
}

/// Waits long for answers that must come, and briefly for those that must not.
fn patience(reason: UnknownReason) -> Limits {
    if reason == UnknownReason::Silent { QUICK } else { LIMITS }
}

/// ISO 8583 has one code each for "not enough" and "no such number"; the client reads them by
/// what was asked.
fn as_said(kind: Kind, reason: DeclineReason) -> DeclineReason {
    match (kind, reason) {
        (Kind::Acquirer, DeclineReason::Points) => DeclineReason::Funds,
        (Kind::Acquirer, DeclineReason::MemberUnknown) => DeclineReason::CodeUnknown,
        (_, reason) => reason,
    }
}

#[tokio::test]
async fn codes_that_leave_doubt_without_a_charge_are_not_found_later() {
    let cases = [
        ("X-USED-1", UnknownReason::CodeUsed),
        ("X-91-abc", UnknownReason::Inconclusive),
        ("X-SILENT-1", UnknownReason::Silent),
    ];

    for (entry, reason) in cases {
        for (kind, verdict, net, inquired) in ask_all(entry, patience(reason)).await {
            assert_eq!((verdict, net), (unknown(reason), 0), "{entry} {kind:?}");
            assert_eq!(inquired, InquiryAnswer::NotFound, "{entry} {kind:?}");
        }
    }
}

#[tokio::test]
async fn codes_that_charge_behind_a_bad_answer_are_found_by_inquiry() {
    let cases = [
        ("X-DROP-1", UnknownReason::Cut),
        ("X-LATE20-1", UnknownReason::Silent),
        ("X-LATE70-1", UnknownReason::Silent),
        ("X-WRONGAMOUNT-1", UnknownReason::Mismatch),
    ];

    for (entry, reason) in cases {
        for (kind, verdict, net, inquired) in ask_all(entry, patience(reason)).await {
            assert_eq!((verdict, net), (unknown(reason), 1), "{entry} {kind:?}");
            assert!(matches!(inquired, InquiryAnswer::Approved { .. }), "{entry} {kind:?}");
        }
    }
}

#[tokio::test]
async fn a_late_answer_that_is_waited_for_is_an_approval() {
    for kind in Kind::ALL {
        let stage = Stage::start(kind, None, Delays { short_ms: 200, ..NEVER }).await;
        let client = stage.client(LIMITS);

        let verdict = authorize(&client, 1, &stage.work("X-LATE20-1")).await;

        assert!(matches!(verdict, Verdict::Approved { .. }), "{kind:?} {verdict:?}");
    }
}

#[tokio::test]
async fn a_second_answer_neither_charges_twice_nor_confuses_the_next_question() {
    for kind in Kind::ALL {
        let stage = Stage::new(kind).await;
        let client = stage.client(LIMITS);

        let first = authorize(&client, 1, &stage.work("X-DUPLICATE-1")).await;
        let next = authorize(&client, 2, &stage.work("X-FUNDS-2")).await;

        assert!(matches!(first, Verdict::Approved { .. }), "{kind:?} {first:?}");
        assert_eq!(next, declined(DeclineReason::Funds), "{kind:?}");
        assert_eq!(stage.net(transaction(1)).await, 1, "{kind:?}");
    }
}

#[tokio::test]
async fn charges_that_cannot_be_reversed_stand() {
    let cases = [
        ("X-NOREVERSAL-1", ReversalAnswer::Refused),
        ("X-REVERSALUNKNOWN-1", ReversalAnswer::OriginalUnknown),
    ];

    for (entry, answer) in cases {
        for kind in Kind::ALL {
            let stage = Stage::new(kind).await;
            let (client, work) = (stage.client(LIMITS), stage.work(entry));

            let verdict = authorize(&client, 1, &work).await;
            let reversed = reverse(&client, 1, work.amount()).await;

            assert!(matches!(verdict, Verdict::Approved { .. }), "{entry} {kind:?} {verdict:?}");
            assert_eq!(reversed, answer, "{entry} {kind:?}");
            assert_eq!(stage.net(transaction(1)).await, 1, "{entry} {kind:?}");
        }
    }
}

#[tokio::test]
async fn a_dropped_answer_is_given_when_the_same_transaction_asks_again() {
    for kind in Kind::ALL {
        let stage = Stage::new(kind).await;
        let (client, work) = (stage.client(LIMITS), stage.work("X-DROP-1"));

        let first = authorize(&client, 1, &work).await;
        let again = authorize(&client, 1, &work).await;

        assert_eq!(first, unknown(UnknownReason::Cut), "{kind:?}");
        assert!(matches!(again, Verdict::Approved { .. }), "{kind:?} {again:?}");
        assert_eq!(stage.net(transaction(1)).await, 1, "{kind:?}");
    }
}

#[test]
fn a_magic_name_is_whole_or_ends_at_a_dash() {
    assert_eq!(lookup("X-DROP"), Some(Magic::Drop));
    assert_eq!(lookup("X-DROP-anything-at-all"), Some(Magic::Drop));
    assert_eq!(lookup("X-REVERSALUNKNOWN-1"), Some(Magic::ReversalUnknown));
    for plain in ["X-DROPS", "x-drop", "AX-DROP", "X-", "X-91A", ""] {
        assert_eq!(lookup(plain), None, "{plain}");
    }
}

#[test]
fn every_name_of_the_table_is_found_as_itself() {
    for (name, magic, _) in TABLE {
        assert_eq!(lookup(name), Some(magic), "{name}");
    }
}

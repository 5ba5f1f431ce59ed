use super::stage::{
    AMOUNT, http_answering, http_client, http_response, inquiry, listen, payment,
    quick_http_client, reversal,
};
use crate::Unreachable;
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const TRANSACTION: &str = "00000000-0000-0000-0000-000000000007";

fn approval(transaction: &str, amount: i64, currency: &str) -> String {
    format!(
        r#"{{"status":"approved","transaction_id":"{transaction}","amount":{amount},
            "currency":"{currency}","reference":"R1"}}"#
    )
}

async fn verdict_of(status: &str, body: &str) -> Verdict {
    let address = http_answering(http_response(status, body)).await;
    http_client(address).authorize(&payment()).await
}

fn unknown(reason: UnknownReason) -> Verdict {
    Verdict::Unknown { reason }
}

#[tokio::test]
async fn an_approval_with_every_echo_right_is_approved() {
    let verdict = verdict_of("200 OK", &approval(TRANSACTION, 4_500, "KRW")).await;

    assert_eq!(verdict, Verdict::Approved { amount: AMOUNT, reference: "R1".to_owned() });
}

#[tokio::test]
async fn another_amount_currency_or_transaction_is_a_mismatch() {
    let other = TRANSACTION.replace('7', "8");
    let answers = [
        approval(TRANSACTION, 4_501, "KRW"),
        approval(TRANSACTION, 4_500, "USD"),
        approval(&other, 4_500, "KRW"),
        format!(r#"{{"status":"declined","reason":"funds","transaction_id":"{other}"}}"#),
    ];

    for body in answers {
        assert_eq!(verdict_of("200 OK", &body).await, unknown(UnknownReason::Mismatch), "{body}");
    }
}

#[tokio::test]
async fn bodies_that_are_not_one_whole_answer_are_garbled() {
    let whole = approval(TRANSACTION, 4_500, "KRW");
    let partial = &whole[..whole.len() - 1];
    let twice = format!("{whole}{whole}");
    let long = format!("{whole}{}", " ".repeat(1_024));
    let doubled = whole.replace(r#""reference""#, r#""amount":4500,"reference""#);
    let float = whole.replace("4500", "4500.0");
    let missing = whole.replace("reference", "preference");
    let word = r#"{"status":"declined","reason":"perhaps"}"#;
    let bodies = [partial, &twice, &long, &doubled, &float, &missing, word, "", "<html>"];

    for body in bodies {
        assert_eq!(verdict_of("200 OK", body).await, unknown(UnknownReason::Garbled), "{body}");
    }
}

#[tokio::test]
async fn only_200_is_read_as_an_outcome() {
    let body = approval(TRANSACTION, 4_500, "KRW");
    let statuses = ["201 Created", "302 Found", "404 Not Found", "429 Too Many", "500 Oops"];

    for status in statuses {
        let verdict = verdict_of(status, &body).await;

        assert_eq!(verdict, unknown(UnknownReason::Inconclusive), "{status}");
    }
}

#[tokio::test]
async fn a_used_code_is_a_reason_of_its_own() {
    let used = verdict_of("409 Conflict", r#"{"error":"code_used"}"#).await;
    let other = verdict_of("409 Conflict", r#"{"error":"busy"}"#).await;

    assert_eq!(used, unknown(UnknownReason::CodeUsed));
    assert_eq!(other, unknown(UnknownReason::Inconclusive));
}

#[tokio::test]
async fn a_decline_is_conclusive() {
    let verdict = verdict_of("200 OK", r#"{"status":"declined","reason":"code_expired"}"#).await;

    assert_eq!(verdict, Verdict::Declined { reason: DeclineReason::CodeExpired });
}

#[tokio::test]
async fn an_answer_cut_in_its_body_or_before_is_cut() {
    let whole = http_response("200 OK", &approval(TRANSACTION, 4_500, "KRW"));
    for bytes in [&whole[..whole.len() - 1], ""] {
        let address = http_answering(bytes.to_owned()).await;

        let verdict = http_client(address).authorize(&payment()).await;

        assert_eq!(verdict, unknown(UnknownReason::Cut));
    }
}

#[tokio::test]
async fn an_answer_that_trickles_past_the_deadline_is_silent() {
    let address = listen(|mut stream| async move {
        let mut request = vec![0; 4_096];
        let _ = stream.read(&mut request).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await;
        std::future::pending::<()>().await;
    })
    .await;

    let verdict = quick_http_client(address).authorize(&payment()).await;

    assert_eq!(verdict, unknown(UnknownReason::Silent));
}

#[tokio::test]
async fn an_inquiry_counts_only_with_its_own_id_and_transaction() {
    let own = "00000000-0000-0000-0000-000000000009";
    let body = |inquiry: &str, transaction: &str| {
        format!(
            r#"{{"inquiry_id":"{inquiry}","transaction_id":"{transaction}","status":"reversed"}}"#
        )
    };
    let reversed = InquiryAnswer::Declined { reason: DeclineReason::Reversed };
    let cases = [
        (body(own, TRANSACTION), reversed),
        (body(TRANSACTION, TRANSACTION), InquiryAnswer::NoAnswer),
        (body(own, own), InquiryAnswer::NoAnswer),
        ("{}".to_owned(), InquiryAnswer::NoAnswer),
    ];

    for (body, answer) in cases {
        let address = http_answering(http_response("200 OK", &body)).await;

        assert_eq!(http_client(address).inquire(&inquiry()).await, answer, "{body}");
    }
}

#[tokio::test]
async fn a_reversal_of_another_transaction_is_no_answer() {
    let body = format!(r#"{{"transaction_id":"{TRANSACTION}","status":"accepted"}}"#);
    for (body, answer) in [
        (body.clone(), ReversalAnswer::Accepted),
        (body.replace('7', "8"), ReversalAnswer::NoAnswer),
    ] {
        let address = http_answering(http_response("200 OK", &body)).await;

        assert_eq!(http_client(address).reverse(&reversal()).await, answer);
    }
}

#[tokio::test]
async fn a_port_without_a_server_is_unreachable_and_nothing_is_claimed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = http_client(listener.local_addr().unwrap());
    drop(listener);

    assert_eq!(client.prepare().await, Err(Unreachable::Refused));
    assert_eq!(client.authorize(&payment()).await, unknown(UnknownReason::Silent));
}

#[tokio::test]
async fn too_many_requests_and_maintenance_leave_doubt_and_are_no_echo() {
    for status in ["429 Too Many Requests", "500 Oops", "502 Bad Gateway", "503 Maintenance"] {
        let verdict = verdict_of(status, &approval(TRANSACTION, 4_500, "KRW")).await;

        assert_eq!(verdict, unknown(UnknownReason::Inconclusive), "{status}");
    }
    for (status, answers) in [
        ("200 OK", true),
        ("404 Not Found", true),
        ("502 Bad Gateway", false),
        ("503 Maintenance", false),
    ] {
        let address = http_answering(http_response(status, "")).await;

        assert_eq!(http_client(address).echo().await.is_ok(), answers, "{status}");
    }
}

#[tokio::test]
async fn inquiries_and_reversals_that_are_cut_or_half_are_no_answer() {
    let own = "00000000-0000-0000-0000-000000000009";
    let inquired = format!(
        r#"{{"inquiry_id":"{own}","transaction_id":"{TRANSACTION}","status":"expired_unused"}}"#
    );
    let reversed = format!(r#"{{"transaction_id":"{TRANSACTION}","status":"accepted"}}"#);
    for body in [inquired, reversed] {
        let whole = http_response("200 OK", &body);
        for end in [whole.len() - 1, whole.len() - body.len() / 2, 20] {
            let address = http_answering(whole[..end].to_owned()).await;
            let client = http_client(address);

            assert_eq!(client.inquire(&inquiry()).await, InquiryAnswer::NoAnswer, "{end}");
            assert_eq!(client.reverse(&reversal()).await, ReversalAnswer::NoAnswer, "{end}");
        }
    }
}

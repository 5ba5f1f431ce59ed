use super::stage::{
    AMOUNT, http_response, http_telling, inquiry, payment, profiled_client, reversal,
};
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};

const PSP: &str = include_str!("../../../../config/destinations/http-psp-hmac.toml");

const ID: &str = "00000000-0000-0000-0000-000000000007";

fn unknown(reason: UnknownReason) -> Verdict {
    Verdict::Unknown { reason }
}

/// What the provider of the example says, signed with `key` at 1700000000.
fn signed(status: &str, body: &str) -> String {
    use aws_lc_rs::hmac;
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
    let covered = format!("1700000000\n{}\n{body}", &status[..3]);
    let tag = hex::encode(hmac::sign(&key, covered.as_bytes()));
    http_response(status, body).replacen(
        "\r\n",
        &format!("\r\nx-signature: t=1700000000,v1={tag}\r\n"),
        1,
    )
}

fn psp_payment(amount: &str, currency: &str) -> String {
    format!(
        r#"{{"request_id":"00000000-0000-0000-0000-000000000009","payment":{{"id":"P1",
            "merchant_reference":"{ID}","status":"captured",
            "amount":{{"value":{amount},"currency":"{currency}"}}}}}}"#
    )
}

#[tokio::test]
async fn a_request_is_signed_over_exactly_what_was_sent() {
    let answer = signed("201 Created", &psp_payment("4500", "KRW"));
    let (address, mut told) = http_telling(move |_| answer.clone()).await;
    let client = profiled_client(address, PSP, Some("key")).unwrap();

    let verdict = client.authorize(&payment()).await;

    assert_eq!(verdict, Verdict::Approved { amount: AMOUNT, reference: "P1".to_owned() });
    let request = told.recv().await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap().to_owned()
    };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body.as_bytes());
    let nonce = header("x-nonce");
    let covered =
        format!("POST\n/base/v1/payments\n\n1700000000\n{nonce}\n{}", hex::encode(digest));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"key");
    let tag = hex::encode(aws_lc_rs::hmac::sign(&key, covered.as_bytes()));
    assert_eq!(header("x-signature"), format!("t=1700000000,v1={tag}"));
    assert_eq!(header("idempotency-key"), ID);
    assert_eq!(nonce.len(), 32);
}

#[tokio::test]
async fn an_answer_without_its_signature_proves_nothing() {
    let right = signed("200 OK", &psp_payment("4500", "KRW"));
    let answers = [
        right.replace("t=1700000000", "t=1700000001"),
        right.replace("x-signature", "x-other"),
        right.replace("P1", "P2"),
        right.replacen("200", "201", 1),
    ];

    for answer in answers {
        let body = answer.clone();
        let (address, _) = http_telling(move |_| body.clone()).await;
        let client = profiled_client(address, PSP, Some("key")).unwrap();

        let verdict = client.authorize(&payment()).await;

        assert_eq!(verdict, unknown(UnknownReason::Garbled), "{answer}");
        assert_eq!(client.inquire(&inquiry()).await, InquiryAnswer::NoAnswer);
    }
}

#[tokio::test]
async fn a_currency_that_is_repeated_must_be_the_asked_one() {
    for (currency, verdict) in [
        ("krw", Verdict::Approved { amount: AMOUNT, reference: "P1".to_owned() }),
        ("410", Verdict::Approved { amount: AMOUNT, reference: "P1".to_owned() }),
        ("USD", unknown(UnknownReason::Mismatch)),
        ("won", unknown(UnknownReason::Garbled)),
    ] {
        let answer = signed("200 OK", &psp_payment("4500", currency));
        let (address, _) = http_telling(move |_| answer.clone()).await;
        let client = profiled_client(address, PSP, Some("key")).unwrap();

        assert_eq!(client.authorize(&payment()).await, verdict, "{currency}");
    }
}

#[tokio::test]
async fn an_inquiry_counts_only_with_its_own_id_where_ids_are_repeated() {
    let body = psp_payment("4500", "KRW");
    let approved = InquiryAnswer::Approved { amount: AMOUNT, reference: "P1".to_owned() };
    let missing = r#"{"error":{"code":"payment_not_found"}}"#.to_owned();
    let cases = [
        ("200 OK", body.clone(), approved),
        ("200 OK", body.replace("0009", "0010"), InquiryAnswer::NoAnswer),
        ("200 OK", body.replace("captured", "expired"), InquiryAnswer::ExpiredUnused),
        ("404 Not Found", missing.clone(), InquiryAnswer::NotFound),
        (
            "404 Not Found",
            missing.replace("{\"e", "{\"request_id\":\"x\",\"e"),
            InquiryAnswer::NoAnswer,
        ),
    ];

    for (status, body, answer) in cases {
        let bytes = signed(status, &body);
        let (address, mut told) = http_telling(move |_| bytes.clone()).await;
        let client = profiled_client(address, PSP, Some("key")).unwrap();

        assert_eq!(client.inquire(&inquiry()).await, answer, "{status} {body}");
        let line = format!("GET /base/v1/payments?merchant_reference={ID} HTTP/1.1\r\n");
        assert!(told.recv().await.unwrap().starts_with(&line));
    }
}

#[tokio::test]
async fn reversals_mean_what_their_rules_say() {
    let done = format!(r#"{{"cancel":{{"status":"tombstoned","merchant_reference":"{ID}"}}}}"#);
    let error = |code: &str| format!(r#"{{"error":{{"code":"{code}"}}}}"#);
    let cases = [
        ("200 OK", done.clone(), ReversalAnswer::Accepted),
        ("200 OK", done.replace('7', "8"), ReversalAnswer::NoAnswer),
        ("200 OK", done.replace("tombstoned", "pending"), ReversalAnswer::NoAnswer),
        ("404 Not Found", error("payment_not_found"), ReversalAnswer::OriginalUnknown),
        ("409 Conflict", error("not_cancelable"), ReversalAnswer::Refused),
        ("502 Bad Gateway", done, ReversalAnswer::NoAnswer),
    ];

    for (status, body, answer) in cases {
        let bytes = signed(status, &body);
        let (address, _) = http_telling(move |_| bytes.clone()).await;
        let client = profiled_client(address, PSP, Some("key")).unwrap();

        assert_eq!(client.reverse(&reversal()).await, answer, "{status} {body}");
    }
}

#[tokio::test]
async fn an_echo_asks_what_the_profile_names() {
    for (status, alive) in [("200 OK", true), ("204 No", false), ("503 Maintenance", false)] {
        let (address, mut told) = http_telling(move |_| http_response(status, "")).await;
        let client = profiled_client(address, PSP, Some("key")).unwrap();

        assert_eq!(client.prepare().await, Ok(()), "{status}");
        assert_eq!(client.echo().await.is_ok(), alive, "{status}");
        assert!(told.recv().await.unwrap().starts_with("GET /base/v1/ping HTTP/1.1\r\n"));
    }
}

use super::stage::{
    AMOUNT, ask, balance, http_response, http_telling, inquiry, listen, payment, profiled_client,
    redeem, refund, reversal,
};
use crate::ask::Way;
use crate::{Client, ClientInvalid, Unreachable};
use baton_protocol::code::PaymentCode;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{
    DeclineReason, InquiryAnswer, ReversalAnswer, UnknownReason, Verdict, Work,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const PSP: &str = include_str!("../../../../config/destinations/http-psp-hmac.toml");
const WON: &str = include_str!("../../../../config/destinations/http-easy-pay-won.toml");
const POINTS: &str = include_str!("../../../../config/destinations/http-points.toml");

const HEX: &str = "00000000000000000000000000000007";
const ID: &str = "00000000-0000-0000-0000-000000000007";
const REFUND_ID: &str = "00000000-0000-0000-0000-000000000008";

fn unknown(reason: UnknownReason) -> Verdict {
    Verdict::Unknown { reason }
}

/// What the wallet says of an order.
fn won(status: &str, order: &str, total: &str) -> String {
    format!(
        r#"{{"aid":"A1","tid":"T1","status":"{status}","partner_order_id":"{order}",
            "amount":{{"total":{total}}},"item_name":"매장 결제"}}"#
    )
}

fn error(code: i64) -> String {
    format!(r#"{{"error_code":{code},"error_message":"안 됩니다"}}"#)
}

async fn won_client(status: &'static str, body: String) -> Client {
    let (address, _) = http_telling(move |_| http_response(status, &body)).await;
    profiled_client(address, WON, Some("key")).unwrap()
}

async fn won_verdict(status: &'static str, body: String) -> Verdict {
    won_client(status, body).await.authorize(&payment()).await
}

#[tokio::test]
async fn a_charge_is_written_as_the_profile_says() {
    let answer = http_response("200 OK", &won("SUCCESS_PAYMENT", HEX, "4500"));
    let (address, mut told) = http_telling(move |_| answer.clone()).await;

    let client = profiled_client(address, WON, Some("key")).unwrap();
    let verdict = client.authorize(&payment()).await;

    assert_eq!(verdict, Verdict::Approved { amount: AMOUNT, reference: "T1".to_owned() });
    let request = told.recv().await.unwrap();
    assert!(request.starts_with("POST /base/online/v1/payment/barcode HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nauthorization: SECRET_KEY key\r\n"), "{request}");
    assert!(request.contains("\r\ncontent-type: application/json\r\n"), "{request}");
    let body = r#"{"cid":"PARTNER0001","item_name":"매장 결제","partner_order_id":""#.to_owned()
        + HEX
        + r#"","partner_user_id":"TERMINAL-100","payment_code":"A1B2C3D4","quantity":1,"#
        + r#""tax_free_amount":0,"total_amount":4500}"#;
    assert!(request.ends_with(&body), "{request}");
}

#[tokio::test]
async fn the_first_rule_that_fits_says_what_an_answer_means() {
    let declined = |reason| Verdict::Declined { reason };
    let cases = [
        ("400 Bad", error(-761), declined(DeclineReason::Funds)),
        ("400 Bad", error(-772), declined(DeclineReason::CodeExpired)),
        ("400 Bad", error(-773), declined(DeclineReason::CodeUnknown)),
        ("400 Bad", error(-774), unknown(UnknownReason::CodeUsed)),
    ];

    for (status, body, verdict) in cases {
        assert_eq!(won_verdict(status, body.clone()).await, verdict, "{body}");
    }
}

#[tokio::test]
async fn what_no_rule_expects_is_doubt_and_never_a_decline() {
    let approved = won("SUCCESS_PAYMENT", HEX, "4500");
    let cases = [
        ("400 Bad", error(-999)),
        ("400 Bad", r#"{"error_code":"-761"}"#.to_owned()),
        ("403 Forbidden", "<html>blocked</html>".to_owned()),
        ("404 Not Found", String::new()),
        ("429 Too Many", error(-761)),
        ("500 Oops", error(-761)),
        ("503 Maintenance", approved.clone()),
        ("201 Created", approved),
        ("200 OK", won("AUTH_PAYMENT", HEX, "4500")),
    ];

    for (status, body) in cases {
        let verdict = won_verdict(status, body.clone()).await;

        assert_eq!(verdict, unknown(UnknownReason::Inconclusive), "{status} {body}");
    }
}

#[tokio::test]
async fn an_approval_of_another_amount_or_transaction_is_a_mismatch() {
    let other = HEX.replace('7', "8");
    let cases = [
        won("SUCCESS_PAYMENT", HEX, "4501"),
        won("SUCCESS_PAYMENT", HEX, "450000"),
        won("SUCCESS_PAYMENT", &other, "4500"),
        won("SUCCESS_PAYMENT", ID, "4500"),
    ];

    for body in cases {
        let verdict = won_verdict("200 OK", body.clone()).await;

        assert_eq!(verdict, unknown(UnknownReason::Mismatch), "{body}");
    }
}

#[tokio::test]
async fn an_approval_that_is_not_one_whole_plain_document_is_garbled() {
    let whole = won("SUCCESS_PAYMENT", HEX, "4500");
    let cases = [
        whole[..whole.len() - 1].to_owned(),
        format!("{whole}{whole}"),
        whole.replace(r#""aid""#, r#""status":"SUCCESS_PAYMENT","aid""#),
        whole.replace(r#""total""#, r#""total":4500,"total""#),
        whole.replace("4500", "4500.0"),
        whole.replace("4500", "4.5e3"),
        whole.replace("4500", "null"),
        whole.replace(r#""tid":"T1","#, ""),
        whole.replace("T1", "T\\n1"),
        whole.replace("T1", ""),
        whole.replace(r#""partner_order_id""#, r#""other_id""#),
        format!("{whole}{}", " ".repeat(1_024)),
        "<html>".to_owned(),
        String::new(),
    ];

    for body in cases {
        let verdict = won_verdict("200 OK", body.clone()).await;

        assert_eq!(verdict, unknown(UnknownReason::Garbled), "{body}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = "HTTP/1.1 307 Go\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
    let (address, mut told) = http_telling(|_| elsewhere.to_owned()).await;
    let client = profiled_client(address, WON, Some("key")).unwrap();

    let verdict = client.authorize(&payment()).await;

    assert_eq!(verdict, unknown(UnknownReason::Inconclusive));
    drop(client);
    told.recv().await.unwrap();
    assert!(told.try_recv().is_err());
}

#[tokio::test]
async fn lost_answers_are_cut_or_silent_and_a_closed_port_claims_nothing() {
    let whole = http_response("200 OK", &won("SUCCESS_PAYMENT", HEX, "4500"));
    for end in [0, 20, whole.len() - 1] {
        let part = whole[..end].to_owned();
        let address = listen(move |mut stream| {
            let part = part.clone();
            async move {
                let _ = stream.read(&mut vec![0; 4_096]).await;
                let _ = stream.write_all(part.as_bytes()).await;
            }
        })
        .await;
        let client = profiled_client(address, WON, Some("key")).unwrap();

        assert_eq!(client.authorize(&payment()).await, unknown(UnknownReason::Cut), "{end}");
        assert_eq!(client.inquire(&inquiry()).await, InquiryAnswer::NoAnswer);
        assert_eq!(client.reverse(&reversal()).await, ReversalAnswer::NoAnswer);
    }
    let trickling = listen(move |mut stream| {
        let half = whole[..whole.len() / 2].to_owned();
        async move {
            let _ = stream.read(&mut vec![0; 4_096]).await;
            let _ = stream.write_all(half.as_bytes()).await;
            std::future::pending::<()>().await;
        }
    })
    .await;
    let client = profiled_client(trickling, WON, Some("key")).unwrap();
    assert_eq!(client.authorize(&payment()).await, unknown(UnknownReason::Silent));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = profiled_client(listener.local_addr().unwrap(), WON, Some("key")).unwrap();
    drop(listener);
    assert_eq!(client.prepare().await, Err(Unreachable::Refused));
    assert_eq!(client.authorize(&payment()).await, unknown(UnknownReason::Silent));
}

#[tokio::test]
async fn inquiries_mean_what_their_rules_say() {
    let cases = [
        (
            "200 OK",
            won("SUCCESS_PAYMENT", HEX, "4400"),
            // Another amount is handed on: the gateway compares it.
            InquiryAnswer::Approved {
                amount: Money::new(4_400, Currency::KRW),
                reference: "T1".to_owned(),
            },
        ),
        (
            "200 OK",
            won("CANCEL_PAYMENT", HEX, "4500"),
            InquiryAnswer::Declined { reason: DeclineReason::Reversed },
        ),
        ("404 Not Found", error(-710), InquiryAnswer::NotFound),
        ("404 Not Found", String::new(), InquiryAnswer::NoAnswer),
        ("404 Not Found", "<html>".to_owned(), InquiryAnswer::NoAnswer),
        ("200 OK", won("CANCEL_PAYMENT", ID, "4500"), InquiryAnswer::NoAnswer),
        ("200 OK", won("SUCCESS_PAYMENT", HEX, "\"many\""), InquiryAnswer::NoAnswer),
        ("500 Oops", error(-710), InquiryAnswer::NoAnswer),
    ];

    for (status, body, answer) in cases {
        let client = won_client(status, body.clone()).await;

        assert_eq!(client.inquire(&inquiry()).await, answer, "{status} {body}");
    }
}

/// A wallet that answers inquiries with one body and cancels with another.
async fn cancelling(inquired: String, cancelled: String) -> Client {
    let answers = move |request: &str| {
        let inquires = request.contains("/payment/order ");
        http_response("200 OK", if inquires { &inquired } else { &cancelled })
    };
    let (address, _) = http_telling(answers).await;
    profiled_client(address, WON, Some("key")).unwrap()
}

#[tokio::test]
async fn a_reversal_finds_the_number_first_and_takes_back_all_of_it() {
    let charged = won("SUCCESS_PAYMENT", HEX, "4500");
    let cancelled = |total: i64| {
        won("CANCEL_PAYMENT", HEX, "4500")
            .replace(r#""aid""#, &format!(r#""canceled_amount":{{"total":{total}}},"aid""#))
    };
    let cases = [
        (charged.clone(), cancelled(4_500), ReversalAnswer::Accepted),
        (charged.clone(), cancelled(4_400), ReversalAnswer::NoAnswer),
        (charged, "{}".to_owned(), ReversalAnswer::NoAnswer),
        (won("CANCEL_PAYMENT", HEX, "4500"), "{}".to_owned(), ReversalAnswer::Accepted),
        (won("FAIL_PAYMENT", HEX, "4500"), cancelled(4_500), ReversalAnswer::NoAnswer),
        ("{}".to_owned(), cancelled(4_500), ReversalAnswer::NoAnswer),
    ];

    for (inquired, cancelled, answer) in cases {
        let client = cancelling(inquired.clone(), cancelled.clone()).await;

        assert_eq!(client.reverse(&reversal()).await, answer, "{inquired} {cancelled}");
    }
    let absent = won_client("404 Not Found", error(-710)).await;
    assert_eq!(absent.reverse(&reversal()).await, ReversalAnswer::OriginalUnknown);
}

#[tokio::test]
async fn a_refund_names_the_number_that_an_inquiry_found() {
    let charged = won("SUCCESS_PAYMENT", HEX, "4500");
    let given = format!(
        r#"{{"status":"PART_CANCEL_PAYMENT","aid":"A2","payload":"{REFUND_ID}",
            "approved_cancel_amount":{{"total":4500}}}}"#
    );
    let approved = Verdict::Approved { amount: AMOUNT, reference: "A2".to_owned() };
    let cases = [
        (charged.clone(), given.clone(), approved),
        (charged.clone(), given.replace("4500", "450"), unknown(UnknownReason::Mismatch)),
        (charged.clone(), given.replace(REFUND_ID, ID), unknown(UnknownReason::Mismatch)),
        (charged, error(-721), unknown(UnknownReason::Inconclusive)),
        // Perhaps an earlier try of this very refund did it.
        (won("CANCEL_PAYMENT", HEX, "0"), given.clone(), unknown(UnknownReason::Inconclusive)),
        ("{}".to_owned(), given, unknown(UnknownReason::Silent)),
    ];

    for (inquired, given, verdict) in cases {
        let client = cancelling(inquired.clone(), given.clone()).await;

        assert_eq!(client.give_back(&refund(Way::Refund)).await, verdict, "{inquired} {given}");
    }
}

#[tokio::test]
async fn what_the_profile_has_no_words_for_is_never_sent() {
    let (address, mut told) = http_telling(|_| http_response("200 OK", "{}")).await;
    let client = profiled_client(address, WON, Some("key")).unwrap();
    let code = PaymentCode::parse("A1B2C3D4".to_owned()).unwrap();
    let dollars = Money::new(1_000, Currency::from_letters("USD").unwrap());
    let refused = Verdict::Declined { reason: DeclineReason::Refused };

    assert_eq!(client.authorize(&redeem(10)).await, refused);
    assert_eq!(client.authorize(&balance()).await, refused);
    assert_eq!(client.authorize(&ask(Work::Payment { code, amount: dollars })).await, refused);
    let points = profiled_client(address, POINTS, Some("a:b")).unwrap();
    assert_eq!(points.give_back(&refund(Way::Refund)).await, refused);
    assert!(told.try_recv().is_err());
}

#[tokio::test]
async fn without_its_secret_nothing_is_sent() {
    let (address, mut told) = http_telling(|_| http_response("200 OK", "{}")).await;
    let client = profiled_client(address, WON, None).unwrap();

    assert_eq!(client.prepare().await, Err(Unreachable::Refused));
    assert_eq!(client.authorize(&payment()).await, unknown(UnknownReason::Silent));
    assert_eq!(client.inquire(&inquiry()).await, InquiryAnswer::NoAnswer);
    assert!(told.try_recv().is_err());
}

#[tokio::test]
async fn points_move_by_the_providers_words() {
    let body = format!(
        r#"{{"resultCode":"0000","data":{{"requestId":"{ID}","points":"250","approvalNo":901,
            "usablePoints":1750}}}}"#
    );
    let answer = http_response("200 OK", &body);
    let (address, mut told) = http_telling(move |_| answer.clone()).await;
    let client = profiled_client(address, POINTS, Some("shop:pass")).unwrap();

    let redeemed = client.authorize(&redeem(250)).await;
    let other = client.authorize(&redeem(251)).await;
    let read = client.authorize(&balance()).await;

    let points = |points, reference: &str| Verdict::Approved {
        amount: Money::new(points, Currency::POINTS),
        reference: reference.to_owned(),
    };
    assert_eq!(redeemed, points(250, "901"));
    assert_eq!(other, unknown(UnknownReason::Mismatch));
    assert_eq!(read, points(0, "1750"));
    let request = told.recv().await.unwrap();
    assert!(request.starts_with("POST /base/api/points/use HTTP/1.1\r\n"), "{request}");
    // Source: `printf shop:pass | base64`.
    assert!(request.contains("\r\nauthorization: Basic c2hvcDpwYXNz\r\n"), "{request}");
    assert!(request.contains(r#""memberNo":"M/10?01","points":250,"#), "{request}");
    assert!(request.contains(r#""requestedAt":"2023-11-14T22:13:20Z""#), "{request}");
}

#[tokio::test]
async fn a_value_in_a_path_stays_in_its_place() {
    let profile = POINTS
        .replace("{action}\"", "{action}/{member_id}?m={member_id}\"")
        .replace("memberNo = \"{member_id}\"\npoints", "points");
    let (address, mut told) = http_telling(|_| http_response("200 OK", "{}")).await;
    let client = profiled_client(address, &profile, Some("a:b")).unwrap();

    client.authorize(&redeem(1)).await;

    let request = told.recv().await.unwrap();
    let line = "POST /base/api/points/use/M%2F10%3F01?m=M%2F10%3F01 HTTP/1.1\r\n";
    assert!(request.starts_with(line), "{request}");
}

#[tokio::test]
async fn a_profile_that_cannot_be_is_refused_when_the_client_is_made() {
    let address = "127.0.0.1:1".parse().unwrap();
    let refused = |profile: &str, secret| {
        let made = profiled_client(address, profile, secret).map(drop);
        match made {
            Err(ClientInvalid::ProfileInvalid { reason }) => reason,
            other => panic!("{other:?}"),
        }
    };

    let reason = refused(&WON.replace("{code}", "{codes}"), None);
    assert!(reason.starts_with("authorize.body.payment_code: there is no placeholder"), "{reason}");
    let reason = refused(WON, Some("two\nlines"));
    assert_eq!(reason, "headers: the provisioned secret has characters that no header can carry");
    let reason = refused(&PSP.replace("encoding =", "key = \"base64\"\nencoding ="), Some("#"));
    assert_eq!(reason, "sign.key: the provisioned secret is not written like this");
}

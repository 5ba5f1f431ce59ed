use super::stage::{
    AMOUNT, Kind, LIMITS, Stage, authorize, free, inquire, issue, payment, reverse, target,
    transaction,
};
use crate::{Delays, wallet};
use baton_destinations::{Authorize, Client, Secret};
use baton_protocol::code::PaymentCode;
use baton_protocol::work::{DeclineReason, InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};

#[tokio::test]
async fn an_issued_code_pays_once_and_names_its_transaction() {
    let stage = Stage::new(Kind::Wallet).await;
    let client = stage.client(LIMITS);
    let code = issue(&stage, "{}").await;

    let first = authorize(&client, 1, &payment(&code)).await;
    let again = authorize(&client, 1, &payment(&code)).await;
    let other = authorize(&client, 2, &payment(&code)).await;

    assert!(matches!(first, Verdict::Approved { amount: AMOUNT, .. }), "{first:?}");
    assert_eq!(again, first);
    assert_eq!(other, Verdict::Unknown { reason: UnknownReason::CodeUsed });
}

#[tokio::test]
async fn codes_that_were_not_given_out_or_are_over_are_declined() {
    let stage = Stage::new(Kind::Wallet).await;
    let client = stage.client(LIMITS);
    let over = issue(&stage, r#"{"life_ms":0}"#).await;
    let smaller = issue(&stage, r#"{"amount":4499,"currency":"KRW"}"#).await;

    let verdicts = [
        authorize(&client, 1, &payment("NOBODY-GAVE-THIS")).await,
        authorize(&client, 2, &payment(&over)).await,
        authorize(&client, 3, &payment(&smaller)).await,
    ];

    let reasons = [DeclineReason::CodeUnknown, DeclineReason::CodeExpired, DeclineReason::Refused];
    assert_eq!(verdicts, reasons.map(|reason| Verdict::Declined { reason }));
}

#[tokio::test]
async fn issued_codes_are_long_different_and_allowed_as_codes() {
    let stage = Stage::new(Kind::Wallet).await;

    let codes = [issue(&stage, "{}").await, issue(&stage, "{}").await];

    assert_ne!(codes[0], codes[1]);
    for code in codes {
        assert!(code.len() >= 16);
        assert!(PaymentCode::parse(code).is_ok());
    }
}

#[tokio::test]
async fn a_wallet_with_a_key_answers_only_to_that_key() {
    let key = |text: &str| Some(Secret::new(text.to_owned()));
    let (listen, delays) = (free(), Delays::default());
    let config = wallet::Config { listen, ledger: None, delays, secret: key("right") };
    let running = wallet::start(config).await.unwrap();
    let target = target(Kind::Wallet, running.address);
    let client = |secret| Client::new(&target, secret, LIMITS).unwrap();
    let work = payment("X-NOREVERSAL-1");

    let fresh = authorize_at(&client(key("right")), crate::clock::now_ms()).await;
    // The time of this ask is long past, so even the right key is refused for it.
    let stale = authorize(&client(key("right")), 1, &work).await;
    let wrong = inquire(&client(key("wrong")), 1, AMOUNT).await;
    let unsigned = reverse(&client(None), 1, AMOUNT).await;

    assert!(matches!(fresh, Verdict::Approved { .. }), "{fresh:?}");
    assert_eq!(stale, Verdict::Unknown { reason: UnknownReason::Inconclusive });
    assert_eq!(wrong, InquiryAnswer::NoAnswer);
    assert_eq!(unsigned, ReversalAnswer::NoAnswer);
}

async fn authorize_at(client: &Client, at_ms: i64) -> Verdict {
    let ask = Authorize {
        transaction: transaction(9),
        terminal: "T-100".parse().unwrap(),
        app: "pay".parse().unwrap(),
        work: payment("X-NOREVERSAL-9"),
        at_ms,
    };
    client.authorize(&ask).await
}

use super::capability::{Capabilities, Capability};
use super::destination::{Authorize, Inquire, InquiryAnswer, Verdict};
use super::http::Body;
use super::*;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

const SCHEMA: &str = include_str!("../../schema/documents.json");

fn authorize(code: &str, amount: i64) -> Authorize {
    Authorize {
        transaction_id: "t".to_owned(),
        terminal_id: "k".to_owned(),
        app_id: "a".to_owned(),
        code: Code::new(code.to_owned()),
        amount,
        currency: "KRW".to_owned(),
        at_ms: 1,
    }
}

fn approved(id: &str, amount: i64, currency: &str) -> Verdict {
    let (transaction_id, currency) = (id.to_owned(), currency.to_owned());
    Verdict::Approved { transaction_id, amount, currency, reference: "1".to_owned() }
}

#[test]
fn a_request_has_this_form_for_ever() {
    let text = serde_json::to_string(&Request::of(authorize("W7K2-1", 4_500))).unwrap();

    let golden = concat!(
        r#"{"v":1,"operation":"destination.authorize","body":{"transaction_id":"t","#,
        r#""terminal_id":"k","app_id":"a","code":"W7K2-1","amount":4500,"currency":"KRW","#,
        r#""at_ms":1}}"#
    );
    assert_eq!(text, golden);
}

#[test]
fn an_answer_has_this_form_for_ever() {
    let text = serde_json::to_string(&Versioned::of(approved("t", 5, "KRW"))).unwrap();

    let golden = concat!(
        r#"{"v":1,"body":{"verdict":"approved","transaction_id":"t","amount":5,"#,
        r#""currency":"KRW","reference":"1"}}"#
    );
    assert_eq!(text, golden);
}

#[test]
fn an_approval_of_anything_else_is_found() {
    let ask = authorize("W7K2-1", 4_500);

    assert_eq!(ask.check(&approved("t", 4_500, "KRW")), Ok(()));
    assert_eq!(ask.check(&approved("u", 4_500, "KRW")), Err(Mismatch::Transaction));
    assert_eq!(ask.check(&approved("t", 4_501, "KRW")), Err(Mismatch::Amount));
    assert_eq!(ask.check(&approved("t", 4_500, "USD")), Err(Mismatch::Currency));
}

#[test]
fn an_inquiry_answer_for_another_question_is_found() {
    let ask = Inquire {
        inquiry_id: "i".to_owned(),
        transaction_id: "t".to_owned(),
        terminal_id: "k".to_owned(),
        app_id: "a".to_owned(),
        amount: 1,
        currency: "KRW".to_owned(),
        at_ms: 1,
    };
    let answer = |inquiry: &str| InquiryAnswer::NotFound {
        inquiry_id: inquiry.to_owned(),
        transaction_id: "t".to_owned(),
    };

    assert_eq!(ask.check(&answer("i")), Ok(()));
    assert_eq!(ask.check(&answer("j")), Err(Mismatch::Inquiry));
}

#[test]
fn unknown_fields_are_tolerated_but_not_unknown_words() {
    let grown = r#"{"v":1,"new":2,"body":{"verdict":"declined","reason":"funds","also":true}}"#;
    let word = r#"{"v":1,"body":{"verdict":"declined","reason":"mood"}}"#;
    let doubled = r#"{"v":1,"v":1,"body":{"verdict":"declined","reason":"funds"}}"#;

    assert!(serde_json::from_str::<Versioned<Verdict>>(grown).is_ok());
    assert!(serde_json::from_str::<Versioned<Verdict>>(word).is_err());
    assert!(serde_json::from_str::<Versioned<Verdict>>(doubled).is_err());
}

#[test]
fn what_a_shopper_shows_prints_as_stars() {
    let printed = format!("{:?}", authorize("W7K2-1", 1));

    assert!(!printed.contains("W7K2"), "{printed}");
}

#[test]
fn the_automatic_class_is_the_gateways_rule() {
    use Capability as C;
    let of = |list: &[Capability]| Capabilities::of(list).automatic();

    assert!(of(&[C::Idempotent, C::Inquiry, C::Reversal, C::Tombstone]));
    assert!(of(&[C::OneTimeCode, C::DeclineBurns, C::Inquiry, C::ExpiryTold]));
    assert!(!of(&[C::OneTimeCode, C::Inquiry, C::Reversal, C::Tombstone]));
    assert!(!of(&[C::Idempotent, C::Inquiry, C::Reversal]));
    assert!(!of(&[C::Idempotent, C::Reversal, C::Tombstone]));
}

#[test]
fn the_schema_names_every_operation_and_every_field() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let told = &schema["$defs"]["operation"]["enum"];
    let told: BTreeSet<&str> = told.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let all = [
        OperationName::Authorize,
        OperationName::Inquire,
        OperationName::Reverse,
        OperationName::Void,
        OperationName::Refund,
        OperationName::Reconcile,
        OperationName::Balance,
        OperationName::Reserve,
        OperationName::Accrue,
        OperationName::Redeem,
        OperationName::Release,
        OperationName::Cancel,
        OperationName::InquirePoints,
    ];
    let fields = |name: &str| -> BTreeSet<String> {
        let properties = schema["$defs"][name]["properties"].as_object().unwrap();
        properties.keys().cloned().collect()
    };
    let written = serde_json::to_value(authorize("W7K2-1", 1)).unwrap();
    let written: BTreeSet<String> = written.as_object().unwrap().keys().cloned().collect();

    assert_eq!(told, all.iter().map(|name| name.word()).collect());
    assert_eq!(fields("destination.authorize"), written);
}

proptest! {
    #[test]
    fn a_body_keeps_its_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(Body::of(bytes.clone()).bytes(), Some(bytes));
    }

    #[test]
    fn a_body_in_hexadecimal_never_panics(text in ".{0,40}") {
        let _ = Body::Hex(text).bytes();
    }

    #[test]
    fn no_bytes_panic_when_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = serde_json::from_slice::<Request<Authorize>>(&bytes);
        let _ = serde_json::from_slice::<Versioned<Verdict>>(&bytes);
    }
}

use super::Body;
use crate::ask::Authorize;
use crate::http::profile::facts::Facts;
use crate::http::profile::fault::Key;
use crate::http::profile::template::Vocabulary;
use crate::http::profile::word::Kind;
use baton_protocol::code::PaymentCode;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::Work;
use proptest::prelude::*;
use uuid::Uuid;

fn payment(code: &str, minor: i64, letters: &str) -> Authorize {
    let amount = Money::new(minor, Currency::from_letters(letters).unwrap());
    let code = PaymentCode::parse(code.to_owned()).unwrap();
    Authorize {
        transaction: TransactionId::new(Uuid::from_u128(7)),
        terminal: "T-100".parse().unwrap(),
        app: "pay".parse().unwrap(),
        work: Work::Payment { code, amount },
        at_ms: 1_700_000_000_123,
    }
}

fn body(text: &str) -> Result<Body, String> {
    let table: toml::Table = toml::from_str(text).unwrap();
    let known = Vocabulary::of(&[&Kind::Authorize.words()]);
    let at = Key::root("authorize").at("body");
    Body::read(&at, &table, &known).map_err(|fault| fault.to_string())
}

fn printed(text: &str, ask: &Authorize) -> String {
    body(text).unwrap().print(&Facts::of_authorize(ask, None)).unwrap()
}

#[test]
fn a_table_becomes_json_with_its_values_in_place() {
    let text = r#"
        amount = "{amount:number}"
        decimal = "{amount_decimal:number}"
        text = "{amount_decimal} {currency_lower}"
        number = "{currency_number:number}"
        lines = [1, true, "{terminal_id}/{app_id}"]
        order = { id = "{transaction_hex}", "이름" = "가게 \u0001" }
        at = "{timestamp_rfc3339}"
    "#;

    let json = printed(text, &payment("A1B2C3", 5, "AUD"));

    let expected = r#"{"amount":5,"at":"2023-11-14T22:13:20Z","decimal":0.05,"#.to_owned()
        + r#""lines":[1,true,"T-100/pay"],"number":36,"#
        + r#""order":{"id":"00000000000000000000000000000007","이름":"가게 \u0001"},"#
        + r#""text":"0.05 aud"}"#;
    assert_eq!(json, expected);
}

#[test]
fn what_cannot_stand_in_a_body_is_refused_with_its_key() {
    let cases = [
        ("order = { id = \"{orderid}\" }", "authorize.body.order.id: there is no placeholder"),
        ("list = [1, 2.5]", "authorize.body.list[1]: write a text, a whole number"),
        ("day = 2024-01-01", "authorize.body.day: write a text"),
        ("a = \"{code:number}\"", "authorize.body.a: `{code}` is no number"),
        ("a = \"{original}\"", "authorize.body.a: `{original}` is not available here"),
        ("\"a b\" = \"{secret}\"", "authorize.body.\"a b\": `{secret}` is not available here"),
    ];

    for (text, reason) in cases {
        let refused = body(text).unwrap_err();

        assert!(refused.starts_with(reason), "{refused}");
    }
}

proptest! {
    #[test]
    fn no_code_leaves_its_string(code in "[!-~]{6,12}") {
        let Ok(parsed) = PaymentCode::parse(code.clone()) else { return Ok(()) };
        let ask = payment(parsed.reveal(), 1, "KRW");

        let json = printed("code = \"<{code}>\"", &ask);

        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read, serde_json::json!({ "code": format!("<{code}>") }));
    }
}

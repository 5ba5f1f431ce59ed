use super::*;
use baton_protocol::phone::TouchRequest;

const GOOD: &str =
    r#"{"terminal_id":"t-1","payment":{"app_id":"a","code":"CODE-1","amount":1,"currency":"KRW"}}"#;

#[test]
fn a_touch_is_read() {
    assert!(read::<TouchRequest>(GOOD.as_bytes()).is_ok());
}

#[test]
fn everything_ambiguous_is_refused() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let bad: Vec<Vec<u8>> = vec![
        GOOD.replace("\"amount\":1", "\"amount\":1.0").into_bytes(),
        GOOD.replace("\"amount\":1", "\"amount\":1e3").into_bytes(),
        GOOD.replace("\"amount\":1", "\"amount\":1,\"amount\":2").into_bytes(),
        GOOD.replace("\"terminal_id\":\"t-1\"", "\"x\":1,\"x\":2,\"terminal_id\":\"t-1\"").into(),
        GOOD.replace("t-1", "t\\u0000-1").into_bytes(),
        GOOD.replace("CODE-1", "CODE\u{0}1").into_bytes(),
        GOOD.replace("\"amount\":1", "\"amount\":99999999999999999999").into_bytes(),
        GOOD.replace("KRW", "XXX").into_bytes(),
        format!("{GOOD} {GOOD}").into_bytes(),
        deep.into_bytes(),
        [GOOD.as_bytes(), b"\xff"].concat(),
        GOOD.replace("CODE", "CO\\ud800DE").into_bytes(),
        b"".to_vec(),
        b"null".to_vec(),
    ];

    for bytes in bad {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(read::<TouchRequest>(&bytes), Err(JsonRefused), "{text:.80} was taken");
    }
}

#[test]
fn a_document_is_bounded_in_every_direction() {
    let shape = Shape { depth_max: 3, keys_max: 2, items_max: 2 };
    let read = |text: &str| read_within::<Value>(text.as_bytes(), shape).is_ok();

    assert!(read(r#"{"a":[[1,2]],"b":{}}"#));
    for wide_or_deep in [r#"{"a":1,"b":2,"c":3}"#, "[1,2,3]", "[[[[1]]]]", r#"[{"a":[[1]]}]"#] {
        assert!(!read(wide_or_deep), "{wide_or_deep}");
    }
}

/// An empty list needed one level more than an empty object.
#[test]
fn empty_values_are_as_deep_as_others() {
    let shape = Shape { depth_max: 2, keys_max: 1, items_max: 1 };

    for innermost in ["1", "{}", "[]"] {
        let reads = |text: String| read_within::<Value>(text.as_bytes(), shape).is_ok();

        assert!(reads(format!("[[{innermost}]]")), "{innermost}");
        assert!(!reads(format!("[[[{innermost}]]]")), "{innermost}");
    }
}

#[test]
fn unknown_fields_are_tolerated() {
    let more = GOOD.replace("{\"terminal_id\"", "{\"later\":[true,null],\"terminal_id\"");

    assert!(read::<TouchRequest>(more.as_bytes()).is_ok());
}

/// JSONTestSuite cases, when the shared vectors are there: nothing invalid is ever taken.
#[test]
fn what_the_json_test_suite_calls_invalid_is_refused() {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/json_parsing.json");
    let Ok(text) = std::fs::read_to_string(place) else {
        eprintln!("the shared JSON vectors are not there: not run");
        return;
    };
    let suite: Value = serde_json::from_str(&text).unwrap();
    let mut refused = 0;
    for case in suite["vectors"].as_array().unwrap() {
        let Some(bytes) = case["bytes_hex"].as_str() else { continue };
        if case["group"] != "must-reject" {
            continue;
        }
        let taken = read::<Value>(&hex::decode(bytes).unwrap());
        assert_eq!(taken, Err(JsonRefused), "{} was taken", case["file"]);
        refused += 1;
    }
    eprintln!("{refused} invalid documents refused");
    assert!(refused > 0, "the suite has no group must-reject any more");
}

use super::{Json, Pointer};
use crate::http::profile::fault::Key;
use proptest::prelude::*;

fn pointer(text: &str) -> Pointer {
    Pointer::read(&Key::root("key"), text).unwrap()
}

fn found(document: &str, at: &str) -> Option<Json> {
    pointer(at).lookup(&Json::read(document.as_bytes()).unwrap()).cloned()
}

#[test]
fn numbers_are_kept_as_they_were_written() {
    for number in ["12.30", "4500.0", "1e400", "123456789012345678901234567890", "-0"] {
        let document = format!(r#"{{"amount": {number} }}"#);

        assert_eq!(found(&document, "/amount"), Some(Json::Number(number.to_owned())));
    }
}

#[test]
fn a_key_that_stands_twice_spoils_the_document_at_any_depth() {
    for document in [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":[{"y":{"a":1,"a":2}}]}"#]
    {
        assert_eq!(Json::read(document.as_bytes()), None, "{document}");
    }
}

#[test]
fn only_one_whole_document_is_read() {
    let deep = format!("{}1{}", "[".repeat(40), "]".repeat(40));
    let cases = ["", "{", "{}{}", "{} x", "[1,]", r#""\ud800""#, "01", "NaN", &deep];

    for document in cases {
        assert_eq!(Json::read(document.as_bytes()), None, "{document}");
    }
    assert_eq!(Json::read(b"\"\xff\""), None);
    assert_eq!(Json::read(b" {} "), Some(Json::Object([].into())));
}

#[test]
fn pointers_lead_where_rfc_6901_says() {
    // Source: RFC 6901, section 5.
    let document = r#"{"foo":["bar","baz"],"":0,"a/b":1,"m~n":8," ":7,"k\"l":6,"가":[null,true]}"#;
    let number = |digits: &str| Some(Json::Number(digits.to_owned()));

    assert_eq!(found(document, "/foo/0"), Some(Json::Text("bar".to_owned())));
    assert_eq!(found(document, "/"), number("0"));
    assert_eq!(found(document, "/a~1b"), number("1"));
    assert_eq!(found(document, "/m~0n"), number("8"));
    assert_eq!(found(document, "/ "), number("7"));
    assert_eq!(found(document, "/가/1"), Some(Json::Bool(true)));
    for nothing in ["/foo/2", "/foo/00", "/foo/+1", "/foo/-", "/foo/0/x", "/absent"] {
        assert_eq!(found(document, nothing), None, "{nothing}");
    }
    for wrong in ["", "foo", "/m~n", "/m~", "/m~2"] {
        assert!(Pointer::read(&Key::root("key"), wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, text in r#"[\[\]{}",:0-9.e\\ua-f -]{0,60}"#) {
        Json::read(&bytes);
        Json::read(text.as_bytes());
    }
}

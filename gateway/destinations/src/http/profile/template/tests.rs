use super::{Headers, Piece, Template, Vocabulary};
use crate::http::profile::fault::Key;
use crate::http::profile::word::Word;

const WORDS: &[Word] =
    &[Word::Code, Word::Amount, Word::TransactionId, Word::Signature, Word::Timestamp];

fn read(text: &str) -> Result<Template, String> {
    let known = Vocabulary::of(&[WORDS]).with_headers(Headers::Named(vec!["x-date".to_owned()]));
    Template::read(&Key::root("body").at("id"), text, &known).map_err(|fault| fault.to_string())
}

fn filled(text: &str) -> String {
    let say = |piece: &Piece| match piece {
        Piece::Word(Word::Code) => Some("{amount}\"}".to_owned()),
        Piece::Word(_) => Some("7".to_owned()),
        Piece::Header(name) => Some(format!("<{name}>")),
        Piece::Text(_) => None,
    };
    read(text).unwrap().fill(say).unwrap()
}

#[test]
fn placeholders_are_filled_and_their_values_never_read_again() {
    assert_eq!(filled("a{amount}b{amount}"), "a7b7");
    assert_eq!(filled("{code}"), "{amount}\"}");
    assert_eq!(filled("{{{amount}}}"), "{7}");
    assert_eq!(filled("{{amount}}"), "{amount}");
    assert_eq!(filled("{header:X-Date}.한글"), "<x-date>.한글");
    assert_eq!(filled(""), "");
}

#[test]
fn a_placeholder_that_is_unknown_or_not_available_is_refused_with_its_key() {
    let known = "{code} {amount} {transaction_id} {signature} {timestamp}";
    let cases = [
        ("{orderid}", format!("there is no placeholder `{{orderid}}`; available: {known}")),
        ("{member_id}", format!("`{{member_id}}` is not available here; available: {known}")),
        ("{", "a brace stands alone; write `{{` or `}}` for a brace".to_owned()),
        ("a}b", "a brace stands alone; write `{{` or `}}` for a brace".to_owned()),
        (
            "x{amount:number}",
            "`{amount:number}`: a number stands alone, as the whole text of a value in a body"
                .to_owned(),
        ),
        ("{header:host}", "not every request has a header `host`; all have: x-date".to_owned()),
    ];

    for (text, reason) in cases {
        assert_eq!(read(text), Err(format!("body.id: {reason}")), "{text}");
    }
}

#[test]
fn a_signature_is_found_in_the_value_of_its_header() {
    let template = read("t={timestamp},v1={signature}").unwrap();
    let signature = |text| template.capture(text, Word::Signature);

    assert_eq!(signature("t=12,v1=abc"), Some("abc"));
    assert_eq!(template.capture("t=12,v1=abc", Word::Timestamp), Some("12"));
    for other in ["t=12", "v1=abc", "", "x,t=12,v1=abc"] {
        assert_eq!(signature(other), None, "{other}");
    }
    assert_eq!(read("{signature}").unwrap().capture("abc", Word::Signature), Some("abc"));
    assert_eq!(read("v1={signature};").unwrap().capture("v1=abc;", Word::Signature), Some("abc"));
    assert_eq!(read("v1={signature};").unwrap().capture("v1=abc;d", Word::Signature), None);
}

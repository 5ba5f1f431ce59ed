use super::*;
use crate::http::exceptions::shapes::{CaseAnswer, CaseList, CloseRequest, ResolveRequest};
use baton_core::relay::case::Kind;

fn described() -> Value {
    serde_json::from_str(OPERATOR_DOCUMENT).unwrap()
}

fn as_its_type(name: &str, example: &Value) -> Option<Value> {
    match name {
        "CaseList" => read_and_written::<CaseList>(example),
        "CaseAnswer" => read_and_written::<CaseAnswer>(example),
        "ResolveRequest" => read_and_written::<ResolveRequest>(example),
        "CloseRequest" => read_and_written::<CloseRequest>(example),
        other => panic!("add the type of {other} here"),
    }
}

#[test]
fn the_operators_document_has_exactly_the_api_of_the_operators_listener() {
    let document = described();
    let operator = between(ROUTES, "pub fn operator(", "\n}\n");

    let api = |path: &str| path.starts_with("/v1/") || path == "/openapi.json";
    let served: BTreeSet<_> = routes(operator).into_iter().filter(|(path, _)| api(path)).collect();

    let written = operations(&document).into_iter();
    let written: BTreeSet<_> = written.map(|(path, method, _)| (path.to_owned(), method)).collect();
    assert!(served.len() > 5, "the routes were not found in mod.rs");
    assert_eq!(served, written);
}

#[test]
fn every_example_for_operators_is_read_strictly_as_its_own_type() {
    let document = described();
    let found = examples(&document);

    assert!(found.len() > 8);
    for (place, name, example) in found {
        assert_eq!(as_its_type(name, example).as_ref(), Some(example), "{place}");
    }
}

#[test]
fn every_refusal_of_operators_is_what_the_gateway_answers_under_its_own_status() {
    let document = described();

    for (word, example) in document["components"]["examples"].as_object().unwrap() {
        let code = RefusalCode::ALL.into_iter().find(|code| code.word() == word).unwrap();
        let body = Problem::of(code).error_response().into_body().try_into_bytes().unwrap();
        assert_eq!(example["value"], serde_json::from_slice::<Value>(&body).unwrap(), "{word}");
    }
    for (path, method, says) in operations(&document) {
        for (status, answer) in says["responses"].as_object().unwrap() {
            let answer = answer["$ref"].as_str().map_or(answer, |place| {
                document.pointer(place.strip_prefix('#').unwrap()).unwrap()
            });
            let Some(problem) = answer["content"].get(PROBLEM_TYPE) else { continue };
            for word in problem["examples"].as_object().unwrap().keys() {
                let value = &document["components"]["examples"][word]["value"];
                assert_eq!(value["status"].to_string(), *status, "{method} {path} {word}");
            }
        }
    }
}

#[test]
fn the_kinds_and_states_are_the_words_of_the_code() {
    let document = described();

    let kinds = words(&schema(&document, "Kind")["enum"]);
    let states = words(&schema(&document, "State")["enum"]);

    assert_eq!(kinds, Kind::ALL.map(Kind::word));
    assert_eq!(states, State::ALL.map(State::word));
}

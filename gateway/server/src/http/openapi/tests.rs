mod operator;

use super::{DOCUMENT, OPERATOR_DOCUMENT};
use crate::http::events::PAGE_EVENTS_MAX;
use crate::http::problem::Problem;
use crate::http::sightings::ANSWER_REPORTS_MAX;
use crate::http::strict_json;
use actix_web::ResponseError;
use actix_web::body::MessageBody;
use baton_core::relay::request::AMOUNT_MINOR_MAX;
use baton_link::sighting::verify;
use baton_protocol::MESSAGE_BYTES_MAX;
use baton_protocol::code::{CODE_BYTES_MAX, CODE_BYTES_MIN};
use baton_protocol::enrol::{EnrolAnswer, EnrolRequest};
use baton_protocol::event::{Event, EventPage, Ping};
use baton_protocol::ids::NAME_BYTES_MAX;
use baton_protocol::money::Currency;
use baton_protocol::phone::{
    RefundRequest, ResolveAnswer, SaleAnswer, SaleRequest, TouchAnswer, TouchEvent, TouchRequest,
    TransactionAnswer,
};
use baton_protocol::refusal::RefusalCode;
use baton_protocol::sighting::{SIGHTINGS_MAX, SightingsAnswer};
use baton_protocol::work::State;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;

const ROUTES: &str = include_str!("../mod.rs");
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const PROBLEM_TYPE: &str = "application/problem+json";

fn document() -> Value {
    serde_json::from_str(DOCUMENT).unwrap()
}

fn schema<'d>(document: &'d Value, name: &str) -> &'d Value {
    let found = document.pointer(&format!("/components/schemas/{name}"));
    found.unwrap_or_else(|| panic!("there is no schema {name}"))
}

fn words(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

/// Every operation of the document as path, method and what is said of it.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().iter();
        let methods = methods.filter(|(method, _)| METHODS.contains(&method.as_str()));
        found.extend(methods.map(|(method, says)| (path.as_str(), method.as_str(), says)));
    }
    found
}

/// The path and method of every route in the text of one function that adds them.
fn routes(text: &str) -> BTreeSet<(String, &str)> {
    let each = text.split(".route(").skip(1);
    each.map(|rest| (described(between(rest, "\"", "\"")), between(rest, "web::", "()"))).collect()
}

/// A path as OpenAPI writes it: variables without the pattern that actix takes.
fn described(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |whole, part| {
        let (variable, rest) = part.split_once('}').unwrap();
        let name = variable.split(':').next().unwrap();
        format!("{whole}{{{name}}}{rest}")
    })
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

/// Every example of a body or answer in JSON, with the name of its schema and where it stands.
fn examples(document: &Value) -> Vec<(String, &str, &Value)> {
    let mut found = Vec::new();
    for (path, method, says) in operations(document) {
        let answers = says["responses"].as_object().unwrap();
        let answers = answers.iter().map(|(status, answer)| (status.as_str(), answer));
        let request = says.get("requestBody").map(|body| ("request", body));
        for (part, content) in answers.chain(request) {
            let Some(json) = content.pointer("/content/application~1json") else { continue };
            let Some(name) = json["schema"]["$ref"].as_str() else { continue };
            let name = name.strip_prefix("#/components/schemas/").unwrap();
            let listed = json["examples"].as_object().unwrap();
            assert!(!listed.is_empty(), "{method} {path} has no example of its {part}");
            for (title, example) in listed {
                found.push((format!("{method} {path} {part} {title}"), name, &example["value"]));
            }
        }
    }
    found
}

/// Reads an example strictly and writes it again: a misspelt or unknown field would get lost.
fn read_and_written<T: DeserializeOwned + Serialize>(example: &Value) -> Option<Value> {
    let read: T = strict_json::read(&serde_json::to_vec(example).unwrap()).ok()?;
    serde_json::to_value(read).ok()
}

fn by_schema(name: &str, example: &Value) -> Option<Value> {
    match name {
        "TouchRequest" => read_and_written::<TouchRequest>(example),
        "TouchAnswer" => read_and_written::<TouchAnswer>(example),
        "TouchEvent" => read_and_written::<TouchEvent>(example),
        "TransactionAnswer" => read_and_written::<TransactionAnswer>(example),
        "RefundRequest" => read_and_written::<RefundRequest>(example),
        "SaleRequest" => read_and_written::<SaleRequest>(example),
        "SaleAnswer" => read_and_written::<SaleAnswer>(example),
        "ResolveAnswer" => read_and_written::<ResolveAnswer>(example),
        "SightingsAnswer" => read_and_written::<SightingsAnswer>(example),
        "Event" => read_and_written::<Event>(example),
        "EventPage" => read_and_written::<EventPage>(example),
        "Ping" => read_and_written::<Ping>(example),
        "EnrolRequest" => read_and_written::<EnrolRequest>(example),
        "EnrolAnswer" => read_and_written::<EnrolAnswer>(example),
        other => panic!("add the protocol type of {other} here"),
    }
}

#[test]
fn the_document_is_openapi_3_1_of_this_version() {
    let document = document();

    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_document_has_exactly_the_routes_of_the_public_listener() {
    let document = document();
    let public = between(ROUTES, "pub fn public(", "\n}\n");

    let served = routes(public);

    let written = operations(&document).into_iter();
    let written = written.map(|(path, method, _)| (path.to_owned(), method)).collect();
    let known = ("/v1/touches".to_owned(), "post");
    assert!(served.contains(&known), "the routes were not found in mod.rs");
    assert_eq!(served, written);
}

#[test]
fn every_variable_of_a_path_is_a_described_parameter() {
    let document = document();

    for (path, method, says) in operations(&document) {
        let shared = document["paths"][path].get("parameters");
        let listed = shared.into_iter().chain(says.get("parameters"));
        let listed = listed.flat_map(|list| list.as_array().unwrap());
        let named = listed.map(|one| match one["$ref"].as_str() {
            Some(place) => document.pointer(place.strip_prefix('#').unwrap()).unwrap(),
            None => one,
        });
        let named: BTreeSet<_> = named
            .filter(|one| one["in"] == "path")
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        let written: BTreeSet<_> =
            path.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect();
        assert_eq!(named, written, "{method} {path}");
    }
}

#[test]
fn the_codes_of_a_problem_are_the_words_of_every_refusal() {
    let document = document();

    let described = words(&schema(&document, "RefusalCode")["enum"]);

    let spoken: Vec<_> = RefusalCode::ALL.into_iter().map(RefusalCode::word).collect();
    assert_eq!(described, spoken);
    let code = &schema(&document, "Problem")["properties"]["code"]["$ref"];
    assert_eq!(code, "#/components/schemas/RefusalCode");
}

#[test]
fn every_problem_example_is_what_the_gateway_answers() {
    let document = document();

    for code in RefusalCode::ALL {
        let answer = Problem::of(code).error_response();
        let kind = answer.headers().get("content-type").unwrap().to_str().unwrap().to_owned();
        let body = answer.into_body().try_into_bytes().unwrap();
        let spoken: Value = serde_json::from_slice(&body).unwrap();
        let described = &document["components"]["examples"][code.word()]["value"];
        assert_eq!(*described, spoken, "{}", code.word());
        assert_eq!(kind, PROBLEM_TYPE);
    }
}

#[test]
fn every_refusal_stands_under_its_own_status() {
    let document = document();

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
fn the_states_are_the_words_of_every_state() {
    let document = document();

    let described = words(&schema(&document, "State")["enum"]);

    let spoken: Vec<_> = State::ALL.into_iter().map(State::word).collect();
    assert_eq!(described, spoken);
}

#[test]
fn the_currencies_are_all_that_the_gateway_knows() {
    let document = document();

    let described: BTreeSet<_> =
        words(&schema(&document, "Currency")["enum"]).into_iter().collect();

    let letters = || b'A'..=b'Z';
    let all =
        letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
    let known: Vec<String> = all
        .map(|three| String::from_utf8(three.to_vec()).unwrap())
        .filter(|three| Currency::from_letters(three).is_ok())
        .collect();
    assert_eq!(described, known.iter().map(String::as_str).collect());
}

#[test]
fn the_limits_are_those_of_the_code() {
    let document = document();

    let code = schema(&document, "PaymentCode");
    assert_eq!(code["minLength"], CODE_BYTES_MIN);
    assert_eq!(code["maxLength"], CODE_BYTES_MAX);
    assert_eq!(schema(&document, "MemberId")["maxLength"], CODE_BYTES_MAX);
    assert_eq!(schema(&document, "TerminalId")["maxLength"], NAME_BYTES_MAX);
    for (name, field) in
        [("PaymentPart", "amount"), ("SaleRequest", "amount"), ("MembershipPart", "points")]
    {
        let described = &schema(&document, name)["properties"][field]["maximum"];
        assert_eq!(*described, AMOUNT_MINOR_MAX, "{name}.{field}");
    }
    let bytes = format!("{MESSAGE_BYTES_MAX} bytes");
    for (path, method, says) in operations(&document) {
        let Some(body) = says.get("requestBody") else { continue };
        assert!(body["description"].as_str().unwrap().contains(&bytes), "{method} {path}");
    }
}

#[test]
fn the_example_of_sightings_verifies_by_the_description_alone() {
    let document = document();
    let says = &document["paths"]["/v1/sightings"]["get"]["responses"]["200"];
    let json = &says["content"]["application/json"]["examples"]["heard"]["value"];
    let answer: SightingsAnswer = serde_json::from_value(json.clone()).unwrap();

    for held in &answer.reports {
        let verified = verify(&held.report, &answer.audience, &held.public_key);
        assert_eq!(verified, Ok(()), "{}", held.seq);
    }

    assert_eq!(answer.reports.len(), 1);
    let reports_max = &schema(&document, "SightingsAnswer")["properties"]["reports"]["maxItems"];
    assert_eq!(*reports_max, ANSWER_REPORTS_MAX);
    let report = schema(&document, "SightingReport");
    assert_eq!(report["properties"]["sightings"]["maxItems"], SIGHTINGS_MAX);
}

#[test]
fn every_body_has_an_example() {
    let document = document();
    let found = examples(&document);

    for (path, method, says) in operations(&document) {
        if says.get("requestBody").is_some() {
            let start = format!("{method} {path} request ");
            assert!(found.iter().any(|(place, _, _)| place.starts_with(&start)), "{start}");
        }
    }
}

#[test]
fn every_example_is_read_strictly_as_its_own_type() {
    let document = document();
    let found = examples(&document);

    assert!(!found.is_empty());
    for (place, name, example) in found {
        assert_eq!(by_schema(name, example).as_ref(), Some(example), "{place}");
    }
}

#[test]
fn every_event_of_the_example_stream_is_read() {
    let document = document();
    let content = "/paths/~1v1~1touches~1{id}~1events/get/responses/200/content/text~1event-stream";
    let stream = document.pointer(&format!("{content}/examples/approved/value")).unwrap();

    let lines = stream.as_str().unwrap().lines().filter_map(|line| line.strip_prefix("data: "));
    let events: Vec<Value> = lines.map(|data| serde_json::from_str(data).unwrap()).collect();

    let listed = schema(&document, "TouchEvent")["examples"].as_array().unwrap();
    assert!(events.len() > 1 && !listed.is_empty());
    for event in events.iter().chain(listed) {
        assert_eq!(by_schema("TouchEvent", event).as_ref(), Some(event));
    }
}

#[test]
fn what_a_webhook_is_sent_is_an_event_or_a_ping_of_the_protocol() {
    let document = document();
    let body = &document["webhooks"]["event"]["post"]["requestBody"]["content"];
    let examples = &body["application/json"]["examples"];

    let approved = &examples["approved"]["value"];
    assert_eq!(by_schema("Event", approved).as_ref(), Some(approved));
    assert_eq!(approved["type"], Event::kind_of(State::Approved));
    assert_eq!(
        examples["ping"]["value"],
        serde_json::to_value(Ping::at(1_763_866_801_250)).unwrap()
    );
    for event in schema(&document, "Event")["examples"].as_array().unwrap() {
        assert_eq!(by_schema("Event", event).as_ref(), Some(event));
    }
    let limit = &document["paths"]["/v1/events"]["get"]["parameters"][1]["schema"];
    assert_eq!((&limit["maximum"], &limit["default"]), (&PAGE_EVENTS_MAX.into(), &100.into()));
}

#[test]
fn no_text_of_the_document_offers_a_retry_where_an_outcome_is_unknown() {
    let document = document();
    let mut texts = Vec::new();
    texts_of(&document, "", &mut texts);

    for (place, text) in &texts {
        let lower = text.to_lowercase();
        assert!(!lower.contains("retry the payment"), "{place}: {text}");
        let pays = lower.matches("pay again").count();
        let forbids = ["do not pay again", "nobody may pay again"];
        let forbidden: usize = forbids.iter().map(|words| lower.matches(words).count()).sum();
        assert_eq!(pays, forbidden, "{place}: {text}");
        if lower.contains("try again") {
            assert!(lower.contains("nothing was done"), "{place}: {text}");
            assert!(lower.contains("with the same key"), "{place}: {text}");
        }
    }
    assert!(texts.len() > 100, "the texts were not found");
}

/// Every text of the document with its place, but not its patterns and addresses.
fn texts_of(value: &Value, place: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((place.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, place, found)),
        Value::Object(entries) => {
            for (key, inner) in entries {
                texts_of(inner, &format!("{place}/{key}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

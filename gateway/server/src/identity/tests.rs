use super::token::{Caller, check};
use super::*;
use crate::clock::wall_ms;
use crate::tables::{Snapshot, token_key};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use baton_protocol::ids::AppId;
use baton_records::directory::AppKey;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

struct App {
    signer: EncodingKey,
    snapshot: Snapshot,
}

fn app() -> App {
    let pair = Ed25519KeyPair::generate().unwrap();
    let signer = EncodingKey::from_ed_der(pair.to_pkcs8v1().unwrap().as_ref());
    // The fixed head of an Ed25519 SubjectPublicKeyInfo (RFC 8410).
    let mut info = hex::decode("302a300506032b6570032100").unwrap();
    info.extend_from_slice(pair.public_key().as_ref());
    let body = STANDARD.encode(info);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
    let key =
        AppKey { algorithm: "EdDSA".to_owned(), key_id: "k1".to_owned(), public_key_pem: pem };
    let mut snapshot = Snapshot::default();
    snapshot.app_keys.insert("app-1".parse::<AppId>().unwrap(), token_key(&key).unwrap());
    App { signer, snapshot }
}

fn claims() -> Value {
    let now = wall_ms() / 1_000;
    json!({"iss": "app-1", "aud": "baton", "exp": now + 120, "jti": "one"})
}

fn header() -> Header {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("baton-phone+jwt".to_owned());
    header.kid = Some("k1".to_owned());
    header
}

fn signed(app: &App, header: &Header, claims: &Value) -> String {
    encode(header, claims, &app.signer).unwrap()
}

#[test]
fn a_token_as_it_should_be_names_its_app() {
    let app = app();

    let caller = check(&signed(&app, &header(), &claims()), &app.snapshot, "baton");

    let Ok(Caller { app, token_id }) = caller else { panic!("refused") };
    assert_eq!(app.as_str(), "app-1");
    assert!(token_id.ends_with(".one"), "{token_id}");
}

#[test]
fn every_forged_claim_is_refused() {
    let app = app();
    let now = wall_ms() / 1_000;
    let forged = [
        ("aud", json!("another gateway")),
        ("iss", json!("app-2")),
        ("exp", json!(now - 60)),
        ("exp", json!(now + 400)),
        ("jti", json!("")),
        ("jti", json!("x".repeat(65))),
        ("nbf", json!(now + 100)),
    ];

    for (claim, value) in forged {
        let mut claims = claims();
        claims[claim] = value.clone();
        let refused = check(&signed(&app, &header(), &claims), &app.snapshot, "baton");
        assert!(refused.is_err(), "{claim} = {value} was taken");
    }
    for missing in ["aud", "iss", "exp", "jti"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(missing);
        let refused = check(&signed(&app, &header(), &claims), &app.snapshot, "baton");
        assert!(refused.is_err(), "a token without {missing} was taken");
    }
}

#[test]
fn every_forged_header_is_refused() {
    let app = app();
    let forge: [fn(&mut Header); 6] = [
        |header| header.kid = Some("k2".to_owned()),
        |header| header.kid = None,
        |header| header.typ = Some("baton-link+jwt".to_owned()),
        |header| header.typ = None,
        |header| header.jku = Some("https://example.org/keys".to_owned()),
        |header| header.crit = Some(vec!["exp".to_owned()]),
    ];

    for (place, change) in forge.into_iter().enumerate() {
        let mut header = header();
        change(&mut header);
        let refused = check(&signed(&app, &header, &claims()), &app.snapshot, "baton");
        assert!(refused.is_err(), "header {place} was taken");
    }
}

#[test]
fn a_token_of_another_key_algorithm_or_shape_is_refused() {
    let app = app();
    let other = super::tests::app();
    let good = signed(&app, &header(), &claims());
    let mut secret = header();
    secret.alg = Algorithm::HS256;
    let public = EncodingKey::from_secret(b"the public key as a secret");
    let confused = encode(&secret, &claims(), &public).unwrap();
    let (head, _) = good.rsplit_once('.').unwrap();
    let unsigned = format!("{head}.");

    let bad = [
        signed(&other, &header(), &claims()),
        confused,
        unsigned,
        "x".repeat(5_000),
        String::new(),
    ];

    for token in bad {
        assert!(check(&token, &app.snapshot, "baton").is_err(), "{token:.40} was taken");
    }
}

#[test]
fn wrong_enrolment_codes_are_slowed_down_and_forgiven_after_a_minute() {
    let guesses = Guesses::default();
    let start = baton_core::time::Timestamp::from_ms(1_000);

    let mut allowed = 0;
    while guesses.allowed(start) == Guessing::Allowed {
        guesses.wrong();
        allowed += 1;
    }

    assert_eq!(allowed, 60);
    assert_eq!(guesses.allowed(start.after_ms(59_999)), Guessing::TooMany);
    assert_eq!(guesses.allowed(start.after_ms(60_000)), Guessing::Allowed);
}

#[test]
fn a_connection_token_is_spent_once() {
    let spent = Spent::default();

    assert_eq!(spent.spend("a", 100, 50), Spending::First);
    assert_eq!(spent.spend("a", 100, 50), Spending::Again);
    assert_eq!(spent.spend("b", 100, 50), Spending::First);
}

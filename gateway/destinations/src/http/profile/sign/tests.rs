use super::Seal;
use crate::http::profile::file::SealFile;
use crate::http::profile::template::{Headers, Piece};
use crate::http::profile::word::Word;
use crate::secret::Secret;

fn file(keys: &str) -> SealFile {
    toml::from_str(&format!("header = \"x-signature\"\n{keys}")).unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// Signs this body alone.
fn signed(keys: &str, key: &str, body: &str) -> Option<String> {
    let file = file(&format!("over = \"{{body}}\"\n{keys}"));
    let seal = Seal::of_requests(&file, Headers::default()).unwrap();
    seal.sign(&secret(key), |piece| super::say_body(only_word(piece)?, body))
}

fn only_word(piece: &Piece) -> Option<Word> {
    match piece {
        Piece::Word(word) => Some(*word),
        Piece::Text(_) | Piece::Header(_) => None,
    }
}

#[test]
fn signatures_are_those_of_rfc_4231() {
    // Source: RFC 4231, test case 2 (text key) and test case 1 (key of 20 bytes 0x0b).
    let body = "what do ya want for nothing?";
    let key = "0b".repeat(20);

    assert_eq!(
        signed("algorithm = \"hmac-sha256\"", "Jefe", body).unwrap(),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    assert_eq!(
        signed("algorithm = \"hmac-sha512\"", "Jefe", body).unwrap(),
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
         9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    );
    assert_eq!(
        signed("algorithm = \"hmac-sha256\"\nkey = \"hex\"", &key, "Hi There").unwrap(),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    assert_eq!(
        signed(
            "algorithm = \"hmac-sha256\"\nkey = \"base64\"\nencoding = \"base64\"",
            "CwsLCwsLCwsLCwsLCwsLCwsLCws=",
            "Hi There"
        )
        .unwrap(),
        "sDRMYdjbOFNcqK/OrwvxK4gdwgDJgz2nJuk3bC4yz/c="
    );
    assert_eq!(signed("algorithm = \"hmac-sha256\"\nkey = \"hex\"", "no hex", "x"), None);
}

#[test]
fn a_digest_of_the_body_is_that_of_fips_180() {
    // Source: FIPS 180-4's example, SHA-256 of "abc".
    assert_eq!(
        super::say_body(Word::BodySha256Hex, "abc").unwrap(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(
        super::say_body(Word::BodySha256Base64, "abc").unwrap(),
        "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    );
}

#[test]
fn an_answer_holds_for_its_key_time_and_body_only() {
    let keys = "value = \"t={timestamp},v1={signature}\"\nover = \"{timestamp}.{body}\"\n\
                algorithm = \"hmac-sha256\"";
    let seal = Seal::of_answers(&file(keys)).unwrap();
    // Source: `printf '1000.{}' | openssl dgst -sha256 -hmac key`.
    let hex = "c32de42341dece79a1511c9e7f74a2734112edcfcf48943c976faf07047065db";
    let holds = |key: &str, value: &str, body: &str| {
        let say = |piece: &Piece| super::say_body(only_word(piece)?, body);
        seal.holds(&secret(key), value, say)
    };

    assert!(holds("key", &format!("t=1000,v1={hex}"), "{}"));
    assert!(!holds("other", &format!("t=1000,v1={hex}"), "{}"));
    assert!(!holds("key", &format!("t=1001,v1={hex}"), "{}"));
    assert!(!holds("key", &format!("t=1000,v1={hex}"), "{} "));
    assert!(!holds("key", &format!("t=1000,v1={}", &hex[2..]), "{}"));
    assert!(!holds("key", hex, "{}"));
}

#[test]
fn a_signature_that_would_prove_nothing_is_refused() {
    let requests = |keys: &str| {
        let read = Seal::of_requests(&file(keys), Headers::default());
        read.map(drop).map_err(|fault| fault.to_string()).unwrap_err()
    };
    let algorithm = "algorithm = \"hmac-sha256\"";

    let no_body = requests(&format!("over = \"{{path}}\"\n{algorithm}"));
    assert!(no_body.starts_with("sign.over: the body must be covered"), "{no_body}");
    let nowhere = requests(&format!("over = \"{{body}}\"\nvalue = \"v1\"\n{algorithm}"));
    assert_eq!(nowhere, "sign.value: `{signature}` must stand in it, once");
    let unheard = file(&format!("over = \"{{timestamp}}{{body}}\"\n{algorithm}"));
    let unheard = Seal::of_answers(&unheard).map(drop).unwrap_err().to_string();
    assert!(unheard.starts_with("verify.over: `{timestamp}`"), "{unheard}");
}

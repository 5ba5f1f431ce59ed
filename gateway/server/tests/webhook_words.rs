//! `admin webhook` as an operator types it, against a receiver that takes a ping.
//!
//! Owns the words of the program; deliveries are in the scenarios.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use baton_destinations::Secret;
use baton_destinations::signature::verify;
use baton_gateway::clock::wall_ms;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

/// Runs one `admin` word in a folder of its own.
fn admin(folder: &Path, private: &str, words: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_baton-gateway"));
    program.current_dir(folder).arg("admin").args(words);
    program.env("BATON_WEBHOOKS__ALLOW_PRIVATE", private).output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn secret(said: &str) -> Secret {
    let line = said.lines().find_map(|line| line.strip_prefix("secret (shown once): "));
    Secret::new(line.unwrap().to_owned())
}

#[test]
fn a_webhook_is_added_shown_tried_rotated_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    said(&admin(folder, "false", &["shop", "add", "cafe", "--name", "Café"]));
    let add = ["webhook", "add", "hook", "--shop", "cafe", "--url", &url];

    let refused = admin(folder, "false", &add);
    let old = secret(&said(&admin(folder, "true", &add)));
    let new = secret(&said(&admin(folder, "true", &["webhook", "rotate", "hook"])));
    let request = thread::spawn(move || one_request(&listener));
    let tried = said(&admin(folder, "true", &["webhook", "test", "hook"]));
    let listed = said(&admin(folder, "true", &["webhook", "list"]));
    said(&admin(folder, "true", &["webhook", "suspend", "hook"]));
    let suspended = said(&admin(folder, "true", &["webhook", "list"]));
    said(&admin(folder, "true", &["webhook", "remove", "hook"]));
    let nothing = said(&admin(folder, "true", &["webhook", "list"]));

    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("allow_private"));
    assert_eq!(tried, "taken: 200\n");
    let (signature, body) = request.join().unwrap();
    for secret in [old, new] {
        assert_eq!(verify(&secret, &signature, body.as_bytes(), wall_ms(), 60_000), Ok(()));
    }
    assert!(body.starts_with(r#"{"id":0,"type":"ping","at_ms":"#), "{body}");
    assert!(listed.contains(&format!("hook  active, two secrets  shop cafe → {url}")), "{listed}");
    assert!(suspended.contains("hook  suspended"), "{suspended}");
    assert_eq!(nothing, "");
}

#[test]
fn a_webhook_has_one_tenant() {
    let folder = tempfile::tempdir().unwrap();
    let both = ["--app", "a", "--shop", "s", "--url", "https://shop.example/"];
    for whose in [&both[..], &both[4..]] {
        let words = [&["webhook", "add", "hook"], whose].concat();
        assert!(!admin(folder.path(), "false", &words).status.success());
    }
}

/// Takes one request and returns its signature and body.
fn one_request(listener: &TcpListener) -> (String, String) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut text = String::new();
    let mut bytes = [0; 4_096];
    while !text.ends_with('}') {
        let read = stream.read(&mut bytes).unwrap();
        assert!(read > 0, "the request broke off");
        text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let signature = head.lines().find_map(|line| line.strip_prefix("baton-signature: "));
    (signature.unwrap().to_owned(), body.to_owned())
}

//! The conformance kit as a provider runs it: a program, a library, a server, an exit code.
//!
//! Owns the proof that it passes honest plugins and fails the misbehaving one, and that what it
//! signs is taken. Next: the kit itself, `src/bin/baton-plugin-check`.
#![expect(clippy::unwrap_used, reason = "a test ends at what it cannot do")]

mod stage;

use stage::library;
use stamp_card::server::Server;
use stamp_card::server::book::Book;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn check() -> Command {
    Command::new(env!("CARGO_BIN_EXE_baton-plugin-check"))
}

fn said(output: &Output) -> String {
    let (out, error) = (&output.stdout, &output.stderr);
    format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(error))
}

fn stamps() -> Server {
    Server::start("127.0.0.1:0", "stamps", Book::with(&[("M-1001", 1_000)])).unwrap()
}

fn check_stamps(library: &Path, server: &Server) -> Command {
    let mut command = check();
    command
        .arg(library)
        .args(["--host", &format!("http://{}", server.address)])
        .args(["--secret", &format!("{}={}", stamp_card::card::SECRET, server.secret())])
        .args(["--member", "M-1001"]);
    command
}

#[test]
fn the_stamp_card_passes_every_case() {
    let (server, folder) = (stamps(), tempfile::tempdir().unwrap());
    let junit = folder.path().join("report.xml");

    let output = check_stamps(&library("stamp_card"), &server).arg("--junit").arg(&junit).output();

    let output = output.unwrap();
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains(" 0 failed, 0 skipped"), "{said}");
    let junit = fs::read_to_string(junit).unwrap();
    assert!(junit.contains("failures=\"0\""), "{junit}");
    assert_eq!(junit.matches("<testcase ").count(), said.matches("  pass  ").count());
}

#[test]
fn without_its_server_the_stamp_card_fails_but_the_kit_does_not() {
    let output = check().arg(library("stamp_card")).args(["--member", "M-1001"]).output().unwrap();

    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
}

#[test]
fn the_misbehaving_plugin_fails() {
    let output = check()
        .arg(library("misbehaving"))
        .args(["--member", "M-1001", "--code", "FINE-1", "--code", "FINE-2"])
        .output()
        .unwrap();

    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("FAIL  destination: an inquiry finds it (C3)"), "{said}");
    assert!(said.contains("FAIL  destination: amounts that are none are not approved"), "{said}");
}

#[test]
fn what_is_no_plugin_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not-a-library.so");
    fs::write(&file, "text").unwrap();

    let output = check().arg(&file).output().unwrap();

    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("FAIL  abi: the library loads"), "{said}");
}

#[test]
fn what_the_tool_signs_is_taken_by_those_who_trust_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let plugin = place.join("stamp-card");
    fs::create_dir(&plugin).unwrap();
    fs::copy(library("stamp_card"), plugin.join("libstamp_card.so")).unwrap();

    let key = check().arg("key").arg(place.join("private")).output().unwrap();
    fs::write(place.join("trusted"), &key.stdout).unwrap();
    let again = check().arg("key").arg(place.join("private")).output().unwrap();
    let signed = check()
        .args(["sign", "--key"])
        .arg(place.join("private"))
        .args(["--host", "https://stamps.example", "--secret", "stamp-card-server"])
        .arg(plugin.join("libstamp_card.so"))
        .output()
        .unwrap();
    let verified =
        check().args(["verify", "--trust"]).arg(place.join("trusted")).arg(&plugin).output();

    assert!(key.status.success() && signed.status.success(), "{}{}", said(&key), said(&signed));
    assert_eq!(again.status.code(), Some(2), "a private key is never written over");
    let verified = verified.unwrap();
    assert!(said(&verified).contains("stamp-card 1.0.0 would be taken"), "{}", said(&verified));
}

//! The wire as devices and phones in shops already speak it, and the shipped configuration.
//!
//! Owns golden files: every message of version 1, byte for byte, under `v01/`. A red old file
//! means that the change must be reverted; `BATON_BLESS=1` writes only files that are missing.
//! [`messages`] makes the messages, [`config`] holds `config/gateway.toml` to its defaults.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails there")]

mod config;
mod messages;

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn every_message_of_version_1_is_spoken_byte_for_byte() {
    let mut wrong = Vec::new();
    for (name, spoken) in messages::all() {
        let path = folder().join(format!("{name}.json"));
        let line = format!("{spoken}\n");
        if !path.exists() && std::env::var("BATON_BLESS").as_deref() == Ok("1") {
            std::fs::write(&path, &line).unwrap();
        }
        match std::fs::read_to_string(&path) {
            Ok(golden) if golden == line => {}
            Ok(golden) => wrong.push(format!("{name} was\n  {golden}is\n  {line}")),
            Err(_) => wrong.push(format!("{name} has no file: run once with BATON_BLESS=1")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_message_of_version_1_is_understood_as_it_was() {
    for (name, spoken, again) in messages::read_back(&folder()) {
        assert_eq!(spoken, again, "{name}");
    }
}

#[test]
fn no_golden_file_is_without_its_message() {
    let named: BTreeSet<String> =
        messages::all().into_iter().map(|(name, _)| format!("{name}.json")).collect();
    let files = std::fs::read_dir(folder()).unwrap();
    let found = files.map(|file| file.unwrap().file_name().into_string().unwrap());

    assert_eq!(found.collect::<BTreeSet<_>>(), named);
}

#[test]
fn unknown_fields_of_a_later_version_are_tolerated() {
    for (name, text) in messages::all() {
        let mut later: Value = serde_json::from_str(&text).unwrap();
        later["a_later_field"] = Value::from(7);

        let read = messages::read(&name, &later.to_string());

        assert_eq!(read, text, "{name}");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("wire/v01")
}

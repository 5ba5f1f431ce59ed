//! The program's own environment variables are not settings, and a misspelt setting is refused.
//!
//! Owns what only a process of its own can show: the environment of a test is shared by all.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set must fail")]

use std::process::{Command, Output};

fn verify(variable: &str, value: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("gateway.toml");
    let database = format!("sqlite:{}", folder.path().join("baton.sqlite").display());
    std::fs::write(&config, format!("[records]\ndatabase = {database:?}\n")).unwrap();
    let program = || Command::new(env!("CARGO_BIN_EXE_baton-gateway"));
    // Makes the database: a check opens one only to read it.
    let made = program().args(["admin", "tables"]).env("BATON_CONFIG", &config).output();
    assert!(made.unwrap().status.success());
    let mut command = program();
    command.args(["audit", "verify"]).env("BATON_CONFIG", &config).env(variable, value);
    command.output().unwrap()
}

#[test]
fn the_log_level_and_the_configuration_file_may_stand_in_the_environment() {
    let output = verify("BATON_LOG", "trace");

    let words = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(words.contains("books whole"), "{words}");
}

#[test]
fn a_setting_that_does_not_exist_is_refused_by_name() {
    let output = verify("BATON_LISTEN__PUBLICK", "127.0.0.1:1");

    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("publick"));
}

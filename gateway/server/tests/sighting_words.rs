//! `admin sightings` as an operator types it, where it cannot answer.
//!
//! Owns the words of the program; what it shows of a running gateway is in the scenarios.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::path::Path;
use std::process::{Command, Output};

fn sightings(folder: &Path, words: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_baton-gateway"));
    program.current_dir(folder).args(["admin", "sightings"]).args(words).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[test]
fn without_a_token_or_a_gateway_it_says_which_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "ABCDEFGH\n").unwrap();
    // The port of the discard service, on which no gateway listens.
    let nowhere = "http://127.0.0.1:9";

    let no_token = sightings(folder.path(), &["--token-file", "nothing"]);
    let no_gateway = sightings(folder.path(), &["--token-file", "token", "--gateway", nowhere]);
    let no_words = sightings(folder.path(), &[]);

    for (output, why) in [
        (no_token, "cannot read the token nothing"),
        (no_gateway, "no gateway answers at http://127.0.0.1:9"),
        (no_words, "--token-file"),
    ] {
        assert!(!output.status.success() && said(&output).contains(why), "{}", said(&output));
    }
}

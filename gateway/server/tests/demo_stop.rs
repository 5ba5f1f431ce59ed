//! A demo that is told to stop leaves nothing behind, whichever signal says so.
//!
//! Owns what only a process of its own can show: signals, and the folder of a whole run.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn a_demo_that_is_terminated_takes_its_folder_away() {
    let folder = tempfile::tempdir().unwrap();
    let left = || std::fs::read_dir(folder.path()).unwrap().count();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_baton-gateway"))
        .args(["demo", "--once"])
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(demo.stdout.take().unwrap()).lines();
    // The stage is set, and the first act runs, once more than the heading is said.
    assert!(lines.by_ref().take(4).all(|line| line.is_ok()));
    assert_eq!(left(), 1, "the demo has no folder");

    let told = Command::new("kill").arg(demo.id().to_string()).status().unwrap();

    assert!(told.success());
    lines.for_each(drop);
    demo.wait().unwrap();
    assert_eq!(left(), 0, "the demo left its folder");
}

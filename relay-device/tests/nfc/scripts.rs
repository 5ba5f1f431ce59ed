//! Cards that are asked while the terminal runs: each is one scan, and readers come and go.
//!
//! The library finds its service by the environment, which no test may change for itself; so the
//! test runs itself once more with the desk's service named there. Nothing comes next.

use crate::desk::Desk;
use crate::field::Tag;
use crate::files::{Files, GREETING};
use baton_relay_device::clock::clock;
use baton_relay_device::config::{ReaderSettings, ScriptSettings, ScriptWriting};
use baton_relay_device::scan::{Heard, Scans};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Instant;

const INSIDE: &str = "BATON_TEST_INSIDE";
/// What stands before each line of the inner run.
const MARK: &str = "heard: ";

/// A member's card with a record.
struct Member(&'static [u8]);

impl Member {
    fn new(record: &'static [u8]) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self(record)))
    }
}

impl Tag for Member {
    fn greeting(&self) -> Vec<u8> {
        GREETING.to_vec()
    }

    fn answer(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        Some(match command {
            [0, 0xA4, 4, 0, 7, 0xF0, 1, 2, 3, 4, 5, 6, 0] => vec![0x90, 0],
            [0, 0xB0, 0, 0, 0x10] => [self.0, &[0x90, 0]].concat(),
            _ => vec![0x6A, 0x82],
        })
    }
}

/// The inner run's lines.
struct Inside {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Inside {
    fn of(desk: &Desk, test: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(INSIDE, "yes")
            .env("PCSCLITE_CSOCK_NAME", desk.socket())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn next(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "the inner run ended");
            if let Some((_, said)) = line.split_once(MARK) {
                return said.trim_end().to_owned();
            }
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(|_| ()).unwrap_or_default();
    }
}

/// Says what is heard until it is killed.
fn hear() {
    let script = ScriptSettings {
        name: "members".to_owned(),
        commands: ["00A4040007F001020304050600", "00B0000010"].map(str::to_owned).to_vec(),
        find: "whole".to_owned(),
        writing: ScriptWriting::Text,
    };
    let settings = ReaderSettings { scripts: vec![script], ..ReaderSettings::default() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let source = settings.source().unwrap().unwrap();
        let mut scans = Scans::start(vec![source], clock());
        while let Some(heard) = scans.next().await {
            match heard {
                Heard::Ready { source } => println!("{MARK}{source} ready"),
                Heard::Scan(scan) => println!("{MARK}{} {}", scan.source, scan.reveal()),
                Heard::Refused { source, refusal } => println!("{MARK}{source} not: {refusal}"),
                Heard::Trouble { source, reason } => println!("{MARK}{source} wrong: {reason}"),
            }
        }
    });
}

fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

#[test]
fn each_card_that_is_laid_down_is_one_scan_and_a_foreign_one_is_refused() {
    if is_inside() {
        return hear();
    }
    let desk = Desk::open();
    let test = "scripts::each_card_that_is_laid_down_is_one_scan_and_a_foreign_one_is_refused";
    let mut inside = Inside::of(&desk, test);
    while inside.next() != "nfc ready" {}

    desk.field.lay(&Member::new(b"M-0017          "));
    assert_eq!(inside.next(), "nfc M-0017");
    desk.clear();
    desk.field.lay(&Files::new());
    assert_eq!(inside.next(), "nfc not: this terminal knows no such card");
    desk.clear();
    desk.field.lay(&Member::new(b"4111111111111111"));
    assert_eq!(
        inside.next(),
        "nfc not: the reading is or holds a card number, which is never taken"
    );
    desk.clear();
    desk.field.lay(&Member::new(b"M-0018"));
    assert_eq!(inside.next(), "nfc M-0018");
}

#[test]
fn a_service_that_was_killed_is_named_and_cards_are_read_when_it_is_back() {
    if is_inside() {
        return hear();
    }
    let mut desk = Desk::open();
    let test = "scripts::a_service_that_was_killed_is_named_and_cards_are_read_when_it_is_back";
    let mut inside = Inside::of(&desk, test);
    while inside.next() != "nfc ready" {}

    desk.stop_service();
    let wrong = inside.next();
    assert!(wrong.contains("smart card service does not answer"), "{wrong}");
    let since = now();
    desk.start_service();
    while inside.next() != "nfc ready" {}
    println!("ready {} ms after the service's start", since.elapsed().as_millis());
    desk.field.lay(&Member::new(b"M-0017"));

    assert_eq!(inside.next(), "nfc M-0017");
}

#[expect(clippy::disallowed_methods, reason = "a figure that is printed, never asserted")]
fn now() -> Instant {
    Instant::now()
}

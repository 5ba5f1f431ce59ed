//! The scanner driver against a pseudo terminal, whose other end plays the POS.

use super::*;
use crate::config::ScannerSettings;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::File;
use std::io::Read;

/// A serial line: the POS's end, and the path of the scanner's end.
fn serial() -> (File, String) {
    let end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&end).unwrap();
    unlockpt(&end).unwrap();
    let path = ptsname(&end, Vec::new()).unwrap().into_string().unwrap();
    (File::from(end), path)
}

fn scanner(path: &str) -> ScannerPos {
    ScannerPos::new(&ScannerSettings { port: path.to_owned(), baud: 9_600 })
}

fn read_line(pos: &mut File) -> String {
    let mut line = Vec::new();
    while line.last() != Some(&b'\r') {
        let mut byte = [0];
        pos.read_exact(&mut byte).unwrap();
        line.push(byte[0]);
    }
    String::from_utf8(line).unwrap()
}

#[tokio::test]
async fn each_entry_is_one_line_and_its_outcome_unknown() {
    let (mut pos, path) = serial();
    let scanner = scanner(&path);
    let unreadable = Verdict::Unknown { reason: UnknownReason::Unreadable };

    for command in [payment("CODE-1234"), redemption()] {
        scanner.prepare(&command).await.unwrap();
        assert_eq!(scanner.execute(&command).await, unreadable);
    }

    let paid = format!("payment;wallet-app;{TRANSACTION};CODE-1234;payment;4500;KRW\r");
    assert_eq!(read_line(&mut pos), paid);
    let redeemed = format!("membership;wallet-app;{TRANSACTION};M-12;redeem;300;PTS\r");
    assert_eq!(read_line(&mut pos), redeemed);
}

#[tokio::test]
async fn a_missing_port_fences() {
    let prepared = scanner("/dev/no-such-port").prepare(&payment("CODE-1234")).await;

    assert_eq!(prepared, Err(not_ready(Cause::PosAway)));
}

#[tokio::test]
async fn an_entry_that_would_break_the_line_fences() {
    let (_pos, path) = serial();

    let prepared = scanner(&path).prepare(&payment("CODE;1234")).await;

    assert_eq!(prepared, Err(not_ready(Cause::Unwritable)));
}

#[tokio::test]
async fn a_port_that_vanished_fences_and_is_opened_anew_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("com1");
    let (first, path) = serial();
    std::os::unix::fs::symlink(path, &link).unwrap();
    let scanner = scanner(link.to_str().unwrap());
    scanner.prepare(&payment("CODE-1234")).await.unwrap();

    // Both ends exist before the first goes, so that the second has another number.
    let (mut second, path) = serial();
    drop(first);
    let gone = scanner.prepare(&payment("CODE-1234")).await;
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(path, &link).unwrap();
    scanner.prepare(&payment("CODE-5678")).await.unwrap();
    scanner.execute(&payment("CODE-5678")).await;

    assert_eq!(gone, Err(not_ready(Cause::PosAway)));
    assert!(read_line(&mut second).contains(";CODE-5678;"));
}

#[tokio::test]
async fn a_port_that_breaks_under_the_entry_leaves_it_unknown() {
    let (pos, path) = serial();
    let scanner = scanner(&path);
    scanner.prepare(&payment("CODE-1234")).await.unwrap();

    drop(pos);
    let verdict = scanner.execute(&payment("CODE-1234")).await;

    assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Cut });
}

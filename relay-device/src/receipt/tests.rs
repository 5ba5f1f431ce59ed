//! A virtual printer takes what is sent and draws it; the drawing is looked at and decoded.

pub(super) mod paper;

use super::*;
use crate::label::Lettering;
use paper::Strip;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

const PAPER_DOTS: u16 = 384;

fn receipt() -> Receipt {
    let pair = |left: &str, right: &str| Part::Pair(left.to_owned(), right.to_owned());
    let parts = vec![
        Part::Title("Caf\u{e9} Baton".to_owned()),
        Part::Line("Counter 1".to_owned()),
        Part::Rule,
        pair("Flat white", "4,500"),
        pair("Cinnamon roll", "3,200"),
        pair("TOTAL KRW", "7,700"),
        Part::Rule,
        Part::Title("APPROVED".to_owned()),
        Part::Code("https://pay.example/r/0190a5c2".to_owned()),
    ];
    Receipt { parts }
}

/// A printer on the network that answers with this byte, if any, and keeps what it got.
async fn printer(answer: Option<u8>) -> (Printer, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = Place::Network(listener.local_addr().unwrap().to_string());
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&got);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut question = [0; 3];
        stream.read_exact(&mut question).await.unwrap();
        assert_eq!(question, [0x10, 4, 4]);
        let mut all = kept.lock().await;
        if let Some(byte) = answer {
            stream.write_all(&[byte]).await.unwrap();
        }
        stream.read_to_end(&mut all).await.unwrap();
    });
    (Printer { place }, got)
}

#[tokio::test]
async fn a_receipt_comes_out_as_it_was_written_and_its_code_is_read() {
    let (printer, got) = printer(Some(0x12)).await;
    let bytes = to_bytes(&receipt(), PAPER_DOTS, &Lettering::BuiltIn).unwrap();

    printer.print(&bytes).await.unwrap();

    let got = got.lock().await;
    let strip = Strip::print(&got, usize::from(PAPER_DOTS));
    let text = strip.text.join("\n");
    assert!(text.contains("Flat white                 4,500\n"), "{text}");
    assert!(text.contains("Counter 1\n") && text.contains("APPROVED"), "{text}");
    assert_eq!((strip.drawings, strip.cuts), (1, 1), "the é is drawn");
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("receipt.png");
    std::fs::write(&picture, strip.to_png()).unwrap();
    if let Some(keep) = std::env::var_os("BATON_KEEP_PICTURES") {
        std::fs::copy(&picture, PathBuf::from(keep).join("receipt.png")).unwrap();
    }
    let read = Command::new("zbarimg").arg("-q").arg(&picture).output();
    let hint = "install it (Debian: apt-get install zbar-tools)";
    let read = read.unwrap_or_else(|fault| panic!("zbarimg: {fault}; {hint}"));
    let read = String::from_utf8(read.stdout).unwrap();
    assert_eq!(read.trim(), "QR-Code:https://pay.example/r/0190a5c2");
}

#[tokio::test]
async fn a_printer_without_paper_gets_nothing() {
    let (printer, got) = printer(Some(0x72)).await;

    let refused = printer.print(b"receipt").await.unwrap_err();

    assert!(matches!(refused, PrinterFault::PaperOut { .. }), "{refused}");
    assert!(got.lock().await.is_empty());
}

#[tokio::test]
async fn a_printer_that_answers_no_questions_prints() {
    let (printer, got) = printer(None).await;

    printer.print(b"receipt").await.unwrap();

    assert_eq!(got.lock().await.as_slice(), b"receipt");
}

#[tokio::test]
async fn a_printer_that_is_away_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);

    let printer = Printer { place: Place::Network(address.clone()) };
    let refused = printer.print(b"receipt").await.unwrap_err().to_string();

    assert!(refused.starts_with(&format!("printer {address}: ")), "{refused}");
    assert!(refused.contains("nothing was printed"), "{refused}");
}

#[test]
fn no_control_character_of_a_text_reaches_the_printer() {
    let parts = vec![Part::Line("a\u{1b}@b\u{1d}V\u{1}".to_owned())];

    let bytes = to_bytes(&Receipt { parts }, PAPER_DOTS, &Lettering::BuiltIn).unwrap();

    let strip = Strip::print(&bytes, usize::from(PAPER_DOTS));
    assert_eq!((strip.cuts, strip.drawings), (1, 1));
}

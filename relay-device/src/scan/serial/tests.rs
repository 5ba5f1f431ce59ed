//! A real port: a pair of terminals that `socat` joins, ended and started again.

use super::*;
use crate::clock::clock;
use crate::scan::cable::Cable;
use crate::scan::{Heard, Kind, Refusal, Scan, Scans, SourceSettings};
use std::path::Path;

fn scans(port: &Path, idle_ms: u64) -> Scans {
    let content = Content::Codes;
    let (prefix, suffix) = (Vec::new(), b"\r".to_vec());
    let framing = Framing { prefix, suffix, idle_ms, bytes_max: 64 };
    let port = PortName::Path(port.to_str().unwrap().to_owned());
    let settings = SourceSettings::Serial(SerialSettings { port, baud: 9600, framing, content });
    Scans::start(vec![("till".to_owned(), settings)], clock())
}

async fn until_ready(scans: &mut Scans) {
    while !matches!(scans.next().await.unwrap(), Heard::Ready { .. }) {}
}

async fn scan(scans: &mut Scans) -> Scan {
    let heard = scans.next().await.unwrap();
    let Heard::Scan(scan) = heard else { panic!("{heard:?}") };
    scan
}

async fn refusal(scans: &mut Scans) -> Refusal {
    let heard = scans.next().await.unwrap();
    let Heard::Refused { refusal, .. } = heard else { panic!("{heard:?}") };
    refusal
}

#[tokio::test]
async fn a_scan_comes_with_its_source_its_time_and_its_kind() {
    let mut cable = Cable::new();
    cable.plug();
    let mut scans = scans(&cable.end("terminal"), 500);
    until_ready(&mut scans).await;
    let before = clock().unix_ms();

    cable.send(b"4006381333931\r\n281006123456789012345678\r");
    let (first, second) = (scan(&mut scans).await, scan(&mut scans).await);

    assert!(matches!(first.kind, Kind::Retail(_)), "{first:?}");
    assert_eq!((first.reveal(), &*first.source), ("4006381333931", "till"));
    assert!(first.at_ms >= before);
    let shown = format!("{second:?}");
    assert!(shown.contains("PaymentCode(Kakao") && !shown.contains("123456"), "{shown}");
}

#[tokio::test]
async fn what_must_not_be_taken_is_refused_by_name_and_the_next_scan_is_whole() {
    let mut cable = Cable::new();
    cable.plug();
    let mut scans = scans(&cable.end("terminal"), 200);
    until_ready(&mut scans).await;

    cable.send(b"4111111111111111\r\x1b[2J\r");
    cable.send(&[b'x'; 500]);
    cable.send(b"\r");
    assert_eq!(refusal(&mut scans).await, Refusal::CardNumber);
    assert_eq!(refusal(&mut scans).await, Refusal::ControlCharacter);
    assert_eq!(refusal(&mut scans).await, Refusal::TooLong { bytes_max: 64 });
    cable.send(b"half a sc");
    assert_eq!(refusal(&mut scans).await, Refusal::CutOff);
    cable.send(b"member-00017\r");

    assert_eq!(scan(&mut scans).await.reveal(), "member-00017");
}

#[tokio::test]
async fn a_scanner_that_is_unplugged_and_plugged_in_again_reads_again() {
    let mut cable = Cable::new();
    let mut scans = scans(&cable.end("terminal"), 500);
    assert!(matches!(scans.next().await, Some(Heard::Trouble { .. })), "it is not plugged in");
    cable.plug();
    until_ready(&mut scans).await;
    for round in 0..3 {
        let text = format!("before-{round}");
        cable.send(format!("{text}\r").as_bytes());
        assert_eq!(scan(&mut scans).await.reveal(), text);

        cable.unplug();
        assert!(matches!(scans.next().await, Some(Heard::Trouble { .. })));
        let since = (clock().monotonic_ms)();
        cable.plug();
        until_ready(&mut scans).await;

        println!("ready {} ms after it was plugged in", (clock().monotonic_ms)() - since);
        cable.send(b"after\r");
        assert_eq!(scan(&mut scans).await.reveal(), "after");
    }
}

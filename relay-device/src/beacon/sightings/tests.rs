//! A sniffer on a real port and a recording, behind the same door.

use super::*;
use crate::clock::clock;
use crate::scan::cable::Cable;
use crate::scan::{Content, Framing, PortName};

const IBEACON: &str = "0201061AFF4C000215A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A50007000CC5";

async fn sighting(sightings: &mut Sightings) -> (Arc<str>, Sighting) {
    loop {
        match sightings.next().await.unwrap() {
            Noticed::Sighting { source, sighting } => return (source, sighting),
            Noticed::Ready { .. } => {}
            Noticed::Trouble { reason, .. } => panic!("{reason}"),
        }
    }
}

#[tokio::test]
async fn a_sniffer_s_sighting_comes_with_its_source_its_time_and_its_signal() {
    let mut cable = Cable::new();
    cable.plug();
    cable.wait();
    let framing =
        Framing { prefix: Vec::new(), suffix: b"\n".to_vec(), idle_ms: 500, bytes_max: 200 };
    let port = PortName::Path(cable.end("terminal").to_str().unwrap().to_owned());
    let settings = SerialSettings { port, baud: 9600, framing, content: Content::Sightings };
    let sources = vec![("door".to_owned(), SightingSource::Sniffer(settings))];
    let mut sightings = Sightings::start(sources, clock());
    assert!(matches!(sightings.next().await, Some(Noticed::Ready { .. })));
    let before = clock().unix_ms();

    cable.send(format!("-60 0303AAFE0319C103\nnoise\n-71 {IBEACON}\n").as_bytes());
    let (source, seen) = sighting(&mut sightings).await;

    assert_eq!((&*source, seen.signal_dbm), ("door", -71));
    assert!(seen.at_ms >= before);
}

#[tokio::test]
async fn a_recording_is_played_at_its_pace_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("walk.txt");
    std::fs::write(&path, format!("1000 -70 {IBEACON}\n1200 -50 {IBEACON}\n")).unwrap();
    let sources = vec![("walk".to_owned(), SightingSource::Recording(path))];
    let began_us = (clock().unix_us)();
    let mut sightings = Sightings::start(sources, clock());

    let first = sighting(&mut sightings).await.1;
    let second = sighting(&mut sightings).await.1;

    assert_eq!((first.signal_dbm, second.signal_dbm), (-70, -50));
    assert!((clock().unix_us)() - began_us >= 200_000, "it came before its time");
    assert!(sightings.next().await.is_none());
}

#[tokio::test]
async fn a_recording_that_is_not_there_is_named() {
    let sources = vec![("walk".to_owned(), SightingSource::Recording("/no/walk".into()))];
    let mut sightings = Sightings::start(sources, clock());

    let noticed = sightings.next().await.unwrap();

    let Noticed::Trouble { reason, .. } = noticed else { panic!("{noticed:?}") };
    assert!(reason.contains("/no/walk"), "{reason}");
}

//! Advertisements and the beacons in them.
//!
//! Owns a second reader of structures. Next: `wire`, what Baton's own programs say.

use baton_formats::beacon::eddystone::url;
use baton_formats::beacon::{Advertisement, Eddystone, Frame, Structure};

/// An advertisement; the same bytes are also tried as an Eddystone frame.
pub fn advertisement(bytes: &[u8]) -> bool {
    if let Ok(frame) = Eddystone::parse(bytes) {
        let structure = frame.build().expect("what was read can be written");
        let (service, data) = structure.data.split_at(2);
        assert_eq!((structure.kind, service), (0x16, &[0xAA, 0xFE][..]));
        assert_eq!(Eddystone::parse(data).as_ref(), Ok(&frame));
        let url = matches!(frame, Eddystone::Url { .. });
        assert!(url || data == bytes, "there is one writing");
        assert!(data.len() <= bytes.len(), "a longer writing");
    }
    if let Ok(text) = url::read(bytes) {
        let written = url::write(&text).expect("what was read can be written");
        assert_eq!(url::read(&written).as_ref(), Ok(&text));
    }
    let read = Advertisement::parse(bytes);
    let said = read.as_ref().ok().map(|read| {
        let said = |structure: &Structure| (structure.kind, structure.data.clone());
        read.structures.iter().map(said).collect::<Vec<_>>()
    });
    let reference = reference(bytes);
    assert_eq!(said, reference.as_ref().map(|(structures, _)| structures.clone()));
    let (Ok(advertisement), Some((_, padded))) = (read, reference) else { return false };
    let built = advertisement.build().expect("what was read can be written");
    assert_eq!(Advertisement::parse(&built).as_ref(), Ok(&advertisement));
    assert!(padded || built == bytes, "without padding there is one writing");
    let _ = (advertisement.flags(), advertisement.services(), advertisement.name());
    if let Ok(Some(frame)) = Frame::find(&advertisement) {
        let structure = match &frame {
            Frame::IBeacon(beacon) => beacon.build(),
            Frame::AltBeacon(beacon) => beacon.build(),
            Frame::Eddystone(beacon) => beacon.build().expect("what was read can be written"),
        };
        if matches!(&frame, Frame::IBeacon(_) | Frame::AltBeacon(_)) {
            assert!(advertisement.structures.contains(&structure), "there is one writing");
        }
        let alone = Advertisement { structures: vec![structure] };
        assert_eq!(Frame::find(&alone), Ok(Some(frame)));
    }
    !advertisement.structures.is_empty()
}

/// Types and data, and whether there were zeros between or behind them.
type Said = (Vec<(u8, Vec<u8>)>, bool);

fn reference(bytes: &[u8]) -> Option<Said> {
    let (mut at, mut structures, mut padded) = (0, Vec::new(), false);
    (bytes.len() <= 1650).then_some(())?;
    while at < bytes.len() {
        let length = usize::from(bytes[at]);
        if length == 0 {
            padded = true;
            let next = (at..bytes.len()).find(|place| bytes[*place] != 0);
            match next {
                None => break,
                Some(31) => at = 31,
                Some(_) => return None,
            }
            continue;
        }
        let body = bytes.get(at + 1..at + 1 + length)?;
        structures.push((body[0], body[1..].to_vec()));
        at += 1 + length;
    }
    Some((structures, padded))
}

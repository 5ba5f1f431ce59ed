use super::*;
use baton_formats::beacon::{Advertisement, IBeacon, Structure, Uuid};

fn advertisement_of(structures: Vec<Structure>) -> String {
    let bytes = Advertisement { structures }.build().unwrap();
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn beacon() -> IBeacon {
    IBeacon { uuid: Uuid([0xA5; 16]), major: 7, minor: 12, power_1m_dbm: -59 }
}

#[test]
fn a_sniffer_s_line_is_a_sighting_whatever_stands_beside() {
    let digits = advertisement_of(vec![Structure::flags(6), beacon().build()]);
    for line in [
        format!("-71 {digits}"),
        format!("{digits},-71"),
        format!("ADV mac=C0:FF:EE:00:11:22 rssi=-71 data={digits}"),
    ] {
        let sighting = Sighting::parse(&line, 1_767_323_045_000).unwrap();

        assert_eq!(sighting.frame, Frame::IBeacon(beacon()), "{line}");
        assert_eq!((sighting.signal_dbm, sighting.at_ms), (-71, 1_767_323_045_000), "{line}");
    }
}

#[test]
fn other_devices_and_other_lines_are_named() {
    let name = advertisement_of(vec![Structure::flags(6), Structure::services(&[0x180F])]);

    assert_eq!(Sighting::parse(&format!("-60 {name}"), 0), Err(LineFault::NoBeacon));
    for line in ["", "-60", "hello -60 world", "0201060303AAFE"] {
        assert_eq!(Sighting::parse(line, 0), Err(LineFault::Form), "{line}");
    }
    let cut = Sighting::parse("-60 1AFF4C000215", 0);
    assert!(matches!(cut, Err(LineFault::Frame(_))), "{cut:?}");
}

#[test]
fn a_recording_gives_beacons_with_their_times_and_names_a_broken_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("walk.txt");
    let beacon_digits = advertisement_of(vec![beacon().build()]);
    let other = advertisement_of(vec![Structure::flags(6), Structure::services(&[0x180F])]);
    let (first, last) = (format!("1000 -70 {beacon_digits}"), format!("1200 -65 {beacon_digits}"));
    let whole = format!("# a walk\n{first}\n\n1100 -40 {other}\n{last}\n");
    std::fs::write(&path, &whole).unwrap();

    let read = recorded::read(&path).unwrap();

    let seen: Vec<_> = read.iter().map(|found| (found.at_ms, found.signal_dbm)).collect();
    assert_eq!(seen, [(1000, -70), (1200, -65)]);
    std::fs::write(&path, whole + "later -70\n").unwrap();
    let fault = recorded::read(&path).unwrap_err().to_string();
    assert!(fault.contains("line 6: it begins with milliseconds"), "{fault}");
}

use super::*;

fn identity(length: u8) -> BeaconIdentity {
    BeaconIdentity::new((1..=length).collect()).unwrap()
}

fn sighting(kind: BeaconKind, length: u8) -> Sighting {
    Sighting { at_ms: 1_763_866_801_250, signal_dbm: -71, kind, identity: identity(length) }
}

fn report(sightings: Vec<Sighting>) -> SightingReport {
    SightingReport {
        terminal: "counter-1".parse().unwrap(),
        signed_at_ms: 1_763_866_801_900,
        sightings,
        signature: String::new(),
    }
}

/// Written out by hand, so that a store's server in another language can be held to it.
#[test]
fn the_signed_bytes_are_those_of_the_table() {
    let report = report(vec![sighting(BeaconKind::EddystoneEid, 8)]);

    let bytes = report.signed_bytes("baton").unwrap();

    let mut expected = b"baton.sightings.v1\0".to_vec();
    expected.extend_from_slice(b"\0\x05baton\0\x09counter-1");
    expected.extend_from_slice(&[0, 0, 0x01, 0x9A, 0xAE, 0xA7, 0x76, 0xEC]);
    expected.extend_from_slice(&[0, 1]);
    expected.extend_from_slice(&[0, 0, 0x01, 0x9A, 0xAE, 0xA7, 0x74, 0x62]);
    expected.extend_from_slice(&[0xB9, 4, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(bytes, expected);
}

#[test]
fn everything_that_is_said_is_signed() {
    let first = report(vec![sighting(BeaconKind::EddystoneUid, 16)]);
    let whole = first.signed_bytes("baton").unwrap();
    let changes: [fn(&mut SightingReport); 7] = [
        |report| report.terminal = "counter-2".parse().unwrap(),
        |report| report.signed_at_ms += 1,
        |report| report.sightings[0].at_ms += 1,
        |report| report.sightings[0].signal_dbm += 1,
        |report| report.sightings[0] = sighting(BeaconKind::Ibeacon, 20),
        |report| report.sightings[0].identity = BeaconIdentity::new(vec![9; 16]).unwrap(),
        |report| report.sightings.push(sighting(BeaconKind::EddystoneUid, 16)),
    ];

    for (place, change) in changes.into_iter().enumerate() {
        let mut other = first.clone();
        change(&mut other);
        assert_ne!(other.signed_bytes("baton").unwrap(), whole, "change {place} is not signed");
    }
    assert_ne!(first.signed_bytes("baton2").unwrap(), whole);
}

#[test]
fn what_has_no_bytes_says_why() {
    let one = sighting(BeaconKind::Ibeacon, 20);

    let said = |sightings, audience: &str| report(sightings).signed_bytes(audience).map(|_| ());

    assert_eq!(said(Vec::new(), "baton"), Err(ReportInvalid::Count));
    assert_eq!(said(vec![one.clone(); SIGHTINGS_MAX], "baton"), Ok(()));
    assert_eq!(said(vec![one.clone(); SIGHTINGS_MAX + 1], "baton"), Err(ReportInvalid::Count));
    assert_eq!(said(vec![sighting(BeaconKind::Later, 8)], "baton"), Err(ReportInvalid::Kind));
    assert_eq!(said(vec![sighting(BeaconKind::Ibeacon, 16)], "baton"), Err(ReportInvalid::Kind));
    assert_eq!(said(vec![one], &"x".repeat(70_000)), Err(ReportInvalid::Audience));
}

#[test]
fn the_largest_report_fills_less_than_half_a_frame() {
    let mut full = report(vec![sighting(BeaconKind::Ibeacon, 20); SIGHTINGS_MAX]);
    full.terminal = "x".repeat(64).parse().unwrap();
    full.signature = "x".repeat(SIGNATURE_CHARACTERS);

    let text = serde_json::to_string(&full).unwrap();

    assert!(text.len() * 2 < crate::MESSAGE_BYTES_MAX, "{} bytes", text.len());
}

#[test]
fn an_identity_is_lower_case_digits_and_no_log_shows_it() {
    let read = |text: &str| BeaconIdentity::try_from(text.to_owned());

    assert_eq!(read("00ff10").map(|one| one.bytes().to_vec()), Ok(vec![0, 255, 16]));
    assert_eq!(String::from(read("00ff10").unwrap()), "00ff10");
    for wrong in ["", "0", "0G", "00FF", "0x00", &"00".repeat(IDENTITY_BYTES_MAX + 1)] {
        assert_eq!(read(wrong), Err(IdentityInvalid), "{wrong}");
    }
    assert_eq!(format!("{:?}", read("00ff10").unwrap()), "BeaconIdentity(3 bytes)");
}

#[test]
fn a_kind_of_a_later_version_is_read_and_named_so() {
    let text = r#"{"at_ms":1,"signal_dbm":-1,"kind":"lighthouse","identity":"00"}"#;

    let read: Sighting = serde_json::from_str(text).unwrap();

    assert_eq!(read.kind, BeaconKind::Later);
}

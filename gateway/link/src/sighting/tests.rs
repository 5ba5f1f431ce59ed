use super::*;
use baton_protocol::sighting::{BeaconIdentity, BeaconKind};

fn sighting() -> Sighting {
    let identity = BeaconIdentity::new(vec![7; 16]).unwrap();
    let kind = BeaconKind::EddystoneUid;
    Sighting { at_ms: 1_763_866_801_250, signal_dbm: -71, kind, identity }
}

fn signed(key: &DeviceKey) -> SightingReport {
    let terminal = "counter-1".parse().unwrap();
    sign(key, "baton", terminal, 1_763_866_801_900, vec![sighting()]).unwrap()
}

#[test]
fn a_report_verifies_with_its_terminal_s_public_key_alone() {
    let key = DeviceKey::generate().unwrap();
    let report = signed(&key);
    let sent = serde_json::to_string(&report).unwrap();

    let received: SightingReport = serde_json::from_str(&sent).unwrap();

    assert_eq!(verify(&received, "baton", key.public()), Ok(()));
}

#[test]
fn a_report_that_anybody_changed_or_signed_for_another_does_not() {
    let key = DeviceKey::generate().unwrap();
    let other = DeviceKey::generate().unwrap();
    let report = signed(&key);
    let changes: [fn(&mut SightingReport); 6] = [
        |report| report.terminal = "counter-2".parse().unwrap(),
        |report| report.signed_at_ms += 1,
        |report| report.sightings[0].signal_dbm = -20,
        |report| report.sightings.push(sighting()),
        |report| report.signature.clear(),
        |report| report.signature = "A".repeat(SIGNATURE_CHARACTERS),
    ];

    for (place, change) in changes.into_iter().enumerate() {
        let mut forged = report.clone();
        change(&mut forged);
        let refused = Err(VerifyRefusal::Signature);
        assert_eq!(verify(&forged, "baton", key.public()), refused, "change {place}");
    }
    for (audience, public) in [("baton", other.public()), ("other", key.public()), ("baton", "")] {
        let refused = Err(VerifyRefusal::Signature);
        assert_eq!(verify(&report, audience, public), refused, "{audience} {public}");
    }
}

#[test]
fn nothing_and_too_much_are_not_signed() {
    let key = DeviceKey::generate().unwrap();
    let terminal: TerminalId = "counter-1".parse().unwrap();

    for sightings in [Vec::new(), vec![sighting(); 33]] {
        let refused = sign(&key, "baton", terminal.clone(), 1, sightings).unwrap_err();
        assert_eq!(refused, SignFault::Report(ReportInvalid::Count));
    }
}

use super::*;
use baton_formats::beacon::Uuid;
use baton_formats::beacon::eddystone::Telemetry;

const NOW_MS: u64 = 1_763_866_801_000;

fn of(number: u16, signal_dbm: i8, at_ms: u64) -> Sighting {
    let beacon = IBeacon { uuid: Uuid([0xA5; 16]), major: 7, minor: number, power_1m_dbm: -59 };
    Sighting { frame: Frame::IBeacon(beacon), signal_dbm, at_ms }
}

fn signals(told: Option<Vec<sighting::Sighting>>) -> Vec<i8> {
    told.unwrap_or_default().iter().map(|one| one.signal_dbm).collect()
}

#[test]
fn one_beacon_is_told_of_once_a_second_where_it_was_strongest() {
    let mut gathered = Gathered::default();

    gathered.hear(&of(1, -70, NOW_MS), NOW_MS);
    let at_once = signals(gathered.take(NOW_MS));
    for (passed_ms, signal_dbm) in [(100, -80), (200, -50), (300, -60)] {
        let now_ms = NOW_MS + passed_ms;
        gathered.hear(&of(1, signal_dbm, now_ms), now_ms);
        assert!(gathered.take(now_ms).is_none(), "told {passed_ms} ms after the first");
    }
    let due = gathered.next_deadline(NOW_MS + 300);
    let second = signals(gathered.take(NOW_MS + PAUSE_MS));

    assert_eq!(at_once, [-70]);
    assert_eq!(due, Some(NOW_MS + PAUSE_MS));
    assert_eq!(second, [-50]);
    assert_eq!(gathered.next_deadline(NOW_MS + PAUSE_MS), None, "nothing is told twice");
}

#[test]
fn a_report_holds_the_strongest_of_more_beacons_than_it_has_places() {
    let mut gathered = Gathered::default();
    for number in 0..32 {
        assert_eq!(gathered.hear(&of(number, -80, NOW_MS), NOW_MS), Gathering::Kept);
    }

    let weak = gathered.hear(&of(100, -80, NOW_MS), NOW_MS);
    let strong = gathered.hear(&of(101, -40, NOW_MS), NOW_MS);
    let told = signals(gathered.take(NOW_MS));

    assert_eq!((weak, strong), (Gathering::Weak, Gathering::Kept));
    assert_eq!((told.len(), told[0], told[31]), (SIGHTINGS_MAX, -40, -80));
}

#[test]
fn what_was_heard_at_another_time_is_not_told() {
    let mut gathered = Gathered::default();
    let oldest = NOW_MS - HEARD_MS_MAX;

    let replayed = gathered.hear(&of(1, -60, oldest - 1), NOW_MS);
    let ahead = gathered.hear(&of(2, -60, NOW_MS + 1), NOW_MS);
    let just = gathered.hear(&of(3, -61, oldest), NOW_MS);

    assert_eq!((replayed, ahead, just), (Gathering::NotNow, Gathering::NotNow, Gathering::Kept));
    assert!(gathered.take(NOW_MS + 1).is_none(), "it has become too old meanwhile");
}

#[test]
fn a_clock_that_was_set_back_does_not_silence_the_terminal() {
    let mut gathered = Gathered::default();
    gathered.hear(&of(1, -60, NOW_MS), NOW_MS);
    gathered.take(NOW_MS);
    let earlier_ms = NOW_MS - 3_600_000;

    gathered.hear(&of(1, -61, earlier_ms), earlier_ms);

    assert_eq!(signals(gathered.take(earlier_ms)), [-61]);
}

#[test]
fn each_frame_that_says_whose_it_is_has_its_kind_and_identity() {
    let (namespace, instance) = ([1; 10], [2; 6]);
    let uid = Eddystone::Uid { power_0m_dbm: 0, namespace, instance, reserved: None };
    let eid = baton_formats::beacon::EphemeralId([3; 8]);
    let eid = Eddystone::Ephemeral { power_0m_dbm: 0, id: eid };
    let alt = AltBeacon { company: 1, id: [4; 20], power_1m_dbm: 0, reserved: 0 };
    let frames = [
        (of(12, 0, 0).frame, BeaconKind::Ibeacon, "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a50007000c"),
        (Frame::AltBeacon(alt), BeaconKind::Altbeacon, "0404040404040404040404040404040404040404"),
        (Frame::Eddystone(uid), BeaconKind::EddystoneUid, "01010101010101010101020202020202"),
        (Frame::Eddystone(eid), BeaconKind::EddystoneEid, "0303030303030303"),
    ];

    for (frame, kind, digits) in frames {
        let (found, identity) = whose(&frame).unwrap();
        assert_eq!((found, String::from(identity).as_str()), (kind, digits));
    }
}

#[test]
fn web_addresses_and_telemetry_are_nobody_s() {
    let url = Eddystone::Url { power_0m_dbm: 0, url: "https://pay.example".to_owned() };
    let telemetry = Telemetry {
        battery_mv: 3_000,
        temperature_256th_c: 0,
        advertisements: 1,
        uptime_tenths_s: 1,
    };
    let mut gathered = Gathered::default();

    for eddystone in [url, Eddystone::Telemetry(telemetry)] {
        let frame = Frame::Eddystone(eddystone);
        let seen = Sighting { frame, signal_dbm: -60, at_ms: NOW_MS };
        assert_eq!(gathered.hear(&seen, NOW_MS), Gathering::Nobody);
    }
    assert_eq!(gathered.next_deadline(NOW_MS), None);
}

use crate::beacon::eddystone::{Telemetry, url};
use crate::beacon::{Eddystone, EphemeralId, FrameFault, IdentityKey, RotationExponent, Structure};

fn key() -> IdentityKey {
    IdentityKey::new([1, 2, 3, 4, 5, 6, 7, 8, 9, 0x0A, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16])
}

fn exponent(exponent: u8) -> RotationExponent {
    RotationExponent::new(exponent).unwrap()
}

fn id_at(exponent_value: u8, counter_s: u32) -> String {
    key().ephemeral_id(exponent(exponent_value), counter_s).to_string()
}

#[test]
fn identifiers_are_those_of_other_implementations() {
    assert_eq!(id_at(10, 0), "a9b76a71c5f89290");
    assert_eq!(id_at(10, 2000), "4144413e45fefa58");
    assert_eq!(id_at(10, 65_280), "a2a2bd394ff76ef2");
    assert_eq!(id_at(10, 65_536), "396973b40660265b");
    assert_eq!(id_at(0, 1), "3f6234e395e5d2e9");
    assert_eq!(id_at(15, u32::MAX), "cd58cbba04aadce5");
    assert_eq!(id_at(4, 0x1234_5678), "04add071044cb4ea");
}

#[test]
fn an_identifier_lasts_for_its_period() {
    assert_eq!(id_at(10, 1024), id_at(10, 2047));
    assert_ne!(id_at(10, 1024), id_at(10, 2048));
    assert_eq!(exponent(10).period_s(), 1024);
}

#[test]
fn an_exponent_over_15_is_none() {
    assert_eq!(RotationExponent::new(16), None);
}

#[test]
fn an_identifier_is_found_within_its_window_and_not_outside() {
    let id = key().ephemeral_id(exponent(10), 70_000);

    let found = |counter_s, periods| key().find(id, exponent(10), counter_s, periods);

    assert_eq!(found(70_100, 0), Some(69_632));
    assert_eq!(found(71_800, 2), Some(69_632));
    assert_eq!(found(64_000, 6), Some(69_632));
    assert_eq!(found(71_800, 1), None);
    assert_eq!(found(0, 255), Some(69_632));
}

#[test]
fn a_window_ends_where_counters_end() {
    let first = key().ephemeral_id(exponent(15), 0);
    let last = key().ephemeral_id(exponent(15), u32::MAX);

    assert_eq!(key().find(first, exponent(15), 40_000, 255), Some(0));
    assert_eq!(key().find(last, exponent(15), u32::MAX, 255), Some(0xFFFF_8000));
    assert_eq!(key().find(EphemeralId([0; 8]), exponent(0), 0, 255), None);
}

#[test]
fn another_key_does_not_find_it() {
    let id = key().ephemeral_id(exponent(10), 0);

    assert_eq!(IdentityKey::new([0; 16]).find(id, exponent(10), 0, 255), None);
}

#[test]
fn an_identity_key_prints_masked() {
    assert_eq!(format!("{:?}", key()), "IdentityKey(AesKey(***))");
}

#[test]
fn urls_are_shortened_as_the_tables_say() {
    assert_eq!(url::write("https://www.example.com"), Ok(b"\x01example\x07".to_vec()));
    assert_eq!(url::write("http://google.com/123"), Ok(b"\x02google\x00123".to_vec()));
    assert_eq!(url::write("http://goo.gl/C2HC48"), Ok(b"\x02goo.gl/C2HC48".to_vec()));
    assert_eq!(url::write("https://a.info/b.org"), Ok(b"\x03a\x04b\x08".to_vec()));
    assert_eq!(url::write("HTTP://a.b"), Ok(b"\x02a.b".to_vec()));
}

/// The longer scheme would leave nothing behind it, which no frame may have.
#[test]
fn a_url_that_ends_with_a_longer_scheme_is_written_with_the_shorter() {
    let sent = [&[0x02], b"www.".as_slice()].concat();

    let text = url::read(&sent).unwrap();

    assert_eq!(text, "http://www.");
    assert_eq!(url::write(&text), Ok(sent));
}

/// `wwW.` was written as the scheme that ends with `www.`, and came back in other letters.
#[test]
fn letters_behind_a_scheme_keep_their_case() {
    let sent = [&[0x03], b"wwW.a".as_slice()].concat();

    let text = url::read(&sent).unwrap();

    assert_eq!(url::write(&text), Ok(sent));
    assert_eq!(url::write("HTTPS://WWW.a"), Ok(b"\x01a".to_vec()));
}

#[test]
fn urls_that_do_not_fit_are_refused() {
    let long = url::write("https://inbox.google.com/u/0/?pli=1");
    assert_eq!(long, Err(FrameFault::UrlTooLong { bytes: 23 }));
    for wrong in ["", "http:/", "ftp://a.b", "https://", "https://a b", "https://한"] {
        assert_eq!(url::write(wrong), Err(FrameFault::UrlInvalid), "{wrong}");
    }
}

#[test]
fn bytes_outside_of_the_tables_are_no_url() {
    for wrong in [&b"\x04a"[..], b"\x00", b"", b"\x00\x0e", b"\x00\x20", b"\x00\x7f", b"\x00\xff"] {
        assert_eq!(url::read(wrong), Err(FrameFault::UrlInvalid), "{wrong:?}");
    }
    let long = [&[0], [b'a'; 18].as_slice()].concat();
    assert_eq!(url::read(&long), Err(FrameFault::UrlTooLong { bytes: 18 }));
}

#[test]
fn frames_of_another_length_are_refused() {
    let invalid = |frame, bytes| Err(FrameFault::LengthInvalid { frame, bytes });

    assert_eq!(Eddystone::parse(&[]), invalid("eddystone", 0));
    assert_eq!(Eddystone::parse(&[0x30]), invalid("eddystone", 1));
    assert_eq!(Eddystone::parse(&[0; 19]), invalid("uid", 17));
    assert_eq!(Eddystone::parse(&[&[0x30, 0][..], &[0; 9]].concat()), invalid("eid", 9));
    assert_eq!(Eddystone::parse(&[&[0x20, 0][..], &[0; 13]].concat()), invalid("tlm", 13));
    assert_eq!(Eddystone::parse(&[0x20, 2]), Err(FrameFault::VersionUnknown { version: 2 }));
}

#[test]
fn a_uid_may_leave_out_its_reserved_bytes() {
    let data = [&[0, 0xE7][..], &[1; 10], &[2; 6]].concat();

    let frame = Eddystone::parse(&data).unwrap();

    let (namespace, instance) = ([1; 10], [2; 6]);
    let uid = Eddystone::Uid { power_0m_dbm: -25, namespace, instance, reserved: None };
    assert_eq!(frame, uid);
    assert_eq!(frame.build(), Ok(Structure::service_data(0xFEAA, &data)));
    assert_eq!(frame.power_1m_dbm(), Some(-66));
}

#[test]
fn a_temperature_is_a_fraction_of_256_or_unknown() {
    let telemetry = |temperature_256th_c| Telemetry {
        battery_mv: 0,
        temperature_256th_c,
        advertisements: 0,
        uptime_tenths_s: 0,
    };

    assert_eq!(telemetry(0x1300).temperature_milli_c(), Some(19_000));
    assert_eq!(telemetry(-128).temperature_milli_c(), Some(-500));
    assert_eq!(telemetry(i16::MIN).temperature_milli_c(), None);
}

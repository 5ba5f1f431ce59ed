use crate::beacon::eddystone::{Telemetry, url};
use crate::beacon::{
    Advertisement, AltBeacon, Eddystone, EphemeralId, Frame, IBeacon, IdentityKey,
    RotationExponent, Structure, Uuid,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn structure() -> impl Strategy<Value = Structure> {
    (any::<u8>(), vec(any::<u8>(), 0..60)).prop_map(|(kind, data)| Structure { kind, data })
}

fn eddystone() -> impl Strategy<Value = Eddystone> {
    let uid = (any::<i8>(), any::<[u8; 10]>(), any::<[u8; 6]>(), any::<Option<[u8; 2]>>());
    let telemetry = (any::<u16>(), any::<i16>(), any::<u32>(), any::<u32>());
    let encrypted = (any::<[u8; 12]>(), any::<[u8; 2]>(), any::<[u8; 2]>());
    prop_oneof![
        uid.prop_map(|(power_0m_dbm, namespace, instance, reserved)| {
            Eddystone::Uid { power_0m_dbm, namespace, instance, reserved }
        }),
        (any::<i8>(), "https?://(www\\.)?[a-z]{1,6}(\\.com|\\.info|\\.gov)?(/[!-~]{0,6})?")
            .prop_map(|(power_0m_dbm, url)| Eddystone::Url { power_0m_dbm, url }),
        telemetry.prop_map(|(battery_mv, temperature_256th_c, advertisements, uptime_tenths_s)| {
            Eddystone::Telemetry(Telemetry {
                battery_mv,
                temperature_256th_c,
                advertisements,
                uptime_tenths_s,
            })
        }),
        encrypted.prop_map(|(sealed, salt, proof)| {
            Eddystone::EncryptedTelemetry { sealed, salt, proof }
        }),
        (any::<i8>(), any::<[u8; 8]>()).prop_map(|(power_0m_dbm, id)| {
            Eddystone::Ephemeral { power_0m_dbm, id: EphemeralId(id) }
        }),
    ]
}

fn frame() -> impl Strategy<Value = Frame> {
    let ibeacon = (any::<[u8; 16]>(), any::<u16>(), any::<u16>(), any::<i8>());
    let altbeacon = (any::<u16>(), any::<[u8; 20]>(), any::<i8>(), any::<u8>());
    prop_oneof![
        ibeacon.prop_map(|(uuid, major, minor, power_1m_dbm)| {
            Frame::IBeacon(IBeacon { uuid: Uuid(uuid), major, minor, power_1m_dbm })
        }),
        altbeacon.prop_map(|(company, id, power_1m_dbm, reserved)| {
            Frame::AltBeacon(AltBeacon { company, id, power_1m_dbm, reserved })
        }),
        eddystone().prop_map(Frame::Eddystone),
    ]
}

proptest! {
    #[test]
    fn a_built_advertisement_reads_back_the_same(structures in vec(structure(), 0..8)) {
        let advertisement = Advertisement { structures };

        let bytes = advertisement.build().unwrap();

        prop_assert_eq!(Advertisement::parse(&bytes), Ok(advertisement));
    }

    #[test]
    fn a_built_frame_is_found_again(frame in frame(), padding in 0_usize..10) {
        let structure = match &frame {
            Frame::IBeacon(beacon) => beacon.build(),
            Frame::AltBeacon(beacon) => beacon.build(),
            Frame::Eddystone(frame) => frame.build().unwrap(),
        };
        let structures = vec![Structure::flags(6), Structure::services(&[0xFEAA]), structure];
        let mut bytes = Advertisement { structures }.build().unwrap();
        bytes.resize(bytes.len() + padding, 0);

        prop_assert_eq!(Frame::parse(&bytes), Ok(Some(frame)));
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..100)) {
        if let Ok(advertisement) = Advertisement::parse(&bytes) {
            let _ = Frame::find(&advertisement);
            let _ = (advertisement.flags(), advertisement.services(), advertisement.name());
        }
        let _ = Eddystone::parse(&bytes);
    }

    #[test]
    fn a_read_url_is_written_as_it_was_or_shorter(bytes in vec(any::<u8>(), 0..19)) {
        if let Ok(whole) = url::read(&bytes) {
            let written = url::write(&whole).unwrap();

            prop_assert!(written.len() <= bytes.len());
            prop_assert_eq!(url::read(&written), Ok(whole));
        }
    }

    #[test]
    fn an_identifier_is_found_at_any_time_of_its_window(
        key in any::<[u8; 16]>(), exponent in 0_u8..=15, counter in any::<u32>(),
        periods in 0_u8..5, drift in 0_u32..4,
    ) {
        let (key, exponent) = (IdentityKey::new(key), RotationExponent::new(exponent).unwrap());
        let now = counter.saturating_add(drift * exponent.period_s());
        let id = key.ephemeral_id(exponent, counter);
        let start = counter & !(exponent.period_s() - 1);

        let found = key.find(id, exponent, now, periods);

        let inside = now / exponent.period_s() - counter / exponent.period_s() <= periods.into();
        prop_assert_eq!(found, inside.then_some(start));
    }
}

use crate::beacon::{
    ADVERTISEMENT_BYTES_MAX, Advertisement, AdvertisementFault, Frame, FrameFault, IBeacon,
    Structure, Uuid,
};

fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits.replace(' ', "")).unwrap()
}

fn parsed(digits: &str) -> Result<Advertisement, AdvertisementFault> {
    Advertisement::parse(&bytes(digits))
}

#[test]
fn zeros_at_the_end_are_padding() {
    let advertisement = parsed("020106 000000").unwrap();

    assert_eq!(advertisement.structures, [Structure::flags(6)]);
}

#[test]
fn anything_else_behind_a_zero_is_refused() {
    assert_eq!(parsed("020106 00 01"), Err(AdvertisementFault::PaddingInvalid { at: 3 }));
}

#[test]
fn a_scan_response_may_follow_a_padded_advertisement() {
    let padded = format!("020106 {} 020941", "00".repeat(28));

    assert_eq!(parsed(&padded).unwrap().name(), Ok(Some("A")));
    let early = format!("020106 {} 020941", "00".repeat(27));
    assert_eq!(parsed(&early), Err(AdvertisementFault::PaddingInvalid { at: 3 }));
}

#[test]
fn a_structure_past_the_end_is_cut() {
    assert_eq!(parsed("020106 0303"), Err(AdvertisementFault::Cut { at: 3, bytes: 3 }));
}

#[test]
fn an_advertisement_over_the_limit_is_neither_read_nor_written() {
    let large = AdvertisementFault::TooLarge { bytes: ADVERTISEMENT_BYTES_MAX + 1 };
    assert_eq!(Advertisement::parse(&[0; ADVERTISEMENT_BYTES_MAX + 1]), Err(large));

    let structure = Structure { kind: 0xFF, data: vec![0; 255] };
    let refused = Advertisement { structures: vec![structure] }.build();
    assert_eq!(refused, Err(AdvertisementFault::StructureTooLong { bytes: 255 }));
}

#[test]
fn flags_are_there_once_and_lists_are_whole() {
    let twice = parsed("020106 020106").unwrap();
    assert_eq!(twice.flags(), Err(AdvertisementFault::Twice { kind: 1 }));

    let odd = parsed("0203aa").unwrap();
    assert_eq!(odd.services(), Err(AdvertisementFault::StructureInvalid { kind: 3 }));

    let lists = parsed("0303aafe 05020f18 0a18").unwrap();
    assert_eq!(lists.services(), Ok(vec![0x180F, 0x180A, 0xFEAA]));
}

#[test]
fn the_whole_name_comes_before_a_short_one() {
    let named = parsed("020841 030942 43").unwrap();

    assert_eq!(named.name(), Ok(Some("BC")));
}

#[test]
fn an_ibeacon_comes_back_byte_for_byte() {
    let advertisement = bytes("020106 1aff4c000215 fda50693a4e24fb1afcfc6eb07647825 2751 65c1 fd");

    let Ok(Some(Frame::IBeacon(beacon))) = Frame::parse(&advertisement) else { panic!("iBeacon") };

    assert_eq!(beacon.uuid.to_string(), "fda50693-a4e2-4fb1-afcf-c6eb07647825");
    assert_eq!((beacon.major, beacon.minor, beacon.power_1m_dbm), (10065, 26049, -3));
    let built = Advertisement { structures: vec![Structure::flags(6), beacon.build()] };
    assert_eq!(built.build(), Ok(advertisement));
}

#[test]
fn an_ibeacon_of_another_length_or_maker_is_none() {
    let beacon = IBeacon { uuid: Uuid([1; 16]), major: 2, minor: 3, power_1m_dbm: -59 };
    let data = &beacon.build().data[2..];

    assert_eq!(IBeacon::parse(0x004C, data), Some(beacon));
    assert_eq!(IBeacon::parse(0x004D, data), None);
    assert_eq!(IBeacon::parse(0x004C, &data[1..]), None);
    assert_eq!(IBeacon::parse(0x004C, &[data, &[0]].concat()), None);
}

#[test]
fn an_altbeacon_comes_back_byte_for_byte() {
    let advertisement =
        bytes("02011a 1bff1801beac 2f234454cf6d4a0fadf2f4911ba9ffa6 0001 0002 c5 09");

    let Ok(Some(Frame::AltBeacon(beacon))) = Frame::parse(&advertisement) else { panic!("Alt") };

    assert_eq!((beacon.company, beacon.power_1m_dbm, beacon.reserved), (0x0118, -59, 9));
    let built = Advertisement { structures: vec![Structure::flags(0x1A), beacon.build()] };
    assert_eq!(built.build(), Ok(advertisement));
}

#[test]
fn an_advertisement_without_a_beacon_has_no_frame() {
    assert_eq!(Frame::parse(&bytes("020106 04ffe000be")), Ok(None));
    assert_eq!(Frame::parse(&[]), Ok(None));
}

#[test]
fn an_unknown_eddystone_frame_is_refused() {
    let refused = Frame::parse(&bytes("0303aafe 0516aafe40e3"));

    assert_eq!(refused, Err(FrameFault::TypeUnknown { kind: 0x40 }));
}

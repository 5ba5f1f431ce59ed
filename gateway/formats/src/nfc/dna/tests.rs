//! The examples of AN12196 (tables 14, 18, 19, 26 and 27), byte for byte.

use super::command::{OK, get_version};
use super::*;
use crate::nfc::sun::{AesKey, TagUid};
use crate::nfc::type4::{Command, Response, Status};

fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits).unwrap()
}

fn key(digits: &str) -> AesKey {
    AesKey::new(bytes(digits).try_into().unwrap())
}

fn sent(command: &Command) -> String {
    hex::encode_upper(command.build().unwrap())
}

fn answer(digits: &str) -> Response {
    Response::parse(&bytes(digits)).unwrap()
}

fn factory() -> AesKey {
    AesKey::new(FACTORY_KEY)
}

/// The session of table 14, after so many commands.
fn session(commands: usize) -> SecureSession {
    let (encryption, mac) =
        ("1309C877509E5A215007FF0ED19CA564", "4C6626F5E72EA694202139295C7A7FC7");
    at(
        SecureSession::new(KeySlot::Master, key(encryption), key(mac), [0x9D, 0, 0xC4, 0xDF]),
        commands,
    )
}

/// The session of tables 26 and 27, after so many commands.
fn session_of_keys(commands: usize) -> SecureSession {
    let (encryption, mac) =
        ("4CF3CB41A22583A61E89B158D252FC53", "5529860B2FC5FB6154B7F28361D30BF9");
    let transaction = [0x76, 0x14, 0x28, 0x1A];
    at(SecureSession::new(KeySlot::Master, key(encryption), key(mac), transaction), commands)
}

fn at(mut session: SecureSession, commands: usize) -> SecureSession {
    for _ in 0..commands {
        session.written(&Response::bare(OK)).unwrap();
    }
    session
}

fn authentication(slot: KeySlot, random: &str) -> (Authentication, Command) {
    Authentication::start(slot, factory(), bytes(random).try_into().unwrap())
}

#[test]
fn both_prove_the_key_as_in_table_14() {
    let (mut authentication, first) =
        authentication(KeySlot::Master, "13C5DB8A5930439FC3DEF9A4C675360F");
    assert_eq!(sent(&first), "9071000002000000");

    let challenge = answer("A04C124213C186F22399D33AC2A3021591AF");
    let Ok(AuthenticateStep::Send(proof)) = authentication.step(&challenge) else { panic!() };
    let proved = answer("3FA64DB5446D1F34CD6EA311167F5E4985B89690C04A05F17FA7AB2F081206639100");
    let Ok(AuthenticateStep::Done(begun)) = authentication.step(&proved) else { panic!() };

    let expected = "90AF00002035C3E05A752E0144BAC0DE51C1F22C56\
        B34408A23D8AEA266CAB947EA8E0118D00";
    assert_eq!(sent(&proof), expected);
    // Keys do not print: the same session seals the same command.
    let settings = FileSettings::provisioned(Mirroring { picc: 0x20, mac: 0x43 });
    let reference = session(0).change_settings(&settings);
    assert_eq!(begun.change_settings(&settings), reference);
}

#[test]
fn settings_are_sealed_as_in_table_18() {
    // The example lets key 1 read the counter; ours lets nobody, so its bytes are sealed directly.
    let mut session = session(1);
    let example = bytes("4000E0C1F121200000430000430000");

    let command = session.sealed(0x5F, &[2], &example);

    let expected = "905F0000190261B6D97903566E84C3AE5274467E89EAD799B7C1A0EF7A0400";
    assert_eq!(sent(&command), expected);
    assert_eq!(session.settings_changed(&answer("57BFF87B1241E93D9100")), Ok(()));
    let ours = FileSettings::provisioned(Mirroring { picc: 0x20, mac: 0x43 }).to_bytes();
    assert_eq!(hex::encode_upper(ours), "4000E0C1FF21200000430000430000");
}

#[test]
fn keys_are_changed_as_in_tables_26_and_27() {
    let mut session = session_of_keys(2);
    let second = key("F3847D627727ED3BC9C4CC050489B966");

    let change = session.change_key(KeySlot::Meta, &factory(), &second, 1);
    let changed = session.key_changed(KeySlot::Meta, &answer("203BB55D1089D5879100"));
    let master = key("5004BF991F408672B1EF00F08F9E8647");
    let last = session.change_key(KeySlot::Master, &factory(), &master, 1);

    let expected = "90C4000029022CF362B7BF4311FF3BE1DAA295E8C68DE09050560D19B9E16C2393AE9CD1\
        FAC75D0CE20BCD1D06E600";
    assert_eq!((sent(&change).as_str(), changed), (expected, Ok(())));
    let expected = "90C400002900C0EB4DEEFEDDF0B513A03A95A75491818580503190D4D05053FF75668A01\
        D6FDA6610234BDED643200";
    assert_eq!(sent(&last), expected);
    assert_eq!(session.key_changed(KeySlot::Master, &answer("9100")), Ok(()));
}

#[test]
fn a_command_with_a_mac_is_that_of_table_8() {
    let mac = key("8248134A386E86EB7FAF54A52E536CB6");
    let mut session = SecureSession::new(KeySlot::Master, factory(), mac, [0x7A, 0x21, 0x08, 0x5E]);

    let command = session.get_settings();

    assert_eq!(sent(&command), "90F5000009026597A457C8CD442C00");
    let tampered = answer("0040EEEE000100D1FE001F00004400004400002000006A00002A474282E7A479879100");
    let refused = session.settings(&tampered).unwrap_err();
    assert_eq!(refused, DnaFault::MacWrong { stage: Stage::Settings });
}

#[test]
fn a_tag_that_does_not_return_our_bytes_is_unproved() {
    let (mut authentication, _) = authentication(KeySlot::Master, &"01".repeat(16));
    let challenge = answer("A04C124213C186F22399D33AC2A3021591AF");
    authentication.step(&challenge).unwrap();

    let proved = answer("3FA64DB5446D1F34CD6EA311167F5E4985B89690C04A05F17FA7AB2F081206639100");

    assert_eq!(authentication.step(&proved).unwrap_err(), DnaFault::TagUnproved);
    assert_eq!(authentication.step(&proved).unwrap_err(), DnaFault::Finished);
}

#[test]
fn a_wrong_key_is_named_in_words() {
    let (mut authentication, _) = authentication(KeySlot::Master, &"01".repeat(16));
    authentication.step(&answer("A04C124213C186F22399D33AC2A3021591AF")).unwrap();

    let refused = authentication.step(&Response::bare(Status(0x91AE))).unwrap_err();

    assert_eq!(refused.to_string(), "authentication: the tag answered 91ae (wrong key)");
}

#[test]
fn the_version_names_the_chip_and_its_serial_number() {
    let (mut reader, first) = VersionReader::start();
    assert_eq!(first, get_version());

    let hardware = reader.step(&answer("0404023000110591AF")).unwrap();
    let software = reader.step(&answer("0404020102110591AF")).unwrap();
    let done = reader.step(&answer("04968CAA5C5E80CF39D4491C3021129100")).unwrap();

    assert!(matches!((hardware, software), (VersionStep::Send(_), VersionStep::Send(_))));
    let VersionStep::Done(version) = done else { panic!() };
    assert!(version.is_ntag424());
    assert_eq!(version.uid, TagUid([0x04, 0x96, 0x8C, 0xAA, 0x5C, 0x5E, 0x80]));
    assert_eq!(reader.step(&answer("9100")).unwrap_err(), DnaFault::Finished);
}

#[test]
fn keys_of_a_tag_differ_by_slot_and_by_tag_and_one_opens_all() {
    let keys = TagKeys::new(key("00112233445566778899AABBCCDDEEFF"));
    let (one, other) = (TagUid([4, 1, 2, 3, 4, 5, 6]), TagUid([4, 1, 2, 3, 4, 5, 7]));
    let of = |uid, slot| *keys.of(uid, slot).unwrap().reveal();

    let mut all: Vec<_> =
        KeySlot::ALL.iter().flat_map(|slot| [of(one, *slot), of(other, *slot)]).collect();
    all.sort_unstable();
    all.dedup();

    assert_eq!(of(one, KeySlot::Meta), of(other, KeySlot::Meta));
    assert_eq!(all.len(), 9);
}

#[test]
fn a_template_says_where_the_chip_fills_in_what() {
    let template = SunTemplate::new("https://pay.example/t/counter-1").unwrap();
    let file = [vec![0, 0], template.message.clone()].concat();
    let Mirroring { picc, mac } = template.mirroring;
    let (picc, mac) = (usize::from(picc), usize::from(mac));

    assert_eq!(&file[picc - 10..picc], b"picc_data=");
    assert_eq!(&file[picc..picc + 32], "0".repeat(32).as_bytes());
    assert_eq!(&file[mac - 5..mac], b"cmac=");
    assert_eq!(&file[mac..], "0".repeat(16).as_bytes());
}

#[test]
fn an_address_that_leaves_no_room_is_refused_with_the_room() {
    let long = format!("https://{}", "a".repeat(200));

    let DnaFault::AddressTooLong { bytes: 208, room } = SunTemplate::new(&long).unwrap_err() else {
        panic!("it is too long")
    };

    let fits = |bytes: usize| SunTemplate::new(&long[..bytes]).is_ok();
    assert!(fits(room) && !fits(room + 1), "room is {room}");
    let refused = SunTemplate::new("https://a/?b=c").unwrap_err();
    assert_eq!(refused, DnaFault::AddressInvalid);
}

#[test]
fn settings_are_read_back_as_they_were_written() {
    let settings = FileSettings::provisioned(Mirroring { picc: 0x20, mac: 0x43 });
    let written = settings.to_bytes();
    let read = [&[0], &written[..3], &[0, 1, 0], &written[3..]].concat();

    assert_eq!(FileSettings::parse(&read), Ok(settings));
    let plain = FileSettings::parse(&bytes("0000E0EE000100")).unwrap();
    let free = FileSettings {
        read: Right::Free,
        write: Right::Free,
        read_write: Right::Free,
        change: Right::Key(0),
        mirroring: None,
    };
    assert_eq!(FileSettings::parse(&bytes("0000E0EE000100")).unwrap(), free);
    assert_eq!(plain, free);
    assert!(FileSettings::parse(&read[..12]).is_err());
}

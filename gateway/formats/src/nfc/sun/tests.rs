use crate::aes128::BLOCK_BYTES;
use crate::nfc::sun::lrp::{Lrp, UpdatedKey, increment};
use crate::nfc::sun::{
    AesKey, MacInput, Mirrored, Parameter, PiccData, ReadCounter, SunAddress, SunCipher, SunFault,
    SunLayout, SunMac, SunSession, TagUid, diversify_key,
};

fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits).unwrap()
}

fn key(digits: &str) -> AesKey {
    AesKey::new(bytes(digits).try_into().unwrap())
}

fn factory_key() -> AesKey {
    AesKey::new([0; BLOCK_BYTES])
}

/// Example of AN12196: encrypted PICC data, file data, and the MAC over the latter.
const WITH_FILE_DATA: &str = "https://www.my424dna.com/?picc_data=FD91EC264309878BE6345CBE53BADF40\
    &enc=CEE9A53E3E463EF1F459635736738962&cmac=ECC1E7F6C6C73BF6";

fn picc(uid: &str, count: u32) -> PiccData {
    let uid = TagUid(bytes(uid).try_into().unwrap());
    PiccData { uid: Some(uid), counter: Some(ReadCounter::new(count).unwrap()) }
}

#[test]
fn a_uri_with_file_data_is_proved_and_opened() {
    let layout = SunLayout::encrypted(SunCipher::Aes).with_file_data();

    let address = SunAddress::parse(WITH_FILE_DATA, &layout).unwrap();
    let picc_data = address.picc_data(&factory_key()).unwrap();
    let proof = address.verify(&picc_data, &factory_key()).unwrap();

    assert_eq!(proof.picc, picc("04958caa5c5e80", 8));
    assert_eq!(proof.file_data.as_deref(), Some(b"xxxxxxxxxxxxxxxx".as_slice()));
}

#[test]
fn a_proof_counts_once() {
    let layout = SunLayout::encrypted(SunCipher::Aes).with_file_data();
    let address = SunAddress::parse(WITH_FILE_DATA, &layout).unwrap();
    let picc_data = address.picc_data(&factory_key()).unwrap();
    let proof = address.verify(&picc_data, &factory_key()).unwrap();

    let counter = proof.newer_than(None).unwrap();

    assert_eq!(proof.newer_than(Some(counter)), Err(SunFault::Replayed));
    assert_eq!(proof.newer_than(Some(ReadCounter::new(9).unwrap())), Err(SunFault::Replayed));
    assert_eq!(proof.newer_than(Some(ReadCounter::new(7).unwrap())), Ok(counter));
}

#[test]
fn a_uri_in_the_clear_is_proved() {
    let uri = "https://pay.example/t/1?uid=041E3C8A2D6B80&ctr=000006&cmac=4B00064004B0B3D3";

    let address = SunAddress::parse(uri, &SunLayout::plain(SunCipher::Aes)).unwrap();
    let Mirrored::Clear(picc_data) = address.mirrored else { panic!("it is in the clear") };

    assert_eq!(picc_data, picc("041e3c8a2d6b80", 6));
    assert!(address.verify(&picc_data, &factory_key()).is_ok());
}

#[test]
fn a_uri_in_lrp_mode_is_proved_from_any_byte_on() {
    let uri = "https://any.domain/?m=65628ED36888CF9C84797E43ECACF114C6ED9A5E101EB592\
        &e=4ADE304B5AB9474CB40AFFCAB0607A85&c=0000000000000000";
    let opened = PiccData::open(
        SunCipher::Lrp,
        &factory_key(),
        &bytes("65628ED36888CF9C84797E43ECACF114C6ED9A5E101EB592"),
    );
    let picc_data = opened.unwrap();
    let session = SunSession::derive(SunCipher::Lrp, &factory_key(), &picc_data);
    let input = b"any.domain/?m=65628ED36888CF9C84797E43ECACF114C6ED9A5E101EB592\
        x4ADE304B5AB9474CB40AFFCAB0607A85x";

    let mac = session.mac(input);

    assert_eq!(picc_data, picc("042e1d222a6380", 0x7b));
    assert_eq!(session.mac_key().reveal(), key("817133dd9fff11b94fc2fb107aa4d971").reveal());
    assert_eq!(mac, SunMac(bytes("87E287E8135BFC06").try_into().unwrap()));
    let file = session.open_file_data(&bytes("4ADE304B5AB9474CB40AFFCAB0607A85"));
    assert_eq!(file.as_deref(), Ok(b"0102030400000000".as_slice()));
    let layout = SunLayout {
        mirror: crate::nfc::sun::Mirror::Encrypted { picc_data: "m".to_owned() },
        file_data: Some("e".to_owned()),
        mac: "c".to_owned(),
        mac_input: MacInput::FromByte(8),
        ..SunLayout::encrypted(SunCipher::Lrp)
    };
    let address = SunAddress::parse(uri, &layout).unwrap();
    assert_eq!(address.picc_data(&factory_key()), Ok(picc_data));
    assert_eq!(address.verify(&picc_data, &factory_key()), Err(SunFault::MacWrong));
}

#[test]
fn one_changed_digit_is_no_proof() {
    let layout = SunLayout::encrypted(SunCipher::Aes).with_file_data();
    for (from, to) in [("enc=CEE9", "enc=CEE8"), ("cmac=ECC1", "cmac=ECC0")] {
        let uri = WITH_FILE_DATA.replace(from, to);

        let address = SunAddress::parse(&uri, &layout).unwrap();
        let picc_data = address.picc_data(&factory_key()).unwrap();

        assert_eq!(address.verify(&picc_data, &factory_key()), Err(SunFault::MacWrong));
    }
}

#[test]
fn picc_data_of_another_key_does_not_open() {
    let sealed = bytes("FD91EC264309878BE6345CBE53BADF40");

    let refused = PiccData::open(SunCipher::Aes, &key(&"01".repeat(16)), &sealed);

    assert_eq!(refused, Err(SunFault::PiccDataInvalid));
}

#[test]
fn a_parameter_is_there_once_and_in_its_form() {
    let layout = SunLayout::plain(SunCipher::Aes);
    let refused =
        |query: &str| SunAddress::parse(&format!("https://h/?{query}"), &layout).unwrap_err();
    let whole = "uid=041E3C8A2D6B80&ctr=000006&cmac=4B00064004B0B3D3";

    let parameter = Parameter::Uid;
    assert_eq!(refused(""), SunFault::Missing { parameter });
    assert_eq!(refused(&format!("{whole}&uid=00")), SunFault::Twice { parameter });
    assert_eq!(refused(&whole.replace("uid=04", "uid=")), SunFault::Invalid { parameter });
    assert_eq!(refused(&whole.replace("uid=04", "uid=+4")), SunFault::Invalid { parameter });
    let parameter = Parameter::Mac;
    assert_eq!(refused(&whole.replace("&cmac", "#cmac")), SunFault::Missing { parameter });
    let long = format!("https://h/?{whole}&{}", "x".repeat(300));
    assert_eq!(SunAddress::parse(&long, &layout), Err(SunFault::TooLong { bytes: long.len() }));
}

#[test]
fn file_data_outside_of_the_macs_input_is_refused() {
    let layout = SunLayout::encrypted(SunCipher::Aes).with_file_data();
    for mac_input in [MacInput::Empty, MacInput::FromByte(9999)] {
        let layout = SunLayout { mac_input, ..layout.clone() };

        let refused = SunAddress::parse(WITH_FILE_DATA, &layout);

        assert_eq!(refused, Err(SunFault::MacInputInvalid));
    }
}

#[test]
fn file_data_needs_a_counter_and_whole_blocks() {
    let without = PiccData { counter: None, ..picc("04958caa5c5e80", 0) };
    let session = SunSession::derive(SunCipher::Aes, &factory_key(), &without);
    let missing = SunFault::Missing { parameter: Parameter::Counter };
    assert_eq!(session.open_file_data(&[0; 16]), Err(missing));

    let session = SunSession::derive(SunCipher::Aes, &factory_key(), &picc("04958caa5c5e80", 0));
    let invalid = SunFault::Invalid { parameter: Parameter::FileData };
    assert_eq!(session.open_file_data(&[0; 17]), Err(invalid));
    assert_eq!(session.open_file_data(&[]), Err(invalid));
}

#[test]
fn a_counter_has_24_bits() {
    assert_eq!(ReadCounter::new(0x0100_0000), Err(SunFault::CounterTooLarge));
    assert_eq!(ReadCounter::from_mirror([0x01, 0x02, 0x03]).count(), 0x01_02_03);
}

#[test]
fn keys_are_diversified_as_an10922_shows() {
    let master = key("00112233445566778899aabbccddeeff");
    let ours = |input: &str| hex::encode(diversify_key(&master, &bytes(input)).unwrap().reveal());

    let published = ours("04782e21801d803042f54e585020416275");
    assert_eq!(published, "a8dd63a3b89d54b37ca802473fda9175");
    assert_eq!(ours("04782e21801d80"), "4fd3364753b8142980e8203c75ad83be");
    let whole: Vec<u8> = (0..31).collect();
    assert_eq!(ours(&hex::encode(&whole)), "21c28cd89bb3147f66c7dbd4851cab20");
}

#[test]
fn a_key_is_diversified_by_1_to_31_bytes() {
    for bytes in [0, 32] {
        let refused = diversify_key(&factory_key(), &vec![0; bytes]).unwrap_err();

        assert_eq!(refused, SunFault::DiversificationInvalid { bytes });
    }
}

#[test]
fn lrp_macs_are_those_of_an12304() {
    let published = [
        ("63A0169B4D9FE42C72B2784C806EAC21", "", "0E07C601970814A4176FDA633C6FC3DE"),
        ("8195088CE6C393708EBBE6C7914ECB0B", "BBD5B85772C7", "AD8595E0B49C5C0DB18E77355F5AAFF6"),
        (
            "5AA9F6C6DE5138113DF5D6B6C77D5D52",
            "A4434D740C2CB665FE5396959189383F",
            "8B43ADF767E46B692E8F24E837CB5EFC",
        ),
    ];
    for (secret, message, mac) in published {
        let lrp = Lrp::new(&key(secret), UpdatedKey::First);

        assert_eq!(lrp.cmac(&bytes(message)).to_vec(), bytes(mac), "{message}");
    }
}

#[test]
fn lrp_blocks_are_those_of_an12304() {
    let lrp = Lrp::new(&key("E0C4935FF0C254CD2CEF8FDDC32460CF"), UpdatedKey::First);
    let clear = bytes("012D7F1653CAF6503C6AB0C1010E8CB0").try_into().unwrap();

    let sealed = lrp.block_key(&bytes("C3315DBF")).encrypt(&clear);

    assert_eq!(sealed.to_vec(), bytes("FCBBACAA4F29182464F99DE41085266F"));
}

#[test]
fn a_counter_of_blocks_starts_again_after_its_end() {
    let mut counter = [0x00, 0xFF];
    increment(&mut counter);
    assert_eq!(counter, [0x01, 0x00]);

    let mut counter = [0xFF, 0xFF];
    increment(&mut counter);
    assert_eq!(counter, [0x00, 0x00]);
}

#[test]
fn keys_and_macs_print_masked() {
    let session =
        SunSession::derive(SunCipher::Aes, &key(&"ab".repeat(16)), &picc("04958caa5c5e80", 0));

    let shown = format!("{:?} {session:?} {:?}", key(&"cd".repeat(16)), session.mac(b""));

    assert!(shown.contains("AesKey(***)") && shown.contains("SunMac(***)"), "{shown}");
    assert!(!shown.contains("cd") && !shown.contains("205"), "{shown}");
}

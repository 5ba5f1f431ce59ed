use crate::iso8583::mac::{Kept, MacKey, MacKeyFault};
use crate::iso8583::notation::Style;
use crate::iso8583::ready::{Table, lookup};
use crate::iso8583::retail::RetailKey;
use crate::iso8583::{FormatFault, Message, Mti, Path, Spec};

/// Source: ISO/IEC 9797-1:2011, annex B.4, as stated by the tests of RustCrypto's `retail-mac`.
const HALVES: [u8; 16] = [
    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
];

/// Rows of a dialect whose code has this row.
fn with_code(row: &'static str) -> Spec {
    let table = Table::lookup("1987-ascii").unwrap();
    let rows = table.rows.iter().copied().filter(|(number, _)| *number != 64);
    Spec::of_rows(table.head, Style::ASCII, rows.chain([(64, row)])).unwrap()
}

fn key() -> MacKey {
    MacKey::new([0x2B; 16])
}

fn sealed(dialect: &str) -> Message {
    let spec = lookup(dialect).unwrap();
    let mut message = Message::new(Mti::SALE).with(3, "000000").with(4, "4500").with(41, "T1");
    let bytes = key().seal(spec, &mut message).unwrap();
    Message::parse(spec, &bytes).unwrap()
}

#[test]
fn a_sealed_message_is_checked_in_every_dialect() {
    for dialect in ["1987-ascii", "1987-ascii-hex", "1987-bcd", "1987-ebcdic", "1993-bcd"] {
        let message = sealed(dialect);

        assert_eq!(key().check(lookup(dialect).unwrap(), &message), Ok(()), "{dialect}");
        assert_eq!(message.value(64).map(<[u8]>::len), Some(8));
    }
}

#[test]
fn a_message_with_two_bitmaps_has_its_code_in_128() {
    let spec = lookup("1987-ascii").unwrap();
    let mut message = Message::new(Mti::NETWORK).with(70, "301");

    let bytes = key().seal(spec, &mut message).unwrap();

    let read = Message::parse(spec, &bytes).unwrap();
    assert_eq!((read.value(64), read.value(128).map(<[u8]>::len)), (None, Some(8)));
    assert_eq!(key().check(spec, &read), Ok(()));
}

#[test]
fn a_changed_amount_or_key_is_found() {
    let spec = lookup("1987-ascii").unwrap();
    let wrong = Err(FormatFault::MacWrong { path: Path::field(64) });

    assert_eq!(key().check(spec, &sealed("1987-ascii").with(4, "000000004501")), wrong);
    assert_eq!(MacKey::new([0x2C; 16]).check(spec, &sealed("1987-ascii")), wrong);
}

#[test]
fn a_message_without_a_code_is_refused() {
    let message = Message::new(Mti::SALE).with(3, "000000");

    let refused = key().check(lookup("1987-ascii").unwrap(), &message);

    assert_eq!(refused, Err(FormatFault::MacMissing { field: 64 }));
}

#[test]
fn the_retail_mac_is_the_published_one() {
    let key = RetailKey::new(HALVES).unwrap();
    let code = |text: &[u8]| hex::encode_upper(key.code(text));

    // Full blocks get no padding, a part of one gets zeros: padding method 1.
    assert_eq!(code(b"Now is the time for all "), "A1C72E74EA3FA9B6");
    assert_eq!(code(b"Now is the time for it"), "2E2B1428CC78254F");
    assert_eq!(code(b"Now is the time for it\0\0"), "2E2B1428CC78254F");
}

#[test]
fn a_key_of_equal_halves_is_refused_whatever_its_parity_bits() {
    let mut halves = [0x2B; 16];
    let same = MacKey::retail(halves, Kept::Whole);
    halves[8] ^= 1;
    let same_but_parity = MacKey::retail(halves, Kept::Whole);
    halves[8] ^= 2;
    let other = MacKey::retail(halves, Kept::Whole);

    assert_eq!(same.unwrap_err(), MacKeyFault::HalvesEqual);
    assert_eq!(same_but_parity.unwrap_err(), MacKeyFault::HalvesEqual);
    assert!(other.is_ok());
}

#[test]
fn a_message_is_sealed_with_the_retail_mac_of_its_bytes() {
    let spec = lookup("1987-ascii").unwrap();
    let key = MacKey::retail(HALVES, Kept::Whole).unwrap();
    let mut message = Message::new(Mti::SALE).with(3, "000000");

    let bytes = key.seal(spec, &mut message).unwrap();

    let (before, code) = bytes.split_at(bytes.len() - 8);
    assert_eq!(code, RetailKey::new(HALVES).unwrap().code(before));
    assert_eq!(key.check(spec, &Message::parse(spec, &bytes).unwrap()), Ok(()));
    assert!(!format!("{key:?}").contains("35"), "the key is printed");
}

#[test]
fn the_left_half_of_a_code_fills_a_field_of_four_or_stands_before_zeros() {
    let left = MacKey::retail(HALVES, Kept::Left).unwrap();
    let seal = |spec: &Spec| {
        let mut message = Message::new(Mti::SALE).with(3, "000000");
        let bytes = left.seal(spec, &mut message).unwrap();
        assert_eq!(left.check(spec, &Message::parse(spec, &bytes).unwrap()), Ok(()));
        message.value(64).unwrap().to_vec()
    };

    let (four, eight) = (seal(&with_code("b4")), seal(&with_code("b8")));

    assert_eq!((four.len(), eight.len()), (4, 8));
    assert_eq!(eight, [four, vec![0; 4]].concat());
}

#[test]
fn a_field_of_four_takes_the_left_of_a_whole_code() {
    let spec = with_code("b4");
    let mut message = Message::new(Mti::SALE).with(3, "000000");

    let bytes = key().seal(&spec, &mut message).unwrap();

    let read = Message::parse(&spec, &bytes).unwrap();
    assert_eq!(read.value(64).map(<[u8]>::len), Some(4));
    assert_eq!(key().check(&spec, &read), Ok(()));
}

#[test]
fn a_message_with_three_bitmaps_has_its_code_in_192() {
    let table = Table::lookup("1987-ascii").unwrap();
    let rows = table.rows.iter().copied().chain([(130, "n6"), (192, "b8")]);
    let spec = Spec::of_rows(table.head, Style::ASCII, rows).unwrap();
    let mut message = Message::new(Mti::SALE).with(3, "000000").with(130, "123456");

    let bytes = key().seal(&spec, &mut message).unwrap();

    let read = Message::parse(&spec, &bytes).unwrap();
    assert_eq!((read.value(128), read.value(192).map(<[u8]>::len)), (None, Some(8)));
    assert_eq!(key().check(&spec, &read), Ok(()));
}

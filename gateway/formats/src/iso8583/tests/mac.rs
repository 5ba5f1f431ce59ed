use crate::iso8583::mac::MacKey;
use crate::iso8583::ready::lookup;
use crate::iso8583::{FormatFault, Message, Mti, Path};

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

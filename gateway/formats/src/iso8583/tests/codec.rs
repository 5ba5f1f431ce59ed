use crate::iso8583::notation::Style;
use crate::iso8583::spec::{BitmapForm, Bitmaps, Head, MtiForm};
use crate::iso8583::{FormatFault, Message, Mti, Path, PrivateData, SPEC_1987, Spec, Tag};

const RAW: Head = Head {
    header_bytes: 0,
    mti: MtiForm::Ascii,
    bitmap: BitmapForm::Binary,
    bitmaps: Bitmaps::OneOrTwo,
};

/// Rows that Baton's own dialect leaves out, so that foreign samples can be read.
fn foreign(bitmap: BitmapForm) -> Spec {
    let rows = [
        (2, "ans..19 ll"),
        (3, "n6"),
        (4, "n12"),
        (7, "n10"),
        (11, "n6"),
        (24, "n3"),
        (41, "ans8"),
        (52, "b8"),
        (64, "b8"),
    ];
    Spec::of_rows(Head { bitmap, ..RAW }, Style::ASCII, rows).unwrap()
}

#[test]
fn a_1987_sample_with_a_binary_bitmap_reads_and_writes_back() {
    // Source: zemuldo/iso_8583 at b06b67a, a 0800 of its tests.
    let bytes = hex::decode(
        "3038303022200100008000003939303030303038323331353137\
         31363030303030313833313030303030303031",
    )
    .unwrap();

    let message = Message::parse(&foreign(BitmapForm::Binary), &bytes).unwrap();

    assert_eq!(message.mti, Mti::NETWORK);
    assert_eq!(message.text(3), Some("990000"));
    assert_eq!(message.text(24), Some("831"));
    assert_eq!(message.text(41), Some("00000001"));
    assert_eq!(message.build(&foreign(BitmapForm::Binary)).unwrap(), bytes);
}

#[test]
fn a_1987_sample_with_a_hexadecimal_bitmap_reads_and_writes_back() {
    // Source: moov-io/iso8583 at b7a9ed4, message_test.go.
    let bytes = b"01007000000000000000164242424242424242123456000000000100";

    let message = Message::parse(&foreign(BitmapForm::HexAscii), bytes).unwrap();

    assert_eq!(message.text(2), Some("4242424242424242"));
    assert_eq!(message.number(4), Some(100));
    assert_eq!(message.build(&foreign(BitmapForm::HexAscii)).unwrap(), bytes);
}

#[test]
fn samples_that_others_refuse_are_refused_here_with_the_place() {
    // Source: knovichikhin/pyiso8583 at 3842ba8, its tests of bad data.
    let field_2 = Path::field(2);
    let cases: [(&[u8], FormatFault); 6] = [
        (b"02100000000000000000extra", FormatFault::Trailing { bytes: 5 }),
        (b"02100000", FormatFault::BitmapInvalid),
        (b"", FormatFault::TypeInvalid),
        (b"02108000000000000000", FormatFault::BitmapInvalid),
        (b"0200400000000000000016123", FormatFault::Cut { path: field_2 }),
        (b"020040000000000000001", FormatFault::Cut { path: field_2 }),
    ];

    for (bytes, fault) in cases {
        assert_eq!(
            Message::parse(&foreign(BitmapForm::HexAscii), bytes),
            Err(fault),
            "{}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn a_message_with_a_card_number_is_refused_as_a_whole() {
    let card = Message::new(Mti::SALE).with(2, "4242424242424242");
    let bytes = card.build(&foreign(BitmapForm::Binary)).unwrap();

    let refused = Message::parse(&SPEC_1987, &bytes);

    assert_eq!(refused, Err(FormatFault::FieldUnknown { field: 2 }));
}

#[test]
fn short_values_are_padded_and_long_ones_refused() {
    let message = Message::new(Mti::SALE).with(4, "4500").with(41, "T-100");

    let read = Message::parse(&SPEC_1987, &message.build(&SPEC_1987).unwrap()).unwrap();
    let long = Message::new(Mti::SALE).with(41, "TERMINAL-1").build(&SPEC_1987);

    assert_eq!((read.text(4), read.text(41)), (Some("000000004500"), Some("T-100   ")));
    assert_eq!(long, Err(FormatFault::TooLong { path: Path::field(41) }));
}

#[test]
fn letters_in_a_number_are_refused_in_both_directions() {
    let fault = Err(FormatFault::CharacterInvalid { path: Path::field(4) });
    let written = Message::new(Mti::SALE).with(4, "-4500").build(&SPEC_1987);
    let mut bytes = Message::new(Mti::SALE).with(4, "4500").build(&SPEC_1987).unwrap();
    *bytes.last_mut().unwrap() = b'x';

    assert_eq!(written, fault.clone());
    assert_eq!(Message::parse(&SPEC_1987, &bytes).map(|_| Vec::new()), fault);
}

#[test]
fn fields_over_64_bring_the_second_bitmap() {
    let message = Message::new(Mti::NETWORK).with(11, "000001").with(70, "301");

    let bytes = message.build(&SPEC_1987).unwrap();

    assert_eq!(bytes.get(4), Some(&0x80));
    assert_eq!(bytes.len(), 4 + 16 + 6 + 3);
    assert_eq!(Message::parse(&SPEC_1987, &bytes), Ok(message));
}

#[test]
fn a_message_prints_without_its_secrets() {
    let data = PrivateData::new().with(Tag::Code, "A1B2C3D4").build().unwrap();
    let message = Message::new(Mti::SALE).with(2, "4242424242424242").with(3, "000000");

    let shown = format!("{:?}", message.with(48, data).with(52, vec![7; 8]));

    assert_eq!(shown, r#"0200 {2: "***", 3: "000000", 48: "***", 52: "***"}"#);
}

#[test]
fn private_data_names_the_part_that_is_wrong() {
    let path = Path::part(48, b"04");

    assert_eq!(PrivateData::parse(b"04036"), Err(FormatFault::Cut { path }));
    assert_eq!(PrivateData::parse(b"04x36"), Err(FormatFault::LengthInvalid { path }));
    assert_eq!(PrivateData::parse(b"04001a04001b"), Err(FormatFault::Twice { path }));
    assert_eq!(FormatFault::Cut { path }.to_string(), "field 48.04 is cut short");
    assert_eq!(PrivateData::parse(b"0"), Err(FormatFault::Cut { path: Path::field(48) }),);
}

#[test]
fn private_data_skips_tags_of_others_and_prints_masked() {
    let data = PrivateData::parse(b"ZZ002hi01008A1B2C3D4").unwrap();

    assert_eq!(data.text(Tag::Code), Some("A1B2C3D4"));
    assert_eq!(format!("{data:?}"), "{Code}");
}

/// The bit that announces a third bitmap was written without it when no field stands in it.
#[test]
fn an_empty_third_bitmap_is_written_back() {
    let spec = crate::iso8583::ready::lookup("1987-ascii").unwrap();
    let announcing = [0x80, 0, 0, 0, 0, 0, 0, 0];
    let sent = [b"0800".as_slice(), &announcing, &announcing, &[0; 8]].concat();

    let message = Message::parse(spec, &sent).unwrap();

    assert_eq!(message.build(spec), Ok(sent));
}

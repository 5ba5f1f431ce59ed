use crate::iso8583::notation::{BCD_RIGHT, Style};
use crate::iso8583::spec::{
    BcdPad, BitmapForm, Bitmaps, Class, Counts, Encoding, Field, Fill, Head, Length, MtiForm,
    Parts, Prefix, PrefixForm, Side,
};
use crate::iso8583::{FormatFault, Message, Mti, Path, Spec, SpecFault};

const HEAD: Head = Head {
    header_bytes: 0,
    mti: MtiForm::Bcd,
    bitmap: BitmapForm::Binary,
    bitmaps: Bitmaps::UpToThree,
};

fn spec(rows: &[(u8, &'static str)]) -> Spec {
    Spec::of_rows(HEAD, Style::PACKED, rows.iter().copied()).unwrap()
}

/// Writes one field and reads it again; returns its bytes, without type and bitmap.
fn both_ways(row: &'static str, value: &str) -> (Vec<u8>, String) {
    let spec = spec(&[(2, row)]);
    let bytes = Message::new(Mti::SALE).with(2, value).build(&spec).unwrap();
    let read = Message::parse(&spec, &bytes).unwrap();
    (bytes[10..].to_vec(), read.text(2).unwrap().to_owned())
}

#[test]
fn a_row_in_the_words_of_the_standard_says_everything() {
    let row = "ans..999 lll ebcdic prefix-binary counts-bytes blanks tags-2-3, private, ours";

    let field = Field::of_row(48, row, Style::PACKED).unwrap();

    let prefix = Prefix { digits: 3, form: PrefixForm::Binary, counts: Counts::SentBytes };
    assert_eq!(field.length, Length::Variable(prefix, 999));
    assert_eq!((field.encoding, field.class), (Encoding::Ebcdic, Class::Text));
    assert_eq!((field.fill, field.parts), (Fill::BlankRight, Parts::Tagged { tag: 2, length: 3 }));
    assert_eq!(field.name, "private, ours");
}

#[test]
fn a_row_that_is_not_understood_names_the_word_and_what_could_stand_there() {
    let fault = |row| Field::of_row(4, row, Style::ASCII).unwrap_err().to_string();

    assert!(fault("q12").starts_with("field 4: \"q12\" is not understood; begin with class"));
    assert!(fault("n12 bdc").starts_with("field 4: \"bdc\" is not understood; known are"));
    assert!(fault("n..19").contains("say how many digits the length in front has"));
    assert!(fault("n19 ll").contains("needs the greatest length: ..N"));
}

#[test]
fn a_table_that_cannot_be_is_refused_with_the_row() {
    let refused = |rows: &[(u8, &'static str)]| {
        Spec::of_rows(HEAD, Style::PACKED, rows.iter().copied()).unwrap_err()
    };

    assert_eq!(refused(&[(3, "n6"), (3, "n6")]), SpecFault::Twice { field: 3 });
    assert_eq!(refused(&[(1, "n6")]), SpecFault::Number { field: 1 });
    assert_eq!(refused(&[(193, "n6")]), SpecFault::Number { field: 193 });
    assert_eq!(refused(&[(2, "n..100 ll")]), SpecFault::Prefix { field: 2 });
    assert_eq!(refused(&[(2, "n..99 ll counts-bytes")]), SpecFault::Padding { field: 2 });
}

#[test]
fn an_odd_number_of_packed_digits_is_padded_on_its_side() {
    assert_eq!(both_ways("n3", "333"), (vec![0x03, 0x33], "333".into()));
    assert_eq!(both_ways("n3 bcd pad-f", "333"), (vec![0xF3, 0x33], "333".into()));
    assert_eq!(both_ways("n3 bcd-right", "333"), (vec![0x33, 0x3F], "333".into()));
    assert_eq!(both_ways("n3 bcd-right pad-0", "333"), (vec![0x33, 0x30], "333".into()));
    assert_eq!(both_ways("z..37 ll", "12=3"), (vec![0x04, 0x12, 0xD3], "12D3".into()));
}

#[test]
fn a_length_counts_digits_or_bytes() {
    assert_eq!(both_ways("n..19 ll", "12345"), (vec![0x05, 0x01, 0x23, 0x45], "12345".into()));
    let in_bytes = "n..19 ll bcd-right counts-bytes";
    assert_eq!(both_ways(in_bytes, "12345"), (vec![0x03, 0x12, 0x34, 0x5F], "12345".into()));
    let text = "u..99 ll prefix-ascii utf8";
    assert_eq!(both_ways(text, "커피"), ([b"02", "커피".as_bytes()].concat(), "커피".into()));
    let text = "u..99 ll prefix-ascii utf8 counts-bytes";
    assert_eq!(both_ways(text, "커피"), ([b"06", "커피".as_bytes()].concat(), "커피".into()));
    let long = "ans..999 llll prefix-bcd";
    assert_eq!(both_ways(long, "abc"), ([&[0, 3], &b"abc"[..]].concat(), "abc".into()));
    let binary = "ans..300 ll prefix-binary ebcdic";
    assert_eq!(both_ways(binary, "A1"), (vec![0, 2, 0xC1, 0xF1], "A1".into()));
}

#[test]
fn signed_amounts_and_hexadecimal_bytes_are_sent_as_their_rows_say() {
    assert_eq!(both_ways("x+n9", "D00000012"), (vec![b'D', 0, 0, 0, 0x12], "D00000012".into()));
    assert_eq!(both_ways("x+n9 ascii", "C00000012").0, b"C00000012");
    assert_eq!(both_ways("b2 hex", "AB").0, b"4142");
    assert_eq!(both_ways("b2 hex-ebcdic", "AB").0, [0xF4, 0xF1, 0xF4, 0xF2]);
}

#[test]
fn a_number_in_ebcdic_is_filled_as_its_row_says() {
    assert_eq!(both_ways("n4 ebcdic", "42").0, [0xF0, 0xF0, 0xF4, 0xF2]);
    assert_eq!(both_ways("ans4 ebcdic", "42").0, [0xF4, 0xF2, 0x40, 0x40]);

    let blanks = spec(&[(2, "n4 ebcdic blanks")]);
    let bytes = Message::new(Mti::SALE).with(2, "42").build(&blanks).unwrap();
    assert_eq!(bytes[10..], [0xF4, 0xF2, 0x40, 0x40]);
}

#[test]
fn a_digit_where_the_padding_stands_is_refused() {
    let spec = spec(&[(2, "n3")]);
    let mut bytes = Message::new(Mti::SALE).with(2, "333").build(&spec).unwrap();
    bytes[10] = 0x13;

    let refused = Message::parse(&spec, &bytes);

    assert_eq!(refused, Err(FormatFault::CharacterInvalid { path: Path::field(2) }));
}

#[test]
fn three_bitmaps_announce_one_another() {
    let spec = spec(&[(3, "n6"), (70, "n3"), (160, "n4")]);
    let message = Message::new(Mti::NETWORK).with(3, "990000").with(160, "1234");

    let bytes = message.build(&spec).unwrap();

    assert_eq!((bytes[2] >> 7, bytes[10] >> 7, bytes.len()), (1, 1, 2 + 24 + 3 + 2));
    assert_eq!(Message::parse(&spec, &bytes), Ok(message));
}

/// Rows on both sides of field 65, and beyond the second bitmap.
fn third_as_field() -> Spec {
    let head = Head { mti: MtiForm::Ascii, bitmaps: Bitmaps::ThirdAsField, ..HEAD };
    let rows = [(3, "n6"), (64, "b8"), (66, "n1"), (70, "n3"), (129, "n4"), (192, "b8")];
    Spec::of_rows(head, Style::ASCII, rows).unwrap()
}

#[test]
fn a_third_bitmap_stands_where_field_65_would() {
    let (spec, mac) = (third_as_field(), [7; 8]);
    let message = Message::new(Mti::SALE).with(3, "990000").with(64, mac).with(66, "5");
    let message = message.with(129, "1234").with(192, mac);

    let bytes = message.build(&spec).unwrap();

    let announcing = [0xA0, 0, 0, 0, 0, 0, 0, 1, 0xC0, 0, 0, 0, 0, 0, 0, 0];
    let third = [0x80, 0, 0, 0, 0, 0, 0, 1];
    let parts: [&[u8]; 8] = [b"0200", &announcing, b"990000", &mac, &third, b"5", b"1234", &mac];
    assert_eq!(bytes, parts.concat());
    assert_eq!(Message::parse(&spec, &bytes), Ok(message));
}

#[test]
fn a_third_bitmap_is_there_only_if_a_field_or_its_bit_is() {
    let spec = third_as_field();
    let message = Message::new(Mti::NETWORK).with(70, "301");

    let two = message.build(&spec).unwrap();
    let last = message.clone().with(129, "1234").build(&spec).unwrap();
    let mut empty = [&two[..20], &[0; 8], &two[20..]].concat();
    empty[12] |= 0x80;

    assert_eq!((two.len(), two[12] >> 7), (4 + 16 + 3, 0));
    assert_eq!((last.len(), last[12] >> 7), (4 + 24 + 3 + 4, 1));
    assert_eq!(Message::parse(&spec, &empty).unwrap().build(&spec), Ok(empty.clone()));
    assert_eq!(Message::parse(&spec, &empty[..25]), Err(FormatFault::BitmapInvalid));
}

#[test]
fn a_third_bitmap_as_the_last_of_a_message_is_read_and_written() {
    let spec = third_as_field();
    let message = Message::new(Mti::NETWORK).with(3, "990000").with(129, "1234");

    let bytes = message.build(&spec).unwrap();

    assert_eq!(bytes.len(), 4 + 16 + 6 + 8 + 4);
    assert_eq!(Message::parse(&spec, &bytes), Ok(message));
}

#[test]
fn a_third_bitmap_right_behind_the_second_is_written_back_in_every_form() {
    for bitmap in [BitmapForm::Binary, BitmapForm::HexAscii, BitmapForm::HexEbcdic] {
        for bitmaps in [Bitmaps::UpToThree, Bitmaps::ThirdAsField, Bitmaps::Always(3)] {
            let head = Head { bitmap, bitmaps, ..HEAD };
            let spec = Spec::of_rows(head, Style::ASCII, [(3, "n6"), (192, "n4")]).unwrap();
            let message = Message::new(Mti::SALE).with(3, "000000").with(192, "1234");

            let bytes = message.build(&spec).unwrap();

            assert_eq!(Message::parse(&spec, &bytes), Ok(message), "{bitmap:?} {bitmaps:?}");
        }
    }
}

#[test]
fn a_row_for_field_65_has_no_place_where_its_bit_announces_a_bitmap() {
    let spec = spec(&[(3, "n6"), (65, "b8"), (66, "n1")]);
    let read = Message::new(Mti::SALE).with(3, "000000").with(65, [1; 8]);

    let bytes = read.build(&spec);

    assert_eq!(bytes, Err(FormatFault::FieldUnknown { field: 65 }));
}

#[test]
fn a_field_beyond_the_bitmaps_is_refused() {
    let head = Head { bitmaps: Bitmaps::Always(1), ..HEAD };
    let spec = Spec::of_rows(head, Style::ASCII, [(70, "n3")]).unwrap();

    let refused = Message::new(Mti::NETWORK).with(70, "301").build(&spec);

    assert_eq!(refused, Err(FormatFault::BitmapTooShort));
}

#[test]
fn a_header_is_kept_as_it_is() {
    let head = Head { header_bytes: 3, ..HEAD };
    let spec = Spec::of_rows(head, Style::ASCII, [(3, "n6")]).unwrap();
    let mut message = Message::new(Mti::SALE).with(3, "000000");
    let without = message.build(&spec);

    message.set_header(*b"ISO");
    let bytes = message.build(&spec).unwrap();

    assert_eq!(without, Err(FormatFault::HeaderInvalid));
    assert_eq!(Message::parse(&spec, &bytes).unwrap().header(), b"ISO");
}

#[test]
fn the_padding_right_of_packed_digits_is_an_f_unless_said_otherwise() {
    assert_eq!(BCD_RIGHT, Encoding::Bcd(BcdPad { side: Side::Right, nibble: 15 }));
}

#[test]
fn a_part_of_a_field_is_found_by_its_tag() {
    let spec = spec(&[(48, "ans..999 lll tags-2-3"), (55, "b..255 lll ber")]);
    let chip = hex::decode("8A0230309F3602003471061122334455AA").unwrap();
    let message = Message::new(Mti::SALE).with(48, "AB002hi01004code").with(55, chip);

    assert_eq!(message.part(&spec, 48, b"01"), Ok(Some(&b"code"[..])));
    assert_eq!(message.part(&spec, 48, b"02"), Ok(None));
    assert_eq!(message.part(&spec, 55, &[0x9F, 0x36]), Ok(Some(&[0x00, 0x34][..])));
    assert_eq!(message.part(&spec, 3, b"01"), Err(FormatFault::FieldUnknown { field: 3 }));
}

#[test]
fn parts_that_cannot_be_read_are_named() {
    let spec = spec(&[(48, "ans..999 lll tags-2-3"), (55, "b..255 lll ber")]);
    let message = Message::new(Mti::SALE).with(48, "01009code").with(55, [0x8A, 0x02, 0x30]);

    let tagged = message.part(&spec, 48, b"01").unwrap_err().to_string();
    let ber = message.part(&spec, 55, &[0x8A]).unwrap_err().to_string();

    assert_eq!(tagged, "field 48.01 is cut short");
    assert_eq!(ber, "the parts of field 55 cannot be read");
}

#[test]
fn a_card_number_in_any_field_is_masked() {
    let message = Message::new(Mti::SALE).with(43, "CARD 4242424242424242").with(49, "410");

    assert_eq!(format!("{message:?}"), r#"0200 {43: "***", 49: "410"}"#);
}

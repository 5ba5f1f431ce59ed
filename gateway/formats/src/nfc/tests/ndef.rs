use crate::nfc::ndef::piece::{Piece, read_pieces};
use crate::nfc::ndef::uri::PREFIXES;
use crate::nfc::ndef::{
    Action, Content, ContentFault, MESSAGE_BYTES_MAX, Message, MessageFault, Record, RecordType,
    SmartPoster, Text, TextEncoding, Uri,
};

fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits.replace(' ', "")).unwrap()
}

fn parsed(digits: &str) -> Result<Message, MessageFault> {
    Message::parse(&bytes(digits))
}

fn payloads(message: &Message) -> Vec<&[u8]> {
    message.records.iter().map(|record| record.payload.as_slice()).collect()
}

#[test]
fn chunks_are_joined_to_one_record() {
    let message = parsed("b1 01 02 54 02 65  36 00 01 6e  16 00 01 41  51 01 01 55 00").unwrap();

    assert_eq!(payloads(&message), [b"\x02enA".as_slice(), b"\x00"]);
    assert_eq!(message.records[0].content(), Ok(Content::Text(Text::new("en", "A"))));
}

#[test]
fn a_first_chunk_keeps_its_id() {
    let message = parsed("b9 01 01 02 54 6964 02  56 00 03 656e41").unwrap();

    assert_eq!(message.records[0].id, b"id");
    assert_eq!(payloads(&message), [b"\x02enA"]);
}

#[test]
fn a_chunked_record_is_broken_by_any_other_record() {
    let refused = parsed("b1 01 01 54 02  51 01 01 55 00");

    assert_eq!(refused, Err(MessageFault::ChunkBroken { record: 2 }));
}

#[test]
fn an_empty_record_has_no_chunks() {
    assert_eq!(parsed("b00000 560000"), Err(MessageFault::ChunkBroken { record: 1 }));
}

#[test]
fn a_chunk_that_continues_nothing_is_refused() {
    assert_eq!(parsed("d60000"), Err(MessageFault::ChunkStray { record: 1 }));
}

#[test]
fn a_later_chunk_has_no_id() {
    let refused = parsed("b1 01 01 54 02  5e 00 00 01 61");

    assert_eq!(refused, Err(MessageFault::PartForbidden { record: 2 }));
}

#[test]
fn a_message_must_begin_and_end() {
    assert_eq!(parsed(""), Err(MessageFault::Empty));
    assert_eq!(parsed("500000"), Err(MessageFault::BeginMissing));
    assert_eq!(parsed("900000"), Err(MessageFault::EndMissing));
    assert_eq!(parsed("d00000 00"), Err(MessageFault::Trailing { bytes: 1 }));
    assert_eq!(parsed("900000 d00000"), Err(MessageFault::BeginRepeated { record: 2 }));
}

#[test]
fn formats_demand_or_forbid_types() {
    assert_eq!(parsed("d10000"), Err(MessageFault::TypeMissing { record: 1 }));
    assert_eq!(parsed("d5010061"), Err(MessageFault::TypeForbidden { record: 1 }));
    assert_eq!(parsed("d0000161"), Err(MessageFault::PartForbidden { record: 1 }));
    assert_eq!(parsed("d70000"), Err(MessageFault::FormatReserved { record: 1 }));
}

#[test]
fn a_length_of_four_gigabytes_is_cut_not_allocated() {
    let refused = parsed("c1 01 ffffffff 55");

    assert_eq!(refused, Err(MessageFault::Cut { record: 1 }));
}

#[test]
fn a_payload_of_256_bytes_takes_four_bytes_of_length() {
    let record = Record::new(RecordType::well_known("X"), vec![7; 256]);

    let built = Message { records: vec![record.clone()] }.build().unwrap();

    assert_eq!(&built[..7], bytes("c1 01 00000100 58"));
    assert_eq!(Message::parse(&built), Ok(Message { records: vec![record] }));
}

#[test]
fn a_message_over_the_limit_is_neither_read_nor_written() {
    let record = Record::new(RecordType::Unknown, vec![0; MESSAGE_BYTES_MAX]);

    let refused = Message { records: vec![record] }.build();

    assert_eq!(refused, Err(MessageFault::TooLarge { bytes: MESSAGE_BYTES_MAX + 6 }));
    assert!(Message::parse(&vec![0; MESSAGE_BYTES_MAX + 1]).is_err());
}

#[test]
fn a_type_of_256_bytes_is_not_written() {
    let record = Record::new(RecordType::Media(vec![b'a'; 256]), Vec::new());

    let refused = Message { records: vec![record] }.build();

    assert_eq!(refused, Err(MessageFault::NameTooLong { record: 1 }));
}

#[test]
fn a_uri_is_written_with_its_longest_beginning() {
    let uri = Uri::new("urn:epc:id:sgtin:1").unwrap();

    assert_eq!(uri.build(), b"\x1esgtin:1");
}

#[test]
fn every_beginning_comes_back() {
    for (code, prefix) in PREFIXES.iter().enumerate() {
        let payload = [&[u8::try_from(code).unwrap()], b"x".as_slice()].concat();

        let uri = Uri::parse(&payload).unwrap();

        assert_eq!(uri.as_str(), format!("{prefix}x"));
        assert_eq!(uri.build(), payload);
    }
}

#[test]
fn control_characters_are_no_part_of_a_uri() {
    assert_eq!(Uri::parse(b"\x03\x00"), Err(ContentFault::UriInvalid));
    assert_eq!(Uri::parse(b""), Err(ContentFault::Empty));
}

#[test]
fn utf_16_without_a_mark_is_big_endian() {
    let text = Text::parse(&bytes("82 6b6f d55c")).unwrap();

    assert_eq!(text.text, "한");
    assert_eq!(text.encoding, TextEncoding::Utf16);
    assert_eq!(text.build().unwrap(), bytes("82 6b6f feff d55c"));
}

#[test]
fn half_a_character_is_no_text() {
    for payload in ["82 656e 54", "82 656e feff d83d", "82 656e fffe 3dd8", "02 656e ff"] {
        assert_eq!(Text::parse(&bytes(payload)), Err(ContentFault::TextInvalid), "{payload}");
    }
}

#[test]
fn a_text_has_a_language_and_no_reserved_bit() {
    assert_eq!(Text::parse(b"\x00"), Err(ContentFault::LanguageInvalid));
    assert_eq!(Text::parse(b"\x02e"), Err(ContentFault::LanguageInvalid));
    assert_eq!(Text::parse(b"\x02e\nx"), Err(ContentFault::LanguageInvalid));
    assert_eq!(Text::parse(b"\x42enx"), Err(ContentFault::TextReserved));
    assert_eq!(Text::new("", "x").build(), Err(ContentFault::LanguageInvalid));
}

#[test]
fn a_poster_comes_back_with_all_its_parts() {
    let mut poster = SmartPoster::new(Uri::new("https://example.com/t/1").unwrap());
    poster.titles = vec![Text::new("ko", "결제"), Text::new("en", "Pay")];
    poster.action = Some(Action::Save);
    poster.size_bytes = Some(1234);
    poster.media_type = Some("text/html".to_owned());

    let record = Record::of(&Content::SmartPoster(poster.clone())).unwrap();

    assert_eq!(record.kind, RecordType::well_known("Sp"));
    assert_eq!(record.content(), Ok(Content::SmartPoster(poster)));
}

#[test]
fn a_poster_has_one_uri_and_no_part_twice() {
    let poster = |inner: &str| SmartPoster::parse(&bytes(inner));

    assert_eq!(poster(""), Err(ContentFault::PosterUris { count: 0 }));
    let trailing = MessageFault::Trailing { bytes: 1 };
    assert_eq!(poster("d101015500 00"), Err(ContentFault::Poster(trailing)));
    assert_eq!(poster("9101015500 5101015500"), Err(ContentFault::PosterUris { count: 2 }));
    assert_eq!(
        poster("9101015500 110301 616374 00 510301 616374 01"),
        Err(ContentFault::PosterTwice)
    );
    assert_eq!(
        poster("9101015500 11010454 02656e41 51010454 02454e42"),
        Err(ContentFault::PosterTitles)
    );
    assert_eq!(poster("9101015500 510301 616374 03"), Err(ContentFault::ActionInvalid));
}

#[test]
fn a_poster_passes_over_records_of_other_types() {
    let message = parsed("d1 02 08 5370 9101015500 500000").unwrap();

    let poster = SmartPoster::new(Uri::new("").unwrap());
    assert_eq!(message.records[0].content(), Ok(Content::SmartPoster(poster)));
}

#[test]
fn other_types_keep_their_name_and_bytes() {
    let message = parsed("92 0a 01 746578742f706c61696e 61  54 05 01 612e623a63 62").unwrap();
    let contents: Vec<Content> =
        message.records.iter().map(|record| record.content().unwrap()).collect();

    let media = Content::Media { name: "text/plain".to_owned(), bytes: b"a".to_vec() };
    let external = Content::External { name: "a.b:c".to_owned(), bytes: b"b".to_vec() };
    assert_eq!(contents, [media, external]);
}

#[test]
fn pieces_are_listed_as_they_stand() {
    let pieces = read_pieces(&bytes("b50000 560000")).unwrap();

    assert_eq!(pieces.iter().map(|piece: &Piece| piece.chunked).collect::<Vec<_>>(), [true, false]);
}

//! NDEF: records as they stand, joined records, and what they hold.
//!
//! Owns a second reader of records that also says whether they are in their shortest form. Next:
//! `tags.rs`.

use baton_formats::nfc::ndef::piece::{read_pieces, write_pieces};
use baton_formats::nfc::ndef::{Content, Message, Piece, Record, SmartPoster, Text, Uri};

/// A message; the same bytes are also tried as each kind of content.
pub fn message(bytes: &[u8]) -> bool {
    contents(bytes);
    let read = read_pieces(bytes);
    let reference = reference(bytes);
    let said = |piece: &Piece| {
        let Piece { tnf, type_name, id, payload, chunked } = piece.clone();
        (tnf.number(), type_name, id, payload, chunked)
    };
    let pieces = read.as_ref().ok().map(|pieces| pieces.iter().map(said).collect::<Vec<_>>());
    assert_eq!(pieces, reference.as_ref().map(|(pieces, _)| pieces.clone()), "read otherwise");
    let message = Message::parse(bytes);
    let (Ok(pieces), Some((_, shortest))) = (read, reference) else {
        assert!(message.is_err(), "no records, and yet a message");
        return false;
    };
    let written = write_pieces(&pieces).expect("what was read can be written");
    assert_eq!(read_pieces(&written).as_ref(), Ok(&pieces));
    assert!(!shortest || written == bytes, "there is one shortest writing");
    assert_eq!(Message::parse(&written), message, "longer lengths say nothing else");
    let Ok(message) = message else { return false };
    let built = message.build().expect("what was read can be written");
    assert_eq!(Message::parse(&built).as_ref(), Ok(&message));
    if !pieces.iter().any(|piece| piece.chunked) {
        assert_eq!(built, written, "nothing was joined");
    }
    message.records.iter().for_each(content);
    true
}

/// What a record holds comes back from the record that is made of it.
fn content(record: &Record) {
    let Ok(content) = record.content() else { return };
    let made = Record::of(&content).expect("what was read can be written");
    assert_eq!(made.content().as_ref(), Ok(&content));
    assert_eq!(made.kind, record.kind);
    if matches!(content, Content::WellKnown { .. } | Content::Media { .. }) {
        assert_eq!(made.payload, record.payload);
    }
}

fn contents(payload: &[u8]) {
    if let Ok(uri) = Uri::parse(payload) {
        let built = uri.build();
        assert_eq!(Uri::parse(&built).as_ref(), Ok(&uri));
        assert_eq!(Uri::new(uri.as_str()).as_ref(), Ok(&uri));
        assert!(built.len() <= payload.len(), "the shortest writing is longer");
    }
    if let Ok(text) = Text::parse(payload) {
        let built = text.build().expect("what was read can be written");
        assert_eq!(Text::parse(&built), Ok(text));
    }
    if let Ok(poster) = SmartPoster::parse(payload) {
        let built = poster.build().expect("what was read can be written");
        assert_eq!(SmartPoster::parse(&built), Ok(poster));
    }
}

/// Format, type, id, payload, and whether a chunk follows.
type Said = (u8, Vec<u8>, Vec<u8>, Vec<u8>, bool);

/// The records, and whether all are in their shortest form.
fn reference(bytes: &[u8]) -> Option<(Vec<Said>, bool)> {
    let (mut at, mut records, mut shortest) = (0, Vec::new(), true);
    loop {
        let flags = *bytes.get(at)?;
        let types = usize::from(*bytes.get(at + 1)?);
        let (payload, next) = if flags & 0x10 != 0 {
            (usize::from(*bytes.get(at + 2)?), at + 3)
        } else {
            let length = bytes.get(at + 2..at + 6)?;
            (length.iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte)), at + 6)
        };
        let ids = if flags & 8 != 0 { Some(usize::from(*bytes.get(next)?)) } else { None };
        let start = next + usize::from(ids.is_some());
        let (second, third) = (start + types, start + types + ids.unwrap_or(0));
        let end = third.checked_add(payload)?;
        let parts = (bytes.get(start..second)?, bytes.get(second..third)?, bytes.get(third..end)?);
        let (format, first) = (flags & 7, records.is_empty());
        let formed = match format {
            0 => types + ids.unwrap_or(0) + payload == 0,
            1..=4 => types > 0,
            5 | 6 => types == 0,
            _ => false,
        };
        (formed && (flags & 0x80 != 0) == first).then_some(())?;
        shortest &= ids != Some(0) && (flags & 0x10 != 0) == (payload < 256);
        let chunked = flags & 0x20 != 0;
        records.push((format, parts.0.to_vec(), parts.1.to_vec(), parts.2.to_vec(), chunked));
        at = end;
        if flags & 0x40 != 0 {
            return (at == bytes.len() && at <= 0xFFFE && !chunked).then_some((records, shortest));
        }
    }
}

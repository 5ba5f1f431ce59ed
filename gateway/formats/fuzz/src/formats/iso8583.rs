//! ISO 8583: messages of every ready dialect, frames of every framing, private data.
//!
//! Owns a second reader of the plain ASCII dialects, written from the standard's words alone. Next:
//! `dialect.rs`, where the table itself comes from the input.

use baton_formats::iso8583::framing::{Address, FrameCounts, Framing, LengthForm};
use baton_formats::iso8583::ready;
use baton_formats::iso8583::spec::{Bitmaps, Class, Field, Length};
use baton_formats::iso8583::{
    FrameFault, Frames, MESSAGE_BYTES_MAX, Message, Mti, PrivateData, SPEC_1987, Spec, Tag,
};
use baton_formats::pan;

/// Dialects in which a message has one writing.
const CANONICAL: [&str; 5] = ["baton", "1987-ascii", "1987-ebcdic", "1993-ascii", "2003-ascii"];
/// Dialects that the second reader knows.
const PLAIN: [&str; 4] = ["baton", "1987-ascii", "1993-ascii", "2003-ascii"];
/// A message with many fields and a header, in whose memory others are read again.
const USED: &[(u8, &[u8])] = &[(3, b"000000"), (11, b"000001"), (41, b"12345678"), (70, b"301")];

/// A message of a dialect: the first byte chooses it.
pub fn message(bytes: &[u8]) -> bool {
    let Some((choice, bytes)) = bytes.split_first() else { return false };
    let dialects: Vec<_> = ready::all().collect();
    let (name, spec) = dialects[usize::from(*choice) % dialects.len()];
    let read = Message::parse(spec, bytes);
    if PLAIN.contains(&name) {
        let said = read.as_ref().ok().map(said);
        assert_eq!(said, reference(spec, bytes), "{name}: the second reader reads otherwise");
    }
    round_trip(spec, bytes, CANONICAL.contains(&name))
}

/// Holds what must hold of a message in any dialect.
pub fn round_trip(spec: &Spec, bytes: &[u8], canonical: bool) -> bool {
    let read = Message::parse(spec, bytes);
    let empty = Message::new(Mti::SALE);
    let mut used = USED.iter().fold(empty, |message, (field, value)| message.with(*field, value));
    used.set_header([1, 2, 3]);
    let again = used.parse_into(spec, bytes).map(|()| used);
    assert_eq!(again, read, "used memory reads otherwise");
    let Ok(message) = read else { return false };
    let built = message.build(spec).expect("what was read can be written");
    let reread = Message::parse(spec, &built);
    assert_eq!(reread.as_ref(), Ok(&message), "what was written reads otherwise");
    assert_eq!(reread.and_then(|reread| reread.build(spec)), Ok(built.clone()));
    if canonical {
        assert_eq!(built, bytes, "there is one writing");
    }
    let printed = format!("{message:?}");
    assert_eq!(pan::find(&printed), None, "a card number was printed");
    true
}

/// A type and its fields.
type Said = ([u8; 4], Vec<(u8, Vec<u8>)>);

fn said(message: &Message) -> Said {
    let fields = message.fields().map(|(number, value)| (number, value.to_vec())).collect();
    (*message.mti.digits(), fields)
}

/// Reads a message of ASCII characters and binary bitmaps, bit by bit.
fn reference(spec: &Spec, bytes: &[u8]) -> Option<Said> {
    let mti: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    let most = if spec.head.bitmaps == Bitmaps::OneOrTwo { 2 } else { 3 };
    let (mut at, mut bits) = (4, Vec::new());
    for map in 1..=most {
        let bytes = bytes.get(at..at + 8)?;
        at += 8;
        bits.extend(bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte << bit & 0x80 != 0)));
        if map == most || bytes[0] < 0x80 {
            break;
        }
    }
    let mut fields = Vec::new();
    for (number, _) in (1_u8..).zip(bits).filter(|(_, set)| *set) {
        if number == 1 || number == 65 && most == 3 {
            continue;
        }
        let row = spec.lookup(number)?;
        let length = match row.length {
            Length::Fixed(length) => length,
            Length::Variable(prefix, max) => {
                let digits = bytes.get(at..at + usize::from(prefix.digits))?;
                at += digits.len();
                let length: usize =
                    str::from_utf8(digits).ok().filter(|d| plain(d))?.parse().ok()?;
                (length <= max).then_some(length)?
            }
        };
        let value = bytes.get(at..at + length).filter(|value| allowed(row, value))?;
        at += length;
        fields.push((number, value.to_vec()));
    }
    let whole = at == bytes.len() && at <= MESSAGE_BYTES_MAX && mti.iter().all(u8::is_ascii_digit);
    whole.then_some((mti, fields))
}

fn plain(digits: &str) -> bool {
    digits.chars().all(|digit| digit.is_ascii_digit())
}

fn allowed(row: &Field, value: &[u8]) -> bool {
    let each = |allowed: fn(char) -> bool| value.iter().all(|byte| allowed(char::from(*byte)));
    match row.class {
        Class::Numeric => each(|c| c.is_ascii_digit()),
        Class::AlphaNumeric => each(|c| c == ' ' || c.is_ascii_alphanumeric()),
        Class::Text => each(|c| c == ' ' || c.is_ascii_graphic()),
        Class::Track => each(|c| "0123456789=D".contains(c)),
        Class::Bytes => true,
        Class::SignedAmount => match str::from_utf8(value) {
            Ok("") => true,
            Ok(text) => text.starts_with(['C', 'D', '+', '-']) && plain(&text[1..]),
            Err(_) => false,
        },
    }
}

/// A stream of frames: the first byte chooses the framing, the second the size of the pieces.
pub fn framing(bytes: &[u8]) -> bool {
    let [choice, piece, stream @ ..] = bytes else { return false };
    let framing = framing_of(*choice);
    let (frames, fault) = cut(framing, stream, usize::from(*piece).max(1));
    let (at_once, fault_at_once) = cut(framing, stream, stream.len().max(1));
    assert_eq!((&frames, fault), (&at_once, fault_at_once), "pieces of another size");
    let mut written = Vec::new();
    for (tpdu, message) in &frames {
        let address = tpdu.map_or(Address::Absent, Address::Tpdu);
        assert_eq!(address == Address::Absent, framing.address == Address::Absent);
        let back = Framing { address, ..framing };
        back.frame_into(&mut written, message).expect("what was cut can be framed");
        let returned = tpdu.map(|tpdu| back.answering(back_and_forth(framing, tpdu)));
        assert!(returned.is_none_or(|returned| returned == back), "twice answered is itself");
    }
    assert!(stream.starts_with(&written), "frames are not what stood in the stream");
    !frames.is_empty()
}

/// The address of the answer to an answer.
fn back_and_forth(framing: Framing, tpdu: [u8; 5]) -> [u8; 5] {
    match framing.answering(tpdu).address {
        Address::Tpdu(tpdu) => tpdu,
        Address::Absent => tpdu,
    }
}

fn framing_of(choice: u8) -> Framing {
    let lengths = [LengthForm::Binary2, LengthForm::Binary4, LengthForm::Ascii4, LengthForm::Bcd2];
    let counts = if choice & 4 == 0 { FrameCounts::Rest } else { FrameCounts::Whole };
    let address = if choice & 8 == 0 { Address::Absent } else { Address::Tpdu([0; 5]) };
    Framing { length: lengths[usize::from(choice & 3)], counts, address }
}

type Cut = (Vec<(Option<[u8; 5]>, Vec<u8>)>, Option<FrameFault>);

fn cut(framing: Framing, stream: &[u8], piece: usize) -> Cut {
    let (mut frames, mut seen) = (Frames::new(framing), Vec::new());
    for part in stream.chunks(piece) {
        frames.push(part);
        loop {
            match frames.next_whole() {
                Ok(Some(frame)) => seen.push((frame.tpdu, frame.message.to_vec())),
                Ok(None) => break,
                Err(fault) => return (seen, Some(fault)),
            }
        }
    }
    let taken: usize = seen.iter().map(|(_, message)| message.len()).sum();
    assert!(frames.left().len() + taken <= stream.len(), "bytes out of nowhere");
    (seen, None)
}

/// The value of field 48, read in both ways that this crate has.
pub fn private(bytes: &[u8]) -> bool {
    let message = Message::new(Mti::SALE).with(48, bytes);
    let Ok(data) = PrivateData::parse(bytes) else { return false };
    for tag in Tag::ALL {
        let part = message.part(&SPEC_1987, 48, &tag.characters());
        assert_eq!(part, Ok(data.text(tag).map(str::as_bytes)), "part {tag:?} reads otherwise");
    }
    let built = data.build().expect("what was read can be written");
    assert_eq!(PrivateData::parse(&built), Ok(data));
    let (mut known, mut rest) = (Vec::new(), bytes);
    while let [a, b, length @ ..] = rest {
        let digits = str::from_utf8(&length[..3]).expect("digits were read");
        let end = 3 + digits.parse::<usize>().expect("digits were read");
        known.push(([*a, *b], rest[..2 + end].to_vec()));
        rest = &length[end..];
    }
    known.retain(|(tag, _)| Tag::ALL.iter().any(|known| known.characters() == *tag));
    known.sort();
    assert_eq!(built, known.into_iter().flat_map(|(_, part)| part).collect::<Vec<_>>());
    true
}

use crate::iso8583::notation::BCD;
use crate::iso8583::ready::{TABLES, all, lookup};
use crate::iso8583::spec::{Class, Field, Length};
use crate::iso8583::{Frames, Message, Mti, PrivateData, SPEC_1987, Spec, Tag, frame_into};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

fn character(class: Class) -> BoxedStrategy<u8> {
    match class {
        Class::Numeric | Class::SignedAmount => (b'0'..=b'9').boxed(),
        Class::AlphaNumeric => select(&b"AZaz09 "[..]).boxed(),
        Class::Text => (b' '..=b'~').boxed(),
        Class::Track => select(&b"0123456789D"[..]).boxed(),
        Class::Bytes => any::<u8>().boxed(),
    }
}

fn value(field: &Field) -> BoxedStrategy<Vec<u8>> {
    let (least, most) = match field.length {
        Length::Fixed(length) => (length, length),
        // Four of the longest are longer than a message may be.
        Length::Variable(_, max) => (0, max.min(999)),
    };
    let value = vec(character(field.class), least..=most);
    if field.class != Class::SignedAmount {
        return value.boxed();
    }
    let signed = |mut value: Vec<u8>| {
        if let Some(first) = value.first_mut() {
            *first = b'D';
        }
        value
    };
    value.prop_map(signed).boxed()
}

/// Messages of a few fields, so that they stay under the greatest length.
fn message_of(spec: &'static Spec) -> impl Strategy<Value = Message> {
    let rows = subsequence(spec.fields(), 0..=spec.fields().len().min(4));
    let fields = rows.prop_flat_map(|rows| {
        rows.iter().map(|row| (Just(row.number), value(row))).collect::<Vec<_>>()
    });
    (vec(b'0'..=b'9', 4), fields).prop_map(|(mti, fields)| {
        let empty = Message::new(Mti::parse(&mti).unwrap());
        fields.into_iter().fold(empty, |message, (field, value)| message.with(field, value))
    })
}

fn message() -> impl Strategy<Value = Message> {
    message_of(&SPEC_1987)
}

fn of_any_dialect() -> impl Strategy<Value = (&'static Spec, Message)> {
    (0..TABLES.len()).prop_flat_map(|place| {
        let spec: &'static Spec = all().nth(place).unwrap().1;
        message_of(spec).prop_map(move |message| (spec, message))
    })
}

#[test]
fn no_ready_dialect_is_empty() {
    for (name, spec) in all() {
        assert!(spec.fields().len() >= 15, "{name} has {} fields", spec.fields().len());
    }
}

#[test]
fn the_packed_dialects_pack_their_digits() {
    for name in ["1987-bcd", "1993-bcd"] {
        let amount = lookup(name).unwrap().lookup(4).unwrap();

        assert_eq!(amount.encoding, BCD, "{name}");
    }
}

proptest! {
    #[test]
    fn a_built_message_reads_back_the_same(message in message()) {
        let bytes = message.build(&SPEC_1987).unwrap();

        prop_assert_eq!(Message::parse(&SPEC_1987, &bytes), Ok(message));
    }

    #[test]
    fn a_message_of_any_dialect_reads_back_the_same((spec, message) in of_any_dialect()) {
        let bytes = message.build(spec).unwrap();

        prop_assert_eq!(Message::parse(spec, &bytes), Ok(message));
    }

    #[test]
    fn whatever_reads_is_written_back_to_the_same_value(
        (spec, message) in of_any_dialect(), place in any::<prop::sample::Index>(), other: u8,
    ) {
        let mut bytes = message.build(spec).unwrap();
        let place = place.index(bytes.len());
        bytes[place] = other;

        if let Ok(read) = Message::parse(spec, &bytes) {
            prop_assert_eq!(Message::parse(spec, &read.build(spec).unwrap()), Ok(read));
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..300)) {
        for (_, spec) in all() {
            let _ = Message::parse(spec, &bytes);
        }
        let _ = PrivateData::parse(&bytes);
    }

    #[test]
    fn a_damaged_message_never_panics_and_never_reads_as_the_original(
        message in message(), place in any::<prop::sample::Index>(), flip in 1..=u8::MAX,
    ) {
        let mut bytes = message.build(&SPEC_1987).unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;

        prop_assert_ne!(Message::parse(&SPEC_1987, &bytes), Ok(message));
    }

    #[test]
    fn built_private_data_reads_back_the_same(parts in vec("[ -~]{0,150}", Tag::ALL.len())) {
        let pairs = Tag::ALL.into_iter().zip(parts);
        let data = pairs.fold(PrivateData::new(), |data, (tag, text)| data.with(tag, text));

        prop_assert_eq!(PrivateData::parse(&data.build().unwrap()), Ok(data));
    }

    #[test]
    fn frames_come_out_whole_however_the_stream_is_cut(
        bodies in vec(vec(any::<u8>(), 1..200), 1..8), piece in 1_usize..64,
    ) {
        let mut stream = Vec::new();
        for body in &bodies {
            frame_into(&mut stream, body).unwrap();
        }
        let (mut frames, mut seen) = (Frames::default(), Vec::new());

        for part in stream.chunks(piece) {
            frames.push(part);
            while let Some(body) = frames.next_frame().unwrap() {
                seen.push(body.to_vec());
            }
        }

        prop_assert_eq!(seen, bodies);
    }
}

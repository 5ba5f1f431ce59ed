use crate::iso8583::spec::{Class, Field, Length};
use crate::iso8583::{Frames, Message, Mti, PrivateData, SPEC_1987, Tag, frame_into};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;

fn character(class: Class) -> BoxedStrategy<u8> {
    match class {
        Class::Numeric => (b'0'..=b'9').boxed(),
        Class::Text => (b' '..=b'~').boxed(),
        Class::Bytes => any::<u8>().boxed(),
    }
}

fn value(field: &Field) -> BoxedStrategy<Vec<u8>> {
    match field.length {
        Length::Fixed(length) => vec(character(field.class), length).boxed(),
        Length::LlVar(max) | Length::LllVar(max) => vec(character(field.class), 0..=max).boxed(),
    }
}

fn message() -> impl Strategy<Value = Message> {
    let rows = subsequence(SPEC_1987.fields, 0..=SPEC_1987.fields.len());
    let fields = rows.prop_flat_map(|rows| {
        rows.iter().map(|row| (Just(row.number), value(row))).collect::<Vec<_>>()
    });
    (vec(b'0'..=b'9', 4), fields).prop_map(|(mti, fields)| Message {
        mti: Mti::parse(&mti).unwrap(),
        fields: fields.into_iter().collect(),
    })
}

proptest! {
    #[test]
    fn a_built_message_reads_back_the_same(message in message()) {
        let bytes = message.build(&SPEC_1987).unwrap();

        prop_assert_eq!(Message::parse(&SPEC_1987, &bytes), Ok(message));
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..300)) {
        let _ = Message::parse(&SPEC_1987, &bytes);
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

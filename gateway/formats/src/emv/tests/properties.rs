use crate::emv::consumer::{APPLICATION_ID, decode};
use crate::emv::{Amount, ConsumerCode, Id, Merchant, Payload, Template, checksum};
use crate::tlv::{Tag, Writer};
use base64::Engine as _;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

fn payload() -> impl Strategy<Value = Payload> {
    let value = "[ -~가-힣é😀]{1,20}";
    let ids = (1_u8..=99).prop_filter("the checksum follows", |id| *id != 63);
    btree_map(ids, value, 0..20).prop_map(|objects| {
        objects.into_iter().fold(Payload::default(), |payload, (id, value)| {
            payload.with(Id::new(id).unwrap(), &value).unwrap()
        })
    })
}

proptest! {
    #[test]
    fn a_written_code_reads_back_the_same(payload in payload()) {
        let text = payload.to_text();

        let read = Payload::parse(&text);

        prop_assert_eq!(read.as_ref(), Ok(&payload));
        let _ = (payload.check(), payload.tip(), payload.amount(), Merchant::read(&payload));
    }

    #[test]
    fn one_changed_character_is_always_noticed(
        payload in payload(), place in any::<prop::sample::Index>(), other in "[ -~]",
    ) {
        let text = payload.to_text();
        let ascii = text.char_indices().filter(|(_, character)| character.is_ascii());
        let places: Vec<usize> = ascii.map(|(place, _)| place).collect();
        let place = places[place.index(places.len())];
        let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);

        prop_assume!(changed != text);
        prop_assert!(Payload::parse(&changed).is_err(), "{}", changed);
    }

    #[test]
    fn whatever_reads_is_written_back_character_for_character(text in "(0|1|2|5|8|가){0,30}") {
        let text = format!("000201{text}6304");
        let sealed = format!("{text}{:04X}", checksum::of(text.as_bytes()));
        if let Ok(payload) = Payload::parse(&sealed) {
            prop_assert_eq!(payload.to_text(), sealed);
        }
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,60}", digits in "[0-6]{0,60}") {
        for text in [text, digits] {
            let _ = Payload::parse(&text);
            let _ = Template::parse(Id::ADDITIONAL, &text);
            let _ = Amount::parse(&text);
            let _ = ConsumerCode::parse(&text);
        }
    }

    #[test]
    fn amounts_keep_their_minor_units(minor in 0..=99_999_999_999_i64, exponent in 0_u8..=3) {
        if let Some(amount) = Amount::of_minor(minor, exponent) {
            prop_assert_eq!(amount.minor(exponent), Some(minor));
            prop_assert_eq!(Amount::parse(&amount.to_string()), Some(amount));
        } else {
            prop_assert!(minor >= 1_000_000_000);
        }
    }

    #[test]
    fn any_bytes_as_a_consumers_code_never_panic(bytes in vec(any::<u8>(), 0..100)) {
        let engine = base64::engine::general_purpose::STANDARD;
        let begun = [b"\x85\x05CPV01".to_vec(), bytes.clone()].concat();
        for bytes in [bytes, begun] {
            let text = engine.encode(&bytes);
            if let Ok(read) = decode(&text) {
                prop_assert_eq!(&*read, &bytes);
            }
            if let Ok(code) = ConsumerCode::parse(&text) {
                prop_assert_eq!(&**code.to_text(), text.as_str());
                prop_assert!(code.applications().all(|one| one.id().len() >= 5));
            }
        }
    }

    #[test]
    fn a_built_consumers_code_reads_back_the_same(
        id in vec(any::<u8>(), 5..=16), value in vec(any::<u8>(), 0..200),
    ) {
        let application = Writer::new().primitive(APPLICATION_ID, &id).unwrap();
        let application = application.primitive(Tag::two(0x9F, 0x10), &value).unwrap();

        let code = ConsumerCode::build(&[application], None).unwrap();

        let read = ConsumerCode::parse(&code.to_text()).unwrap();
        let first = read.applications().next().unwrap();
        prop_assert_eq!(first.id(), &id[..]);
        prop_assert_eq!(first.value(Tag::two(0x9F, 0x10)), Some(&value[..]));
    }
}

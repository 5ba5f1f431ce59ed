//! What holds for any code: every form gives every other, and no bits break the reader.

use crate::epc::{Filter, Identity, Kind, Scheme, Serial, Tag};
use proptest::collection::vec;
use proptest::prelude::*;

const CHARACTERS: &str = "[!\"%&'()*+,./0-9:;<=>?A-Z_a-z-]{1,20}";

fn digits(length: usize) -> BoxedStrategy<String> {
    vec(0_u8..10, length).prop_map(|all| all.iter().map(u8::to_string).collect()).boxed()
}

fn serial(scheme: Scheme) -> BoxedStrategy<Option<String>> {
    match scheme {
        Scheme::Sgtin96 => (0_u64..1 << 38).prop_map(|number| Some(number.to_string())).boxed(),
        Scheme::Sgln96 => (0_u64..1 << 41).prop_map(|number| Some(number.to_string())).boxed(),
        Scheme::Sgtin198 | Scheme::Sgln195 => CHARACTERS.prop_map(Some).boxed(),
        Scheme::Sscc96 => Just(None).boxed(),
    }
}

fn tag() -> impl Strategy<Value = Tag> {
    (proptest::sample::select(Scheme::ALL.to_vec()), 6_usize..=12, 0_u8..8).prop_flat_map(
        |(scheme, company, filter)| {
            let whole = match scheme.kind() {
                Kind::Sgtin => 13,
                Kind::Sgln => 12,
                Kind::Sscc => 17,
            };
            (digits(company), digits(whole - company), serial(scheme)).prop_map(
                move |(company, reference, serial)| {
                    let serial = serial.map(|text| Serial::new(&text).unwrap());
                    let identity = Identity::new(scheme.kind(), &company, &reference, serial);
                    Tag::new(scheme, Filter::new(filter).unwrap(), identity.unwrap()).unwrap()
                },
            )
        },
    )
}

proptest! {
    #[test]
    fn tag_comes_back_from_bits_and_uri(tag in tag()) {
        prop_assert_eq!(Tag::parse_bytes(&tag.to_bytes().unwrap()), Ok(tag.clone()));
        prop_assert_eq!(Tag::parse_hex(&tag.to_hex().unwrap()), Ok(tag.clone()));
        prop_assert_eq!(Tag::parse_uri(&tag.to_uri()), Ok(tag.clone()));
    }

    #[test]
    fn identity_comes_back_from_uri_and_elements(tag in tag()) {
        let identity = tag.identity();

        let elements = identity.to_elements().unwrap();

        prop_assert_eq!(Identity::parse_uri(&identity.to_uri()), Ok(identity.clone()));
        let company = identity.company().len();
        prop_assert_eq!(Identity::from_elements(&elements, company), Ok(identity.clone()));
    }

    #[test]
    fn bits_that_are_read_are_written_the_same(
        header in proptest::sample::select(vec![0x30_u8, 0x31, 0x32, 0x36, 0x39, 0xE2]),
        rest in prop_oneof![vec(any::<u8>(), 11), vec(any::<u8>(), 25), vec(any::<u8>(), 0..40)],
    ) {
        let bytes = [vec![header], rest].concat();

        if let Ok(tag) = Tag::parse_bytes(&bytes) {
            prop_assert_eq!(tag.to_bytes().unwrap(), bytes);
        }
    }

    #[test]
    fn no_text_breaks_a_reader(text in prop_oneof![
        any::<String>(),
        "urn:epc:(id|tag):(sgtin|sgln|sscc|sgtin-198|sgln-96):[0-9.%a-f가/]{0,40}".boxed(),
        "[0-9A-Fa-f]{0,60}".boxed(),
    ]) {
        let _ = Tag::parse_uri(&text);
        let _ = Tag::parse_hex(&text);
        let _ = Identity::parse_uri(&text);
    }
}

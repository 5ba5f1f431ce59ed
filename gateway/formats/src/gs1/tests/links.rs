//! Links: keys, qualifiers, attributes, stems.

use crate::gs1::link::{KeyWords, Reading, ShortGtin};
use crate::gs1::{Ai, CANONICAL_STEM, DigitalLink, Elements, LinkFault};

fn built(text: &str, stem: &str) -> Result<String, LinkFault> {
    let elements = Elements::parse_bracketed(text).unwrap();
    DigitalLink::build(&elements, stem)?.to_uri()
}

fn read(uri: &str) -> Result<String, LinkFault> {
    DigitalLink::parse(uri).map(|link| link.elements().to_bracketed())
}

#[test]
fn link_gives_stem_and_elements() {
    let uri =
        "https://shop.example/kr/01/09520123456788/10/A%2FB/21/1?17=301231&utm=x&99=a%26b#top";

    let link = DigitalLink::parse(uri).unwrap();

    assert_eq!(link.stem(), "https://shop.example/kr");
    assert_eq!(link.elements().to_bracketed(), "(01)09520123456788(10)A/B(21)1(17)301231(99)a&b");
    assert_eq!(
        link.to_uri().unwrap(),
        "https://shop.example/kr/01/09520123456788/10/A%2FB/21/1?17=301231&99=a%26b"
    );
}

#[test]
fn rightmost_key_of_the_path_counts() {
    assert_eq!(
        read("https://a/00/faux/00/006141411234567890").as_deref(),
        Ok("(00)006141411234567890")
    );
    assert_eq!(read("https://a/b"), Err(LinkFault::KeyMissing));
    assert_eq!(read("https://a/01/09520123456788/"), Err(LinkFault::KeyMissing));
}

#[test]
fn qualifiers_keep_their_order_and_alternatives() {
    let path = |rest: &str| read(&format!("https://a/01/09520123456788{rest}"));

    assert!(path("/22/A/21/B").is_ok());
    assert_eq!(path("/21/B/22/A"), Err(LinkFault::QualifiersInvalid));
    assert_eq!(path("/22/A/235/B"), Err(LinkFault::QualifiersInvalid));
    assert_eq!(path("?10=A"), Err(LinkFault::BelongsInPath { ai: Ai::LOT }));
    assert!(path("/235/B?10=A").is_ok());
    assert_eq!(path("/10/A?10=A"), Err(LinkFault::Twice { ai: Ai::LOT }));
    assert_eq!(path("?21=A"), Err(LinkFault::NotAttribute { ai: Ai::SERIAL }));
    assert_eq!(path("?999=A"), Err(LinkFault::AiUnknown));
}

#[test]
fn outside_of_a_link_must_be_a_web_address() {
    let tail = "/01/09520123456788";

    assert_eq!(read("ftp://a/01/09520123456788"), Err(LinkFault::SchemeUnknown));
    assert_eq!(read(&format!("Https://a{tail}")), Err(LinkFault::SchemeUnknown));
    assert_eq!(read(&format!("https://{tail}")), Err(LinkFault::DomainInvalid));
    assert_eq!(read(&format!("https://a_b{tail}")), Err(LinkFault::DomainInvalid));
    assert_eq!(read(&format!("https://u@a{tail}")), Err(LinkFault::DomainInvalid));
    assert_eq!(read(&format!("https://a{tail}/10/가")), Err(LinkFault::CharacterInvalid));
    assert!(read(&format!("https://a:8443{tail}")).is_ok());
    assert_eq!(read(&"h".repeat(9000)), Err(LinkFault::TooLarge { bytes: 9000 }));
}

#[test]
fn plus_is_a_space_in_a_query_only() {
    assert!(read("https://a/01/09520123456788/10/A+B").is_ok());
    assert!(read("https://a/01/09520123456788?99=A+B").is_err());
    assert_eq!(
        read("https://a/01/09520123456788/10/A%00"),
        Err(LinkFault::ZeroByte { ai: Ai::LOT })
    );
}

#[test]
fn old_links_are_read_only_when_asked_for() {
    let reading = Reading {
        short_gtin: ShortGtin::FilledUp,
        key_words: KeyWords::Taken,
        ..Reading::default()
    };

    let old = DigitalLink::parse_with("https://a/gtin/9520123456788/lot/A", reading).unwrap();

    assert_eq!(old.to_uri().unwrap(), "https://a/01/09520123456788/10/A");
    assert_eq!(read("https://a/gtin/09520123456788"), Err(LinkFault::KeyMissing));
    assert!(read("https://a/01/9520123456788").is_err());
}

#[test]
fn first_key_leads_and_fixed_attributes_come_first() {
    assert_eq!(
        built("(21)B(01)09520123456788(99)X(10)A(17)301231", CANONICAL_STEM).as_deref(),
        Ok("https://id.gs1.org/01/09520123456788/10/A/21/B?17=301231&99=X")
    );
    assert_eq!(built("(99)X", CANONICAL_STEM), Err(LinkFault::KeyMissing));
    assert_eq!(
        built("(01)09520123456788(235)A(10)B", CANONICAL_STEM),
        Err(LinkFault::NotAttribute { ai: Ai::parse("235").unwrap() })
    );
}

#[test]
fn stem_is_examined_and_loses_its_last_slash() {
    let item = "(01)09520123456788";

    assert_eq!(built(item, "https://a/b/").as_deref(), Ok("https://a/b/01/09520123456788"));
    for stem in
        ["", "a", "https://", "https://a?b", "https://a/b#c", "javascript://a", "https://a b"]
    {
        assert_eq!(built(item, stem), Err(LinkFault::StemInvalid), "{stem}");
    }
}

use crate::emv::consumer::{APPLICATION_ID, APPLICATION_LABEL, APPLICATION_TRANSPARENT, decode};
use crate::emv::{ConsumerCode, ConsumerFault};
use crate::tlv::{Tag, Writer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A sample without card data, found in a Kotlin test of base64.
const SAMPLE: &str = "hQVDUFYwMWFWTwZRQ0FUMDFjTMEDExOIwgIBE8MEXXjctsQCA4TeNwIwNAIYWVJ7eVHnfr\
                      bLJQFJ/6IAaxpBUpfROqSKAhhAmG3AXbIjUIjbRZk4mCOjJIQuc6Y1s/0=";
const AID: &[u8] = &[0xA0, 0x00, 0x00, 0x06, 0x15];

fn hex_text(hex: &str) -> String {
    STANDARD.encode(hex::decode(hex).unwrap())
}

fn application() -> Writer {
    Writer::new().primitive(APPLICATION_ID, AID).unwrap()
}

#[test]
fn a_code_tells_its_applications_and_their_values() {
    let code = ConsumerCode::parse(SAMPLE).unwrap();

    let applications: Vec<_> = code.applications().collect();

    assert_eq!(applications.len(), 1);
    assert_eq!(applications[0].id(), b"QCAT01");
    assert_eq!(applications[0].value(Tag::one(0xC1)), Some(&[0x13, 0x13, 0x88][..]));
    assert_eq!(applications[0].label(), None);
    assert_eq!(*code.to_text(), SAMPLE);
}

#[test]
fn a_code_is_built_and_read_back() {
    let transparent = Writer::new().primitive(Tag::two(0x9F, 0x26), &[1; 8]).unwrap();
    let first = application().primitive(APPLICATION_LABEL, b"PAY").unwrap();
    let first = first.constructed(APPLICATION_TRANSPARENT, &transparent).unwrap();
    let shared = Writer::new().primitive(Tag::two(0x5F, 0x2D), b"ko").unwrap();

    let code = ConsumerCode::build(&[first, application()], Some(&shared)).unwrap();

    assert!(code.to_text().starts_with("hQVDUFYwMW"));
    let labels: Vec<_> = code.applications().map(|one| one.label()).collect();
    assert_eq!(labels, [Some("PAY"), None]);
    let first = code.applications().next().unwrap();
    assert_eq!(first.value(Tag::two(0x9F, 0x26)), Some(&[1; 8][..]));
    let shared = code.shared().unwrap().objects().unwrap();
    assert_eq!(shared.lookup(Tag::two(0x5F, 0x2D)).unwrap().unwrap().value, b"ko");
}

#[test]
fn a_card_number_or_track_is_refused_at_any_depth() {
    for (tag, path) in [("56", "56"), ("57", "57"), ("5A", "5A"), ("9F6B", "9F6B")] {
        let object = format!("{tag}0241{:02}", 11);
        let inner = object.len() / 2;
        for (hex, path) in [
            (
                format!("8505435056303161{:02X}4F05A000000615{object}", 7 + inner),
                format!("61/{path}"),
            ),
            (
                format!("85054350563031610 74F05A00000061562{inner:02X}{object}").replace(' ', ""),
                format!("62/{path}"),
            ),
            (
                format!("8505435056303161074F05A00000061562{:02X}64{inner:02X}{object}", 2 + inner),
                format!("62/64/{path}"),
            ),
        ] {
            let fault = ConsumerCode::parse(&hex_text(&hex)).unwrap_err();

            let text = format!("object {path} is card data, which is never accepted here");
            assert_eq!(fault.to_string(), text);
            assert!(decode(&hex_text(&hex)).is_ok());
        }
    }
    let built = application().primitive(Tag::one(0x5A), &[0x41]).unwrap();
    let refused = ConsumerCode::build(&[built], None);
    assert!(matches!(refused, Err(ConsumerFault::CardData { .. })), "{refused:?}");
}

#[test]
fn what_is_no_code_is_refused_with_the_reason() {
    let refused = |hex: &str| ConsumerCode::parse(&hex_text(hex)).unwrap_err();

    assert_eq!(ConsumerCode::parse("135112298638468293"), Err(ConsumerFault::Base64));
    assert_eq!(ConsumerCode::parse("hQVDUFYwMQ"), Err(ConsumerFault::Base64));
    assert_eq!(ConsumerCode::parse(" hQVDUFYwMQ=="), Err(ConsumerFault::Base64));
    assert_eq!(refused(""), ConsumerFault::FormatInvalid);
    assert_eq!(refused("85054350563032"), ConsumerFault::FormatInvalid);
    assert_eq!(refused("61074F05A000000615"), ConsumerFault::FormatInvalid);
    assert_eq!(refused("85054350563031"), ConsumerFault::ApplicationMissing);
    let twice = "8505435056303161074F05A00000061585054350563031";
    assert_eq!(refused(twice), ConsumerFault::FormatInvalid);
    let second = "8505435056303161074F05A0000006156103500141";
    assert_eq!(refused(second), ConsumerFault::ApplicationIdInvalid { number: 2 });
    let cut = refused("8505435056303161074F05A0000006");
    assert_eq!(cut.to_string(), "code is not TLV: value of 61 is cut short");
    let long = ConsumerCode::parse(&"A".repeat(5_000));
    assert!(matches!(long, Err(ConsumerFault::TooLarge { .. })), "{long:?}");
}

#[test]
fn a_code_prints_without_a_value() {
    let code = ConsumerCode::parse(SAMPLE).unwrap();
    let application = code.applications().next().unwrap();

    assert_eq!(format!("{code:?}"), "ConsumerCode(***)");
    assert_eq!(format!("{application:?}"), "61 (86 bytes)");
}

use crate::tlv::{Form, Tag, TlvFault, Writer, check};

const DATA: Tag = Tag::one(0x82);
const TEMPLATE: Tag = Tag::one(0x70);

#[test]
fn lengths_take_the_fewest_bytes() {
    let written = |count: usize| {
        let bytes = Writer::new().primitive(DATA, &vec![0; count]).unwrap().into_bytes();
        bytes[..bytes.len() - count].to_vec()
    };

    assert_eq!(written(0x7F), [0x82, 0x7F]);
    assert_eq!(written(0x80), [0x82, 0x81, 0x80]);
    assert_eq!(written(0xFF), [0x82, 0x81, 0xFF]);
    assert_eq!(written(0x100), [0x82, 0x82, 0x01, 0x00]);
    assert_eq!(written(0xFFFF), [0x82, 0x82, 0xFF, 0xFF]);
}

#[test]
fn a_value_over_the_limit_a_wrong_kind_and_no_tag_are_refused() {
    let long = Writer::new().primitive(DATA, &vec![0; 0x1_0000]);
    let template = Writer::new().primitive(TEMPLATE, &[]);
    let data = Writer::new().constructed(DATA, &Writer::new());
    let unfinished = Writer::new().primitive(Tag::one(0x9F), &[]);

    assert!(matches!(long, Err(TlvFault::TooLong { .. })), "{long:?}");
    assert!(matches!(template, Err(TlvFault::KindOther { .. })), "{template:?}");
    assert!(matches!(data, Err(TlvFault::KindOther { .. })), "{data:?}");
    assert!(matches!(unfinished, Err(TlvFault::TagInvalid { .. })), "{unfinished:?}");
}

#[test]
fn what_no_reader_would_follow_is_not_written() {
    let mut nested = Writer::new().primitive(DATA, &[]).unwrap();
    for _ in 0..7 {
        nested = Writer::new().constructed(TEMPLATE, &nested).unwrap();
    }

    assert_eq!(check(nested.bytes(), Form::STRICT), Ok(()));
    let deeper = Writer::new().constructed(TEMPLATE, &nested);
    assert!(matches!(deeper, Err(TlvFault::TooDeep { .. })), "{deeper:?}");
}

#[test]
fn a_run_prints_its_tags_and_lengths_only() {
    let run = Writer::new().primitive(Tag::one(0x5A), &[0x41, 0x11]).unwrap();

    assert_eq!(format!("{run:?}"), "[5A (2 bytes)]");
}

use crate::tlv::{Form, Lengths, Object, Padding, Path, Tag, TlvFault, check, read, walk};

fn first(bytes: &[u8], form: Form) -> Result<Object<'_>, TlvFault> {
    read(bytes, form).next().unwrap()
}

fn path(bytes: &[u8]) -> Path {
    Path::default().under(Tag::parse(bytes).unwrap()).unwrap()
}

#[test]
fn tags_of_one_to_three_bytes_are_read_and_print_as_the_standards_print_them() {
    let bytes = [0x5A, 0x01, 0xAA, 0x9F, 0x02, 0x01, 0xBB, 0xDF, 0x81, 0x04, 0x00];

    let shown: Vec<String> =
        read(&bytes, Form::STRICT).map(|o| format!("{:?}", o.unwrap())).collect();

    assert_eq!(shown, ["5A (1 bytes)", "9F02 (1 bytes)", "DF8104 (0 bytes)"]);
}

#[test]
fn values_are_slices_of_the_bytes_given() {
    let bytes = [0x82, 0x02, 0x12, 0x34];

    let object = first(&bytes, Form::STRICT).unwrap();

    assert_eq!((object.tag, object.value), (Tag::one(0x82), &bytes[2..]));
}

#[test]
fn tags_cut_short_too_long_or_beginning_with_zeros_are_refused() {
    for bytes in
        [&[0x9F][..], &[0x9F, 0x80, 0x01, 0x00], &[0xDF, 0x81, 0x82, 0x03, 0x00], &[0xDF, 0x81]]
    {
        let refused = first(bytes, Form::EMV);

        assert_eq!(refused, Err(TlvFault::TagInvalid { path: Path::default(), byte: 0 }));
    }
}

#[test]
fn long_lengths_are_read_up_to_the_limit() {
    let mut bytes = vec![0x70, 0x82, 0xFF, 0xFF];
    bytes.resize(4 + 0xFFFF, 0x00);

    assert_eq!(first(&bytes, Form::STRICT).unwrap().value.len(), 0xFFFF);
    let over = [0x70, 0x83, 0x01, 0x00, 0x00];
    assert_eq!(first(&over, Form::EMV), Err(TlvFault::TooLong { path: path(&[0x70]) }));
}

#[test]
fn an_indefinite_or_four_byte_length_is_refused() {
    for bytes in
        [&[0x70, 0x80, 0x00, 0x00][..], &[0x70, 0x84, 0, 0, 0, 0], &[0x70, 0xFF], &[0x70, 0x81]]
    {
        let refused = first(bytes, Form::EMV);

        assert_eq!(refused, Err(TlvFault::LengthInvalid { path: path(&[0x70]) }));
    }
}

#[test]
fn a_length_in_more_bytes_than_it_needs_is_read_only_where_allowed() {
    let bytes = [0x5A, 0x82, 0x00, 0x01, 0xAA];

    assert_eq!(first(&bytes, Form::EMV).unwrap().value, [0xAA]);
    let refused = TlvFault::LengthInvalid { path: path(&[0x5A]) };
    assert_eq!(first(&bytes, Form::STRICT), Err(refused));
}

#[test]
fn zeros_between_objects_are_skipped_only_where_allowed() {
    let bytes = [0x00, 0x82, 0x01, 0xAA, 0x00, 0x00, 0x84, 0x00, 0x00];
    let refused = Form { padding: Padding::Refused, lengths: Lengths::Any };

    assert_eq!(
        read(&bytes, Form::EMV).map(|o| o.unwrap().tag.to_string()).collect::<String>(),
        "8284"
    );
    let after = TlvFault::TagInvalid { path: Path::default(), byte: 0 };
    assert_eq!(first(&bytes, refused), Err(after));
    let after = TlvFault::TagInvalid { path: Path::default(), byte: 3 };
    assert_eq!(read(&bytes[1..], refused).nth(1), Some(Err(after)));
}

#[test]
fn a_fault_names_the_way_to_it_and_ends_the_run() {
    let bytes = [0x61, 0x05, 0x63, 0x03, 0x9F, 0x26, 0x08, 0x00];

    let mut walked = walk(&bytes, Form::STRICT).skip(2);

    let fault = walked.next().unwrap().unwrap_err();
    assert_eq!(fault.to_string(), "value of 61/63/9F26 is cut short");
    assert_eq!(walked.next(), None);
}

#[test]
fn a_walk_goes_through_every_level_in_the_order_of_the_bytes() {
    let bytes = [0x61, 0x07, 0x4F, 0x01, 0xAA, 0x63, 0x02, 0x82, 0x00, 0x62, 0x00, 0x85, 0x00];

    let paths: Vec<String> =
        walk(&bytes, Form::STRICT).map(|o| o.unwrap().path().to_string()).collect();

    assert_eq!(paths, ["61", "61/4F", "61/63", "61/63/82", "62", "85"]);
}

#[test]
fn nesting_is_read_to_eight_levels() {
    let nested =
        |levels: u8| -> Vec<u8> { (0..levels).rev().flat_map(|inner| [0x70, inner * 2]).collect() };

    assert_eq!(check(&nested(8), Form::STRICT), Ok(()));
    let fault = check(&nested(9), Form::STRICT).unwrap_err();
    assert_eq!(fault.to_string(), "objects under 70/70/70/70/70/70/70/70 are nested too deep");
}

#[test]
fn only_a_constructed_object_opens() {
    let bytes = [0x5A, 0x01, 0xAA, 0x70, 0x02, 0x82, 0x00];
    let [primitive, constructed] =
        [0, 1].map(|n| read(&bytes, Form::STRICT).nth(n).unwrap().unwrap());

    assert_eq!(primitive.objects().unwrap_err(), TlvFault::KindOther { path: path(&[0x5A]) });
    let inner = constructed.objects().unwrap().lookup(Tag::one(0x82)).unwrap();
    assert_eq!(inner.unwrap().path().to_string(), "70/82");
    assert_eq!(constructed.objects().unwrap().lookup(Tag::one(0x84)), Ok(None));
}

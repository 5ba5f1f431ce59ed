use crate::tlv::{Form, Object, Objects, Tag, Writer, check, read, walk};
use proptest::collection::vec;
use proptest::prelude::*;

/// What a run of objects says, for comparing.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Primitive(Tag, Vec<u8>),
    Constructed(Tag, Vec<Node>),
}

fn tag(kind: u8) -> impl Strategy<Value = Tag> {
    let low = (0_u8..31, prop::sample::select(vec![0x00_u8, 0x40, 0x80, 0xC0]));
    let one = low.prop_map(move |(number, class)| vec![class | kind | number]);
    let two = (0_u8..=0x7F).prop_map(move |low| vec![0x9F | kind, low]);
    let three =
        (0x81_u8..=0xFF, 0_u8..=0x7F).prop_map(move |(high, low)| vec![0xDF | kind, high, low]);
    prop_oneof![one, two, three].prop_filter_map("00 is padding", |bytes| Tag::parse(&bytes))
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let leaf =
        (tag(0), vec(any::<u8>(), 0..300)).prop_map(|(tag, value)| Node::Primitive(tag, value));
    let node = leaf.prop_recursive(4, 24, 4, |inner| {
        (tag(0x20), vec(inner, 0..4)).prop_map(|(tag, nodes)| Node::Constructed(tag, nodes))
    });
    vec(node, 0..5)
}

fn write(nodes: &[Node]) -> Writer {
    nodes.iter().fold(Writer::new(), |run, node| match node {
        Node::Primitive(tag, value) => run.primitive(*tag, value).unwrap(),
        Node::Constructed(tag, nodes) => run.constructed(*tag, &write(nodes)).unwrap(),
    })
}

fn node(object: Object<'_>) -> Node {
    match object.objects() {
        Ok(objects) => Node::Constructed(object.tag, collect(objects)),
        Err(_) => Node::Primitive(object.tag, object.value.to_vec()),
    }
}

fn collect(objects: Objects<'_>) -> Vec<Node> {
    objects.map(|object| node(object.unwrap())).collect()
}

fn count(nodes: &[Node]) -> usize {
    let inner = |node: &Node| match node {
        Node::Primitive(..) => 0,
        Node::Constructed(_, nodes) => count(nodes),
    };
    nodes.iter().map(|node| 1 + inner(node)).sum()
}

proptest! {
    #[test]
    fn written_objects_read_back_the_same_and_are_walked_once(nodes in nodes()) {
        let run = write(&nodes);

        for form in [Form::STRICT, Form::EMV] {
            prop_assert_eq!(check(run.bytes(), form), Ok(()));
            prop_assert_eq!(collect(read(run.bytes(), form)), nodes.clone());
            prop_assert_eq!(walk(run.bytes(), form).count(), count(&nodes));
        }
    }

    #[test]
    fn whatever_reads_strictly_is_written_back_byte_for_byte(
        nodes in nodes(), place in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let mut bytes = write(&nodes).into_bytes();
        bytes.push(0);
        let place = place.index(bytes.len());
        bytes[place] = byte;

        if check(&bytes, Form::STRICT).is_ok() {
            prop_assert_eq!(write(&collect(read(&bytes, Form::STRICT))).into_bytes(), bytes);
        }
    }

    #[test]
    fn random_bytes_never_panic_and_end_at_the_first_fault(bytes in vec(any::<u8>(), 0..300)) {
        for form in [Form::STRICT, Form::EMV] {
            let faults: Vec<bool> = walk(&bytes, form).map(|object| object.is_err()).collect();

            prop_assert!(faults.iter().rev().skip(1).all(|fault| !fault));
        }
    }

    #[test]
    fn bytes_after_the_last_object_are_never_passed_over(nodes in nodes(), byte in 1..=u8::MAX) {
        let mut bytes = write(&nodes).into_bytes();
        bytes.push(byte);

        prop_assert!(check(&bytes, Form::EMV).is_err());
    }
}

//! BER-TLV: a second reader that recurses, and writing of what was read.
//!
//! Owns that reader, which `emv.rs` uses as well. Next: `emv.rs`.

use baton_formats::tlv::{
    DEPTH_MAX, Form, Lengths, Object, Objects, Padding, TlvFault, VALUE_BYTES_MAX, Writer, check,
    read, walk,
};

/// An object: the tags that lead to it, and its value.
pub type Node = (Vec<Vec<u8>>, Vec<u8>);

/// A run of objects: the first byte chooses what is tolerated.
pub fn objects(bytes: &[u8]) -> bool {
    let Some((choice, bytes)) = bytes.split_first() else { return false };
    let form = if choice & 1 == 0 { Form::STRICT } else { Form::EMV };
    let (mut walked, mut fault) = (Vec::new(), None);
    for object in walk(bytes, form) {
        match object {
            Ok(object) => walked.push(node(&object)),
            Err(found) => fault = Some(found),
        }
    }
    let mut nodes = Vec::new();
    let whole = reference(bytes, form, &[], &mut nodes);
    assert_eq!((&walked, fault.is_none()), (&nodes, whole), "the second reader reads otherwise");
    assert_eq!(check(bytes, form).err(), fault);
    if fault.is_some() {
        return false;
    }
    for (path, value) in nodes.iter().filter(|(path, _)| path.len() == 1) {
        let first = nodes.iter().find(|(other, _)| other == path);
        let tag = baton_formats::tlv::Tag::parse(&path[0]).expect("a tag that was read");
        let found = read(bytes, form).lookup(tag).expect("no fault").expect("it is there");
        assert_eq!(Some(found.value), first.map(|(_, value)| value.as_slice()), "{value:?}");
    }
    let written = rewritten(read(bytes, form)).expect("what was read can be written").into_bytes();
    if form == Form::STRICT {
        assert_eq!(written, bytes, "there is one writing");
    }
    let mut again = Vec::new();
    assert!(reference(&written, Form::STRICT, &[], &mut again), "written strictly");
    let leaves = |nodes: &[Node]| {
        let open = |node: &&Node| node.0.last().is_some_and(|tag| tag[0] & 0x20 == 0);
        nodes.iter().filter(open).cloned().collect::<Vec<_>>()
    };
    assert_eq!(leaves(&again), leaves(&nodes), "what was written reads otherwise");
    true
}

fn node(object: &Object<'_>) -> Node {
    let tags = object.path().tags().iter().map(|tag| tag.bytes().to_vec()).collect();
    (tags, object.value.to_vec())
}

/// Writes objects again, from the innermost outwards.
pub fn rewritten(objects: Objects<'_>) -> Result<Writer, TlvFault> {
    objects.into_iter().try_fold(Writer::new(), |run, object| {
        let object = object?;
        match object.objects() {
            Ok(inner) => run.constructed(object.tag, &rewritten(inner)?),
            Err(_) => run.primitive(object.tag, object.value),
        }
    })
}

/// Reads objects one inside another; what was read before a fault stays in `nodes`.
pub fn reference(bytes: &[u8], form: Form, above: &[Vec<u8>], nodes: &mut Vec<Node>) -> bool {
    let mut rest = bytes;
    loop {
        while form.padding == Padding::Zeros && rest.first() == Some(&0) {
            rest = &rest[1..];
        }
        if rest.is_empty() {
            return true;
        }
        let Some((tag, value, after)) = first(rest, form) else { return false };
        if above.len() == DEPTH_MAX {
            return false;
        }
        let path = [above, &[tag.to_vec()]].concat();
        nodes.push((path.clone(), value.to_vec()));
        if tag[0] & 0x20 != 0 && !reference(value, form, &path, nodes) {
            return false;
        }
        rest = after;
    }
}

/// Tag, value, and what comes after them.
fn first(bytes: &[u8], form: Form) -> Option<(&[u8], &[u8], &[u8])> {
    let tag = match bytes {
        [0, ..] => return None,
        [a, ..] if a & 0x1F != 0x1F => 1,
        [_, b, ..] if *b < 0x80 => 2,
        [_, b, c, ..] if *b > 0x80 && *c < 0x80 => 3,
        _ => return None,
    };
    let (tag, rest) = bytes.split_at(tag);
    let (length, digits) = match rest {
        [length @ ..=0x7F, ..] => (usize::from(*length), 1),
        [0x81, a, ..] => (usize::from(*a), 2),
        [0x82, a, b, ..] => (usize::from(*a) * 256 + usize::from(*b), 3),
        [0x83, a, b, c, ..] => {
            (usize::from(*a) * 65_536 + usize::from(*b) * 256 + usize::from(*c), 4)
        }
        _ => return None,
    };
    let shortest = match length {
        0..128 => 1,
        128..256 => 2,
        _ => 3,
    };
    if length > VALUE_BYTES_MAX || form.lengths == Lengths::Shortest && digits != shortest {
        return None;
    }
    let value = rest.get(digits..digits + length)?;
    Some((tag, value, &rest[digits + length..]))
}

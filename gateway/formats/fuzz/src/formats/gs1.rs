//! GS1 data: each spelling must give every other.
//!
//! Owns the ways between element strings, brackets, links and scans. Next: `epc.rs`.

use baton_formats::gs1::elements::TEXT_BYTES_MAX;
use baton_formats::gs1::link::{KeyWords, Reading, ShortGtin};
use baton_formats::gs1::{
    CANONICAL_STEM, Content, DigitalLink, Elements, Gln, Gtin, LinkFault, Scan, ScanFault,
    Separator, Sscc, UnknownAis, keys,
};

fn chosen(bytes: &[u8]) -> Option<(u8, &str)> {
    let (choice, text) = bytes.split_first()?;
    Some((*choice, str::from_utf8(text).ok()?))
}

/// An element string: the first byte chooses the separator.
pub fn elements(bytes: &[u8]) -> bool {
    let Some((choice, text)) = chosen(bytes) else { return false };
    let separator = if choice & 1 == 0 { Separator::Caret } else { Separator::GroupSeparator };
    let after_first = text.strip_prefix(separator.char());
    let rest = after_first.map(|rest| Elements::parse_after_first(rest, separator));
    let read = Elements::parse(text, separator);
    assert_eq!(read.as_ref().ok(), rest.as_ref().and_then(|rest| rest.as_ref().ok()));
    let Ok(elements) = read else { return false };
    let shorter = elements.to_element_string(separator);
    assert!(shorter.len() <= text.len(), "the shortest writing is longer");
    spelled(&elements);
    true
}

/// Elements in brackets: the first byte chooses whether unknown ones are kept.
pub fn bracketed(bytes: &[u8]) -> bool {
    let Some((choice, text)) = chosen(bytes) else { return false };
    let unknown = if choice & 1 == 0 { UnknownAis::Refused } else { UnknownAis::Kept };
    let Ok(elements) = Elements::parse_bracketed_with(text, unknown) else { return false };
    let written = elements.to_bracketed();
    assert!(written.len() <= text.len(), "the only writing is longer");
    assert_eq!(Elements::parse_bracketed_with(&written, unknown), Ok(elements.clone()));
    match Elements::parse_bracketed(text) {
        Ok(strict) => {
            assert_eq!(strict, elements, "read strictly");
            spelled(&elements);
        }
        Err(_) => assert_eq!(unknown, UnknownAis::Kept),
    }
    true
}

/// Holds that known elements come back from every spelling.
fn spelled(elements: &Elements) {
    for separator in [Separator::Caret, Separator::GroupSeparator] {
        let text = elements.to_element_string(separator);
        assert_eq!(Elements::parse(&text, separator).as_ref(), Ok(elements), "{text}");
    }
    let text = elements.to_bracketed();
    if text.len() <= TEXT_BYTES_MAX {
        assert_eq!(Elements::parse_bracketed(&text).as_ref(), Ok(elements), "{text}");
    }
    match DigitalLink::build(elements, CANONICAL_STEM) {
        Ok(link) => {
            let unique = |elements: &Elements| {
                let mut all: Vec<_> =
                    elements.iter().map(|e| (e.ai(), e.value().to_owned())).collect();
                all.sort();
                all.dedup();
                all
            };
            assert_eq!(unique(link.elements()), unique(elements), "a link says all of them");
            linked(&link);
        }
        Err(fault) => {
            assert!(
                matches!(fault, LinkFault::KeyMissing | LinkFault::NotAttribute { .. }),
                "{fault}"
            );
        }
    }
}

fn linked(link: &DigitalLink) {
    match link.to_uri() {
        Ok(uri) => {
            let again = DigitalLink::parse(&uri);
            assert_eq!(again.as_ref(), Ok(link), "{uri}");
        }
        Err(fault) => assert!(matches!(fault, LinkFault::TooLarge { .. }), "{fault}"),
    }
}

/// A link: the first byte chooses what is let pass.
pub fn link(bytes: &[u8]) -> bool {
    let Some((choice, uri)) = chosen(bytes) else { return false };
    let of = |bit: u8| choice & bit != 0;
    let reading = Reading {
        short_gtin: if of(1) { ShortGtin::FilledUp } else { ShortGtin::Refused },
        key_words: if of(2) { KeyWords::Taken } else { KeyWords::Refused },
        unknown: if of(4) { UnknownAis::Kept } else { UnknownAis::Refused },
    };
    let (read, strict) = (DigitalLink::parse_with(uri, reading), DigitalLink::parse(uri));
    if reading == Reading::default() {
        assert_eq!(read, strict);
    }
    let Ok(link) = read else {
        return false;
    };
    assert!(DigitalLink::is_address(uri) && uri.starts_with(link.stem()), "the stem");
    if !of(4) {
        linked(&link);
        spelled(link.elements());
    } else if let Ok(uri) = link.to_uri() {
        assert_eq!(DigitalLink::parse_with(&uri, reading), Ok(link.clone()), "{uri}");
    }
    let rebuilt = DigitalLink::build(link.elements(), link.stem());
    assert_ne!(rebuilt.err(), Some(LinkFault::StemInvalid), "the stem of a link is a stem");
    true
}

/// What a reader sends, and numbers by themselves.
pub fn scan(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    numbers(text);
    let read = Scan::parse(text);
    let data = text.get(3..).unwrap_or_default();
    let Ok(scan) = read else {
        let plain = matches!(text.get(..3), Some("]d1" | "]Q1" | "]J0"));
        let link = DigitalLink::is_address(data);
        let large = matches!(read, Err(ScanFault::TooLarge { .. }));
        assert!(!plain || link || large, "plain text was refused");
        return false;
    };
    let notation = scan.to_notation();
    match &scan.content {
        Content::Elements(elements) => {
            assert_eq!(Elements::parse(&notation, Separator::Caret).as_ref(), Ok(elements));
            spelled(elements);
        }
        Content::TradeItem { gtin, composite } => {
            let (number, rest) = notation.split_once('|').unwrap_or((&notation, ""));
            assert_eq!(Gtin::parse(number), Ok(*gtin));
            assert_eq!(scan.gtin(), Some(*gtin));
            let again = (!rest.is_empty()).then(|| Elements::parse(rest, Separator::Caret));
            assert_eq!(again.and_then(Result::ok).as_ref(), composite.as_ref());
        }
        Content::Link(link) => assert_eq!(DigitalLink::parse(&notation).as_ref(), Ok(link)),
        Content::Text(plain) => assert!(notation.ends_with(plain) && plain == data),
    }
    // A retail symbol names its item by itself, whatever its composite part says.
    let retail = matches!(scan.content, Content::TradeItem { .. });
    let named = scan.elements().and_then(Elements::gtin);
    assert!(retail || named == scan.gtin(), "another item than its elements name");
    true
}

/// What holds of the three kinds of numbers, with a second check digit.
fn numbers(text: &str) {
    let right = text.len() > 1
        && text.chars().all(|character| character.is_ascii_digit())
        && text.bytes().rev().enumerate().fold(0, |sum, (place, digit)| {
            sum + u32::from(digit - b'0') * if place % 2 == 1 { 3 } else { 1 }
        }) % 10
            == 0;
    if text.len() > 1 {
        assert_eq!(keys::has_check_digit(text), right, "{text}");
    }
    let gtin = Gtin::parse(text);
    assert_eq!(gtin.is_ok(), right && matches!(text.len(), 8 | 12 | 13 | 14));
    assert_eq!(Gln::parse(text).is_ok(), right && text.len() == 13);
    assert_eq!(Sscc::parse(text).is_ok(), right && text.len() == 18);
    if let Ok(gtin) = gtin {
        assert_eq!(Gtin::parse(gtin.shortest()), Ok(gtin));
        assert_eq!(Gtin::parse(gtin.as_str()), Ok(gtin));
        assert_eq!(Gtin::from_payload(&gtin.as_str()[..13]), Ok(gtin));
    }
}

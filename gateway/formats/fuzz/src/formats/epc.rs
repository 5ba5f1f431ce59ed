//! Product codes: bits, both URIs and GS1 elements give one another.
//!
//! Owns a second reader that takes a tag's bits as one row of ones and zeros. Next: `ndef.rs`.

use baton_formats::epc::{Identity, Kind, Tag};

/// The bytes of a tag.
pub fn binary(bytes: &[u8]) -> bool {
    let read = Tag::parse_bytes(bytes);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(Tag::parse_hex(&hex), read);
    let uri = read.as_ref().ok().map(Tag::to_uri);
    assert_eq!(uri, reference(bytes), "the second reader reads otherwise");
    let Ok(tag) = read else { return false };
    assert_eq!(tag.to_bytes().as_deref(), Ok(bytes), "there is one writing");
    spelled(&tag);
    true
}

/// A URI of either kind.
pub fn uri(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    if let Ok(tag) = Tag::parse_hex(text) {
        let hex = tag.to_hex().expect("what was read can be written");
        assert_eq!(hex, text.to_uppercase());
    }
    let tag = Tag::parse_uri(text);
    if let Ok(tag) = &tag {
        written(text, &tag.to_uri());
        spelled(tag);
    }
    let identity = Identity::parse_uri(text);
    if let Ok(identity) = &identity {
        written(text, &identity.to_uri());
        named(identity);
    }
    assert!(tag.is_err() || identity.is_err(), "a text is one of both");
    tag.is_ok() || identity.is_ok()
}

/// Only an escape can be written in several ways.
fn written(came: &str, goes: &str) {
    assert!(came == goes || came.contains('%'), "{goes} for {came}");
    assert!(goes.len() <= came.len(), "the only writing is longer");
}

fn spelled(tag: &Tag) {
    let bytes = tag.to_bytes().expect("what was read can be written");
    assert_eq!(Tag::parse_bytes(&bytes).as_ref(), Ok(tag));
    assert_eq!(Tag::parse_uri(&tag.to_uri()).as_ref(), Ok(tag));
    named(tag.identity());
}

fn named(identity: &Identity) {
    assert_eq!(Identity::parse_uri(&identity.to_uri()).as_ref(), Ok(identity));
    let elements = identity.to_elements().expect("an identity has elements");
    let again = Identity::from_elements(&elements, identity.company().len());
    assert_eq!(again.as_ref(), Ok(identity), "{}", elements.to_bracketed());
    let keys = [identity.gtin().is_some(), identity.gln().is_some(), identity.sscc_key().is_some()];
    let kinds = [Kind::Sgtin, Kind::Sgln, Kind::Sscc].map(|kind| identity.kind() == kind);
    assert_eq!(keys, kinds, "a key of its kind and of no other");
}

/// Digits of company and reference together, bits of both, bits of the serial.
fn scheme(header: &str) -> Option<(&'static str, usize, usize, usize)> {
    match header {
        "00110000" => Some(("sgtin-96", 13, 44, 38)),
        "00110001" => Some(("sscc-96", 17, 58, 0)),
        "00110010" => Some(("sgln-96", 12, 41, 41)),
        "00110110" => Some(("sgtin-198", 13, 44, 140)),
        "00111001" => Some(("sgln-195", 12, 41, 140)),
        _ => None,
    }
}

/// Reads a tag as its URI.
fn reference(bytes: &[u8]) -> Option<String> {
    let row: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let (name, digits, shared, serial_bits) = scheme(row.get(..8)?)?;
    let length = if serial_bits == 140 { 208 } else { 96 };
    (row.len() == length).then_some(())?;
    let number = |from: usize, to: usize| u64::from_str_radix(&row[from..to], 2).ok();
    let (filter, partition) = (number(8, 11)?, usize::try_from(number(11, 14)?).ok()?);
    let company_digits = 12 - partition.min(7);
    let company_bits = *[40, 37, 34, 30, 27, 24, 20].get(partition)?;
    let (middle, end) = (14 + company_bits, 14 + shared);
    let company = padded(number(14, middle)?, company_digits)?;
    let reference = padded(number(middle, end)?, digits - company_digits)?;
    let serial = match serial_bits {
        0 => String::new(),
        140 => format!(".{}", characters(&row[end..end + 140])?),
        bits => format!(".{}", number(end, end + bits)?),
    };
    row[end + serial_bits..].chars().all(|bit| bit == '0').then_some(())?;
    Some(format!("urn:epc:tag:{name}:{filter}.{company}.{reference}{serial}"))
}

fn padded(number: u64, digits: usize) -> Option<String> {
    let text =
        if digits == 0 && number == 0 { String::new() } else { format!("{number:0digits$}") };
    (text.len() == digits).then_some(text)
}

fn characters(row: &str) -> Option<String> {
    let mut text = String::new();
    let trimmed = row.len() - row.trim_end_matches('0').len();
    let used = (140 - trimmed).div_ceil(7) * 7;
    for place in (0..used).step_by(7) {
        let character = char::from(u8::from_str_radix(&row[place..place + 7], 2).ok()?);
        match character {
            '"' | '%' | '&' | '/' | '<' | '>' | '?' => {
                text.push_str(&format!("%{:02X}", u32::from(character)));
            }
            '!' | '\'' | '('..='.' | '0'..=';' | '=' | 'A'..='Z' | '_' | 'a'..='z' => {
                text.push(character);
            }
            _ => return None,
        }
    }
    (!text.is_empty()).then_some(text)
}

//! Percent escapes of paths and queries.
//!
//! Owns the two directions. A percent sign that begins no escape stands for itself, as in GS1's own
//! readers: it is a character of set 82. Source: RFC 3986, section 2. Next: [`super::read`].

/// Where a value stands; in a query a plus sign is a space.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
}

/// Resolves the escapes.
pub(super) fn unescape(text: &str, place: Place) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'%', [high, low, tail @ ..]) => match (nibble(*high), nibble(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push((high << 4) | low);
                    rest = tail;
                }
                _ => bytes.push(b'%'),
            },
            (b'+', _) if place == Place::Query => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
    }
    bytes
}

/// Writes a value so that nothing in it has a meaning in a URI.
pub(super) fn escape_into(value: &str, place: Place, out: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' if place == Place::Query => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

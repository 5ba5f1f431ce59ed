//! The Text record: a language tag, and a text in UTF-8 or UTF-16.
//!
//! Owns its first byte and both encodings (Text RTD 1.0, section 3). Next: [`super::poster`].

use super::fault::ContentFault;

/// The bit of the first byte that says UTF-16.
const UTF_16: u8 = 0x80;
/// The bit of the first byte that must be zero.
const RESERVED: u8 = 0x40;
/// The longest language tag in bytes: its length has six bits.
pub const LANGUAGE_BYTES_MAX: u8 = 0x3F;
/// The byte order mark of the order that we write.
const BIG_ENDIAN_MARK: [u8; 2] = [0xFE, 0xFF];
/// The byte order mark of the other order.
const LITTLE_ENDIAN_MARK: [u8; 2] = [0xFF, 0xFE];

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8.
    Utf8,
    /// UTF-16: read in the order of its mark, big-endian without one; written big-endian with one.
    Utf16,
}

/// A text in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The language, such as `ko` or `en-GB` (RFC 5646): 1 to 63 letters, digits and hyphens.
    pub language: String,
    /// How it is written in the record.
    pub encoding: TextEncoding,
    /// The text.
    pub text: String,
}

impl Text {
    /// Makes a text in UTF-8.
    #[must_use]
    pub fn new(language: &str, text: &str) -> Self {
        Self { language: language.to_owned(), encoding: TextEncoding::Utf8, text: text.to_owned() }
    }

    /// Reads the payload of a Text record.
    ///
    /// # Errors
    /// `Empty`, `TextReserved`, `LanguageInvalid` and `TextInvalid` of [`ContentFault`].
    pub fn parse(payload: &[u8]) -> Result<Self, ContentFault> {
        let (first, rest) = payload.split_first().ok_or(ContentFault::Empty)?;
        if first & RESERVED != 0 {
            return Err(ContentFault::TextReserved);
        }
        let length = usize::from(first & LANGUAGE_BYTES_MAX);
        let parts = rest.split_at_checked(length).ok_or(ContentFault::LanguageInvalid)?;
        let language = language_of(parts.0)?;
        let (encoding, text) = match first & UTF_16 {
            0 => (TextEncoding::Utf8, str::from_utf8(parts.1).ok().map(str::to_owned)),
            _ => (TextEncoding::Utf16, read_utf16(parts.1)),
        };
        let text = text.ok_or(ContentFault::TextInvalid)?;
        Ok(Self { language, encoding, text })
    }

    /// Writes the payload.
    ///
    /// # Errors
    /// [`ContentFault::LanguageInvalid`].
    pub fn build(&self) -> Result<Vec<u8>, ContentFault> {
        let language = language_of(self.language.as_bytes())?;
        let length = u8::try_from(language.len()).map_err(|_| ContentFault::LanguageInvalid)?;
        let flag = if self.encoding == TextEncoding::Utf16 { UTF_16 } else { 0 };
        let mut payload = vec![flag | length];
        payload.extend_from_slice(language.as_bytes());
        match self.encoding {
            TextEncoding::Utf8 => payload.extend_from_slice(self.text.as_bytes()),
            TextEncoding::Utf16 => {
                payload.extend(BIG_ENDIAN_MARK);
                payload.extend(self.text.encode_utf16().flat_map(u16::to_be_bytes));
            }
        }
        Ok(payload)
    }
}

fn language_of(bytes: &[u8]) -> Result<String, ContentFault> {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let fits = (1..=usize::from(LANGUAGE_BYTES_MAX)).contains(&bytes.len());
    if !fits || !bytes.iter().all(allowed) {
        return Err(ContentFault::LanguageInvalid);
    }
    Ok(bytes.iter().copied().map(char::from).collect())
}

fn read_utf16(bytes: &[u8]) -> Option<String> {
    let (order, rest): (fn([u8; 2]) -> u16, _) = match bytes.split_first_chunk() {
        Some((&LITTLE_ENDIAN_MARK, rest)) => (u16::from_le_bytes, rest),
        Some((&BIG_ENDIAN_MARK, rest)) => (u16::from_be_bytes, rest),
        Some(_) | None => (u16::from_be_bytes, bytes),
    };
    let (units, left) = rest.as_chunks::<2>();
    if !left.is_empty() {
        return None;
    }
    char::decode_utf16(units.iter().copied().map(order)).collect::<Result<_, _>>().ok()
}

//! Serials: what makes one item of many.
//!
//! Owns the characters and length, and the words that URIs and binary schemes have for them.
//! Source: EPC Tag Data Standard, character set in annex A. Next: [`super::identity`].

use super::bits::{Reader, Writer};
use super::fault::EpcFault;
use crate::gs1::check::is_set82;

/// Characters of the longest serial of a trade item or location.
const CHARACTERS_MAX: u32 = 20;
/// Bits of one character of ISO/IEC 646.
const CHARACTER_BITS: u32 = 7;
/// The characters of set 82 that a URI cannot hold as they are.
const ESCAPED: [u8; 7] = *b"\"%&/<>?";

/// One to twenty characters of set 82.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial(String);

impl Serial {
    /// Takes the characters as they stand in AI 21 or 254.
    ///
    /// # Errors
    /// [`EpcFault::SerialInvalid`] when there are none, too many, or one outside set 82.
    pub fn new(text: &str) -> Result<Self, EpcFault> {
        Self::from_bytes(text.as_bytes())
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, EpcFault> {
        let fits = u32::try_from(bytes.len()).is_ok_and(|length| length <= CHARACTERS_MAX);
        if bytes.is_empty() || !fits || !bytes.iter().all(is_set82) {
            return Err(EpcFault::SerialInvalid);
        }
        Ok(Self(bytes.iter().copied().map(char::from).collect()))
    }

    /// Returns the characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the serial as a number of so many bits, if it is one without zeros in front.
    pub(super) fn number(&self, bits: u32) -> Option<u64> {
        let canonical = self.0 == "0" || !self.0.starts_with('0');
        let digits = canonical && self.0.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| self.0.parse::<u64>().ok()).flatten()?;
        (number.checked_shr(bits).unwrap_or(0) == 0).then_some(number)
    }

    pub(super) fn from_number(number: u64) -> Self {
        Self(number.to_string())
    }

    /// Reads twenty characters, of which zeros at the end are none.
    pub(super) fn read(bits: &mut Reader<'_>) -> Result<Self, EpcFault> {
        let mut bytes = Vec::new();
        for _ in 0..CHARACTERS_MAX {
            let character = bits.take(CHARACTER_BITS).ok_or(EpcFault::SerialInvalid)?;
            bytes.push(u8::try_from(character).map_err(|_| EpcFault::SerialInvalid)?);
        }
        let length = bytes.iter().rposition(|byte| *byte != 0);
        bytes.truncate(length.map_or(0, |last| last.saturating_add(1)));
        Self::from_bytes(&bytes)
    }

    /// Writes twenty characters, the last ones zero.
    pub(super) fn write(&self, bits: &mut Writer) {
        let characters = self.0.bytes().chain(std::iter::repeat(0));
        for (character, _) in characters.zip(0..CHARACTERS_MAX) {
            bits.put(u64::from(character), CHARACTER_BITS);
        }
    }

    /// Reads the form that stands in a URI.
    pub(super) fn parse_escaped(text: &str) -> Result<Self, EpcFault> {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            match (first, after) {
                (b'%', [high, low, tail @ ..]) => {
                    bytes.push(escaped(*high, *low).ok_or(EpcFault::SerialInvalid)?);
                    rest = tail;
                }
                (byte, _) if ESCAPED.contains(byte) => return Err(EpcFault::SerialInvalid),
                (byte, _) => bytes.push(*byte),
            }
        }
        Self::from_bytes(&bytes)
    }

    /// Returns the form that stands in a URI.
    pub(super) fn to_escaped(&self) -> String {
        self.0.bytes().fold(String::new(), |mut text, byte| {
            if ESCAPED.contains(&byte) {
                text.push_str(&format!("%{byte:02X}"));
            } else {
                text.push(char::from(byte));
            }
            text
        })
    }
}

fn escaped(high: u8, low: u8) -> Option<u8> {
    let nibble = |digit: u8| char::from(digit).to_digit(16);
    let value = nibble(high)?.checked_mul(16)?.checked_add(nibble(low)?)?;
    u8::try_from(value).ok()
}

//! The URI record: one byte that stands for a frequent beginning, then the rest in UTF-8.
//!
//! Owns the table of beginnings (URI RTD 1.0, table 3). May not judge where a URI leads. Next:
//! [`super::text`].

use super::fault::ContentFault;
use std::fmt;

/// The beginnings, in the order of their numbers; the first stands for none.
pub const PREFIXES: [&str; 36] = [
    "",
    "http://www.",
    "https://www.",
    "http://",
    "https://",
    "tel:",
    "mailto:",
    "ftp://anonymous:anonymous@",
    "ftp://ftp.",
    "ftps://",
    "sftp://",
    "smb://",
    "nfs://",
    "ftp://",
    "dav://",
    "news:",
    "telnet://",
    "imap:",
    "rtsp://",
    "urn:",
    "pop:",
    "sip:",
    "sips:",
    "tftp:",
    "btspp://",
    "btl2cap://",
    "btgoep://",
    "tcpobex://",
    "irdaobex://",
    "file://",
    "urn:epc:id:",
    "urn:epc:tag:",
    "urn:epc:pat:",
    "urn:epc:raw:",
    "urn:epc:",
    "urn:nfc:",
];

/// A URI as a record holds it: UTF-8 without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uri(String);

impl Uri {
    /// Takes a whole URI.
    ///
    /// # Errors
    /// [`ContentFault::UriInvalid`] when it holds control characters.
    pub fn new(text: &str) -> Result<Self, ContentFault> {
        if text.chars().any(char::is_control) {
            return Err(ContentFault::UriInvalid);
        }
        Ok(Self(text.to_owned()))
    }

    /// Reads the payload of a URI record.
    ///
    /// # Errors
    /// `Empty`, `PrefixUnknown` and `UriInvalid` of [`ContentFault`].
    pub fn parse(payload: &[u8]) -> Result<Self, ContentFault> {
        let (code, rest) = payload.split_first().ok_or(ContentFault::Empty)?;
        let prefix = PREFIXES.get(usize::from(*code));
        let prefix = prefix.ok_or(ContentFault::PrefixUnknown { code: *code })?;
        let rest = str::from_utf8(rest).map_err(|_| ContentFault::UriInvalid)?;
        Self::new(&format!("{prefix}{rest}"))
    }

    /// Writes the payload with the longest beginning that fits.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        let known = (0_u8..).zip(PREFIXES).filter(|(_, prefix)| self.0.starts_with(prefix));
        let (code, prefix) = known.max_by_key(|(_, prefix)| prefix.len()).unwrap_or_default();
        let rest = self.0.strip_prefix(prefix).unwrap_or(&self.0);
        [&[code], rest.as_bytes()].concat()
    }

    /// Returns the whole URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

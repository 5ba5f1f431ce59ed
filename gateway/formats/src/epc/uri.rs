//! Both URIs: pure identity without, tag URI with scheme and filter.
//!
//! Owns their grammar. Source: EPC Tag Data Standard, EPC URI and EPC tag URI. Next:
//! [`super::tag`].

use super::fault::EpcFault;
use super::identity::{Identity, Kind};
use super::scheme::{Filter, Scheme};
use super::serial::Serial;
use super::tag::Tag;

const PURE: &str = "urn:epc:id:";
const TAG: &str = "urn:epc:tag:";

impl Identity {
    /// Reads a pure identity URI.
    ///
    /// # Errors
    /// [`EpcFault::UriInvalid`], [`EpcFault::CompanyInvalid`], [`EpcFault::ReferenceInvalid`] and
    /// [`EpcFault::SerialInvalid`].
    pub fn parse_uri(uri: &str) -> Result<Self, EpcFault> {
        let rest = uri.strip_prefix(PURE).ok_or(EpcFault::UriInvalid)?;
        let (name, body) = rest.split_once(':').ok_or(EpcFault::UriInvalid)?;
        let kinds = [Kind::Sgtin, Kind::Sgln, Kind::Sscc];
        let kind = kinds.into_iter().find(|kind| kind.name() == name);
        parse_body(kind.ok_or(EpcFault::UriInvalid)?, body)
    }

    /// Writes the pure identity URI.
    #[must_use]
    pub fn to_uri(&self) -> String {
        format!("{PURE}{}:{}", self.kind().name(), self.body())
    }

    fn body(&self) -> String {
        let key = format!("{}.{}", self.company(), self.reference());
        self.serial().map_or_else(|| key.clone(), |serial| format!("{key}.{}", serial.to_escaped()))
    }
}

fn parse_body(kind: Kind, body: &str) -> Result<Identity, EpcFault> {
    let (company, rest) = body.split_once('.').ok_or(EpcFault::UriInvalid)?;
    let (reference, serial) = match kind {
        Kind::Sscc => (rest, None),
        // A dot is a character of serials, so only the first two divide.
        Kind::Sgtin | Kind::Sgln => {
            let (reference, serial) = rest.split_once('.').ok_or(EpcFault::UriInvalid)?;
            (reference, Some(Serial::parse_escaped(serial)?))
        }
    };
    Identity::new(kind, company, reference, serial)
}

impl Tag {
    /// Reads a tag URI.
    ///
    /// # Errors
    /// As [`Identity::parse_uri`], and [`EpcFault::FilterInvalid`].
    pub fn parse_uri(uri: &str) -> Result<Self, EpcFault> {
        let rest = uri.strip_prefix(TAG).ok_or(EpcFault::UriInvalid)?;
        let (name, body) = rest.split_once(':').ok_or(EpcFault::UriInvalid)?;
        let scheme = Scheme::from_name(name).ok_or(EpcFault::UriInvalid)?;
        let (filter, body) = body.split_once('.').ok_or(EpcFault::UriInvalid)?;
        let [digit @ b'0'..=b'7'] = filter.as_bytes() else { return Err(EpcFault::FilterInvalid) };
        let filter = Filter::new(digit & 0x07)?;
        Self::new(scheme, filter, parse_body(scheme.kind(), body)?)
    }

    /// Writes the tag URI.
    #[must_use]
    pub fn to_uri(&self) -> String {
        let (name, filter) = (self.scheme().name(), self.filter().value());
        format!("{TAG}{name}:{filter}.{}", self.identity().body())
    }
}

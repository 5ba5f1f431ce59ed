//! The outside of a link: scheme, domain, path, query.
//!
//! Owns the cut of a URI into these and the characters each may have. Knows nothing of identifiers.
//! Source: RFC 3986. Next: [`super::read`].

use super::fault::LinkFault;

/// The four ways in which the scheme is written; mixed case is not a link for GS1 readers.
const SCHEMES: [&str; 4] = ["https://", "HTTPS://", "http://", "HTTP://"];

/// A link cut into its parts.
pub(super) struct Parts<'u> {
    /// Scheme and domain.
    pub(super) origin: &'u str,
    /// From the first slash on.
    pub(super) path: &'u str,
    /// After the question mark; empty when there is none.
    pub(super) query: &'u str,
}

/// Says whether a text begins like a link.
pub(super) fn is_address(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| text.starts_with(scheme))
}

/// Cuts a link; the fragment is dropped.
pub(super) fn cut(uri: &str) -> Result<Parts<'_>, LinkFault> {
    if !uri.bytes().all(is_uri_character) {
        return Err(LinkFault::CharacterInvalid);
    }
    let scheme = SCHEMES.iter().find(|scheme| uri.starts_with(**scheme));
    let scheme = scheme.ok_or(LinkFault::SchemeUnknown)?;
    let rest = uri.get(scheme.len()..).unwrap_or_default();
    let slash = rest.find('/').ok_or(LinkFault::DomainInvalid)?;
    let origin_length = scheme.len().saturating_add(slash);
    let (origin, after) = uri.split_at_checked(origin_length).ok_or(LinkFault::DomainInvalid)?;
    let domain = origin.get(scheme.len()..).unwrap_or_default();
    if domain.is_empty() || !domain.bytes().all(is_domain_character) {
        return Err(LinkFault::DomainInvalid);
    }
    let (after, _fragment) = after.split_once('#').unwrap_or((after, ""));
    let (path, query) = after.split_once('?').unwrap_or((after, ""));
    Ok(Parts { origin, path, query })
}

/// Says whether a text can stand before the path of a link.
pub(super) fn is_stem(stem: &str) -> bool {
    let address = format!("{stem}/");
    let cut = cut(&address).ok();
    cut.is_some_and(|parts| parts.origin.len().saturating_add(parts.path.len()) == address.len())
}

const fn is_uri_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'/' | b':' | b';' | b'=' | b'?' | b'@')
        || matches!(byte, b'[' | b']' | b'_' | b'~')
}

const fn is_domain_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':' | b'[' | b']')
}

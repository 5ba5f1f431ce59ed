//! Where a webhook may be sent: an operator's typing or a name server must not point us inside.
//!
//! Owns the check of a URL and of every address that its name has at the moment of connecting; the
//! connection goes to the very address that was checked. Sources: the IANA special-purpose
//! registries for IPv4 (RFC 6890) and IPv6. Next: [`super::post`].

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The longest URL in bytes: what receivers' own web servers take without setting.
const URL_BYTES_MAX: usize = 2_048;

/// Whether addresses inside may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses only.
    Public,
    /// Every address, for receivers beside the gateway and for tests.
    Everywhere,
}

/// Why a URL or an address is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefused {
    /// It is no URL, or one too long.
    #[error("not a URL of at most 2048 bytes")]
    Unreadable,
    /// Another scheme.
    #[error("only http and https are sent to")]
    Scheme,
    /// A name and password in the URL would be shown wherever the URL is.
    #[error("a URL with a user name or password is not taken; the signature proves who sends")]
    Credentials,
    /// It points inside.
    #[error("the address is private, local or reserved; [webhooks] allow_private would allow it")]
    Inside,
}

/// Checks a URL as far as that can be done without asking a name server.
///
/// # Errors
/// Each variant of [`AddressRefused`] as it says.
pub fn check_url(text: &str, reach: Reach) -> Result<Url, AddressRefused> {
    if text.len() > URL_BYTES_MAX {
        return Err(AddressRefused::Unreadable);
    }
    let url = Url::parse(text).map_err(|_| AddressRefused::Unreadable)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressRefused::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressRefused::Credentials);
    }
    let host = url.host_str().ok_or(AddressRefused::Unreadable)?;
    // The parser has made 0x7f.1 and its like into plain addresses by now.
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match literal {
        Ok(ip) if !may_reach(ip, reach) => Err(AddressRefused::Inside),
        Ok(_) | Err(_) => Ok(url),
    }
}

/// Tells whether an address may be connected to.
#[must_use]
pub fn may_reach(ip: IpAddr, reach: Reach) -> bool {
    reach == Reach::Everywhere
        || match ip {
            IpAddr::V4(ip) => is_public_v4(ip),
            IpAddr::V6(ip) => is_public_v6(ip),
        }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let inside = match (a, b, c) {
        // This network, private, shared by carriers, loopback, link-local.
        (0 | 10 | 127, _, _) | (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) => true,
        // Protocol assignments, private, 6to4 relays.
        (192, 0, 0) | (192, 168, _) | (192, 88, 99) => true,
        // Documentation and measurement.
        (192, 0, 2) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        // Multicast, reserved, broadcast.
        (224..=255, _, _) => true,
        _ => false,
    };
    !inside
}

/// Only what is given out as global unicast, and of that nothing which carries an IPv4 address.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [a, b, ..] = ip.segments();
    let global = a & 0xe000 == 0x2000;
    let special = match (a, b) {
        // Protocol assignments with Teredo and ORCHID, documentation, 6to4.
        (0x2001, 0..=0x01ff) | (0x2001, 0x0db8) | (0x2002, _) => true,
        // Documentation.
        (0x3fff, 0..=0x0fff) => true,
        _ => false,
    };
    global && !special
}

/// A resolver that forgets addresses which may not be reached.
pub(super) struct Guarded(pub(super) Reach);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let usable: Vec<SocketAddr> = found.filter(|at| may_reach(at.ip(), reach)).collect();
            if usable.is_empty() {
                return Err(AddressRefused::Inside.into());
            }
            let usable: Addrs = Box::new(usable.into_iter());
            Ok(usable)
        })
    }
}

#[cfg(test)]
mod tests;

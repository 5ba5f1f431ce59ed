//! Where a plugin may send requests: scheme, host and port, compared exactly.
//!
//! Owns the allow-list's grammar. A path, a user name or a query in it is refused, so that nobody
//! believes that they limit anything. Next: [`crate::network`].

use reqwest::Url;
use std::fmt;

/// One allowed origin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

/// A text that is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not http://host:port or https://host without anything behind it")]
pub struct OriginInvalid {
    /// What was written.
    pub text: String,
}

impl Origin {
    /// Reads `https://host` or `http://host:port`.
    ///
    /// # Errors
    /// [`OriginInvalid`] for anything else, also for a path or a trailing slash.
    pub fn parse(text: &str) -> Result<Self, OriginInvalid> {
        let invalid = || OriginInvalid { text: text.chars().take(128).collect() };
        let url = Url::parse(text).map_err(|_| invalid())?;
        let bare = url.path() == "/" && !text.ends_with('/');
        if !bare || url.query().is_some() || url.fragment().is_some() {
            return Err(invalid());
        }
        Self::of(&url).ok_or_else(invalid)
    }

    /// Returns the origin of a URL; nothing when it has none, or carries a user name.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let web = matches!(url.scheme(), "http" | "https");
        if !web || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let (host, port) = (url.host_str()?.to_owned(), url.port_or_known_default()?);
        Some(Self { scheme: url.scheme().to_owned(), host, port })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

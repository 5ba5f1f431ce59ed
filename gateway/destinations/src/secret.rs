//! The key that a destination and Baton share.
//!
//! Owns its mask: it prints as stars and is wiped when dropped. Its readers sign with it, or put it
//! into a header that a profile names. Next: [`crate::signature`].

use std::fmt;
use zeroize::Zeroizing;

/// The key of the `Baton-Signature` header.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a key as configured.
    #[must_use]
    pub fn new(key: String) -> Self {
        Self(Zeroizing::new(key))
    }

    pub(crate) fn reveal(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

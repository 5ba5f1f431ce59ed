//! Is the shopper here: what a beacon terminal saw must match what the order says.
//!
//! Owns the window and the nonce. A sighting that is late or does not match burns the nonce, so no
//! later one of the same nonce stands for it. Signatures are checked by the shell, which says what
//! came of it. Next: [`super::purchase`].

use super::product::Gln;
use crate::time::Timestamp;
use baton_protocol::ids::TerminalId;
use std::fmt;

/// How old a sighting may be when it is matched. Source: checkout specification, the way.
pub const SIGHTING_MS_MAX: u64 = 10_000;
/// How far a terminal's clock may be ahead: they are set by the gateway's answers.
pub const CLOCK_AHEAD_MS_MAX: u64 = 2_000;
/// How long a match stands: the longest run of questions that a shopper has patience for.
pub const PRESENCE_MS_MAX: u64 = 600_000;
/// Sightings of one order that do not match before it is over: a mistake, not a search.
pub const MISMATCHES_MAX: u32 = 3;

/// A number that the page got for this session, used for one match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nonce(pub [u8; 16]);

/// The rotating id by which the phone's page and the terminal know the same device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceMark(pub [u8; 16]);

/// What came of the check of a terminal's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// The terminal that heard it signed it.
    Good,
    /// It did not.
    Bad,
}

/// What a beacon terminal heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Which terminal.
    pub terminal: TerminalId,
    /// In which shop it stands.
    pub shop: Gln,
    /// Which device it heard.
    pub device: DeviceMark,
    /// The nonce that the phone sent along.
    pub nonce: Nonce,
    /// When, on the terminal's clock.
    pub heard_at: Timestamp,
    /// Whether the terminal signed all of that.
    pub signature: Signature,
}

/// Whether the shopper is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// An online shop: nobody has to be here, and the amount is capped instead.
    Remote,
    /// A nonce is out; no sighting yet.
    Awaited(Nonce),
    /// A sighting matched.
    Seen {
        /// When it was matched.
        at: Timestamp,
        /// With which nonce.
        nonce: Nonce,
    },
    /// The nonce is burnt; a new one is needed.
    Burnt,
}

/// Why a sighting proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SightingRefusal {
    /// It was heard too long ago.
    #[error("a sighting may be {SIGHTING_MS_MAX} ms old")]
    Expired,
    /// It was heard in the future.
    #[error("a sighting may be {CLOCK_AHEAD_MS_MAX} ms ahead")]
    Ahead,
    /// The signature is not the terminal's.
    #[error("the sighting is not signed by its terminal")]
    NotSigned,
    /// Another device was heard.
    #[error("the sighting is of another device")]
    OtherDevice,
    /// It was heard in another shop.
    #[error("the sighting is of another shop")]
    OtherShop,
    /// It has another nonce.
    #[error("the sighting has another nonce")]
    OtherNonce,
}

/// What the order says about the shopper's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The shop of the basket.
    pub shop: Gln,
    /// The device that placed the order.
    pub device: DeviceMark,
}

/// Matches a sighting with the order and the nonce that is out.
///
/// # Errors
/// Each variant of [`SightingRefusal`] as it says; whoever asks burns the nonce then.
pub fn match_sighting(
    sighting: &Sighting,
    expected: Expected,
    nonce: Nonce,
    now: Timestamp,
) -> Result<(), SightingRefusal> {
    if sighting.signature == Signature::Bad {
        return Err(SightingRefusal::NotSigned);
    }
    if sighting.shop != expected.shop {
        return Err(SightingRefusal::OtherShop);
    }
    if sighting.device != expected.device {
        return Err(SightingRefusal::OtherDevice);
    }
    if sighting.nonce != nonce {
        return Err(SightingRefusal::OtherNonce);
    }
    if now.since_ms(sighting.heard_at) > SIGHTING_MS_MAX {
        return Err(SightingRefusal::Expired);
    }
    if sighting.heard_at.since_ms(now) > CLOCK_AHEAD_MS_MAX {
        return Err(SightingRefusal::Ahead);
    }
    Ok(())
}

impl SightingRefusal {
    /// Says whether the sighting speaks against the order. One that nobody signed says nothing.
    #[must_use]
    pub const fn counts(self) -> bool {
        match self {
            Self::NotSigned => false,
            Self::Expired
            | Self::Ahead
            | Self::OtherDevice
            | Self::OtherShop
            | Self::OtherNonce => true,
        }
    }

    /// Says whether only the time is wrong, as in a copy of a sighting that was matched before.
    #[must_use]
    pub const fn is_late(self) -> bool {
        match self {
            Self::Expired | Self::Ahead => true,
            Self::NotSigned | Self::OtherDevice | Self::OtherShop | Self::OtherNonce => false,
        }
    }
}

impl Presence {
    /// Says whether a charge may lean on it now.
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> bool {
        match self {
            Self::Remote => true,
            Self::Seen { at, .. } => now.since_ms(*at) <= PRESENCE_MS_MAX,
            Self::Awaited(_) | Self::Burnt => false,
        }
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(…)")
    }
}

impl fmt::Debug for DeviceMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceMark(…)")
    }
}

#[cfg(test)]
mod tests;

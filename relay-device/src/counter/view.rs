//! What people at the counter see, as one value that every face draws in its own way.
//!
//! Owns the words a face may show. There is no way to say "approved" but by a final word of the
//! gateway, which [`super::display`] alone turns into one. Next: [`super::display`].

use baton_protocol::money::Money;

/// Whether the gateway is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It is; payments can be taken.
    Online,
    /// It is not; nothing is taken.
    Offline,
}

/// The one thing to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Headline {
    /// The next phone may come.
    Ready,
    /// No payment can be taken now.
    Offline,
    /// A sale is open for the next phone.
    Sale,
    /// Somebody is typing an amount.
    Typing,
    /// An amount was typed and waits for the next scan.
    Typed,
    /// A payment or membership is on its way.
    Busy,
    /// Nobody knows yet what became of it; nobody may be charged again for it.
    Checking,
    /// The gateway said: charged.
    Approved,
    /// The gateway said: the destination refused, nothing was charged.
    Declined,
    /// The gateway said: it came to nothing, nothing was charged.
    NotCharged,
    /// Something was scanned that is not taken.
    NotTaken {
        /// Why.
        reason: Reason,
    },
}

/// Why a scan or an amount was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Card numbers are never taken.
    Card,
    /// The scanner did not read it whole.
    Unreadable,
    /// It breaks the format that it claims.
    Format,
    /// The amount is none.
    Amount,
    /// It is no payment code.
    NotCode,
    /// No sale is open for it.
    NoSale,
    /// The code was used, or is too old.
    Used,
    /// The gateway does not take it now.
    Refused,
    /// The gateway is not there.
    Offline,
    /// The gateway did not answer; it may have taken it.
    Unknown,
}

impl Reason {
    /// Every reason, for faces that must have words for each.
    pub const ALL: [Self; 10] = [
        Self::Card,
        Self::Unreadable,
        Self::Format,
        Self::Amount,
        Self::NotCode,
        Self::NoSale,
        Self::Used,
        Self::Refused,
        Self::Offline,
        Self::Unknown,
    ];

    /// Returns the word by which the screen's page knows it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Unreadable => "unreadable",
            Self::Format => "format",
            Self::Amount => "amount",
            Self::NotCode => "not-code",
            Self::NoSale => "no-sale",
            Self::Used => "used",
            Self::Refused => "refused",
            Self::Offline => "offline",
            Self::Unknown => "unknown",
        }
    }
}

impl Headline {
    /// Returns the word by which the screen's page knows it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Offline => "offline",
            Self::Sale => "sale",
            Self::Typing => "typing",
            Self::Typed => "typed",
            Self::Busy => "busy",
            Self::Checking => "checking",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::NotCharged => "not-charged",
            Self::NotTaken { .. } => "not-taken",
        }
    }
}

/// Everything that a face may draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whether the gateway is there.
    pub reach: Reach,
    /// The one thing to say.
    pub headline: Headline,
    /// The amount that it is about, if it is known.
    pub amount: Option<Money>,
    /// What was typed and stands beside another headline.
    pub typed: Option<Money>,
    /// Payments that are being checked, the headline's own among them.
    pub checking: usize,
    /// Parts of this terminal that need somebody, by their names in the settings.
    pub troubles: Vec<String>,
    /// Counts words and refusals, so that the same one twice is told apart.
    pub count: u64,
}

//! The accounts of the ledger, as they are written, and how low each may fall.
//!
//! Owns the text of an account and its floor. A capability with a chart of its own nests its
//! accounts in [`super::chart`]. May not know balances. Next: [`super::booking`].

use super::Side;
use super::chart::{MallAccount, RaffleAccount};
use baton_protocol::ids::{DestinationId, ShopId};
use std::fmt;
use std::str::FromStr;

/// Where a line is booked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// What a destination owes until it settles.
    Clearing(DestinationId),
    /// What a shop has earned.
    Merchant(ShopId),
    /// Points that a provider has handed out.
    PointsIssued(DestinationId),
    /// Points that members of a provider hold.
    PointsHeld(DestinationId),
    /// An account of the mall.
    Mall(MallAccount),
    /// An account of raffle sales.
    Raffle(RaffleAccount),
}

/// A text that names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an account is written kind:owner, as in merchant:shop-1")]
pub struct AccountUnknown;

impl Account {
    /// Returns the side on which the account may not fall below zero, if it has such a floor.
    ///
    /// A shop gives back at most what it has earned, and a destination at most what it owes.
    /// Points have none: members come with points from elsewhere.
    #[must_use]
    pub const fn floor(&self) -> Option<Side> {
        match self {
            Self::Clearing(_) => Some(Side::Debit),
            Self::Merchant(_) => Some(Side::Credit),
            Self::PointsIssued(_) | Self::PointsHeld(_) => None,
            Self::Mall(account) => account.floor(),
            Self::Raffle(account) => account.floor(),
        }
    }
}

impl FromStr for Account {
    type Err = AccountUnknown;

    fn from_str(text: &str) -> Result<Self, AccountUnknown> {
        let (kind, owner) = text.split_once(':').ok_or(AccountUnknown)?;
        let destination = || owner.parse().map_err(|_| AccountUnknown);
        match kind {
            "clearing" => destination().map(Self::Clearing),
            "merchant" => owner.parse().map(Self::Merchant).map_err(|_| AccountUnknown),
            "points_issued" => destination().map(Self::PointsIssued),
            "points_held" => destination().map(Self::PointsHeld),
            "mall" => owner.parse().map(Self::Mall),
            "raffle" => owner.parse().map(Self::Raffle),
            _ => Err(AccountUnknown),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clearing(destination) => write!(f, "clearing:{destination}"),
            Self::Merchant(shop) => write!(f, "merchant:{shop}"),
            Self::PointsIssued(destination) => write!(f, "points_issued:{destination}"),
            Self::PointsHeld(destination) => write!(f, "points_held:{destination}"),
            Self::Mall(account) => write!(f, "mall:{account}"),
            Self::Raffle(account) => write!(f, "raffle:{account}"),
        }
    }
}

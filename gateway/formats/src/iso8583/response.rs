//! What response codes (field 39) mean, separately for a sale, an inquiry and a reversal.
//!
//! Owns the tables, in both directions. Whatever is not listed leaves doubt: to a sale it means
//! "unknown", never "declined". Codes follow ISO 8583:1987 where it has one; 79 is Baton's own
//! choice for "reversed before it arrived". Next: `destinations`, which acts on it.

/// Approved, accepted.
pub const APPROVED: &str = "00";
/// A refusal without detail.
pub const DO_NOT_HONOUR: &str = "05";
/// This kind of work is not done here.
pub const TRANSACTION_INVALID: &str = "12";
/// No such code or member.
pub const NUMBER_UNKNOWN: &str = "14";
/// A reversal that will not be done.
pub const NO_ACTION: &str = "21";
/// The transaction is not in the destination's records.
pub const NOT_FOUND: &str = "25";
/// Not enough money or points.
pub const FUNDS: &str = "51";
/// The code's life is over.
pub const EXPIRED: &str = "54";
/// The original was reversed before it arrived.
pub const REVERSED: &str = "79";
/// The issuer cannot be reached.
pub const ISSUER_SILENT: &str = "91";
/// The code was used already.
pub const DUPLICATE: &str = "94";
/// A fault in the destination.
pub const SYSTEM_FAULT: &str = "96";

/// Conclusive refusals: do not honour, invalid merchant, transaction or amount, not permitted, over
/// a limit, restricted, too often.
const REFUSALS: [&str; 9] =
    [DO_NOT_HONOUR, "03", TRANSACTION_INVALID, "13", "57", "58", "61", "62", "65"];

/// What an answer to a sale means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaleMeaning {
    /// Charged.
    Approved,
    /// Not charged.
    Declined(Decline),
    /// Perhaps charged: the code was used, maybe by this very transaction.
    CodeUsed,
    /// Perhaps charged.
    Inconclusive,
}

/// A conclusive "no".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decline {
    /// Not enough money, or points of a member.
    Funds,
    /// The code's life is over.
    Expired,
    /// No such code, or member.
    NumberUnknown,
    /// The original was reversed before it arrived.
    Reversed,
    /// Anything else that the destination will not do.
    Refused,
}

/// What an answer to an inquiry means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InquiryMeaning {
    /// Charged, and it stands.
    Approved,
    /// Not charged, or charged and reversed.
    Declined(Decline),
    /// The code ended unused.
    ExpiredUnused,
    /// Not in the records; that is not "not charged".
    NotFound,
    /// No usable answer.
    Inconclusive,
}

/// What an answer to a reversal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReversalMeaning {
    /// Reversed, now or earlier, or remembered.
    Accepted,
    /// No original, and not remembered.
    OriginalUnknown,
    /// Will not be reversed.
    Refused,
    /// No usable answer.
    Inconclusive,
}

/// Reads field 39 of an answer to a sale.
#[must_use]
pub fn sale(code: &str) -> SaleMeaning {
    match code {
        APPROVED => SaleMeaning::Approved,
        DUPLICATE => SaleMeaning::CodeUsed,
        other => decline(other).map_or(SaleMeaning::Inconclusive, SaleMeaning::Declined),
    }
}

/// Reads field 39 of an answer to an inquiry.
#[must_use]
pub fn inquiry(code: &str) -> InquiryMeaning {
    match code {
        APPROVED => InquiryMeaning::Approved,
        NOT_FOUND => InquiryMeaning::NotFound,
        EXPIRED => InquiryMeaning::ExpiredUnused,
        other => decline(other).map_or(InquiryMeaning::Inconclusive, InquiryMeaning::Declined),
    }
}

/// Reads field 39 of an answer to a reversal.
#[must_use]
pub fn reversal(code: &str) -> ReversalMeaning {
    match code {
        APPROVED => ReversalMeaning::Accepted,
        NOT_FOUND => ReversalMeaning::OriginalUnknown,
        NO_ACTION => ReversalMeaning::Refused,
        _ => ReversalMeaning::Inconclusive,
    }
}

impl Decline {
    /// Returns the response code that says this.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Funds => FUNDS,
            Self::Expired => EXPIRED,
            Self::NumberUnknown => NUMBER_UNKNOWN,
            Self::Reversed => REVERSED,
            Self::Refused => DO_NOT_HONOUR,
        }
    }
}

fn decline(code: &str) -> Option<Decline> {
    match code {
        FUNDS => Some(Decline::Funds),
        EXPIRED => Some(Decline::Expired),
        NUMBER_UNKNOWN => Some(Decline::NumberUnknown),
        REVERSED => Some(Decline::Reversed),
        other => REFUSALS.contains(&other).then_some(Decline::Refused),
    }
}

//! Codes and member ids that make a simulator misbehave in one known way.
//!
//! Owns the one table. A text is magic when it is the name itself or begins with the name and a
//! dash: `X-DROP-1`, `X-DROP-abc`. They work without being issued. Next: [`crate::book`].

use serde::{Deserialize, Serialize};

/// One known way to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Magic {
    /// Declined, not enough money.
    Funds,
    /// Declined without detail.
    Refused,
    /// Declined, the code's life is over.
    Expired,
    /// "Code already used", though it was not.
    Used,
    /// "Cannot tell", and not charged.
    Inconclusive,
    /// Never answers; not charged.
    Silent,
    /// Charges, then drops the connection without an answer.
    Drop,
    /// Charges, answers 20 s later.
    LateShort,
    /// Charges, answers 70 s later.
    LateLong,
    /// Charges, answers twice. HTTP has no second answer: there it is a plain approval.
    Duplicate,
    /// Charges, but the answer names another amount.
    WrongAmount,
    /// Charges; refuses to reverse.
    NoReversal,
    /// Charges; answers to a reversal that it knows no original, and reverses nothing.
    ReversalUnknown,
    /// Charges; declines to give anything back.
    NoRefund,
    /// Charges; gives back what it is asked, and drops the connection without an answer.
    RefundDrop,
    /// Charges; then the next business day begins there.
    CutOver,
    /// Charges; then its line takes no more until the client signs on again.
    SignOff,
    /// Charges; counts another amount when days are compared.
    Unbalanced,
    /// No such member.
    NoMember,
    /// Not enough points.
    NoPoints,
}

/// Name, meaning, and what happens, in words for people.
pub const TABLE: [(&str, Magic, &str); 20] = [
    ("X-FUNDS", Magic::Funds, "declined: not enough money"),
    ("X-REFUSED", Magic::Refused, "declined: refused"),
    ("X-EXPIRED", Magic::Expired, "declined: code expired"),
    ("X-USED", Magic::Used, "code already used, nothing charged"),
    ("X-91", Magic::Inconclusive, "inconclusive (91 or 503), nothing charged"),
    ("X-SILENT", Magic::Silent, "never answers, nothing charged"),
    ("X-DROP", Magic::Drop, "charges, then drops the connection"),
    ("X-LATE20", Magic::LateShort, "charges, answers 20 s later"),
    ("X-LATE70", Magic::LateLong, "charges, answers 70 s later"),
    ("X-DUPLICATE", Magic::Duplicate, "charges, answers twice"),
    ("X-WRONGAMOUNT", Magic::WrongAmount, "charges, answers another amount"),
    ("X-NOREVERSAL", Magic::NoReversal, "charges, refuses to reverse"),
    ("X-REVERSALUNKNOWN", Magic::ReversalUnknown, "charges, knows no original when reversed"),
    ("X-NOREFUND", Magic::NoRefund, "charges, declines refunds and voids"),
    ("X-REFUNDDROP", Magic::RefundDrop, "charges, gives back and drops the connection"),
    ("X-CUTOVER", Magic::CutOver, "charges, then announces the next business day"),
    ("X-SIGNOFF", Magic::SignOff, "charges, then signs the line off"),
    ("X-UNBALANCED", Magic::Unbalanced, "charges, counts another amount when days are compared"),
    ("X-NOMEMBER", Magic::NoMember, "declined: no such member"),
    ("X-NOPOINTS", Magic::NoPoints, "declined: not enough points"),
];

/// Tells which magic a code or member id asks for, if any.
#[must_use]
pub fn lookup(text: &str) -> Option<Magic> {
    let named = |name: &str| {
        text.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    TABLE.iter().find(|(name, _, _)| named(name)).map(|(_, magic, _)| *magic)
}

//! What a destination can say, and how it says it; what a magic code changes about both.
//!
//! Owns the words between [`crate::book`], which decides, and the wire formats, which tell. Next:
//! [`crate::book`].

use crate::magic::Magic;
use baton_protocol::money::Money;
use baton_protocol::work::DeclineReason;

/// Which codes a destination takes besides magic ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codes {
    /// Any code that was never seen.
    Any,
    /// Only codes that it gave out itself.
    Issued,
    /// None: it keeps memberships only.
    Refused,
}

/// What a destination has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Charged.
    Approved {
        /// The amount to name in the answer.
        amount: Money,
        /// The approval number.
        reference: String,
        /// The member's points afterwards.
        balance: Option<i64>,
    },
    /// Not charged.
    Declined(DeclineReason),
    /// Another transaction used the code.
    CodeUsed,
    /// It cannot tell.
    Inconclusive,
}

/// How the answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// At once.
    Now,
    /// At once, and once more.
    Twice,
    /// At once, and then a new business day is announced on the same line. HTTP has no
    /// announcements: there it is at once.
    ThenCutOver,
    /// At once, and then the line is signed off. HTTP has no such lines.
    ThenSignOff,
    /// After the shorter delay.
    LateShort,
    /// After the longer delay.
    LateLong,
    /// The connection is dropped instead.
    Drop,
    /// Not at all.
    Never,
}

/// What is known of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Charged, and it stands.
    Approved {
        /// How much.
        amount: Money,
        /// The approval number.
        reference: String,
    },
    /// Not charged.
    Declined(DeclineReason),
    /// Taken back, or never to be charged.
    Reversed,
    /// Never seen.
    NotFound,
}

/// What was done about a reversal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reversal {
    /// Reversed now or earlier, or remembered.
    Accepted,
    /// No original, and not remembered.
    OriginalUnknown,
    /// Will not be reversed.
    Refused,
}

impl Magic {
    /// Tells whether a code with this magic is charged, or why not.
    pub(crate) const fn judge(self) -> Result<(), DeclineReason> {
        match self {
            Magic::Funds => Err(DeclineReason::Funds),
            Magic::Expired => Err(DeclineReason::CodeExpired),
            Magic::NoMember => Err(DeclineReason::MemberUnknown),
            Magic::NoPoints => Err(DeclineReason::Points),
            Magic::Refused | Magic::Used | Magic::Inconclusive | Magic::Silent => {
                Err(DeclineReason::Refused)
            }
            Magic::Drop
            | Magic::LateShort
            | Magic::LateLong
            | Magic::Duplicate
            | Magic::WrongAmount
            | Magic::NoReversal
            | Magic::ReversalUnknown
            | Magic::NoRefund
            | Magic::RefundDrop
            | Magic::CutOver
            | Magic::SignOff
            | Magic::Unbalanced => Ok(()),
        }
    }

    /// Tells how the first answer about this magic travels.
    pub(crate) const fn delivery(self) -> Delivery {
        match self {
            Magic::Silent => Delivery::Never,
            Magic::Drop => Delivery::Drop,
            Magic::LateShort => Delivery::LateShort,
            Magic::LateLong => Delivery::LateLong,
            Magic::Duplicate => Delivery::Twice,
            Magic::CutOver => Delivery::ThenCutOver,
            Magic::SignOff => Delivery::ThenSignOff,
            Magic::Funds
            | Magic::Refused
            | Magic::Expired
            | Magic::Used
            | Magic::Inconclusive
            | Magic::WrongAmount
            | Magic::NoReversal
            | Magic::ReversalUnknown
            | Magic::NoRefund
            | Magic::RefundDrop
            | Magic::Unbalanced
            | Magic::NoMember
            | Magic::NoPoints => Delivery::Now,
        }
    }
}

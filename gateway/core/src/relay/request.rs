//! Step 1: what a phone may ask.
//!
//! Owns the rules on the shape of a touch that types cannot hold: one half or both, an amount from
//! the right side, within limits. May not look anything up. Next: [`super::lookup`].

use super::halves::comes_first;
use super::lookup::AmountFrom;
use super::sale::Sale;
use super::transaction::Purpose;
use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::ids::{AppId, SaleId, TerminalId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::phone::{
    DestinationKind, MembershipPart, PaymentPart, SaleState, TouchRequest,
};
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::{MembershipAction, Work};

/// The largest amount of one transaction in minor units: twelve digits, as ISO 8583 field 4 holds.
pub const AMOUNT_MINOR_MAX: i64 = 999_999_999_999;

/// A touch whose shape is right: it has a payment, a membership, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// Where.
    pub terminal: TerminalId,
    /// Its halves in the order in which they start: one or two.
    pub halves: Vec<Half>,
    /// The sale that the payment pays.
    pub sale: Option<SaleId>,
}

/// One half of a touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Half {
    /// Through which app.
    pub app: AppId,
    /// What.
    pub work: Work,
}

/// Checks a touch against the open sale of its terminal and the terminal's rule for amounts.
///
/// # Errors
/// [`RefusalCode::BodyInvalid`] when it carries no half, [`RefusalCode::AmountRequired`],
/// [`RefusalCode::AmountInvalid`], [`RefusalCode::SaleNotOpen`].
pub fn check(
    request: TouchRequest,
    sale: Option<&Sale>,
    amount_from: AmountFrom,
) -> Result<Touch, RefusalCode> {
    let TouchRequest { terminal_id: terminal, payment, membership, sale_id } = request;
    let paid = payment.map(|part| check_payment(part, sale_id, sale, amount_from)).transpose()?;
    let (payment, sale) = match paid {
        Some((half, sale)) => (Some(half), sale),
        None if sale_id.is_some() => return Err(RefusalCode::BodyInvalid),
        None => (None, None),
    };
    let membership = membership.map(check_membership).transpose()?;
    let redeems = membership.as_ref().is_some_and(|half| comes_first(purpose(&half.work)));
    let halves: Vec<Half> = if redeems {
        membership.into_iter().chain(payment).collect()
    } else {
        payment.into_iter().chain(membership).collect()
    };
    if halves.is_empty() {
        return Err(RefusalCode::BodyInvalid);
    }
    Ok(Touch { terminal, halves, sale })
}

/// Makes the touch of a code that a terminal's scanner read, for an app of this kind: a payment
/// takes its amount from the open sale, and a member is shown, for a scan says no points.
///
/// # Errors
/// [`RefusalCode::BodyInvalid`] when a member id cannot be one.
pub fn scanned(
    terminal_id: TerminalId,
    app_id: AppId,
    kind: DestinationKind,
    code: PaymentCode,
) -> Result<TouchRequest, RefusalCode> {
    let nothing = TouchRequest { terminal_id, payment: None, membership: None, sale_id: None };
    Ok(match kind {
        DestinationKind::Acquirer | DestinationKind::Wallet => {
            let payment = Some(PaymentPart { app_id, code, amount: None, currency: None });
            TouchRequest { payment, ..nothing }
        }
        DestinationKind::Membership => {
            let member_id = MemberId::parse(code.reveal().to_owned());
            let member_id = member_id.map_err(|_| RefusalCode::BodyInvalid)?;
            let action = MembershipAction::Balance;
            let membership = Some(MembershipPart { app_id, member_id, action, points: None });
            TouchRequest { membership, ..nothing }
        }
    })
}

/// Returns what a piece of work is for.
#[must_use]
pub const fn purpose(work: &Work) -> Purpose {
    match work {
        Work::Payment { .. } => Purpose::Payment,
        Work::Membership { action: MembershipAction::Accrue, .. } => Purpose::Accrue,
        Work::Membership { action: MembershipAction::Redeem, .. } => Purpose::Redeem,
        Work::Membership { action: MembershipAction::Balance, .. } => Purpose::Balance,
    }
}

fn check_payment(
    part: PaymentPart,
    sale_id: Option<SaleId>,
    sale: Option<&Sale>,
    amount_from: AmountFrom,
) -> Result<(Half, Option<SaleId>), RefusalCode> {
    let open = sale.filter(|sale| sale.state == SaleState::Open);
    if sale_id.is_some() && sale_id != open.map(|sale| sale.id) {
        return Err(RefusalCode::SaleNotOpen);
    }
    let named = match (part.amount, part.currency) {
        (Some(minor), Some(currency)) => Some(Money::new(minor, currency)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(RefusalCode::AmountInvalid),
    };
    let amount = match (open.map(|sale| sale.amount), named, amount_from) {
        (Some(asked), Some(named), _) if asked != named => return Err(RefusalCode::AmountInvalid),
        (Some(asked), _, _) => asked,
        (None, Some(named), AmountFrom::Phone) => named,
        (None, None, _) | (None, Some(_), AmountFrom::Sale) => {
            return Err(RefusalCode::AmountRequired);
        }
    };
    check_amount(amount)?;
    let work = Work::Payment { code: part.code, amount };
    Ok((Half { app: part.app_id, work }, open.map(|sale| sale.id)))
}

fn check_membership(part: MembershipPart) -> Result<Half, RefusalCode> {
    let points = match (part.action, part.points) {
        (MembershipAction::Balance, None | Some(0)) => 0,
        (MembershipAction::Balance, Some(_)) => return Err(RefusalCode::AmountInvalid),
        (MembershipAction::Accrue | MembershipAction::Redeem, None) => {
            return Err(RefusalCode::AmountRequired);
        }
        (MembershipAction::Accrue | MembershipAction::Redeem, Some(points)) => {
            if !(1..=AMOUNT_MINOR_MAX).contains(&points) {
                return Err(RefusalCode::AmountInvalid);
            }
            points
        }
    };
    let work = Work::Membership { member_id: part.member_id, action: part.action, points };
    Ok(Half { app: part.app_id, work })
}

/// Checks an amount that somebody wants to be paid.
///
/// # Errors
/// [`RefusalCode::AmountInvalid`] when it is not 1 to [`AMOUNT_MINOR_MAX`], or is in points.
pub fn check_amount(amount: Money) -> Result<(), RefusalCode> {
    let payable = amount.currency != Currency::POINTS;
    if payable && (1..=AMOUNT_MINOR_MAX).contains(&amount.minor) {
        return Ok(());
    }
    Err(RefusalCode::AmountInvalid)
}

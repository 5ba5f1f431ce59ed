//! Step 1: what a phone may ask.
//!
//! Owns the rules on the shape of a touch that types cannot hold: one half, an amount from the
//! right side, within limits. May not look anything up. Next: [`super::lookup`].

use super::lookup::AmountFrom;
use super::sale::Sale;
use baton_protocol::ids::{AppId, SaleId, TerminalId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::phone::{MembershipPart, PaymentPart, SaleState, TouchRequest};
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::{MembershipAction, Work};

/// The largest amount of one transaction in minor units: twelve digits, as ISO 8583 field 4 holds.
pub const AMOUNT_MINOR_MAX: i64 = 999_999_999_999;

/// A touch whose shape is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// Where.
    pub terminal: TerminalId,
    /// Through which app.
    pub app: AppId,
    /// What.
    pub work: Work,
    /// The sale that it pays.
    pub sale: Option<SaleId>,
}

/// Checks a touch against the open sale of its terminal and the terminal's rule for amounts.
///
/// # Errors
/// [`RefusalCode::BodyInvalid`] when it carries no half or both, [`RefusalCode::AmountRequired`],
/// [`RefusalCode::AmountInvalid`], [`RefusalCode::SaleNotOpen`].
pub fn check(
    request: TouchRequest,
    sale: Option<&Sale>,
    amount_from: AmountFrom,
) -> Result<Touch, RefusalCode> {
    let TouchRequest { terminal_id, payment, membership, sale_id } = request;
    match (payment, membership) {
        (Some(part), None) => check_payment(terminal_id, part, sale_id, sale, amount_from),
        (None, Some(part)) => check_membership(terminal_id, part, sale_id),
        (None, None) | (Some(_), Some(_)) => Err(RefusalCode::BodyInvalid),
    }
}

fn check_payment(
    terminal: TerminalId,
    part: PaymentPart,
    sale_id: Option<SaleId>,
    sale: Option<&Sale>,
    amount_from: AmountFrom,
) -> Result<Touch, RefusalCode> {
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
    Ok(Touch { terminal, app: part.app_id, work, sale: open.map(|sale| sale.id) })
}

fn check_membership(
    terminal: TerminalId,
    part: MembershipPart,
    sale_id: Option<SaleId>,
) -> Result<Touch, RefusalCode> {
    if sale_id.is_some() {
        return Err(RefusalCode::BodyInvalid);
    }
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
    Ok(Touch { terminal, app: part.app_id, work, sale: None })
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

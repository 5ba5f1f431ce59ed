//! From what scanners read and clerks type to what the gateway is asked for.
//!
//! Owns which readings are asked about and what the counter is told of the answers. A reading goes to the
//! gateway while it is fresh or not at all: nothing is kept for later, for its code pays only once
//! and its shopper waits now. What becomes of it, the gateway's tables say. Next: [`crate::scan`].

use crate::counter::display::Input;
use crate::counter::{Counter, Reason};
use crate::keypad::{Typed, Wish};
use crate::scan::{Heard, Kind, Scan, Scans};
use baton_link::asks::{Answer, Asks};
use baton_protocol::code::{CodeInvalid, PaymentCode};
use baton_protocol::refusal::RefusalCode;

/// What became of one reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Nothing to pay with: a label, a web address, a tag or a beacon.
    NotForPaying,
    /// It cannot be a payment code, and was asked about nowhere.
    Invalid(CodeInvalid),
    /// What the gateway said.
    Said(Answer),
}

/// Pays with what the scanners of this terminal read, until there are none.
///
/// **Order** one reading after the other: the next waits until the gateway has answered. **Repeat**
/// the same code again is refused by the gateway with where its first payment stands.
pub async fn serve(mut scans: Scans, asks: Asks, counter: Counter) {
    while let Some(heard) = scans.next().await {
        counter.heard(&heard);
        match heard {
            Heard::Ready { source } => tracing::info!(%source, "scanner ready"),
            Heard::Scan(scan) => {
                let became = pay(&scan, &asks).await;
                tracing::info!(?scan, ?became, "scanned");
                if let Some(reason) = became.reason() {
                    counter.tell(Input::Refused { reason });
                }
            }
            Heard::Refused { source, refusal } => tracing::warn!(%source, %refusal, "not taken"),
            Heard::Trouble { source, reason } => tracing::warn!(%source, %reason, "scanner"),
        }
    }
}

/// Opens a sale of what the clerk types, and closes it when the clerk takes it back. Runs for ever.
pub async fn keypad(typed: Typed, asks: Asks) {
    loop {
        let amount = match typed.wish().await {
            Wish::Pay(amount) => Some(amount),
            Wish::Clear => None,
        };
        let answer = asks.open_sale(amount).await;
        tracing::info!(amount = ?amount.map(|amount| amount.to_string()), ?answer, "typed");
        if let Some(reason) = Told::Said(answer).reason() {
            typed.refused(reason);
        }
    }
}

impl Told {
    /// Why the counter must be told that it was not taken.
    const fn reason(self) -> Option<Reason> {
        match self {
            Self::NotForPaying | Self::Said(Answer::Taken { .. }) => None,
            Self::Invalid(CodeInvalid::CardNumber) => Some(Reason::Card),
            Self::Invalid(CodeInvalid::Length | CodeInvalid::Character) => Some(Reason::Format),
            Self::Said(Answer::Offline) => Some(Reason::Offline),
            Self::Said(Answer::Busy) => Some(Reason::Busy),
            Self::Said(Answer::Unknown) => Some(Reason::Doubt),
            Self::Said(Answer::Refused { code, .. }) => Some(refused(code)),
        }
    }
}

/// What people at the counter can do about a rule, in a few words; the log names the rule.
const fn refused(code: RefusalCode) -> Reason {
    use RefusalCode as Code;
    if matches!(code, Code::AmountRequired | Code::SaleNotOpen) {
        return Reason::NoSale;
    }
    if matches!(code, Code::AppUnknown | Code::AppKindWrong) {
        return Reason::Unknown;
    }
    if matches!(code, Code::DuplicateCode | Code::CodeExpired) {
        return Reason::Used;
    }
    if matches!(code, Code::AmountInvalid) {
        return Reason::Amount;
    }
    if matches!(code, Code::Busy) { Reason::Busy } else { Reason::Away }
}

async fn pay(scan: &Scan, asks: &Asks) -> Told {
    match &scan.kind {
        Kind::PaymentCode { .. } | Kind::ConsumerCode | Kind::Plain => {}
        Kind::Retail(_)
        | Kind::Gs1(_)
        | Kind::Tag(_)
        | Kind::Beacon(_)
        | Kind::Link(_)
        | Kind::Address
        | Kind::MerchantCode => return Told::NotForPaying,
    }
    match PaymentCode::parse(scan.reveal().to_owned()) {
        Ok(code) => Told::Said(asks.pay(code).await),
        Err(invalid) => Told::Invalid(invalid),
    }
}

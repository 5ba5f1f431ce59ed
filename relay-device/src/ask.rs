//! From what scanners read to what the gateway is asked for.
//!
//! Owns which readings are asked about and what is said of the answers. A reading goes to the
//! gateway while it is fresh or not at all: nothing is kept for later, for its code pays only once
//! and its shopper waits now. What becomes of it, the gateway's tables say. Next: [`crate::scan`].

use crate::scan::{Heard, Kind, Scan, Scans};
use baton_link::asks::{Answer, Asks};
use baton_protocol::code::{CodeInvalid, PaymentCode};

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
pub async fn serve(mut scans: Scans, asks: Asks, told: impl Fn(Told) + Send) {
    while let Some(heard) = scans.next().await {
        match heard {
            Heard::Ready { source } => tracing::info!(%source, "scanner ready"),
            Heard::Scan(scan) => {
                let became = pay(&scan, &asks).await;
                tracing::info!(?scan, ?became, "scanned");
                told(became);
            }
            Heard::Refused { source, refusal } => tracing::warn!(%source, %refusal, "not taken"),
            Heard::Trouble { source, reason } => tracing::warn!(%source, %reason, "scanner"),
        }
    }
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

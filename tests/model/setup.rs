//! The kinds of destination and route that the model runs with, and its figures.
//!
//! Owns the constants of the one modelled transaction. The four automatic setups are those of the
//! checked model; the manual ones leave every doubt to people. Next: `destination.rs`.

use baton_core::relay::capability::Capabilities;
use baton_core::relay::plan::{Executor, Route};
use baton_core::relay::transaction::{Facts, Links, Purpose};
use baton_core::time::Timestamp;
use baton_protocol::ids::{DestinationId, ShopId, TerminalId, TouchId, TransactionId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::policy::Policy;
use uuid::Uuid;

/// The one transaction of the model.
pub const ID: TransactionId = TransactionId::new(Uuid::from_u128(1));
/// What it is about.
pub const AMOUNT: Money = Money::new(4_500, Currency::KRW);
/// The keyed digest of its code.
pub const DIGEST: &str = "digest";
/// What the gateway's clock shows when the device's shows 0, so that the two are never mixed up.
const GATEWAY_CLOCK_START_MS: i64 = 1_000_000;

/// Whether an inquiry about an unused code that is past its life says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// "Expired unused".
    Told,
    /// Only "not found", as before.
    Silent,
}

/// One kind of destination on one route.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// For people.
    pub name: &'static str,
    /// Who executes.
    pub route: Route,
    /// What Table 2 declares, and what the modelled destination then does.
    pub declared: &'static str,
    /// How it answers about a dead code.
    pub ended: Ended,
}

/// Route S, tombstone and idempotent.
pub const TOMBSTONE: Setup = setup("S, tombstone + idempotent", "C1,C2,C3,C4,C5,C6,C7");
/// Route S, no tombstone, "code used", explicit expiry.
pub const CODE_USED: Setup = setup("S, code used, expiry told", "C1,C3,C4,C6,C7");
/// Route S, no tombstone, no explicit expiry: only a late inquiry counts.
pub const LATE_ONLY: Setup = Setup {
    name: "S, code used, late inquiry only",
    ended: Ended::Silent,
    ..setup("", "C1,C3,C4,C6,C7")
};
/// Route P, forward only, although the destination could reverse.
pub const PAIRED: Setup =
    Setup { name: "P, forward only", route: Route::Paired, ..setup("", "C1,C3,C4,C6,C7") };
/// Route S, no end of a code's life is told: only the reversal proves anything.
pub const REVERSAL_ONLY: Setup = setup("S, reversal only", "C2,C3,C4,C5");
/// Manual class: a declined code stays live.
pub const DECLINE_LIVE: Setup = setup("S, a declined code stays live", "C1,C3,C4,C5,C6");
/// Manual class: it can be asked, nothing else.
pub const ASK_ONLY: Setup = setup("S, inquiry only", "C1,C3,C7");
/// Manual class: it declares nothing at all, and an id may be charged many times.
pub const NOTHING: Setup = setup("S, nothing declared", "");
/// Manual class beside a POS.
pub const PAIRED_MANUAL: Setup =
    Setup { name: "P, manual class", route: Route::Paired, ..setup("", "C1,C3,C4") };

const fn setup(name: &'static str, declared: &'static str) -> Setup {
    Setup { name, route: Route::Standalone, declared, ended: Ended::Told }
}

impl Setup {
    /// Returns what is declared, read as the gateway reads Table 2.
    pub fn capabilities(&self) -> Capabilities {
        Capabilities::parse(self.declared).unwrap_or_default()
    }

    /// Returns what never changes about the one transaction.
    pub fn facts(&self) -> Option<Facts> {
        let terminal: TerminalId = "t-1".parse().ok()?;
        let shop: ShopId = "s-1".parse().ok()?;
        let destination: DestinationId = "d-1".parse().ok()?;
        Some(Facts {
            id: ID,
            touch: TouchId::new(Uuid::from_u128(2)),
            app: "a-1".parse().ok()?,
            shop,
            destination,
            capabilities: self.capabilities(),
            route: self.route,
            executor: Executor::Terminal(terminal.clone()),
            terminal,
            purpose: Purpose::Payment,
            amount: AMOUNT,
            code_digest: DIGEST.to_owned(),
            accepted_at: gateway_time(0),
            links: Links::default(),
        })
    }
}

/// What the gateway's clock shows.
pub fn gateway_time(now_ms: u64) -> Timestamp {
    Timestamp::from_ms(GATEWAY_CLOCK_START_MS).after_ms(now_ms)
}

/// Turns a time of the gateway's clock back.
pub fn world_time(at: Timestamp) -> u64 {
    at.since_ms(gateway_time(0))
}

/// When the destination stops taking the code, at the latest: its clock may be behind.
pub fn code_dead_ms(policy: &Policy) -> u64 {
    policy.code_life_ms + policy.clock_skew_ms
}

/// The first moment at which an inquiry that leaves then proves something by "not found".
pub fn late_ms(policy: &Policy) -> u64 {
    code_dead_ms(policy) + policy.message_life_ms + 1
}

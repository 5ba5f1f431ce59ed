//! A blow must be counted under the row that it was for the transaction that it met.
//!
//! Owns small histories; each test asks for one moment.

use super::*;
use crate::faults::{Blow, Victim, Wire};
use crate::history::{AuditLine, Cast, Journal, JournalLine};
use crate::proxy::Weather;

/// One transaction at the first counter: dispatched at 110, submitted at 120, approved at 200.
fn history() -> History {
    let step = |at: i64, from: &str, to: &str| AuditLine {
        body: json!({"txn": "t-1", "from": from, "to": to, "t": at}),
        ..AuditLine::default()
    };
    let line = |at: i64, ev: &str| JournalLine {
        seq: 1,
        prev: String::new(),
        hash: String::new(),
        body: json!({"txn": "t-1", "ev": ev, "at": at}),
    };
    let counter = || "counter-0".to_owned();
    History {
        cast: Cast { devices: [(counter(), counter())].into(), ..Cast::default() },
        transactions: vec![Transaction {
            id: "t-1".to_owned(),
            terminal: "counter-0".to_owned(),
            app: "wallet-app".to_owned(),
            state: "approved".to_owned(),
            accepted_ms: 100,
            final_ms: Some(200),
            ..Transaction::default()
        }],
        audit: vec![
            step(100, "", "received"),
            step(110, "received", "dispatched"),
            step(200, "dispatched", "approved"),
        ],
        journals: vec![Journal {
            device: "counter-0".to_owned(),
            lines: vec![line(115, "accepted"), line(120, "submitted"), line(190, "result")],
        }],
        ..History::default()
    }
}

fn rows(blow: Blow, from_ms: i64) -> Vec<&'static str> {
    let dealt = Dealt { blow, from_ms, to_ms: from_ms };
    let covered = of(&history(), &Pages::default(), &[dealt], &[]);
    let met = covered.rows.into_iter().filter(|(_, row)| !row.outcomes.is_empty());
    met.map(|(name, _)| name).collect()
}

#[test]
fn a_device_killed_after_it_submitted_is_not_one_killed_before() {
    let kill = Blow::Kill { victim: Victim::Device(0), down_ms: 0 };

    assert_eq!(rows(kill, 112), ["F17"]);
    assert_eq!(rows(kill, 117), ["F18"]);
    assert_eq!(rows(kill, 150), ["F19", "F20"]);
}

#[test]
fn a_blow_on_another_device_or_at_another_time_met_nobody() {
    let other = Blow::Kill { victim: Victim::Device(1), down_ms: 0 };
    let own = Blow::Kill { victim: Victim::Device(0), down_ms: 0 };

    assert!(rows(other, 150).is_empty());
    assert!(rows(own, 900).is_empty());
}

#[test]
fn a_killed_gateway_is_counted_by_where_its_transaction_stood() {
    let kill = Blow::Kill { victim: Victim::Gateway, down_ms: 0 };

    assert_eq!(rows(kill, 105), ["F4", "F7"]);
    assert_eq!(rows(kill, 150), ["F31", "F4", "F8"]);
}

#[test]
fn a_half_open_link_is_counted_even_if_it_met_nobody() {
    let blow = Blow::Weather { wire: Wire::Device(3), weather: Weather::HalfOpen, ms: 1 };
    let dealt = Dealt { blow, from_ms: 900, to_ms: 901 };

    let covered = of(&history(), &Pages::default(), &[dealt], &[]);

    assert_eq!(covered.rows.get("F16").map(|row| row.tried), Some(1));
    assert_eq!(covered.steps.get("T4"), Some(&1));
}

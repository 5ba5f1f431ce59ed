//! Rows F1 to F39: which of them a blow was for a transaction, by what the books say of its moment.
//!
//! Owns the reading of moments: where the gateway stood by its audit, where a device stood by its
//! journal. Next: `report`.

use crate::blows::Dealt;
use crate::book::Pages;
use crate::faults::{Blow, Victim, Wire};
use crate::history::{History, JournalLine, Transaction};
use crate::proxy::{Way, Weather};
use crate::stage::name_of;
use serde_json::Value;
use std::collections::BTreeMap;

/// How far the journals' clock and ours may be apart in reading, in milliseconds: both read the
/// same machine's clock, and rounding is all.
const ROUNDING_MS: i64 = 1;
/// Down for longer than this, in milliseconds, the gateway decides without the device.
const DEAD_MS: i64 = 8_000;

/// T1 to T16 by their states, as the transaction table names them.
const STEPS: &[(&str, &str, &str)] = &[
    ("", "received", "T1"),
    ("received", "rejected", "T2"),
    ("received", "dispatched", "T3"),
    ("dispatched", "approved", "T4"),
    ("dispatched", "declined", "T5"),
    ("dispatched", "cancelled", "T6"),
    ("dispatched", "unknown", "T7"),
    ("unknown", "approved", "T8"),
    ("unknown", "declined", "T9"),
    ("unknown", "cancelled", "T10"),
    ("unknown", "expired", "T11"),
    ("unknown", "reversing", "T12"),
    ("unknown", "suspense", "T13"),
    ("reversing", "suspense", "T13"),
    ("reversing", "reversed", "T14"),
    ("reversing", "expired", "T15"),
    ("reversing", "declined", "T15"),
    ("suspense", "approved", "T16"),
    ("suspense", "declined", "T16"),
    ("suspense", "reversed", "T16"),
    ("suspense", "expired", "T16"),
];

/// Codes that misbehave, and the row that each is.
const MAGIC_ROWS: &[(&str, &str)] = &[
    ("X-SILENT", "F23"),
    ("X-DROP", "F25"),
    ("X-LATE20", "F26"),
    ("X-DUPLICATE", "F27"),
    ("X-WRONGAMOUNT", "F28"),
    ("X-91", "F29"),
    ("X-USED", "F30"),
];

/// Counts every step of the audit by its name.
pub fn steps(history: &History) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in &history.audit {
        let (from, to) = (line.text("from"), line.text("to"));
        if let Some((_, _, name)) = STEPS.iter().find(|step| (step.0, step.1) == (from, to)) {
            *counts.entry((*name).to_owned()).or_default() += 1;
        }
    }
    counts
}

/// Tells whether a blow could reach a transaction at all.
pub fn concerned(history: &History, transaction: &Transaction, blow: Blow) -> bool {
    let executor = history.executor_of(transaction);
    let device = |victim| executor.is_some_and(|executor| executor == name_of(victim));
    let pos = |number| device(Victim::Agent(number));
    let at = |destination: &str| history.app_of(transaction).destination == destination;
    match blow {
        Blow::Kill { victim, .. } | Blow::Freeze { victim, .. } => match victim {
            Victim::Gateway => true,
            Victim::Device(_) | Victim::Agent(_) => device(victim),
            Victim::Pos(number) => pos(number),
            Victim::Wallet => at("wallet"),
            Victim::Acquirer => at("card"),
            Victim::Membership => at("points"),
        },
        Blow::FullDisk { victim: Victim::Gateway, .. }
        | Blow::Clock { victim: Victim::Gateway, .. }
        | Blow::ClockRestart { .. }
        | Blow::Fsync => true,
        Blow::FullDisk { victim, .. } | Blow::Clock { victim, .. } => device(victim),
        Blow::Cut { wire } | Blow::Weather { wire, .. } => match wire {
            Wire::Phones => true,
            Wire::Device(number) => device(Victim::Device(number)),
            Wire::Agent(number) => device(Victim::Agent(number)),
            Wire::Pos(number) => pos(number),
            Wire::Wallet => at("wallet"),
            Wire::Card => at("card"),
            Wire::Points => at("points"),
        },
    }
}

/// Rows that a blow is whether or not a transaction was under way.
pub fn always(blow: Blow) -> &'static [&'static str] {
    match blow {
        Blow::Freeze { victim: Victim::Gateway, .. } => &["F11"],
        Blow::Weather { wire: Wire::Phones, weather: Weather::Refusing, .. } => &["F38"],
        Blow::Weather { wire, weather: Weather::HalfOpen, .. } if of_device(wire) => &["F16"],
        Blow::FullDisk { victim: Victim::Gateway, .. } | Blow::Fsync => &["F10"],
        Blow::FullDisk { .. } => &["F22"],
        Blow::Clock { .. } | Blow::ClockRestart { .. } => &["F12"],
        Blow::Kill { .. } | Blow::Freeze { .. } | Blow::Cut { .. } | Blow::Weather { .. } => &[],
    }
}

const fn of_device(wire: Wire) -> bool {
    matches!(wire, Wire::Device(_) | Wire::Agent(_))
}

/// Where everybody stood when.
pub struct Books<'a> {
    history: &'a History,
    audit: BTreeMap<String, Vec<(i64, String)>>,
    journals: BTreeMap<&'a str, Vec<&'a JournalLine>>,
}

/// Where a device stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Device {
    Nothing,
    Accepted,
    Submitted,
    Done,
}

impl<'a> Books<'a> {
    /// Sorts the books by transaction.
    pub fn new(history: &'a History) -> Self {
        let mut audit: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
        for line in &history.audit {
            let at = line.body.get("t").and_then(Value::as_i64).unwrap_or(0);
            let (id, to) = (line.text("txn").to_owned(), line.text("to").to_owned());
            audit.entry(id).or_default().push((at, to));
        }
        let mut journals: BTreeMap<&str, Vec<&JournalLine>> = BTreeMap::new();
        for line in history.journals.iter().flat_map(|journal| &journal.lines) {
            journals.entry(line.text("txn")).or_default().push(line);
        }
        Self { history, audit, journals }
    }

    /// Returns the rows that a blow was for a transaction.
    pub fn rows_of(&self, transaction: &Transaction, dealt: &Dealt) -> Vec<&'static str> {
        let state = self.state_at(&transaction.id, dealt.from_ms);
        let device = self.device_at(&transaction.id, dealt.from_ms);
        let lasted_ms = dealt.to_ms - dealt.from_ms;
        match dealt.blow {
            Blow::Kill { victim: Victim::Gateway, .. } => gateway_killed(state),
            Blow::Freeze { victim: Victim::Gateway, .. } => vec!["F11"],
            Blow::Kill { victim: Victim::Device(_) | Victim::Agent(_), .. } => {
                device_killed(device, lasted_ms)
            }
            Blow::Freeze { victim: Victim::Device(_) | Victim::Agent(_), .. } => {
                if device == Device::Nothing { vec!["F15"] } else { vec!["F21"] }
            }
            Blow::Kill { victim: Victim::Pos(_), .. } => vec!["F35"],
            Blow::Freeze { victim: Victim::Pos(_), .. } => vec!["F36"],
            Blow::FullDisk { .. }
            | Blow::Clock { .. }
            | Blow::ClockRestart { .. }
            | Blow::Fsync => always(dealt.blow).to_vec(),
            Blow::Kill { .. } => vec!["F25"],
            Blow::Freeze { .. } => vec!["F24"],
            Blow::Cut { wire } => broken(wire, Weather::Refusing, state, device),
            Blow::Weather { wire, weather, .. } => broken(wire, weather, state, device),
        }
    }

    /// Codes and phones that misbehave by themselves, by row: how many, and their transactions.
    pub fn misbehaved(&self, pages: &Pages) -> Vec<(&'static str, usize, Vec<&'a Transaction>)> {
        let mut rows: BTreeMap<&'static str, (usize, Vec<&Transaction>)> = BTreeMap::new();
        let mut by_key: BTreeMap<&str, Vec<&Transaction>> = BTreeMap::new();
        for one in &self.history.transactions {
            by_key.entry(&one.key).or_default().push(one);
        }
        for (key, what) in &pages.manners {
            let touch = by_key.get(key.as_str()).into_iter().flatten();
            let magic = MAGIC_ROWS.iter().find(|(name, _)| what == name).map(|row| row.1);
            let row = magic.or(match what.as_str() {
                "never sends" => Some("F1"),
                "doubles" => Some("F3"),
                _ => None,
            });
            if let Some(row) = row {
                let met = rows.entry(row).or_default();
                met.0 += 1;
                met.1.extend(touch);
            }
        }
        rows.into_iter().map(|(row, (tried, met))| (row, tried, met)).collect()
    }

    fn state_at(&self, id: &str, at_ms: i64) -> &str {
        let steps = self.audit.get(id).map(Vec::as_slice).unwrap_or_default();
        let before = steps.iter().rev().find(|(at, _)| *at <= at_ms + ROUNDING_MS);
        before.map_or("", |(_, to)| to.as_str())
    }

    fn device_at(&self, id: &str, at_ms: i64) -> Device {
        let lines = self.journals.get(id).map(Vec::as_slice).unwrap_or_default();
        let before =
            lines.iter().rev().find(|line| line.number("at").unwrap_or(0) <= at_ms + ROUNDING_MS);
        match before.map(|line| line.text("ev")) {
            None => Device::Nothing,
            Some("accepted") => Device::Accepted,
            Some("submitted") => Device::Submitted,
            Some(_) => Device::Done,
        }
    }
}

fn gateway_killed(state: &str) -> Vec<&'static str> {
    match state {
        "" => vec!["F2", "F4"],
        "received" => vec!["F4", "F7"],
        "dispatched" => vec!["F4", "F8", "F31"],
        "reversing" => vec!["F33"],
        "unknown" => vec!["F8"],
        _ => vec!["F32"],
    }
}

fn device_killed(device: Device, lasted_ms: i64) -> Vec<&'static str> {
    let mut rows = match device {
        Device::Nothing => vec!["F17"],
        Device::Accepted => vec!["F18"],
        Device::Submitted => vec!["F19", "F20"],
        Device::Done => vec!["F31", "F32"],
    };
    if lasted_ms >= DEAD_MS {
        rows.push("F21");
    }
    rows
}

fn broken(wire: Wire, weather: Weather, state: &str, device: Device) -> Vec<&'static str> {
    match wire {
        Wire::Phones => match weather {
            Weather::CutAfter { way: Way::Up, .. } => vec!["F2"],
            Weather::Refusing => vec!["F5", "F38"],
            Weather::Clear
            | Weather::HalfOpen
            | Weather::Slow
            | Weather::Late { .. }
            | Weather::CutAfter { .. } => vec!["F5"],
        },
        Wire::Device(_) | Wire::Agent(_) => match (weather, device) {
            (Weather::HalfOpen, _) => vec!["F16"],
            (Weather::Late { .. } | Weather::Slow, Device::Nothing) => vec!["F15"],
            (_, Device::Nothing) => vec!["F14"],
            (_, Device::Accepted | Device::Submitted) => vec!["F31"],
            (_, Device::Done) => vec!["F31", "F32"],
        },
        Wire::Pos(_) => vec!["F36"],
        Wire::Wallet | Wire::Card | Wire::Points => match (weather, state) {
            (_, "reversing") => vec!["F33"],
            (Weather::CutAfter { way: Way::Up, .. } | Weather::Refusing, _) => vec!["F23"],
            (Weather::Late { .. }, _) => vec!["F24"],
            (Weather::HalfOpen, _) => vec!["F23", "F26"],
            _ => vec!["F26"],
        },
    }
}

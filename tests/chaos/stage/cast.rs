//! The programs of a run and their arguments.
//!
//! Owns names and command lines. Starts nothing. Next: `tables`.

use super::{Addresses, devices};
use crate::faults::{Victim, Wire};
use crate::plan::{MEMBERS, POINTS_FIRST, Place, TILLS};
use crate::process::Program;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// What X-LATE20 waits, in milliseconds: longer than a device waits for an answer.
const LATE_MS: u64 = 4_000;

/// Returns the name of a program, which is also its folder's or its log's.
pub fn name_of(victim: Victim) -> String {
    match victim {
        Victim::Gateway => "gateway".to_owned(),
        Victim::Device(number) => super::terminal_of(Place::Counter(number)),
        Victim::Agent(number) => format!("agent-{number}"),
        Victim::Wallet => "wallet".to_owned(),
        Victim::Acquirer => "acquirer".to_owned(),
        Victim::Membership => "membership".to_owned(),
        Victim::Pos(number) => format!("pos-{number}"),
    }
}

/// Returns the settings file of a program.
pub fn settings_of(folder: &Path, victim: Victim) -> PathBuf {
    folder.join(format!("{}.toml", name_of(victim)))
}

/// Returns the name of a member.
pub fn member(number: u64) -> String {
    format!("M-{}", 1_001 + number)
}

/// Names every program; starts none.
///
/// # Errors
/// When one was not built.
pub fn programs(
    folder: &Path,
    addresses: &Addresses,
    log_level: &str,
) -> anyhow::Result<BTreeMap<Victim, Mutex<Program>>> {
    let new =
        |victim: Victim, binary: &str| Program::new(&name_of(victim), binary, folder, log_level);
    let config = |victim| settings_of(folder, victim).display().to_string();
    let mut programs = BTreeMap::new();
    let gateway = new(Victim::Gateway, "baton-gateway")?;
    let gateway = gateway.with(&["serve", "--config", &config(Victim::Gateway)]);
    programs.insert(Victim::Gateway, Mutex::new(gateway));
    for (victim, at) in [
        (Victim::Wallet, addresses.wallet),
        (Victim::Acquirer, addresses.acquirer),
        (Victim::Membership, addresses.membership),
    ] {
        let late = LATE_MS.to_string();
        let mut program = new(victim, "baton-sim")?.with(&[&name_of(victim)]);
        program = program.with(&["--listen", &at.to_string(), "--late-short-ms", &late]);
        program = program.with(&["--ledger", &ledger_of(folder, victim)]);
        if victim == Victim::Membership {
            for number in 0..MEMBERS {
                program =
                    program.with(&["--member", &format!("{}={POINTS_FIRST}", member(number))]);
            }
        }
        programs.insert(victim, Mutex::new(program));
    }
    for number in 0..TILLS {
        let victim = Victim::Pos(number);
        let at = addresses.pos.get(number).copied().unwrap_or(addresses.public).to_string();
        let wallet = format!("wallet-app=http://{}", addresses.front(Wire::Wallet));
        let points = format!("points-app=http://{}", addresses.front(Wire::Points));
        let program = new(victim, "baton-sim")?.with(&["pos", "--listen", &at]);
        let program = program.with(&["--terminal", &super::terminal_of(Place::Till(number))]);
        let program = program.with(&["--app", &wallet, "--app", &points]);
        let program = program.with(&["--ledger", &ledger_of(folder, victim)]);
        programs.insert(victim, Mutex::new(program));
    }
    for victim in devices() {
        let agent = matches!(victim, Victim::Agent(_));
        let binary = if agent { "baton-agent" } else { "baton-relay-device" };
        let device = new(victim, binary)?.with(&["run", "--config", &config(victim)]);
        programs.insert(victim, Mutex::new(device));
    }
    Ok(programs)
}

fn ledger_of(folder: &Path, victim: Victim) -> String {
    folder.join(format!("{}.ledger", name_of(victim))).display().to_string()
}

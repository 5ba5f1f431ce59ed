//! `doctor`: what is well and what is not, on the screen and as exit code.
//!
//! Owns what is printed. Nothing comes next.

use super::Place;
use baton_relay_device::doctor::{Finding, examine};
use baton_relay_device::{Config, clock};
use std::io::Write;

/// Something must be mended; the screen says what.
#[derive(Debug, thiserror::Error)]
#[error("{ill} of {looked_at} parts need somebody")]
pub struct Unwell {
    ill: usize,
    looked_at: usize,
}

/// Looks at everything. Where the settings cannot be read, defaults stand in for them; without the
/// folder of the state on the command line, nothing else is looked at: what is said of another
/// folder would send people the wrong way.
pub async fn perform(place: Place) -> Result<(), Unwell> {
    let mut findings = Vec::new();
    let state = place.state.clone();
    match (place.settings(), state) {
        (Ok(config), _) => findings.extend(examine(&config, clock::clock()).await),
        (Err(fault), Some(state)) => {
            let remedy = "mend the settings file; the rest is looked at with the defaults";
            findings.push(Finding::ill("settings", fault.to_string(), remedy));
            let config = Config { state, ..Config::default() };
            findings.extend(examine(&config, clock::clock()).await);
        }
        (Err(fault), None) => {
            let remedy = "mend the settings file; nothing else was looked at";
            findings.push(Finding::ill("settings", fault.to_string(), remedy));
        }
    }
    let mut out = std::io::stdout().lock();
    for finding in &findings {
        writeln!(out, "{finding}").unwrap_or_default();
    }
    let ill = findings.iter().filter(|finding| finding.is_ill()).count();
    if ill == 0 { Ok(()) } else { Err(Unwell { ill, looked_at: findings.len() }) }
}

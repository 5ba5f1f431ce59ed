//! `doctor`: whether the gateway takes this agent, and whether its serial port is there.
//!
//! Owns the words for a person; the question is `baton-link`'s `checkup` and ends no connection of
//! the agent that runs. A port is looked for, not opened: the agent may hold it. Next: `main.rs`,
//! which prints them.

use crate::config::{Config, DriverKind};
use crate::login::message::Line;
use baton_link::checkup::{Standing, ask};
use baton_link::enrol::{IDENTITY_FILE, Identity, IdentityFault, KEY_FILE};
use baton_link::keys::{DeviceKey, KeyFault};
use std::io::ErrorKind;
use std::path::Path;

/// Asks the gateway how this agent stands; `now_s` is in seconds since 1970. A person who may not
/// read the agent's key is told so, and nothing is wrong with that.
pub async fn examine(state: &Path, now_s: u64) -> Line {
    let identity = Identity::load(&state.join(IDENTITY_FILE));
    let key = DeviceKey::load(&state.join(KEY_FILE));
    let (well, found) = match (identity, key) {
        (Ok(identity), Ok(key)) => asked(&identity, &key, now_s).await,
        (Err(IdentityFault::File { source, .. }), _) | (_, Err(KeyFault::File { source, .. }))
            if source.kind() == ErrorKind::PermissionDenied =>
        {
            let whose = format!("{} is not yours to read", state.display());
            (true, format!("not asked, for {whose}; root or the service's user can ask"))
        }
        (Err(fault), _) => (false, fault.to_string()),
        (_, Err(fault)) => (false, fault.to_string()),
    };
    Line { app: "gateway".to_owned(), well, found }
}

/// Looks for the port of the scanner driver, where an entry would take that way.
#[must_use]
pub fn port(config: &Config) -> Option<Line> {
    let mut drivers = config.apps.iter().map(|app| app.driver).chain([config.driver]);
    drivers.find(|driver| *driver == DriverKind::Scanner)?;
    let port = &config.scanner.port;
    let (well, found) = match std::fs::metadata(port) {
        Ok(_) => (true, format!("{port} is there")),
        Err(fault) => {
            (false, format!("{port}: {fault}; plug it in; `ls -l /dev/serial/by-id` shows ports"))
        }
    };
    Some(Line { app: "scanner port".to_owned(), well, found })
}

async fn asked(identity: &Identity, key: &DeviceKey, now_s: u64) -> (bool, String) {
    let (place, id) = (&identity.gateway, &identity.id);
    match ask(identity, key, now_s).await.map(|answer| answer.standing) {
        Ok(Standing::Taken) => (true, format!("{place} answers and takes {id}")),
        Ok(Standing::Busy) => (true, format!("{place} answers, and is busy now")),
        Ok(Standing::NotTaken) => (
            false,
            format!(
                "{place} answers and does not take {id}: is this clock right, is the agent \
                 suspended, or enrolled elsewhere? `baton-gateway admin agent list` tells"
            ),
        ),
        Ok(Standing::Strange { status }) => (
            false,
            format!("{place} answers with status {status}, as no gateway does; check the address"),
        ),
        Err(fault) => {
            (false, format!("{place}: {fault}; check network and address, is the gateway running?"))
        }
    }
}

#[cfg(test)]
mod tests;

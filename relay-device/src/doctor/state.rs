//! The state folder: who this terminal is, and whether it can remember.
//!
//! Owns what is enough room. Next: [`super::gateway`].

use super::Finding;
use crate::config::Config;
use crate::tag::TagAddress;
use crate::tag::address::Cover;
use baton_link::enrol::{IDENTITY_FILE, Identity, IdentityFault, JOURNAL_FILE, KEY_FILE};
use baton_link::journal::{JournalFault, export};
use baton_link::keys::DeviceKey;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The least room for a journal in bytes: some ten thousand transactions.
const FREE_BYTES_MIN: u64 = 16 * 1024 * 1024;
/// Permissions of everybody but the owner.
const OTHERS: u32 = 0o077;

/// Identity, key and tag address.
pub fn identity(config: &Config, findings: &mut Vec<Finding>) -> Option<(Identity, DeviceKey)> {
    let part = "identity";
    let identity = match Identity::load(&config.state.join(IDENTITY_FILE)) {
        Ok(identity) => identity,
        Err(IdentityFault::File { path, source })
            if source.kind() == ErrorKind::PermissionDenied =>
        {
            let wrong = format!("identity {}: {source}", path.display());
            let remedy = "run this as the user that the terminal runs as; where somebody else \
                          enrolled it: chown -R USER FOLDER";
            findings.push(Finding::ill(part, wrong, remedy));
            return None;
        }
        Err(fault) => {
            let remedy = "let the operator run `baton-gateway admin terminal enrol ID`, then here: \
                          baton-relay-device enrol CODE --gateway URL --state FOLDER";
            findings.push(Finding::ill(part, fault.to_string(), remedy));
            return None;
        }
    };
    let (key, finding) = key(&config.state.join(KEY_FILE), &identity);
    findings.push(finding);
    findings.push(match TagAddress::of(&identity, &config.tag.address) {
        Ok(address) if address.cover() == Cover::Open => {
            let wrong = format!("labels and tags lead to {address}, without TLS");
            Finding::ill("address", wrong, "set tag.address to the https address of the gateway")
        }
        Ok(address) => Finding::well("address", format!("labels and tags lead to {address}")),
        Err(fault) => Finding::ill("address", fault.to_string(), "mend tag.address"),
    });
    key.map(|key| (identity, key))
}

fn key(path: &Path, identity: &Identity) -> (Option<DeviceKey>, Finding) {
    let (part, place) = ("identity", path.display());
    let key = match DeviceKey::load(path) {
        Ok(key) => key,
        Err(fault) => {
            let remedy = "enrol anew in an empty folder";
            return (None, Finding::ill(part, fault.to_string(), remedy));
        }
    };
    let open = std::fs::metadata(path).is_ok_and(|f| f.permissions().mode() & OTHERS != 0);
    let finding = if open {
        let wrong = format!("key {place} may be read by others");
        Finding::ill(part, wrong, format!("chmod 600 {place}"))
    } else {
        Finding::well(part, format!("{} of gateway `{}`", identity.id, identity.audience))
    };
    (Some(key), finding)
}

/// Room on the disk.
pub fn disk(config: &Config, findings: &mut Vec<Finding>) {
    let (part, place) = ("disk", config.state.display());
    findings.push(match rustix::fs::statvfs(&config.state) {
        Err(fault) => Finding::ill(part, format!("{place}: {fault}"), "name the folder in `state`"),
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            let words = format!("{} MiB free in {place}", free / (1024 * 1024));
            if free < FREE_BYTES_MIN {
                Finding::ill(part, words, "make room: without it no payment is taken")
            } else {
                Finding::well(part, words)
            }
        }
    });
}

/// Every hash of the journal.
pub fn journal(config: &Config, findings: &mut Vec<Finding>) {
    let part = "journal";
    let checked = export(&config.state.join(JOURNAL_FILE), &mut std::io::sink());
    findings.push(match checked {
        Ok(lines) => Finding::well(part, format!("{lines} lines, each hash right")),
        Err(JournalFault::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
            Finding::absent(part, "none yet: it begins with the first start")
        }
        Err(fault) => {
            let remedy = "keep the file, let the operator settle open transactions, and enrol \
                          anew in an empty folder";
            Finding::ill(part, fault.to_string(), remedy)
        }
    });
}

//! `POST /v1/enrol`, once in a device's life.
//!
//! Owns the call and what its failures mean to the installer. May not retry: a code works once.
//! Next: [`crate::device`], which runs with what was saved here.

use super::{IDENTITY_FILE, Identity, IdentityFault, KEY_FILE};
use crate::client::{GatewayInvalid, check_gateway};
use crate::keys::{DeviceKey, KeyFault};
use baton_protocol::enrol::{EnrolAnswer, EnrolRequest, Role};
use reqwest::StatusCode;
use std::path::Path;
use std::time::Duration;

/// How long enrolment may take, in seconds: a person is waiting at the counter.
const ENROL_S_MAX: u64 = 15;
/// Largest answer that is read, in bytes: an id and a name are far smaller.
const ANSWER_BYTES_MAX: usize = 4_096;

/// Why enrolment failed. No identity is saved unless all of it worked.
#[derive(Debug, thiserror::Error)]
pub enum EnrolFault {
    /// The state folder cannot be made.
    #[error("state folder {path}: {source}")]
    Folder {
        /// Which folder.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder holds another device already.
    #[error("{0} belongs to an enrolled device already; use another state folder")]
    Taken(std::path::PathBuf),
    /// The key failed.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// The identity file failed.
    #[error(transparent)]
    Identity(#[from] IdentityFault),
    /// The gateway's address is unusable; the code was not used.
    #[error(transparent)]
    Gateway(#[from] GatewayInvalid),
    /// The gateway cannot be reached.
    #[error("gateway {gateway} cannot be reached ({reason}); check the address")]
    Unreachable {
        /// Which gateway.
        gateway: String,
        /// What failed.
        reason: String,
    },
    /// The gateway said no.
    #[error(
        "gateway refused with status {status}; make a new code, each works once for 10 minutes"
    )]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// Something answers there, but not the gateway's public address.
    #[error(
        "there is no enrolment at {0}; check address and port, it is the one that phones and \
         devices use"
    )]
    NotThere(String),
    /// The code was issued for the other kind of device; it is not spent.
    #[error(
        "this code is for the role {found}, but this program is {wanted}; use it there, and make \
         one for this device"
    )]
    RoleWrong {
        /// What the code makes this device.
        found: &'static str,
        /// What this program is.
        wanted: &'static str,
    },
    /// The answer was not what the protocol says.
    #[error("the gateway's answer cannot be read; is {0} a baton gateway?")]
    Garbled(String),
}

/// Makes a key, enrols it, and saves key and identity in the folder `state`.
///
/// **Repeat** a second call on the same folder is refused as [`EnrolFault::Taken`].
///
/// # Errors
/// Each variant of [`EnrolFault`] as it says.
pub async fn enrol(
    gateway: &str,
    code: &str,
    role: Role,
    state: &Path,
) -> Result<Identity, EnrolFault> {
    check_gateway(gateway)?;
    let gateway = gateway.trim_end_matches('/');
    std::fs::create_dir_all(state)
        .map_err(|source| EnrolFault::Folder { path: state.to_owned(), source })?;
    let identity_path = state.join(IDENTITY_FILE);
    if identity_path.exists() {
        return Err(EnrolFault::Taken(state.to_owned()));
    }
    let key = DeviceKey::generate()?;
    key.save(&state.join(KEY_FILE))?;
    let answer = ask(gateway, code, role, &key).await?;
    if answer.role != role {
        return Err(EnrolFault::RoleWrong { found: answer.role.word(), wanted: role.word() });
    }
    let identity = Identity::new(answer, gateway.to_owned());
    identity.save(&identity_path)?;
    Ok(identity)
}

async fn ask(
    gateway: &str,
    code: &str,
    role: Role,
    key: &DeviceKey,
) -> Result<EnrolAnswer, EnrolFault> {
    let unreachable = |fault: reqwest::Error| EnrolFault::Unreachable {
        gateway: gateway.to_owned(),
        reason: if fault.is_timeout() { "no answer" } else { "no connection" }.to_owned(),
    };
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(ENROL_S_MAX))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(unreachable)?;
    let request = EnrolRequest {
        code: code.to_owned(),
        public_key: key.public().to_owned(),
        role: Some(role),
    };
    let url = format!("{gateway}/v1/enrol");
    let answer = client.post(url).json(&request).send().await.map_err(unreachable)?;
    let status = answer.status();
    match status {
        StatusCode::NOT_FOUND => return Err(EnrolFault::NotThere(gateway.to_owned())),
        StatusCode::CONFLICT => {
            let found = match role {
                Role::Terminal => Role::Agent.word(),
                Role::Agent => Role::Terminal.word(),
            };
            return Err(EnrolFault::RoleWrong { found, wanted: role.word() });
        }
        _ => {}
    }
    if !status.is_success() {
        return Err(EnrolFault::Refused { status: status.as_u16() });
    }
    let body = answer.bytes().await.map_err(unreachable)?;
    if body.len() > ANSWER_BYTES_MAX {
        return Err(EnrolFault::Garbled(gateway.to_owned()));
    }
    serde_json::from_slice(&body).map_err(|_| EnrolFault::Garbled(gateway.to_owned()))
}

#[cfg(test)]
mod tests;

//! Whether the gateway answers and takes this device: one question, which changes nothing.
//!
//! Owns the question: the link's door with a connection token and no connection behind it. It may
//! be asked while the device runs, whose connection stays. May not say what to do: both programs'
//! `doctor` does. Next: [`crate::client`], which knocks in earnest.

use crate::enrol::Identity;
use crate::keys::DeviceKey;
use crate::token::{SigningFailed, link_token};
use reqwest::StatusCode;
use reqwest::header::DATE;
use std::time::Duration;
use uuid::Uuid;

/// How long the gateway may take to answer, in seconds.
const ANSWER_S_MAX: u64 = 5;

/// What the gateway said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it takes this device.
    pub standing: Standing,
    /// Its date, as HTTP writes it, where it says one.
    pub date: Option<String>,
}

/// How a device stands with the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It may connect.
    Taken,
    /// It may not: unknown, suspended, enrolled with another key, or a clock that is off.
    NotTaken,
    /// The gateway has no room for another greeting now.
    Busy,
    /// An answer that no gateway gives.
    Strange {
        /// The HTTP status.
        status: u16,
    },
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckFault {
    /// Nothing came in time.
    #[error("no answer within {ANSWER_S_MAX} s")]
    Silent,
    /// Nobody is there.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The key is unusable.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
}

/// Asks the gateway how this device stands; `now_s` is in seconds since 1970.
///
/// **Repeat** each call is a new question.
///
/// # Errors
/// Each variant of [`CheckFault`] as it says.
pub async fn ask(identity: &Identity, key: &DeviceKey, now_s: u64) -> Result<Answer, CheckFault> {
    let token = link_token(key, identity, now_s, Uuid::new_v4())?;
    let failed = |fault: reqwest::Error| {
        if fault.is_timeout() {
            return CheckFault::Silent;
        }
        let mut deepest: &dyn std::error::Error = &fault;
        while let Some(source) = deepest.source() {
            deepest = source;
        }
        CheckFault::Unreachable(deepest.to_string())
    };
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(ANSWER_S_MAX))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(failed)?;
    let url = format!("{}/v1/link", identity.gateway.trim_end_matches('/'));
    let answer = client.get(url).bearer_auth(token).send().await.map_err(failed)?;
    let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok()).map(str::to_owned);
    Ok(Answer { standing: standing(answer.status()), date })
}

/// The door looks at the token first; then it misses the connection that should follow.
fn standing(status: StatusCode) -> Standing {
    match status {
        StatusCode::BAD_REQUEST | StatusCode::UPGRADE_REQUIRED => Standing::Taken,
        StatusCode::UNAUTHORIZED => Standing::NotTaken,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Standing::Busy,
        other => Standing::Strange { status: other.as_u16() },
    }
}

#[cfg(test)]
mod tests;

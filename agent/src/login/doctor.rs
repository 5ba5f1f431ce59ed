//! `doctor` with a login helper: asks the service, which asks the helper.
//!
//! Owns the question and the words for a person: which part is missing, and what to do. Nothing
//! here can submit. Next: `main.rs`, which prints it.

use super::VERSION;
use super::frame::{self, FrameFault};
use super::message::{Down, Line, Presence, Up};
use super::place::{HELPER_LOOK, PlaceFault, RESTART, Stream, knock};
use std::path::Path;
use std::time::Duration;

/// How long an answer may take, in milliseconds: three recipes that all run into their own limits.
const ANSWER_MS: u64 = 60_000;

/// Asks how service, helper and recipes are; one line a part.
pub async fn examine(socket: &Path) -> Vec<Line> {
    let line = |app: &str, well, found: String| Line { app: app.to_owned(), well, found };
    let findings = match ask(socket).await {
        Ok(findings) => findings,
        Err(fault) => return vec![line("service", false, fault.to_string())],
    };
    let (version, login, lines) = findings;
    let mut all = vec![line("service", true, format!("baton-agent {version} runs"))];
    all.push(match login {
        Presence::Here { who } => line("login", true, format!("the helper of {who} is here")),
        Presence::Absent { refused: Some(refused) } => {
            line("login", false, format!("no helper; the last one was not taken: {refused}"))
        }
        Presence::Absent { refused: None } => line("login", false, absent()),
        Presence::Busy => {
            line("login", false, "the helper makes an entry now; ask again".to_owned())
        }
        Presence::Silent => line("login", false, "the helper does not answer".to_owned()),
    });
    all.extend(lines);
    all
}

fn absent() -> String {
    format!("no helper is here; log the cashier in, and in that session look at: {HELPER_LOOK}")
}

/// Why nothing was found out.
#[derive(Debug, thiserror::Error)]
enum AskFault {
    #[error(transparent)]
    Place(#[from] PlaceFault),
    #[error("it does not answer: {0}; restart it: {restart}", restart = RESTART)]
    Frame(#[from] FrameFault),
    #[error("it does not answer in time; is the helper stopped, or a window hanging?")]
    Silent,
    #[error("{0}")]
    No(String),
}

async fn ask(socket: &Path) -> Result<(String, Presence, Vec<Line>), AskFault> {
    let mut stream = knock(socket).await?;
    let limit = Duration::from_millis(ANSWER_MS);
    let talking = tokio::time::timeout(limit, talk(&mut stream));
    match talking.await.map_err(|_| AskFault::Silent)?? {
        Down::Findings { version, login, lines } => Ok((version, login, lines)),
        Down::No { what, .. } => Err(AskFault::No(what)),
        Down::Welcome
        | Down::Prepare(_)
        | Down::Submit { .. }
        | Down::Undo { .. }
        | Down::Check => Err(FrameFault::Words.into()),
    }
}

async fn talk(stream: &mut Stream) -> Result<Down, FrameFault> {
    frame::send(stream, &Up::Doctor { version: VERSION.to_owned() }).await?;
    frame::receive(stream).await
}

//! From a shopper's phone to a real till and back: `cargo run -p baton-tests --bin till`.
//!
//! Owns only what runs where: outside it starts a desktop session, inside it plays. The till is
//! Tryton's with a database of its own, which is the witness; the phone page is in Chromium; the
//! gateway, its destinations and the agent are those of the scenarios. Next: [`acts`].

mod acts;
#[path = "../../agent/tests/desktop/clock.rs"]
mod clock;
#[path = "../../agent/tests/desktop/condition.rs"]
#[expect(dead_code, reason = "the till is asked for one of the matrix's conditions only")]
mod condition;
mod line;
#[path = "../../agent/tests/desktop/session.rs"]
mod session;
mod shopper;
mod stage;
mod story;
#[path = "../../agent/tests/desktop/tryton.rs"]
mod tryton;

use clap::Parser;
use session::Session;
use std::process::ExitCode;
use story::Story;

/// Set in the process that runs inside the session, for the agent's drivers read their
/// environment.
const INSIDE: &str = "BATON_TILL_INSIDE";

#[derive(Parser)]
#[command(about = "Pays on the phone page and looks into the till's own database")]
struct Line {}

fn main() -> anyhow::Result<ExitCode> {
    Line::parse();
    let passed = if std::env::var_os(INSIDE).is_some() {
        acts::play(&Story::begin())
    } else {
        let session = Session::start()?;
        let own = std::env::current_exe()?;
        let mut inside = session.command(&own.to_string_lossy());
        inside.env(INSIDE, "1").status()?.success()
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

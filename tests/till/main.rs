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
mod witness;

use clap::Parser;
use session::{Session, end_group};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;
use story::Story;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

/// Set in the process that runs inside the session, for the agent's drivers read their
/// environment.
const INSIDE: &str = "BATON_TILL_INSIDE";
/// Pause between looks at whether the play is over, in milliseconds: it takes half a minute.
const LOOK_MS: u64 = 50;

#[derive(Parser)]
#[command(about = "Pays on the phone page and looks into the till's own database")]
struct Line {
    /// What the shopper types instead of what the sale costs; that must not pass.
    #[arg(long)]
    amount: Option<i64>,
}

fn main() -> anyhow::Result<ExitCode> {
    let line = Line::parse();
    let passed = if std::env::var_os(INSIDE).is_some() {
        acts::play(line.amount, &Story::begin())
    } else {
        outside()?
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Plays in a session of its own, which ends with whoever stops this.
fn outside() -> anyhow::Result<bool> {
    let (stop, stopped) = mpsc::channel();
    std::thread::spawn(move || stop.send(stop_wanted()));
    let session = Session::start()?;
    let own = std::env::current_exe()?;
    let mut inside = session.command(&own.to_string_lossy());
    let mut inside = inside.args(std::env::args_os().skip(1)).env(INSIDE, "1").spawn()?;
    loop {
        if let Some(status) = inside.try_wait()? {
            return Ok(status.success());
        }
        if stopped.recv_timeout(Duration::from_millis(LOOK_MS)).is_ok() {
            end_group(&mut inside);
            anyhow::bail!("stopped");
        }
    }
}

/// Waits until somebody wants this to stop.
fn stop_wanted() -> std::io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut ended = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = ended.recv() => Ok(()),
        }
    })
}

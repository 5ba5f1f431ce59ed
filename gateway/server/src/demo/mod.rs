//! The main job on one machine with nothing to set up: `baton-gateway demo`.
//!
//! Owns the only place in the gateway that knows simulators and devices: it starts them all as
//! tasks that talk over real sockets, runs five flows and an outage, and stays up for a person to
//! try. [`stage`] sets it up, [`flows`] and [`outage`] are the acts, [`guest`] is a provider's own
//! plugin, [`plug`] cuts the wallet off, [`phone`] plays the phones, [`timeline`] prints.

pub mod apps;
pub mod flows;
pub mod guest;
pub mod offer;
pub mod outage;
pub mod phone;
pub mod plug;
pub mod stage;
pub mod timeline;

pub use offer::DemoOffer;

use crate::stop;
use flows::Outcome;
use stage::{Stage, Wishes};
use std::pin::pin;
use timeline::say;

/// How a demo ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Every flow did what it should.
    Good,
    /// At least one did not.
    Failed,
}

/// Whether the demo stays up after its flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// Until Ctrl-C or SIGTERM.
    Up,
    /// It ends.
    Once,
}

/// Sets the stage, runs the flows, and stays up if wished.
///
/// # Errors
/// When the stage cannot be set: a port, a folder or a thread was refused.
pub async fn run(wishes: Wishes, stay: Stay) -> anyhow::Result<End> {
    say("Baton demo: one shop, a standalone terminal, a POS with its agent, four simulators.");
    let mut asked = pin!(stop::asked());
    let mut stage = tokio::select! {
        stage = Stage::set(wishes) => stage?,
        heard = &mut asked => return heard.map(|()| End::Failed).map_err(Into::into),
    };
    say(&stage.summary());
    let outcomes = tokio::select! {
        outcomes = flows::all(&mut stage) => outcomes,
        _ = &mut asked => {
            stage.clear().await;
            return Ok(End::Failed);
        }
    };
    let failed = outcomes.iter().filter(|one| **one == Outcome::Failed).count();
    say(&format!("\n{} acts passed, {failed} failed", outcomes.len() - failed));
    if stay == Stay::Up {
        say(&stage.invitation());
        if let Err(fault) = asked.await {
            tracing::error!(%fault, "signals cannot be heard; the demo ends");
        }
        say("stopping");
    }
    stage.clear().await;
    Ok(if failed == 0 { End::Good } else { End::Failed })
}

//! The rules of core, tried without a shop: seeded orders, people and sales played against them.
//!
//! Owns the command lines `hub`, `approval`, `draw`, `raffle` and `mall`, the simulated worlds
//! behind them and what they print. May not open sockets or databases; a trial reads a file, plays
//! and tells. Each module is one capability's trial; the program that carries them is the gateway.
#![deny(missing_docs)]

pub mod approval;
pub mod chart;
pub mod draw;
pub mod hub;
pub mod mall;
pub mod raffle;

use std::io::Write;

/// Every trial, as a program's command line has it.
#[derive(Debug, clap::Subcommand)]
pub enum Trial {
    /// Simulates the approval of payments by questions, and tries its matcher.
    #[command(subcommand)]
    Approval(approval::Command),
    /// Checks and makes provable draws.
    #[command(subcommand)]
    Draw(draw::Command),
    /// Simulates orders over regional hubs, and plans hubs.
    #[command(subcommand)]
    Hub(hub::Command),
    /// Plays a mall at random against its promises.
    #[command(subcommand)]
    Mall(mall::Command),
    /// Replays sales by raffle, line by line.
    #[command(subcommand)]
    Raffle(raffle::Command),
}

/// Plays one and tells what came of it.
///
/// # Errors
/// What is wrong with its input, or what it found broken.
pub fn run(trial: Trial, out: &mut dyn Write) -> anyhow::Result<()> {
    match trial {
        Trial::Approval(command) => approval::run(command, out),
        Trial::Draw(command) => draw::run(command, out),
        Trial::Hub(command) => hub::run(command, out),
        Trial::Mall(command) => mall::run(command, out),
        Trial::Raffle(command) => raffle::run(command, out),
    }
}

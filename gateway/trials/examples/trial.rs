//! Plays one trial, without building the gateway: `cargo run -p baton-trials --example trial`.
//!
//! Owns nothing but the command line; the gateway carries the same commands.

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Plays one trial of the rules")]
struct Line {
    #[command(subcommand)]
    trial: Trial,
}

#[derive(Subcommand)]
enum Trial {
    /// Provable draws
    #[command(subcommand)]
    Draw(baton_trials::draw::Command),
    /// Raffle sales
    #[command(subcommand)]
    Raffle(baton_trials::raffle::Command),
    /// Many shops on one server
    #[command(subcommand)]
    Mall(baton_trials::mall::Command),
}

fn main() -> anyhow::Result<()> {
    let out = &mut std::io::stdout().lock();
    match Line::parse().trial {
        Trial::Draw(command) => baton_trials::draw::run(command, out),
        Trial::Raffle(command) => baton_trials::raffle::run(command, out),
        Trial::Mall(command) => baton_trials::mall::run(command, out),
    }
}

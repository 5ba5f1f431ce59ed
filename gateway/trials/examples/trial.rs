//! Plays one trial, without building the gateway: `cargo run -p baton-trials --example trial`.
//!
//! Owns nothing but the command line; the gateway carries the same commands.

use baton_trials::Trial;
use clap::Parser;

#[derive(Parser)]
#[command(about = "Plays one trial of the rules")]
struct Line {
    #[command(subcommand)]
    trial: Trial,
}

fn main() -> anyhow::Result<()> {
    baton_trials::run(Line::parse().trial, &mut std::io::stdout().lock())
}

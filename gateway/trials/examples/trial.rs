//! Plays one trial, without building the gateway: `cargo run -p baton-trials --example trial`.
//!
//! Owns nothing but the command line; the gateway carries the same commands.

use clap::Parser;

#[derive(Parser)]
#[command(about = "Plays one trial of the rules")]
enum Line {
    /// Orders, hubs and what to do when they are full
    #[command(subcommand)]
    Hub(baton_trials::hub::Command),
}

fn main() -> anyhow::Result<()> {
    match Line::parse() {
        Line::Hub(command) => baton_trials::hub::run(command, &mut std::io::stdout()),
    }
}

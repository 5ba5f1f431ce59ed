//! Plays one trial, without building the gateway: `cargo run -p baton-trials --example trial`.
//!
//! Owns nothing but the command line; the gateway carries the same commands.

use clap::Parser;

#[derive(Parser)]
#[command(about = "Plays one trial of the rules")]
struct Line {
    #[command(subcommand)]
    trial: Trial,
}

#[derive(clap::Subcommand)]
enum Trial {
    /// Many shops on one server.
    #[command(subcommand)]
    Mall(baton_trials::mall::Command),
}

fn main() -> anyhow::Result<()> {
    let out = &mut std::io::stdout().lock();
    match Line::parse().trial {
        Trial::Mall(command) => baton_trials::mall::run(command, out),
    }
}

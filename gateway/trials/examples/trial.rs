//! Plays one trial, without building the gateway: `cargo run -p baton-trials --example trial`.
//!
//! Owns nothing but the command line; the gateway carries the same commands.

use clap::Parser;

#[derive(Parser)]
#[command(about = "Plays one trial of the rules")]
enum Line {
    /// Tries the approval unit
    #[command(subcommand)]
    Approval(baton_trials::approval::Command),
}

fn main() -> anyhow::Result<()> {
    let out = &mut std::io::stdout();
    match Line::parse() {
        Line::Approval(command) => baton_trials::approval::run(command, out),
    }
}

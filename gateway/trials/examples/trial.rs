//! Plays one trial, without building the gateway: `cargo run -p baton-trials --example trial`.
//!
//! Owns nothing but the command line; the gateway carries the same commands.

use clap::Parser;

#[derive(Parser)]
#[command(about = "Plays one trial of the rules")]
struct Line {}

fn main() {
    Line::parse();
}

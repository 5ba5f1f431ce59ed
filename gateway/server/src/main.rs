//! The program `baton-gateway`: serve, demo, admin, audit, openapi.
//!
//! Owns the command line. Everything it calls is in the library, so that tests can call it too.

mod command;

use clap::Parser;
use command::Line;
use std::process::ExitCode;

/// Rows are made on one thread and freed on another; see `docs/decisions/0007-allocator.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A plugin's process is this program once more; it never returns from here.
    baton_destinations::run_child_if_asked();
    let line = Line::parse();
    match command::run(line) {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("baton-gateway: {fault:#}");
            ExitCode::FAILURE
        }
    }
}

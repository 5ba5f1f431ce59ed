//! The program `baton-gateway`: serve, demo, admin, audit, openapi.
//!
//! Owns the command line. Everything it calls is in the library, so that tests can call it too.

mod command;

use clap::Parser;
use command::Line;
use std::process::ExitCode;

/// A payment makes some three hundred small allocations, most of them freed by another thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let line = Line::parse();
    match command::run(line) {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("baton-gateway: {fault:#}");
            ExitCode::FAILURE
        }
    }
}

//! The program `baton-gateway`: serve, demo, admin, audit, openapi.
//!
//! Owns the command line. Everything it calls is in the library, so that tests can call it too.

mod command;

use clap::Parser;
use command::Line;
use std::process::ExitCode;

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

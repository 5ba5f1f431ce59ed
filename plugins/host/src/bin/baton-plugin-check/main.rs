//! `baton-plugin-check LIB`: what a provider runs before shipping a plugin, and its signing tool.
//!
//! Owns the command line. The kit runs the library exactly as a gateway does, in a process with the
//! same walls; only the signature is not asked for. Exit code 0 when nothing fails, 1 when a case
//! fails, 2 when the kit cannot run. Next: [`kit`], then [`sign`].

mod border;
mod faulty;
mod kit;
mod payments;
mod points;
mod report;
mod sign;

use baton_plugin_api::documents::Secret;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Checks, signs and verifies Baton plugins.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, arg_required_else_help = true)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: Option<Check>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key pair: FILE gets the private key, the public one is printed.
    Key {
        /// Where the private key goes; must not exist.
        file: PathBuf,
    },
    /// Write a signed `plugin.toml` beside the library.
    Sign(sign::Sign),
    /// Tell whether a gateway with these trusted keys would take a folder.
    Verify {
        /// File of public keys, one a line.
        #[arg(long)]
        trust: PathBuf,
        /// Folder with `plugin.toml` and the library.
        folder: PathBuf,
    },
}

/// What the kit tries, and against which server.
#[derive(Debug, Args)]
struct Check {
    /// The library.
    library: PathBuf,
    /// Origin that the plugin may reach, `http://host:port`; may be repeated.
    #[arg(long = "host", value_name = "ORIGIN")]
    hosts: Vec<String>,
    /// Secret as NAME=VALUE, or NAME=@FILE; may be repeated.
    #[arg(long = "secret", value_name = "NAME=VALUE", value_parser = secret)]
    secrets: Vec<(String, Shown)>,
    /// Payment code that is good once; may be repeated. A destination needs nine.
    #[arg(long = "code", value_name = "CODE")]
    codes: Vec<String>,
    /// File of such codes, one a line.
    #[arg(long, value_name = "FILE")]
    codes_file: Option<PathBuf>,
    /// Member with at least 100 points.
    #[arg(long, value_name = "ID")]
    member: Option<String>,
    /// What one payment is, in minor units.
    #[arg(long, default_value_t = 4_500)]
    amount: i64,
    /// Three letters of ISO 4217.
    #[arg(long, default_value = "KRW")]
    currency: String,
    /// Writes the report as JUnit XML too.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Shows what the library writes to standard error.
    #[arg(long)]
    verbose: bool,
}

/// A secret of the command line, printed as stars.
type Shown = Secret;

fn main() -> ExitCode {
    baton_plugin_host::run_child_if_asked();
    let line = Line::parse();
    let done = match (line.command, line.check) {
        (Some(Command::Key { file }), _) => sign::key(&file),
        (Some(Command::Sign(command)), _) => sign::sign(&command),
        (Some(Command::Verify { trust, folder }), _) => sign::verify(&trust, &folder),
        (None, Some(check)) => kit::run(&check),
        (None, None) => Ok(ExitCode::from(2)),
    };
    done.unwrap_or_else(|cause| {
        report::complain(&cause);
        ExitCode::from(2)
    })
}

fn secret(text: &str) -> Result<(String, Shown), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE or NAME=@FILE")?;
    let value = match value.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file).map_err(|cause| cause.to_string())?,
        None => value.to_owned(),
    };
    Ok((name.to_owned(), Secret::new(value.trim_end().to_owned())))
}

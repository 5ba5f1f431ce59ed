//! `draw verify` and `draw make`: anybody checks a draw, or makes one that others can check.
//!
//! Owns the two commands and what they print. The rules are `baton_core::raffle::draw`; the file is
//! [`file`], the beacon's signature [`beacon`]. May not fetch a round: whoever checks brings it.

pub mod beacon;
pub mod file;

use anyhow::{Context, bail};
use baton_core::raffle::draw::beacon::QUICKNET;
use baton_core::raffle::draw::bundle::Chance;
use baton_core::raffle::draw::seed::holder;
use baton_core::raffle::draw::{Bundle, Digest, Ticket};
use baton_core::time::Timestamp;
use baton_protocol::ids::{RaffleId, TicketId};
use file::{Document, Told};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The commands on draws.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Draws again what a bundle says was drawn, and says exactly what is wrong with it
    Verify(Verify),
    /// Makes a bundle from a list of tickets
    Make(Make),
}

/// Which bundles are verified.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// A bundle, or a file of several under "cases"
    file: PathBuf,
    /// The beacon's number of the bundle's round, which you have fetched yourself (64 hex digits)
    #[arg(long)]
    beacon: Option<Digest>,
}

/// From what a bundle is made.
#[derive(Debug, clap::Args)]
pub struct Make {
    /// The tickets, one a line: the ticket's 32 hex digits, a space, the holder's 64
    tickets: PathBuf,
    /// The sale, 32 hex digits
    #[arg(long)]
    sale: RaffleId,
    /// The lines name persons instead of holders; they are hidden under this salt (hex digits)
    #[arg(long)]
    salt: Option<String>,
    /// The beacon's round
    #[arg(long, required_unless_present = "closes_at", conflicts_with = "closes_at")]
    round: Option<u64>,
    /// When the sale closes, in seconds since 1970: the round is the first a minute later
    #[arg(long)]
    closes_at: Option<i64>,
    /// The beacon's number (64 hex digits)
    #[arg(long, required_unless_present = "signature")]
    beacon: Option<Digest>,
    /// The beacon's signature (96 hex digits): the number follows from it and can be checked
    #[arg(long)]
    signature: Option<String>,
    /// The server's number (64 hex digits); left out, the beacon is alone
    #[arg(long)]
    server: Option<Digest>,
    /// How many places of the order are written
    #[arg(long, default_value_t = 10)]
    places: u32,
    /// The name of the draw
    #[arg(long, default_value = "draw")]
    name: String,
    /// Where the bundle is written; left out, it is printed
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Runs a command.
///
/// # Errors
/// A file that cannot be read, an input that makes no sense, or a bundle with something wrong.
pub fn run(command: Command, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        Command::Verify(verify) => run_verify(&verify, out),
        Command::Make(make) => run_make(&make, out),
    }
}

fn run_verify(verify: &Verify, out: &mut dyn Write) -> anyhow::Result<()> {
    let text = read(&verify.file)?;
    let bundles =
        file::read_all(&text).with_context(|| format!("{} is no bundle", verify.file.display()))?;
    let mut wrong: usize = 0;
    for document in &bundles {
        let faults = check(document, verify.beacon)?;
        if faults.is_empty() {
            writeln!(out, "{}  OK  {}", document.id, told(document, verify.beacon))?;
            continue;
        }
        wrong = wrong.saturating_add(1);
        writeln!(out, "{}  WRONG", document.id)?;
        for fault in faults {
            writeln!(out, "    {fault}")?;
        }
    }
    if wrong > 0 {
        bail!("{wrong} of {} draws are not as they must be", bundles.len());
    }
    writeln!(out, "{0} of {0} draws are as they must be", bundles.len())?;
    Ok(())
}

/// Says what is wrong with a bundle, each fault in a line.
///
/// # Errors
/// A bundle whose fields cannot be read.
pub fn check(document: &Document, beacon: Option<Digest>) -> anyhow::Result<Vec<String>> {
    let bundle = document.bundle()?;
    let mut faults: Vec<String> = Vec::new();
    if let Some(own) = beacon.filter(|own| *own != bundle.randomness) {
        faults.push(format!("beacon: {} is said, you have fetched {own}", bundle.randomness));
    }
    if let Some(signature) = &document.signature {
        let signed = beacon::verify(bundle.round, signature, &bundle.randomness);
        faults.extend(signed.err().map(|refused| refused.to_string()));
    }
    faults.extend(bundle.findings(&QUICKNET).iter().map(ToString::to_string));
    Ok(faults)
}

fn told(document: &Document, beacon: Option<Digest>) -> String {
    let checked = match (&document.signature, beacon) {
        (Some(_), _) => "its signature holds",
        (None, Some(_)) => "it is the one you have fetched",
        (None, None) => "not checked: fetch the round yourself and give it with --beacon",
    };
    format!("{} tickets, round {}; beacon: {checked}", document.n, document.round)
}

fn run_make(make: &Make, out: &mut dyn Write) -> anyhow::Result<()> {
    let tickets = tickets(&read(&make.tickets)?, make.salt.as_deref())?;
    let round = match (make.round, make.closes_at) {
        (Some(round), _) => round,
        (None, Some(at)) => QUICKNET.round_of(Timestamp::from_ms(at.saturating_mul(1_000))),
        (None, None) => bail!("say --round or --closes-at"),
    };
    let randomness = match (make.beacon, &make.signature) {
        (Some(number), _) => number,
        (None, Some(signature)) => beacon::number_of(signature)?,
        (None, None) => bail!("say --beacon or --signature"),
    };
    if let Some(signature) = &make.signature {
        beacon::verify(round, signature, &randomness)?;
    }
    let server = make.server.unwrap_or(Digest::ZERO);
    let chance = Chance { chain: QUICKNET, round, randomness, server };
    let bundle = Bundle::draw(make.sale, tickets, &chance, make.places)?;
    let told = Told { id: make.name.clone(), signature: make.signature.clone() };
    let text = serde_json::to_string(&Document::of(&bundle, told))?;
    match &make.out {
        Some(path) => {
            let place = path.display();
            std::fs::write(path, text + "\n").with_context(|| format!("cannot write {place}"))?;
            writeln!(out, "{place}: {} tickets, root {}", bundle.count, bundle.root)?;
        }
        None => writeln!(out, "{text}")?,
    }
    Ok(())
}

/// Reads a list of tickets; empty lines and lines that begin with `#` are passed over.
fn tickets(text: &str, salt: Option<&str>) -> anyhow::Result<Vec<Ticket>> {
    let salt = salt.map(file::bytes).transpose().context("--salt takes hex digits")?;
    let lines = text.lines().map(str::trim).zip(1_usize..);
    let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(line, number)| {
            ticket(line, salt.as_deref()).with_context(|| {
                format!("line {number}: write `TICKET HOLDER`, 32 and 64 hex digits")
            })
        })
        .collect()
}

fn ticket(line: &str, salt: Option<&[u8]>) -> anyhow::Result<Ticket> {
    let (id, holding) = line.split_once(char::is_whitespace).context("there is one word only")?;
    let id: TicketId = id.parse()?;
    let holding = holding.trim();
    let holder = match salt {
        Some(salt) => holder(salt, &holding.parse()?),
        None => holding.parse()?,
    };
    Ok(Ticket { id, holder })
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

//! The book of slips on disk: one small file, replaced as a whole.
//!
//! Owns its form and how it survives a power cut: written beside, flushed, renamed. No codes are in
//! it. Next: [`super::slips`].

use super::book::{Slip, Stage};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Name of the file in the state folder.
pub const SLIPS_FILE: &str = "slips.json";

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ShelfFault {
    /// It cannot be read or written.
    #[error("receipts {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not one of ours.
    #[error("receipts {0} cannot be read")]
    Unreadable(PathBuf),
}

/// Reads the file; one that is not there holds nothing.
///
/// # Errors
/// [`ShelfFault`], each as it says.
pub fn load(path: &Path) -> Result<BTreeMap<TransactionId, Slip>, ShelfFault> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(source) => return Err(ShelfFault::File { path: path.to_owned(), source }),
    };
    let slips = serde_json::from_str(&text).ok().and_then(|value: Value| {
        value.as_array()?.iter().map(parse).collect::<Option<BTreeMap<_, _>>>()
    });
    slips.ok_or_else(|| ShelfFault::Unreadable(path.to_owned()))
}

/// Writes the file; it is durable when this returns.
///
/// # Errors
/// [`ShelfFault::File`]; then the file is as it was.
pub fn save(path: &Path, slips: &BTreeMap<TransactionId, Slip>) -> Result<(), ShelfFault> {
    let lines: Vec<Value> = slips.iter().map(|(id, slip)| write(*id, slip)).collect();
    let text = Value::Array(lines).to_string();
    replace(path, text.as_bytes())
        .map_err(|source| ShelfFault::File { path: path.to_owned(), source })
}

/// Moves a file that cannot be read out of the way, for people to look at.
///
/// # Errors
/// [`ShelfFault::File`].
pub fn set_aside(path: &Path) -> Result<(), ShelfFault> {
    let aside = path.with_extension("broken");
    tracing::warn!(kept = %aside.display(), "receipts that waited cannot be read; not printed");
    fs::rename(path, aside).map_err(|source| ShelfFault::File { path: path.to_owned(), source })
}

/// Finds which of these the journal has as shown approved. A power cut between that record and
/// the counter leaves one here that the gateway never says again.
///
/// # Errors
/// What the system said; a line that cannot be read is the journal's own affair.
pub fn shown(
    journal: &Path,
    wanted: &BTreeSet<TransactionId>,
) -> io::Result<BTreeSet<TransactionId>> {
    let file = match File::open(journal) {
        Ok(file) => file,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(fault) => return Err(fault),
    };
    let mut found = BTreeSet::new();
    for line in BufReader::new(file).lines() {
        let Ok(value) = serde_json::from_str::<Value>(&line?) else { continue };
        let Some(body) = value.get("body") else { continue };
        let event = body.get("ev").and_then(Value::as_str);
        let id = body.get("txn").and_then(Value::as_str).and_then(|id| id.parse().ok());
        found.extend(id.filter(|id| event == Some("shown") && wanted.contains(id)));
    }
    Ok(found)
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn write(id: TransactionId, slip: &Slip) -> Value {
    let stage = match slip.stage {
        Stage::Owed => "owed",
        Stage::Due => "due",
        Stage::Printing => "printing",
    };
    json!({
        "txn": id.to_string(),
        "app": slip.app,
        "minor": slip.amount.minor,
        "currency": slip.amount.currency.letters(),
        "at": slip.at_ms,
        "stage": stage,
    })
}

fn parse(value: &Value) -> Option<(TransactionId, Slip)> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let stage = match text("stage")? {
        "owed" => Stage::Owed,
        "due" => Stage::Due,
        "printing" => Stage::Printing,
        _ => return None,
    };
    let currency = Currency::from_letters(text("currency")?).ok()?;
    let amount = Money::new(value.get("minor")?.as_i64()?, currency);
    let (app, at_ms) = (text("app")?.to_owned(), value.get("at")?.as_u64()?);
    Some((text("txn")?.parse().ok()?, Slip { app, amount, at_ms, stage }))
}

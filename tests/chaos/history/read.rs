//! Reads a folder of books, `export/` and `world/`, line by line, as a stranger would.
//!
//! Owns which files there must be. A line that is not as the format says is kept as a violation of
//! I0 and not left out in silence. Next: [`crate::check`].

use super::{Cast, History, Journal};
use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

/// What the gateway wrote.
pub const EXPORT: &str = "export";
/// What devices wrote, a file each.
pub const JOURNALS: &str = "journals";
/// What the run knows of the world around the product.
pub const WORLD: &str = "world";
/// Who is who.
const CAST: &str = "cast.json";
/// Books of systems that this version does not have: they must be there, and empty.
const EMPTY: [&str; 3] = ["orders.jsonl", "stock.jsonl", "draws.jsonl"];

/// Writes one book of the world.
///
/// # Errors
/// When it cannot be written.
pub fn write<T: Serialize>(folder: &Path, name: &str, lines: &[T]) -> anyhow::Result<()> {
    let path = folder.join(WORLD).join(name);
    let file = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    let mut file = BufWriter::new(file);
    for line in lines {
        serde_json::to_writer(&mut file, line)?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}

/// Writes who is who.
///
/// # Errors
/// When it cannot be written.
pub fn write_cast(folder: &Path, cast: &Cast) -> anyhow::Result<()> {
    Ok(std::fs::write(folder.join(WORLD).join(CAST), serde_json::to_string_pretty(cast)?)?)
}

/// Reads everything.
///
/// # Errors
/// Names the file that is not there or that the system does not give.
pub fn read(folder: &Path) -> anyhow::Result<History> {
    let mut reader = Reader::default();
    let (export, world) = (folder.join(EXPORT), folder.join(WORLD));
    let cast = world.join(CAST);
    let cast = std::fs::read_to_string(&cast).with_context(|| {
        let advice = "name the folder `books` of a run that was kept with --keep";
        format!("{} cannot be read: {advice}", cast.display())
    })?;
    let mut history = History {
        cast: serde_json::from_str(&cast).context("world/cast.json cannot be read")?,
        asked: reader.lines(&world.join("asked.jsonl"))?,
        told: reader.lines(&world.join("told.jsonl"))?,
        transactions: reader.lines(&export.join("gateway.jsonl"))?,
        audit: reader.lines(&export.join("audit.jsonl"))?,
        ledger: reader.lines(&export.join("ledger.jsonl"))?,
        charges: reader.lines(&world.join("charges.jsonl"))?,
        pos_sales: reader.lines(&world.join("pos.jsonl"))?,
        outbox: reader.lines(&world.join("outbox.jsonl"))?,
        sales: reader.lines(&world.join("sales.jsonl"))?,
        surprises: reader.lines(&world.join("surprises.jsonl"))?,
        ..History::default()
    };
    for device in history.cast.devices.values() {
        let lines = reader.lines(&folder.join(JOURNALS).join(format!("{device}.jsonl")))?;
        history.journals.push(Journal { device: device.clone(), lines });
    }
    for name in EMPTY {
        let unexpected: Vec<Value> = reader.lines(&export.join(name))?;
        if !unexpected.is_empty() {
            reader.unreadable.push(format!("{name} has lines, and nobody here can judge them"));
        }
    }
    (history.lines, history.unreadable) = (reader.lines, reader.unreadable);
    Ok(history)
}

/// Counts lines, and remembers those that cannot be read.
#[derive(Default)]
struct Reader {
    lines: usize,
    unreadable: Vec<String>,
}

impl Reader {
    fn lines<T: DeserializeOwned>(&mut self, path: &Path) -> anyhow::Result<Vec<T>> {
        let file = File::open(path).with_context(|| format!("{} is missing", path.display()))?;
        let mut read = Vec::new();
        for (line, number) in BufReader::new(file).lines().zip(1_usize..) {
            self.lines += 1;
            match serde_json::from_str(&line?) {
                Ok(line) => read.push(line),
                Err(fault) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    self.unreadable.push(format!("{name} line {number}: {fault}"));
                }
            }
        }
        Ok(read)
    }
}

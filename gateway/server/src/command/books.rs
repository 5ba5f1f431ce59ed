//! `baton-gateway audit verify` and `baton-gateway export`: the books, read only.
//!
//! Owns progress on stderr, the exit code, and that an export is whole or not there at all: it is
//! written beside its place and renamed. Works while a gateway runs. Next: `baton_records::export`.

use anyhow::{Context, bail};
use baton_records::Snapshot;
use baton_records::audit::{ChainCheck, Progress};
use baton_records::export::Book;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Records between two lines of progress: some seconds of work.
const RECORDS_PER_LINE: i64 = 100_000;

/// Checks everything and says what is wrong first.
pub async fn verify(database: &str) -> anyhow::Result<ExitCode> {
    let mut snapshot = Snapshot::open(database).await?;
    let checked = snapshot.verify(&mut tell).await;
    snapshot.close().await;
    match checked.context("the check could not be finished: nothing is proved")? {
        ChainCheck::Whole { records } => {
            println!("books whole: {records} audit records, and every table fits them");
            Ok(ExitCode::SUCCESS)
        }
        ChainCheck::Broken(finding) => {
            println!("books broken: {finding}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn tell(progress: Progress) {
    match progress {
        Progress::Chain(records) if records % RECORDS_PER_LINE == 0 => {
            eprintln!("{records} audit records are chained");
        }
        Progress::Touches(touches) if touches % RECORDS_PER_LINE == 0 => {
            eprintln!("{touches} touches fit them");
        }
        Progress::Pages => eprintln!("looking at the pages of the file"),
        Progress::Chain(_) | Progress::Touches(_) => {}
    }
}

/// Writes every book as it is at one moment into a new folder.
pub async fn export(database: &str, out: &Path, after: i64) -> anyhow::Result<ExitCode> {
    if fs::read_dir(out).is_ok_and(|mut inside| inside.next().is_some()) {
        bail!("{} is not empty: name a folder that is not there yet", out.display());
    }
    let part = part_of(out)?;
    fs::create_dir(&part).with_context(|| format!("cannot make {}", part.display()))?;
    let written = write_all(database, &part, after).await;
    let renamed = written.and_then(|()| {
        fs::rename(&part, out).with_context(|| format!("cannot make {}", out.display()))
    });
    if renamed.is_err() {
        fs::remove_dir_all(&part).ok();
    }
    renamed?;
    sync(out.parent().unwrap_or(Path::new(".")))?;
    println!("exported to {}", out.display());
    Ok(ExitCode::SUCCESS)
}

/// The unfinished export, beside its place so that a rename is enough.
fn part_of(out: &Path) -> anyhow::Result<PathBuf> {
    let name = out.file_name().context("--out must name a folder")?.to_string_lossy();
    Ok(out.with_file_name(format!(".{name}.part-{}", std::process::id())))
}

async fn write_all(database: &str, folder: &Path, after: i64) -> anyhow::Result<()> {
    let mut snapshot = Snapshot::open(database).await?;
    for book in Book::ALL {
        let path = folder.join(book.file());
        let file = File::create_new(&path);
        let file = file.with_context(|| format!("cannot make {}", path.display()))?;
        let mut writer = BufWriter::new(file);
        let mut lines = 0_i64;
        let mut sink = |line: &str| {
            lines += 1;
            if lines % RECORDS_PER_LINE == 0 {
                eprintln!("{}: {lines} lines", book.file());
            }
            writer.write_all(line.as_bytes())?;
            writer.write_all(b"\n")
        };
        let written = snapshot.export(book, after, &mut sink).await?;
        let file = writer.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.sync_all().with_context(|| format!("cannot write {}", path.display()))?;
        eprintln!("{}: {written} lines", book.file());
    }
    snapshot.close().await;
    sync(folder)
}

fn sync(folder: &Path) -> anyhow::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all().with_context(|| format!("cannot write {}", folder.display()))
}

//! Wrong lines on purpose: each must be found by the simulation, with a seed that finds it again.
//!
//! Owns reading `tests/mutants/list.txt`, a copy of the workspace under `target/mutants`, and the
//! table of what was found. May not touch the sources themselves. Next: `../main.rs`.

use anyhow::{Context, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Seeds that are tried for each wrong line: six times as many as the slowest one needed.
const SEEDS_MAX: u64 = 600;
/// Found of a hundred, at least.
const FOUND_HUNDREDTHS_MIN: usize = 95;
/// Folders that are not copied: what was built, and git's own.
const FOLDERS_SKIPPED: &[&str] = &["target", ".git", "run"];

/// One wrong line.
#[derive(Debug, Default, Clone)]
struct Mutant {
    name: String,
    file: String,
    old: String,
    new: String,
}

fn main() -> anyhow::Result<ExitCode> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let all = read(&fs::read_to_string(root.join("tests/mutants/list.txt"))?);
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |mutant: &&Mutant| {
        let number = mutant.name.split(' ').next().unwrap_or_default();
        chosen.is_empty() || chosen.iter().any(|one| one == number)
    };
    let copy = root.join("target/mutants/tree");
    copy_tree(&root, &copy)?;
    let target = root.join("target/mutants/build");
    build(&copy, &target).context("the copy does not build before any change")?;
    let (mut found, mut tried) = (0, 0);
    for mutant in all.iter().filter(wanted) {
        tried += 1;
        let outcome = try_one(&copy, &target, mutant)?;
        found += usize::from(outcome.is_some());
        let seed = outcome.map_or_else(|| "SURVIVED".to_owned(), |seed| format!("seed {seed}"));
        println!("{seed:<10} {}", mutant.name);
    }
    println!("{found} of {tried} found, each again by its seed");
    let enough = found * 100 >= tried * FOUND_HUNDREDTHS_MIN;
    Ok(if enough { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads blocks of `= name`, `@ file`, `- old`, `+ new`.
fn read(text: &str) -> Vec<Mutant> {
    let mut all: Vec<Mutant> = Vec::new();
    for line in text.lines() {
        let (mark, rest) = line.split_at(line.len().min(2));
        if mark == "= " {
            all.push(Mutant { name: rest.to_owned(), ..Mutant::default() });
        }
        let Some(last) = all.last_mut() else { continue };
        match mark {
            "@ " => rest.clone_into(&mut last.file),
            "- " => last.old.push_str(&format!("{rest}\n")),
            "+ " => last.new.push_str(&format!("{rest}\n")),
            _ => {}
        }
    }
    all
}

/// Returns the seed that found it, and found it again.
fn try_one(copy: &Path, target: &Path, mutant: &Mutant) -> anyhow::Result<Option<u64>> {
    let path = copy.join(&mutant.file);
    let right = fs::read_to_string(&path).with_context(|| mutant.file.clone())?;
    if right.matches(&mutant.old).count() != 1 {
        bail!("{}: its old lines are not there exactly once", mutant.name);
    }
    fs::write(&path, right.replacen(&mutant.old, &mutant.new, 1))?;
    let built = build(copy, target).with_context(|| mutant.name.clone());
    fs::write(&path, &right)?;
    built?;
    let many = simulation(copy, target, &["--seeds", &SEEDS_MAX.to_string()])?;
    let found = many.lines().find_map(|line| line.strip_prefix("FAILED at seed "));
    let seed = found.and_then(|rest| rest.split(';').next()).and_then(|seed| seed.parse().ok());
    let Some(seed) = seed else { return Ok(None) };
    let again = simulation(copy, target, &["--seed", &format!("{seed}")])?;
    let broken = again.lines().find(|line| line.contains("transaction") && line.contains(" ms: "));
    if broken.is_none() && again.contains(" 0 promises broken") {
        bail!("{}: seed {seed} does not find it again", mutant.name);
    }
    println!("           {}", broken.unwrap_or_default());
    Ok(Some(seed))
}

fn build(copy: &Path, target: &Path) -> anyhow::Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "-q", "--profile", "simulation", "-p", "baton-simulation"]);
    cargo.args(["--bin", "simulation"]).current_dir(copy).env("CARGO_TARGET_DIR", target);
    let done = cargo.output()?;
    if !done.status.success() {
        bail!("it does not build: {}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(())
}

fn simulation(copy: &Path, target: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut program = Command::new(target.join("simulation/simulation"));
    let out = target.join("coverage.json");
    program.args(arguments).arg("--out").arg(out).current_dir(copy);
    Ok(String::from_utf8_lossy(&program.output()?.stdout).into_owned())
}

/// Copies the sources; a file that is the same already keeps its time, so builds stay short.
fn copy_tree(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let skipped = FOLDERS_SKIPPED.iter().any(|one| name.to_str() == Some(*one));
        if skipped && entry.file_type()?.is_dir() || entry.file_type()?.is_symlink() {
            continue;
        }
        let place = to.join(&name);
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &place)?;
        } else if fs::read(&place).ok() != fs::read(entry.path()).ok() {
            fs::copy(entry.path(), &place)?;
        }
    }
    Ok(())
}

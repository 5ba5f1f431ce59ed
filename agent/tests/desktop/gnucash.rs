//! GnuCash with a small book of its own, which is the witness of what was entered.
//!
//! Owns making the book once, a copy for each run, starting the program and asking the book. Next:
//! `gnucash/book.py`, which makes it; `apps`, which starts it.

use crate::condition::Condition;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What GnuCash would else greet a new user with.
const GREETINGS: [(&str, &str); 2] = [
    ("org.gnucash.GnuCash.dialogs.totd", "show-at-startup"),
    ("org.gnucash.GnuCash.dialogs.new-user", "first-startup"),
];
/// The names that were entered: all but what the book began with.
const ENTERED: &str = "SELECT name FROM accounts WHERE name NOT IN ('Root Account', 'Till')";

/// The book that every run gets a copy of.
pub struct Book(PathBuf);

impl Book {
    /// Makes it, and lets nothing greet the session's new user.
    pub fn make(folder: &Path) -> anyhow::Result<Self> {
        let book = folder.join("first.gnucash");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desktop/gnucash/book.py");
        let mut python = Command::new("/usr/bin/python3");
        let made = python.arg(script).arg(&book).output()?;
        let wrong = String::from_utf8_lossy(&made.stderr);
        anyhow::ensure!(made.status.success(), "no book (python3-gnucash is needed): {wrong}");
        for (schema, key) in GREETINGS {
            let set = Command::new("gsettings").args(["set", schema, key, "false"]).status()?;
            anyhow::ensure!(set.success(), "gsettings cannot set {schema} {key}");
        }
        Ok(Self(book))
    }

    /// Opens a copy in GnuCash, and returns where the copy is.
    pub fn open(&self, folder: &Path, condition: Condition) -> anyhow::Result<(Child, PathBuf)> {
        let copy = folder.join("shop.gnucash");
        std::fs::copy(&self.0, &copy)?;
        let mut program = Command::new("gnucash");
        if condition == Condition::WrongScreen {
            // Without a book there is no list of accounts.
            program.arg("--nofile");
        } else {
            program.arg(format!("sqlite3://{}", copy.display()));
        }
        program.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        Ok((program.spawn()?, copy))
    }
}

/// Returns the names that stand in a book.
pub fn entered(book: &Path) -> anyhow::Result<Vec<String>> {
    let said = Command::new("sqlite3")
        .args(["-readonly", "-cmd", ".timeout 2000"])
        .arg(book)
        .arg(ENTERED)
        .output()?;
    let wrong = String::from_utf8_lossy(&said.stderr);
    anyhow::ensure!(said.status.success(), "the book: {wrong}");
    Ok(String::from_utf8(said.stdout)?.lines().map(str::to_owned).collect())
}

//! What is slipped under a program: a wrong wall clock, and an fsync that fails on command.
//!
//! Owns the two libraries that are preloaded and the files that steer them. A machine without
//! libfaketime or a C compiler runs without: those faults are counted as skipped. Next: `faults`.

use anyhow::Context;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian and others put libfaketime's library for programs with threads.
const FAKETIME_PLACES: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib64/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
    "/usr/local/lib/faketime/libfaketimeMT.so.1",
];
/// The source of the library whose fsync fails while the file named by `SHIM_FSYNC_FAILS` exists.
const FSYNC_SOURCE: &str = include_str!("shim/fsync.c");

/// How far a wall clock is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is right.
    None,
    DayAhead,
    TenMinutesBack,
}

/// What is slipped under one program.
#[derive(Debug, Clone, Default)]
pub struct Shim {
    libraries: Vec<PathBuf>,
    clock: Option<PathBuf>,
    trigger: Option<PathBuf>,
}

impl Step {
    /// Returns the offset in libfaketime's words.
    const fn offset(self) -> &'static str {
        match self {
            Self::None => "+0",
            Self::DayAhead => "+1d",
            Self::TenMinutesBack => "-10m",
        }
    }
}

impl Shim {
    /// Adds a clock that can be set, if libfaketime is here.
    ///
    /// # Errors
    /// When the file that steers it cannot be written.
    pub fn with_clock(mut self, folder: &Path, name: &str) -> anyhow::Result<Self> {
        let library = FAKETIME_PLACES.iter().map(Path::new).find(|place| place.is_file());
        if let Some(library) = library {
            self.libraries.push(library.to_owned());
            self.clock = Some(folder.join(format!("{name}.clock")));
            self.set_clock(Step::None)?;
        }
        Ok(self)
    }

    /// Adds an fsync that fails on command, if there is a C compiler.
    ///
    /// # Errors
    /// When the source cannot be written.
    pub fn with_fsync(mut self, folder: &Path) -> anyhow::Result<Self> {
        let (source, library) = (folder.join("fsync.c"), folder.join("fsync.so"));
        std::fs::write(&source, FSYNC_SOURCE)?;
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).arg(&source).arg("-ldl");
        if cc.status().is_ok_and(|status| status.success()) {
            self.libraries.push(library);
            self.trigger = Some(folder.join("fsync.fails"));
        }
        Ok(self)
    }

    /// Tells whether its clock can be set.
    pub const fn has_clock(&self) -> bool {
        self.clock.is_some()
    }

    /// Tells whether its fsync can fail.
    pub const fn has_fsync(&self) -> bool {
        self.trigger.is_some()
    }

    /// Sets the wall clock; the program sees it within a second. Its steady clock does not move.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_clock(&self, step: Step) -> anyhow::Result<()> {
        let path = self.clock.as_ref().context("no clock that can be set")?;
        Ok(std::fs::write(path, step.offset())?)
    }

    /// Makes every fsync fail from now on.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn break_fsync(&self) -> anyhow::Result<()> {
        let path = self.trigger.as_ref().context("no fsync that can fail")?;
        Ok(std::fs::write(path, "")?)
    }

    /// Makes fsync work again.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn mend_fsync(&self) -> anyhow::Result<()> {
        let path = self.trigger.as_ref().context("no fsync that can fail")?;
        Ok(std::fs::remove_file(path)?)
    }

    /// Adds what the program's environment needs.
    pub fn slip_under(&self, command: &mut Command) {
        if self.libraries.is_empty() {
            return;
        }
        let libraries: Vec<String> =
            self.libraries.iter().map(|path| path.display().to_string()).collect();
        command.env("LD_PRELOAD", libraries.join(":"));
        if let Some(clock) = &self.clock {
            command.env("FAKETIME_TIMESTAMP_FILE", clock);
            for (name, value) in [
                ("FAKETIME_CACHE_DURATION", "1"),
                ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
                ("FAKETIME_DISABLE_SHM", "1"),
                ("NO_FAKE_STAT", "1"),
            ] {
                command.env(name, value);
            }
        }
        if let Some(trigger) = &self.trigger {
            command.env("SHIM_FSYNC_FAILS", trigger);
        }
    }
}

//! One program of the product or of the world around it, as a process that can be killed.
//!
//! Owns start, `kill -9` and restart with the same arguments, and its log file. A program that ends
//! without having been killed is a surprise. Next: `stage`, which knows all of them.

use crate::shim::Shim;
use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Environment variables that set the level of each program's log.
const LOG_VARIABLES: [&str; 2] = ["RUST_LOG", "BATON_LOG"];

/// A program with its arguments.
#[derive(Debug)]
pub struct Program {
    name: String,
    binary: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    level: String,
    shim: Shim,
    child: Option<Child>,
}

/// Finds a program beside the running one.
///
/// # Errors
/// Says which is missing and how to build it.
pub fn beside(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("the running program's place is not known")?;
    let folder = own.parent().context("the running program has no folder")?;
    let path = folder.join(name);
    if path.is_file() {
        return Ok(path);
    }
    bail!(
        "{name} is not beside chaos in {}: build it first with `cargo build -p baton-gateway \
         -p baton-relay-device -p baton-agent -p baton-simulators`, in the same profile",
        folder.display()
    )
}

impl Program {
    /// Names a program; starts nothing yet.
    ///
    /// # Errors
    /// As [`beside`].
    pub fn new(name: &str, binary: &str, folder: &Path, level: &str) -> anyhow::Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            binary: beside(binary)?,
            arguments: Vec::new(),
            log: folder.join(format!("{name}.log")),
            level: level.to_owned(),
            shim: Shim::default(),
            child: None,
        })
    }

    /// Adds arguments.
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|one| (*one).to_owned()));
        self
    }

    /// Slips libraries under it at its next start.
    pub fn slip(&mut self, shim: Shim) {
        self.shim = shim;
    }

    /// Tells whether it has ended by itself; it counts as down then.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn has_ended(&mut self) -> anyhow::Result<bool> {
        let Some(child) = &mut self.child else { return Ok(true) };
        let ended = child.try_wait()?.is_some();
        if ended {
            self.child = None;
        }
        Ok(ended)
    }

    /// Starts it; its output goes to the end of its log.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn start(&mut self) -> anyhow::Result<()> {
        let log = self.open_log()?;
        let mut command = Command::new(&self.binary);
        command.args(&self.arguments).stdin(Stdio::null());
        command.stdout(log.try_clone()?).stderr(log);
        for variable in LOG_VARIABLES {
            command.env(variable, &self.level);
        }
        self.shim.slip_under(&mut command);
        let child = command.spawn().with_context(|| format!("{} does not start", self.name))?;
        self.child = Some(child);
        Ok(())
    }

    /// Kills it as the system's out-of-memory killer would.
    ///
    /// # Errors
    /// When it is down already: then the blow was not planned well.
    pub fn strike(&mut self) -> anyhow::Result<()> {
        anyhow::ensure!(self.child.is_some(), "{} was to be killed and is down", self.name);
        self.kill();
        Ok(())
    }

    /// Starts it again, unless it runs.
    ///
    /// # Errors
    /// As [`Program::start`].
    pub fn restart(&mut self) -> anyhow::Result<()> {
        if self.child.is_some() { Ok(()) } else { self.start() }
    }

    /// Stops its clock: it keeps its connections and hears nothing.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn freeze(&mut self) -> anyhow::Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn thaw(&mut self) -> anyhow::Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let Some(child) = &self.child else { return Ok(()) };
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let id = id.context("the system gave no usable process id")?;
        Ok(kill_process(id, signal)?)
    }

    /// Kills it and waits until it is gone.
    pub fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        // SIGKILL of a child that was not waited for cannot hit another process.
        if child.kill().is_err() || child.wait().is_err() {
            eprintln!("{} could not be killed", self.name);
        }
    }

    /// Tells how it ended, if it ended without having been killed; it is started again then.
    ///
    /// # Errors
    /// As [`Program::start`].
    pub fn look(&mut self) -> anyhow::Result<Option<String>> {
        let Some(child) = &mut self.child else { return Ok(None) };
        let Some(status) = child.try_wait()? else { return Ok(None) };
        let words = format!("{} ended by itself: {status}", self.name);
        self.start()?;
        Ok(Some(words))
    }

    fn open_log(&self) -> anyhow::Result<File> {
        let opened = OpenOptions::new().append(true).create(true).open(&self.log);
        opened.with_context(|| format!("cannot write {}", self.log.display()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

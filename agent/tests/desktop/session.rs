//! A login session of its own: X server, buses, window manager, on a free display, in a temporary
//! home, all stopped at the end.
//!
//! Owns starting and stopping. May not touch any other session. Next: `main.rs`, which runs in it.

use crate::clock::until;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A running session.
pub struct Session {
    home: TempDir,
    variables: BTreeMap<&'static str, String>,
    running: Vec<Child>,
}

impl Session {
    /// Starts one.
    pub fn start() -> anyhow::Result<Self> {
        let home = tempfile::tempdir()?;
        let runtime = home.path().join("run");
        std::fs::create_dir(&runtime)?;
        let mut session = Self { home, variables: BTreeMap::new(), running: Vec::new() };
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let home = path(session.home.path());
        session.variables.insert("HOME", home);
        session.variables.insert("XDG_RUNTIME_DIR", path(&runtime));
        session.variables.insert("NO_AT_BRIDGE", "0".to_owned());
        session.variables.insert("LC_ALL", "C.UTF-8".to_owned());
        session.variables.insert("GTK_IM_MODULE", "ibus".to_owned());
        session.variables.insert("GSETTINGS_BACKEND", "keyfile".to_owned());
        let display = session.display()?;
        session.variables.insert("DISPLAY", display);
        let bus = ["dbus-daemon", "--session", "--nofork", "--print-address=1"];
        let address = session.first_line(&bus)?;
        session.variables.insert("DBUS_SESSION_BUS_ADDRESS", address);
        let manager = session.command("openbox").stderr(Stdio::null()).spawn()?;
        session.running.push(manager);
        Ok(session)
    }

    /// Makes a command that runs in the session, in a process group of its own.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(&self.variables).stdin(Stdio::null()).process_group(0);
        command
    }

    /// Starts the X server on a display that it finds free itself.
    fn display(&mut self) -> anyhow::Result<String> {
        let server = ["Xvfb", "-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp"];
        let number = self.first_line(&server)?;
        let display = format!(":{number}");
        let socket = format!("/tmp/.X11-unix/X{number}");
        let there = until(10, || Path::new(&socket).exists().then_some(()));
        anyhow::ensure!(there.is_some(), "the X server did not start");
        Ok(display)
    }

    fn first_line(&mut self, words: &[&str]) -> anyhow::Result<String> {
        let [program, rest @ ..] = words else { anyhow::bail!("no program") };
        let mut command = self.command(program);
        command.args(rest).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command
            .spawn()
            .map_err(|fault| anyhow::anyhow!("{program} does not start: {fault}"))?;
        let out = child.stdout.take().ok_or_else(|| anyhow::anyhow!("no output"))?;
        self.running.push(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        anyhow::ensure!(!line.trim().is_empty(), "{program} said nothing");
        Ok(line.trim().to_owned())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for mut child in self.running.drain(..).rev() {
            end_group(&mut child);
        }
    }
}

/// Ends a program and what it started.
pub fn end_group(child: &mut Child) {
    let group = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        rustix::process::kill_process_group(group, rustix::process::Signal::KILL).ok();
    }
    child.wait().ok();
}

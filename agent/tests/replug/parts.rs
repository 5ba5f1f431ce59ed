//! The parts of the till: processes on a display of their own that can be killed and started.
//!
//! Owns starting and ending them. May not touch any other session. Next: `story`.

use crate::clock::{pause, until};
use anyhow::Context;
use baton_agent::config::signature;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tempfile::TempDir;

/// How long a unit waits before it starts a part again, as the shipped units say.
pub const RESTART_MS: u64 = 1_000;
const RECIPE: &str = include_str!("zenity.toml");

/// A process group that ends with this value.
pub struct Part(Child);

impl Part {
    pub fn kill(mut self) {
        self.end();
    }

    /// Asks it to stop, as a session does that ends, and waits until it has.
    pub fn stop(mut self) {
        if let Some(process) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            kill_process(process, Signal::TERM).ok();
        }
        self.0.wait().ok();
    }

    fn end(&mut self) {
        if let Some(group) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            kill_process_group(group, Signal::KILL).ok();
        }
        self.0.wait().ok();
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.end();
    }
}

/// The service's process and how it is spoken to.
pub struct Service {
    part: Part,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Service {
    pub fn ask(&mut self, line: &str) -> anyhow::Result<String> {
        writeln!(self.to, "{line}")?;
        self.answer()
    }

    fn answer(&mut self) -> anyhow::Result<String> {
        let mut answer = String::new();
        self.from.read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    }

    pub fn kill(self) {
        self.part.kill();
    }
}

/// Everything that the parts share.
pub struct Shop {
    home: TempDir,
    display: String,
    bus: String,
    /// Ended after everything else.
    _bus: Part,
}

impl Shop {
    pub fn new() -> anyhow::Result<Self> {
        let home = tempfile::tempdir()?;
        std::fs::create_dir(home.path().join("run"))?;
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--print-address=1"]);
        command.env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path().join("run"));
        let (part, bus) = first_line(&mut command)?;
        let shop = Self { home, display: free_display()?, bus, _bus: part };
        shop.write_settings()?;
        Ok(shop)
    }

    pub fn settings(&self) -> PathBuf {
        self.home.path().join("agent.toml")
    }

    pub fn socket(&self) -> PathBuf {
        self.home.path().join("run/login.sock")
    }

    /// Tells whether the helper has noted that a code may stand in a field.
    pub fn stands(&self) -> bool {
        self.home.path().join("run/baton-agent-standing").exists()
    }

    /// What the POS program recorded, a code a line.
    pub fn record(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.home.path().join("record")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn write_settings(&self) -> anyhow::Result<()> {
        let (key, recipe) =
            (self.home.path().join("key"), self.home.path().join("zenity-pos.toml"));
        let signer = signature::make_key(&key)?;
        std::fs::write(&recipe, RECIPE)?;
        signature::sign(&recipe, &key)?;
        let (folder, socket) = (self.home.path().display(), self.socket());
        let text = format!(
            "[recipes]\nfolder = \"{folder}\"\nsigners = [\"{signer}\"]\n[login]\nsocket = \"{}\"\n\
             [[apps]]\napp = \"zenity-pos\"\ndriver = \"recipe\"\n",
            socket.display()
        );
        Ok(std::fs::write(self.settings(), text)?)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env("HOME", self.home.path());
        command.env("XDG_RUNTIME_DIR", self.home.path().join("run"));
        command.env("DISPLAY", &self.display).env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        command.env("NO_AT_BRIDGE", "0").env("LC_ALL", "C.UTF-8");
        command.env("GSETTINGS_BACKEND", "keyfile").stdin(Stdio::null()).process_group(0);
        command
    }

    /// X server and window manager.
    pub fn screen(&self) -> anyhow::Result<(Part, Part)> {
        let mut server = self.command(Path::new("Xvfb"));
        server.args([&self.display, "-screen", "0", "1366x768x24", "-nolisten", "tcp"]);
        let server = Part(server.stderr(Stdio::null()).spawn().context("Xvfb")?);
        let socket = format!("/tmp/.X11-unix/X{}", &self.display[1..]);
        let up = until(10, || std::os::unix::net::UnixStream::connect(&socket).ok());
        anyhow::ensure!(up.is_some(), "the X server did not start");
        let mut manager = self.command(Path::new("openbox"));
        let manager = manager.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Ok((server, Part(manager.context("openbox")?)))
    }

    pub fn pos(&self) -> anyhow::Result<Part> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replug/zenity_pos");
        let mut pos = self.command(&program);
        pos.arg(self.home.path().join("record"));
        Ok(Part(pos.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?))
    }

    pub fn helper(&self) -> anyhow::Result<Part> {
        let mut helper = self.command(&std::env::current_exe()?);
        helper.arg("helper").arg(self.settings());
        Ok(Part(helper.stderr(self.log("helper.log")?).spawn()?))
    }

    pub fn service(&self) -> anyhow::Result<Service> {
        let mut service = self.command(&std::env::current_exe()?);
        service.arg("service").arg(self.settings());
        service.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(self.log("service.log")?);
        let mut child = service.spawn()?;
        let to = child.stdin.take().context("input")?;
        let from = BufReader::new(child.stdout.take().context("output")?);
        let mut service = Service { part: Part(child), to, from };
        anyhow::ensure!(service.answer()? == "ready", "the service did not start");
        Ok(service)
    }

    fn log(&self, name: &str) -> anyhow::Result<std::fs::File> {
        let path = self.home.path().join(name);
        Ok(std::fs::File::options().append(true).create(true).open(path)?)
    }

    /// Says what service and helper logged, for a run that failed.
    pub fn logs(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.home.path().join(name));
        ["service.log", "helper.log"].map(|name| read(name).unwrap_or_default()).join("\n")
    }
}

/// Waits as a unit does before it starts a part again.
pub fn as_a_unit() {
    pause(RESTART_MS);
}

fn free_display() -> anyhow::Result<String> {
    let (mut probe, number) = {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-nolisten", "tcp"]);
        first_line(&mut command)?
    };
    probe.end();
    Ok(format!(":{number}"))
}

fn first_line(command: &mut Command) -> anyhow::Result<(Part, String)> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    let mut child = command.spawn().with_context(|| format!("{command:?}"))?;
    let out = child.stdout.take().context("output")?;
    let part = Part(child);
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    Ok((part, line.trim().to_owned()))
}

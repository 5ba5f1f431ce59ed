//! The decoy's process as the runs see it: commands go in, the keys it got come out.
//!
//! Owns the process. Next: `decoy`, which is what runs there.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A running decoy.
#[derive(Clone)]
pub struct Villain(Arc<Mutex<Process>>);

struct Process {
    child: Child,
    commands: ChildStdin,
    lines: Receiver<String>,
    keys: usize,
    owed: usize,
}

impl Villain {
    /// Starts the program that is one.
    pub fn start(mut program: Command) -> anyhow::Result<Self> {
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(commands), Some(out)) = (child.stdin.take(), child.stdout.take()) else {
            anyhow::bail!("the decoy has no pipes");
        };
        let (told, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if told.send(line).is_err() {
                    break;
                }
            }
        });
        let process = Process { child, commands, lines, keys: 0, owed: 0 };
        Ok(Self(Arc::new(Mutex::new(process))))
    }

    /// Gives a command and does not wait for it.
    pub fn hint(&self, command: &str) {
        let mut process = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if writeln!(process.commands, "{command}").is_ok() {
            process.owed += 1;
        }
    }

    /// Gives a command and waits until it is done.
    pub fn order(&self, command: &str) -> anyhow::Result<()> {
        self.hint(command);
        self.settle()
    }

    /// Waits until every command is done.
    pub fn settle(&self) -> anyhow::Result<()> {
        let mut process = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while process.owed > 0 {
            match process.lines.recv_timeout(Duration::from_secs(5))?.as_str() {
                "done" => process.owed -= 1,
                _ => process.keys += 1,
            }
        }
        Ok(())
    }

    /// Returns how many keys it got since it was asked last.
    pub fn keys(&self) -> usize {
        let mut process = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Ok(line) = process.lines.recv_timeout(Duration::from_millis(30)) {
            match line.as_str() {
                "done" => process.owed = process.owed.saturating_sub(1),
                _ => process.keys += 1,
            }
        }
        std::mem::take(&mut process.keys)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

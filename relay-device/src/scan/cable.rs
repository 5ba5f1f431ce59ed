//! A serial cable for tests: a pair of ports that `socat` joins, pulled out and plugged in again.
//!
//! Owns both ends, `device` and `terminal`. Next: the tests that have a device at one end.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A device on a cable.
pub(crate) struct Cable {
    folder: TempDir,
    socat: Option<Child>,
}

impl Cable {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), socat: None }
    }

    pub(crate) fn end(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn plug(&mut self) {
        let link = |name| format!("pty,raw,echo=0,link={}", self.end(name).display());
        let socat = Command::new("socat")
            .args([link("device"), link("terminal")])
            .stderr(Stdio::null())
            .spawn();
        assert!(socat.is_ok(), "{socat:?}; install socat (Debian: apt-get install socat)");
        self.socat = socat.ok();
    }

    /// Waits until both ends are there.
    pub(crate) fn wait(&self) {
        while !(self.end("device").exists() && self.end("terminal").exists()) {
            std::thread::yield_now();
        }
    }

    pub(crate) fn unplug(&mut self) {
        let mut socat = self.socat.take().unwrap();
        // The polite signal, so that it takes its links away.
        let id = rustix::process::Pid::from_child(&socat);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        socat.wait().unwrap();
    }

    /// Sends from the device's end.
    pub(crate) fn send(&self, bytes: &[u8]) {
        let mut end = std::fs::OpenOptions::new().write(true).open(self.end("device")).unwrap();
        end.write_all(bytes).unwrap();
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        if let Some(mut socat) = self.socat.take() {
            socat.kill().unwrap_or_default();
            socat.wait().map(|_| ()).unwrap_or_default();
        }
    }
}

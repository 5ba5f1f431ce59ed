//! IBus with its Hangul engine, as it runs in a Korean shop.
//!
//! Owns starting it in the session and switching the engine. Next: `run`.

use crate::clock::until;
use crate::session::end_group;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// A running IBus.
pub struct Ibus(Child);

impl Ibus {
    /// Starts it with Hangul on.
    pub fn start() -> anyhow::Result<Self> {
        let schema = "org.freedesktop.ibus.engine.hangul";
        let set = ["set", schema, "initial-input-mode", "hangul"];
        let set = Command::new("gsettings").args(set).status()?;
        anyhow::ensure!(set.success(), "gsettings cannot turn hangul on");
        let mut command = Command::new("ibus-daemon");
        command.args(["--xim", "--panel=disable"]).process_group(0);
        let daemon = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let ibus = Self(daemon);
        let on = until(15, || {
            let set = Command::new("ibus").args(["engine", "hangul"]).output().ok()?;
            let said = Command::new("ibus").arg("engine").output().ok()?;
            let hangul = String::from_utf8_lossy(&said.stdout).trim() == "hangul";
            (set.status.success() && hangul).then_some(())
        });
        anyhow::ensure!(on.is_some(), "ibus did not turn hangul on");
        Ok(ibus)
    }
}

impl Drop for Ibus {
    fn drop(&mut self) {
        end_group(&mut self.0);
    }
}

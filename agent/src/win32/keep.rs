//! The login helper kept running: what Windows starts at a login starts it, again and again.
//!
//! Owns that loop and where the helper's log goes. It has no window, no pipe and no rights of its
//! own; the helper is a program beside it, from the file that stands there now. Next:
//! [`crate::login::session`].

use std::fs::File;
use std::io;
use std::os::windows::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The user's folder for what stays on this machine.
const FOLDER_VARIABLE: &str = "LOCALAPPDATA";
/// The helper's log in it.
const LOG: [&str; 2] = ["Baton", "login.log"];
/// A helper starts with a new log where the old one is longer, in bytes, so that two of them never
/// fill a disk.
const LOG_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// The pause before a helper that ended is started again, in milliseconds: as on Linux.
const AGAIN_MS: u64 = 1_000;
/// The helper gets no console window. Source: `CREATE_NO_WINDOW`.
const NO_WINDOW: u32 = 0x0800_0000;

/// Keeps a helper running for ever; the end of the session ends both.
///
/// # Errors
/// [`io::Error`] where this program's file cannot be told, or no helper can be started.
pub async fn keep(config: &Path) -> io::Result<()> {
    baton_win32::start::without_console();
    let program = std::env::current_exe()?;
    loop {
        let mut helper = Command::new(&program);
        helper.args(["login", "--config"]).arg(config).stdin(Stdio::null()).stdout(Stdio::null());
        helper.stderr(log().map_or_else(|_| Stdio::null(), Stdio::from));
        let mut helper = helper.creation_flags(NO_WINDOW).spawn()?;
        tokio::task::spawn_blocking(move || helper.wait()).await.map_err(io::Error::other)??;
        tokio::time::sleep(Duration::from_millis(AGAIN_MS)).await;
    }
}

fn log() -> io::Result<File> {
    let folder = std::env::var_os(FOLDER_VARIABLE).ok_or(io::ErrorKind::NotFound)?;
    let path: PathBuf = std::iter::once(folder).chain(LOG.map(Into::into)).collect();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    if path.metadata().is_ok_and(|known| known.len() > LOG_BYTES_MAX) {
        std::fs::rename(&path, path.with_extension("log.1"))?;
    }
    File::options().create(true).append(true).open(path)
}

//! How this program is asked to stop: signals on Unix, console events on Windows.
//!
//! Owns the wait. Next: `main.rs`, which stops the agent then.

/// Returns when somebody asks this program to stop.
///
/// # Errors
/// [`std::io::Error`] where the system cannot be listened to.
#[cfg(unix)]
pub async fn asked() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

/// Returns when somebody asks this program to stop.
///
/// # Errors
/// [`std::io::Error`] where the system cannot be listened to.
#[cfg(windows)]
pub async fn asked() -> std::io::Result<()> {
    use tokio::signal::windows::{ctrl_break, ctrl_close, ctrl_shutdown};

    let (mut paused, mut closed, mut ended) = (ctrl_break()?, ctrl_close()?, ctrl_shutdown()?);
    tokio::select! {
        _ = paused.recv() => Ok(()),
        _ = closed.recv() => Ok(()),
        _ = ended.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

//! How this program is asked to stop.
//!
//! Owns the wait for it. Next: [`crate::start`]'s callers, which stop the gateway or the demo then.

/// Returns when somebody asks this program to stop: Ctrl-C, or SIGTERM.
///
/// # Errors
/// [`std::io::Error`] where signals cannot be heard.
pub async fn asked() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        heard = tokio::signal::ctrl_c() => heard,
        _ = terminate.recv() => Ok(()),
    }
}

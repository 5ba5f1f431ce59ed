//! Entries through the serial port from which a POS program expects a scanner.
//!
//! Owns the port and the line `kind;app_id;transaction_id;entry;action;minor;currency` with its
//! carriage return. Nothing comes back that way, so every entry's outcome is *unknown* and the
//! gateway inquires. The port stays open and is opened anew when it vanished.

use crate::config::ScannerSettings;
use baton_protocol::evidence::{Cause, Fence};
use baton_protocol::link::{Command, FenceReason};
use baton_protocol::work::{MembershipAction, UnknownReason, Verdict, Work};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::sync::Mutex;
use tokio_serial::{SerialPort, SerialPortBuilderExt, SerialStream};
use zeroize::Zeroizing;

/// How long the port may take one line, in seconds: at 9,600 bit/s the longest takes a third.
const WRITE_S_MAX: u64 = 5;
/// What separates the fields of a line.
const SEPARATOR: char = ';';

/// The scanner driver.
#[derive(Debug)]
pub struct ScannerPos {
    path: String,
    baud: u32,
    port: Mutex<Option<SerialStream>>,
}

impl ScannerPos {
    /// Makes the driver; opens nothing yet.
    #[must_use]
    pub fn new(settings: &ScannerSettings) -> Self {
        Self { path: settings.port.clone(), baud: settings.baud, port: Mutex::new(None) }
    }

    /// Makes sure that the port is open and that the entry can stand in a line.
    ///
    /// # Errors
    /// [`FenceReason::PosNotReady`] with its cause.
    pub async fn prepare(&self, command: &Command) -> Result<(), Fence> {
        let transaction = command.transaction;
        if command.work.reveal().contains(SEPARATOR) {
            tracing::warn!(%transaction, "the entry holds a semicolon, which no line can carry");
            return Err(Fence::because(FenceReason::PosNotReady, Cause::Unwritable));
        }
        let mut port = self.port.lock().await;
        // A port whose other end went away answers no question about itself any more.
        if port.as_ref().is_some_and(|port| port.bytes_to_read().is_err()) {
            *port = None;
        }
        if port.is_none() {
            let opened = tokio_serial::new(&self.path, self.baud).open_native_async();
            let opened = opened.map_err(|fault| {
                tracing::warn!(%transaction, path = %self.path, %fault, "scanner port");
                Fence::because(FenceReason::PosNotReady, Cause::PosAway)
            })?;
            *port = Some(opened);
        }
        Ok(())
    }

    /// Writes the line, once.
    pub async fn execute(&self, command: &Command) -> Verdict {
        let line = line(command);
        let mut port = self.port.lock().await;
        let reason = match port.as_mut() {
            Some(open) => {
                let writing = open.write_all(line.as_bytes());
                match tokio::time::timeout(Duration::from_secs(WRITE_S_MAX), writing).await {
                    Ok(Ok(())) => UnknownReason::Unreadable,
                    Ok(Err(_)) | Err(_) => UnknownReason::Cut,
                }
            }
            None => UnknownReason::Cut,
        };
        if reason == UnknownReason::Cut {
            *port = None;
            tracing::warn!(transaction = %command.transaction, "the scanner port broke in a line");
        }
        Verdict::Unknown { reason }
    }
}

fn line(command: &Command) -> Zeroizing<String> {
    let (kind, action) = match &command.work {
        Work::Payment { .. } => ("payment", "payment"),
        Work::Membership { action: MembershipAction::Accrue, .. } => ("membership", "accrue"),
        Work::Membership { action: MembershipAction::Redeem, .. } => ("membership", "redeem"),
        Work::Membership { action: MembershipAction::Balance, .. } => ("membership", "balance"),
    };
    let (app, transaction, entry) = (&command.app, command.transaction, command.work.reveal());
    let amount = command.work.amount();
    let (minor, currency) = (amount.minor, amount.currency);
    let fields = format!("{kind};{app};{transaction};{entry};{action};{minor};{currency}\r");
    Zeroizing::new(fields)
}

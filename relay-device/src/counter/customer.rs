//! The customer's display on a serial port, unplugged and plugged in again.
//!
//! Owns opening, writing and opening anew. Everything is written again now and then, because such
//! a display forgets its lines with its power and says nothing. Next: [`super::lamp`].

use super::Counter;
use super::display::Input;
use super::lines::{Speech, bytes, lines, reset};
use super::view::View;
use crate::scan::PortName;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_serial::{SerialPortBuilderExt, SerialStream};

/// Pause before a port is tried again, in milliseconds.
const AGAIN_MS: u64 = 500;
/// How often the lines are written without need, in seconds.
const REFRESH_S: u64 = 5;
/// How long writing two lines may take, in seconds: at 1,200 bit/s they take half of one.
const WRITE_S_MAX: u64 = 3;
/// Its name among the parts that need somebody.
const PART: &str = "display";

/// Settings of a display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerSettings {
    /// Which port.
    pub port: PortName,
    /// Its speed, in bits a second.
    pub baud: u32,
    /// Letters in a line.
    pub columns: usize,
    /// How it is told.
    pub speech: Speech,
}

/// Shows the counter's view until this future is dropped.
pub async fn run(settings: CustomerSettings, counter: Counter) {
    let mut view = counter.watch();
    let mut told = None;
    loop {
        let reason = match open(&settings) {
            Ok(port) => {
                counter.tell(Input::PartReady(PART.to_owned()));
                told = None;
                show(port, &settings, &mut view).await
            }
            Err(reason) => reason,
        };
        if told.as_ref() != Some(&reason) {
            tracing::warn!(%reason, "customer display");
            counter.tell(Input::PartTrouble(PART.to_owned()));
        }
        told = Some(reason);
        sleep(Duration::from_millis(AGAIN_MS)).await;
    }
}

fn open(settings: &CustomerSettings) -> Result<SerialStream, String> {
    let path = settings.port.find()?;
    let opened = tokio_serial::new(&path, settings.baud).open_native_async();
    opened.map_err(|fault| format!("{path}: {fault}"))
}

/// Writes until the port fails, and says how.
async fn show(
    mut port: SerialStream,
    settings: &CustomerSettings,
    view: &mut watch::Receiver<View>,
) -> String {
    let mut text = reset().to_vec();
    let mut ignored = [0; 64];
    loop {
        let both = lines(&view.borrow_and_update(), settings.columns);
        text.extend(bytes(&both, settings.speech));
        let writing = async {
            port.write_all(&text).await?;
            port.flush().await
        };
        match timeout(Duration::from_secs(WRITE_S_MAX), writing).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => return format!("unplugged: {fault}"),
            Err(_) => return format!("it took no letters for {WRITE_S_MAX} s"),
        }
        text.clear();
        tokio::select! {
            changed = view.changed() => {
                if changed.is_err() {
                    return "the counter is gone".to_owned();
                }
            }
            () = sleep(Duration::from_secs(REFRESH_S)) => {}
            // A display says nothing; the end of its line is how a pulled plug is seen at once.
            read = port.read(&mut ignored) => match read {
                Ok(0) => return "the port was closed: the display was unplugged".to_owned(),
                Ok(_) => {}
                Err(fault) => return format!("unplugged: {fault}"),
            },
        }
    }
}

#[cfg(test)]
mod tests;

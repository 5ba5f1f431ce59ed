//! A scanner on a serial port: USB-CDC or RS-232, unplugged and plugged in again.
//!
//! Owns opening, reading and opening anew; the port is `tokio-serial`'s, opened for us alone. May
//! not decide what a reading is: it goes through [`super::Outlet`]. Next: [`super::keys`].

use super::framing::{Frames, Framing};
use super::port::PortName;
use super::reading::{Field, Reading};
use super::{Closed, Outlet};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::time::{sleep, timeout};
use tokio_serial::{SerialPortBuilderExt, SerialStream};
use zeroize::Zeroizing;

/// Pause before a port is tried again, in milliseconds: well under the time that it takes to plug a
/// scanner in and scan.
const AGAIN_MS: u64 = 500;
/// Bytes of one read: more than a scanner sends at once.
const READ_BYTES: usize = 512;

/// Settings of a serial scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialSettings {
    /// Which port.
    pub port: PortName,
    /// Its speed, in bits a second; without meaning on USB.
    pub baud: u32,
    /// How readings are marked.
    pub framing: Framing,
    /// What is read.
    pub content: Content,
}

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Bar codes and QR codes.
    Codes,
    /// Radio tags.
    Tags,
    /// Beacons, by a Bluetooth sniffer.
    Sightings,
}

/// Reads until nobody takes readings any more.
pub(super) async fn run(settings: SerialSettings, out: Outlet) {
    let mut told = None;
    while !out.is_closed() {
        let reason = match open(&settings) {
            Ok(port) => {
                told = None;
                match read(port, &settings, &out).await {
                    Ok(reason) => reason,
                    Err(Closed) => return,
                }
            }
            Err(reason) => reason,
        };
        // The same trouble is told once, not twice a second.
        if told.as_ref() != Some(&reason) && out.trouble(reason.clone()).await.is_err() {
            return;
        }
        told = Some(reason);
        sleep(Duration::from_millis(AGAIN_MS)).await;
    }
}

fn open(settings: &SerialSettings) -> Result<SerialStream, String> {
    let path = settings.port.find()?;
    let opened = tokio_serial::new(&path, settings.baud).open_native_async();
    opened.map_err(|fault| format!("{path}: {fault}"))
}

/// Reads until the port fails, and says how.
async fn read(
    mut port: SerialStream,
    settings: &SerialSettings,
    out: &Outlet,
) -> Result<String, Closed> {
    out.ready().await?;
    let mut reading = match settings.content {
        Content::Codes => Reading::Codes,
        Content::Sightings => Reading::Sightings,
        Content::Tags => Reading::Tags(Field::default()),
    };
    let mut frames = Frames::new(settings.framing.clone());
    let mut bytes = Zeroizing::new([0; READ_BYTES]);
    let idle = Duration::from_millis(settings.framing.idle_ms);
    loop {
        let bytes_read = port.read(bytes.as_mut_slice());
        let read = if frames.is_open() {
            timeout(idle, bytes_read).await
        } else {
            tokio::select! {
                read = bytes_read => Ok(read),
                () = out.closed() => return Err(Closed),
            }
        };
        match read {
            Err(_) => {
                if let Some(frame) = frames.idle() {
                    out.take(frame, &mut reading).await?;
                }
            }
            Ok(Ok(0)) => return Ok("the port was closed: the scanner was unplugged".to_owned()),
            Ok(Ok(count)) => {
                for frame in frames.push(bytes.get(..count).unwrap_or_default()) {
                    out.take(frame, &mut reading).await?;
                }
            }
            Ok(Err(fault)) => return Ok(format!("the scanner was unplugged: {fault}")),
        }
    }
}

#[cfg(test)]
mod tests;

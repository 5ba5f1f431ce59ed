//! A scanner that types like a keyboard, through the kernel's input devices.
//!
//! Owns finding the device by its USB numbers and taking it for us alone, so that nothing else on
//! this machine hears what it types and no other keyboard is ever read. The device is the crate
//! `evdev`'s. Nothing comes next.

use super::framing::Frame;
use super::keys::{Keys, Motion};
use super::port::UsbName;
use super::{Closed, Outlet, Reading};
use evdev::{Device, EventStream, EventSummary};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Pause before a device is looked for again, in milliseconds.
const AGAIN_MS: u64 = 500;
/// How long a scanner may pause inside a reading, in milliseconds: they type a key in under 10 ms.
pub const IDLE_MS: u64 = 300;

/// Settings of a scanner that types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WedgeSettings {
    /// Which device; never just any keyboard.
    pub usb: UsbName,
}

/// Reads until nobody takes readings any more.
pub(super) async fn run(settings: WedgeSettings, out: Outlet) {
    let mut told = None;
    while !out.is_closed() {
        let reason = match open(&settings.usb) {
            Ok(device) => {
                told = None;
                match read(device, &out).await {
                    Ok(reason) => reason,
                    Err(Closed) => return,
                }
            }
            Err(reason) => reason,
        };
        if told.as_ref() != Some(&reason) && out.trouble(reason.clone()).await.is_err() {
            return;
        }
        told = Some(reason);
        sleep(Duration::from_millis(AGAIN_MS)).await;
    }
}

/// Finds the device's path, without taking it.
///
/// # Errors
/// What is wrong, for people.
pub fn find(usb: &UsbName) -> Result<String, String> {
    device(usb).map(|(path, _)| path)
}

/// Finds the device and takes it for this program alone.
///
/// # Errors
/// What is wrong, for people.
pub(crate) fn open(usb: &UsbName) -> Result<EventStream, String> {
    let (place, mut device) = device(usb)?;
    device.grab().map_err(|fault| format!("{place} is held by another program: {fault}"))?;
    device.into_event_stream().map_err(|fault| format!("{place}: {fault}"))
}

fn device(usb: &UsbName) -> Result<(String, Device), String> {
    let fits = |device: &Device| {
        let id = device.input_id();
        let serial = device.unique_name().unwrap_or_default();
        let same = usb.serial.is_empty() || usb.serial == serial;
        (id.vendor(), id.product()) == (usb.vendor, usb.product) && same
    };
    let mut devices = evdev::enumerate().filter(|(_, device)| fits(device));
    let found = devices.next().map(|(path, device)| (path.display().to_string(), device));
    found.ok_or_else(|| format!("{usb} is not plugged in, or /dev/input may not be read"))
}

async fn read(mut device: EventStream, out: &Outlet) -> Result<String, Closed> {
    out.ready().await?;
    let mut keys = Keys::default();
    loop {
        let next = device.next_event();
        let event = if keys.is_open() {
            timeout(Duration::from_millis(IDLE_MS), next).await
        } else {
            tokio::select! {
                event = next => Ok(event),
                () = out.closed() => return Err(Closed),
            }
        };
        let frame: Option<Frame> = match event {
            Err(_) => keys.idle(),
            Ok(Ok(event)) => {
                let EventSummary::Key(_, key, value) = event.destructure() else { continue };
                keys.step(key.code(), motion(value))
            }
            Ok(Err(fault)) => return Ok(format!("the scanner was unplugged: {fault}")),
        };
        if let Some(frame) = frame {
            out.take(frame, &mut Reading::Codes).await?;
        }
    }
}

const fn motion(value: i32) -> Motion {
    match value {
        0 => Motion::Up,
        1 => Motion::Down,
        _ => Motion::Held,
    }
}

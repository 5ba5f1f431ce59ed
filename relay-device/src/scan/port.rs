//! Which serial port: by its path, or by the USB device behind it, wherever that is plugged in.
//!
//! Owns the search. A port that is bound to a device is never another one that happens to have its
//! name: whoever swaps the scanner for a keyboard of his own gets no port. Next: [`super::serial`].

use std::fmt;
use tokio_serial::{SerialPortType, available_ports};

/// How a port is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortName {
    /// By its path.
    Path(String),
    /// By the USB device.
    Usb(UsbName),
}

/// A USB device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsbName {
    /// Its maker's number.
    pub vendor: u16,
    /// Its product's number.
    pub product: u16,
    /// Its serial number; empty, any.
    pub serial: String,
}

impl fmt::Display for UsbName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "usb {:04x}:{:04x}", self.vendor, self.product)?;
        if self.serial.is_empty() { Ok(()) } else { write!(f, " {}", self.serial) }
    }
}

impl fmt::Display for PortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.write_str(path),
            Self::Usb(usb) => usb.fmt(f),
        }
    }
}

impl PortName {
    /// Finds the port's path.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub fn find(&self) -> Result<String, String> {
        let wanted = match self {
            Self::Path(path) => return Ok(path.clone()),
            Self::Usb(wanted) => wanted,
        };
        let ports = available_ports().map_err(|fault| fault.to_string())?;
        let mut fitting = ports.into_iter().filter(|port| match &port.port_type {
            SerialPortType::UsbPort(found) => wanted.is(found.vid, found.pid, &found.serial_number),
            SerialPortType::PciPort | SerialPortType::BluetoothPort | SerialPortType::Unknown => {
                false
            }
        });
        let first = fitting.next().ok_or_else(|| format!("{wanted} is not plugged in"))?;
        match fitting.next() {
            None => Ok(first.port_name),
            Some(second) => Err(format!(
                "{wanted} is there twice ({} and {}); add usb_serial",
                first.port_name, second.port_name
            )),
        }
    }
}

impl UsbName {
    fn is(&self, vendor: u16, product: u16, serial: &Option<String>) -> bool {
        let same = self.serial.is_empty() || serial.as_deref() == Some(self.serial.as_str());
        (vendor, product) == (self.vendor, self.product) && same
    }
}

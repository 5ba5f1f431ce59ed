//! Settings of scanners: one table each.
//!
//! Owns their names, and what is said when one of them cannot be used. Next: [`crate::scan`].

use super::ConfigFault;
use crate::scan::framing::{IDLE_MS_MAX, READING_BYTES_MAX};
use crate::scan::port::UsbName;
use crate::scan::{Content, Framing, PortName, SerialSettings, SourceSettings, WedgeSettings};
use serde::Deserialize;

/// The shortest silence in milliseconds: at 9,600 bit/s a byte takes one, and systems add some.
const IDLE_MS_MIN: u64 = 20;

/// One scanner.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScannerSettings {
    /// Its name in logs and reports.
    pub name: String,
    /// How it is connected.
    #[serde(default)]
    pub kind: ScannerKind,
    /// The path of its serial port; empty, it is found by `usb`.
    #[serde(default)]
    pub port: String,
    /// Maker and product of its USB device, as 0c2e:0b61; empty, it is found by `port`.
    #[serde(default)]
    pub usb: String,
    /// The serial number of its USB device; empty, any.
    #[serde(default)]
    pub usb_serial: String,
    /// Speed of the serial port, in bits a second.
    #[serde(default = "baud")]
    pub baud: u32,
    /// What begins each reading.
    #[serde(default)]
    pub prefix: String,
    /// What ends each reading; empty, silence does.
    #[serde(default = "suffix")]
    pub suffix: String,
    /// How long the line is silent after a reading, in milliseconds.
    #[serde(default = "idle_ms")]
    pub idle_ms: u64,
    /// The longest reading, in bytes.
    #[serde(default = "bytes_max")]
    pub bytes_max: usize,
}

/// How a scanner is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScannerKind {
    /// A serial port, of RS-232 or of USB.
    #[default]
    Serial,
    /// It types like a keyboard.
    Keyboard,
    /// A UHF reader on a serial port.
    Rfid,
    /// A Bluetooth sniffer on a serial port.
    Beacon,
}

const fn baud() -> u32 {
    9600
}

fn suffix() -> String {
    "\r".to_owned()
}

const fn idle_ms() -> u64 {
    100
}

const fn bytes_max() -> usize {
    READING_BYTES_MAX
}

impl ScannerSettings {
    /// Checks the settings and returns what the scanner is started with.
    ///
    /// # Errors
    /// [`ConfigFault::Value`].
    pub fn source(&self) -> Result<(String, SourceSettings), ConfigFault> {
        let name = self.name.clone();
        if name.is_empty() {
            return Err(self.wrong("name", "give the scanner a name, as \"till\""));
        }
        let settings = match self.kind {
            ScannerKind::Serial => SourceSettings::Serial(self.serial(Content::Codes)?),
            ScannerKind::Beacon => SourceSettings::Serial(self.serial(Content::Sightings)?),
            ScannerKind::Rfid => SourceSettings::Serial(self.serial(Content::Tags)?),
            ScannerKind::Keyboard => {
                let advice = "a scanner that types needs the numbers of its USB device, as \
                              \"0c2e:0b61\" (see lsusb): never just any keyboard";
                let usb = self.usb_name().ok_or_else(|| self.wrong("usb", advice))?;
                SourceSettings::Wedge(WedgeSettings { usb })
            }
        };
        Ok((name, settings))
    }

    fn serial(&self, content: Content) -> Result<SerialSettings, ConfigFault> {
        let (port, framing) = (self.port_name()?, self.framing()?);
        Ok(SerialSettings { port, baud: self.baud, framing, content })
    }

    fn port_name(&self) -> Result<PortName, ConfigFault> {
        match (self.port.as_str(), self.usb.as_str()) {
            ("", "") => {
                let advice = "write the port's path, as \"/dev/ttyACM0\", or usb = \"0c2e:0b61\"";
                Err(self.wrong("port", advice))
            }
            (path, "") => Ok(PortName::Path(path.to_owned())),
            ("", _) => {
                let advice = "write maker and product as lsusb shows them, as \"0c2e:0b61\"";
                let usb = self.usb_name().ok_or_else(|| self.wrong("usb", advice))?;
                Ok(PortName::Usb(usb))
            }
            (_, _) => Err(self.wrong("port", "write either port or usb, not both")),
        }
    }

    fn usb_name(&self) -> Option<UsbName> {
        usb_name(&self.usb, &self.usb_serial)
    }

    fn framing(&self) -> Result<Framing, ConfigFault> {
        if !(IDLE_MS_MIN..=IDLE_MS_MAX).contains(&self.idle_ms) {
            return Err(self.wrong("idle_ms", "write a number from 20 to 1000"));
        }
        if !(1..=READING_BYTES_MAX).contains(&self.bytes_max) {
            return Err(self.wrong("bytes_max", "write a number from 1 to 4296"));
        }
        Ok(Framing {
            prefix: self.prefix.clone().into_bytes(),
            suffix: self.suffix.clone().into_bytes(),
            idle_ms: self.idle_ms,
            bytes_max: self.bytes_max,
        })
    }

    fn wrong(&self, key: &str, advice: &str) -> ConfigFault {
        let key = format!("{key} of scanner `{}`", self.name);
        ConfigFault::Value { key, advice: advice.to_owned() }
    }
}

/// Reads maker and product as lsusb shows them.
pub(super) fn usb_name(numbers: &str, serial: &str) -> Option<UsbName> {
    let (vendor, product) = numbers.split_once(':')?;
    let number = |digits: &str| u16::from_str_radix(digits, 16).ok();
    let serial = serial.to_owned();
    Some(UsbName { vendor: number(vendor)?, product: number(product)?, serial })
}

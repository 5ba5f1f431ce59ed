//! The parts on cables: scanners, the NFC reader, the receipt printer.
//!
//! Owns what counts as working: a port that opens, a reader that its service names. Nothing comes
//! next.

use super::Finding;
use crate::config::Config;
use crate::receipt::printer::Paper;
use crate::scan::SourceSettings;
use crate::scan::port::PortName;
use std::io::ErrorKind;

/// Every scanner of the settings.
pub fn scanners(config: &Config, findings: &mut Vec<Finding>) {
    if config.scanners.is_empty() {
        findings.push(Finding::absent("scanner", "none is set up ([[scanners]] in the settings)"));
    }
    for settings in &config.scanners {
        let part = format!("scanner {}", settings.name);
        findings.push(match settings.source() {
            Err(fault) => Finding::ill(&part, fault.to_string(), "mend the settings"),
            Ok((_, SourceSettings::Serial(serial))) => port(&part, &serial.port, serial.baud),
            Ok((_, SourceSettings::Wedge(wedge))) => match crate::scan::wedge::find(&wedge.usb) {
                Ok(path) => Finding::well(&part, format!("{} is {path}", wedge.usb)),
                Err(reason) => Finding::ill(&part, reason, KEYBOARD),
            },
        });
    }
}

/// What to do about a scanner that types and is not there.
const KEYBOARD: &str = "plug it in; let this user read it: usermod -a -G input baton";

fn port(part: &str, name: &PortName, baud: u32) -> Finding {
    let path = match name.find() {
        Ok(path) => path,
        Err(reason) => return Finding::ill(part, reason, "plug the scanner in"),
    };
    match tokio_serial::new(&path, baud).open_native() {
        Ok(_) => Finding::well(part, format!("{path} opens")),
        Err(fault) => match fault.kind() {
            tokio_serial::ErrorKind::Io(ErrorKind::PermissionDenied) => {
                let remedy = "let this user open it: usermod -a -G dialout baton";
                Finding::ill(part, format!("{path}: {fault}"), remedy)
            }
            tokio_serial::ErrorKind::NoDevice | tokio_serial::ErrorKind::Io(_)
                if std::path::Path::new(&path).exists() =>
            {
                Finding::unseen(part, format!("{path} is held by a program: this terminal's own?"))
            }
            tokio_serial::ErrorKind::NoDevice
            | tokio_serial::ErrorKind::Io(_)
            | tokio_serial::ErrorKind::InvalidInput
            | tokio_serial::ErrorKind::Unknown => {
                let remedy = "plug the scanner in, or mend its port in the settings";
                Finding::ill(part, format!("{path}: {fault}"), remedy)
            }
        },
    }
}

/// The receipt printer; nothing is printed.
pub async fn printer(config: &Config, findings: &mut Vec<Finding>) {
    let part = "printer";
    let printer = match config.printer.printer() {
        Ok(Some(printer)) => printer,
        Ok(None) => return findings.push(Finding::absent(part, "none is set up ([printer])")),
        Err(fault) => {
            return findings.push(Finding::ill(part, fault.to_string(), "mend the settings"));
        }
    };
    findings.push(match printer.look().await {
        Ok(Paper::Present) => Finding::well(part, format!("{} has paper", printer.place)),
        Ok(Paper::Unsaid) => {
            Finding::well(part, format!("{} is there and answers no questions", printer.place))
        }
        Err(fault) => Finding::ill(part, fault.to_string(), "then look again with doctor"),
    });
}

/// The NFC reader.
#[cfg(feature = "nfc")]
pub fn reader(config: &Config, findings: &mut Vec<Finding>) {
    use crate::tag::reader::Readers;
    let part = "reader";
    findings.push(match Readers::new(&config.reader.name).names() {
        Ok(names) => Finding::well(part, names.join(", ")),
        // Nobody said that this terminal has one.
        Err(fault) if config.reader.name.is_empty() => Finding::absent(part, fault.to_string()),
        Err(fault) => {
            let remedy = "install and start pcscd, plug the reader in, look with pcsc_scan";
            Finding::ill(part, fault.to_string(), remedy)
        }
    });
}

/// The NFC reader, which this program was built without.
#[cfg(not(feature = "nfc"))]
pub fn reader(config: &Config, findings: &mut Vec<Finding>) {
    let part = "reader";
    findings.push(if config.reader.name.is_empty() {
        Finding::absent(part, "this program was built without NFC")
    } else {
        let wrong = "reader.name is set, and this program was built without NFC";
        Finding::ill(part, wrong, "build it with: cargo build --release --features nfc")
    });
}

//! The parts on cables: scanners, the NFC reader, the receipt printer.
//!
//! Owns what counts as working: a port that opens, a reader that its service names. Nothing comes
//! next.

use super::Finding;
use crate::config::Config;
use crate::keypad::Wiring;
use crate::receipt::printer::Paper;
use crate::scan::SourceSettings;
use crate::scan::port::PortName;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

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
            #[cfg(feature = "nfc")]
            Ok((_, SourceSettings::Contactless(_))) => continue,
            Ok((_, SourceSettings::Wedge(wedge))) => match crate::scan::wedge::find(&wedge.usb) {
                Ok(path) => Finding::well(&part, format!("{} is {path}", wedge.usb)),
                Err(reason) => Finding::ill(&part, reason, KEYBOARD),
            },
        });
    }
}

/// What to do about a serial device that is not there.
const PLUG: &str = "plug it in, or mend its port in the settings";
/// What to do about a scanner or keypad that types and is not there.
const KEYBOARD: &str = "plug it in; let this user read it: usermod -a -G input baton";

/// What people see, hear and type: the screen, the display, lamps, tones and the keypad.
pub fn counter(config: &Config, findings: &mut Vec<Finding>) {
    let (faces, keypad) = match (config.faces(), config.keypad_settings()) {
        (Ok(faces), Ok(keypad)) => (faces, keypad),
        (Err(fault), _) | (_, Err(fault)) => {
            return findings.push(Finding::ill("counter", fault.to_string(), "mend the settings"));
        }
    };
    let before = findings.len();
    if let Some(address) = faces.screen {
        findings.push(screen(address));
    }
    if let Some(display) = faces.customer {
        findings.push(port("display", &display.port, display.baud));
    }
    if let Some(keypad) = keypad {
        findings.push(match keypad.wiring {
            Wiring::Serial(name, baud) => port("keypad", &name, baud),
            Wiring::Keyboard(usb) => match crate::scan::wedge::find(&usb) {
                Ok(path) => Finding::well("keypad", format!("{usb} is {path}")),
                Err(reason) => Finding::ill("keypad", reason, KEYBOARD),
            },
        });
    }
    findings.extend(faces.lamps.places().into_iter().map(|place| lamp(&place)));
    if let Some(program) = faces.sound.first() {
        findings.push(sound(program));
    }
    if findings.len() == before {
        findings.push(Finding::absent("counter", "no screen, display, lamp, sound or keypad"));
    }
}

fn screen(address: SocketAddr) -> Finding {
    let part = "screen";
    match TcpListener::bind(address) {
        Ok(_) => Finding::well(part, format!("http://{address}/ is free for it")),
        Err(fault) if fault.kind() == ErrorKind::AddrInUse => {
            let why = format!("http://{address}/ is held by a program: this terminal's own?");
            Finding::unseen(part, why)
        }
        Err(fault) => {
            let wrong = format!("http://{address}/: {fault}");
            Finding::ill(part, wrong, "write another port in screen.listen")
        }
    }
}

fn lamp(place: &Path) -> Finding {
    let (part, file) = ("lamp", place.join("brightness"));
    match std::fs::OpenOptions::new().write(true).open(&file) {
        Ok(_) => Finding::well(part, format!("{} can be lit", place.display())),
        Err(fault) => {
            let wrong = format!("{}: {fault}", file.display());
            let remedy = "look with ls /sys/class/leds, and let this user write its brightness";
            Finding::ill(part, wrong, remedy)
        }
    }
}

/// A program with a slash is a path; another one is looked for as a shell does.
fn sound(program: &str) -> Finding {
    let part = "sound";
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<_> =
        std::env::split_paths(&path).map(|folder| folder.join(program)).collect();
    if program.contains('/') {
        places = vec![program.into()];
    }
    match places.into_iter().find(|place| place.is_file()) {
        Some(place) => Finding::well(part, format!("{} plays it", place.display())),
        None => {
            let wrong = format!("there is no program {program}");
            Finding::ill(part, wrong, "install it (Debian: apt-get install alsa-utils)")
        }
    }
}

fn port(part: &str, name: &PortName, baud: u32) -> Finding {
    let path = match name.find() {
        Ok(path) => path,
        Err(reason) => return Finding::ill(part, reason, PLUG),
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
                Finding::ill(part, format!("{path}: {fault}"), PLUG)
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
    use crate::config::ReaderSettings;
    use crate::tag::reader::Readers;
    let part = "reader";
    findings.push(match Readers::new(&config.reader.name).names() {
        Ok(names) => Finding::well(part, names.join(", ")),
        // Nobody said that this terminal has one.
        Err(fault) if config.reader == ReaderSettings::default() => {
            Finding::absent(part, fault.to_string())
        }
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

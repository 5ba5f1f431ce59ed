//! Everything is pulled out while the terminal runs, and plugged in again: scanner, display,
//! keypad, card service. The screen says what is missing, `doctor` what to do, and all come back.
//!
//! Owns the one run that shows all of them; it prints how long each took. Nothing comes next.

use crate::cable::Cable;
use crate::desk::Desk;
use crate::files::Files;
use baton_link::keys::DeviceKey;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Child;
use std::time::Instant;

/// The page's events, as a browser hears them.
struct Screen(BufReader<TcpStream>);

impl Screen {
    fn at(port: u16) -> Self {
        let mut stream = loop {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
                break stream;
            }
            std::thread::yield_now();
        };
        stream.write_all(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    /// Reads views up to one that is so.
    fn until(&mut self, so: impl Fn(&Value) -> bool) -> Value {
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the screen was closed");
            let Some(data) = line.strip_prefix("data: ") else { continue };
            let view: Value = serde_json::from_str(data).unwrap();
            if so(&view) {
                return view;
            }
        }
    }

    fn until_well(&mut self) {
        self.until(|view| view["troubles"] == serde_json::json!([]));
    }

    fn until_trouble(&mut self, part: &str) {
        self.until(|view| view["troubles"] == serde_json::json!([part]));
    }

    fn until_refused(&mut self, reason: &str) {
        self.until(|view| view["reason"] == reason);
    }
}

struct Terminal(Child);

impl Drop for Terminal {
    fn drop(&mut self) {
        self.0.kill().unwrap_or_default();
        self.0.wait().map(|_| ()).unwrap_or_default();
    }
}

/// Reads a two-line display up to this text.
fn shown(display: &Path, text: &str) {
    let mut port = std::fs::File::open(display).unwrap();
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains(text) {
        let mut bytes = [0; 256];
        let read = port.read(&mut bytes).unwrap();
        seen.extend_from_slice(&bytes[..read]);
    }
}

fn settings(desk: &Desk, port: u16, [scanner, display, keypad]: [&Cable; 3]) {
    let end = |cable: &Cable| cable.end("terminal").to_str().unwrap().to_owned();
    desk.settle(&format!(
        "[screen]\nlisten = \"127.0.0.1:{port}\"\n\
         [display]\nport = {:?}\n[keypad]\nport = {:?}\n\
         [[scanners]]\nname = \"till\"\nport = {:?}\n\
         [[reader.scripts]]\nname = \"members\"\ncommands = [\"00A4040007F001020304050600\"]\n",
        end(display),
        end(keypad),
        end(scanner),
    ));
}

/// Pulls a cable out, asks the doctor, plugs it in again, and waits until its part works.
fn replug(cable: &mut Cable, part: &str, desk: &Desk, screen: &mut Screen) {
    cable.unplug();
    screen.until_trouble(part);
    let said = desk.doctor();
    assert!(said.contains(&format!("WRONG  {}", doctor_s(part))), "{said}");
    let since = now();
    cable.plug();
    screen.until_well();
    println!("{part}: works {:.1} s after it was plugged in", since.elapsed().as_secs_f32());
}

/// What the doctor calls a part.
fn doctor_s(part: &str) -> String {
    if part == "till" { "scanner till".to_owned() } else { part.to_owned() }
}

#[test]
fn whatever_is_unplugged_is_named_and_works_again_when_it_is_back() {
    let mut desk = Desk::open();
    DeviceKey::generate().unwrap().save(&desk.place("state/device.key")).unwrap();
    let mut cables = [Cable::new(), Cable::new(), Cable::new()];
    cables.iter_mut().for_each(Cable::plug);
    cables.iter().for_each(Cable::wait);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let [scanner, display, keypad] = &cables;
    settings(&desk, port, [scanner, display, keypad]);
    let _terminal = Terminal(desk.terminal());
    let mut screen = Screen::at(port);
    screen.until_well();
    let [scanner, display, keypad] = &mut cables;

    replug(scanner, "till", &desk, &mut screen);
    scanner.send(b"4111111111111111\r");
    screen.until_refused("card");
    replug(display, "display", &desk, &mut screen);
    shown(&display.end("device"), "NO CARD NUMBERS");
    replug(keypad, "keypad", &desk, &mut screen);
    keypad.send(b"1230");
    screen.until(|view| view["typed"]["number"] == "1,230" || view["amount"]["number"] == "1,230");
    keypad.send(b"\r");
    screen.until_refused("offline");

    desk.stop_service();
    screen.until_trouble("nfc");
    let said = desk.doctor();
    assert!(said.contains("systemctl start pcscd"), "{said}");
    let since = now();
    desk.start_service();
    screen.until_well();
    println!("nfc: works {:.1} s after its service was started", since.elapsed().as_secs_f32());
    desk.field.lay(&Files::new());
    screen.until_refused("format");
}

#[expect(clippy::disallowed_methods, reason = "a figure that is printed, never asserted")]
fn now() -> Instant {
    Instant::now()
}

//! The peers: ours, two crates that can do the sale or not, one that is not built, and Python's.
//!
//! Owns how each is called. A peer that does not write back what it read is not measured. Next:
//! `pyiso8583.py`, the part that runs in Python.

use crate::sale;
use baton_formats::iso8583::spec::Length;
use baton_formats::iso8583::{Message, Mti};
use iso8583_core::ISO8583Message;
use std::fmt::{Debug, Write as _};
use std::hint::black_box;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

/// How long a peer runs in each round: long enough for slow ones, short enough for nine of them.
const ROUND: Duration = Duration::from_millis(400);
/// Messages between two looks at the clock.
const BATCH: u32 = 200;

/// One implementation.
pub struct Peer {
    pub name: &'static str,
    pub version: String,
    /// Messages a second in one round, or why there are none.
    pub rate: Box<dyn Fn(&[u8]) -> Result<f64, String>>,
}

/// All of them, ours first.
pub fn peers(bytes: &[u8], python: Option<String>) -> Vec<Peer> {
    vec![
        peer("baton-formats", env!("CARGO_PKG_VERSION"), ours),
        // Its table, which is fixed, has no room for the sign of field 28, and another field 60.
        peer("iso8583-core *", "0.1.0", |_| iso8583_core(&sale::bytes_without(&[28, 60]))),
        iso8583_rs(bytes),
        // Its library opens a window and has no way to write a message.
        peer("iso8583_parser", "0.2.6", |_| Err("reads hexadecimal text, writes nothing".into())),
        pyiso8583(python),
    ]
}

fn peer(
    name: &'static str,
    version: &str,
    rate: impl Fn(&[u8]) -> Result<f64, String> + 'static,
) -> Peer {
    Peer { name, version: version.to_owned(), rate: Box::new(rate) }
}

/// Runs for a round; the first time what comes back must be what went in.
fn rate(
    bytes: &[u8],
    mut both_ways: impl FnMut(&[u8], &mut Vec<u8>) -> Result<(), String>,
) -> Result<f64, String> {
    let mut out = Vec::new();
    both_ways(bytes, &mut out)?;
    if out != bytes {
        return Err(format!("writes {} bytes, other than the {} it read", out.len(), bytes.len()));
    }
    let (start, mut done) = (Instant::now(), 0_u32);
    while start.elapsed() < ROUND {
        for _ in 0..BATCH {
            both_ways(black_box(bytes), &mut out)?;
            black_box(&out);
        }
        done += BATCH;
    }
    Ok(f64::from(done) / start.elapsed().as_secs_f64())
}

fn said(fault: impl Debug) -> String {
    format!("{fault:?}")
}

fn ours(bytes: &[u8]) -> Result<f64, String> {
    let (spec, mut message) = (sale::spec(), Message::new(Mti::SALE));
    rate(bytes, |bytes, out| {
        message.parse_into(spec, bytes).map_err(said)?;
        out.clear();
        message.build_into(spec, out).map_err(said)
    })
}

fn iso8583_core(bytes: &[u8]) -> Result<f64, String> {
    rate(bytes, |bytes, out| {
        *out = ISO8583Message::from_bytes(bytes).map_err(said)?.to_bytes();
        Ok(())
    })
}

/// Its table is a file that an environment variable of `run` names; it is read once.
fn iso8583_rs(_: &[u8]) -> Peer {
    let rate = |bytes: &[u8]| {
        let file = env::var("SPEC_FILE").map_err(|_| "SPEC_FILE names no table".to_owned())?;
        fs::write(&file, yaml()).map_err(said)?;
        let spec = iso8583_rs::iso8583::iso_spec::spec("");
        rate(bytes, |bytes, out| {
            let message = spec.parse(&mut bytes.to_vec()).map_err(|fault| fault.msg)?;
            *out = message.assemble().map_err(|fault| fault.msg)?;
            Ok(())
        })
    };
    peer("iso8583_rs", "0.1.10", rate)
}

/// The rows of the sale as its files have them.
fn yaml() -> String {
    let mut text = String::from(concat!(
        "name: Sale\nid: 1\n",
        "header_fields:\n",
        "  - { name: type, id: 1, type: Fixed, len: 4, data_encoding: ASCII }\n",
        "messages:\n",
        "  - name: sale\n    id: 1\n    selector: [\"0200\"]\n    fields:\n",
        "      - { name: message_type, id: 1, type: Fixed, len: 4, data_encoding: ASCII }\n",
        "      - name: bitmap\n        id: 2\n        type: Bitmapped\n        len: 0\n",
        "        data_encoding: BINARY\n        children:\n",
    ));
    for (number, _) in sale::FIELDS {
        let length = sale::spec().lookup(number).map(|row| row.length);
        let (kind, length) = match length {
            Some(Length::Fixed(units)) => ("Fixed", units),
            Some(Length::Variable(prefix, _)) => ("Variable", usize::from(prefix.digits)),
            None => continue,
        };
        let _ = writeln!(
            text,
            "          - {{ name: f{number}, id: {}, type: {kind}, len: {length}, \
             len_encoding: ASCII, data_encoding: ASCII, position: {number} }}",
            u32::from(number) + 10
        );
    }
    text
}

fn pyiso8583(python: Option<String>) -> Peer {
    let rate = move |bytes: &[u8]| {
        let python = python.as_deref().ok_or("no Python was given: use ./run")?;
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/pyiso8583.py");
        let seconds = ROUND.as_secs_f64().to_string();
        let mut child = Command::new(python)
            .args([script, &seconds])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(said)?;
        child.stdin.take().ok_or("no way in")?.write_all(bytes).map_err(said)?;
        let output = child.wait_with_output().map_err(said)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.trim().parse().map_err(|_| format!("said {text:?}"))
    };
    peer("pyiso8583", "4.0.1", rate)
}

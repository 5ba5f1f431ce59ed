//! A dialect as an operator writes it: a TOML file that begins with a ready one.
//!
//! Owns the keys of the file and every complaint about it. Unknown keys are refused. Next:
//! [`super::words`].

use super::version::Version;
use super::words::{
    BitmapWord, BitmapsWord, BytesWord, CountsWord, DigitsWord, LengthWord, MacWord, Meaning,
    MtiWord, PrefixWord, ReconcileWord, SessionWord, TextWord,
};
use super::{CONNECTIONS_MAX, Dialect, Matching, Session};
use crate::reconcile::{Reconciles, Settlement};
use baton_formats::iso8583::framing::{Address, FrameCounts, Framing, LengthForm, TPDU_BYTES};
use baton_formats::iso8583::mac::{Kept, MacKey, MacKeyFault};
use baton_formats::iso8583::notation::Style;
use baton_formats::iso8583::ready::{TABLES, Table};
use baton_formats::iso8583::spec1987::{RRN, STAN, TERMINAL_ID};
use baton_formats::iso8583::{Mti, Spec, SpecFault};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Why the text of a profile is no dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialectFault {
    /// Not TOML, or a key or word that is not known.
    #[error("{reason}")]
    Toml {
        /// What the reader says, with the line.
        reason: String,
    },
    /// No ready dialect has this name.
    #[error("base = \"{name}\" is no ready dialect; known are {known}")]
    Base {
        /// What was written.
        name: String,
        /// What could stand there.
        known: String,
    },
    /// A row or a number of the table.
    #[error("fields: {0}")]
    Row(#[from] SpecFault),
    /// A secret that is no key of its algorithm.
    #[error("mac: {0}")]
    Key(#[from] MacKeyFault),
    /// A key whose value cannot be.
    #[error("{key}: {advice}")]
    Value {
        /// Which one.
        key: &'static str,
        /// What could stand there.
        advice: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    base: String,
    #[serde(default)]
    framing: FramingFile,
    #[serde(default)]
    header: String,
    mti: Option<MtiWord>,
    bitmap: Option<BitmapWord>,
    bitmaps: Option<BitmapsWord>,
    #[serde(default)]
    style: StyleFile,
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(default, rename = "match")]
    matching: BTreeMap<String, Vec<u8>>,
    #[serde(default)]
    session: SessionWord,
    #[serde(default)]
    codes: BTreeMap<String, Meaning>,
    #[serde(default)]
    mac: MacWord,
    #[serde(default = "one")]
    connections: u8,
    #[serde(default)]
    reconcile: ReconcileWord,
    day_ends: Option<String>,
}

const fn one() -> u8 {
    1
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FramingFile {
    length: Option<LengthWord>,
    counts: Option<CountsWord>,
    tpdu: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct StyleFile {
    digits: Option<DigitsWord>,
    text: Option<TextWord>,
    bytes: Option<BytesWord>,
    length: Option<PrefixWord>,
}

pub(super) fn read(text: &str, key: Option<&[u8]>) -> Result<Dialect, DialectFault> {
    let file: File = toml::from_str(text)
        .map_err(|fault| DialectFault::Toml { reason: fault.to_string().trim().to_owned() })?;
    let known = || TABLES.map(|table| table.name).join(", ");
    let base = Table::lookup(&file.base)
        .ok_or_else(|| DialectFault::Base { name: file.base.clone(), known: known() })?;
    let header = hex_bytes("header", &file.header)?;
    let mut head = base.head;
    head.header_bytes = header.len();
    head.mti = file.mti.map_or(head.mti, MtiWord::form);
    head.bitmap = file.bitmap.map_or(head.bitmap, BitmapWord::form);
    head.bitmaps = file.bitmaps.map_or(head.bitmaps, BitmapsWord::bitmaps);
    let version = Version::of(base.name);
    Ok(Dialect {
        spec: Spec::of_rows(head, style(&base, &file.style), rows(&base, &file.fields)?)?,
        framing: framing(&file.framing)?,
        header,
        version,
        session: match file.session {
            SessionWord::SignOn => Session::SignOn,
            SessionWord::Bare => Session::Bare,
        },
        matching: matching(&file.matching)?,
        codes: file.codes.iter().map(|(code, means)| (code.clone(), means.code())).collect(),
        mac: mac_key(file.mac, key)?,
        connections: connections(file.connections)?,
        settlement: settlement(file.reconcile, file.day_ends.as_deref())?,
    })
}

fn connections(count: u8) -> Result<u8, DialectFault> {
    if (1..=CONNECTIONS_MAX).contains(&count) {
        return Ok(count);
    }
    Err(value("connections", "1 to 8 lines to the destination"))
}

fn settlement(how: ReconcileWord, ends: Option<&str>) -> Result<Settlement, DialectFault> {
    let reconciles = how.reconciles();
    let advice = "local time with its offset from UTC, as 23:30+09:00";
    let day_ends = ends.map(str::parse).transpose().map_err(|_| value("day_ends", advice))?;
    if day_ends.is_some() && reconciles == Reconciles::Never {
        return Err(value("day_ends", "only beside reconcile = \"request\" or \"advice\""));
    }
    Ok(Settlement { reconciles, day_ends })
}

/// The rows of the base, with those of the file in their place.
fn rows<'r>(
    base: &Table,
    changed: &'r BTreeMap<String, String>,
) -> Result<BTreeMap<u8, &'r str>, DialectFault> {
    let mut rows: BTreeMap<u8, &str> = base.rows.iter().copied().collect();
    for (number, row) in changed {
        let number = number.parse().map_err(|_| DialectFault::Value {
            key: "fields",
            advice: "the keys are field numbers, 2 to 192",
        })?;
        match row.as_str() {
            "none" => drop(rows.remove(&number)),
            row => drop(rows.insert(number, row)),
        }
    }
    Ok(rows)
}

fn style(base: &Table, file: &StyleFile) -> Style {
    Style {
        digits: file.digits.map_or(base.style.digits, DigitsWord::encoding),
        text: file.text.map_or(base.style.text, TextWord::encoding),
        bytes: file.bytes.map_or(base.style.bytes, BytesWord::encoding),
        prefix: file.length.map_or(base.style.prefix, PrefixWord::form),
    }
}

fn framing(file: &FramingFile) -> Result<Framing, DialectFault> {
    let address = match &file.tpdu {
        None => Address::Absent,
        Some(digits) => {
            let bytes: [u8; TPDU_BYTES] = hex_bytes("framing.tpdu", digits)?
                .try_into()
                .map_err(|_| value("framing.tpdu", "ten hexadecimal digits, as 6000010002"))?;
            Address::Tpdu(bytes)
        }
    };
    Ok(Framing {
        length: file.length.map_or(LengthForm::Binary2, LengthWord::form),
        counts: match file.counts {
            None | Some(CountsWord::Rest) => FrameCounts::Rest,
            Some(CountsWord::Whole) => FrameCounts::Whole,
        },
        address,
    })
}

fn matching(file: &BTreeMap<String, Vec<u8>>) -> Result<Matching, DialectFault> {
    let mut matching = Matching { usual: vec![TERMINAL_ID, STAN], by_type: BTreeMap::new() };
    for (name, fields) in file {
        if !fields.contains(&STAN) && !fields.contains(&RRN) {
            return Err(value("match", "fields must name 11 or 37, which tell questions apart"));
        }
        if name == "usual" {
            matching.usual.clone_from(fields);
            continue;
        }
        let mti = Mti::parse(name.as_bytes());
        let mti = mti.map_err(|_| value("match", "the keys are usual, or an answer's type"))?;
        matching.by_type.insert(mti.with_version(b'0'), fields.clone());
    }
    Ok(matching)
}

fn mac_key(word: MacWord, key: Option<&[u8]>) -> Result<Option<MacKey>, DialectFault> {
    let made = match word {
        MacWord::None => return Ok(None),
        MacWord::AesCmac => Ok(MacKey::new(key_bytes(key)?)),
        MacWord::RetailMac => MacKey::retail(key_bytes(key)?, Kept::Whole),
        MacWord::RetailMac4 => MacKey::retail(key_bytes(key)?, Kept::Left),
    };
    Ok(Some(made?))
}

fn key_bytes(key: Option<&[u8]>) -> Result<[u8; 16], DialectFault> {
    let advice = "the destination's secret must be the key: 32 hexadecimal digits";
    let digits = key.ok_or(value("mac", advice))?;
    let mut bytes = [0; 16];
    hex::decode_to_slice(digits.trim_ascii(), &mut bytes).map_err(|_| value("mac", advice))?;
    Ok(bytes)
}

fn hex_bytes(key: &'static str, digits: &str) -> Result<Vec<u8>, DialectFault> {
    hex::decode(digits).map_err(|_| value(key, "hexadecimal digits, two for each byte"))
}

const fn value(key: &'static str, advice: &'static str) -> DialectFault {
    DialectFault::Value { key, advice }
}

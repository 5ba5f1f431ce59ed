//! The oracles of `baton-formats`, a file for each family, and the table of their targets.
//!
//! Each oracle takes any bytes, panics when a promise of the codec does not hold on them, and says
//! whether the codec read them. The same files are built into the ordinary test `tests/seeds.rs`
//! of `baton-formats`, so they may use nothing that the codec itself does not.

mod beacon;
mod dialect;
mod emv;
mod epc;
mod gs1;
mod iso8583;
mod ndef;
mod pan;
mod sun;
mod tags;
mod tlv;

/// One target: a codec with its oracle and its samples.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, and that of its files under `seeds` and `targets`.
    pub name: &'static str,
    /// Panics when a promise is broken; says whether the bytes were read.
    pub hold: fn(&[u8]) -> bool,
    /// A sample a line; `\n` and `\xNN` stand for bytes, `#` begins a remark.
    pub seeds: &'static str,
    /// How many values of the first byte choose something; 0 when it is a byte of the sample.
    pub choices: u8,
    /// The file of published vectors whose texts are further samples.
    pub vectors: &'static str,
}

/// Every target of this crate.
pub const TARGETS: &[Target] = &[
    Target {
        name: "beacon",
        hold: beacon::advertisement,
        seeds: include_str!("../../seeds/beacon.txt"),
        choices: 0,
        vectors: "ble_beacon.json",
    },
    Target {
        name: "emv_codes",
        hold: emv::codes,
        seeds: include_str!("../../seeds/emv_codes.txt"),
        choices: 0,
        vectors: "emv_qr.json",
    },
    Target {
        name: "emv_consumer",
        hold: emv::consumer,
        seeds: include_str!("../../seeds/emv_consumer.txt"),
        choices: 0,
        vectors: "emv_qr.json",
    },
    Target {
        name: "emv_merchant",
        hold: emv::merchant,
        seeds: include_str!("../../seeds/emv_merchant.txt"),
        choices: 0,
        vectors: "emv_qr.json",
    },
    Target {
        name: "epc_binary",
        hold: epc::binary,
        seeds: include_str!("../../seeds/epc_binary.txt"),
        choices: 0,
        vectors: "epc_tds.json",
    },
    Target {
        name: "epc_uri",
        hold: epc::uri,
        seeds: include_str!("../../seeds/epc_uri.txt"),
        choices: 0,
        vectors: "epc_tds.json",
    },
    Target {
        name: "gs1_bracketed",
        hold: gs1::bracketed,
        seeds: include_str!("../../seeds/gs1_bracketed.txt"),
        choices: 2,
        vectors: "gs1.json",
    },
    Target {
        name: "gs1_elements",
        hold: gs1::elements,
        seeds: include_str!("../../seeds/gs1_elements.txt"),
        choices: 2,
        vectors: "gs1.json",
    },
    Target {
        name: "gs1_link",
        hold: gs1::link,
        seeds: include_str!("../../seeds/gs1_link.txt"),
        choices: 8,
        vectors: "gs1.json",
    },
    Target {
        name: "gs1_scan",
        hold: gs1::scan,
        seeds: include_str!("../../seeds/gs1_scan.txt"),
        choices: 0,
        vectors: "gs1.json",
    },
    Target {
        name: "iso8583_dialect",
        hold: dialect::dialect,
        seeds: include_str!("../../seeds/iso8583_dialect.txt"),
        choices: 0,
        vectors: "",
    },
    Target {
        name: "iso8583_framing",
        hold: iso8583::framing,
        seeds: include_str!("../../seeds/iso8583_framing.txt"),
        choices: 16,
        vectors: "iso8583.json",
    },
    Target {
        name: "iso8583_message",
        hold: iso8583::message,
        seeds: include_str!("../../seeds/iso8583_message.txt"),
        choices: 7,
        vectors: "iso8583.json",
    },
    Target {
        name: "iso8583_private",
        hold: iso8583::private,
        seeds: include_str!("../../seeds/iso8583_private.txt"),
        choices: 0,
        vectors: "",
    },
    Target {
        name: "ndef",
        hold: ndef::message,
        seeds: include_str!("../../seeds/ndef.txt"),
        choices: 0,
        vectors: "nfc.json",
    },
    Target {
        name: "nfc_sun",
        hold: sun::address,
        seeds: include_str!("../../seeds/nfc_sun.txt"),
        choices: 8,
        vectors: "nfc.json",
    },
    Target {
        name: "nfc_type2",
        hold: tags::type2,
        seeds: include_str!("../../seeds/nfc_type2.txt"),
        choices: 0,
        vectors: "nfc.json",
    },
    Target {
        name: "nfc_type4",
        hold: tags::type4,
        seeds: include_str!("../../seeds/nfc_type4.txt"),
        choices: 5,
        vectors: "nfc.json",
    },
    Target {
        name: "pan",
        hold: pan::pan,
        seeds: include_str!("../../seeds/pan.txt"),
        choices: 0,
        vectors: "pan_luhn.json",
    },
    Target {
        name: "tlv",
        hold: tlv::objects,
        seeds: include_str!("../../seeds/tlv.txt"),
        choices: 2,
        vectors: "emv_qr.json",
    },
];

/// The samples of a target as bytes.
pub fn samples(seeds: &str) -> impl Iterator<Item = Vec<u8>> {
    seeds.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(unescaped)
}

fn unescaped(line: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = line.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let escape = match (first, after) {
            (b'\\', [b'n', ..]) => Some((b'\n', 1)),
            (b'\\', [b'\\', ..]) => Some((b'\\', 1)),
            (b'\\', [b'x', high, low, ..]) => Some((byte(*high, *low), 3)),
            _ => None,
        };
        let (byte, skipped) = escape.unwrap_or((*first, 0));
        bytes.push(byte);
        rest = &rest[skipped..];
    }
    bytes
}

fn byte(high: u8, low: u8) -> u8 {
    let digits = [high, low].map(char::from);
    u8::from_str_radix(&String::from_iter(digits), 16).expect("two hexadecimal digits after \\x")
}

//! Other ways in which a destination might speak, nearest to the profile first.
//!
//! Owns their list and their names in the words of a profile, so that an operator can write down
//! what was found. Next: [`super`], which tries them.

use crate::iso8583::dialect::Dialect;
use baton_formats::iso8583::Message;
use baton_formats::iso8583::framing::{Address, FrameCounts, Framing, LengthForm};
use baton_formats::iso8583::spec::{BitmapForm, Head, MtiForm};

const LENGTHS: [(LengthForm, &str); 4] = [
    (LengthForm::Binary2, "binary-2"),
    (LengthForm::Ascii4, "ascii-4"),
    (LengthForm::Bcd2, "bcd-2"),
    (LengthForm::Binary4, "binary-4"),
];
const BITMAPS: [(BitmapForm, &str); 3] = [
    (BitmapForm::Binary, "binary"),
    (BitmapForm::HexAscii, "hex"),
    (BitmapForm::HexEbcdic, "hex-ebcdic"),
];
const TYPES: [(MtiForm, &str); 3] =
    [(MtiForm::Ascii, "ascii"), (MtiForm::Bcd, "bcd"), (MtiForm::Ebcdic, "ebcdic")];
/// An address that names nobody, as terminals send it that were given none.
const TPDU: Address = Address::Tpdu([0x60, 0, 0, 0, 0]);

/// The profile with one thing changed, then with two.
pub(super) fn variants(dialect: &Dialect) -> Vec<(String, Dialect)> {
    let (framings, heads) = (framings(dialect.framing()), heads(dialect.head()));
    let mut all: Vec<(String, Dialect)> = Vec::new();
    for (words, framing) in &framings {
        all.push((words.clone(), dialect.with_framing(*framing)));
    }
    for (words, head) in &heads {
        all.push((words.clone(), dialect.with_head(*head)));
    }
    for (first, framing) in &framings {
        for (second, head) in &heads {
            let both = dialect.with_framing(*framing).with_head(*head);
            all.push((format!("{first} and {second}"), both));
        }
    }
    all
}

/// Finds a way in which an answer can be read.
pub(super) fn read(dialect: &Dialect, bytes: &[u8]) -> Option<(String, Message)> {
    variants(dialect).into_iter().find_map(|(words, other)| {
        let mut frames = other.frames();
        frames.push(bytes);
        let message = frames.next_frame().ok()?.and_then(|bytes| other.open(bytes).ok())?;
        frames.left().is_empty().then_some((words, message))
    })
}

fn framings(own: Framing) -> Vec<(String, Framing)> {
    let mut all = Vec::new();
    for (length, name) in LENGTHS {
        if length != own.length {
            all.push((format!("framing.length = \"{name}\""), Framing { length, ..own }));
        }
    }
    let (counts, name) = match own.counts {
        FrameCounts::Rest => (FrameCounts::Whole, "whole"),
        FrameCounts::Whole => (FrameCounts::Rest, "rest"),
    };
    all.push((format!("framing.counts = \"{name}\""), Framing { counts, ..own }));
    let (address, words) = match own.address {
        Address::Absent => (TPDU, "framing.tpdu = \"6000000000\""),
        Address::Tpdu(_) => (Address::Absent, "no framing.tpdu"),
    };
    all.push((words.to_owned(), Framing { address, ..own }));
    all
}

fn heads(own: Head) -> Vec<(String, Head)> {
    let mut all = Vec::new();
    for (bitmap, name) in BITMAPS {
        if bitmap != own.bitmap {
            all.push((format!("bitmap = \"{name}\""), Head { bitmap, ..own }));
        }
    }
    for (mti, name) in TYPES {
        if mti != own.mti {
            all.push((format!("mti = \"{name}\""), Head { mti, ..own }));
        }
    }
    all
}

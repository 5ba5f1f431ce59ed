//! ISO 8583 samples of a dozen projects, each in its own dialect.
//!
//! Owns translating the file's notation of a field into rows of our table. Every sample is read,
//! compared value by value, and written back to the same bytes.

use crate::book::{Verdict, bytes, text, try_all};
use baton_formats::iso8583::spec::{
    BcdPad, BitmapForm, Bitmaps, Class, Counts, Encoding, Field, Fill, Head, Length, MtiForm,
    Parts, Prefix, PrefixForm, Side,
};
use baton_formats::iso8583::{Message, Spec};
use serde_json::Value;

/// The two fillers of packed digits; the file does not say which one a dialect writes.
const FILLERS: [u8; 2] = [0, 15];

#[test]
fn samples_are_read_and_written_back() {
    try_all("iso8583.json", one);
}

fn one(book: &Value, vector: &Value) -> Verdict {
    let dialect = &book["dialects"][text(vector, "dialect")];
    let sent = bytes(vector, "hex");
    if vector["valid"] == false {
        let read = Message::parse(&spec(dialect, 0), &sent);
        return match read {
            Err(_) => Verdict::Passed,
            Ok(message) => Verdict::Failed(format!("read as {message:?}")),
        };
    }
    let read = match Message::parse(&spec(dialect, 0), &sent) {
        Ok(read) => read,
        Err(fault) => return Verdict::Failed(format!("refused: {fault}")),
    };
    for (number, stated) in vector["fields"].as_object().expect("fields") {
        let got = match number.as_str() {
            "0" => read.mti.to_string(),
            "bitmap" => continue,
            "header" => hex::encode_upper(read.header()),
            number => shown(&read, dialect, number),
        };
        if got != stated.as_str().expect("a text") {
            return Verdict::Failed(format!("field {number}: got {got}, stated {stated}"));
        }
    }
    let stated = vector["fields"].as_object().expect("fields").keys();
    let stated = stated.filter(|key| key.parse().is_ok_and(|number: u8| number > 0)).count();
    if read.fields().count() != stated {
        return Verdict::Failed(format!("{} fields, stated {stated}", read.fields().count()));
    }
    if let Some(wrong) = wrong_part(&read, dialect, vector) {
        return Verdict::Failed(wrong);
    }
    let written = FILLERS.map(|filler| read.build(&spec(dialect, filler)));
    if written.iter().any(|written| written.as_ref() == Ok(&sent)) {
        return Verdict::Passed;
    }
    Verdict::Failed(format!("written back as {written:?}"))
}

/// The first part of a field that is not what the file states (`55.9F02`), if there is one.
fn wrong_part(message: &Message, dialect: &Value, vector: &Value) -> Option<String> {
    let parts = vector["subfields"].as_object()?;
    let mut spec = spec(dialect, 0);
    for (path, stated) in parts {
        let (field, tag) = path.split_once('.').expect("a path of field and tag");
        let number = field.parse().expect("a number");
        let tag = hex::decode(tag).expect("a tag");
        spec = with_ber(&spec, number);
        let got = message.part(&spec, number, &tag);
        let got = got.map(|part| part.map(hex::encode_upper));
        if got.as_ref().map(Option::as_deref) != Ok(stated.as_str()) {
            return Some(format!("part {path}: got {got:?}, stated {stated}"));
        }
    }
    None
}

fn with_ber(spec: &Spec, number: u8) -> Spec {
    let rows = spec.fields().iter().cloned().map(|field| match field.number == number {
        true => Field { parts: Parts::Ber, ..field },
        false => field,
    });
    Spec::new(spec.head, rows.collect()).expect("the same dialect")
}

/// A value as the file writes it: bytes in hexadecimal digits, anything else as it is.
fn shown(message: &Message, dialect: &Value, number: &str) -> String {
    let value = message.value(number.parse().expect("a number")).unwrap_or(b"(absent)");
    match words(dialect, number).last() {
        Some(&("raw" | "hexA" | "hexE")) => hex::encode_upper(value),
        _ => String::from_utf8_lossy(value).into_owned(),
    }
}

fn words<'v>(dialect: &'v Value, number: &str) -> Vec<&'v str> {
    text(&dialect["fields"], number).split_whitespace().collect()
}

fn spec(dialect: &Value, filler: u8) -> Spec {
    let fixed = dialect["bitmap_fixed_bytes"].as_u64();
    let head = Head {
        header_bytes: dialect["header_bytes"].as_u64().unwrap_or(0) as usize,
        mti: match text(dialect, "mti") {
            "ebcdic" => MtiForm::Ebcdic,
            "bcdL" | "bcdR" => MtiForm::Bcd,
            _ => MtiForm::Ascii,
        },
        bitmap: match text(dialect, "bitmap") {
            "hexA" => BitmapForm::HexAscii,
            "hexE" => BitmapForm::HexEbcdic,
            _ => BitmapForm::Binary,
        },
        bitmaps: match fixed {
            Some(bytes) => Bitmaps::Always((bytes / 8) as u8),
            None if dialect["tertiary"] == true => Bitmaps::UpToThree,
            None => Bitmaps::OneOrTwo,
        },
    };
    let rows = dialect["fields"].as_object().expect("fields");
    let rows = rows.keys().map(|number| row(number, &words(dialect, number), filler));
    Spec::new(head, rows.collect()).expect("a dialect of the file")
}

/// `F6 ascii` or `V2a..19 ascii`.
fn row(number: &str, words: &[&str], filler: u8) -> Field {
    let [length, encoding] = words else { panic!("a row of two words: {words:?}") };
    let packed = |side| Encoding::Bcd(BcdPad { side, nibble: filler });
    let (encoding, class) = match *encoding {
        "ascii" => (Encoding::Ascii, Class::Text),
        "utf8chars" => (Encoding::Utf8, Class::Text),
        "ebcdic" => (Encoding::Ebcdic, Class::Text),
        "bcdL" => (packed(Side::Left), Class::Track),
        "bcdR" => (packed(Side::Right), Class::Track),
        "raw" => (Encoding::Raw, Class::Bytes),
        "hexA" => (Encoding::HexAscii, Class::Bytes),
        "hexE" => (Encoding::HexEbcdic, Class::Bytes),
        "amtA" => (Encoding::Ascii, Class::SignedAmount),
        "amtE" => (Encoding::Ebcdic, Class::SignedAmount),
        "amtB" => (Encoding::SignedBcd, Class::SignedAmount),
        other => panic!("an encoding that is not known: {other}"),
    };
    let length = match length.split_at(1) {
        ("F", units) => Length::Fixed(units.parse().expect("a length")),
        (_, variable) => {
            let (prefix, max) = variable.split_once("..").expect("a greatest length");
            let (digits, form) = prefix.split_at(prefix.len() - 1);
            let form = match form {
                "a" => PrefixForm::Ascii,
                "e" => PrefixForm::Ebcdic,
                "b" => PrefixForm::Bcd,
                _ => PrefixForm::Binary,
            };
            let digits = digits.parse().expect("digits of a length");
            let prefix = Prefix { digits, form, counts: Counts::Units };
            Length::Variable(prefix, max.parse().expect("a greatest length"))
        }
    };
    let field = Field::new(number.parse().expect("a number"), "", length);
    Field { encoding, class, fill: Fill::Exact, ..field }
}

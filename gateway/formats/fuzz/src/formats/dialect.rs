//! ISO 8583 in a dialect that the input itself describes: rows of text, then a message.
//!
//! Owns a writer of rows, which the codec does not have. Next: `tlv.rs`.

use super::iso8583::round_trip;
use baton_formats::iso8583::Spec;
use baton_formats::iso8583::notation::Style;
use baton_formats::iso8583::spec::{
    BitmapForm, Bitmaps, Class, Counts, Encoding, Field, Fill, Head, Length, MtiForm, Parts,
    PrefixForm, Side,
};

const STYLES: [Style; 3] = [Style::ASCII, Style::EBCDIC, Style::PACKED];

/// Two bytes that choose how messages begin and are styled, lines of number and row, an empty line,
/// a message.
pub fn dialect(bytes: &[u8]) -> bool {
    let [head, style, rest @ ..] = bytes else { return false };
    let Some(end) = rest.windows(2).position(|pair| pair == b"\n\n") else { return false };
    let (text, message) = (&rest[..end], &rest[end + 2..]);
    let Ok(text) = str::from_utf8(text) else { return false };
    let style = STYLES[usize::from(*style) % STYLES.len()];
    let rows = text.lines().filter_map(|line| {
        let (number, row) = line.split_once(' ')?;
        Some((number.parse().ok()?, row))
    });
    let Ok(spec) = Spec::of_rows(head_of(*head), style, rows) else { return false };
    for field in spec.fields() {
        for style in STYLES {
            let again = Field::of_row(field.number, &row_of(field), style);
            assert_eq!(again.as_ref(), Ok(field), "the row as it is written out");
        }
    }
    round_trip(&spec, message, false)
}

fn head_of(choice: u8) -> Head {
    let mtis = [MtiForm::Ascii, MtiForm::Ebcdic, MtiForm::Bcd];
    let forms = [BitmapForm::Binary, BitmapForm::HexAscii, BitmapForm::HexEbcdic];
    let bitmaps = [
        Bitmaps::OneOrTwo,
        Bitmaps::UpToThree,
        Bitmaps::Always(1),
        Bitmaps::Always(2),
        Bitmaps::Always(3),
        Bitmaps::ThirdAsField,
    ];
    let choice = usize::from(choice);
    Head {
        mti: mtis[choice % 3],
        bitmap: forms[choice / 3 % 3],
        bitmaps: bitmaps[choice / 9 % 6],
        header_bytes: choice / 45 % 3,
    }
}

/// Writes a row with every word that it can have, so that no style matters.
fn row_of(field: &Field) -> String {
    let class = match field.class {
        Class::Numeric => "n",
        Class::AlphaNumeric => "an",
        Class::Text => "ans",
        Class::Track => "z",
        Class::SignedAmount => "x+n",
        Class::Bytes => "b",
    };
    let encoding = match field.encoding {
        Encoding::Ascii => "ascii",
        Encoding::Ebcdic => "ebcdic",
        Encoding::Utf8 => "utf8",
        Encoding::Bcd(pad) => match (pad.side, pad.nibble) {
            (Side::Left, 0) => "bcd pad-0",
            (Side::Left, _) => "bcd pad-f",
            (Side::Right, 0) => "bcd-right pad-0",
            (Side::Right, _) => "bcd-right pad-f",
        },
        Encoding::SignedBcd => "signed-bcd",
        Encoding::Raw => "raw",
        Encoding::HexAscii => "hex",
        Encoding::HexEbcdic => "hex-ebcdic",
        _ => unreachable!("an encoding that this oracle does not know"),
    };
    let length = match field.length {
        Length::Fixed(units) => format!("{units}"),
        Length::Variable(prefix, max) => {
            let form = match prefix.form {
                PrefixForm::Ascii => "prefix-ascii",
                PrefixForm::Ebcdic => "prefix-ebcdic",
                PrefixForm::Bcd => "prefix-bcd",
                PrefixForm::Binary => "prefix-binary",
            };
            let counts = if prefix.counts == Counts::SentBytes { "counts-bytes" } else { "" };
            format!("..{max} {} {form} {counts}", "l".repeat(usize::from(prefix.digits)))
        }
    };
    let fill = match field.fill {
        Fill::ZeroLeft => "zeros",
        Fill::BlankRight => "blanks",
        Fill::Exact => "exact",
    };
    let parts = match field.parts {
        Parts::Whole => String::new(),
        Parts::Ber => "ber".to_owned(),
        Parts::Tagged { tag, length } => format!("tags-{tag}-{length}"),
    };
    format!("{class}{length} {encoding} {fill} {parts}, {}", field.name)
}

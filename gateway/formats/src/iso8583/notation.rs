//! A row of a dialect as one line of text, in the words of the standard.
//!
//! Owns reading such lines: `n..19 ll, primary account number`. First the class and the length
//! (`n`, `an`, `ans`, `u`, `z`, `x+n`, `b`; `..` before the greatest), then how many digits the
//! length in front has (`ll`), then what differs from the dialect's [`Style`]; the name follows a
//! comma. Next: [`super::iso1987`], the tables.

use super::fault::SpecFault;
use super::spec::{
    BcdPad, Class, Counts, Encoding, Field, Fill, Head, Length, Parts, Prefix, PrefixForm, Side,
    Spec,
};

/// What the rows of a dialect have in common, unless they say something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// How digits are sent (`n`, `z`).
    pub digits: Encoding,
    /// How text is sent (`an`, `ans`, and `x+n` unless digits are packed).
    pub text: Encoding,
    /// How bytes are sent (`b`).
    pub bytes: Encoding,
    /// How lengths are sent.
    pub prefix: PrefixForm,
}

/// Packed digits with a zero in front of an odd number.
pub const BCD: Encoding = Encoding::Bcd(BcdPad { side: Side::Left, nibble: 0 });
/// Packed digits with an F behind an odd number.
pub const BCD_RIGHT: Encoding = Encoding::Bcd(BcdPad { side: Side::Right, nibble: 15 });

impl Style {
    /// Everything in ASCII, bytes as they are.
    pub const ASCII: Self = Self {
        digits: Encoding::Ascii,
        text: Encoding::Ascii,
        bytes: Encoding::Raw,
        prefix: PrefixForm::Ascii,
    };
    /// Everything in EBCDIC, bytes as they are.
    pub const EBCDIC: Self = Self {
        digits: Encoding::Ebcdic,
        text: Encoding::Ebcdic,
        bytes: Encoding::Raw,
        prefix: PrefixForm::Ebcdic,
    };
    /// Digits and lengths packed, text in ASCII, bytes as they are.
    pub const PACKED: Self =
        Self { digits: BCD, text: Encoding::Ascii, bytes: Encoding::Raw, prefix: PrefixForm::Bcd };
}

impl Spec {
    /// Makes a dialect of rows as text.
    ///
    /// # Errors
    /// [`SpecFault`] names the first row that is not understood or cannot be, and what could stand
    /// there.
    pub fn of_rows<'r>(
        head: Head,
        style: Style,
        rows: impl IntoIterator<Item = (u8, &'r str)>,
    ) -> Result<Self, SpecFault> {
        let fields = rows.into_iter().map(|(number, row)| Field::of_row(number, row, style));
        Self::new(head, fields.collect::<Result<_, _>>()?)
    }
}

impl Field {
    /// Reads one row.
    ///
    /// # Errors
    /// [`SpecFault::Word`] with the word that is not understood.
    pub fn of_row(number: u8, row: &str, style: Style) -> Result<Self, SpecFault> {
        let (words, name) = row.split_once(',').unwrap_or((row, ""));
        let mut words = words.split_whitespace();
        let first = words.next().unwrap_or_default();
        let fault =
            |word: &str, advice| SpecFault::Word { field: number, word: word.into(), advice };
        let shape = Shape::of(first).ok_or_else(|| {
            fault(first, "begin with class and length: n6, n..19, an12, ans40, z..37, x+n9 or b8")
        })?;
        let mut field = shape.field(number, name.trim().to_owned(), style);
        let mut prefix = Prefix { digits: 0, form: style.prefix, counts: Counts::Units };
        for word in words {
            if field.take_word(word).or_else(|| prefix.take_word(word)).is_none() {
                return Err(fault(word, WORDS));
            }
        }
        match (shape.variable, prefix.digits) {
            (true, 0) => {
                Err(fault(first, "say how many digits the length in front has: l to llll"))
            }
            (false, 1..) => Err(fault(first, "a length in front needs the greatest length: ..N")),
            (true, _) => Ok(Self { length: Length::Variable(prefix, shape.units), ..field }),
            (false, _) => Ok(field),
        }
    }

    fn take_word(&mut self, word: &str) -> Option<()> {
        match word {
            "ascii" => self.encoding = Encoding::Ascii,
            "ebcdic" => self.encoding = Encoding::Ebcdic,
            "utf8" => self.encoding = Encoding::Utf8,
            "bcd" => self.encoding = BCD,
            "bcd-right" => self.encoding = BCD_RIGHT,
            "signed-bcd" => self.encoding = Encoding::SignedBcd,
            "raw" => self.encoding = Encoding::Raw,
            "hex" => self.encoding = Encoding::HexAscii,
            "hex-ebcdic" => self.encoding = Encoding::HexEbcdic,
            "pad-0" | "pad-f" => {
                let Encoding::Bcd(pad) = &mut self.encoding else { return None };
                pad.nibble = if word == "pad-f" { 15 } else { 0 };
            }
            "zeros" => self.fill = Fill::ZeroLeft,
            "blanks" => self.fill = Fill::BlankRight,
            "exact" => self.fill = Fill::Exact,
            "ber" => self.parts = Parts::Ber,
            _ => self.parts = tagged(word)?,
        }
        Some(())
    }
}

/// What may stand behind class and length.
const WORDS: &str = "known are l to llll, ascii, ebcdic, utf8, bcd, bcd-right, signed-bcd, raw, \
                     hex, hex-ebcdic, pad-0, pad-f, zeros, blanks, exact, prefix-ascii, \
                     prefix-ebcdic, prefix-bcd, prefix-binary, counts-bytes, ber, tags-T-L";

impl Prefix {
    fn take_word(&mut self, word: &str) -> Option<()> {
        match word {
            "prefix-ascii" => self.form = PrefixForm::Ascii,
            "prefix-ebcdic" => self.form = PrefixForm::Ebcdic,
            "prefix-bcd" => self.form = PrefixForm::Bcd,
            "prefix-binary" => self.form = PrefixForm::Binary,
            "counts-bytes" => self.counts = Counts::SentBytes,
            "l" | "ll" | "lll" | "llll" => self.digits = u8::try_from(word.len()).ok()?,
            _ => return None,
        }
        Some(())
    }
}

/// Reads `tags-2-3`: tags of two characters, lengths of three digits.
fn tagged(word: &str) -> Option<Parts> {
    let (tag, length) = word.strip_prefix("tags-")?.split_once('-')?;
    let part = |text: &str| text.parse().ok().filter(|count| (1..=4).contains(count));
    Some(Parts::Tagged { tag: part(tag)?, length: part(length)? })
}

/// Class and length, the first word of a row.
struct Shape {
    class: Class,
    variable: bool,
    units: usize,
}

impl Shape {
    fn of(word: &str) -> Option<Self> {
        let digits = word.find(|letter: char| letter.is_ascii_digit())?;
        let (class, units) = word.split_at_checked(digits)?;
        let (class, variable) = match class.strip_suffix("..") {
            Some(class) => (class, true),
            None => (class, false),
        };
        let class = match class {
            "n" => Class::Numeric,
            "an" => Class::AlphaNumeric,
            "ans" | "u" => Class::Text,
            "z" => Class::Track,
            "x+n" => Class::SignedAmount,
            "b" => Class::Bytes,
            _ => return None,
        };
        Some(Self { class, variable, units: units.parse().ok()? })
    }

    fn field(&self, number: u8, name: String, style: Style) -> Field {
        let packed = matches!(style.digits, Encoding::Bcd(_));
        let (encoding, fill) = match self.class {
            Class::Numeric => (style.digits, Fill::ZeroLeft),
            Class::Track => (style.digits, Fill::Exact),
            Class::AlphaNumeric | Class::Text => (style.text, Fill::BlankRight),
            Class::SignedAmount if packed => (Encoding::SignedBcd, Fill::Exact),
            Class::SignedAmount => (style.text, Fill::Exact),
            Class::Bytes => (style.bytes, Fill::Exact),
        };
        let field = Field::new(number, name, Length::Fixed(self.units));
        Field { class: self.class, encoding, fill, ..field }
    }
}

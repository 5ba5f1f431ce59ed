//! A merchant-presented code: its objects, to and from the text that the QR code holds.
//!
//! Owns the form: version first, checksum last, nothing twice; asks for no other object. Those that
//! EMVCo reserves are kept in their order, so that a text reads and writes back the same. Next:
//! [`super::amount`], then [`super::rules`].

use super::amount::Amount;
use super::checksum;
use super::fault::{Place, QrFault};
use super::id::Id;
use super::object::{Object, Template, add, lookup, read, write};

/// The most characters of a code: what the largest QR code holds (ISO/IEC 18004, version 40-L).
pub const QR_CHARACTERS_MAX: usize = 4_296;

/// The only version of the format so far (EMVCo MPM 1.1, 4.7.1).
const VERSION: &str = "01";
/// Id and length of the checksum, which it covers as well.
const CHECKSUM_HEAD: &str = "6304";
/// Characters of the checksum and its head.
const CHECKSUM_CHARACTERS: usize = 8;

/// A code taken apart. The checksum is not among its objects: it follows from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    objects: Vec<Object>,
}

/// Whether a code is for one payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiation {
    /// 11: the same code for every payment.
    Static,
    /// 12: a new code for each.
    Dynamic,
}

/// What the consumer pays on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tip {
    /// 01: the consumer says how much.
    Asked,
    /// 02: a fixed fee.
    Fixed(Amount),
    /// 03: a part of the amount.
    Percent {
        /// In hundredths of a per cent, 1 to 9999.
        hundredths: u16,
    },
}

impl Default for Payload {
    fn default() -> Self {
        Self { objects: vec![Object { id: Id::FORMAT, value: VERSION.to_owned() }] }
    }
}

impl Payload {
    /// Reads the text of a QR code; every character must belong to an object.
    ///
    /// # Errors
    /// [`QrFault::TooLarge`]; then the first fault of form from left to right; then
    /// [`QrFault::FormatNotFirst`], [`QrFault::VersionUnknown`], [`QrFault::ChecksumAbsent`] and
    /// [`QrFault::ChecksumWrong`].
    pub fn parse(text: &str) -> Result<Self, QrFault> {
        if text.chars().nth(QR_CHARACTERS_MAX).is_some() {
            return Err(QrFault::TooLarge { limit: QR_CHARACTERS_MAX });
        }
        let mut objects = read(text, None)?;
        let first = objects.first().filter(|first| first.id == Id::FORMAT);
        if first.ok_or(QrFault::FormatNotFirst)?.value != VERSION {
            return Err(QrFault::VersionUnknown);
        }
        let last = objects.pop_if(|last| last.id == Id::CHECKSUM);
        let stated = last.ok_or(QrFault::ChecksumAbsent)?.value;
        let covered = text.strip_suffix(&stated).filter(|text| text.ends_with(CHECKSUM_HEAD));
        let covered = covered.ok_or(QrFault::ChecksumAbsent)?;
        if stated != hexadecimal(checksum::of(covered.as_bytes())) {
            return Err(QrFault::ChecksumWrong);
        }
        Ok(Self { objects })
    }

    /// Returns the code with an object at its end. A new code has the version only.
    ///
    /// # Errors
    /// [`QrFault::Twice`] when the id is there already, [`QrFault::Unexpected`] for the checksum,
    /// which follows from the others, [`QrFault::LengthInvalid`] for an empty value or one over 99
    /// characters, [`QrFault::Control`] for control characters, [`QrFault::TooLarge`] when the code
    /// grows over [`QR_CHARACTERS_MAX`].
    pub fn with(mut self, id: Id, value: &str) -> Result<Self, QrFault> {
        let place = Place::outer(id);
        if id == Id::CHECKSUM {
            return Err(QrFault::Unexpected { place });
        }
        add(&mut self.objects, place, value)?;
        if self.characters() > QR_CHARACTERS_MAX {
            return Err(QrFault::TooLarge { limit: QR_CHARACTERS_MAX });
        }
        Ok(self)
    }

    /// Writes the text of the QR code, with its checksum in upper case.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        write(&self.objects, &mut text);
        text.push_str(CHECKSUM_HEAD);
        let stated = hexadecimal(checksum::of(text.as_bytes()));
        text.push_str(&stated);
        text
    }

    /// Returns the objects in their order, without the checksum.
    #[must_use]
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// Looks up the value of an object.
    #[must_use]
    pub fn text(&self, id: Id) -> Option<&str> {
        lookup(&self.objects, id)
    }

    /// Looks up an object that has parts.
    ///
    /// # Errors
    /// As [`Template::parse`].
    pub fn template(&self, id: Id) -> Result<Option<Template>, QrFault> {
        self.text(id).map(|value| Template::parse(id, value)).transpose()
    }

    /// Looks up whether the code is for one payment.
    ///
    /// # Errors
    /// [`QrFault::ValueInvalid`] when it is neither 11 nor 12.
    pub fn initiation(&self) -> Result<Option<Initiation>, QrFault> {
        match self.text(Id::INITIATION) {
            None => Ok(None),
            Some("11") => Ok(Some(Initiation::Static)),
            Some("12") => Ok(Some(Initiation::Dynamic)),
            Some(_) => Err(invalid(Id::INITIATION)),
        }
    }

    /// Looks up the ISO 4217 number of the currency.
    ///
    /// # Errors
    /// [`QrFault::ValueInvalid`] when it is not three digits.
    pub fn currency(&self) -> Result<Option<u16>, QrFault> {
        self.text(Id::CURRENCY).map(|text| digits(text, 3, Id::CURRENCY)).transpose()
    }

    /// Looks up the ISO 18245 category of the merchant.
    ///
    /// # Errors
    /// [`QrFault::ValueInvalid`] when it is not four digits.
    pub fn category(&self) -> Result<Option<u16>, QrFault> {
        self.text(Id::CATEGORY).map(|text| digits(text, 4, Id::CATEGORY)).transpose()
    }

    /// Looks up the amount.
    ///
    /// # Errors
    /// [`QrFault::ValueInvalid`] when it is no amount or zero (EMVCo MPM 1.1, 4.7.6).
    pub fn amount(&self) -> Result<Option<Amount>, QrFault> {
        let amount = |text| Amount::parse(text).filter(|amount| !amount.is_zero());
        self.text(Id::AMOUNT).map(|text| amount(text).ok_or(invalid(Id::AMOUNT))).transpose()
    }

    /// Looks up what the consumer pays on top. Fee and percentage are there exactly when the
    /// indicator says so (EMVCo MPM 1.1, 4.7.7 to 4.7.9).
    ///
    /// # Errors
    /// [`QrFault::ValueInvalid`] of the object that is wrong, [`QrFault::Missing`] or
    /// [`QrFault::Unexpected`] of the fee or percentage.
    pub fn tip(&self) -> Result<Option<Tip>, QrFault> {
        let (fixed, percent) = (self.text(Id::FEE_FIXED), self.text(Id::FEE_PERCENT));
        let (tip, fixed, percent) = match self.text(Id::TIP) {
            None => (None, fixed, percent),
            Some("01") => (Some(Tip::Asked), fixed, percent),
            Some("02") => (Some(fee_fixed(fixed)?), None, percent),
            Some("03") => (Some(fee_percent(percent)?), fixed, None),
            Some(_) => return Err(invalid(Id::TIP)),
        };
        match (fixed, percent) {
            (None, None) => Ok(tip),
            (Some(_), _) => Err(QrFault::Unexpected { place: Place::outer(Id::FEE_FIXED) }),
            (None, Some(_)) => Err(QrFault::Unexpected { place: Place::outer(Id::FEE_PERCENT) }),
        }
    }

    fn characters(&self) -> usize {
        let values = self.objects.iter().map(|object| object.value.chars().count());
        values.fold(CHECKSUM_CHARACTERS, |sum, value| sum.saturating_add(4).saturating_add(value))
    }
}

fn fee_fixed(text: Option<&str>) -> Result<Tip, QrFault> {
    let text = text.ok_or(QrFault::Missing { place: Place::outer(Id::FEE_FIXED) })?;
    let fee = Amount::parse(text).filter(|fee| !fee.is_zero());
    fee.map(Tip::Fixed).ok_or(invalid(Id::FEE_FIXED))
}

fn fee_percent(text: Option<&str>) -> Result<Tip, QrFault> {
    let text = text.ok_or(QrFault::Missing { place: Place::outer(Id::FEE_PERCENT) })?;
    let hundredths = Amount::parse(text).and_then(|percent| percent.minor(2));
    let hundredths = hundredths.and_then(|part| u16::try_from(part).ok());
    let hundredths = hundredths.filter(|part| (1..=9_999).contains(part) && text.len() <= 5);
    hundredths.map(|hundredths| Tip::Percent { hundredths }).ok_or(invalid(Id::FEE_PERCENT))
}

fn digits(text: &str, count: usize, id: Id) -> Result<u16, QrFault> {
    let digits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.ok_or(invalid(id))
}

pub(super) const fn invalid(id: Id) -> QrFault {
    QrFault::ValueInvalid { place: Place::outer(id) }
}

fn hexadecimal(checksum: u16) -> String {
    format!("{checksum:04X}")
}

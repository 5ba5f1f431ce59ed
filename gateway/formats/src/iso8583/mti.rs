//! The message type: four digits that say version, class, function and origin.
//!
//! Owns the types that Baton sends and takes. Next: [`super::message`].

use super::cursor::Cursor;
use super::encoding::{EBCDIC_DIGIT, extend_turned_digits};
use super::fault::FormatFault;
use super::spec::MtiForm;
use std::fmt;

/// A message type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mti([u8; 4]);

impl Mti {
    /// Financial request.
    pub const SALE: Self = Self(*b"0200");
    /// Its answer.
    pub const SALE_ANSWER: Self = Self(*b"0210");
    /// Reversal.
    pub const REVERSAL: Self = Self(*b"0420");
    /// The same reversal again.
    pub const REVERSAL_REPEAT: Self = Self(*b"0421");
    /// The answer to both.
    pub const REVERSAL_ANSWER: Self = Self(*b"0430");
    /// Reconciliation, asked by the acquirer's side.
    pub const RECONCILIATION: Self = Self(*b"0500");
    /// The same question again.
    pub const RECONCILIATION_REPEAT: Self = Self(*b"0501");
    /// The answer to both.
    pub const RECONCILIATION_ANSWER: Self = Self(*b"0510");
    /// Reconciliation as an advice: totals that are told, not asked about.
    pub const RECONCILIATION_ADVICE: Self = Self(*b"0520");
    /// The same advice again.
    pub const RECONCILIATION_ADVICE_REPEAT: Self = Self(*b"0521");
    /// The answer to both.
    pub const RECONCILIATION_ADVICE_ANSWER: Self = Self(*b"0530");
    /// Network management.
    pub const NETWORK: Self = Self(*b"0800");
    /// Its answer.
    pub const NETWORK_ANSWER: Self = Self(*b"0810");

    /// Takes four digits.
    ///
    /// # Errors
    /// [`FormatFault::TypeInvalid`] when they are not four digits.
    pub fn parse(digits: &[u8]) -> Result<Self, FormatFault> {
        let digits: [u8; 4] = digits.try_into().map_err(|_| FormatFault::TypeInvalid)?;
        if digits.iter().all(u8::is_ascii_digit) {
            return Ok(Self(digits));
        }
        Err(FormatFault::TypeInvalid)
    }

    pub(super) fn read(form: MtiForm, cursor: &mut Cursor<'_>) -> Result<Self, FormatFault> {
        let bytes = if form == MtiForm::Bcd { 2 } else { 4 };
        let sent = cursor.take(bytes).ok_or(FormatFault::TypeInvalid)?;
        match (form, sent) {
            (MtiForm::Ascii, sent) => Self::parse(sent),
            (MtiForm::Ebcdic, &[a, b, c, d]) => {
                const TURN: u8 = EBCDIC_DIGIT;
                Self::parse(&[a ^ TURN, b ^ TURN, c ^ TURN, d ^ TURN])
            }
            (MtiForm::Bcd, &[a, b]) => {
                Self::parse(&[a >> 4, a & 15, b >> 4, b & 15].map(|digit| b'0' + digit))
            }
            (MtiForm::Ebcdic | MtiForm::Bcd, _) => Err(FormatFault::TypeInvalid),
        }
    }

    pub(super) fn write(self, form: MtiForm, out: &mut Vec<u8>) {
        let [a, b, c, d] = self.0;
        match form {
            MtiForm::Ascii => out.extend_from_slice(&self.0),
            MtiForm::Ebcdic => extend_turned_digits(out, &self.0),
            MtiForm::Bcd => out.extend([(a & 15) << 4 | (b & 15), (c & 15) << 4 | (d & 15)]),
        }
    }

    /// Returns the four digits.
    #[must_use]
    pub const fn digits(&self) -> &[u8; 4] {
        &self.0
    }

    /// Returns the same type in another edition of the standard: its first digit.
    #[must_use]
    pub const fn with_version(self, version: u8) -> Self {
        let [_, class, function, origin] = self.0;
        Self([version, class, function, origin])
    }

    /// Returns the type that answers this one: the function digit plus one, origin 0.
    #[must_use]
    pub fn answer(self) -> Self {
        let [version, class, function, _] = self.0;
        Self([version, class, function.saturating_add(1).min(b'9'), b'0'])
    }
}

impl fmt::Display for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

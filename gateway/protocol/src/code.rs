//! The two things a shopper shows: a one-time payment code and a membership id.
//!
//! Owns their grammar and their mask. A code is treated like card data: it prints masked, is wiped
//! when dropped, and a text that looks like a card number is refused. Next: [`crate::work`].

use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// The longest code in bytes: EMVCo consumer-presented codes and wallet tokens stay under it.
pub const CODE_BYTES_MAX: usize = 128;
/// The shortest code in bytes: fewer could be guessed within a code's life.
pub const CODE_BYTES_MIN: usize = 6;

/// Why a text is not taken as a code or member id. The text itself is never part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeInvalid {
    /// Too short or too long.
    #[error("a code has 6 to 128 characters, a member id 1 to 128")]
    Length,
    /// A character that a POS program or terminal could take for a key stroke.
    #[error("only visible ASCII characters are allowed")]
    Character,
    /// 13 to 19 digits that pass the Luhn check and are no wallet's code.
    #[error("this looks like a card number, which is never accepted here")]
    CardNumber,
}

/// A one-time code that a destination gave the phone. Compared byte for byte, printed masked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaymentCode(Zeroizing<String>);

/// A shopper's number at a membership provider. Printed masked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MemberId(Zeroizing<String>);

impl PaymentCode {
    /// Takes a text as a code, byte for byte as it came.
    ///
    /// # Errors
    /// Each variant of [`CodeInvalid`] as it says.
    pub fn parse(text: String) -> Result<Self, CodeInvalid> {
        let text = Zeroizing::new(text);
        check(&text, CODE_BYTES_MIN)?;
        Ok(Self(text))
    }

    /// Shows the code itself, for the one place that sends it on.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl MemberId {
    /// Takes a text as a member id, byte for byte as it came.
    ///
    /// # Errors
    /// Each variant of [`CodeInvalid`] as it says.
    pub fn parse(text: String) -> Result<Self, CodeInvalid> {
        let text = Zeroizing::new(text);
        check(&text, 1)?;
        Ok(Self(text))
    }

    /// Shows the id itself, for the one place that sends it on.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PaymentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaymentCode(***)")
    }
}

impl fmt::Debug for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberId(***)")
    }
}

impl TryFrom<String> for PaymentCode {
    type Error = CodeInvalid;

    fn try_from(text: String) -> Result<Self, CodeInvalid> {
        Self::parse(text)
    }
}

impl From<PaymentCode> for String {
    fn from(code: PaymentCode) -> Self {
        code.0.as_str().to_owned()
    }
}

impl TryFrom<String> for MemberId {
    type Error = CodeInvalid;

    fn try_from(text: String) -> Result<Self, CodeInvalid> {
        Self::parse(text)
    }
}

impl From<MemberId> for String {
    fn from(id: MemberId) -> Self {
        id.0.as_str().to_owned()
    }
}

fn check(text: &str, bytes_min: usize) -> Result<(), CodeInvalid> {
    if text.len() < bytes_min || text.len() > CODE_BYTES_MAX {
        return Err(CodeInvalid::Length);
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(CodeInvalid::Character);
    }
    if card_number(text) {
        return Err(CodeInvalid::CardNumber);
    }
    Ok(())
}

/// Tells whether a text is 13 to 19 digits whose Luhn sum is right, and no wallet's code: one code
/// in ten has a right sum by chance. Source: ISO/IEC 7812-1 annex B.
#[must_use]
pub fn card_number(text: &str) -> bool {
    if !(13..=19).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    if wallet_code(text) {
        return false;
    }
    let sum: u32 = text.bytes().rev().enumerate().map(|(place, b)| luhn(place, b)).sum();
    sum.is_multiple_of(10)
}

/// Tells whether digits stand where wallets have their codes and no card network has its numbers:
/// WeChat Pay's 18 digits from 10 to 15, and Alipay's 17 to 19 from 25 to 29. Its shorter ones are
/// Mastercard's length, those from 30 may be Diners Club's, and both stay refused.
/// Source: WeChat Pay's and Alipay's pages for scanned payments, the networks' tables of ranges.
#[must_use]
pub fn wallet_code(digits: &str) -> bool {
    let first = digits.get(..2).unwrap_or_default();
    match digits.len() {
        17 | 19 => ("25"..="29").contains(&first),
        18 => ("10"..="15").contains(&first) || ("25"..="29").contains(&first),
        _ => false,
    }
}

fn luhn(place: usize, digit: u8) -> u32 {
    let value = u32::from(digit - b'0');
    if place.is_multiple_of(2) {
        return value;
    }
    let doubled = value * 2;
    if doubled > 9 { doubled - 9 } else { doubled }
}

//! The check on account numbers.
//!
//! Owns the modulo 97 rule and the lengths of ISO 13616; knows no country's own account format.
//! Next: [`super::package`].

use super::fault::CheckFault;
use super::lists;

/// An account number has more characters than this.
const CHARACTERS_OVER: usize = 10;
/// An account number has at most this many characters.
const CHARACTERS_MAX: usize = 34;
/// Country and check digits, which count last.
const HEAD: usize = 4;

pub(super) fn account(own: &[u8]) -> Result<(), CheckFault> {
    let (head, account) = own.split_at_checked(HEAD).ok_or(CheckFault::IbanTooShort)?;
    let country = head.get(..2).unwrap_or_default();
    lists::country_letters(country).map_err(|_| CheckFault::IllegalIbanCountryCode)?;
    if own.len() > CHARACTERS_MAX {
        return Err(CheckFault::IbanTooLong);
    }
    if own.len() <= CHARACTERS_OVER {
        return Err(CheckFault::IbanTooShort);
    }
    let remainder = account.iter().chain(head).try_fold(0_u32, |sum, byte| {
        let (shift, value) = match byte {
            b'0'..=b'9' => (10, u32::from(byte - b'0')),
            b'A'..=b'Z' => (100, u32::from(byte - b'A') + 10),
            _ => return Err(CheckFault::InvalidIbanCharacter),
        };
        Ok(sum.saturating_mul(shift).saturating_add(value) % 97)
    })?;
    if remainder == 1 { Ok(()) } else { Err(CheckFault::IncorrectIbanChecksum) }
}

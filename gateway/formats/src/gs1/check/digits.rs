//! Checks on digits: check digit and check pair, company prefix, zeros, pieces and degrees.
//!
//! Owns the arithmetic. Source: GS1 General Specifications, check digit and check character
//! calculations. Next: [`super::date`].

use super::charset::is_set82;
use super::fault::CheckFault;
use std::cmp::Ordering;

/// Digits of the shortest GS1 Company Prefix.
const COMPANY_PREFIX_DIGITS_MIN: usize = 4;
/// Digits of a latitude or longitude.
const DEGREE_DIGITS: usize = 10;
/// Highest latitude: 180 degrees in ten millionths.
const LATITUDE_MAX: u64 = 1_800_000_000;
/// Highest longitude: 360 degrees in ten millionths.
const LONGITUDE_MAX: u64 = 3_600_000_000;
/// The modulus of the check pair.
const PAIR_MODULUS: u32 = 1021;
/// The values 0 to 31 of a check character.
const PAIR_CHARACTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Weights of the check pair from right to left; 23 are enough for the longest value of 25.
const PAIR_WEIGHTS: [u32; 23] =
    [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83];

/// Returns the check digit that must follow these digits, or nothing when one is no digit.
pub(in super::super) fn check_digit(payload: &[u8]) -> Option<u8> {
    let sum = payload.iter().rev().enumerate().try_fold(0_u32, |sum, (place, digit)| {
        let value = digit.is_ascii_digit().then(|| digit & 0x0F)?;
        let weight = if place.is_multiple_of(2) { 3 } else { 1 };
        // Only the last digit of the sum counts, so the sum never grows.
        Some(sum.saturating_add(u32::from(value).saturating_mul(weight)) % 10)
    })?;
    u8::try_from((10_u32.saturating_sub(sum)) % 10).ok().map(|value| b'0' | value)
}

/// Says whether all are digits and the last one is the check digit of the others.
pub(in super::super) fn is_right(number: &[u8]) -> bool {
    check_digit_right(number).is_ok()
}

pub(super) fn check_digit_right(own: &[u8]) -> Result<(), CheckFault> {
    let (last, payload) = own.split_last().ok_or(CheckFault::TooShortForCheckDigit)?;
    let right = check_digit(payload).ok_or(CheckFault::NonDigitCharacter)?;
    match last {
        last if *last == right => Ok(()),
        b'0'..=b'9' => Err(CheckFault::IncorrectCheckDigit),
        _ => Err(CheckFault::NonDigitCharacter),
    }
}

pub(super) fn check_pair_right(own: &[u8]) -> Result<(), CheckFault> {
    let (payload, pair) = own.split_last_chunk::<2>().ok_or(CheckFault::TooShortForCheckPair)?;
    if payload.len() > PAIR_WEIGHTS.len() {
        return Err(CheckFault::TooLongForCheckPair);
    }
    let weighed = payload.iter().rev().zip(PAIR_WEIGHTS);
    let sum = weighed.into_iter().try_fold(0_u32, |sum, (byte, weight)| {
        let value = set82_value(*byte).ok_or(CheckFault::InvalidCset82Character)?;
        Ok(sum.saturating_add(value.saturating_mul(weight)) % PAIR_MODULUS)
    })?;
    if [pair_character(sum >> 5), pair_character(sum & 31)] == *pair {
        return Ok(());
    }
    Err(CheckFault::IncorrectCheckPair)
}

fn pair_character(value: u32) -> u8 {
    let character = usize::try_from(value).ok().and_then(|value| PAIR_CHARACTERS.get(value));
    character.copied().unwrap_or_default()
}

/// The place of a character in set 82, which is in the order of ISO/IEC 646.
fn set82_value(byte: u8) -> Option<u32> {
    if !is_set82(&byte) {
        return None;
    }
    u32::try_from((0..byte).filter(is_set82).count()).ok()
}

pub(super) fn company_prefix(own: &[u8]) -> Result<(), CheckFault> {
    let prefix = own.get(..COMPANY_PREFIX_DIGITS_MIN).ok_or(CheckFault::TooShortForGcp)?;
    if prefix.iter().all(u8::is_ascii_digit) { Ok(()) } else { Err(CheckFault::InvalidGcpPrefix) }
}

pub(super) fn non_zero(own: &[u8]) -> Result<(), CheckFault> {
    all_digits(own)?;
    if own.iter().all(|digit| *digit == b'0') { Err(CheckFault::IllegalZeroValue) } else { Ok(()) }
}

pub(super) fn zero(own: &[u8]) -> Result<(), CheckFault> {
    if !own.is_empty() && own.iter().all(|digit| *digit == b'0') {
        Ok(())
    } else {
        Err(CheckFault::NotZero)
    }
}

pub(super) fn no_zero_prefix(own: &[u8]) -> Result<(), CheckFault> {
    all_digits(own)?;
    if own.first() == Some(&b'0') { Err(CheckFault::IllegalZeroPrefix) } else { Ok(()) }
}

pub(super) fn piece_of_total(own: &[u8]) -> Result<(), CheckFault> {
    all_digits(own)?;
    let (piece, total) = own
        .split_at_checked(own.len() / 2)
        .filter(|(piece, total)| !piece.is_empty() && piece.len() == total.len())
        .ok_or(CheckFault::InvalidLengthForPieceOfTotal)?;
    if zero(piece).is_ok() {
        return Err(CheckFault::ZeroPieceNumber);
    }
    if zero(total).is_ok() {
        return Err(CheckFault::ZeroTotalPieces);
    }
    match piece.cmp(total) {
        Ordering::Greater => Err(CheckFault::PieceNumberExceedsTotal),
        Ordering::Less | Ordering::Equal => Ok(()),
    }
}

pub(super) fn latitude(own: &[u8]) -> Result<(), CheckFault> {
    at_most(own, LATITUDE_MAX, CheckFault::InvalidLatitude)
}

pub(super) fn longitude(own: &[u8]) -> Result<(), CheckFault> {
    at_most(own, LONGITUDE_MAX, CheckFault::InvalidLongitude)
}

fn at_most(own: &[u8], limit: u64, fault: CheckFault) -> Result<(), CheckFault> {
    all_digits(own)?;
    let digits = std::str::from_utf8(own).ok().filter(|_| own.len() == DEGREE_DIGITS);
    let number = digits.and_then(|digits| digits.parse::<u64>().ok());
    number.filter(|number| *number <= limit).map(|_| ()).ok_or(fault)
}

fn all_digits(own: &[u8]) -> Result<(), CheckFault> {
    if own.iter().all(u8::is_ascii_digit) { Ok(()) } else { Err(CheckFault::NonDigitCharacter) }
}

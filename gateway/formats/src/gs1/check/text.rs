//! The small checks: one character, a few codes, a position in a sequence.
//!
//! Owns those that are a line or two each. Source: GS1 General Specifications, section 3, at the
//! identifiers that have them. Next: [`super::coupon`].

use super::charset::is_set64;
use super::digits;
use super::fault::CheckFault;

pub(super) fn non_digit(own: &[u8]) -> Result<(), CheckFault> {
    let digits = own.iter().all(u8::is_ascii_digit);
    if digits { Err(CheckFault::RequiresNonDigitCharacter) } else { Ok(()) }
}

pub(super) fn hyphen(own: &[u8]) -> Result<(), CheckFault> {
    let hyphens = !own.is_empty() && own.iter().all(|byte| *byte == b'-');
    if hyphens { Ok(()) } else { Err(CheckFault::NotHyphen) }
}

pub(super) fn importer_index(own: &[u8]) -> Result<(), CheckFault> {
    let right = matches!(own, [byte] if is_set64(byte));
    if right { Ok(()) } else { Err(CheckFault::InvalidImportIdxCharacter) }
}

pub(super) fn yes_no(own: &[u8]) -> Result<(), CheckFault> {
    if matches!(own, b"0" | b"1") { Ok(()) } else { Err(CheckFault::NotZeroOrOne) }
}

pub(super) fn winding(own: &[u8]) -> Result<(), CheckFault> {
    let right = matches!(own, b"0" | b"1" | b"9");
    if right { Ok(()) } else { Err(CheckFault::InvalidWindingDirection) }
}

pub(super) fn biological_sex(own: &[u8]) -> Result<(), CheckFault> {
    let right = matches!(own, b"0" | b"1" | b"2" | b"9");
    if right { Ok(()) } else { Err(CheckFault::InvalidBiologicalSexCode) }
}

pub(super) fn percent_encoded(own: &[u8]) -> Result<(), CheckFault> {
    let mut pieces = own.split(|byte| *byte == b'%');
    let _before = pieces.next();
    let hex =
        |piece: &[u8]| piece.get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    if pieces.all(hex) { Ok(()) } else { Err(CheckFault::InvalidPercentSequence) }
}

/// 01 to 10 are given out by ICCBBA, 80 to 99 are for local use, the others are held back.
pub(super) fn media_type(own: &[u8]) -> Result<(), CheckFault> {
    let digits = own.len() == 2 && own.iter().all(u8::is_ascii_digit);
    let given_out = matches!(own, [b'0', b'1'..=b'9'] | b"10" | [b'8' | b'9', _]);
    if digits && given_out { Ok(()) } else { Err(CheckFault::InvalidMediaType) }
}

pub(super) fn position_in_sequence(own: &[u8]) -> Result<(), CheckFault> {
    let mut numbers = own.splitn(2, |byte| *byte == b'/');
    let (position, end) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    let malformed = |number: &[u8]| number.is_empty() || !number.iter().all(u8::is_ascii_digit);
    if malformed(position) || malformed(end) {
        return Err(CheckFault::PositionInSequenceMalformed);
    }
    digits::no_zero_prefix(position)?;
    digits::no_zero_prefix(end)?;
    // Without zeros in front the longer number is the greater one.
    if (position.len(), position) > (end.len(), end) {
        return Err(CheckFault::PositionExceedsEnd);
    }
    Ok(())
}

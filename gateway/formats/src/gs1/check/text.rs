//! The small checks: one character, a few codes, a position in a sequence.
//!
//! Owns those that are a line or two each. Source: GS1 General Specifications, section 3, at the
//! identifiers that have them. Next: [`super::coupon`].

use super::Check;
use super::charset::is_set64;
use super::digits;
use super::fault::CheckFault;

pub(super) fn examine(check: Check, own: &[u8]) -> Result<(), CheckFault> {
    let (right, fault) = match (check, own) {
        (Check::PercentEncoding, own) => (percent_encoded(own), CheckFault::InvalidPercentSequence),
        (Check::PositionInSequence, own) => return position_in_sequence(own),
        (Check::MediaType, own) => (is_media_type(own), CheckFault::InvalidMediaType),
        (Check::NonDigit, own) => {
            (!own.iter().all(u8::is_ascii_digit), CheckFault::RequiresNonDigitCharacter)
        }
        (Check::Hyphen, own) => {
            (!own.is_empty() && own.iter().all(|byte| *byte == b'-'), CheckFault::NotHyphen)
        }
        (Check::ImporterIndex, [byte]) => (is_set64(byte), CheckFault::InvalidImportIdxCharacter),
        (Check::ImporterIndex, _) => (false, CheckFault::InvalidImportIdxCharacter),
        (Check::YesNo, own) => (matches!(own, b"0" | b"1"), CheckFault::NotZeroOrOne),
        (Check::Winding, own) => {
            (matches!(own, b"0" | b"1" | b"9"), CheckFault::InvalidWindingDirection)
        }
        (_, own) => {
            (matches!(own, b"0" | b"1" | b"2" | b"9"), CheckFault::InvalidBiologicalSexCode)
        }
    };
    if right { Ok(()) } else { Err(fault) }
}

fn percent_encoded(own: &[u8]) -> bool {
    let mut pieces = own.split(|byte| *byte == b'%');
    let _before = pieces.next();
    pieces.all(|piece| piece.get(..2).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)))
}

/// 01 to 10 are given out by ICCBBA, 80 to 99 are for local use, the others are held back.
fn is_media_type(own: &[u8]) -> bool {
    let digits = own.len() == 2 && own.iter().all(u8::is_ascii_digit);
    digits && matches!(own, [b'0', b'1'..=b'9'] | b"10" | [b'8' | b'9', _])
}

fn position_in_sequence(own: &[u8]) -> Result<(), CheckFault> {
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

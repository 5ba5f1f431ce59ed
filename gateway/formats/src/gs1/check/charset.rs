//! The four sets of characters that values are written in.
//!
//! Owns membership only. Source: GS1 General Specifications, AI encodable character sets 82, 39 and
//! 64. Next: [`super::digits`].

use super::super::shape::Charset;
use super::fault::CheckFault;

/// Most padding characters at the end of base 64.
const PADDING_MAX: usize = 2;

impl Charset {
    /// Says whether all characters are of this set.
    pub(in super::super) fn examine(self, own: &[u8]) -> Result<(), CheckFault> {
        match self {
            Self::Digits => all(own, |byte| byte.is_ascii_digit(), CheckFault::NonDigitCharacter),
            Self::Set82 => all(own, is_set82, CheckFault::InvalidCset82Character),
            Self::Set39 => all(own, is_set39, CheckFault::InvalidCset39Character),
            Self::Set64 => set64(own),
        }
    }
}

/// Says whether a byte is a character of set 82.
pub(crate) const fn is_set82(byte: &u8) -> bool {
    matches!(byte, b'!' | b'"' | b'%'..=b'?' | b'A'..=b'Z' | b'_' | b'a'..=b'z')
}

const fn is_set39(byte: &u8) -> bool {
    matches!(byte, b'#' | b'-' | b'/' | b'0'..=b'9' | b'A'..=b'Z')
}

pub(super) const fn is_set64(byte: &u8) -> bool {
    matches!(byte, b'-' | b'0'..=b'9' | b'A'..=b'Z' | b'_' | b'a'..=b'z')
}

fn all(own: &[u8], member: fn(&u8) -> bool, fault: CheckFault) -> Result<(), CheckFault> {
    if own.iter().all(member) { Ok(()) } else { Err(fault) }
}

// The reference tests count a padded text in threes, not in fours as RFC 4648 does; data that other
// GS1 readers refuse is refused here too.
fn set64(own: &[u8]) -> Result<(), CheckFault> {
    let end = own.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last.saturating_add(1));
    let (text, padding) = own.split_at_checked(end).unwrap_or((own, &[]));
    let padded = !padding.is_empty();
    if padding.len() > PADDING_MAX || (padded && !own.len().is_multiple_of(3)) {
        return Err(CheckFault::InvalidCset64Padding);
    }
    all(text, is_set64, CheckFault::InvalidCset64Character)
}

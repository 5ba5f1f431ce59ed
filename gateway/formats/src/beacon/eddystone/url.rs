//! The URL of an Eddystone frame: one byte for the scheme, one for frequent endings of names.
//!
//! Owns both tables (Eddystone-URL). Next: [`super::eid`].

use super::super::fault::FrameFault;

/// The longest URL behind its scheme, in bytes as sent: what an advertisement of 31 has room for.
pub const URL_BYTES_MAX: usize = 17;

/// The schemes, in the order of their numbers.
const SCHEMES: [&str; 4] = ["http://www.", "https://www.", "http://", "https://"];

/// The endings, in the order of their numbers.
const ENDINGS: [&str; 14] = [
    ".com/", ".org/", ".edu/", ".net/", ".info/", ".biz/", ".gov/", ".com", ".org", ".edu", ".net",
    ".info", ".biz", ".gov",
];

/// Returns the number of the longest scheme that a URL begins with, and what follows it. Letters of
/// a scheme may be of either case.
///
/// # Errors
/// [`FrameFault::UrlInvalid`] when it begins with none of the four.
pub fn scheme(url: &str) -> Result<(u8, &str), FrameFault> {
    schemes(url).min_by_key(|(_, rest)| rest.len()).ok_or(FrameFault::UrlInvalid)
}

/// Every scheme that a URL begins with.
fn schemes(url: &str) -> impl Iterator<Item = (u8, &str)> {
    (0_u8..).zip(SCHEMES).filter_map(|(code, scheme)| {
        let (front, rest) = url.split_at_checked(scheme.len())?;
        front.eq_ignore_ascii_case(scheme).then_some((code, rest))
    })
}

/// Writes out the URL of a frame.
///
/// # Errors
/// `UrlInvalid` and `UrlTooLong` of [`FrameFault`].
pub fn read(bytes: &[u8]) -> Result<String, FrameFault> {
    let (scheme, rest) = bytes.split_first().ok_or(FrameFault::UrlInvalid)?;
    let mut url = (*SCHEMES.get(usize::from(*scheme)).ok_or(FrameFault::UrlInvalid)?).to_owned();
    check_length(rest)?;
    for byte in rest {
        match ENDINGS.get(usize::from(*byte)) {
            Some(ending) => url.push_str(ending),
            None if byte.is_ascii_graphic() => url.push(char::from(*byte)),
            None => return Err(FrameFault::UrlInvalid),
        }
    }
    Ok(url)
}

/// Shortens a URL for a frame.
///
/// # Errors
/// `UrlInvalid` when it has another scheme or characters that no URL has, `UrlTooLong`.
pub fn write(url: &str) -> Result<Vec<u8>, FrameFault> {
    // The longest scheme would leave nothing of `http://www.`, and a frame needs something.
    let fitting = schemes(url).filter(|(_, rest)| !rest.is_empty());
    // In its own letters if there is one, so that what was read is written the same.
    let other_letters =
        |rest: &str| !SCHEMES.iter().any(|scheme| url.strip_prefix(scheme) == Some(rest));
    let best = fitting.min_by_key(|(_, rest)| (other_letters(rest), rest.len()));
    let (scheme, mut rest) = best.ok_or(FrameFault::UrlInvalid)?;
    if !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(FrameFault::UrlInvalid);
    }
    let mut bytes = Vec::new();
    while let Some(first) = rest.as_bytes().first() {
        let endings = (0_u8..).zip(ENDINGS);
        let mut fitting =
            endings.filter_map(|(code, ending)| Some((code, rest.strip_prefix(ending)?)));
        let (byte, after) = fitting.next().unwrap_or((*first, rest.get(1..).unwrap_or_default()));
        bytes.push(byte);
        rest = after;
    }
    check_length(&bytes)?;
    bytes.insert(0, scheme);
    Ok(bytes)
}

const fn check_length(rest: &[u8]) -> Result<(), FrameFault> {
    match rest.len() {
        0 => Err(FrameFault::UrlInvalid),
        1..=URL_BYTES_MAX => Ok(()),
        bytes => Err(FrameFault::UrlTooLong { bytes }),
    }
}

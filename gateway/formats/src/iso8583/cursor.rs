//! A reader over bytes that can only move forward and never past the end.
//!
//! Owns the position. Knows nothing of fields. Next: [`super::bitmap`] and [`super::field`].

pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    position: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, position: 0 }
    }

    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        self.position = self.position.saturating_add(count);
        Some(taken)
    }

    /// Bytes that were taken.
    pub(super) const fn position(&self) -> usize {
        self.position
    }

    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) const fn left(&self) -> usize {
        self.rest.len()
    }
}

/// Reads decimal digits as a number; anything else is nothing.
pub(super) fn decimal(digits: &[u8]) -> Option<usize> {
    number(digits, 10, |digit| digit.wrapping_sub(b'0'))
}

/// Reads digits of any base, each by its value; one that reaches the base is none.
#[inline]
pub(super) fn number(digits: &[u8], base: usize, value: impl Fn(u8) -> u8) -> Option<usize> {
    let mut sum = 0_usize;
    for digit in digits {
        let value = Some(usize::from(value(*digit))).filter(|value| *value < base)?;
        sum = sum.checked_mul(base)?.checked_add(value)?;
    }
    Some(sum)
}

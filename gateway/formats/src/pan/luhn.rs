//! The check digit of ISO/IEC 7812-1, annex B, which catches one wrong digit or two exchanged.
//!
//! Owns the sum. Knows nothing of cards. Next: [`super::brand`].

/// Returns whether the last digit fits the others. Anything but digits, and no digit, does not.
#[must_use]
pub fn holds(digits: &[u8]) -> bool {
    digits.len() > 1 && sum(digits, Doubled::Second) == Some(0)
}

/// Returns the digit to append, or nothing when there are other characters than digits.
#[must_use]
pub fn check_digit(digits: &[u8]) -> Option<u8> {
    let over = sum(digits, Doubled::First)?;
    let digit = 10_u8.checked_sub(over)?.checked_rem(10)?;
    digit.checked_add(b'0')
}

/// Which digit from the right is the first to be doubled.
#[derive(Clone, Copy)]
enum Doubled {
    First,
    Second,
}

/// Adds the digits from the right, every other doubled, and returns the last digit of the sum.
fn sum(digits: &[u8], doubled: Doubled) -> Option<u8> {
    let mut double = matches!(doubled, Doubled::First);
    digits.iter().rev().try_fold(0_u8, |sum, digit| {
        let value = digit.is_ascii_digit().then(|| digit.saturating_sub(b'0'))?;
        let added = match (double, value) {
            (false, value) => value,
            (true, 0..=4) => value.saturating_mul(2),
            (true, _) => value.saturating_mul(2).saturating_sub(9),
        };
        double = !double;
        sum.saturating_add(added).checked_rem(10)
    })
}

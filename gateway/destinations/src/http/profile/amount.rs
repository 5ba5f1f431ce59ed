//! Amounts as providers write them: whole minor units, or a decimal of the major unit.
//!
//! Owns both directions. Digits are moved, never calculated with, so nothing is rounded and a
//! float never comes near money. Next: [`super::facts`].

use baton_protocol::money::Money;
use serde::Deserialize;

/// How an answer writes its amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AmountForm {
    /// `1230` is 12.30 USD and 1,230 KRW.
    #[default]
    Minor,
    /// `12.30` is 12.30 USD, `1230` is 1,230 KRW.
    Decimal,
}

/// Prints `12.30` for 1230 US cents and `1230` for won.
pub(super) fn decimal(amount: Money) -> String {
    let digits = usize::from(amount.currency.digits());
    let width = digits.saturating_add(1);
    let text = format!("{:0>width$}", amount.minor.unsigned_abs());
    let (whole, part) = text.split_at(text.len().saturating_sub(digits));
    let sign = if amount.minor < 0 { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// Reads an amount into minor units, exactly or not at all.
///
/// **Units** `digits` is how many decimals the currency has; more than those may only be zeros.
pub(super) fn minor(text: &str, form: AmountForm, digits: u8) -> Option<i64> {
    let digits = usize::from(digits);
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = match (form, unsigned.split_once('.')) {
        (AmountForm::Minor, Some(_)) => return None,
        (AmountForm::Minor, None) => return number(sign, unsigned, ""),
        (AmountForm::Decimal, Some((_, ""))) => return None,
        (AmountForm::Decimal, Some(parts)) => parts,
        (AmountForm::Decimal, None) => (unsigned, ""),
    };
    let (kept, beyond) = part.split_at_checked(digits).unwrap_or((part, ""));
    if !beyond.bytes().all(|byte| byte == b'0') {
        return None;
    }
    number(sign, whole, &format!("{kept:0<digits$}"))
}

fn number(sign: &str, whole: &str, part: &str) -> Option<i64> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{sign}{whole}{part}").parse().ok()
}

#[cfg(test)]
mod tests;

//! The single words of the wire: codes, member ids, names, currencies, amounts.
//!
//! Owns second readings of their grammars. Next: `crate::beside`.

use baton_protocol::code::{MemberId, PaymentCode, card_number};
use baton_protocol::ids::{TerminalId, TransactionId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::State;

/// A word, tried as each kind.
pub fn words(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let code = code(text);
    let name = name(text);
    let id = text.parse::<TransactionId>().is_ok_and(|id| {
        assert_eq!(id.to_string().parse(), Ok(id));
        true
    });
    let state = State::lookup(text).is_some_and(|state| {
        assert_eq!(state.word(), text);
        true
    });
    code | name | id | state | money(text)
}

fn code(text: &str) -> bool {
    let digits = text.chars().all(|character| character.is_ascii_digit());
    let card = digits && (13..=19).contains(&text.len()) && check_sum(text) == 0;
    assert_eq!(card_number(text), card, "the second sum");
    let graphic = text.chars().all(|character| ('!'..='~').contains(&character)) && !card;
    let code = PaymentCode::parse(text.to_owned());
    let member = MemberId::parse(text.to_owned());
    assert_eq!(code.is_ok(), graphic && (6..=128).contains(&text.len()));
    assert_eq!(member.is_ok(), graphic && (1..=128).contains(&text.len()));
    let (Ok(code), Ok(member)) = (code, member) else { return false };
    assert_eq!((code.reveal(), member.reveal()), (text, text));
    assert_eq!(format!("{code:?} {member:?}"), "PaymentCode(***) MemberId(***)");
    true
}

fn check_sum(digits: &str) -> u32 {
    let values = digits.chars().rev().filter_map(|digit| digit.to_digit(10)).enumerate();
    let added = |(place, value): (usize, u32)| {
        if place % 2 == 0 { value } else { value * 2 % 10 + value / 5 }
    };
    values.map(added).sum::<u32>() % 10
}

fn name(text: &str) -> bool {
    let begins = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    let rest = text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let read = text.parse::<TerminalId>();
    assert_eq!(read.is_ok(), begins && rest && text.len() <= 64);
    read.is_ok_and(|name| {
        assert_eq!(name.as_str(), text);
        true
    })
}

/// A currency, a blank and minor units.
fn money(text: &str) -> bool {
    let (letters, minor) = text.split_once(' ').unwrap_or((text, "0"));
    let Ok(currency) = Currency::from_letters(letters) else { return false };
    assert_eq!(currency.letters(), letters);
    assert_eq!(Currency::from_number(currency.number()), Ok(currency));
    let Ok(minor) = minor.parse::<i64>() else { return false };
    let money = Money::new(minor, currency);
    let printed = money.to_string();
    let digits: String = printed.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
    assert_eq!(digits.parse::<i128>().ok(), Some(minor.into()), "{printed}");
    let twice = minor.checked_add(minor).map(|minor| Money::new(minor, currency));
    assert_eq!(money.checked_add(money).ok(), twice);
    true
}

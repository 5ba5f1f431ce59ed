//! Keys: lengths, check digits, one form for one item.

use crate::gs1::keys::{check_digit, has_check_digit};
use crate::gs1::{Gln, Gs1Fault, Gtin, Sscc};

#[test]
fn each_spelling_of_an_item_is_the_same_number() {
    let long = Gtin::parse("00000002345673").unwrap();

    assert_eq!(Gtin::parse("02345673").unwrap(), long);
    assert_eq!(Gtin::parse("000002345673").unwrap(), long);
    assert_eq!(long.shortest(), "02345673");
    assert_eq!(Gtin::parse("416000336108").unwrap().shortest(), "416000336108");
    assert_eq!(Gtin::parse("6291041500213").unwrap().as_str(), "06291041500213");
    assert_eq!(Gtin::parse("6291041500213").unwrap().shortest(), "6291041500213");
}

#[test]
fn keys_are_refused_with_the_reason() {
    assert_eq!(Gtin::parse("6291041500214"), Err(Gs1Fault::KeyCheckDigit));
    assert_eq!(Gtin::parse("629104150021"), Err(Gs1Fault::KeyCheckDigit));
    assert_eq!(Gtin::parse("62910415002"), Err(Gs1Fault::KeyLength { digits: 11 }));
    assert_eq!(Gtin::parse("629104150021x"), Err(Gs1Fault::KeyCharacter));
    assert_eq!(Gln::parse("9520123456788").unwrap().as_str(), "9520123456788");
    assert_eq!(Gln::parse("09520123456788"), Err(Gs1Fault::KeyLength { digits: 14 }));
    assert_eq!(Sscc::parse("006141411234567890").unwrap().as_str(), "006141411234567890");
    assert_eq!(Sscc::parse("006141411234567891"), Err(Gs1Fault::KeyCheckDigit));
}

#[test]
fn check_digit_follows_its_payload() {
    assert_eq!(check_digit("629104150021"), Some('3'));
    assert_eq!(check_digit("62910415002x"), None);
    assert!(has_check_digit("0"));
    assert!(!has_check_digit(""));
    assert!(!has_check_digit("629104150021x"));
    assert_eq!(Gtin::from_payload("629104150021"), Err(Gs1Fault::KeyLength { digits: 13 }));
    assert_eq!(Gtin::from_payload("0629104150021").unwrap().as_str(), "06291041500213");
}

use super::super::law::{BASIS_TEXT_BYTES_MAX, BasisInvalid, SwitchedOff};
use super::*;
use baton_protocol::ids::ShopId;

fn basis(licence: &str, document: &str) -> LegalBasis {
    LegalBasis {
        licence: licence.to_owned(),
        document: document.to_owned(),
        operator: "op".parse().unwrap(),
        recorded_at: T0,
    }
}

#[test]
fn nothing_is_offered_until_both_switches_are_on() {
    let shop: ShopId = "s-1".parse().unwrap();
    let mut switches = Switches::default();

    let off = switches.leave(Country::KR, &shop);
    assert_eq!(off, Err(SwitchedOff::Country(Country::KR)));
    switches.record(Switch::Country(Country::KR), basis("1", "d")).unwrap();
    assert_eq!(switches.leave(Country::KR, &shop), Err(SwitchedOff::Shop(shop.clone())));
    let own = Switch::Shop(Country::KR, shop.clone());
    switches.record(own.clone(), basis("2", "d")).unwrap();

    let leave = switches.leave(Country::KR, &shop).unwrap();
    assert!(leave.covers(Country::KR, &shop));
    assert!(!leave.covers("JP".parse().unwrap(), &shop));
    switches.withdraw(&own);
    assert!(switches.leave(Country::KR, &shop).is_err());
}

#[test]
fn a_basis_names_a_licence_and_a_document() {
    let mut switches = Switches::default();
    let long = "x".repeat(BASIS_TEXT_BYTES_MAX + 1);

    for (licence, document) in [("", "d"), ("1", " "), (long.as_str(), "d")] {
        let refused = switches.record(Switch::Country(Country::KR), basis(licence, document));
        assert_eq!(refused, Err(BasisInvalid));
    }
    assert_eq!(switches.lookup(&Switch::Country(Country::KR)), None);
    for text in ["", "K", "kr", "KOR", "K1"] {
        assert!(text.parse::<Country>().is_err(), "{text}");
    }
}

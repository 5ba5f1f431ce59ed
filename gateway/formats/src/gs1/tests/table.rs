//! The table holds together: order, prefixes, lengths, references.

use crate::gs1::dictionary::RULES;
use crate::gs1::rule::{self, Attribute, Rule};
use crate::gs1::{Ai, Element};

fn first_ai(rule: &Rule) -> Ai {
    let digits: Vec<u8> = rule.first().collect();
    Ai::parse(std::str::from_utf8(&digits).unwrap()).unwrap()
}

fn all() -> Vec<Ai> {
    let numbers = (0..100).map(|n| format!("{n:02}"));
    let numbers = numbers.chain((0..1000).map(|n| format!("{n:03}")));
    let numbers = numbers.chain((0..10_000).map(|n| format!("{n:04}")));
    let known = numbers.map(|digits| Ai::parse(&digits).unwrap());
    known.filter(|ai| rule::rule(*ai).is_some()).collect()
}

#[test]
fn rows_ascend_and_none_is_the_beginning_of_another() {
    let ais = all();

    for pair in RULES.windows(2) {
        assert!(first_ai(&pair[0]) < first_ai(&pair[1]), "{:?}", first_ai(&pair[1]));
    }
    for one in &ais {
        let inside = ais.iter().filter(|other| other.as_str().starts_with(one.as_str()));
        assert_eq!(inside.count(), 1, "{one}");
    }
}

#[test]
fn table_knows_each_identifier_of_the_standard() {
    let ais = all();

    assert_eq!(ais.len(), 541);
    assert_eq!(rule::rule(Ai::GTIN).unwrap().title, "GTIN");
    for absent in ["04", "09", "23", "38", "3106", "3944", "3956", "4199", "7100", "89", "9"] {
        assert!(Ai::parse(absent).ok().and_then(rule::rule).is_none(), "{absent}");
    }
}

#[test]
fn identifiers_that_begin_alike_have_equally_many_digits() {
    for ai in all() {
        let digits = rule::digits_after(&ai.as_str().as_bytes()[..2]);

        assert_eq!(digits, Some(ai.as_str().len()), "{ai}");
    }
}

#[test]
fn predefined_lengths_are_those_of_the_parts() {
    for ai in all() {
        let rule = rule::rule(ai).unwrap();

        if let Some(length) = ai.predefined_length() {
            assert_eq!((rule.length_min(), rule.length_max()), (length, length), "{ai}");
        }
    }
}

#[test]
fn every_identifier_that_a_row_names_is_in_the_table() {
    let ais = all();
    let known = |pattern: &str| ais.iter().any(|ai| ai.fits(pattern));

    for rule in RULES {
        let needs = rule.needs.iter().flat_map(|group| group.split('+'));
        assert!(needs.clone().all(known), "{:?}", first_ai(rule));
        assert!(rule.excludes.iter().all(|pattern| known(pattern)), "{:?}", first_ai(rule));
        let qualifiers = rule.key.unwrap_or_default().iter().copied().flatten();
        assert!(qualifiers.clone().all(|ai| known(ai)), "{:?}", first_ai(rule));
        assert!(rule.key.is_none() || rule.attribute == Attribute::Allowed);
    }
}

#[test]
fn rows_without_checks_take_their_shortest_and_longest_value() {
    for ai in all() {
        let rule = rule::rule(ai).unwrap();
        if rule.parts.iter().any(|part| !part.checks.is_empty()) {
            continue;
        }

        for length in [rule.length_min(), rule.length_max()] {
            assert!(Element::new(ai, &"1".repeat(length)).is_ok(), "{ai} {length}");
        }
        assert!(Element::new(ai, &"1".repeat(rule.length_min() - 1)).is_err(), "{ai}");
        assert!(Element::new(ai, &"1".repeat(rule.length_max() + 1)).is_err(), "{ai}");
    }
}

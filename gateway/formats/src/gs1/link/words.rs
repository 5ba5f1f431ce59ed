//! The words that links of the first version used for keys.
//!
//! Owns the list. Source: GS1 Digital Link 1.0, convenience alphas, withdrawn since 1.1.

use super::super::ai::Ai;

const WORDS: [(&str, &str); 22] = [
    ("cpid", "8010"),
    ("cpsn", "8011"),
    ("cpv", "22"),
    ("gcn", "255"),
    ("gdti", "253"),
    ("giai", "8004"),
    ("ginc", "401"),
    ("gln", "414"),
    ("glnx", "254"),
    ("gmn", "8013"),
    ("grai", "8003"),
    ("gsin", "402"),
    ("gsrn", "8018"),
    ("gsrnp", "8017"),
    ("gtin", "01"),
    ("itip", "8006"),
    ("lot", "10"),
    ("party", "417"),
    ("refno", "8020"),
    ("ser", "21"),
    ("srin", "8019"),
    ("sscc", "00"),
];

/// Returns the identifier for which a word stands.
pub(super) fn lookup(word: &str) -> Option<Ai> {
    let (_, ai) = WORDS.iter().find(|(known, _)| *known == word)?;
    Ai::parse(ai).ok()
}

//! Card numbers: check digit, brand by number or by its first digits, and what is taken as one.
//!
//! Owns the reading of `pan_luhn.json`. Next: `emv.rs`.

use crate::book::{Verdict, text, try_all};
use baton_formats::pan::{Brand, Pan, luhn};
use serde_json::Value;

#[test]
fn card_numbers_are_known_as_published() {
    try_all("pan_luhn.json", |_, vector| match text(vector, "group") {
        "pan" => checked(vector).unwrap_or_else(|| taken(vector)),
        "brand" => checked(vector).unwrap_or_else(|| branded(vector)),
        "brand-prefix" => begun(vector),
        "card-validator-input" => checked(vector).unwrap_or(Verdict::Passed),
        _ => Verdict::NotOurs("a group that is not known"),
    })
}

/// The check digit: only a difference is a verdict.
fn checked(vector: &Value) -> Option<Verdict> {
    let stated = vector["luhn"].as_bool()?;
    let digits = text(vector, "pan").replace([' ', '-'], "");
    let got = luhn::holds(digits.as_bytes());
    (got != stated).then(|| Verdict::Failed(format!("check digit: got {got}, stated {stated}")))
}

fn taken(vector: &Value) -> Verdict {
    Verdict::equal(&Some(Pan::parse(text(vector, "pan")).is_ok()), &vector["valid"].as_bool())
}

fn branded(vector: &Value) -> Verdict {
    let brand = Brand::of(text(vector, "pan").as_bytes()).map(Brand::name);
    Verdict::equal(&brand, &Some(text(vector, "brand")))
}

/// The first digits may fill no row of the brand yet; then it must be a candidate.
fn begun(vector: &Value) -> Verdict {
    let (prefix, stated) = (text(vector, "prefix").as_bytes(), text(vector, "brand"));
    let brand = Brand::of(prefix).map(Brand::name);
    let open = prefix.len() < 8 && Brand::candidates(prefix).any(|brand| brand.name() == stated);
    match open {
        true => Verdict::Passed,
        false => Verdict::equal(&brand, &Some(stated)),
    }
}

//! GS1 data: element strings, brackets, links, scans and check digits.
//!
//! Owns how each group of the file is tried. Next: [`super::epc`].

use crate::book::{self, Verdict, text};
use baton_formats::gs1::check::{CheckFault, CouponFault, CouponPart};
use baton_formats::gs1::link::{KeyWords, Reading, ShortGtin};
use baton_formats::gs1::{
    CANONICAL_STEM, DigitalLink, Elements, Gs1Fault, Scan, Separator, Symbology, UnknownAis, keys,
};
use serde_json::Value;

#[test]
fn every_published_gs1_vector_is_read_as_stated() {
    book::try_all("gs1.json", |_, vector| one(vector));
}

fn one(vector: &Value) -> Verdict {
    match text(vector, "group") {
        "digital-link-parse" => link(vector),
        "digital-link-build" => build(vector),
        "bracketed-ai" => bracketed(vector),
        "element-string" => element_string(vector),
        "ai-content" => content(vector),
        "scan-data" => scan(vector),
        "check-digit" => {
            Verdict::equal(&keys::has_check_digit(text(vector, "number")), &valid(vector))
        }
        _ => Verdict::Failed("a group that nobody tries".into()),
    }
}

fn valid(vector: &Value) -> bool {
    vector["valid"].as_bool().expect("a vector says whether it is valid")
}

/// Compares what was made with what is stated, or both with nothing.
fn compare<E: std::fmt::Debug>(vector: &Value, key: &str, got: Result<String, E>) -> Verdict {
    match (got, valid(vector)) {
        (Ok(got), true) => Verdict::equal(&got.as_str(), &text(vector, key)),
        (Err(_), false) => Verdict::Passed,
        (Ok(got), false) => Verdict::Failed(format!("got {got:?}, which is not valid")),
        (Err(fault), true) => Verdict::Failed(format!("refused: {fault:?}")),
    }
}

fn is_on(vector: &Value, option: &str) -> bool {
    vector["options"][option].as_bool().unwrap_or(false)
}

fn unknown(vector: &Value) -> UnknownAis {
    let kept = is_on(vector, "permit_unknown_ais")
        && vector["options"]["unknown_ai_not_dl_attr"].as_bool() == Some(false);
    if kept { UnknownAis::Kept } else { UnknownAis::Refused }
}

/// Compares the brackets too, where the vector has them.
fn with_brackets(vector: &Value, elements: &Elements, verdict: Verdict) -> Verdict {
    let stated = vector["ai"].as_str().filter(|_| text(vector, "group") != "bracketed-ai");
    match (verdict, stated) {
        (Verdict::Passed, Some(stated)) => Verdict::equal(&elements.to_bracketed(), &stated.into()),
        (verdict, _) => verdict,
    }
}

fn link(vector: &Value) -> Verdict {
    let alphas = is_on(vector, "permit_convenience_alphas");
    let short = is_on(vector, "permit_zero_suppressed_gtin");
    let reading = Reading {
        short_gtin: if short { ShortGtin::FilledUp } else { ShortGtin::Refused },
        key_words: if alphas { KeyWords::Taken } else { KeyWords::Refused },
        unknown: unknown(vector),
    };
    let link = DigitalLink::parse_with(text(vector, "uri"), reading);
    let elements = link.as_ref().map(|link| link.elements().clone()).unwrap_or_default();
    let got = link.map(|link| link.elements().to_element_string(Separator::Caret));
    with_brackets(vector, &elements, compare(vector, "element_string", got))
}

fn build(vector: &Value) -> Verdict {
    let stem = vector["stem"].as_str().unwrap_or(CANONICAL_STEM);
    let elements = Elements::parse_bracketed_with(text(vector, "ai"), unknown(vector));
    let uri = elements
        .map_err(Into::into)
        .and_then(|elements| DigitalLink::build(&elements, stem))
        .and_then(|link| link.to_uri());
    compare(vector, "uri", uri)
}

fn bracketed(vector: &Value) -> Verdict {
    let elements = Elements::parse_bracketed(text(vector, "ai"));
    let got = elements.map(|elements| elements.to_element_string(Separator::Caret));
    compare(vector, "element_string", got)
}

fn element_string(vector: &Value) -> Verdict {
    let stated = text(vector, "element_string");
    match (Elements::parse(stated, Separator::Caret), valid(vector)) {
        (Ok(elements), true) => with_brackets(vector, &elements, Verdict::Passed),
        (Err(_), false) => Verdict::Passed,
        (got, _) => Verdict::Failed(format!("got {got:?}")),
    }
}

fn content(vector: &Value) -> Verdict {
    let stated = text(vector, "linter");
    let got = match Elements::parse_bracketed(text(vector, "ai")) {
        Ok(_) => "GS1_LINTER_OK".into(),
        Err(Gs1Fault::Content { fault, .. }) => format!("GS1_LINTER_{}", word(fault)),
        Err(fault) => format!("{fault:?}"),
    };
    Verdict::equal(&got.as_str(), &stated)
}

/// The word of the reference tests for a finding.
#[expect(clippy::wildcard_enum_match_arm, reason = "most words are the names of the faults")]
fn word(fault: CheckFault) -> String {
    match fault {
        CheckFault::Coupon { part, fault } => coupon_word(part, fault),
        CheckFault::NotIso3166 => "NOT_ISO3166".into(),
        CheckFault::NotIso3166Or999 => "NOT_ISO3166_OR_999".into(),
        CheckFault::NotIso3166Alpha2 => "NOT_ISO3166_ALPHA2".into(),
        CheckFault::NotIso4217 => "NOT_ISO4217".into(),
        other => screaming(&format!("{other:?}")),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most words are the names of the parts")]
fn coupon_word(part: CouponPart, fault: CouponFault) -> String {
    let nth = |nth: u8| ["", "1ST_", "2ND_", "3RD_"][usize::from(nth)];
    let further = |number: u8| if number == 1 { "" } else { nth(number) };
    let purchase = |number: u8| if number == 1 { "" } else { "PURCHASE_" };
    let name = match part {
        CouponPart::Company(n) => format!("{}{}GCP", further(n), purchase(n)),
        CouponPart::Requirement(n) => format!("{}PURCHASE_REQUIREMENT", nth(n)),
        CouponPart::RequirementCode(n) => format!("{}PURCHASE_REQUIREMENT_CODE", nth(n)),
        CouponPart::FamilyCode(n) => format!("{}PURCHASE_FAMILY_CODE", nth(n)),
        CouponPart::Format => "FORMAT_CODE".into(),
        CouponPart::RulesCode => "ADDITIONAL_PURCHASE_RULES_CODE".into(),
        CouponPart::Retailer => "RETAILER_GCP_OR_GLN".into(),
        CouponPart::AppliesToItem => "SAVE_VALUE_APPLIES_TO_ITEM".into(),
        CouponPart::StoreFlag => "STORE_COUPON_FLAG".into(),
        CouponPart::MultiplyFlag => "DONT_MULTIPLY_FLAG".into(),
        other => screaming(&format!("{other:?}")),
    };
    match (part, fault) {
        // The published word has this misprint.
        (CouponPart::ExpirationDate, CouponFault::Invalid) => {
            "COUPON_INVALID_EXIPIRATION_DATE".into()
        }
        (_, CouponFault::BeforeStart) => "COUPON_EXPIRATION_BEFORE_START".into(),
        (_, CouponFault::Unexpected) => "COUPON_EXCESS_DATA".into(),
        (CouponPart::ExpirationDate | CouponPart::StartDate, CouponFault::Truncated) => {
            format!("COUPON_TOO_SHORT_FOR_{name}")
        }
        (_, CouponFault::Missing) => format!("COUPON_MISSING_{name}"),
        (_, CouponFault::LengthMissing) => format!("COUPON_MISSING_{name}_VLI"),
        (_, CouponFault::LengthInvalid) => format!("COUPON_INVALID_{name}_LENGTH"),
        (_, CouponFault::Truncated) => format!("COUPON_TRUNCATED_{name}"),
        (_, CouponFault::Invalid) => format!("COUPON_INVALID_{name}"),
    }
}

fn screaming(camel: &str) -> String {
    camel.chars().enumerate().fold(String::new(), |mut word, (place, letter)| {
        if place > 0 && letter.is_ascii_uppercase() {
            word.push('_');
        }
        word.push(letter.to_ascii_uppercase());
        word
    })
}

fn scan(vector: &Value) -> Verdict {
    let scan = Scan::parse(text(vector, "scan"));
    let symbology = scan.as_ref().map(|scan| symbology_name(scan.symbology)).unwrap_or_default();
    let verdict = compare(vector, "data", scan.map(|scan| scan.to_notation()));
    if valid(vector) && matches!(verdict, Verdict::Passed) {
        return Verdict::equal(&symbology, &text(vector, "symbology"));
    }
    verdict
}

const fn symbology_name(symbology: Symbology) -> &'static str {
    match symbology {
        Symbology::Gs1128 => "GS1_128_CCA",
        Symbology::Ean13 => "EAN13",
        Symbology::Ean8 => "EAN8",
        Symbology::DataBar => "DataBarExpanded",
        Symbology::DataMatrix => "DM",
        Symbology::QrCode => "QR",
        Symbology::DotCode => "DotCode",
    }
}

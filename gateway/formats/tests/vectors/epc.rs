//! Product codes of radio tags: bits, both URIs and the keys inside.
//!
//! Owns how each vector is tried: every form is read and gives every other. Nothing comes next.

use crate::book::{self, Verdict, text};
use baton_formats::epc::{EpcFault, Identity, Serial, Tag};
use baton_formats::gs1::{Gln, Gtin, Sscc};
use serde_json::Value;

#[test]
fn every_published_epc_vector_is_read_as_stated() {
    book::try_all("epc_tds.json", |_, vector| one(vector));
}

fn one(vector: &Value) -> Verdict {
    if vector["valid"].as_bool() == Some(false) {
        return refused(vector);
    }
    match forms(vector) {
        Ok(forms) => forms.into_iter().find_map(differs).unwrap_or(Verdict::Passed),
        Err(fault) => Verdict::Failed(format!("refused: {fault:?}")),
    }
}

fn differs((name, got, stated): (&str, String, String)) -> Option<Verdict> {
    (got != stated).then(|| Verdict::Failed(format!("{name}: got {got:?}, stated {stated:?}")))
}

fn refused(vector: &Value) -> Verdict {
    let got = match (vector["hex"].as_str(), vector["tag_uri"].as_str()) {
        (Some(hex), _) => Tag::parse_hex(hex).map(|tag| tag.to_uri()),
        (None, Some(uri)) => Tag::parse_uri(uri).map(|tag| tag.to_uri()),
        (None, None) => Identity::parse_uri(text(vector, "pure_uri")).map(|id| id.to_uri()),
    };
    match got {
        Ok(got) => Verdict::Failed(format!("got {got}, which is not valid")),
        Err(_) => Verdict::Passed,
    }
}

/// Each form that was made, with its name and what is stated for it.
fn forms(vector: &Value) -> Result<Vec<(&'static str, String, String)>, EpcFault> {
    let from_bits = Tag::parse_hex(text(vector, "hex"))?;
    let from_uri = Tag::parse_uri(text(vector, "tag_uri"))?;
    let pure = Identity::parse_uri(text(vector, "pure_uri"))?;
    let rebuilt = Tag::new(from_bits.scheme(), from_bits.filter(), pure.clone())?;
    let identity = from_bits.identity();
    let forms = [
        ("bits to bits", "hex", from_bits.to_hex()?),
        ("uri to bits", "hex", from_uri.to_hex()?),
        ("identity to bits", "hex", rebuilt.to_hex()?),
        ("bits to uri", "tag_uri", from_bits.to_uri()),
        ("bits to identity", "pure_uri", identity.to_uri()),
        ("scheme", "scheme", from_bits.scheme().name().into()),
        ("company", "company_prefix", identity.company().into()),
        ("reference", "reference", identity.reference().into()),
        ("serial", "serial", identity.serial().map(Serial::as_str).unwrap_or_default().into()),
    ];
    let stated = |key: &str| vector[key].as_str().map(String::from);
    let mut forms: Vec<_> =
        forms.into_iter().filter_map(|(name, key, got)| Some((name, got, stated(key)?))).collect();
    forms.push(("filter", from_bits.filter().value().to_string(), vector["filter"].to_string()));
    let keys = [
        ("gtin14", identity.gtin().map(|key| key.to_string())),
        ("gln", identity.gln().map(|key| key.to_string())),
        ("sscc", identity.sscc_key().map(|key| key.to_string())),
    ];
    for (name, got) in keys {
        if let Some(stated) = vector[name].as_str() {
            forms.push((name, got.unwrap_or_default(), stated.into()));
            forms.push(("key to identity", from_key(vector, identity)?.to_uri(), pure.to_uri()));
        }
    }
    Ok(forms)
}

fn from_key(vector: &Value, identity: &Identity) -> Result<Identity, EpcFault> {
    let digits = identity.company().len();
    let serial = || Serial::new(text(vector, "serial"));
    if let Some(gtin) = vector["gtin14"].as_str() {
        return Identity::from_gtin(Gtin::parse(gtin)?, digits, serial()?);
    }
    if let Some(gln) = vector["gln"].as_str() {
        return Identity::from_gln_extended(Gln::parse(gln)?, digits, serial()?);
    }
    Identity::from_sscc(Sscc::parse(text(vector, "sscc"))?, digits)
}

//! EMVCo QR codes of both sides, and payment codes by scheme.
//!
//! Owns the reading of `emv_qr.json`. A code that the file calls valid has the form; whether it
//! keeps every rule of EMVCo is another question, which national codes often answer with no. Next:
//! `pan.rs`.

use crate::book::{Verdict, bytes as hexadecimal, text, try_all};
use baton_formats::emv::{
    CodeRules, ConsumerCode, ConsumerFault, Object, Payload, QrFault, Template, checksum, consumer,
};
use baton_formats::tlv::{self, Form};
use serde_json::{Map, Value, json};

#[test]
fn codes_of_merchants_and_shoppers_are_read_as_published() {
    try_all("emv_qr.json", |_, vector| match text(vector, "type") {
        "mpm" => merchant(vector),
        "cpm" => shopper(vector),
        "payment-code" => scheme(vector),
        _ => Verdict::NotOurs("a type that is not known"),
    })
}

fn merchant(vector: &Value) -> Verdict {
    let written = text(vector, "payload");
    let read = Payload::parse(written);
    if let Some(computed) = vector["crc"]["computed"].as_str() {
        let covered = &written[..written.len() - 4];
        let got = format!("{:04X}", checksum::of(covered.as_bytes()));
        if got != computed {
            return Verdict::Failed(format!("checksum: got {got}, stated {computed}"));
        }
        // With the right checksum a refused code is read too, so that its objects can be compared.
        if read == Err(QrFault::ChecksumWrong) && vector["valid"] == false {
            let mended = Payload::parse(&format!("{covered}{got}"));
            return mended.map_or_else(
                |fault| Verdict::Failed(fault.to_string()),
                |payload| objects(&payload, vector),
            );
        }
    }
    match (read, vector["valid"] == true) {
        (Err(_), false) => Verdict::Passed,
        (Err(fault), true) => Verdict::Failed(fault.to_string()),
        (Ok(_), false) => Verdict::Failed("read, but stated to be invalid".to_owned()),
        (Ok(payload), true) if payload.to_text() != written => {
            Verdict::Failed("written back otherwise".to_owned())
        }
        (Ok(payload), true) => objects(&payload, vector),
    }
}

fn objects(payload: &Payload, vector: &Value) -> Verdict {
    let mut fields: Map<String, Value> = payload.objects().iter().map(field).collect();
    fields.insert("63".to_owned(), vector["fields"]["63"].clone());
    let mut order: Vec<String> =
        payload.objects().iter().map(|object| object.id.to_string()).collect();
    order.push("63".to_owned());
    let got = json!([order, fields]);
    Verdict::equal(&got, &json!([vector["objects"], vector["fields"]]))
}

/// A template with its parts, where they can be read; national codes put other texts there.
fn field(object: &Object) -> (String, Value) {
    let parts = object.id.is_template().then(|| Template::parse(object.id, &object.value).ok());
    let value = match parts.flatten() {
        Some(template) => {
            let part = |part: &Object| (part.id.to_string(), Value::from(part.value.as_str()));
            Value::Object(template.parts().iter().map(part).collect())
        }
        None => Value::from(object.value.as_str()),
    };
    (object.id.to_string(), value)
}

fn shopper(vector: &Value) -> Verdict {
    let written = text(vector, "payload");
    let bytes = match (consumer::decode(written), vector["valid"] == true) {
        (Ok(bytes), true) => bytes,
        (Err(fault), true) => return Verdict::Failed(fault.to_string()),
        (Err(_), false) => return Verdict::Passed,
        (Ok(_), false) => return Verdict::Failed("read, but stated to be invalid".to_owned()),
    };
    if *bytes != hexadecimal(vector, "hex") {
        return Verdict::Failed("other bytes".to_owned());
    }
    let (got, stated) = (tree(tlv::read(&bytes, Form::EMV)), bare(&vector["objects"]));
    if got != stated {
        return Verdict::equal(&got, &stated);
    }
    // A sample of card data is read as TLV, and refused as a code.
    let card_data = ["\"57\"", "\"5A\""].iter().any(|tag| got.to_string().contains(tag));
    match (ConsumerCode::parse(written), card_data) {
        (Err(ConsumerFault::CardData { .. }), true) => Verdict::Passed,
        (Ok(code), false) => Verdict::equal(&code.to_text().as_str(), &written),
        (taken, _) => Verdict::Failed(format!("card data {card_data}, taken as {taken:?}")),
    }
}

fn tree(objects: tlv::Objects<'_>) -> Value {
    let one = |object: tlv::Object<'_>| match object.objects() {
        Ok(children) => json!({"tag": object.tag.to_string(), "children": tree(children)}),
        Err(_) => json!({"tag": object.tag.to_string(), "hex": hex::encode_upper(object.value)}),
    };
    objects.flatten().map(one).collect()
}

/// The stated objects without their readings as text.
fn bare(objects: &Value) -> Value {
    let one = |object: &Value| match object.get("children") {
        None => json!({"tag": object["tag"], "hex": object["hex"]}),
        Some(children) => json!({"tag": object["tag"], "children": bare(children)}),
    };
    objects.as_array().into_iter().flatten().map(one).collect()
}

/// The file names a scheme, at times with words after it.
fn scheme(vector: &Value) -> Verdict {
    let rules = CodeRules::standard();
    let got = rules.classify(text(vector, "payload")).map(|rule| rule.scheme());
    match (got, text(vector, "class")) {
        (Some(scheme), stated) if stated.starts_with(scheme) => Verdict::Passed,
        _ if text(vector, "verified_by").starts_with("unverified") => {
            Verdict::Disputed("nobody has verified it, and no rule knows it")
        }
        (got, stated) => Verdict::equal(&got, &Some(stated)),
    }
}

//! `nfc.json`: NDEF messages and payloads, Type 2 memories, SUN of NTAG 424 DNA.
//!
//! Owns what a vector's keys mean. A message is tried record by record as it stands in the bytes,
//! chunks included, as the file lists them; joining is tried by the unit tests. Next: `beacon.rs`.

use crate::book::{Verdict, bytes, text, try_all};
use baton_formats::nfc::ndef::piece::{Piece, read_pieces, write_pieces};
use baton_formats::nfc::ndef::uri::PREFIXES;
use baton_formats::nfc::ndef::{
    Action, Content, ContentFault, Record, RecordType, SmartPoster, Text, TextEncoding, Tnf, Uri,
};
use baton_formats::nfc::sun::{
    AesKey, PiccData, ReadCounter, SunCipher, SunMac, SunSession, TagUid,
};
use baton_formats::nfc::type2::{Access, Type2Memory};
use serde_json::{Map, Value, json};

/// Vectors that contradict their standard, and how: none that is known.
const DISPUTED: &[(&str, &str)] = &[];

#[test]
fn nfc() {
    try_all("nfc.json", |book, vector| {
        if let Some((_, why)) = DISPUTED.iter().find(|(id, _)| *id == text(vector, "id")) {
            return Verdict::Disputed(why);
        }
        match text(vector, "group") {
            "uri-payload" => uri(book, vector),
            "text-payload" => words(vector),
            "ndef-message" => message(vector),
            "type2-memory" => memory(vector),
            "ntag424-sun" => sun(vector, SunCipher::Aes),
            "ntag424-lrp" => sun(vector, SunCipher::Lrp),
            "ntag424-plain" => plain(vector),
            other => Verdict::Failed(format!("group {other} is not known here")),
        }
    });
}

/// Compares what was read with what the vector states; a value that must be refused was not read.
fn stated<T>(vector: &Value, read: Result<T, String>, compare: impl Fn(T) -> Verdict) -> Verdict {
    match (vector["valid"] == Value::Bool(true), read) {
        (true, Ok(value)) => compare(value),
        (true, Err(fault)) => Verdict::Failed(format!("refused: {fault}")),
        (false, Ok(_)) => Verdict::Failed("taken although it is stated to be invalid".to_owned()),
        (false, Err(_)) => Verdict::Passed,
    }
}

fn uri(book: &Value, vector: &Value) -> Verdict {
    if book["uri_prefixes"] != json!(PREFIXES.as_slice()) {
        return Verdict::Failed("another table of beginnings".to_owned());
    }
    let payload = bytes(vector, "payload");
    stated(vector, Uri::parse(&payload).map_err(|fault| fault.to_string()), |uri| {
        let back = Uri::parse(&uri.build()).unwrap();
        Verdict::equal(&(uri.as_str(), back.as_str()), &(text(vector, "uri"), text(vector, "uri")))
    })
}

fn words(vector: &Value) -> Verdict {
    let payload = bytes(vector, "payload");
    stated(vector, Text::parse(&payload).map_err(|fault| fault.to_string()), |words| {
        let back = Text::parse(&words.build().unwrap()).unwrap();
        if back != words {
            return Verdict::Failed("written and read back it differs".to_owned());
        }
        covered(&text_json(&words), vector, &["text", "lang", "encoding"])
    })
}

fn message(vector: &Value) -> Verdict {
    let bytes = bytes(vector, "hex");
    let read = read_pieces(&bytes).map_err(|fault| fault.to_string());
    let read = read.and_then(|pieces| {
        let records = pieces.iter().map(record_json).collect::<Result<Vec<_>, _>>();
        Ok((records.map_err(|fault| fault.to_string())?, pieces))
    });
    stated(vector, read, |(records, pieces)| {
        if write_pieces(&pieces).unwrap() != bytes {
            return Verdict::Failed("written again it differs".to_owned());
        }
        Verdict::equal(&json!(records), &vector["records"])
    })
}

/// A record of a message, with what its type says of it.
fn record_json(piece: &Piece) -> Result<Value, ContentFault> {
    let mut value = piece_json(piece);
    let name = piece.type_name.clone();
    let kind = match piece.tnf {
        Tnf::WellKnown => RecordType::WellKnown(name),
        Tnf::Media => RecordType::Media(name),
        Tnf::AbsoluteUri => RecordType::AbsoluteUri(name),
        Tnf::External => RecordType::External(name),
        Tnf::Empty | Tnf::Unknown | Tnf::Unchanged => return Ok(Value::Object(value)),
    };
    match Record::new(kind, piece.payload.clone()).content()? {
        Content::Uri(uri) => drop(value.insert("uri".into(), json!(uri.as_str()))),
        Content::Text(words) => value.extend(text_json(&words)),
        Content::SmartPoster(poster) => {
            let inner = read_pieces(&piece.payload).map_err(ContentFault::Poster)?;
            let records = inner.iter().map(|inner| poster_json(inner, &poster));
            value.insert("records".into(), json!(records.collect::<Result<Vec<_>, _>>()?));
        }
        Content::Empty
        | Content::WellKnown { .. }
        | Content::Media { .. }
        | Content::AbsoluteUri { .. }
        | Content::External { .. }
        | Content::Unknown { .. } => {}
    }
    Ok(Value::Object(value))
}

/// A record inside a smart poster, where three more types mean something.
fn poster_json(piece: &Piece, poster: &SmartPoster) -> Result<Value, ContentFault> {
    let mut value = record_json(piece)?;
    match (piece.tnf, piece.type_name.as_slice()) {
        (Tnf::WellKnown, b"act") => {
            let words = poster.action.map(|action| match action {
                Action::Do => "do",
                Action::Save => "save",
                Action::Edit => "edit",
            });
            value["action"] = json!(words);
        }
        (Tnf::WellKnown, b"s") => value["size"] = json!(poster.size_bytes),
        (Tnf::WellKnown, b"t") => value["mime"] = json!(poster.media_type),
        _ => {}
    }
    Ok(value)
}

fn piece_json(piece: &Piece) -> Map<String, Value> {
    let mut value = Map::new();
    value.insert("tnf".into(), json!(piece.tnf.number()));
    value.insert("type".into(), json!(String::from_utf8_lossy(&piece.type_name)));
    value.insert("payload".into(), json!(hex::encode(&piece.payload)));
    if !piece.id.is_empty() {
        value.insert("id".into(), json!(String::from_utf8_lossy(&piece.id)));
    }
    if piece.chunked {
        value.insert("chunked".into(), json!(true));
    }
    value
}

fn text_json(words: &Text) -> Map<String, Value> {
    let encoding = if words.encoding == TextEncoding::Utf8 { "UTF-8" } else { "UTF-16" };
    let pairs = [("text", &*words.text), ("lang", &*words.language), ("encoding", encoding)];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect()
}

fn covered(read: &Map<String, Value>, vector: &Value, keys: &[&str]) -> Verdict {
    let differing = keys.iter().find(|key| read.get(**key) != vector.get(**key));
    match differing {
        None => Verdict::Passed,
        Some(key) => Verdict::equal(&read.get(*key), &vector.get(*key)),
    }
}

/// The file at hand has none of these; its notes name them. The first key that is there is taken.
fn memory(vector: &Value) -> Verdict {
    let dump = ["memory", "hex", "bytes", "dump"].into_iter().find(|key| vector[*key].is_string());
    let dump = bytes(vector, dump.unwrap_or("memory"));
    let read = Type2Memory::parse(&dump).map_err(|fault| fault.to_string());
    stated(vector, read, |memory| {
        let message = memory.message().map(hex::encode);
        let access = |access: Access| json!(access == Access::Free);
        let facts = [
            (["ndef", "message"], json!(message)),
            (["readable", "is_readable"], access(memory.container.read)),
            (["writable", "writeable"], access(memory.container.write)),
        ];
        for (keys, read) in facts {
            for key in keys.into_iter().filter(|key| !vector[*key].is_object()) {
                if vector.get(key).is_some_and(|stated| *stated != read) {
                    return Verdict::equal(&read, &vector[key]);
                }
            }
        }
        Verdict::Passed
    })
}

fn sun(vector: &Value, cipher: SunCipher) -> Verdict {
    let meta_key = key(vector, "sdm_meta_read_key");
    let picc = PiccData::open(cipher, &meta_key, &bytes(vector, "picc_data"));
    let read = picc.map_err(|fault| fault.to_string()).and_then(|picc| {
        let session = SunSession::derive(cipher, &key(vector, "sdm_file_read_key"), &picc);
        let input = mac_input(vector);
        if session.mac(&input) != mac(vector) {
            return Err("another mac".to_owned());
        }
        let file = vector["enc_file_data"].as_str().map(|_| bytes(vector, "enc_file_data"));
        let file = file.map(|sealed| session.open_file_data(&sealed)).transpose();
        Ok((picc, session, input, file.map_err(|fault| fault.to_string())?))
    });
    stated(vector, read, |(picc, session, input, file)| {
        let read = json!({
            "uid": picc.uid.map(|uid| uid.to_string()),
            "read_ctr": picc.counter.map(ReadCounter::count),
            "picc_data_tag": hex::encode([picc.tag()]),
            "session_mac_key": hex::encode(session.mac_key().reveal()),
            "file_data": file.map(hex::encode),
            "mac_input": String::from_utf8_lossy(&input),
        });
        let keys = read.as_object().unwrap();
        let differing =
            keys.iter().find(|(key, read)| vector.get(*key).is_some_and(|stated| stated != *read));
        differing.map_or(Verdict::Passed, |(key, read)| Verdict::equal(read, &vector[key]))
    })
}

/// Nothing without file data; else the data as mirrored, up to the value of the MAC's parameter,
/// which AN12196 names `cmac`.
fn mac_input(vector: &Value) -> Vec<u8> {
    let file = text(vector, "enc_file_data").to_uppercase();
    let name = match vector["mac_param_name"].as_str() {
        Some("") => String::new(),
        name => format!("&{}=", name.unwrap_or("cmac")),
    };
    if file.is_empty() { Vec::new() } else { [file, name].concat().into_bytes() }
}

fn plain(vector: &Value) -> Verdict {
    let uid = TagUid(bytes(vector, "uid").try_into().unwrap());
    let counter = bytes(vector, "read_ctr_hex_as_mirrored").try_into().unwrap();
    let counter = ReadCounter::from_mirror(counter);
    let picc = PiccData { uid: Some(uid), counter: Some(counter) };
    let file_key = key(vector, "sdm_file_read_key");
    let session = SunSession::derive(SunCipher::Aes, &file_key, &picc);
    let right = session.mac(&mac_input(vector)) == mac(vector);
    stated(vector, right.then_some(()).ok_or("another mac".to_owned()), |()| Verdict::Passed)
}

fn key(vector: &Value, name: &str) -> AesKey {
    AesKey::new(bytes(vector, name).try_into().unwrap())
}

fn mac(vector: &Value) -> SunMac {
    SunMac(bytes(vector, "cmac").try_into().unwrap())
}

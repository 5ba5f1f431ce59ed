//! `ble_beacon.json`: advertisements of iBeacon, AltBeacon and Eddystone, URL schemes, identifiers.
//!
//! Owns what a vector's keys mean. An advertisement without a known frame counts as refused, as the
//! file says. Back to: `main.rs`.

use crate::book::{Verdict, bytes, text, try_all};
use baton_formats::beacon::eddystone::{Telemetry, url};
use baton_formats::beacon::{
    Advertisement, AltBeacon, Eddystone, Frame, FrameFault, IBeacon, IdentityKey, RotationExponent,
    Uuid,
};
use serde_json::{Value, json};

#[test]
fn ble_beacon() {
    try_all("ble_beacon.json", |_, vector| match vector {
        vector if text(vector, "group") == "estimote" => Verdict::NotOurs("Estimote's own frames"),
        vector if vector["adv"].is_string() => advertisement(vector),
        vector if text(vector, "group") == "url-scheme" => scheme(vector),
        vector if vector["identity_key"].is_string() => ephemeral_id(vector),
        vector => Verdict::Failed(format!("group {} is not known here", vector["group"])),
    });
}

fn advertisement(vector: &Value) -> Verdict {
    let valid = vector["valid"] == Value::Bool(true);
    match (valid, facts(&bytes(vector, "adv"))) {
        (true, Ok(Some(facts))) => {
            let stated = vector["decoded"].as_object().expect("what was decoded");
            let differing = stated.iter().find(|(key, stated)| facts.get(*key) != Some(*stated));
            differing.map_or(Verdict::Passed, |(key, stated)| Verdict::equal(&facts[key], stated))
        }
        (false, Err(_) | Ok(None)) => Verdict::Passed,
        (_, other) => Verdict::Failed(format!("valid is {valid}, got {other:?}")),
    }
}

fn facts(bytes: &[u8]) -> Result<Option<Value>, FrameFault> {
    let advertisement = Advertisement::parse(bytes)?;
    let Some(frame) = Frame::find(&advertisement)? else { return Ok(None) };
    let mut facts = match frame {
        Frame::IBeacon(beacon) => ibeacon(&beacon),
        Frame::AltBeacon(beacon) => altbeacon(&beacon),
        Frame::Eddystone(frame) => eddystone(&frame),
    };
    let services = advertisement.services()?;
    let services: Vec<String> = services.iter().map(|uuid| format!("{uuid:04x}")).collect();
    facts["services"] = json!(services);
    facts["flags"] = json!(advertisement.flags()?);
    facts["name"] = json!(advertisement.name()?);
    Ok(Some(facts))
}

fn ibeacon(beacon: &IBeacon) -> Value {
    json!({
        "kind": "ibeacon",
        "uuid": beacon.uuid.to_string(),
        "major": beacon.major,
        "minor": beacon.minor,
        "measured_power": beacon.power_1m_dbm,
    })
}

fn altbeacon(beacon: &AltBeacon) -> Value {
    let (uuid, rest) = beacon.id.split_first_chunk().unwrap();
    let [a, b, c, d] = rest.try_into().unwrap();
    json!({
        "kind": "altbeacon",
        "company": format!("{:04x}", beacon.company),
        "id1": Uuid(*uuid).to_string(),
        "id2": u16::from_be_bytes([a, b]),
        "id3": u16::from_be_bytes([c, d]),
        "reference_rssi": beacon.power_1m_dbm,
        "mfg_reserved": beacon.reserved,
    })
}

fn eddystone(frame: &Eddystone) -> Value {
    match frame {
        Eddystone::Uid { power_0m_dbm, namespace, instance, reserved } => json!({
            "kind": "eddystone-uid",
            "tx_power_0m": power_0m_dbm,
            "namespace": hex::encode(namespace),
            "instance": hex::encode(instance),
            "rfu_present": reserved.is_some(),
        }),
        Eddystone::Url { power_0m_dbm, url } => json!({
            "kind": "eddystone-url",
            "tx_power_0m": power_0m_dbm,
            "url": url,
        }),
        Eddystone::Telemetry(telemetry) => tlm(telemetry),
        Eddystone::EncryptedTelemetry { sealed, salt, proof } => json!({
            "kind": "eddystone-etlm",
            "etlm": hex::encode(sealed),
            "salt": hex::encode(salt),
            "mic": hex::encode(proof),
        }),
        Eddystone::Ephemeral { power_0m_dbm, id } => json!({
            "kind": "eddystone-eid",
            "tx_power_0m": power_0m_dbm,
            "eid": id.to_string(),
        }),
    }
}

fn tlm(telemetry: &Telemetry) -> Value {
    json!({
        "kind": "eddystone-tlm",
        "battery_mv": telemetry.battery_mv,
        "temperature_raw": hex::encode(telemetry.temperature_256th_c.to_be_bytes()),
        "temperature_c": f64::from(telemetry.temperature_256th_c) / 256.0,
        "adv_count": telemetry.advertisements,
        "uptime_s": f64::from(telemetry.uptime_tenths_s) / 10.0,
    })
}

fn scheme(vector: &Value) -> Verdict {
    let whole = text(vector, "url");
    let found = url::scheme(whole).ok();
    let found = found.map(|(code, rest)| (json!(code), json!(whole.len() - rest.len())));
    let valid = vector["valid"] == Value::Bool(true);
    let stated = valid.then(|| (vector["code"].clone(), vector["prefix_length"].clone()));
    Verdict::equal(&found, &stated)
}

/// The file at hand has none of these; its title names them. The first key that is there is taken.
fn ephemeral_id(vector: &Value) -> Verdict {
    let number = |keys: &[&str]| keys.iter().find_map(|key| vector[*key].as_u64());
    let exponent = number(&["k", "scaler", "exponent", "rotation_exponent"]);
    let counter = number(&["time", "counter", "time_counter", "beacon_time_seconds"]);
    let (Some(exponent), Some(counter)) = (exponent, counter) else {
        return Verdict::Failed("no exponent or no time".to_owned());
    };
    let key = IdentityKey::new(bytes(vector, "identity_key").try_into().unwrap());
    let exponent = RotationExponent::new(exponent.try_into().unwrap()).unwrap();
    let id = key.ephemeral_id(exponent, counter.try_into().unwrap());
    Verdict::equal(&id.to_string(), &text(vector, "eid").to_lowercase())
}

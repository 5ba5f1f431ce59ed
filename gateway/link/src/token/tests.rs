use super::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use baton_protocol::enrol::Role;
use jsonwebtoken::{DecodingKey, Validation};
use serde_json::Value;

#[test]
fn the_gateway_can_check_the_token_with_the_enrolled_key() {
    let key = DeviceKey::generate().unwrap();
    let identity = Identity {
        role: Role::Terminal,
        id: "T-1".to_owned(),
        audience: "baton.test".to_owned(),
        gateway: String::new(),
    };

    let token = link_token(&key, &identity, 1_000, Uuid::nil()).unwrap();

    let mut checks = Validation::new(Algorithm::EdDSA);
    checks.validate_exp = false;
    checks.set_audience(&["baton.test"]);
    checks.set_issuer(&["T-1"]);
    let raw = URL_SAFE_NO_PAD.decode(key.public()).unwrap();
    let public = DecodingKey::from_ed_der(&raw);
    let data = jsonwebtoken::decode::<Value>(&token, &public, &checks).unwrap();
    assert_eq!(data.header.typ.as_deref(), Some("baton-link+jwt"));
    assert_eq!(data.header.kid.as_deref(), Some("T-1"));
    assert_eq!(data.claims["exp"], 1_030);
    assert_eq!(data.claims["jti"], "00000000-0000-0000-0000-000000000000");
}

//! The demo's three apps: a card app, a wallet app and a membership app, with their signing keys.
//!
//! Owns what the backends of real apps own: private keys, tokens, and asking their own servers for
//! one-time codes. The gateway knows only the public keys.

use crate::clock::{new_id, wall_ms};
use crate::vault::random_text;
use anyhow::Context;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use baton_protocol::enrol::PHONE_TOKEN_TYPE;
use baton_protocol::ids::AppId;
use baton_records::directory::AppKey;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How long a demo token lives, in seconds.
const TOKEN_LIFE_S: i64 = 240;
/// The member that the membership simulator knows.
pub const DEMO_MEMBER: &str = "M-1001";
/// The `kid` of every key of the demo.
pub const KEY_ID: &str = "demo-1";

/// An app's key pair.
#[derive(Clone)]
pub struct AppSigner {
    app: AppId,
    audience: String,
    key: EncodingKey,
    public_key_pem: String,
}

impl AppSigner {
    /// Makes a new key for an app.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn generate(app: AppId, audience: &str) -> anyhow::Result<Self> {
        let pair = Ed25519KeyPair::generate().context("no key could be made")?;
        let document = pair.to_pkcs8v1().context("the key could not be written")?;
        Ok(Self {
            app,
            audience: audience.to_owned(),
            key: EncodingKey::from_ed_der(document.as_ref()),
            public_key_pem: public_pem(pair.public_key().as_ref()),
        })
    }

    /// Returns what Table 2 keeps.
    #[must_use]
    pub fn public(&self) -> AppKey {
        AppKey {
            algorithm: "EdDSA".to_owned(),
            key_id: KEY_ID.to_owned(),
            public_key_pem: self.public_key_pem.clone(),
        }
    }

    /// Returns whose key it is.
    #[must_use]
    pub const fn app(&self) -> &AppId {
        &self.app
    }

    /// Signs a token for one request.
    ///
    /// # Errors
    /// When signing fails.
    pub fn token(&self) -> anyhow::Result<String> {
        phone_token(&self.key, &self.app, KEY_ID, &self.audience)
    }
}

/// Signs a phone token with an app's private key.
///
/// # Errors
/// When the key cannot sign.
pub fn phone_token(
    key: &EncodingKey,
    app: &AppId,
    key_id: &str,
    audience: &str,
) -> anyhow::Result<String> {
    let now_s = wall_ms() / 1_000;
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(PHONE_TOKEN_TYPE.to_owned());
    header.kid = Some(key_id.to_owned());
    let claims = json!({
        "iss": app,
        "aud": audience,
        "iat": now_s,
        "exp": now_s + TOKEN_LIFE_S,
        "jti": new_id().to_string(),
    });
    encode(&header, &claims, key).context("the token could not be signed")
}

/// Wraps an Ed25519 public key as PEM (SubjectPublicKeyInfo of RFC 8410).
#[must_use]
pub fn public_pem(public_key: &[u8]) -> String {
    const HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0];
    let body = STANDARD.encode([HEAD.as_slice(), public_key].concat());
    format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
}

/// All apps of the demo.
#[derive(Clone)]
pub struct DemoApps {
    /// Pays through the ISO 8583 acquirer.
    pub card: AppSigner,
    /// Pays through the HTTP wallet.
    pub wallet: AppSigner,
    /// Collects points.
    pub membership: AppSigner,
    /// Where the wallet's phones get their codes.
    pub wallet_url: String,
}

/// What a phone needs for one request.
#[derive(Debug, Serialize)]
pub struct Session {
    token: String,
    app_id: AppId,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_id: Option<&'static str>,
}

#[derive(Deserialize)]
struct Issued {
    code: String,
}

impl DemoApps {
    /// Plays an app's backend: a token, and a code or member number. The wallet is the default.
    ///
    /// # Errors
    /// When the wallet does not answer.
    pub async fn session(&self, app: Option<&AppId>) -> anyhow::Result<Session> {
        if app == Some(self.membership.app()) {
            let token = self.membership.token()?;
            let app_id = self.membership.app().clone();
            return Ok(Session { token, app_id, code: None, member_id: Some(DEMO_MEMBER) });
        }
        let (signer, code) = if app == Some(self.card.app()) {
            (&self.card, card_code()?)
        } else {
            (&self.wallet, wallet_code(&self.wallet_url).await?)
        };
        let (token, app_id) = (signer.token()?, signer.app().clone());
        Ok(Session { token, app_id, code: Some(code), member_id: None })
    }
}

/// A one-time code as a card app makes it: the acquirer takes each once.
///
/// # Errors
/// When the machine gives no randomness.
pub fn card_code() -> anyhow::Result<String> {
    Ok(format!("C{}", random_text(19)?))
}

/// Asks the wallet for a one-time code, as its own app does.
///
/// # Errors
/// When the wallet does not answer.
pub async fn wallet_code(wallet_url: &str) -> anyhow::Result<String> {
    let url = format!("{wallet_url}/v1/codes");
    let answer = reqwest::Client::new().post(url).json(&json!({})).send().await;
    let issued: Issued = answer
        .and_then(reqwest::Response::error_for_status)
        .context("the wallet issued no code")?
        .json()
        .await
        .context("the wallet's answer could not be read")?;
    Ok(issued.code)
}

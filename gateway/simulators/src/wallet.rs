//! A wallet server: gives one-time codes to phones and charges them over HTTP/JSON.
//!
//! Owns `POST /v1/codes`. A code lives 180 s at most; every other rule is in [`crate::book`], every
//! other route in [`crate::web`]. It promises C1 to C5 and C7. Next: [`crate::membership`].

use crate::book::{Book, digest_hex};
use crate::clock;
use crate::ledger::Issued;
use crate::outcome::Codes;
use crate::running::{Running, serve};
use crate::web::{Counter, Delays, error, routes};
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, post};
use aws_lc_rs::rand;
use baton_destinations::Secret;
use baton_protocol::money::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The longest life of a code, in milliseconds. Source: policy, `code_life_ms`.
const CODE_LIFE_MS_MAX: i64 = 180_000;
/// Random characters of a code: 5 bits each, 95 bits together.
const CODE_CHARACTERS: usize = 19;
/// Digits and capitals without 0, 1, I and O, which people confuse.
const CODE_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// How a wallet starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The ledger file; memory only without one.
    pub ledger: Option<PathBuf>,
    /// How late the late answers are.
    pub delays: Delays,
    /// The key of request signatures; unsigned requests are taken without one.
    pub secret: Option<Secret>,
}

/// Body of `POST /v1/codes`: nothing is required.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CodeRequest {
    /// The only amount that the code may pay, in minor units.
    #[serde(default)]
    pub amount: Option<i64>,
    /// The only currency that it may pay in.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// How long it lives, in milliseconds; 180,000 at most.
    #[serde(default)]
    pub life_ms: Option<i64>,
}

/// Answer to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CodeAnswer {
    /// The code, for one payment.
    pub code: String,
    /// When its life is over, in milliseconds since 1970.
    pub expires_at_ms: i64,
}

/// Starts a wallet.
///
/// # Errors
/// When the address is taken or the ledger cannot be read.
#[expect(clippy::unused_async, reason = "all simulators start the same way")]
pub async fn start(config: Config) -> anyhow::Result<Running> {
    let book = Book::open(Codes::Issued, &BTreeMap::new(), config.ledger.as_deref())?;
    let counter = Counter::new(book, config.delays, config.secret);
    let (address, stop) = serve(config.listen, move |service| {
        routes(service, &counter);
        service.route("/v1/codes", post().to(issue));
    })?;
    Ok(Running::new(address, vec![stop]))
}

async fn issue(counter: Data<Counter>, ask: Json<CodeRequest>) -> HttpResponse {
    let Some(code) = random_code() else { return error(503, "no_randomness") };
    let life_ms = ask.life_ms.unwrap_or(CODE_LIFE_MS_MAX).clamp(0, CODE_LIFE_MS_MAX);
    let expires_at_ms = clock::now_ms().saturating_add(life_ms);
    let issued = Issued {
        code_digest: digest_hex(&code),
        expires_at_ms,
        amount: ask.amount,
        currency: ask.currency,
    };
    let mut book = counter.book();
    book.issue(issued);
    match book.flush() {
        Ok(()) => HttpResponse::Ok().json(CodeAnswer { code, expires_at_ms }),
        Err(_) => error(503, "ledger_unwritable"),
    }
}

/// A letter first, so that a code is never a number that looks like a card's.
fn random_code() -> Option<String> {
    let mut bytes = [0_u8; CODE_CHARACTERS];
    rand::fill(&mut bytes).ok()?;
    let mut code = String::from("W");
    for byte in bytes {
        code.push(char::from(*CODE_ALPHABET.get(usize::from(byte % 32))?));
    }
    Some(code)
}

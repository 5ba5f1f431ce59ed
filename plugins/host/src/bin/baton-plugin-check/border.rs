//! The border: requests that no gateway sends, and those that a newer one will.
//!
//! Owns bytes only. A plugin says "malformed" or "unsupported" and lives on. Next:
//! [`crate::payments`].

use crate::kit::{Kit, expect, id};
use crate::report::{Case, Outcome};
use baton_plugin_api::documents::{Kind, OperationName};
use baton_plugin_host::CallFault;
use baton_plugin_host::fault::Lost;

/// Levels of nesting that no parser with a bound follows.
const NESTED_MAX: usize = 20_000;

pub(crate) async fn cases(kit: &Kit) -> Vec<Case> {
    let case = |name, done| Case::new("abi", name, Outcome::of(done));
    vec![
        case("what cannot be read is malformed", unreadable(kit).await),
        case("a newer document is unsupported", newer(kit).await),
        case("an unknown operation is unsupported", unknown_operation(kit).await),
        case("unknown fields are tolerated", unknown_fields(kit).await),
        case("fractions are never amounts", fractions(kit).await),
    ]
}

async fn unreadable(kit: &Kit) -> Result<(), Outcome> {
    let nested = "[".repeat(NESTED_MAX);
    let head = format!("{{\"v\":1,\"operation\":\"{}\",\"body\":", harmless(kit).word());
    let requests: [Vec<u8>; 7] = [
        b"{".to_vec(),
        b"null".to_vec(),
        vec![0xFF, 0xFE, 0x00],
        vec![b' '; 60_000],
        nested.into_bytes(),
        format!("{head}{{}}}}").into_bytes(),
        format!("{head}{{\"transaction_id\":5}}}}").into_bytes(),
    ];
    for request in requests {
        said(kit, request, &Lost::Malformed).await?;
    }
    Ok(())
}

async fn newer(kit: &Kit) -> Result<(), Outcome> {
    let request = harmless_request(kit).replacen("\"v\":1", "\"v\":2", 1);
    said(kit, request.into_bytes(), &Lost::Unsupported).await
}

async fn unknown_operation(kit: &Kit) -> Result<(), Outcome> {
    let request = harmless_request(kit).replacen(harmless(kit).word(), "destination.bless", 1);
    said(kit, request.into_bytes(), &Lost::Unsupported).await
}

async fn unknown_fields(kit: &Kit) -> Result<(), Outcome> {
    let request = harmless_request(kit).replacen("\"at_ms\"", "\"weather\":[1,{}],\"at_ms\"", 1);
    let answer =
        kit.plugin.ask_bytes(harmless(kit), request.into_bytes(), None, Kit::within()).await;
    answer.map(drop).map_err(|fault| Outcome::Failed(fault.to_string()))
}

async fn fractions(kit: &Kit) -> Result<(), Outcome> {
    let request = harmless_request(kit).replacen(":1,\"at_ms\"", ":1.5,\"at_ms\"", 1);
    let request = request.replacen("\"amount\":1,", "\"amount\":1.5,", 1);
    said(kit, request.into_bytes(), &Lost::Malformed).await
}

async fn said(kit: &Kit, request: Vec<u8>, wanted: &Lost) -> Result<(), Outcome> {
    let shown = String::from_utf8_lossy(request.get(..60).unwrap_or(&request)).into_owned();
    let answer = kit.plugin.ask_bytes(harmless(kit), request, None, Kit::within()).await;
    let got = match &answer {
        Err(CallFault::Lost { cause, .. }) if cause == wanted => return Ok(()),
        Err(fault) => fault.to_string(),
        Ok(_) => "it gave a result".to_owned(),
    };
    expect(false, format!("to '{}': {got}; wanted: {wanted}", shown.escape_debug()))
}

/// A question that moves nothing.
fn harmless(kit: &Kit) -> OperationName {
    match kit.capabilities(Kind::Destination) {
        Some(_) => OperationName::Inquire,
        None => OperationName::InquirePoints,
    }
}

fn harmless_request(kit: &Kit) -> String {
    let operation = harmless(kit).word();
    let many = match harmless(kit).kind() {
        Kind::Destination => "\"amount\":1,\"currency\":\"KRW\"",
        Kind::Membership => "\"points\":1",
    };
    format!(
        "{{\"v\":1,\"operation\":\"{operation}\",\"body\":{{\"inquiry_id\":\"{}\",\
         \"transaction_id\":\"{}\",\"terminal_id\":\"kit\",\"app_id\":\"kit\",{many},\
         \"at_ms\":1}}}}",
        id(),
        id()
    )
}

//! The pages, as they are in the program's own file: no build step, nothing from elsewhere.
//!
//! Owns which file has which name and the headers that keep a page from loading anything foreign.

use super::problem::Problem;
use crate::demo::DemoOffer;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{Data, Path};
use baton_protocol::refusal::RefusalCode;

/// Where the page is told that it is in a demo.
const META_PLACE: &str = "<!-- baton:meta -->";

const PAY: &str = include_str!("../../web/phone/pay.html");
const EXCEPTIONS: &str = include_str!("../../web/console/exceptions.html");
const LIVE: &str = include_str!("../../web/console/live.html");

/// Name, type and content of every file beside the pages.
const FILES: &[(&str, &str, &str)] = &[
    ("style.css", "text/css", include_str!("../../web/style.css")),
    ("text.js", "text/javascript", include_str!("../../web/text.js")),
    ("words.js", "text/javascript", include_str!("../../web/words.js")),
    ("phone/pay.js", "text/javascript", include_str!("../../web/phone/pay.js")),
    ("phone/gateway.js", "text/javascript", include_str!("../../web/phone/gateway.js")),
    ("console/desk.js", "text/javascript", include_str!("../../web/console/desk.js")),
    ("console/exceptions.js", "text/javascript", include_str!("../../web/console/exceptions.js")),
    ("phone/progress.js", "text/javascript", include_str!("../../web/phone/progress.js")),
    ("console/live.js", "text/javascript", include_str!("../../web/console/live.js")),
];

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      connect-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// `GET /t/{terminal}`: what the tag's address opens on a phone.
pub async fn phone(demo: Data<DemoOffer>) -> HttpResponse {
    let meta = match demo.get_ref() {
        DemoOffer::On(..) => r#"<meta name="baton-demo" content="on">"#,
        DemoOffer::Off => "",
    };
    page(&PAY.replace(META_PLACE, meta))
}

/// `GET /live`.
pub async fn live() -> HttpResponse {
    page(LIVE)
}

/// `GET /exceptions`: shows nothing until an operator gives a token.
pub async fn exceptions() -> HttpResponse {
    page(EXCEPTIONS)
}

/// `GET /web/{file}`.
///
/// # Errors
/// 404 for a name that is none of ours.
pub async fn file(name: Path<String>) -> Result<HttpResponse, Problem> {
    let found = FILES.iter().find(|(known, _, _)| *known == name.as_str());
    let (_, kind, content) = found.ok_or(Problem::of(RefusalCode::NotFound))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format!("{kind}; charset=utf-8")))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(*content))
}

fn page(content: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header(("Referrer-Policy", "no-referrer"))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(content.to_owned())
}

//! The descriptions of both listeners: OpenAPI 3.1.
//!
//! Owns serving the files; a test holds them to the routes and to the refusal codes.

use actix_web::HttpResponse;

/// The document of the public listener.
pub const DOCUMENT: &str = include_str!("../../openapi.json");

/// The document of the operator's listener.
pub const OPERATOR_DOCUMENT: &str = include_str!("../../operator.json");

/// `GET /openapi.json` on the operator's listener.
pub async fn operator_document() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(OPERATOR_DOCUMENT)
}

/// `GET /openapi.json`.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(DOCUMENT)
}

#[cfg(test)]
mod tests;

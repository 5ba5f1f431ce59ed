//! The published description of the public listener: OpenAPI 3.1.
//!
//! Owns serving the file; a test holds it to the routes and to the refusal codes.

use actix_web::HttpResponse;

/// The document.
pub const DOCUMENT: &str = include_str!("../../openapi.json");

/// `GET /openapi.json`.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(DOCUMENT)
}

#[cfg(test)]
mod tests;

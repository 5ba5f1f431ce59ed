//! The readable list of routes, and what every request passes first.
//!
//! Owns both listeners: the public one for phones, order systems and devices, and the operator's.
//! A handler reads the request, asks, answers; rules are in core and `touch.rs`. Errors become
//! problem documents only in [`problem`].

pub mod border;
pub mod enrol;
pub mod events;
pub mod exceptions;
pub mod health;
pub mod live;
pub mod openapi;
pub mod pages;
pub mod phone;
pub mod problem;
pub mod refunds;
pub mod sales;
pub mod sightings;
pub mod sse;
pub mod strict_json;

use crate::sockets::accept;
use actix_web::web::{self, ServiceConfig};
use baton_protocol::MESSAGE_BYTES_MAX;

/// The public listener.
pub fn public(routes: &mut ServiceConfig) {
    routes
        .app_data(web::PayloadConfig::new(MESSAGE_BYTES_MAX))
        .route("/v1/touches", web::post().to(phone::create_touch))
        .route("/v1/touches", web::get().to(phone::find_touch))
        .route("/v1/touches/{id}", web::get().to(phone::get_touch))
        .route("/v1/touches/{id}/events", web::get().to(phone::events))
        .route("/v1/transactions/{id}", web::get().to(phone::get_transaction))
        .route("/v1/transactions/{id}/cancel", web::post().to(phone::cancel))
        .route("/v1/transactions/{id}/refund", web::post().to(refunds::refund))
        .route("/v1/transactions/{id}/void", web::post().to(refunds::void))
        .route("/v1/terminals/{id}/resolve", web::post().to(phone::resolve))
        .route("/v1/sales", web::post().to(sales::open))
        .route("/v1/sales/{id}", web::get().to(sales::get))
        .route("/v1/sales/{id}", web::delete().to(sales::close))
        .route("/v1/events", web::get().to(events::page))
        .route("/v1/sightings", web::get().to(sightings::page))
        .route("/v1/enrol", web::post().to(enrol::enrol))
        .route("/v1/link", web::get().to(accept::link))
        .route("/t/{terminal}", web::get().to(pages::phone))
        .route("/web/{file:.*}", web::get().to(pages::file))
        .route("/openapi.json", web::get().to(openapi::document))
        .route("/healthz", web::get().to(health::live))
        .route("/readyz", web::get().to(health::ready))
        .default_service(web::to(problem::not_found));
}

/// The operator's listener.
pub fn operator(routes: &mut ServiceConfig) {
    routes
        .app_data(web::PayloadConfig::new(MESSAGE_BYTES_MAX))
        .route("/", web::get().to(pages::live))
        .route("/live", web::get().to(pages::live))
        .route("/live/events", web::get().to(live::events))
        .route("/exceptions", web::get().to(pages::exceptions))
        .route("/v1/exceptions", web::get().to(exceptions::list))
        .route("/v1/exceptions/{id}", web::get().to(exceptions::show))
        .route("/v1/exceptions/{id}/inquire", web::post().to(exceptions::inquire))
        .route("/v1/exceptions/{id}/resolve", web::post().to(exceptions::resolve))
        .route("/v1/exceptions/{id}/resolve", web::delete().to(exceptions::withdraw))
        .route("/v1/exceptions/{id}/close", web::post().to(exceptions::close))
        .route("/openapi.json", web::get().to(openapi::operator_document))
        .route("/web/{file:.*}", web::get().to(pages::file))
        .route("/metrics", web::get().to(health::metrics))
        .route("/healthz", web::get().to(health::live))
        .route("/readyz", web::get().to(health::ready))
        .default_service(web::to(problem::not_found));
}

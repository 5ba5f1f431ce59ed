//! Is it alive, is it ready, how is it doing.
//!
//! Owns `/healthz` (the process answers), `/readyz` (the store can be written) and `/metrics`
//! (Prometheus text, on the operator's listener only).

use super::problem::Problem;
use crate::world::World;
use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Data;
use baton_protocol::refusal::RefusalCode;
use metrics_exporter_prometheus::PrometheusHandle;

/// `GET /healthz`.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("alive\n")
}

/// `GET /readyz`: makes a durable commit of nothing, so a full disk shows.
///
/// # Errors
/// 503 when the store cannot be written.
pub async fn ready(world: Data<World>) -> Result<HttpResponse, Problem> {
    let written = world.records.writer.commit(Vec::new()).await;
    written.map_err(|_| Problem::of(RefusalCode::NotReady))?;
    Ok(HttpResponse::Ok().content_type("text/plain").body("ready\n"))
}

/// `GET /metrics`.
pub async fn metrics(handle: Data<PrometheusHandle>, world: Data<World>) -> HttpResponse {
    let waiting = u32::try_from(world.records.writer.waiting()).unwrap_or(u32::MAX);
    metrics::gauge!("baton_writer_batches_waiting").set(f64::from(waiting));
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4"))
        .body(handle.render())
}

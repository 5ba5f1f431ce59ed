//! `POST /demo/session`: in the demo, a person's browser plays the part of a payment app.
//!
//! Owns what an app's own backend does elsewhere: it asks the wallet for a one-time code and signs
//! a token for the phone. Without the demo the route does not exist.

use super::apps::DemoApps;
use crate::http::problem::Problem;
use crate::http::strict_json;
use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use baton_protocol::ids::{AppId, TerminalId};
use baton_protocol::refusal::RefusalCode;
use serde::Deserialize;
use std::sync::Arc;

/// Whether this gateway is a demo.
pub enum DemoOffer {
    /// It is.
    On(Arc<DemoApps>),
    /// It is not.
    Off,
}

#[derive(Deserialize)]
struct SessionRequest {
    /// Where the person touched.
    #[expect(dead_code, reason = "the page says it; the demo's apps work at every terminal")]
    terminal_id: TerminalId,
    app_id: Option<AppId>,
}

/// Adds the route in a demo.
pub fn routes(routes: &mut ServiceConfig, demo: &Data<DemoOffer>) {
    if matches!(demo.get_ref(), DemoOffer::On(_)) {
        routes.route("/demo/session", web::post().to(session));
    }
}

async fn session(body: Bytes, demo: Data<DemoOffer>) -> Result<HttpResponse, Problem> {
    let DemoOffer::On(apps) = demo.get_ref() else {
        return Err(Problem::of(RefusalCode::NotFound));
    };
    let body: SessionRequest =
        strict_json::read(&body).map_err(|_| Problem::of(RefusalCode::BodyInvalid))?;
    let session = apps.session(body.app_id.as_ref()).await.map_err(|fault| {
        tracing::warn!(%fault, "the demo's app could not get a code");
        Problem::with(RefusalCode::DestinationDown, "the demo's wallet does not answer")
    })?;
    Ok(HttpResponse::Ok().json(session))
}

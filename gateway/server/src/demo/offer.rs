//! What only a demo offers over HTTP: a browser that plays a payment app, and the wallet's plug.
//!
//! Owns `POST /demo/session`, which does what an app's own backend does elsewhere (it asks the
//! wallet for a one-time code and signs a token for the phone), and `POST /demo/plug/{position}`.
//! Without the demo the routes do not exist.

use super::apps::DemoApps;
use super::plug::{Plug, Position};
use crate::http::problem::Problem;
use crate::http::strict_json;
use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use baton_protocol::ids::{AppId, TerminalId};
use baton_protocol::refusal::RefusalCode;
use serde::Deserialize;
use std::sync::Arc;

/// Whether this gateway is a demo.
pub enum DemoOffer {
    /// It is.
    On(Arc<DemoApps>, Arc<Plug>),
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

/// Adds the routes in a demo.
pub fn routes(routes: &mut ServiceConfig, demo: &Data<DemoOffer>) {
    if matches!(demo.get_ref(), DemoOffer::On(..)) {
        routes.route("/demo/session", web::post().to(session));
        routes.route("/demo/plug/{position}", web::post().to(plug));
    }
}

async fn session(body: Bytes, demo: Data<DemoOffer>) -> Result<HttpResponse, Problem> {
    let DemoOffer::On(apps, _) = demo.get_ref() else {
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

async fn plug(position: Path<String>, demo: Data<DemoOffer>) -> Result<HttpResponse, Problem> {
    let not_found = || Problem::of(RefusalCode::NotFound);
    let DemoOffer::On(_, plug) = demo.get_ref() else { return Err(not_found()) };
    let (position, said) = match position.as_str() {
        "in" => (Position::In, "the wallet's plug is in\n"),
        "out" => (Position::Out, "the wallet's plug is out\n"),
        "middle" => (
            Position::PulledInTheMiddle,
            "the wallet's plug will be pulled in the middle of its next payment\n",
        ),
        _ => return Err(not_found()),
    };
    plug.put(position);
    Ok(HttpResponse::Ok().content_type("text/plain").body(said))
}

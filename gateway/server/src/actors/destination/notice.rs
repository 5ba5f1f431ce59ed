//! What a destination says without being asked: a new business day, and that it takes no sales.
//!
//! Owns what operators see of it, a line in the log and a counter. It moves nothing: the line
//! itself answered, and signs on again before the next sale. Next: [`super::super::keeper`].

use super::DestinationActor;
use actix::prelude::*;
use baton_destinations::{Client, Notice};

/// A notice, on its way from the client.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Noticed(Notice);

/// Passes a client's notices to its actor, until the client is gone.
pub(super) fn listen(client: &Client, actor: Addr<DestinationActor>) {
    let Some(mut notices) = client.notices() else { return };
    actix::spawn(async move {
        while let Some(notice) = notices.next().await {
            if actor.try_send(Noticed(notice)).is_err() {
                tracing::warn!(?notice, "a destination's notice found no room and is not counted");
            }
        }
    });
}

impl Handler<Noticed> for DestinationActor {
    type Result = ();

    fn handle(&mut self, Noticed(notice): Noticed, _ctx: &mut Self::Context) {
        let destination = &self.id;
        let word = match notice {
            Notice::CutOver { day } => {
                let day = day.map(|day| day.to_string());
                tracing::info!(%destination, day, "a new business day begins there");
                "cut_over"
            }
            Notice::SignedOff => {
                tracing::warn!(%destination, "it takes no sales on a line until it is signed on");
                "signed_off"
            }
            Notice::SignedOn => {
                tracing::info!(%destination, "it takes sales on that line again");
                "signed_on"
            }
        };
        let name = destination.to_string();
        metrics::counter!("baton_notices_total", "destination" => name, "notice" => word)
            .increment(1);
    }
}

//! The live page's stream: every step of every transaction, as it is committed.
//!
//! Owns `GET /live/events` on the operator's listener. A page that cannot keep up misses steps
//! and is told so by the gap in the numbers; the store has them all.

use super::sse;
use crate::notices::Notice;
use crate::world::World;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use futures_util::stream;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Pause between signs of life on a quiet stream, in seconds.
const PULSE_S: u64 = 15;

/// `GET /live/events`.
pub async fn events(world: Data<World>) -> HttpResponse {
    let listener = world.notices.listen_live();
    sse::response(stream::unfold(listener, next))
}

type Listener = broadcast::Receiver<Arc<Notice>>;

async fn next(mut listener: Listener) -> Option<(Result<Bytes, Infallible>, Listener)> {
    loop {
        let heard = tokio::time::timeout(Duration::from_secs(PULSE_S), listener.recv()).await;
        match heard {
            Ok(Ok(notice)) => return Some((Ok(sse::event(notice.seq, notice.as_ref())), listener)),
            Ok(Err(RecvError::Lagged(_))) => {}
            Ok(Err(RecvError::Closed)) => return None,
            Err(_) => return Some((Ok(sse::pulse()), listener)),
        }
    }
}

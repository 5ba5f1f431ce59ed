//! Following one touch: waiting for its end in one request, or streaming its events.
//!
//! Owns the joint between the store (what has happened) and the listeners (what happens now): it
//! listens first and reads then, and drops what it hears twice.

use crate::http::problem::Problem;
use crate::http::sse;
use crate::notices::Notice;
use crate::world::World;
use actix_web::HttpResponse;
use actix_web::web::Bytes;
use baton_protocol::ids::{TouchId, TransactionId};
use baton_protocol::phone::TouchEvent;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::relay::EventRecord;
use futures_util::stream;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Pause between signs of life on a quiet stream, in seconds: under every proxy's patience.
const PULSE_S: u64 = 15;

/// Waits until the touch is over and returns its end, or nothing when the wish runs out.
///
/// A notice is told after its commit, so it is as true as the store. One touch holds one
/// transaction today.
pub(super) async fn until_final(
    mut notices: mpsc::Receiver<Arc<Notice>>,
    wait: Duration,
) -> Option<Arc<Notice>> {
    let end = async {
        loop {
            let notice = notices.recv().await?;
            if notice.state.is_final() {
                return Some(notice);
            }
        }
    };
    tokio::time::timeout(wait, end).await.unwrap_or_default()
}

/// Streams the events of a touch after a number, until it is over.
pub(super) async fn stream(
    world: Arc<World>,
    touch: TouchId,
    after: i64,
) -> Result<HttpResponse, Problem> {
    let notices = world.notices.listen(touch);
    let past = world.records.events_of(touch, after).await;
    let past = past.map_err(|_| Problem::of(RefusalCode::NotReady))?;
    let ready: VecDeque<(i64, TouchEvent)> = past.iter().filter_map(event_of).collect();
    let over = if ready.is_empty() { over(&world, touch).await? } else { Over::No };
    let reader = Reader { world, touch, notices, ready, last: after, over };
    Ok(sse::response(stream::unfold(reader, |reader| reader.next())))
}

/// A reader who has seen everything is told so at once.
async fn over(world: &World, touch: TouchId) -> Result<Over, Problem> {
    let rows = world.records.transactions_of(touch).await;
    let rows = rows.map_err(|_| Problem::of(RefusalCode::NotReady))?;
    let over = rows.iter().all(|row| row.stored.state.is_final());
    Ok(if over { Over::Yes } else { Over::No })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    Yes,
    No,
}

struct Reader {
    world: Arc<World>,
    touch: TouchId,
    notices: mpsc::Receiver<Arc<Notice>>,
    ready: VecDeque<(i64, TouchEvent)>,
    last: i64,
    over: Over,
}

impl Reader {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if self.over == Over::Yes {
            self.notices.close();
            self.world.notices.tidy(self.touch);
            return None;
        }
        loop {
            if let Some((seq, event)) = self.ready.pop_front() {
                if seq <= self.last {
                    continue;
                }
                self.last = seq;
                if event.state.is_final() {
                    self.over = Over::Yes;
                }
                return Some((Ok(sse::event(seq, &event)), self));
            }
            let pulse = Duration::from_secs(PULSE_S);
            match tokio::time::timeout(pulse, self.notices.recv()).await {
                Ok(Some(notice)) => self.ready.push_back((notice.seq, event_from(&notice))),
                Ok(None) => return None,
                Err(_) => return Some((Ok(sse::pulse()), self)),
            }
        }
    }
}

fn event_from(notice: &Notice) -> TouchEvent {
    TouchEvent {
        transaction_id: notice.transaction_id,
        state: notice.state,
        at_ms: notice.at_ms,
        reason: notice.reason.clone(),
    }
}

#[derive(Deserialize)]
struct Body {
    txn: TransactionId,
    to: State,
    t: i64,
    reason: Option<String>,
}

fn event_of(record: &EventRecord) -> Option<(i64, TouchEvent)> {
    let body: Body = serde_json::from_str(&record.body).ok()?;
    let Body { txn, to, t, reason } = body;
    Some((record.seq, TouchEvent { transaction_id: txn, state: to, at_ms: t, reason }))
}

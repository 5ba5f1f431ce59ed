//! Following one touch: waiting for its end in one request, or streaming its events.
//!
//! Owns the joint between the store (what has happened) and the listeners (what happens now): it
//! listens first and reads then, and drops what it hears twice.

use crate::edges::Place;
use crate::http::problem::Problem;
use crate::http::sse;
use crate::notices::Notice;
use crate::world::World;
use actix_web::HttpResponse;
use actix_web::web::Bytes;
use baton_core::time::Timestamp;
use baton_protocol::ids::{TouchId, TransactionId};
use baton_protocol::phone::TouchEvent;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::relay::EventRecord;
use futures_util::stream;
use serde::Deserialize;
use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Pause between signs of life on a quiet stream, in seconds: under every proxy's patience.
const PULSE_S: u64 = 15;

/// Waits until all halves of the touch are over and returns their ends, or nothing when the wish
/// runs out. A notice is told after its commit, so it is as true as the store.
pub(in crate::http) async fn until_final(
    mut notices: mpsc::Receiver<Arc<Notice>>,
    wait: Duration,
    halves: usize,
) -> Option<Vec<Arc<Notice>>> {
    let end = async {
        let mut ends = Vec::with_capacity(halves);
        while ends.len() < halves {
            let notice = notices.recv().await?;
            if notice.state.is_final() && !notice.kind.gives_back() {
                ends.push(notice);
            }
        }
        Some(ends)
    };
    tokio::time::timeout(wait, end).await.unwrap_or_default()
}

/// Waits until one transaction is over, or the wish runs out.
pub(in crate::http) async fn until_over(
    mut notices: mpsc::Receiver<Arc<Notice>>,
    wait: Duration,
    transaction: TransactionId,
) {
    let end = async {
        while let Some(notice) = notices.recv().await {
            if notice.transaction_id == transaction && notice.state.is_final() {
                return;
            }
        }
    };
    // Whether it ended in time is read from the store.
    tokio::time::timeout(wait, end).await.ok();
}

/// Streams the events of a touch after a number, until it is over or was held open long enough;
/// a reader that comes back names the last event and misses nothing.
pub(super) async fn stream(
    world: Arc<World>,
    touch: TouchId,
    after: i64,
) -> Result<HttpResponse, Problem> {
    let limits = &world.edges.limits;
    let place = world.edges.admit_stream()?;
    let notices = world.notices.listen_among(touch, limits.event_streams_per_touch_max);
    let notices = notices.ok_or(Problem::of(RefusalCode::RateLimited))?;
    let ends = world.clock.now().after_ms(limits.event_stream_ms);
    // The open ones first: whatever ends after this reading comes as an event below.
    let open = open(&world, touch).await?;
    let past = world.records.events_of(touch, after).await;
    let past = past.map_err(|_| Problem::unread())?;
    let ready: VecDeque<(i64, TouchEvent)> = past.iter().filter_map(event_of).collect();
    let over = if ready.is_empty() && open.is_empty() { Over::Yes } else { Over::No };
    let _place = place;
    let reader = Reader { world, touch, notices, ready, open, last: after, over, ends, _place };
    Ok(sse::response(stream::unfold(reader, |reader| reader.next())))
}

async fn open(world: &World, touch: TouchId) -> Result<BTreeSet<TransactionId>, Problem> {
    let rows = world.records.transactions_of(touch).await;
    let rows = rows.map_err(|_| Problem::unread())?;
    let open = rows.iter().filter(|row| !row.stored.state.is_final());
    Ok(open.map(|row| row.facts.id).collect())
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
    open: BTreeSet<TransactionId>,
    last: i64,
    over: Over,
    ends: Timestamp,
    _place: Place,
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
                    self.open.remove(&event.transaction_id);
                }
                if self.open.is_empty() && self.ready.is_empty() {
                    self.over = Over::Yes;
                }
                return Some((Ok(sse::event(seq, &event)), self));
            }
            let left_ms = self.ends.since_ms(self.world.clock.now());
            if left_ms == 0 {
                return None;
            }
            let pulse = Duration::from_secs(PULSE_S).min(Duration::from_millis(left_ms));
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

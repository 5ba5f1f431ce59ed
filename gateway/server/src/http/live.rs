//! The live page's stream: every step of every transaction, as it is committed.
//!
//! Owns `GET /live/events` on the operator's listener. A page that cannot keep up misses steps
//! and is told so by the gap in the numbers; the store has them all.

use super::problem::Problem;
use super::sse;
use crate::actors::words::kind_of;
use crate::notices::Notice;
use crate::world::World;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use baton_core::time::Timestamp;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::work::State;
use baton_records::rows::TransactionRow;
use futures_util::stream;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Pause between signs of life on a quiet stream, in seconds.
const PULSE_S: u64 = 15;

/// Transactions of the past that a new page is shown: as many as its table holds.
const PAST_TRANSACTIONS_MAX: i64 = 100;

/// `GET /live/events`: the newest transactions as they stand, then every step as it happens.
///
/// # Errors
/// 503 when the store does not answer or the gateway is stopping.
pub async fn events(world: Data<World>) -> Result<HttpResponse, Problem> {
    let not_ready = || Problem::of(RefusalCode::NotReady);
    let listener = world.notices.listen_live().ok_or_else(not_ready)?;
    let past = world.records.newest_transactions(PAST_TRANSACTIONS_MAX).await;
    let past = past.map_err(|_| not_ready())?;
    let ready = past.iter().rev().flat_map(stands).map(Arc::new).collect();
    Ok(sse::response(stream::unfold(Reader { ready, listener }, next)))
}

struct Reader {
    ready: VecDeque<Arc<Notice>>,
    listener: broadcast::Receiver<Arc<Notice>>,
}

async fn next(mut reader: Reader) -> Option<(Result<Bytes, Infallible>, Reader)> {
    if let Some(notice) = reader.ready.pop_front() {
        return Some((Ok(sse::event(notice.seq, notice.as_ref())), reader));
    }
    loop {
        let pulse = Duration::from_secs(PULSE_S);
        match tokio::time::timeout(pulse, reader.listener.recv()).await {
            Ok(Ok(notice)) => return Some((Ok(sse::event(notice.seq, notice.as_ref())), reader)),
            Ok(Err(RecvError::Lagged(_))) => {}
            Ok(Err(RecvError::Closed)) => return None,
            Err(_) => return Some((Ok(sse::pulse()), reader)),
        }
    }
}

/// When it came and where it stands; numbered 0 because these are no steps of the chain.
fn stands(row: &TransactionRow) -> [Notice; 2] {
    let facts = &row.facts;
    let notice = |state, at: Timestamp, reason| Notice {
        seq: 0,
        at_ms: at.ms(),
        transaction_id: facts.id,
        touch: facts.touch,
        state,
        terminal: facts.terminal.to_string(),
        app: facts.app.to_string(),
        shop: facts.shop.to_string(),
        amount: facts.amount.minor,
        currency: facts.amount.currency,
        kind: kind_of(facts.purpose),
        route: facts.route.letter(),
        reason,
    };
    let stored = &row.stored;
    [
        notice(State::Received, facts.accepted_at, None),
        notice(stored.state, stored.since, row.reason.clone()),
    ]
}

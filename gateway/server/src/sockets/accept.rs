//! Who is calling on the link: the token, the subprotocol, the version, then the greeting.
//!
//! Owns everything before the first real message. A wrong token is answered with 401 and no
//! reason. Next: `pump`.

use super::pump::{Talk, pump};
use crate::actors::desk::Attach;
use crate::actors::keeper::Keeper;
use crate::clock::new_id;
use crate::edges::Place;
use crate::http::problem::Problem;
use crate::identity::device;
use crate::world::World;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, rt, web};
use actix_ws::{AggregatedMessageStream, CloseCode, CloseReason};
use baton_core::relay::journal::JournalHead;
use baton_core::relay::plan::Executor;
use baton_link::session::Session;
use baton_protocol::frame::Frame;
use baton_protocol::link::{Downward, Upward};
use baton_protocol::refusal::RefusalCode;
use baton_protocol::{SUBPROTOCOL, VERSION_CURRENT, VERSION_MIN};
use std::time::Duration;
use tokio::sync::mpsc;

/// Messages that may wait for one connection: a desk says two or three a transaction, one
/// transaction at a time; more means that the device has stopped reading.
const LANE_MESSAGES_MAX: usize = 256;

/// Bytes of a journal's hash: SHA-256 in hex.
pub(super) const JOURNAL_HASH_BYTES_MAX: usize = 64;
/// What a device is told whose journal has shrunk; its log shows it.
const JOURNAL_REFUSED: &str =
    "this journal is not the one that the gateway knows; an operator must accept it";

/// `GET /v1/link`.
///
/// # Errors
/// A problem document with 401 for every token that is not usable, with 503 while too many links
/// have not greeted.
pub async fn link(
    request: HttpRequest,
    body: web::Payload,
    world: web::Data<World>,
    keeper: web::Data<Keeper>,
) -> Result<HttpResponse, Problem> {
    let place = world.edges.admit_greeting()?;
    let executor = caller(&request, &world)?;
    let (response, socket, stream) =
        actix_ws::handle_with_protocols(&request, body, &[SUBPROTOCOL])
            .map_err(|_| Problem::of(RefusalCode::BodyInvalid))?;
    let bytes_max = world.edges.limits.link_message_bytes_max;
    let stream =
        stream.max_frame_size(bytes_max).aggregate_continuations().max_continuation_size(bytes_max);
    let called = Called { executor, place };
    rt::spawn(serve(called, socket, stream, world.into_inner(), keeper.into_inner()));
    Ok(response)
}

fn caller(request: &HttpRequest, world: &World) -> Result<Executor, Problem> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| Problem::of(RefusalCode::TokenInvalid))?;
    let snapshot = world.tables.snapshot();
    device::check(token, &snapshot, &world.audience, &world.spent).map_err(|why| {
        tracing::info!(%why, "a device was not let in");
        Problem::of(RefusalCode::TokenInvalid)
    })
}

/// Who has called, and its place among those that have not greeted.
struct Called {
    executor: Executor,
    place: Place,
}

async fn serve(
    called: Called,
    mut socket: actix_ws::Session,
    mut stream: AggregatedMessageStream,
    world: std::sync::Arc<World>,
    keeper: std::sync::Arc<Keeper>,
) {
    let Called { executor, place } = called;
    let limit = Duration::from_millis(world.edges.limits.link_greeting_ms);
    let hello = match tokio::time::timeout(limit, greeting(&mut stream)).await {
        Ok(Some(hello)) => hello,
        Ok(None) | Err(_) => return close(socket, CloseCode::Policy, "say hello first").await,
    };
    drop(place);
    if !(VERSION_MIN..=VERSION_CURRENT).contains(&hello.version) {
        let range = Downward::Version { min: VERSION_MIN, max: VERSION_CURRENT };
        let frame = Session::<Downward>::new().bare(range);
        let text = serde_json::to_string(&frame).unwrap_or_default();
        socket.text(text).await.unwrap_or_default();
        return close(socket, CloseCode::Protocol, "this version is not spoken here").await;
    }
    let Ok(epoch) = world.records.next_epoch(&executor, hello.obeyed).await else {
        return close(socket, CloseCode::Again, "the gateway cannot write; come again").await;
    };
    let Ok(known) = world.records.device_journal(&executor).await else {
        return close(socket, CloseCode::Again, "the gateway cannot read; come again").await;
    };
    let (lane, messages) = mpsc::channel(LANE_MESSAGES_MAX);
    let desk = keeper.desk_here(&executor);
    let attached = desk.send(Attach { epoch, lane, said: hello.journal, known }).await;
    let Ok(taken) = attached else {
        return close(socket, CloseCode::Again, "the gateway is busy; come again").await;
    };
    let Ok(parked) = taken else {
        return close(socket, CloseCode::Policy, JOURNAL_REFUSED).await;
    };
    let parked = parked.filter(|parked| hello.session.as_ref() == Some(&parked.id));
    let (id, session) =
        parked.map_or_else(|| (new_id().to_string(), Session::new()), |one| (one.id, one.session));
    tracing::info!(%executor, epoch, program = hello.program, "connected");
    let talk = Talk {
        executor: executor.clone(),
        epoch,
        session_id: id,
        session,
        socket,
        stream,
        messages,
        desk,
        policy: world.policy.clone(),
        resume_after: hello.received,
        world,
        keeper,
        asked: None,
    };
    pump(talk).await;
    tracing::info!(%executor, epoch, "disconnected");
}

struct Hello {
    version: u16,
    program: String,
    session: Option<String>,
    received: u64,
    journal: JournalHead,
    obeyed: u64,
}

async fn greeting(stream: &mut AggregatedMessageStream) -> Option<Hello> {
    let message = stream.recv().await?.ok()?;
    let actix_ws::AggregatedMessage::Text(text) = message else { return None };
    let frame: Frame<Upward> = serde_json::from_str(&text).ok()?;
    let Upward::Hello { program, session, received, journal_seq, journal_hash, epoch } = frame.body
    else {
        return None;
    };
    if journal_hash.len() > JOURNAL_HASH_BYTES_MAX {
        return None;
    }
    let journal = JournalHead { seq: journal_seq, hash: journal_hash };
    let obeyed = epoch.unwrap_or_default();
    Some(Hello { version: frame.v, program, session, received, journal, obeyed })
}

async fn close(socket: actix_ws::Session, code: CloseCode, why: &'static str) {
    let reason = CloseReason { code, description: Some(why.to_owned()) };
    socket.close(Some(reason)).await.unwrap_or_default();
}

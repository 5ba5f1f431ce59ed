//! The two tasks of a plugin's process: one writes frames, one hears them.
//!
//! Owns what a frame from a plugin's process may do. Nothing it sends makes this side wait or grow:
//! questions are bounded, noise is counted, and a process that breaks the form is ended. Next:
//! [`crate::door`].

use super::start::Ear;
use super::{Life, Shared};
use crate::calls::{Frame, FrameKind, unpack_done, unpack_question};
use crate::door::Heed;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::OwnedWriteHalf;
use tokio::process::Child;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout_at;

/// Questions of one process at a time: two for each of its calls.
const QUESTIONS_MAX: usize = 64;
/// Frames that are of no use before a process is taken for a flood.
const NOISE_MAX: u32 = 10_000;
/// Frames that are written together.
const BATCH_FRAMES_MAX: usize = 32;

/// Writes frames until nobody posts any more.
pub(super) async fn write(mut mouth: OwnedWriteHalf, mut posted: mpsc::Receiver<Frame>) {
    let mut batch = Vec::with_capacity(BATCH_FRAMES_MAX);
    while posted.recv_many(&mut batch, BATCH_FRAMES_MAX).await > 0 {
        let mut bytes = Vec::new();
        for frame in batch.drain(..) {
            frame.append_to(&mut bytes);
        }
        if mouth.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

/// Hears frames until the process ends, then tells everybody who waits.
pub(super) async fn read(
    mut ear: Ear,
    outbox: mpsc::WeakSender<Frame>,
    shared: Arc<Shared>,
    mut child: Child,
) {
    let questions = Arc::new(Semaphore::new(QUESTIONS_MAX));
    let mut noise = 0_u32;
    while let Ok(frame) = Frame::receive_from(&mut ear).await {
        match heard(frame, &outbox, &shared, &questions) {
            Some(Heed::Useful) => {}
            Some(Heed::Noise) if noise < NOISE_MAX => noise = noise.saturating_add(1),
            Some(Heed::Noise) | None => break,
        }
    }
    // Ended before it is reaped: afterwards its number may be another process's.
    shared.kill();
    *shared.life() = Life::Ended("it closed its socket".to_owned());
    let how = child.wait().await.map_or_else(|cause| cause.to_string(), how);
    let plugin = &shared.door.plugin;
    tracing::info!(%plugin, %how, "plugin's process ended");
    *shared.life() = Life::Ended(how);
    *shared.calls() = None;
}

/// Does what a frame says; nothing when it may not say that.
fn heard(
    frame: Frame,
    outbox: &mpsc::WeakSender<Frame>,
    shared: &Arc<Shared>,
    questions: &Arc<Semaphore>,
) -> Option<Heed> {
    match frame.kind {
        FrameKind::Done => Some(done(frame, shared)),
        FrameKind::Http => http(&frame, outbox, shared, questions),
        FrameKind::Secret => secret(&frame, outbox, shared),
        FrameKind::Log => {
            let (level, text) = frame.payload.split_first()?;
            let Some(call) = shared.running(frame.id) else { return Some(Heed::Noise) };
            Some(shared.door.log(&call, u32::from(*level), text))
        }
        FrameKind::Call | FrameKind::Given | FrameKind::Ready | FrameKind::Unloadable => None,
    }
}

/// A result for a call that is over is noise: it was late.
fn done(frame: Frame, shared: &Shared) -> Heed {
    match shared.forget(frame.id) {
        Some(pending) => {
            pending.done.send(unpack_done(frame.payload)).unwrap_or_default();
            Heed::Useful
        }
        None => Heed::Noise,
    }
}

fn http(
    frame: &Frame,
    outbox: &mpsc::WeakSender<Frame>,
    shared: &Arc<Shared>,
    questions: &Arc<Semaphore>,
) -> Option<Heed> {
    let (call, document) = unpack_question(&frame.payload)?;
    let (Some(call), Ok(place), Some(outbox)) =
        (shared.running(call), Arc::clone(questions).try_acquire_owned(), outbox.upgrade())
    else {
        return Some(Heed::Noise);
    };
    let (id, document, door) = (frame.id, document.to_vec(), Arc::clone(&shared.door));
    tokio::spawn(async move {
        let answer = door.http(&call, &document).await;
        let given = outbox.send(Frame::new(FrameKind::Given, id, answer));
        timeout_at(call.deadline, given).await.map(drop).unwrap_or_default();
        drop(place);
    });
    Some(Heed::Useful)
}

fn secret(frame: &Frame, outbox: &mpsc::WeakSender<Frame>, shared: &Shared) -> Option<Heed> {
    let (call, name) = unpack_question(&frame.payload)?;
    let (Some(_), Some(outbox)) = (shared.running(call), outbox.upgrade()) else {
        return Some(Heed::Noise);
    };
    let answer = shared.door.secret(name).unwrap_or_default();
    let given = outbox.try_send(Frame::new(FrameKind::Given, frame.id, answer));
    Some(if given.is_ok() { Heed::Useful } else { Heed::Noise })
}

fn how(ended: ExitStatus) -> String {
    match (ended.signal(), ended.code()) {
        (Some(signal), _) => format!("signal {signal}"),
        (None, Some(code)) => format!("exit code {code}"),
        (None, None) => "for no known reason".to_owned(),
    }
}

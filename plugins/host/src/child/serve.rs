//! Serving calls inside the plugin's process.
//!
//! Owns the threads. They take turns at the socket: whoever holds it reads one frame, lets the
//! next one read, and does the call itself, so that no call is handed over. There is always one
//! thread more than calls, or answers of the host could not come in. Next: [`super::door`].

use super::door::CallDoor;
use crate::calls::{Frame, FrameKind, pack_done};
use crate::library::Library;
use std::collections::BTreeMap;
use std::io::{self, BufReader, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Bytes read at once: some hundred small frames.
const READ_BYTES: usize = 64 * 1024;

/// Both directions of the socket, and who waits for an answer of the host.
pub(super) struct Pipe {
    reader: Mutex<BufReader<UnixStream>>,
    writer: Mutex<UnixStream>,
    waiting: Mutex<BTreeMap<u64, SyncSender<Vec<u8>>>>,
    question_next: AtomicU64,
}

/// What the threads share.
struct Desk {
    pipe: Arc<Pipe>,
    library: Library,
    threads: AtomicUsize,
    idle: AtomicUsize,
    threads_max: usize,
}

impl Pipe {
    pub(super) fn new(socket: OwnedFd) -> io::Result<Self> {
        let reader = UnixStream::from(socket);
        let writer = reader.try_clone()?;
        Ok(Self {
            reader: Mutex::new(BufReader::with_capacity(READ_BYTES, reader)),
            writer: Mutex::new(writer),
            waiting: Mutex::default(),
            question_next: AtomicU64::new(0),
        })
    }

    pub(super) fn tell_unloadable(&self, cause: &str) {
        self.send(&Frame::new(FrameKind::Unloadable, 0, cause.as_bytes().to_vec()));
    }

    pub(super) fn serve(self, library: Library, description: Vec<u8>, calls_max: usize) {
        self.send(&Frame::new(FrameKind::Ready, 0, description));
        let (threads, idle) = (AtomicUsize::new(1), AtomicUsize::new(0));
        let threads_max = calls_max.saturating_add(1);
        Arc::new(Desk { pipe: Arc::new(self), library, threads, idle, threads_max }).work();
    }

    /// Sends a frame. Without a parent there is nobody left to work for.
    pub(super) fn send(&self, frame: &Frame) {
        let mut bytes = Vec::new();
        frame.append_to(&mut bytes);
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.write_all(&bytes).is_err() {
            end();
        }
    }

    /// Registers a question and returns its id.
    pub(super) fn wait_for(&self, answer: SyncSender<Vec<u8>>) -> u64 {
        let question = self.question_next.fetch_add(1, Ordering::Relaxed);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert(question, answer);
        question
    }

    /// Reads the next frame; the process ends with its socket.
    fn next(&self) -> Frame {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        Frame::read_from(&mut *reader).unwrap_or_else(|_| end())
    }

    fn give(&self, question: u64, answer: Vec<u8>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asker) = waiting.remove(&question) {
            asker.try_send(answer).unwrap_or_default();
        }
    }
}

impl Desk {
    fn work(self: &Arc<Self>) {
        loop {
            self.idle.fetch_add(1, Ordering::SeqCst);
            let frame = self.pipe.next();
            let others = self.idle.fetch_sub(1, Ordering::SeqCst).saturating_sub(1);
            match frame.kind {
                FrameKind::Call => {
                    if others == 0 {
                        self.hire();
                    }
                    self.answer(&frame);
                }
                FrameKind::Given => self.pipe.give(frame.id, frame.payload),
                FrameKind::Ready
                | FrameKind::Unloadable
                | FrameKind::Done
                | FrameKind::Http
                | FrameKind::Secret
                | FrameKind::Log => end(),
            }
        }
    }

    fn answer(&self, frame: &Frame) {
        let door = CallDoor::new(&self.pipe, frame.id);
        let done = self.library.call(&door, &frame.payload);
        self.pipe.send(&Frame::new(FrameKind::Done, frame.id, pack_done(done)));
    }

    /// Starts another thread, unless there are enough or the limits allow none.
    fn hire(self: &Arc<Self>) {
        let before = self.threads.fetch_add(1, Ordering::SeqCst);
        let desk = Arc::clone(self);
        let hired =
            before < self.threads_max && thread::Builder::new().spawn(move || desk.work()).is_ok();
        if !hired {
            self.threads.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Ends the process without anything of the plugin running once more.
fn end() -> ! {
    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)
        .unwrap_or_default();
    std::process::abort()
}

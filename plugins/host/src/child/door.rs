//! What a running call asks of the host, sent over the socket.
//!
//! Owns the question and the wait for its answer. A wait has no end of its own: the call's
//! deadline, which the parent keeps, ends the process. Next: [`crate::process`], the other end.

use super::serve::Pipe;
use crate::calls::{Frame, FrameKind, pack_question};
use crate::library::Door;
use baton_plugin_api::abi::LOG_BYTES_MAX;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

pub(super) struct CallDoor {
    pipe: Arc<Pipe>,
    call: u64,
}

impl CallDoor {
    pub(super) fn new(pipe: &Arc<Pipe>, call: u64) -> Self {
        Self { pipe: Arc::clone(pipe), call }
    }

    fn ask(&self, kind: FrameKind, question: &[u8]) -> Option<Vec<u8>> {
        let (answer, answered) = sync_channel(1);
        let id = self.pipe.wait_for(answer);
        self.pipe.send(&Frame::new(kind, id, pack_question(self.call, question)));
        answered.recv().ok().filter(|answer| !answer.is_empty())
    }
}

impl Door for CallDoor {
    fn http(&self, request: &[u8]) -> Option<Vec<u8>> {
        self.ask(FrameKind::Http, request)
    }

    fn secret(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.ask(FrameKind::Secret, name)
    }

    fn log(&self, level: u32, text: &[u8]) {
        let level = u8::try_from(level).unwrap_or(u8::MAX);
        let kept = text.get(..LOG_BYTES_MAX).unwrap_or(text);
        let payload = [&[level], kept].concat();
        self.pipe.send(&Frame::new(FrameKind::Log, self.call, payload));
    }
}

//! What arrives on a line: answers for those who wait, late ones, and what the destination says by
//! itself.
//!
//! Owns the reading task and the line's standing with the destination (signed on or off). A message
//! that cannot be read ends the line for everybody. Next: [`super::waiting`].

use super::answer;
use super::dialect::Dialect;
use super::settle;
use super::waiting::Waiting;
use crate::clock;
use crate::day::Day;
use crate::fault::Lost;
use crate::late::LateTeller;
use crate::notice::{Notice, NoticeTeller};
use baton_formats::iso8583::response::APPROVED;
use baton_formats::iso8583::spec1987::{
    NETWORK_CODE, NETWORK_CUT_OVER, NETWORK_SIGN_OFF, NETWORK_SIGN_ON, RESPONSE_CODE,
};
use baton_formats::iso8583::{Frames, Message, Mti};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tokio::io::AsyncReadExt;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::mpsc;

/// Bytes read at once.
const READ_BYTES: usize = 64 * 1024;

/// Whom a line tells what nobody asked for.
#[derive(Debug, Clone)]
pub(super) struct Tellers {
    pub(super) late: LateTeller,
    pub(super) notices: NoticeTeller,
}

/// How a line stands: when it was heard, and whether the destination takes sales on it.
#[derive(Debug)]
pub(super) struct Standing {
    opened: Instant,
    heard_ms: AtomicU64,
    sign_offs: AtomicU64,
    /// How many sign-offs the last sign-on came after: one that arrives meanwhile counts.
    answered: AtomicU64,
}

impl Standing {
    pub(super) fn new() -> Self {
        let (heard_ms, sign_offs) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { opened: clock::now(), heard_ms, sign_offs, answered: AtomicU64::new(0) }
    }

    pub(super) fn idle_ms(&self) -> u64 {
        elapsed_ms(self.opened).saturating_sub(self.heard_ms.load(Ordering::Relaxed))
    }

    pub(super) fn sign_offs(&self) -> u64 {
        self.sign_offs.load(Ordering::SeqCst)
    }

    pub(super) fn is_signed_on(&self) -> bool {
        self.sign_offs() == self.answered.load(Ordering::SeqCst)
    }

    pub(super) fn signed_on_after(&self, sign_offs: u64) {
        self.answered.fetch_max(sign_offs, Ordering::SeqCst);
    }

    fn heard(&self) {
        self.heard_ms.store(elapsed_ms(self.opened), Ordering::Relaxed);
    }

    fn signed_off(&self) {
        self.sign_offs.fetch_add(1, Ordering::SeqCst);
    }
}

pub(super) struct Ear {
    pub(super) dialect: Arc<Dialect>,
    pub(super) waiting: Arc<Waiting>,
    pub(super) standing: Arc<Standing>,
    pub(super) tellers: Tellers,
    pub(super) outgoing: mpsc::WeakSender<Vec<u8>>,
}

impl Ear {
    pub(super) async fn listen(self, mut half: OwnedReadHalf) {
        let mut frames = self.dialect.frames();
        let mut chunk = vec![0; READ_BYTES];
        let why = loop {
            let read = half.read(&mut chunk).await.unwrap_or(0);
            if read == 0 {
                break Lost::Cut;
            }
            self.standing.heard();
            frames.push(chunk.get(..read).unwrap_or_default());
            if let Err(why) = self.take(&mut frames) {
                break why;
            }
        };
        self.waiting.close(why);
    }

    /// An answer that cannot be read cannot be matched either, so it ends the line for everybody.
    fn take(&self, frames: &mut Frames) -> Result<(), Lost> {
        while let Some(bytes) = frames.next_frame().map_err(|_| Lost::Garbled)? {
            let message = self.dialect.open(bytes).map_err(|fault| {
                tracing::warn!(%fault, "unreadable message from the destination, closing the line");
                Lost::Garbled
            })?;
            if message.mti == Mti::NETWORK {
                self.take_notice(message);
            } else if let Some(message) = self.waiting.deliver(message)
                && message.mti != Mti::NETWORK_ANSWER
            {
                self.tellers.late.tell(answer::late(&message));
            }
        }
        Ok(())
    }

    /// Everything is agreed to; what counts is done before the answer leaves.
    fn take_notice(&self, message: Message) {
        let notice = match message.text(NETWORK_CODE).unwrap_or_default() {
            NETWORK_SIGN_OFF => {
                self.standing.signed_off();
                Some(Notice::SignedOff)
            }
            NETWORK_SIGN_ON => {
                self.standing.signed_on_after(self.standing.sign_offs());
                Some(Notice::SignedOn)
            }
            NETWORK_CUT_OVER => {
                let day = settle::day_named(&message, Day::of(clock::wall_ms()));
                Some(Notice::CutOver { day })
            }
            _ => None,
        };
        self.agree(message);
        if let Some(notice) = notice {
            self.tellers.notices.tell(notice);
        }
    }

    fn agree(&self, mut message: Message) {
        message.mti = Mti::NETWORK_ANSWER;
        message.set(RESPONSE_CODE, APPROVED);
        if let (Some(outgoing), Ok(frame)) = (self.outgoing.upgrade(), self.dialect.seal(&message))
        {
            let _ = outgoing.try_send(frame);
        }
    }
}

fn elapsed_ms(since: Instant) -> u64 {
    u64::try_from(clock::now().duration_since(since).as_millis()).unwrap_or(u64::MAX)
}

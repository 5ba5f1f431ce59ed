//! Frames between a program and its plugin's process.
//!
//! Owns their form: length (4 bytes, little endian), kind (1), id (8), then the payload. The
//! length counts what follows it and is bounded before anything is allocated. Several calls are in
//! flight; the id says whose a frame is. Next: [`crate::child`] and [`crate::process`].

#[cfg(test)]
mod tests;

use crate::library::Foul;
use baton_plugin_api::abi::HTTP_BYTES_MAX;
use std::io::{self, ErrorKind, Read};
use tokio::io::{AsyncRead, AsyncReadExt};

/// Kind and id.
const HEAD_BYTES: usize = 9;
/// The largest frame, in bytes: an HTTP document with its head and the call that it belongs to.
pub(crate) const FRAME_BYTES_MAX: usize = HTTP_BYTES_MAX + 64;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameKind {
    /// To the child: a request document; the id is the call's.
    Call,
    /// To the child: what it asked for; the id is the question's. An empty payload is a "no".
    Given,
    /// From the child: loaded; the payload is the description.
    Ready,
    /// From the child: cannot be loaded; the payload says why.
    Unloadable,
    /// From the child: a call is done; the payload is a [`FOULS`] byte and the result.
    Done,
    /// From the child: do an HTTP request; the payload is the call's id and the document.
    Http,
    /// From the child: give a secret; the payload is the call's id and the name.
    Secret,
    /// From the child: a log line; the id is the call's, the payload a level byte and the text.
    Log,
}

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: FrameKind,
    pub(crate) id: u64,
    pub(crate) payload: Vec<u8>,
}

impl FrameKind {
    const ALL: [Self; 8] = [
        Self::Call,
        Self::Given,
        Self::Ready,
        Self::Unloadable,
        Self::Done,
        Self::Http,
        Self::Secret,
        Self::Log,
    ];

    const fn byte(self) -> u8 {
        match self {
            Self::Call => 1,
            Self::Given => 2,
            Self::Ready => 3,
            Self::Unloadable => 4,
            Self::Done => 5,
            Self::Http => 6,
            Self::Secret => 7,
            Self::Log => 8,
        }
    }
}

impl Frame {
    pub(crate) const fn new(kind: FrameKind, id: u64, payload: Vec<u8>) -> Self {
        Self { kind, id, payload }
    }

    /// Appends the frame to bytes that are to be sent.
    pub(crate) fn append_to(&self, bytes: &mut Vec<u8>) {
        let len = HEAD_BYTES.saturating_add(self.payload.len());
        bytes.extend_from_slice(&u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes());
        bytes.push(self.kind.byte());
        bytes.extend_from_slice(&self.id.to_le_bytes());
        bytes.extend_from_slice(&self.payload);
    }

    /// Reads the next frame; blocks until it is there.
    pub(crate) fn read_from(from: &mut impl Read) -> io::Result<Self> {
        let mut len = [0; 4];
        from.read_exact(&mut len)?;
        let mut body = vec![0; body_len(len)?];
        from.read_exact(&mut body)?;
        Self::parse(body)
    }

    /// Reads the next frame. Not to be cancelled half-way.
    pub(crate) async fn receive_from(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        let mut len = [0; 4];
        from.read_exact(&mut len).await?;
        let mut body = vec![0; body_len(len)?];
        from.read_exact(&mut body).await?;
        Self::parse(body)
    }

    fn parse(mut body: Vec<u8>) -> io::Result<Self> {
        let head = body.first_chunk::<HEAD_BYTES>().copied().ok_or_else(unreadable)?;
        let [kind, id @ ..] = head;
        let kind = FrameKind::ALL.into_iter().find(|one| one.byte() == kind);
        body.drain(..HEAD_BYTES);
        let kind = kind.ok_or_else(unreadable)?;
        Ok(Self { kind, id: u64::from_le_bytes(id), payload: body })
    }
}

/// Every way in which a call is done badly, by its byte; 0 is well.
pub(crate) const FOULS: [(u8, Foul); 9] = [
    (1, Foul::Panicked),
    (2, Foul::Malformed),
    (3, Foul::Unsupported),
    (4, Foul::TooLarge),
    (5, Foul::Lied("an unknown status")),
    (6, Foul::Lied("no result")),
    (7, Foul::Lied("a result of no bytes")),
    (8, Foul::Lied("a result longer than allowed")),
    (9, Foul::Lied("a frame that is not one")),
];

/// Packs what a call came to.
pub(crate) fn pack_done(done: Result<Vec<u8>, Foul>) -> Vec<u8> {
    match done {
        Ok(mut result) => {
            result.insert(0, 0);
            result
        }
        Err(foul) => {
            let byte = FOULS.iter().find(|(_, one)| *one == foul).map_or(9, |(byte, _)| *byte);
            vec![byte]
        }
    }
}

/// Unpacks what a call came to.
pub(crate) fn unpack_done(mut payload: Vec<u8>) -> Result<Vec<u8>, Foul> {
    let foul = Foul::Lied("a frame that is not one");
    let Some(first) = payload.first().copied() else { return Err(foul) };
    if first == 0 {
        payload.drain(..1);
        return Ok(payload);
    }
    Err(FOULS.into_iter().find(|(byte, _)| *byte == first).map_or(foul, |(_, foul)| foul))
}

/// Packs a question of a running call.
pub(crate) fn pack_question(call: u64, question: &[u8]) -> Vec<u8> {
    [&call.to_le_bytes(), question].concat()
}

/// Unpacks a question: the call's id and what is asked.
pub(crate) fn unpack_question(payload: &[u8]) -> Option<(u64, &[u8])> {
    let (call, question) = payload.split_first_chunk::<8>()?;
    Some((u64::from_le_bytes(*call), question))
}

fn body_len(len: [u8; 4]) -> io::Result<usize> {
    let len = usize::try_from(u32::from_le_bytes(len)).unwrap_or(usize::MAX);
    if (HEAD_BYTES..=FRAME_BYTES_MAX).contains(&len) { Ok(len) } else { Err(unreadable()) }
}

fn unreadable() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "not a frame")
}

//! Messages on a TCP stream: a two-byte big-endian length, then that many bytes.
//!
//! Owns the buffer in which a stream becomes frames. Knows nothing of what a frame holds.
//! Next: [`super::message`].

/// The largest message, in bytes: ours stay under 1,400; the rest is room for other dialects.
pub const MESSAGE_BYTES_MAX: usize = 4096;
/// Bytes of the length.
const LENGTH_BYTES: usize = 2;

/// Why a stream cannot be cut into frames any more; the connection is of no further use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    /// The length says zero.
    #[error("a frame of zero bytes")]
    Empty,
    /// The length is over [`MESSAGE_BYTES_MAX`].
    #[error("a frame of {bytes} bytes is over the limit")]
    TooLarge {
        /// How many bytes it announced.
        bytes: usize,
    },
}

/// Appends one framed message to a buffer that is to be written.
///
/// # Errors
/// [`FrameFault`] when the message has no bytes or too many; the buffer is unchanged then.
pub fn frame_into(out: &mut Vec<u8>, message: &[u8]) -> Result<(), FrameFault> {
    let bytes = check(message.len())?;
    let length = u16::try_from(bytes).map_err(|_| FrameFault::TooLarge { bytes })?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(message);
    Ok(())
}

/// Cuts what arrives on a stream into frames.
#[derive(Debug, Default)]
pub struct Frames {
    buffer: Vec<u8>,
    start: usize,
}

impl Frames {
    /// Takes bytes as they arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start.min(self.buffer.len()));
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Returns the next whole frame, or nothing when more bytes are needed.
    ///
    /// # Errors
    /// [`FrameFault`]: close the connection.
    /// **Order** call it after each [`Frames::push`] until it returns nothing.
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, FrameFault> {
        let body_start = self.start.saturating_add(LENGTH_BYTES);
        let Some([high, low]) = self.buffer.get(self.start..body_start) else {
            return Ok(None);
        };
        let bytes = check(usize::from(u16::from_be_bytes([*high, *low])))?;
        let body_end = body_start.saturating_add(bytes);
        let Some(body) = self.buffer.get(body_start..body_end) else {
            return Ok(None);
        };
        self.start = body_end;
        Ok(Some(body))
    }
}

const fn check(bytes: usize) -> Result<usize, FrameFault> {
    match bytes {
        0 => Err(FrameFault::Empty),
        1..=MESSAGE_BYTES_MAX => Ok(bytes),
        _ => Err(FrameFault::TooLarge { bytes }),
    }
}

//! Messages on a byte stream: four bytes of length, then JSON, bounded and wiped.
//!
//! Owns the framing. May not know who is at the other end, nor say what a broken message held.
//! Next: [`super::place`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

/// The largest message, in bytes: `checked` of a hundred recipes has half of it.
pub const MESSAGE_BYTES_MAX: usize = 32 * 1024;
/// Room that is made for a message before it is written, in bytes: a `prepare` never outgrows it,
/// so no unwiped copy of a code is left behind by growing.
const ROOM_BYTES: usize = 4 * 1024;

/// A message that did not come or go.
#[derive(Debug, thiserror::Error)]
pub enum FrameFault {
    /// The stream ended or failed.
    #[error("the connection is gone: {0}")]
    Gone(#[from] std::io::Error),
    /// A message is longer than any of ours.
    #[error("a message of {0} bytes is too long")]
    TooLong(u64),
    /// The words are none of ours; what they were is not repeated.
    #[error("a message could not be understood")]
    Words,
}

/// Writes one message and flushes.
///
/// # Errors
/// Each variant of [`FrameFault`] as it says; a part may have been written.
pub async fn send<T: Serialize>(
    to: &mut (impl AsyncWrite + Unpin),
    message: &T,
) -> Result<(), FrameFault> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM_BYTES));
    bytes.extend_from_slice(&[0; 4]);
    serde_json::to_writer(&mut *bytes, message).map_err(|_| FrameFault::Words)?;
    let length = bytes.len().saturating_sub(4);
    if length > MESSAGE_BYTES_MAX {
        return Err(FrameFault::TooLong(u64::try_from(length).unwrap_or(u64::MAX)));
    }
    let prefix = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    if let Some(place) = bytes.get_mut(..4) {
        place.copy_from_slice(&prefix);
    }
    to.write_all(&bytes).await?;
    Ok(to.flush().await?)
}

/// Reads one message. Not to be dropped half way: the rest of the stream would be misread.
///
/// # Errors
/// Each variant of [`FrameFault`] as it says.
pub async fn receive<T: DeserializeOwned>(
    from: &mut (impl AsyncRead + Unpin),
) -> Result<T, FrameFault> {
    let length = from.read_u32().await?;
    let fits = usize::try_from(length).ok().filter(|length| *length <= MESSAGE_BYTES_MAX);
    let Some(length) = fits else { return Err(FrameFault::TooLong(u64::from(length))) };
    let mut bytes = Zeroizing::new(vec![0; length]);
    from.read_exact(&mut bytes).await?;
    serde_json::from_slice(&bytes).map_err(|_| FrameFault::Words)
}

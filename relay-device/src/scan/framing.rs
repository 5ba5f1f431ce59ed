//! Whole readings out of a stream of bytes: what begins one, what ends it, how long it may be.
//!
//! Owns the machine; it has no clock: its caller says when the line fell silent. A reading that was
//! cut off is refused by name, never joined to the next one. Next: [`super::kind`].

use super::kind::Refusal;
use zeroize::Zeroizing;

/// The longest reading in bytes: no QR code holds more (ISO/IEC 18004, version 40, alphanumeric).
pub const READING_BYTES_MAX: usize = 4296;
/// The longest silence that ends a reading, in milliseconds: a person may scan again after it.
pub const IDLE_MS_MAX: u64 = 1000;
/// What follows a carriage return of scanners that send both.
const LINE_FEED: u8 = b'\n';

/// How a scanner marks its readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framing {
    /// What begins each reading; empty, nothing does.
    pub prefix: Vec<u8>,
    /// What ends each reading; empty, silence does.
    pub suffix: Vec<u8>,
    /// How long the line is silent after a reading, in milliseconds.
    pub idle_ms: u64,
    /// The longest reading, in bytes.
    pub bytes_max: usize,
}

/// A reading, without what marks it.
pub type Frame = Result<Zeroizing<Vec<u8>>, Refusal>;

/// Readings that are being put together.
#[derive(Debug)]
pub struct Frames {
    framing: Framing,
    bytes: Zeroizing<Vec<u8>>,
    overrun: Overrun,
}

/// Whether the present reading was too long already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Overrun {
    No,
    Yes,
}

impl Frames {
    /// Begins with nothing.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        Self { framing, bytes: Zeroizing::default(), overrun: Overrun::No }
    }

    /// Takes bytes as they come; returns the readings that they complete.
    #[must_use]
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Frame> {
        let mut frames = Vec::new();
        for byte in bytes {
            // The second half of the last reading's end.
            if *byte == LINE_FEED && self.bytes.is_empty() && self.framing.suffix == b"\r" {
                continue;
            }
            self.bytes.push(*byte);
            if !self.framing.suffix.is_empty() && self.bytes.ends_with(&self.framing.suffix) {
                let end = self.bytes.len().saturating_sub(self.framing.suffix.len());
                self.bytes.truncate(end);
                frames.push(self.finish());
            } else if self.bytes.len() > self.limit() {
                self.overrun = Overrun::Yes;
                // Enough is kept to see the end of the reading.
                let kept = self.bytes.len().saturating_sub(self.framing.suffix.len());
                self.bytes.drain(..kept);
            }
        }
        frames
    }

    /// Says that the line was silent for as long as the settings say.
    #[must_use]
    pub fn idle(&mut self) -> Option<Frame> {
        let begun = !self.bytes.is_empty() || self.overrun == Overrun::Yes;
        if !begun {
            return None;
        }
        let frame = self.finish();
        if self.framing.suffix.is_empty() { Some(frame) } else { Some(Err(Refusal::CutOff)) }
    }

    /// Tells whether a reading has begun, so that silence means something.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.bytes.is_empty() || self.overrun == Overrun::Yes
    }

    fn limit(&self) -> usize {
        let marks = self.framing.prefix.len().saturating_add(self.framing.suffix.len());
        self.framing.bytes_max.saturating_add(marks)
    }

    fn finish(&mut self) -> Frame {
        let bytes = std::mem::take(&mut self.bytes);
        let overrun = std::mem::replace(&mut self.overrun, Overrun::No);
        let bytes_max = self.framing.bytes_max;
        let body = bytes.strip_prefix(self.framing.prefix.as_slice());
        match (overrun, body) {
            (Overrun::Yes, _) => Err(Refusal::TooLong { bytes_max }),
            (Overrun::No, None) => Err(Refusal::PrefixMissing),
            (Overrun::No, Some(body)) if body.len() > bytes_max => {
                Err(Refusal::TooLong { bytes_max })
            }
            (Overrun::No, Some(body)) => Ok(Zeroizing::new(body.to_vec())),
        }
    }
}

#[cfg(test)]
mod tests;

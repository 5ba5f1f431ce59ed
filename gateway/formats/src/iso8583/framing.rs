//! Messages on a TCP stream: a length, perhaps an address of five bytes, then a message.
//!
//! Owns the buffer in which a stream becomes frames. Knows nothing of what a frame holds.
//! Next: [`super::message`].

/// The largest message, in bytes: ours stay under 1,400; the rest is room for other dialects.
pub const MESSAGE_BYTES_MAX: usize = 4096;
/// Bytes of an address in front of a message (TPDU).
pub const TPDU_BYTES: usize = 5;

/// How messages are told apart on a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framing {
    /// How the length is sent.
    pub length: LengthForm,
    /// What the length counts.
    pub counts: FrameCounts,
    /// Whether an address stands in front of each message.
    pub address: Address,
}

/// How the length of a frame is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthForm {
    /// Two bytes, big-endian.
    Binary2,
    /// Four bytes, big-endian.
    Binary4,
    /// Four ASCII digits.
    Ascii4,
    /// Two bytes of packed digits.
    Bcd2,
}

/// What the length of a frame counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameCounts {
    /// What follows the length.
    Rest,
    /// The length as well.
    Whole,
}

/// The address in front of a message: a kind, a destination and a source (ISO 7814 calls it TPDU).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// There is none.
    Absent,
    /// These bytes are sent; an answer has the two addresses exchanged.
    Tpdu([u8; TPDU_BYTES]),
}

impl Framing {
    /// A two-byte big-endian length and the message.
    pub const PLAIN: Self =
        Self { length: LengthForm::Binary2, counts: FrameCounts::Rest, address: Address::Absent };
}

impl Default for Framing {
    fn default() -> Self {
        Self::PLAIN
    }
}

/// Why a stream cannot be cut into frames any more; the connection is of no further use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    /// The length leaves no room for a message.
    #[error("a frame of zero bytes")]
    Empty,
    /// The length is over [`MESSAGE_BYTES_MAX`].
    #[error("a frame of {bytes} bytes is over the limit")]
    TooLarge {
        /// How many bytes it announced.
        bytes: usize,
    },
    /// The length is not written in digits.
    #[error("the length of a frame is not in digits")]
    LengthInvalid,
}

/// Appends one framed message to a buffer that is to be written, with a two-byte length.
///
/// # Errors
/// [`FrameFault`] when the message has no bytes or too many; the buffer is unchanged then.
pub fn frame_into(out: &mut Vec<u8>, message: &[u8]) -> Result<(), FrameFault> {
    Framing::PLAIN.frame_into(out, message)
}

impl Framing {
    /// Appends one framed message to a buffer that is to be written.
    ///
    /// # Errors
    /// [`FrameFault`] when the message has no bytes or too many; the buffer is unchanged then.
    pub fn frame_into(&self, out: &mut Vec<u8>, message: &[u8]) -> Result<(), FrameFault> {
        let address: &[u8] = match &self.address {
            Address::Absent => &[],
            Address::Tpdu(bytes) => bytes,
        };
        let bytes = check(message.len())?.saturating_add(address.len());
        let said = match self.counts {
            FrameCounts::Rest => bytes,
            FrameCounts::Whole => bytes.saturating_add(self.length.bytes()),
        };
        self.length.write(said, out)?;
        out.extend_from_slice(address);
        out.extend_from_slice(message);
        Ok(())
    }

    /// The same with the address of an answer to a frame that came with this one.
    #[must_use]
    pub const fn answering(self, came: [u8; TPDU_BYTES]) -> Self {
        let [kind, to_high, to_low, from_high, from_low] = came;
        let address = match self.address {
            Address::Absent => Address::Absent,
            Address::Tpdu(_) => Address::Tpdu([kind, from_high, from_low, to_high, to_low]),
        };
        Self { address, ..self }
    }

    const fn address_bytes(self) -> usize {
        match self.address {
            Address::Absent => 0,
            Address::Tpdu(_) => TPDU_BYTES,
        }
    }
}

impl LengthForm {
    const fn bytes(self) -> usize {
        match self {
            Self::Binary2 | Self::Bcd2 => 2,
            Self::Binary4 | Self::Ascii4 => 4,
        }
    }

    fn write(self, said: usize, out: &mut Vec<u8>) -> Result<(), FrameFault> {
        let short = u16::try_from(said).map_err(|_| FrameFault::TooLarge { bytes: said })?;
        let digits = [short / 1000, short / 100 % 10, short / 10 % 10, short % 10];
        let digits = digits.map(|digit| u8::try_from(digit).unwrap_or(u8::MAX));
        let [a, b, c, d] = digits;
        match self {
            Self::Binary2 => out.extend_from_slice(&short.to_be_bytes()),
            Self::Binary4 => out.extend_from_slice(&u32::from(short).to_be_bytes()),
            Self::Ascii4 => out.extend(digits.map(|digit| b'0'.saturating_add(digit))),
            Self::Bcd2 => out.extend([a << 4 | b, c << 4 | d]),
        }
        Ok(())
    }

    fn read(self, sent: &[u8]) -> Result<usize, FrameFault> {
        let decimal = |sum: usize, digit: u8| {
            let digit = (digit < 10).then_some(usize::from(digit)).ok_or(FrameFault::LengthInvalid);
            digit.map(|digit| sum * 10 + digit)
        };
        match self {
            Self::Binary2 | Self::Binary4 => {
                Ok(sent.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
            }
            Self::Ascii4 => {
                sent.iter().try_fold(0, |sum, byte| decimal(sum, byte.wrapping_sub(b'0')))
            }
            Self::Bcd2 => {
                let digits = sent.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                digits.into_iter().try_fold(0, decimal)
            }
        }
    }
}

/// One frame of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'f> {
    /// The address in front of the message, if the framing has one.
    pub tpdu: Option<[u8; TPDU_BYTES]>,
    /// The message.
    pub message: &'f [u8],
}

/// Cuts what arrives on a stream into frames.
#[derive(Debug, Default)]
pub struct Frames {
    framing: Framing,
    buffer: Vec<u8>,
    start: usize,
}

impl Frames {
    /// Cuts frames of this kind.
    #[must_use]
    pub const fn new(framing: Framing) -> Self {
        Self { framing, buffer: Vec::new(), start: 0 }
    }

    /// Takes bytes as they arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start.min(self.buffer.len()));
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Returns the message of the next whole frame, or nothing when more bytes are needed.
    ///
    /// # Errors
    /// [`FrameFault`]: close the connection.
    /// **Order** call it after each [`Frames::push`] until it returns nothing.
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, FrameFault> {
        Ok(self.next_whole()?.map(|frame| frame.message))
    }

    /// The same with the address.
    ///
    /// # Errors
    /// As [`Frames::next_frame`].
    pub fn next_whole(&mut self) -> Result<Option<Frame<'_>>, FrameFault> {
        let form = self.framing.length;
        let body_start = self.start.saturating_add(form.bytes());
        let Some(said) = self.buffer.get(self.start..body_start) else {
            return Ok(None);
        };
        let said = form.read(said)?;
        let rest = match self.framing.counts {
            FrameCounts::Rest => said,
            FrameCounts::Whole => said.saturating_sub(form.bytes()),
        };
        let address_end = body_start.saturating_add(self.framing.address_bytes());
        let message = check(rest.saturating_sub(self.framing.address_bytes()))?;
        let body_end = address_end.saturating_add(message);
        let Some(message) = self.buffer.get(address_end..body_end) else {
            return Ok(None);
        };
        let tpdu = self.buffer.get(body_start..address_end).and_then(|tpdu| tpdu.try_into().ok());
        self.start = body_end;
        Ok(Some(Frame { tpdu, message }))
    }

    /// Returns what has arrived and is no whole frame yet.
    #[must_use]
    pub fn left(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }
}

const fn check(bytes: usize) -> Result<usize, FrameFault> {
    match bytes {
        0 => Err(FrameFault::Empty),
        1..=MESSAGE_BYTES_MAX => Ok(bytes),
        _ => Err(FrameFault::TooLarge { bytes }),
    }
}

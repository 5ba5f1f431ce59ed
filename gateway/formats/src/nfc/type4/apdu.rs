//! Commands and responses with short lengths (ISO/IEC 7816-4), and the five that a tag needs.
//!
//! Owns their bytes. A response prints without its data: cards answer with member ids. Next:
//! [`super::capability`].

use super::fault::ApduFault;
use std::fmt;

/// The name of the NDEF application (Type 4 Tag 2.0, section 5.5.2).
pub const NDEF_APPLICATION: [u8; 7] = [0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01];
/// The capability file's id (Type 4 Tag 2.0, section 5.5.3).
pub const CAPABILITY_FILE: u16 = 0xE103;
/// The most data of a command in bytes: its length has one byte.
pub const DATA_BYTES_MAX: usize = 255;
/// The largest answer that can be asked for, in bytes: written as zero.
pub const ANSWER_BYTES_MAX: u16 = 256;

/// Interindustry class without secure messaging or chaining.
const CLASS: u8 = 0x00;
const SELECT: u8 = 0xA4;
const READ_BINARY: u8 = 0xB0;
const UPDATE_BINARY: u8 = 0xD6;
/// Select by the application's name.
const BY_NAME: u8 = 0x04;
/// Select the first one, with its description.
const FIRST: u8 = 0x00;
/// Select the first one, without a description.
const FIRST_SILENT: u8 = 0x0C;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The class byte.
    pub class: u8,
    /// The instruction byte.
    pub instruction: u8,
    /// Both parameter bytes.
    pub parameters: [u8; 2],
    /// The data; at most 255 bytes.
    pub data: Vec<u8>,
    /// The most bytes that the answer may have, 1 to 256; nothing when no data is asked for.
    pub answer_bytes: Option<u16>,
}

impl Command {
    /// Selects an application by its name.
    #[must_use]
    pub fn select_application(name: &[u8]) -> Self {
        let answer_bytes = Some(ANSWER_BYTES_MAX);
        Self { data: name.to_vec(), answer_bytes, ..Self::of(SELECT, [BY_NAME, FIRST]) }
    }

    /// Selects a file of the application by its id.
    #[must_use]
    pub fn select_file(id: u16) -> Self {
        let data = id.to_be_bytes().to_vec();
        Self { data, ..Self::of(SELECT, [0, FIRST_SILENT]) }
    }

    /// Reads bytes of the selected file.
    #[must_use]
    pub fn read_binary(offset: u16, answer_bytes: u16) -> Self {
        let answer_bytes = Some(answer_bytes);
        Self { answer_bytes, ..Self::of(READ_BINARY, offset.to_be_bytes()) }
    }

    /// Writes bytes of the selected file.
    #[must_use]
    pub fn update_binary(offset: u16, data: &[u8]) -> Self {
        Self { data: data.to_vec(), ..Self::of(UPDATE_BINARY, offset.to_be_bytes()) }
    }

    /// Reads a command.
    ///
    /// # Errors
    /// `Cut` and `LengthWrong` of [`ApduFault`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ApduFault> {
        let header = bytes.split_first_chunk::<4>();
        let (header, body) = header.ok_or(ApduFault::Cut { bytes: bytes.len() })?;
        let [class, instruction, first, second] = *header;
        let (data, answer) = match body.split_first() {
            None => (&[][..], None),
            Some((answer, [])) => (&[][..], Some(*answer)),
            Some((0, _)) => return Err(ApduFault::LengthWrong),
            Some((length, rest)) => {
                let parts = rest.split_at_checked(usize::from(*length));
                match parts.ok_or(ApduFault::LengthWrong)? {
                    (data, []) => (data, None),
                    (data, [answer]) => (data, Some(*answer)),
                    (_, _) => return Err(ApduFault::LengthWrong),
                }
            }
        };
        let answer = answer.map(|bytes| if bytes == 0 { ANSWER_BYTES_MAX } else { bytes.into() });
        let parameters = [first, second];
        Ok(Self { class, instruction, parameters, data: data.to_vec(), answer_bytes: answer })
    }

    /// Writes the command.
    ///
    /// # Errors
    /// `DataTooLong` and `AnswerInvalid` of [`ApduFault`].
    pub fn build(&self) -> Result<Vec<u8>, ApduFault> {
        let [first, second] = self.parameters;
        let mut bytes = vec![self.class, self.instruction, first, second];
        if !self.data.is_empty() {
            let too_long = ApduFault::DataTooLong { bytes: self.data.len() };
            bytes.push(u8::try_from(self.data.len()).map_err(|_| too_long)?);
            bytes.extend_from_slice(&self.data);
        }
        match self.answer_bytes {
            None => {}
            Some(ANSWER_BYTES_MAX) => bytes.push(0),
            Some(0) => return Err(ApduFault::AnswerInvalid { bytes: 0 }),
            Some(asked) => {
                let invalid = ApduFault::AnswerInvalid { bytes: asked };
                bytes.push(u8::try_from(asked).map_err(|_| invalid)?);
            }
        }
        Ok(bytes)
    }

    const fn of(instruction: u8, parameters: [u8; 2]) -> Self {
        let data = Vec::new();
        Self { class: CLASS, instruction, parameters, data, answer_bytes: None }
    }
}

/// The two status bytes of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u16);

impl Status {
    /// Done.
    pub const SUCCESS: Self = Self(0x9000);
    /// No such file or application.
    pub const NOT_FOUND: Self = Self(0x6A82);
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}", self.0)
    }
}

/// A response. Prints its status and the number of its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The data.
    pub data: Vec<u8>,
    /// How it went.
    pub status: Status,
}

impl Response {
    /// Makes a response without data.
    #[must_use]
    pub const fn bare(status: Status) -> Self {
        Self { data: Vec::new(), status }
    }

    /// Makes a response of success.
    #[must_use]
    pub fn of(data: &[u8]) -> Self {
        Self { data: data.to_vec(), status: Status::SUCCESS }
    }

    /// Reads a response.
    ///
    /// # Errors
    /// `Cut` and `DataTooLong` of [`ApduFault`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ApduFault> {
        let parts = bytes.split_last_chunk::<2>();
        let (data, status) = parts.ok_or(ApduFault::Cut { bytes: bytes.len() })?;
        if data.len() > usize::from(ANSWER_BYTES_MAX) {
            return Err(ApduFault::DataTooLong { bytes: data.len() });
        }
        Ok(Self { data: data.to_vec(), status: Status(u16::from_be_bytes(*status)) })
    }

    /// Writes the response.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        [self.data.as_slice(), &self.status.0.to_be_bytes()].concat()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({} bytes, {})", self.data.len(), self.status)
    }
}

//! What chip it is: maker, kind, and the serial number, in three answers.
//!
//! Owns `GetVersion` (NT4H2421Gx, 10.5.2). A tag with random serial numbers on answers with zeros.
//! Next: [`super::authenticate`].

use super::command::{self, MORE, OK};
use super::fault::{DnaFault, Stage};
use crate::nfc::sun::TagUid;
use crate::nfc::type4::{Command, Response};

/// NXP, as first byte of both version answers.
const MAKER: u8 = 0x04;
/// NTAG, as second byte of both version answers.
const KIND: u8 = 0x04;
/// Major version of the hardware of NTAG 424 DNA.
const HARDWARE_MAJOR: u8 = 0x30;
/// Bytes of the first two answers.
const PART_BYTES: usize = 7;

/// What the chip says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// Maker, kind, sub-kind, major, minor, size and protocol of the hardware.
    pub hardware: [u8; PART_BYTES],
    /// Its serial number; zeros when it shows a random one.
    pub uid: TagUid,
}

impl Version {
    /// Tells whether it is an NTAG 424 DNA.
    #[must_use]
    pub const fn is_ntag424(&self) -> bool {
        let [maker, kind, _, major, ..] = self.hardware;
        maker == MAKER && kind == KIND && major == HARDWARE_MAJOR
    }
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionStep {
    /// Carry this command to the tag.
    Send(Command),
    /// The answer.
    Done(Version),
}

/// Asks for the version.
#[derive(Debug)]
pub struct VersionReader(State);

#[derive(Debug)]
enum State {
    Hardware,
    Software([u8; PART_BYTES]),
    Serial([u8; PART_BYTES]),
    Finished,
}

impl VersionReader {
    /// Begins; the command is the first one to carry to the tag.
    #[must_use]
    pub fn start() -> (Self, Command) {
        (Self(State::Hardware), command::get_version())
    }

    /// Takes the answer to the last command.
    ///
    /// # Errors
    /// `Refused`, `AnswerInvalid` and `Finished` of [`DnaFault`].
    pub fn step(&mut self, response: &Response) -> Result<VersionStep, DnaFault> {
        let stage = Stage::Version;
        let bytes = response.data.len();
        let invalid = DnaFault::AnswerInvalid { stage, bytes };
        let state = std::mem::replace(&mut self.0, State::Finished);
        let (next, status) = match state {
            State::Hardware => {
                let part = response.data.as_slice().try_into();
                (part.map(State::Software).map_err(|_| invalid), MORE)
            }
            State::Software(hardware) => (Ok(State::Serial(hardware)), MORE),
            State::Serial(hardware) => {
                command::expect(stage, response, OK)?;
                let uid = response.data.first_chunk().ok_or(invalid)?;
                return Ok(VersionStep::Done(Version { hardware, uid: TagUid(*uid) }));
            }
            State::Finished => return Err(DnaFault::Finished),
        };
        command::expect(stage, response, status)?;
        self.0 = next?;
        Ok(VersionStep::Send(command::more(&[])))
    }
}

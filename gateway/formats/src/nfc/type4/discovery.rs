//! The way to the message file, the same for reading and writing.
//!
//! Owns the first four commands of NDEF detection (Type 4 Tag 2.0, section 5.4). Next:
//! [`super::reader`] and [`super::writer`], which go on from here.

use super::apdu::{CAPABILITY_FILE, Command, NDEF_APPLICATION, Response, Status};
use super::capability::{CAPABILITY_BYTES, CapabilityFile};
use super::fault::{Stage, Type4Fault};

/// The machine up to the selected message file.
#[derive(Debug)]
pub(super) enum Discovery {
    Application,
    CapabilityFile,
    Capability,
    MessageFile(CapabilityFile),
}

/// What came of one response.
pub(super) enum Found {
    /// Go on with this command.
    Send(Command),
    /// The message file is selected.
    Open(CapabilityFile),
}

impl Discovery {
    pub(super) fn start() -> (Self, Command) {
        (Self::Application, Command::select_application(&NDEF_APPLICATION))
    }

    pub(super) fn step(&mut self, response: &Response) -> Result<Found, Type4Fault> {
        let (next, command) = match self {
            Self::Application => {
                succeeded(response, Stage::Application)?;
                (Self::CapabilityFile, Command::select_file(CAPABILITY_FILE))
            }
            Self::CapabilityFile => {
                succeeded(response, Stage::CapabilityFile)?;
                (Self::Capability, Command::read_binary(0, CAPABILITY_BYTES))
            }
            Self::Capability => {
                let file = CapabilityFile::parse(exactly(response, Stage::Capability)?)?;
                (Self::MessageFile(file), Command::select_file(file.file))
            }
            Self::MessageFile(file) => {
                succeeded(response, Stage::MessageFile)?;
                return Ok(Found::Open(*file));
            }
        };
        *self = next;
        Ok(Found::Send(command))
    }
}

pub(super) fn succeeded(response: &Response, stage: Stage) -> Result<(), Type4Fault> {
    if response.status == Status::SUCCESS {
        return Ok(());
    }
    Err(Type4Fault::Refused { stage, status: response.status })
}

pub(super) fn exactly<const N: usize>(
    response: &Response,
    stage: Stage,
) -> Result<&[u8; N], Type4Fault> {
    succeeded(response, stage)?;
    let invalid = Type4Fault::AnswerInvalid { stage, bytes: response.data.len() };
    response.data.as_slice().try_into().map_err(|_| invalid)
}

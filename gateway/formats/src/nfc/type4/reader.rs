//! The machine that reads a message: each response brings the next command, or the message.
//!
//! Owns the order of reads (Type 4 Tag 2.0, section 5.4.4). May not do IO. Next: [`super::writer`].

use super::apdu::{ANSWER_BYTES_MAX, Command, Response};
use super::capability::{CapabilityFile, FileAccess};
use super::discovery::{Discovery, Found, exactly, succeeded};
use super::fault::{Stage, Type4Fault};

/// Where the message begins in its file: after its length.
pub(super) const MESSAGE_START: u16 = 2;
/// The last place that a read or write can begin at: the offset has fifteen bits.
pub(super) const OFFSET_MAX: u16 = 0x7FFF;

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadStep {
    /// Carry this command to the tag.
    Send(Command),
    /// The message; of no bytes when the tag is empty.
    Done(Vec<u8>),
}

/// Reads the message of a Type 4 tag.
#[derive(Debug)]
pub struct Type4Reader(State);

#[derive(Debug)]
enum State {
    Discovery(Discovery),
    Length(CapabilityFile),
    Message { file: CapabilityFile, length: u16, message: Vec<u8> },
    Finished,
}

impl Type4Reader {
    /// Begins; the command is the first one to carry to the tag.
    #[must_use]
    pub fn start() -> (Self, Command) {
        let (discovery, command) = Discovery::start();
        (Self(State::Discovery(discovery)), command)
    }

    /// Takes the response to the last command.
    ///
    /// # Errors
    /// [`Type4Fault`]; the machine is at its end then.
    /// **Order** one response for each command.
    pub fn step(&mut self, response: &Response) -> Result<ReadStep, Type4Fault> {
        match std::mem::replace(&mut self.0, State::Finished) {
            State::Discovery(discovery) => self.discover(discovery, response),
            State::Length(file) => self.length(file, response),
            State::Message { file, length, mut message } => {
                take_part(&mut message, response, length, &file)?;
                self.more(file, length, message)
            }
            State::Finished => Err(Type4Fault::Finished),
        }
    }

    fn discover(
        &mut self,
        mut discovery: Discovery,
        response: &Response,
    ) -> Result<ReadStep, Type4Fault> {
        match discovery.step(response)? {
            Found::Send(command) => {
                self.0 = State::Discovery(discovery);
                Ok(ReadStep::Send(command))
            }
            Found::Open(file) if file.read != FileAccess::Free => Err(Type4Fault::ReadProtected),
            Found::Open(file) => {
                self.0 = State::Length(file);
                Ok(ReadStep::Send(Command::read_binary(0, MESSAGE_START)))
            }
        }
    }

    fn length(
        &mut self,
        file: CapabilityFile,
        response: &Response,
    ) -> Result<ReadStep, Type4Fault> {
        let length = u16::from_be_bytes(*exactly(response, Stage::Length)?);
        if usize::from(length) > file.room() {
            return Err(Type4Fault::MessageTooLarge { bytes: length.into(), room: file.room() });
        }
        self.more(file, length, Vec::new())
    }

    fn more(
        &mut self,
        file: CapabilityFile,
        length: u16,
        message: Vec<u8>,
    ) -> Result<ReadStep, Type4Fault> {
        let too_large = Type4Fault::MessageTooLarge { bytes: length.into(), room: file.room() };
        let have = u16::try_from(message.len()).map_err(|_| too_large)?;
        let offset = MESSAGE_START.saturating_add(have);
        let asked = part_bytes(length.saturating_sub(have), &file);
        if asked == 0 {
            return Ok(ReadStep::Done(message));
        }
        if offset > OFFSET_MAX {
            return Err(too_large);
        }
        self.0 = State::Message { file, length, message };
        Ok(ReadStep::Send(Command::read_binary(offset, asked)))
    }
}

fn part_bytes(left: u16, file: &CapabilityFile) -> u16 {
    left.min(file.answer_bytes_max).min(ANSWER_BYTES_MAX)
}

fn take_part(
    message: &mut Vec<u8>,
    response: &Response,
    length: u16,
    file: &CapabilityFile,
) -> Result<(), Type4Fault> {
    succeeded(response, Stage::Message)?;
    let left = u16::try_from(usize::from(length).saturating_sub(message.len()));
    let asked = part_bytes(left.unwrap_or(u16::MAX), file);
    let bytes = response.data.len();
    if bytes == 0 || bytes > usize::from(asked) {
        return Err(Type4Fault::AnswerInvalid { stage: Stage::Message, bytes });
    }
    message.extend_from_slice(&response.data);
    Ok(())
}

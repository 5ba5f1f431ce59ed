//! The machine that writes a message: length zero first, then the bytes, the length last.
//!
//! Owns that order (Type 4 Tag 2.0, section 5.4.5): a tag pulled away halfway is empty, and never
//! wrong. May not do IO. Next: [`super::super::sun`].

use super::apdu::{Command, DATA_BYTES_MAX, Response};
use super::capability::{CapabilityFile, FileAccess};
use super::discovery::{Discovery, Found, succeeded};
use super::fault::{Stage, Type4Fault};
use super::reader::{MESSAGE_START, OFFSET_MAX};

/// The length of an empty message; a tag that cannot take it in one command is not written.
const LENGTH_FIELD: [u8; 2] = [0, 0];

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteStep {
    /// Carry this command to the tag.
    Send(Command),
    /// The message is on the tag.
    Done,
}

/// Writes a message onto a Type 4 tag.
#[derive(Debug)]
pub struct Type4Writer {
    message: Vec<u8>,
    state: State,
}

#[derive(Debug)]
enum State {
    Discovery(Discovery),
    Message { file: CapabilityFile, sent: usize },
    Length,
    Finished,
}

impl Type4Writer {
    /// Begins; the command is the first one to carry to the tag.
    #[must_use]
    pub fn start(message: Vec<u8>) -> (Self, Command) {
        let (discovery, command) = Discovery::start();
        (Self { message, state: State::Discovery(discovery) }, command)
    }

    /// Takes the response to the last command.
    ///
    /// # Errors
    /// [`Type4Fault`]; the machine is at its end then. Nothing was written when it comes before the
    /// first write: `WriteProtected` and `MessageTooLarge` do.
    /// **Order** one response for each command.
    pub fn step(&mut self, response: &Response) -> Result<WriteStep, Type4Fault> {
        match std::mem::replace(&mut self.state, State::Finished) {
            State::Discovery(discovery) => self.discover(discovery, response),
            State::Message { file, sent } => {
                succeeded(response, Stage::Message)?;
                self.more(file, sent)
            }
            State::Length => {
                succeeded(response, Stage::Length)?;
                Ok(WriteStep::Done)
            }
            State::Finished => Err(Type4Fault::Finished),
        }
    }

    fn discover(
        &mut self,
        mut discovery: Discovery,
        response: &Response,
    ) -> Result<WriteStep, Type4Fault> {
        match discovery.step(response)? {
            Found::Send(command) => {
                self.state = State::Discovery(discovery);
                Ok(WriteStep::Send(command))
            }
            Found::Open(file) => {
                self.check(&file)?;
                self.state = State::Message { file, sent: 0 };
                Ok(WriteStep::Send(Command::update_binary(0, &LENGTH_FIELD)))
            }
        }
    }

    fn check(&self, file: &CapabilityFile) -> Result<(), Type4Fault> {
        if file.write != FileAccess::Free {
            return Err(Type4Fault::WriteProtected);
        }
        if usize::from(file.data_bytes_max) < LENGTH_FIELD.len() {
            return Err(Type4Fault::CapabilityInvalid);
        }
        let reachable = usize::from(OFFSET_MAX.saturating_sub(MESSAGE_START));
        let room = file.room().min(reachable);
        if self.message.len() > room {
            return Err(Type4Fault::MessageTooLarge { bytes: self.message.len(), room });
        }
        Ok(())
    }

    fn more(&mut self, file: CapabilityFile, sent: usize) -> Result<WriteStep, Type4Fault> {
        let bytes = self.message.len();
        let too_large = Type4Fault::MessageTooLarge { bytes, room: file.room() };
        let left = self.message.get(sent..).unwrap_or_default();
        let most = usize::from(file.data_bytes_max).min(DATA_BYTES_MAX);
        let part = left.get(..most).unwrap_or(left);
        if part.is_empty() {
            let length = u16::try_from(bytes).map_err(|_| too_large)?;
            self.state = State::Length;
            return Ok(WriteStep::Send(Command::update_binary(0, &length.to_be_bytes())));
        }
        let offset = u16::try_from(sent).map_err(|_| too_large)?.saturating_add(MESSAGE_START);
        let command = Command::update_binary(offset, part);
        self.state = State::Message { file, sent: sent.saturating_add(part.len()) };
        Ok(WriteStep::Send(command))
    }
}

//! Type 4 tags: the machines of `baton-formats`, driven over a card.
//!
//! Owns in which state a failed write leaves the tag. Next: [`super::message`].

use super::card::{Card, send};
use super::fault::{Left, TagFailure, TagFault};
use baton_formats::nfc::type4::{ReadStep, Stage, Type4Fault, Type4Reader, Type4Writer, WriteStep};

/// The instruction that writes (ISO/IEC 7816-4, 11.3.4).
const UPDATE_BINARY: u8 = 0xD6;

/// Reads the message of the tag; of no bytes when it is empty.
///
/// # Errors
/// `Card` and `Type4` of [`TagFault`].
pub fn read(card: &mut dyn Card) -> Result<Vec<u8>, TagFault> {
    let (mut reader, mut command) = Type4Reader::start();
    loop {
        let response = send(card, &command)?;
        match reader.step(&response)? {
            ReadStep::Send(next) => command = next,
            ReadStep::Done(message) => return Ok(message),
        }
    }
}

/// Writes a message: declared empty first, its length last.
///
/// # Errors
/// [`TagFailure`] with the state of the tag.
pub fn write(card: &mut dyn Card, message: Vec<u8>) -> Result<(), TagFailure> {
    let (mut writer, mut command) = Type4Writer::start(message);
    let mut writes = 0_usize;
    loop {
        if command.instruction == UPDATE_BINARY {
            writes = writes.saturating_add(1);
        }
        let left = if writes == 0 { Left::AsItWas } else { Left::PerhapsEmpty };
        let response =
            send(card, &command).map_err(|fault| TagFault::from(fault).leaving(left.clone()))?;
        match writer.step(&response) {
            Ok(WriteStep::Send(next)) => command = next,
            Ok(WriteStep::Done) => return Ok(()),
            Err(fault) => {
                let refused_first = writes == 1 && refused(&fault);
                let left = if refused_first { Left::AsItWas } else { left };
                return Err(TagFault::from(fault).leaving(left));
            }
        }
    }
}

/// The tag answered no: what it refused it did not do.
const fn refused(fault: &Type4Fault) -> bool {
    matches!(fault, Type4Fault::Refused { stage: Stage::Message | Stage::Length, .. })
}

//! The chip's own commands, wrapped as ISO/IEC 7816-4 has it.
//!
//! Owns their instruction bytes and the contents of a changed key (NT4H2421Gx, 10.2 to 10.8). May
//! not seal them: [`super::session`] does. Nothing comes after this.

use super::fault::{DnaFault, Stage};
use super::keys::{FACTORY_KEY, KeySlot};
use crate::nfc::sun::AesKey;
use crate::nfc::type4::apdu::ANSWER_BYTES_MAX;
use crate::nfc::type4::{Command, Response, Status};

/// Done.
pub const OK: Status = Status(0x9100);
/// Done so far; the answer goes on.
pub const MORE: Status = Status(0x91AF);
/// The file that holds the message.
pub const MESSAGE_FILE: u8 = 2;

/// Class of the chip's own commands.
const CLASS: u8 = 0x90;
pub(super) const AUTHENTICATE_FIRST: u8 = 0x71;
const CONTINUE: u8 = 0xAF;
const GET_VERSION: u8 = 0x60;
pub(super) const GET_KEY_VERSION: u8 = 0x64;
pub(super) const WRITE_DATA: u8 = 0x8D;
pub(super) const CHANGE_KEY: u8 = 0xC4;
pub(super) const CHANGE_SETTINGS: u8 = 0x5F;
pub(super) const GET_SETTINGS: u8 = 0xF5;

/// The polynomial of CRC-32 (IEEE 802.3), bits reversed.
const CRC: u32 = 0xEDB8_8320;

/// Asks what chip it is.
#[must_use]
pub fn get_version() -> Command {
    wrapped(GET_VERSION, &[])
}

/// Asks for the version of a key, outside of a session.
#[must_use]
pub fn get_key_version(slot: KeySlot) -> Command {
    wrapped(GET_KEY_VERSION, &[slot.number()])
}

/// Goes on with an exchange of several commands.
#[must_use]
pub fn more(data: &[u8]) -> Command {
    wrapped(CONTINUE, data)
}

/// Reads the answer to [`get_key_version`].
///
/// # Errors
/// `Refused` and `AnswerInvalid` of [`DnaFault`].
pub fn key_version(response: &Response) -> Result<u8, DnaFault> {
    let stage = Stage::KeyVersion;
    expect(stage, response, OK)?;
    match response.data.as_slice() {
        [version] => Ok(*version),
        other => Err(DnaFault::AnswerInvalid { stage, bytes: other.len() }),
    }
}

pub(super) fn wrapped(instruction: u8, data: &[u8]) -> Command {
    Command {
        class: CLASS,
        instruction,
        parameters: [0, 0],
        data: data.to_vec(),
        answer_bytes: Some(ANSWER_BYTES_MAX),
    }
}

pub(super) fn expect(stage: Stage, response: &Response, status: Status) -> Result<(), DnaFault> {
    if response.status == status {
        return Ok(());
    }
    Err(DnaFault::Refused { stage, status: response.status })
}

/// What [`CHANGE_KEY`] carries: the master key as it is; another one hidden by the old one, with a
/// check value by which the tag sees that the old one was known.
pub(super) fn changed_key(slot: KeySlot, old: &AesKey, new: &AesKey, version: u8) -> Vec<u8> {
    let fresh = new.reveal();
    if slot == KeySlot::Master {
        return [fresh.as_slice(), &[version]].concat();
    }
    let hidden = fresh.iter().zip(old.reveal()).map(|(new, old)| new ^ old);
    let check = checked(fresh).to_le_bytes();
    hidden.chain([version]).chain(check).collect()
}

/// The key of every slot of a new tag.
#[must_use]
pub fn factory_key() -> AesKey {
    AesKey::new(FACTORY_KEY)
}

/// CRC-32 without its last inversion, which the chip leaves out.
fn checked(bytes: &[u8]) -> u32 {
    let step = |rest: u32| if rest & 1 == 1 { (rest >> 1) ^ CRC } else { rest >> 1 };
    bytes.iter().fold(u32::MAX, |rest, byte| {
        (0..u8::BITS).fold(rest ^ u32::from(*byte), |rest, _| step(rest))
    })
}

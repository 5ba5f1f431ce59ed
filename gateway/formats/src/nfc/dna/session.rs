//! Commands and answers under the keys of a session.
//!
//! Owns the three ways of speaking (NT4H2421Gx, 9.1.8 to 9.1.10): plain, with a MAC, and sealed
//! with a MAC, and the counter that all of them move. Next: [`super::template`].

use super::command::{
    self, CHANGE_KEY, CHANGE_SETTINGS, GET_KEY_VERSION, GET_SETTINGS, MESSAGE_FILE, OK, WRITE_DATA,
};
use super::fault::{DnaFault, Stage};
use super::keys::KeySlot;
use super::settings::FileSettings;
use crate::aes128::{BLOCK_BYTES, Block};
use crate::nfc::sun::AesKey;
use crate::nfc::type4::{Command, Response};
use std::fmt;
use subtle::ConstantTimeEq;

/// Bytes of a MAC on the wire: every second one of the sixteen.
const MAC_BYTES: usize = 8;
/// In front of a command's initial vector.
const COMMAND_VECTOR: [u8; 2] = [0xA5, 0x5A];
/// The first byte of the padding (ISO/IEC 9797-1, method 2).
const PADDING: u8 = 0x80;
/// The most bytes that one write carries, so that command and header stay under 255.
pub const WRITE_BYTES_MAX: usize = 128;

/// A session. Its keys print masked and are wiped when dropped.
pub struct SecureSession {
    slot: KeySlot,
    encryption: AesKey,
    mac: AesKey,
    transaction: [u8; 4],
    counter: u16,
}

impl fmt::Debug for SecureSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecureSession(key {}, command {})", self.slot.number(), self.counter)
    }
}

impl SecureSession {
    pub(super) const fn new(
        slot: KeySlot,
        encryption: AesKey,
        mac: AesKey,
        transaction: [u8; 4],
    ) -> Self {
        Self { slot, encryption, mac, transaction, counter: 0 }
    }

    /// Writes bytes of the message file, as they are.
    ///
    /// **Units** at most [`WRITE_BYTES_MAX`] bytes.
    #[must_use]
    pub fn write(&self, offset: u16, bytes: &[u8]) -> Command {
        let [low, high] = offset.to_le_bytes();
        let count = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        let [count_low, count_high] = count.to_le_bytes();
        let header = [MESSAGE_FILE, low, high, 0, count_low, count_high, 0];
        command::wrapped(WRITE_DATA, &[&header, bytes].concat())
    }

    /// Takes the answer to [`SecureSession::write`].
    ///
    /// # Errors
    /// `Refused` and `Finished` of [`DnaFault`].
    pub fn written(&mut self, response: &Response) -> Result<(), DnaFault> {
        command::expect(Stage::Write, response, OK)?;
        self.advance()
    }

    /// Asks for the version of a key.
    #[must_use]
    pub fn get_key_version(&self, slot: KeySlot) -> Command {
        self.proved(GET_KEY_VERSION, &[slot.number()], &[])
    }

    /// Takes the answer to [`SecureSession::get_key_version`].
    ///
    /// # Errors
    /// `Refused`, `MacWrong`, `AnswerInvalid` and `Finished` of [`DnaFault`].
    pub fn key_version(&mut self, response: &Response) -> Result<u8, DnaFault> {
        let stage = Stage::KeyVersion;
        match self.checked(stage, response)? {
            [version] => Ok(*version),
            other => Err(DnaFault::AnswerInvalid { stage, bytes: other.len() }),
        }
    }

    /// Asks for the settings of the message file.
    #[must_use]
    pub fn get_settings(&self) -> Command {
        self.proved(GET_SETTINGS, &[MESSAGE_FILE], &[])
    }

    /// Takes the answer to [`SecureSession::get_settings`].
    ///
    /// # Errors
    /// `Refused`, `MacWrong`, `AnswerInvalid` and `Finished` of [`DnaFault`].
    pub fn settings(&mut self, response: &Response) -> Result<FileSettings, DnaFault> {
        FileSettings::parse(self.checked(Stage::Settings, response)?)
    }

    /// Changes the settings of the message file.
    #[must_use]
    pub fn change_settings(&self, settings: &FileSettings) -> Command {
        self.sealed(CHANGE_SETTINGS, &[MESSAGE_FILE], &settings.to_bytes())
    }

    /// Takes the answer to [`SecureSession::change_settings`].
    ///
    /// # Errors
    /// `Refused`, `MacWrong` and `Finished` of [`DnaFault`].
    pub fn settings_changed(&mut self, response: &Response) -> Result<(), DnaFault> {
        self.checked(Stage::Settings, response).map(|_| ())
    }

    /// Changes a key.
    ///
    /// **Order** the session was begun with the master key.
    #[must_use]
    pub fn change_key(&self, slot: KeySlot, old: &AesKey, new: &AesKey, version: u8) -> Command {
        let data = zeroize::Zeroizing::new(command::changed_key(slot, old, new, version));
        self.sealed(CHANGE_KEY, &[slot.number()], &data)
    }

    /// Takes the answer to [`SecureSession::change_key`]. After the session's own key was changed
    /// the answer has no MAC and the session is at its end.
    ///
    /// # Errors
    /// `Refused` (status 911E: the old key is another), `MacWrong` and `Finished` of [`DnaFault`].
    pub fn key_changed(&mut self, slot: KeySlot, response: &Response) -> Result<(), DnaFault> {
        if slot == self.slot {
            return command::expect(Stage::Key, response, OK);
        }
        self.checked(Stage::Key, response).map(|_| ())
    }

    /// A command with a MAC over what is in the clear.
    fn proved(&self, instruction: u8, header: &[u8], data: &[u8]) -> Command {
        let mac = self.command_mac(instruction, &[header, data].concat());
        command::wrapped(instruction, &[header, data, &mac].concat())
    }

    /// A command whose data is sealed, with a MAC over that.
    pub(super) fn sealed(&self, instruction: u8, header: &[u8], data: &[u8]) -> Command {
        let sealed = self.encryption.encrypt_cbc(&self.start(), &padded(data));
        self.proved(instruction, header, &sealed)
    }

    /// The data of an answer whose MAC is right.
    fn checked<'r>(&mut self, stage: Stage, response: &'r Response) -> Result<&'r [u8], DnaFault> {
        command::expect(stage, response, OK)?;
        self.advance()?;
        let parts = response.data.split_last_chunk::<MAC_BYTES>();
        let invalid = DnaFault::AnswerInvalid { stage, bytes: response.data.len() };
        let (data, mac) = parts.ok_or(invalid)?;
        let [_, code] = response.status.0.to_be_bytes();
        let expected = self.mac_of(code, data);
        if bool::from(expected.ct_eq(mac)) { Ok(data) } else { Err(DnaFault::MacWrong { stage }) }
    }

    fn command_mac(&self, instruction: u8, body: &[u8]) -> [u8; MAC_BYTES] {
        self.mac_of(instruction, body)
    }

    /// Instruction or status, counter, transaction, then the body.
    fn mac_of(&self, first: u8, body: &[u8]) -> [u8; MAC_BYTES] {
        let counter = self.counter.to_le_bytes();
        let whole = self.mac.cmac(&[&[first], &counter[..], &self.transaction, body].concat());
        let [_, a, _, b, _, c, _, d, _, e, _, f, _, g, _, h] = whole;
        [a, b, c, d, e, f, g, h]
    }

    fn start(&self) -> Block {
        let mut bytes =
            COMMAND_VECTOR.into_iter().chain(self.transaction).chain(self.counter.to_le_bytes());
        self.encryption.encrypt(&std::array::from_fn(|_| bytes.next().unwrap_or_default()))
    }

    fn advance(&mut self) -> Result<(), DnaFault> {
        self.counter = self.counter.checked_add(1).ok_or(DnaFault::Finished)?;
        Ok(())
    }
}

/// Whole blocks, with padding always.
fn padded(data: &[u8]) -> zeroize::Zeroizing<Vec<u8>> {
    let whole = data.len().saturating_add(1).next_multiple_of(BLOCK_BYTES);
    let mut bytes = zeroize::Zeroizing::new(data.to_vec());
    bytes.push(PADDING);
    bytes.resize(whole, 0);
    bytes
}

//! The proof of a key to each other, and the keys of the session that comes of it.
//!
//! Owns `AuthenticateEV2First` (NT4H2421Gx, 9.1.5 to 9.1.7). The random bytes come from the caller.
//! Next: [`super::session`].

use super::command::{self, AUTHENTICATE_FIRST, MORE, OK};
use super::fault::{DnaFault, Stage};
use super::keys::KeySlot;
use super::session::SecureSession;
use crate::aes128::{BLOCK_BYTES, Block, xor};
use crate::nfc::sun::AesKey;
use crate::nfc::type4::{Command, Response};
use zeroize::Zeroizing;

/// Start of the chain during authentication.
const START: Block = [0; BLOCK_BYTES];
/// In front of the vector of the encryption key.
const ENCRYPTION_VECTOR: [u8; 6] = [0xA5, 0x5A, 0x00, 0x01, 0x00, 0x80];
/// In front of the vector of the MAC key.
const MAC_VECTOR: [u8; 6] = [0x5A, 0xA5, 0x00, 0x01, 0x00, 0x80];
/// No capabilities of the reader's side are announced.
const CAPABILITIES_NONE: u8 = 0;

/// What comes next.
#[derive(Debug)]
pub enum AuthenticateStep {
    /// Carry this command to the tag.
    Send(Command),
    /// Both have the key.
    Done(SecureSession),
}

/// Proves a key to the tag, and lets the tag prove it.
#[derive(Debug)]
pub struct Authentication {
    key: AesKey,
    slot: KeySlot,
    ours: Zeroizing<Block>,
    state: State,
}

#[derive(Debug)]
enum State {
    Challenge,
    Proof(Zeroizing<Block>),
    Finished,
}

impl Authentication {
    /// Begins with sixteen random bytes; the command is the first one to carry to the tag.
    #[must_use]
    pub fn start(slot: KeySlot, key: AesKey, random: [u8; 16]) -> (Self, Command) {
        let command = command::wrapped(AUTHENTICATE_FIRST, &[slot.number(), CAPABILITIES_NONE]);
        (Self { key, slot, ours: Zeroizing::new(random), state: State::Challenge }, command)
    }

    /// Takes the answer to the last command.
    ///
    /// # Errors
    /// `Refused` (status 91AE: another key), `AnswerInvalid`, `TagUnproved` and `Finished` of
    /// [`DnaFault`].
    pub fn step(&mut self, response: &Response) -> Result<AuthenticateStep, DnaFault> {
        match std::mem::replace(&mut self.state, State::Finished) {
            State::Challenge => self.challenged(response),
            State::Proof(theirs) => self.proved(&theirs, response),
            State::Finished => Err(DnaFault::Finished),
        }
    }

    fn challenged(&mut self, response: &Response) -> Result<AuthenticateStep, DnaFault> {
        command::expect(Stage::Authentication, response, MORE)?;
        let sealed: &Block = exactly(response)?;
        let theirs = self.key.decrypt(sealed);
        let proof = Zeroizing::new([self.ours.as_slice(), &rotated(&theirs)].concat());
        let sealed = self.key.encrypt_cbc(&START, &proof);
        self.state = State::Proof(Zeroizing::new(theirs));
        Ok(AuthenticateStep::Send(command::more(&sealed)))
    }

    fn proved(&self, theirs: &Block, response: &Response) -> Result<AuthenticateStep, DnaFault> {
        command::expect(Stage::Authentication, response, OK)?;
        let sealed: &[u8; 32] = exactly(response)?;
        let clear = Zeroizing::new(self.key.decrypt_cbc(&START, sealed));
        let Some((transaction, rest)) = clear.split_first_chunk::<4>() else {
            return Err(DnaFault::TagUnproved);
        };
        if rest.get(..BLOCK_BYTES) != Some(&rotated(&self.ours)) {
            return Err(DnaFault::TagUnproved);
        }
        let key = |front| self.key.derive(&vector(front, &self.ours, theirs));
        let (encryption, mac) = (key(&ENCRYPTION_VECTOR), key(&MAC_VECTOR));
        Ok(AuthenticateStep::Done(SecureSession::new(self.slot, encryption, mac, *transaction)))
    }
}

fn exactly<const N: usize>(response: &Response) -> Result<&[u8; N], DnaFault> {
    let (stage, bytes) = (Stage::Authentication, response.data.len());
    response.data.as_slice().try_into().map_err(|_| DnaFault::AnswerInvalid { stage, bytes })
}

/// One byte to the left, which is how each side shows that it opened the other's bytes.
fn rotated(block: &Block) -> Block {
    u128::from_be_bytes(*block).rotate_left(u8::BITS).to_be_bytes()
}

/// Front, two of ours, six of ours mixed with the first six of theirs, the rest of both.
fn vector(front: &[u8; 6], ours: &Block, theirs: &Block) -> Vec<u8> {
    let mixed = xor(ours, &(u128::from_be_bytes(*theirs) >> 16).to_be_bytes());
    let parts = [ours.get(..2), mixed.get(2..8), theirs.get(6..), ours.get(8..)];
    front.iter().chain(parts.into_iter().flatten().flatten()).copied().collect()
}

//! A virtual NTAG 424 DNA, written from the datasheet without the program's own code.
//!
//! Owns its five keys, its message file and its session; what a command changes is all that is
//! remembered. Next: `sun.rs`, which reads it as a gateway does.

use crate::field::Tag;
use crate::files::{APPLICATION, GREETING};
use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use cmac::{Cmac, Mac};
use std::sync::{Arc, Mutex};

type Block = [u8; 16];

pub const UID: [u8; 7] = [0x04, 0x96, 0x8C, 0xAA, 0x5C, 0x5E, 0x80];
const MESSAGE_FILE: u16 = 0xE104;
const OK: [u8; 2] = [0x91, 0x00];
const MORE: [u8; 2] = [0x91, 0xAF];

pub struct Ntag424 {
    pub keys: [Block; 5],
    pub versions: [u8; 5],
    pub file: Vec<u8>,
    /// Option, rights, then what is mirrored and where, as the chip was told.
    pub settings: Vec<u8>,
    pub counter: u32,
    /// Commands that change something, until it is torn away.
    pub torn_after: Option<usize>,
    changes: usize,
    selected: Option<u16>,
    counted: bool,
    version_part: u8,
    proof: Option<(u8, Block)>,
    session: Option<Session>,
}

struct Session {
    slot: u8,
    encryption: Block,
    mac: Block,
    counter: u16,
}

/// The transaction id; a real chip makes a new one each time.
const TRANSACTION: [u8; 4] = [0x11, 0x22, 0x33, 0x44];
/// The chip's random bytes; a real chip makes new ones each time.
const CHALLENGE: Block = [0x5A; 16];

impl Ntag424 {
    pub fn new() -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self {
            keys: [[0; 16]; 5],
            versions: [0; 5],
            file: vec![0; 256],
            settings: vec![0x00, 0xE0, 0xEE],
            counter: 0,
            torn_after: None,
            changes: 0,
            selected: None,
            counted: false,
            version_part: 0,
            proof: None,
            session: None,
        }))
    }

    fn own(&mut self, instruction: u8, data: &[u8]) -> Option<Vec<u8>> {
        let answer = match instruction {
            0x60 => self.version(0),
            0x71 => self.challenge(data),
            0xAF if self.proof.is_some() => self.prove(data),
            0xAF => self.version(self.version_part),
            0x64 | 0xF5 => self.ask(instruction, data),
            0x8D | 0x5F | 0xC4 => {
                if self.torn_after == Some(self.changes) {
                    return None;
                }
                self.changes += 1;
                match instruction {
                    0x8D => self.write(data),
                    _ => self.change(instruction, data),
                }
            }
            _ => Err(0x1C),
        };
        Some(answer.unwrap_or_else(|code| {
            self.session = None;
            vec![0x91, code]
        }))
    }

    fn version(&mut self, part: u8) -> Result<Vec<u8>, u8> {
        self.version_part = part + 1;
        Ok(match part {
            0 => [&[0x04, 0x04, 0x02, 0x30, 0x00, 0x11, 0x05][..], &MORE].concat(),
            1 => [&[0x04, 0x04, 0x02, 0x01, 0x02, 0x11, 0x05][..], &MORE].concat(),
            2 => [&UID[..], &[0xCF, 0x39, 0xD4, 0x49, 0x80, 0x34, 0x20], &OK].concat(),
            _ => return Err(0xCA),
        })
    }

    fn challenge(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        let &[slot @ 0..5, 0] = data else { return Err(0x40) };
        self.session = None;
        self.proof = Some((slot, CHALLENGE));
        let sealed = seal(&self.keys[usize::from(slot)], [0; 16], &CHALLENGE);
        Ok([&sealed[..], &MORE].concat())
    }

    fn prove(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        let (slot, ours) = self.proof.take().ok_or(0xCA)?;
        let key = self.keys[usize::from(slot)];
        let clear = open(&key, [0; 16], data);
        let (theirs, back) = clear.split_at(16);
        if back != rotated(&ours) {
            return Err(0xAE);
        }
        let theirs: Block = theirs.try_into().unwrap();
        let vector = |front: [u8; 2]| {
            let mut bytes = [&front[..], &[0, 1, 0, 0x80]].concat();
            bytes.extend_from_slice(&theirs[..2]);
            bytes.extend(theirs[2..8].iter().zip(&ours[..6]).map(|(a, b)| a ^ b));
            bytes.extend_from_slice(&ours[6..]);
            bytes.extend_from_slice(&theirs[8..]);
            mac(&key, &bytes)
        };
        let (encryption, mac) = (vector([0xA5, 0x5A]), vector([0x5A, 0xA5]));
        self.session = Some(Session { slot, encryption, mac, counter: 0 });
        let clear = [&TRANSACTION[..], &rotated(&theirs), &[0; 12]].concat();
        Ok([&seal(&key, [0; 16], &clear)[..], &OK].concat())
    }

    /// Questions: in the clear without a session, with a MAC in one.
    fn ask(&mut self, instruction: u8, data: &[u8]) -> Result<Vec<u8>, u8> {
        let header = data.first().copied().ok_or(0x7E)?;
        let answer = match (instruction, header) {
            (0x64, slot @ 0..5) => vec![self.versions[usize::from(slot)]],
            (0xF5, 2) => {
                let (first, rest) = self.settings.split_at(3);
                [&[0x00], first, &[0x00, 0x01, 0x00], rest].concat()
            }
            _ => return Err(0x9E),
        };
        let Some(session) = &mut self.session else { return Ok([answer, OK.to_vec()].concat()) };
        session.check(instruction, data)?;
        Ok(session.answer(&answer))
    }

    fn write(&mut self, data: &[u8]) -> Result<Vec<u8>, u8> {
        let [2, low, high, 0, count, 0, 0, bytes @ ..] = data else { return Err(0x7E) };
        let at = usize::from(u16::from_le_bytes([*low, *high]));
        let free = self.settings[2] & 0x0F == 0x0E;
        let session = self.session.as_mut().filter(|session| free || session.slot == 0);
        let session = session.ok_or(0x9D)?;
        if bytes.len() != usize::from(*count) || at + bytes.len() > self.file.len() {
            return Err(0xBE);
        }
        session.counter += 1;
        self.file[at..at + bytes.len()].copy_from_slice(bytes);
        Ok(OK.to_vec())
    }

    /// Sealed commands of the master key.
    fn change(&mut self, instruction: u8, data: &[u8]) -> Result<Vec<u8>, u8> {
        let session = self.session.as_mut().filter(|session| session.slot == 0).ok_or(0x9D)?;
        let clear = session.open(instruction, data)?;
        let header = data[0];
        if instruction == 0x5F {
            let answer = session.answer(&[]);
            self.settings = clear;
            return Ok(answer);
        }
        let slot = usize::from(header);
        if header == 0 {
            (self.keys[0], self.versions[0]) = (clear[..16].try_into().unwrap(), clear[16]);
            self.session = None;
            return Ok(OK.to_vec());
        }
        let old = self.keys[slot];
        let new: Vec<u8> = clear[..16].iter().zip(old).map(|(new, old)| new ^ old).collect();
        if clear[17..] != checked(&new).to_le_bytes() {
            return Err(0x1E);
        }
        let answer = session.answer(&[]);
        (self.keys[slot], self.versions[slot]) = (new.try_into().unwrap(), clear[16]);
        Ok(answer)
    }

    /// What a phone reads: the file with the one-time part filled in.
    fn read(&mut self, offset: usize, count: usize) -> Vec<u8> {
        let capability =
            [0, 15, 0x20, 1, 0, 0, 0xFF, 4, 6, 0xE1, 4, 1, 0, 0, self.write_condition()];
        let file = match self.selected {
            Some(0xE103) => capability.to_vec(),
            Some(MESSAGE_FILE) => self.mirrored(),
            _ => return vec![0x69, 0x86],
        };
        let end = (offset + count).min(file.len());
        [&file[offset.min(end)..end], &[0x90, 0x00]].concat()
    }

    fn write_condition(&self) -> u8 {
        if self.settings[2] & 0x0F == 0x0E { 0x00 } else { 0xFF }
    }

    fn mirrored(&mut self) -> Vec<u8> {
        let mut file = self.file.clone();
        let [0x40, _, _, 0xC1, low, high, picc, 0, 0, input, 0, 0, mac_at, 0, 0] =
            self.settings[..]
        else {
            return file;
        };
        if !self.counted {
            self.counter += 1;
            self.counted = true;
        }
        let counter = &self.counter.to_le_bytes()[..3];
        assert_eq!((low & 0xF0, input), (0xF0, mac_at), "the chip's own rules");
        let (meta, proof) = (self.keys[usize::from(high >> 4)], self.keys[usize::from(high & 15)]);
        let clear = [&[0xC7], &UID[..], counter, &[0x0F; 5]].concat();
        fill(&mut file, picc, &seal(&meta, [0; 16], &clear));
        let vector = [&[0x3C, 0xC3, 0, 1, 0, 0x80], &UID[..], counter].concat();
        fill(&mut file, mac_at, &shortened(&mac(&mac(&proof, &vector), b"")));
        file
    }
}

impl Session {
    fn mac_of(&self, first: u8, body: &[u8]) -> [u8; 8] {
        let counter = self.counter.to_le_bytes();
        shortened(&mac(&self.mac, &[&[first], &counter[..], &TRANSACTION, body].concat()))
    }

    /// Checks the MAC at the end of a command, and returns what is before it.
    fn check<'d>(&self, instruction: u8, data: &'d [u8]) -> Result<&'d [u8], u8> {
        let (body, sent) = data.split_last_chunk::<8>().ok_or(0x7E)?;
        if self.mac_of(instruction, body) == *sent { Ok(body) } else { Err(0x1E) }
    }

    fn open(&self, instruction: u8, data: &[u8]) -> Result<Vec<u8>, u8> {
        let body = self.check(instruction, data)?;
        let start = [&[0xA5, 0x5A][..], &TRANSACTION, &self.counter.to_le_bytes(), &[0; 8]];
        let mut block = start.concat().try_into().unwrap();
        block = encrypted(&self.encryption, block);
        let mut clear = open(&self.encryption, block, &body[1..]);
        let end = clear.iter().rposition(|byte| *byte != 0).ok_or(0x1Eu8)?;
        if clear[end] != 0x80 {
            return Err(0x1E);
        }
        clear.truncate(end);
        Ok(clear)
    }

    fn answer(&mut self, data: &[u8]) -> Vec<u8> {
        self.counter += 1;
        [data, &self.mac_of(OK[1], data), &OK].concat()
    }
}

impl Tag for Ntag424 {
    fn greeting(&self) -> Vec<u8> {
        GREETING.to_vec()
    }

    fn reset(&mut self) {
        (self.selected, self.session, self.proof) = (None, None, None);
    }

    fn answer(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        match command {
            [0x90, instruction, 0, 0, 0] => self.own(*instruction, &[]),
            [0x90, instruction, 0, 0, count, data @ .., 0] if data.len() == usize::from(*count) => {
                self.own(*instruction, data)
            }
            [0x00, 0xA4, 4, _, 7, name @ .., _] if name == APPLICATION => {
                (self.selected, self.session, self.counted) = (None, None, false);
                Some(vec![0x90, 0x00])
            }
            [0x00, 0xA4, 0, _, 2, high, low] => {
                self.selected = Some(u16::from_be_bytes([*high, *low]));
                Some(vec![0x90, 0x00])
            }
            [0x00, 0xB0, high, low, count] => {
                let offset = usize::from(u16::from_be_bytes([*high, *low]));
                let count = if *count == 0 { 256 } else { usize::from(*count) };
                Some(self.read(offset, count))
            }
            [0x00, 0xD6, ..] => Some(vec![0x69, 0x82]),
            _ => Some(vec![0x6A, 0x82]),
        }
    }
}

fn fill(file: &mut [u8], at: u8, bytes: &[u8]) {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    let at = usize::from(at);
    file[at..at + digits.len()].copy_from_slice(digits.as_bytes());
}

fn encrypted(key: &Block, block: Block) -> Block {
    let mut block = block.into();
    Aes128::new(key.into()).encrypt_block(&mut block);
    block.into()
}

fn seal(key: &Block, start: Block, clear: &[u8]) -> Vec<u8> {
    let mut before = start;
    let mut sealed = Vec::new();
    for block in clear.chunks(16) {
        let mixed: Vec<u8> = block.iter().zip(before).map(|(a, b)| a ^ b).collect();
        before = encrypted(key, mixed.try_into().unwrap());
        sealed.extend_from_slice(&before);
    }
    sealed
}

fn open(key: &Block, start: Block, sealed: &[u8]) -> Vec<u8> {
    let mut before = start;
    let mut clear = Vec::new();
    for block in sealed.chunks(16) {
        let sealed: Block = block.try_into().unwrap();
        let mut opened = sealed.into();
        Aes128::new(key.into()).decrypt_block(&mut opened);
        clear.extend(opened.iter().zip(before).map(|(a, b)| a ^ b));
        before = sealed;
    }
    clear
}

fn mac(key: &Block, bytes: &[u8]) -> Block {
    let mut mac = <Cmac<Aes128> as KeyInit>::new(key.into());
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

fn shortened(whole: &Block) -> [u8; 8] {
    std::array::from_fn(|place| whole[place * 2 + 1])
}

fn rotated(block: &Block) -> Block {
    let mut block = *block;
    block.rotate_left(1);
    block
}

/// CRC-32 without its last inversion.
fn checked(bytes: &[u8]) -> u32 {
    let mut rest = u32::MAX;
    for byte in bytes {
        rest ^= u32::from(*byte);
        for _ in 0..8 {
            rest = if rest & 1 == 1 { (rest >> 1) ^ 0xEDB8_8320 } else { rest >> 1 };
        }
    }
    rest
}

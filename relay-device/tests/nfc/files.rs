//! A virtual Type 4 tag: the NDEF application, its capability file and its message file.
//!
//! Owns both files and what it answers. Next: `dna.rs`.

use crate::field::Tag;
use std::sync::{Arc, Mutex};

/// A card of ISO/IEC 14443-4 without historical bytes that say more.
pub const GREETING: &[u8] = &[0x3B, 0x80, 0x80, 0x01, 0x01];
pub const APPLICATION: [u8; 7] = [0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01];
const CAPABILITY: u16 = 0xE103;
const MESSAGE: u16 = 0xE104;

pub struct Files {
    pub message: Vec<u8>,
    pub write_protected: bool,
    /// Writes until it is torn away.
    pub torn_after: Option<usize>,
    writes: usize,
    selected: Option<u16>,
}

impl Files {
    pub fn new() -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self {
            message: vec![0; 512],
            write_protected: false,
            torn_after: None,
            writes: 0,
            selected: None,
        }))
    }

    fn capability(&self) -> Vec<u8> {
        let write = if self.write_protected { 0xFF } else { 0x00 };
        // Reads of 59 and writes of 52 bytes at most, so that a message takes several of each.
        vec![0, 15, 0x20, 0, 59, 0, 52, 4, 6, 0xE1, 4, 2, 0, 0, write]
    }

    fn read(&self, offset: usize, count: usize) -> Vec<u8> {
        let capability = self.capability();
        let file = match self.selected {
            Some(CAPABILITY) => &capability,
            Some(MESSAGE) => &self.message,
            _ => return vec![0x69, 0x86],
        };
        let end = (offset + count).min(file.len());
        [&file[offset..end], &[0x90, 0x00]].concat()
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.selected != Some(MESSAGE) || self.write_protected {
            return Some(vec![0x69, 0x82]);
        }
        if self.torn_after == Some(self.writes) {
            return None;
        }
        self.writes += 1;
        self.message[offset..offset + bytes.len()].copy_from_slice(bytes);
        Some(vec![0x90, 0x00])
    }
}

impl Tag for Files {
    fn greeting(&self) -> Vec<u8> {
        GREETING.to_vec()
    }

    fn reset(&mut self) {
        self.selected = None;
    }

    fn answer(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        let [0x00, instruction, high, low, rest @ ..] = command else {
            return Some(vec![0x6E, 0x00]);
        };
        let offset = usize::from(u16::from_be_bytes([*high, *low]));
        match (instruction, rest) {
            (0xA4, [7, name @ .., _]) if name == APPLICATION => Some(vec![0x90, 0x00]),
            (0xA4, [2, file @ ..]) if file.len() == 2 => {
                self.selected = Some(u16::from_be_bytes([file[0], file[1]]));
                Some(vec![0x90, 0x00])
            }
            (0xB0, [count]) => Some(self.read(offset, usize::from(*count))),
            (0xD6, [count, bytes @ ..]) if bytes.len() == usize::from(*count) => {
                self.write(offset, bytes)
            }
            _ => Some(vec![0x6A, 0x82]),
        }
    }
}

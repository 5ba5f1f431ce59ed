//! A virtual Type 2 tag (NTAG213) behind a reader's page commands.
//!
//! Owns its 45 pages, its lock and how often it can be written before it is torn away. Next:
//! `files.rs`.

use crate::field::Tag;
use std::sync::{Arc, Mutex};

/// Ultralight's greeting (PC/SC part 3, supplement).
const GREETING: &[u8] = &[
    0x3B, 0x8F, 0x80, 0x01, 0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06, 0x03, 0x00, 0x03, 0x00,
    0x00, 0x00, 0x00, 0x68,
];
const OK: [u8; 2] = [0x90, 0x00];
const NO: [u8; 2] = [0x63, 0x00];

pub struct Pages {
    pub memory: Vec<u8>,
    /// Writes are refused by the chip, though page 3 does not say so.
    pub locked: bool,
    /// Writes until it is torn away.
    pub torn_after: Option<usize>,
    pub writes: usize,
}

impl Pages {
    pub fn new() -> Arc<Mutex<Self>> {
        let mut memory = vec![0; 180];
        memory[..8].copy_from_slice(&[0x04, 0x51, 0x62, 0xBF, 0x7A, 0x3C, 0x6F, 0x80]);
        memory[12..16].copy_from_slice(&[0xE1, 0x10, 0x12, 0x00]);
        memory[16..19].copy_from_slice(&[0x03, 0x00, 0xFE]);
        Arc::new(Mutex::new(Self { memory, locked: false, torn_after: None, writes: 0 }))
    }

    fn write(&mut self, at: usize, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.locked {
            return Some(NO.to_vec());
        }
        if self.torn_after == Some(self.writes) {
            return None;
        }
        self.writes += 1;
        self.memory[at..at + 4].copy_from_slice(bytes);
        Some(OK.to_vec())
    }
}

impl Tag for Pages {
    fn greeting(&self) -> Vec<u8> {
        GREETING.to_vec()
    }

    fn answer(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        match command {
            [0xFF, 0xB0, 0, page, 16] => {
                let at = usize::from(*page) * 4;
                // The chip begins again at page 0 behind its last one.
                let bytes = self.memory.iter().cycle().skip(at).take(16).copied();
                Some(bytes.chain(OK).collect())
            }
            [0xFF, 0xD6, 0, page, 4, bytes @ ..] if bytes.len() == 4 => {
                self.write(usize::from(*page) * 4, bytes)
            }
            _ => Some(vec![0x6D, 0x00]),
        }
    }
}

//! What a scanner types, as text: it is a keyboard of the American layout, whatever the shop's is.
//!
//! Owns which character a key is, with shift and without. A key that no code needs makes the whole
//! reading unreadable, because part of a code is worse than none. Next: [`super::wedge`].

use super::framing::READING_BYTES_MAX;
use super::kind::Refusal;
use zeroize::Zeroizing;

/// Keys by the numbers of Linux (`input-event-codes.h`), with the character of each, alone and with
/// shift.
const KEYS: &[(u16, char, char)] = &[
    (2, '1', '!'),
    (3, '2', '@'),
    (4, '3', '#'),
    (5, '4', '$'),
    (6, '5', '%'),
    (7, '6', '^'),
    (8, '7', '&'),
    (9, '8', '*'),
    (10, '9', '('),
    (11, '0', ')'),
    (12, '-', '_'),
    (13, '=', '+'),
    (16, 'q', 'Q'),
    (17, 'w', 'W'),
    (18, 'e', 'E'),
    (19, 'r', 'R'),
    (20, 't', 'T'),
    (21, 'y', 'Y'),
    (22, 'u', 'U'),
    (23, 'i', 'I'),
    (24, 'o', 'O'),
    (25, 'p', 'P'),
    (26, '[', '{'),
    (27, ']', '}'),
    (30, 'a', 'A'),
    (31, 's', 'S'),
    (32, 'd', 'D'),
    (33, 'f', 'F'),
    (34, 'g', 'G'),
    (35, 'h', 'H'),
    (36, 'j', 'J'),
    (37, 'k', 'K'),
    (38, 'l', 'L'),
    (39, ';', ':'),
    (40, '\'', '"'),
    (41, '`', '~'),
    (43, '\\', '|'),
    (44, 'z', 'Z'),
    (45, 'x', 'X'),
    (46, 'c', 'C'),
    (47, 'v', 'V'),
    (48, 'b', 'B'),
    (49, 'n', 'N'),
    (50, 'm', 'M'),
    (51, ',', '<'),
    (52, '.', '>'),
    (53, '/', '?'),
    (55, '*', '*'),
    (57, ' ', ' '),
    (71, '7', '7'),
    (72, '8', '8'),
    (73, '9', '9'),
    (74, '-', '-'),
    (75, '4', '4'),
    (76, '5', '5'),
    (77, '6', '6'),
    (78, '+', '+'),
    (79, '1', '1'),
    (80, '2', '2'),
    (81, '3', '3'),
    (82, '0', '0'),
    (83, '.', '.'),
    (98, '/', '/'),
];
/// Keys that end a reading: enter, tab, and the enter of the number block.
const ENDS: [u16; 3] = [28, 15, 96];
/// Both shift keys.
const SHIFTS: [u16; 2] = [42, 54];
/// Locks, which scanners press to make sure of letters; they change nothing here.
const LOCKS: [u16; 3] = [58, 69, 70];

/// What happened to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// It was let go.
    Up,
    /// It was pressed.
    Down,
    /// It is held; nobody types a code by holding keys.
    Held,
}

/// Keys that are being put together.
#[derive(Debug, Default)]
pub struct Keys {
    text: Zeroizing<String>,
    shift: [Held; 2],
    readable: Readable,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Held {
    #[default]
    No,
    Yes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Readable {
    #[default]
    Yes,
    No,
    TooLong,
}

impl Keys {
    /// Takes one event; returns the reading that it ends.
    #[must_use]
    pub fn step(
        &mut self,
        key: u16,
        motion: Motion,
    ) -> Option<Result<Zeroizing<Vec<u8>>, Refusal>> {
        let shifts = SHIFTS.iter().zip(&mut self.shift);
        if let Some((_, held)) = shifts.into_iter().find(|(shift, _)| **shift == key) {
            *held = if motion == Motion::Up { Held::No } else { Held::Yes };
            return None;
        }
        if motion != Motion::Down || LOCKS.contains(&key) {
            return None;
        }
        if ENDS.contains(&key) {
            return Some(self.finish());
        }
        self.add(key);
        None
    }

    /// Says that nothing was typed for as long as the settings say.
    #[must_use]
    pub fn idle(&mut self) -> Option<Result<Zeroizing<Vec<u8>>, Refusal>> {
        if !self.is_open() {
            return None;
        }
        let _ = self.finish();
        Some(Err(Refusal::CutOff))
    }

    /// Tells whether a reading has begun.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.text.is_empty() || self.readable != Readable::Yes
    }

    fn add(&mut self, key: u16) {
        let shifted = self.shift.contains(&Held::Yes);
        match KEYS.iter().find(|(known, ..)| *known == key) {
            None => self.readable = Readable::No,
            Some(_) if self.text.len() >= READING_BYTES_MAX => self.readable = Readable::TooLong,
            Some((_, alone, with_shift)) => {
                self.text.push(if shifted { *with_shift } else { *alone });
            }
        }
    }

    fn finish(&mut self) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        let text = std::mem::take(&mut self.text);
        match std::mem::take(&mut self.readable) {
            Readable::Yes => Ok(Zeroizing::new(text.as_bytes().to_vec())),
            Readable::No => Err(Refusal::ControlCharacter),
            Readable::TooLong => Err(Refusal::TooLong { bytes_max: READING_BYTES_MAX }),
        }
    }
}

#[cfg(test)]
mod tests;

//! Keys into an amount: digits, then Enter; C clears.
//!
//! Owns when an amount waits for a scan and when it is forgotten. Pure: no clock, no device. Next:
//! [`super::wire`].

/// How long an amount waits for its scan, in milliseconds: a minute later another shopper may
/// stand there.
pub const WAITING_MS_MAX: u64 = 60_000;
/// Digits of an amount: 9,999,999.99 of a currency with cents.
pub const DIGITS_MAX: u32 = 9;

/// A key of the pad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// 0 to 9.
    Digit(u8),
    /// The amount is complete.
    Enter,
    /// Forget it.
    Clear,
    /// Forget its last digit.
    Back,
}

/// What the pad holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// Nothing.
    #[default]
    Empty,
    /// An amount that is being typed.
    Typing {
        /// Whole minor units so far.
        minor: i64,
    },
    /// An amount that waits for a scan.
    Waiting {
        /// Whole minor units.
        minor: i64,
    },
}

/// The amount has as many digits as it may have; it is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount has at most {DIGITS_MAX} digits")]
pub struct TooLong;

/// The pad's memory.
#[derive(Debug, Default)]
pub struct Typing {
    stage: Stage,
    touched_ms: u64,
}

impl Typing {
    /// Takes a key at `now_ms` of a clock that never steps. A digit after Enter begins anew.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn step(&mut self, key: Key, now_ms: u64) -> Result<(), TooLong> {
        self.pass(now_ms);
        self.touched_ms = now_ms;
        self.stage = match (self.stage, key) {
            (Stage::Typing { minor }, Key::Digit(digit)) => {
                let most = 10_i64.saturating_pow(DIGITS_MAX.saturating_sub(1));
                if minor >= most {
                    return Err(TooLong);
                }
                let minor = minor.saturating_mul(10).saturating_add(i64::from(digit));
                Stage::Typing { minor }
            }
            (Stage::Empty | Stage::Waiting { .. }, Key::Digit(digit)) => {
                Stage::Typing { minor: i64::from(digit) }
            }
            (Stage::Typing { minor: 0 }, Key::Enter) | (_, Key::Clear) => Stage::Empty,
            (Stage::Typing { minor }, Key::Enter) => Stage::Waiting { minor },
            (Stage::Typing { minor: 0..=9 }, Key::Back) => Stage::Empty,
            (Stage::Typing { minor }, Key::Back) => Stage::Typing { minor: minor / 10 },
            (stage @ (Stage::Empty | Stage::Waiting { .. }), Key::Enter | Key::Back) => stage,
        };
        Ok(())
    }

    /// Takes the amount that waits, if it is not too old.
    ///
    /// **Repeat** gives nothing.
    pub fn take(&mut self, now_ms: u64) -> Option<i64> {
        self.pass(now_ms);
        let Stage::Waiting { minor } = self.stage else { return None };
        self.stage = Stage::Empty;
        Some(minor)
    }

    /// Forgets what is too old, half typed or whole.
    pub const fn pass(&mut self, now_ms: u64) {
        if now_ms.saturating_sub(self.touched_ms) >= WAITING_MS_MAX {
            self.stage = Stage::Empty;
        }
    }

    /// Returns when [`Typing::pass`] forgets something, on the same clock.
    #[must_use]
    pub const fn next_deadline(&self) -> Option<u64> {
        match self.stage {
            Stage::Empty => None,
            Stage::Typing { .. } | Stage::Waiting { .. } => {
                Some(self.touched_ms.saturating_add(WAITING_MS_MAX))
            }
        }
    }

    /// Returns what the pad holds.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }
}

#[cfg(test)]
mod tests;

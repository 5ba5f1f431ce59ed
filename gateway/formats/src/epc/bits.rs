//! Numbers of any width, one after another without gaps.
//!
//! Owns reading and writing from the highest bit down. Knows no scheme. Next: [`super::tag`].

/// Bits to be read.
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    position: usize,
}

impl<'b> Reader<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Reads a number of at most 64 bits, or nothing when they end before it.
    pub(super) fn take(&mut self, width: u32) -> Option<u64> {
        (0..width).try_fold(0_u64, |value, _| {
            let byte = self.bytes.get(self.position / 8)?;
            let shift = 7_usize.saturating_sub(self.position % 8);
            self.position = self.position.saturating_add(1);
            Some((value << 1) | u64::from((byte >> shift) & 1))
        })
    }

    /// Says whether all bits that are left are zero.
    pub(super) fn rest_is_zero(mut self) -> bool {
        while let Some(bit) = self.take(1) {
            if bit != 0 {
                return false;
            }
        }
        true
    }
}

/// Bits being written.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    position: usize,
}

impl Writer {
    /// Appends the lowest bits of a number.
    pub(super) fn put(&mut self, value: u64, width: u32) {
        for place in (0..width).rev() {
            if self.position.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = u8::from((value.checked_shr(place).unwrap_or(0) & 1) == 1);
            let shift = 7_usize.saturating_sub(self.position % 8);
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << shift;
            }
            self.position = self.position.saturating_add(1);
        }
    }

    /// Returns the bytes, filled up with zeros to a length.
    pub(super) fn filled_to(mut self, length: usize) -> Vec<u8> {
        self.bytes.resize(length, 0);
        self.bytes
    }
}

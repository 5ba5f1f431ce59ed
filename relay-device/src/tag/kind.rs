//! Which kind of tag lies on the reader, by how it greets.
//!
//! Owns the greetings of memory cards (PC/SC part 3, 3.1.3.2.3): what greets otherwise speaks
//! commands by itself. Next: [`super::pages`] for Type 2, [`super::files`] for Type 4.

use super::card::Card;
use super::fault::TagFault;

/// The application of PC/SC in the historical bytes of a memory card.
const MEMORY_CARD: [u8; 7] = [0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06];
/// The standard byte of ISO/IEC 14443 A, part 3.
const STANDARD_A3: u8 = 0x03;
/// Names of cards that are Type 2 tags: Ultralight and NTAG, Ultralight C, Ultralight EV1.
const TYPE2_NAMES: [[u8; 2]; 3] = [[0x00, 0x03], [0x00, 0x3A], [0x00, 0x3D]];

/// A kind of tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagKind {
    /// Pages of four bytes, through the reader's own commands.
    Type2,
    /// Files behind commands.
    Type4,
}

impl TagKind {
    /// Tells the kind of the card.
    ///
    /// # Errors
    /// [`TagFault::NoTag`] for a memory card of another kind.
    pub fn of(card: &dyn Card) -> Result<Self, TagFault> {
        let greeting = card.greeting();
        let mut windows = greeting.windows(MEMORY_CARD.len());
        let Some(at) = windows.position(|window| window == MEMORY_CARD) else {
            return Ok(Self::Type4);
        };
        let after = greeting.get(at.saturating_add(MEMORY_CARD.len())..).unwrap_or_default();
        match after {
            [STANDARD_A3, high, low, ..] if TYPE2_NAMES.contains(&[*high, *low]) => Ok(Self::Type2),
            _ => Err(TagFault::NoTag),
        }
    }
}

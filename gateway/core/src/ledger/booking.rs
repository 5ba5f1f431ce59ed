//! The phases of an entry: posted at once, or pending and then posted or voided exactly once.
//!
//! Owns the rule that a transaction has one entry and that a pending one is resolved once, with the
//! very lines that were reserved. May not know accounts' balances. Next: [`super::books`].

use super::Entry;

/// What a booking makes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Reserved: it will count, or not.
    Pending,
    /// It counts.
    Posted,
    /// What was reserved does not count.
    Voided,
}

impl Phase {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Posted, Self::Voided];

    /// Returns the word of the store and the audit.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Posted => "posted",
            Self::Voided => "voided",
        }
    }

    /// Finds a phase by its word.
    #[must_use]
    pub fn lookup(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.word() == word)
    }
}

/// An entry and what is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// What is made of it.
    pub phase: Phase,
    /// Its lines; those of a resolution are the reserved ones again.
    pub entry: Entry,
}

impl Booking {
    /// Makes a booking; an entry without lines books nothing.
    #[must_use]
    pub fn of(phase: Phase, entry: Entry) -> Option<Self> {
        (!entry.lines().is_empty()).then_some(Self { phase, entry })
    }
}

/// A booking that does not fit what is booked of its transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookingRefused {
    /// The entry is posted or voided already.
    #[error("the entry is {} already", .0.word())]
    Resolved(Phase),
    /// It is pending already.
    #[error("the entry is pending already")]
    PendingTwice,
    /// Nothing was reserved that could be voided.
    #[error("nothing is pending that could be voided")]
    NothingPending,
    /// A resolution has other lines than what was reserved.
    #[error("the resolution is not about the lines that are pending")]
    LinesDiffer,
    /// An account would fall below its floor.
    #[error("account {0} would fall below its floor")]
    BelowFloor(super::Account),
}

/// What is booked of one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Booked {
    /// Nothing yet.
    #[default]
    Nothing,
    /// Lines are reserved.
    Pending(Entry),
    /// Over: [`Phase::Posted`] or [`Phase::Voided`].
    Resolved(Phase),
}

impl Booked {
    /// Takes a booking.
    ///
    /// # Errors
    /// Each variant of [`BookingRefused`] but the floor; nothing is changed then.
    ///
    /// **Repeat** a second booking of the same phase is refused: bookings are never idempotent.
    pub fn take(&mut self, booking: &Booking) -> Result<(), BookingRefused> {
        let next = match (&*self, booking.phase) {
            (Self::Resolved(phase), _) => return Err(BookingRefused::Resolved(*phase)),
            (Self::Nothing, Phase::Pending) => Self::Pending(booking.entry.clone()),
            (Self::Nothing, Phase::Posted) => Self::Resolved(Phase::Posted),
            (Self::Nothing, Phase::Voided) => return Err(BookingRefused::NothingPending),
            (Self::Pending(_), Phase::Pending) => return Err(BookingRefused::PendingTwice),
            (Self::Pending(entry), Phase::Posted | Phase::Voided) => {
                if *entry != booking.entry {
                    return Err(BookingRefused::LinesDiffer);
                }
                Self::Resolved(booking.phase)
            }
        };
        *self = next;
        Ok(())
    }
}

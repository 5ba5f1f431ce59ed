//! The rules of the stamp server: what moves, once, and what is undone before it came.
//!
//! Owns cards and moves. A transaction is answered once and remembered (C2), found again (C3),
//! undone (C4), and refused when it was undone before it came (C5). Next: the plugin that asks.

#[cfg(test)]
mod tests;

use crate::card::{Asked, MoveBody, Way};
use baton_plugin_api::documents::DeclineReason;
use std::collections::BTreeMap;

/// The most stamps that one move takes: a card has room for ten thousand.
const POINTS_MAX: i64 = 10_000;
/// Moves that are remembered: what a day of a trial makes, many times over.
const MOVES_MAX: usize = 1_000_000;

/// Cards and moves.
#[derive(Debug, Default)]
pub struct Book {
    cards: BTreeMap<String, i64>,
    moves: BTreeMap<String, Entry>,
}

/// What became of a transaction.
#[derive(Debug, Clone)]
enum Entry {
    Stands {
        ask: Kept,
        answer: Asked,
    },
    /// A reserve whose points were redeemed: it cannot be released any more.
    Spent {
        answer: Asked,
    },
    Declined(DeclineReason),
    Undone,
}

/// What is needed to undo a move.
#[derive(Debug, Clone)]
struct Kept {
    member: String,
    /// What the card changes by now.
    change: i64,
    /// What it changes by when this is undone.
    back: i64,
    /// The reserve that this move spent.
    spent: Option<String>,
}

impl Book {
    /// Makes a book with these cards.
    #[must_use]
    pub fn with(cards: &[(&str, i64)]) -> Self {
        let cards = cards.iter().map(|(member, points)| ((*member).to_owned(), *points));
        Self { cards: cards.collect(), moves: BTreeMap::new() }
    }

    /// Moves stamps. **Repeat** the first answer.
    pub fn moved(&mut self, ask: &MoveBody) -> Asked {
        if let Some(entry) = self.moves.get(&ask.transaction_id) {
            return entry.answer();
        }
        let entry = match self.decided(ask) {
            Ok(kept) => self.booked(ask, kept),
            Err(reason) => Entry::Declined(reason),
        };
        let answer = entry.answer();
        self.moves.insert(ask.transaction_id.clone(), entry);
        answer
    }

    /// Returns a card's stamps.
    #[must_use]
    pub fn balance(&self, member: &str) -> Asked {
        match self.cards.get(member) {
            Some(points) => Asked::Done {
                transaction_id: String::new(),
                points: *points,
                reference: String::new(),
                balance: Some(*points),
            },
            None => Asked::Declined { reason: DeclineReason::MemberUnknown },
        }
    }

    /// Undoes a move, or remembers that it must not come. **Repeat** the same.
    pub fn undone(&mut self, transaction: &str) -> Asked {
        if matches!(self.moves.get(transaction), Some(Entry::Spent { .. })) {
            return Asked::Declined { reason: DeclineReason::Refused };
        }
        let before = self.moves.insert(transaction.to_owned(), Entry::Undone);
        if let Some(Entry::Stands { ask, .. }) = before {
            self.change(&ask.member, ask.back);
            if let Some(reserve) = ask.spent {
                self.moves.insert(reserve, Entry::Undone);
            }
        }
        Asked::Undone { transaction_id: transaction.to_owned() }
    }

    /// Tells what became of a move.
    #[must_use]
    pub fn lookup(&self, transaction: &str) -> Asked {
        let transaction_id = transaction.to_owned();
        match self.moves.get(transaction) {
            Some(Entry::Undone) => Asked::Undone { transaction_id },
            Some(entry) => entry.answer(),
            None => Asked::NotFound { transaction_id },
        }
    }

    /// Returns how many moves of a transaction stand.
    #[must_use]
    pub fn moves_of(&self, transaction: &str) -> usize {
        let stands = |entry: &Entry| matches!(entry, Entry::Stands { .. } | Entry::Spent { .. });
        usize::from(self.moves.get(transaction).is_some_and(stands))
    }

    fn decided(&self, ask: &MoveBody) -> Result<Kept, DeclineReason> {
        let card = self.cards.get(&ask.member_id).ok_or(DeclineReason::MemberUnknown)?;
        if !(1..=POINTS_MAX).contains(&ask.points) || self.moves.len() >= MOVES_MAX {
            return Err(DeclineReason::Refused);
        }
        let held = self.held(ask)?;
        let change = match ask.way {
            Way::Accrue => ask.points,
            // What was held has left the card already; the rest of it comes back.
            Way::Redeem | Way::Reserve => held.saturating_sub(ask.points),
        };
        if card.saturating_add(change) < 0 {
            return Err(DeclineReason::Points);
        }
        let back = match ask.way {
            Way::Accrue => ask.points.saturating_neg(),
            Way::Redeem | Way::Reserve => ask.points,
        };
        let spent = ask.reserve_transaction_id.clone();
        Ok(Kept { member: ask.member_id.clone(), change, back, spent })
    }

    /// Points that a redemption finds held; its reserve must stand and be of the same member.
    fn held(&self, ask: &MoveBody) -> Result<i64, DeclineReason> {
        let Some(reserve) = &ask.reserve_transaction_id else { return Ok(0) };
        match self.moves.get(reserve) {
            Some(Entry::Stands { ask: kept, .. })
                if ask.way == Way::Redeem && kept.member == ask.member_id && kept.change < 0 =>
            {
                Ok(kept.change.saturating_neg())
            }
            Some(_) | None => Err(DeclineReason::Refused),
        }
    }

    fn booked(&mut self, ask: &MoveBody, kept: Kept) -> Entry {
        let balance = self.change(&kept.member, kept.change);
        if let Some(reserve) = &kept.spent {
            let answer = self.lookup(reserve);
            self.moves.insert(reserve.clone(), Entry::Spent { answer });
        }
        let answer = Asked::Done {
            transaction_id: ask.transaction_id.clone(),
            points: ask.points,
            reference: format!("{:06}", self.moves.len().saturating_add(1)),
            balance: Some(balance),
        };
        Entry::Stands { ask: kept, answer }
    }

    fn change(&mut self, member: &str, change: i64) -> i64 {
        let card = self.cards.entry(member.to_owned()).or_default();
        *card = card.saturating_add(change);
        *card
    }
}

impl Entry {
    fn answer(&self) -> Asked {
        match self {
            Self::Stands { answer, .. } | Self::Spent { answer } => answer.clone(),
            Self::Declined(reason) => Asked::Declined { reason: *reason },
            Self::Undone => Asked::Declined { reason: DeclineReason::Reversed },
        }
    }
}

//! The items of one account: what is at hand, what is burnt, and what is gone with consent.
//!
//! Owns single use. An item that was shown never comes back, nor does another one that asks or
//! shows the same of the same event; that is remembered by event and facet, which say nothing of
//! the answer. Next: [`crate::checkout::unit`].

use super::{Day, Facet, Item};
use crate::checkout::consent::Consent;
use crate::checkout::dice::Dice;
use crate::checkout::ids::{EventId, ItemId};
use crate::checkout::item::choice::Truths;
use crate::checkout::item::{Prompt, Truth, choice};
use crate::checkout::risk::model::{FamilyId, Model, Source};
use std::collections::{BTreeMap, BTreeSet};

/// Items of an account; a year of weekly orders gives some hundreds.
pub const ITEMS_MAX: usize = 2_000;

/// Why an item is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// There is no consent for its source.
    #[error("there is no consent for source {}", .0.word())]
    NoConsent(Source),
    /// The same of the same event was asked before.
    #[error("the same was asked before")]
    Spent,
    /// There is an item of this name.
    #[error("an item of this name is there already")]
    Known,
    /// There are too many.
    #[error("an account has at most {ITEMS_MAX} items")]
    Full,
}

/// The items of one account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bank {
    fresh: BTreeMap<ItemId, Item>,
    burnt: BTreeMap<ItemId, Item>,
    spent: BTreeSet<(EventId, Facet)>,
    orders: BTreeSet<EventId>,
    runs: usize,
}

/// Everything that the database must keep of an account's items.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stored {
    /// Items at hand.
    pub fresh: Vec<Item>,
    /// Items that were burnt.
    pub burnt: Vec<Item>,
    /// What was asked or shown of which event; stays when items are deleted.
    pub spent: BTreeSet<(EventId, Facet)>,
    /// Orders, each good for one run.
    pub orders: BTreeSet<EventId>,
    /// Runs that showed a question.
    pub runs: usize,
}

impl Bank {
    /// Returns what the database must keep.
    #[must_use]
    pub fn stored(&self) -> Stored {
        Stored {
            fresh: self.fresh.values().cloned().collect(),
            burnt: self.burnt.values().cloned().collect(),
            spent: self.spent.clone(),
            orders: self.orders.clone(),
            runs: self.runs,
        }
    }

    /// Makes the bank again from what was stored.
    ///
    /// # Errors
    /// Each variant of [`NotKept`]: what could not have been kept so is damaged.
    pub fn restore(stored: Stored, consent: &Consent) -> Result<Self, NotKept> {
        let Stored { fresh, burnt, spent, orders, runs } = stored;
        let count = burnt.len();
        let burnt: BTreeMap<ItemId, Item> = burnt.into_iter().map(|item| (item.id, item)).collect();
        if burnt.len() != count {
            return Err(NotKept::Known);
        }
        let mut bank = Self { fresh: BTreeMap::new(), burnt, spent, orders, runs };
        bank.add(fresh, consent)?;
        Ok(bank)
    }

    /// Keeps items: all of them, or none if one is refused.
    ///
    /// # Errors
    /// Each variant of [`NotKept`] as it says.
    pub fn add(&mut self, items: Vec<Item>, consent: &Consent) -> Result<(), NotKept> {
        let held = self.fresh.len().saturating_add(self.burnt.len());
        if held.saturating_add(items.len()) > ITEMS_MAX {
            return Err(NotKept::Full);
        }
        let mut names = BTreeSet::new();
        for item in &items {
            self.check(item, consent)?;
            if !names.insert(item.id) {
                return Err(NotKept::Known);
            }
        }
        self.fresh.extend(items.into_iter().map(|item| (item.id, item)));
        Ok(())
    }

    fn check(&self, item: &Item, consent: &Consent) -> Result<(), NotKept> {
        if !consent.allows(item.made_of) {
            return Err(NotKept::NoConsent(item.made_of));
        }
        if self.spent.contains(&(item.event, item.asks)) {
            return Err(NotKept::Spent);
        }
        let known = self.fresh.contains_key(&item.id) || self.burnt.contains_key(&item.id);
        if known { Err(NotKept::Known) } else { Ok(()) }
    }

    /// Counts an order: there is one run of questions for each.
    pub fn add_order(&mut self, order: EventId) {
        self.orders.insert(order);
    }

    /// Says whether there have been fewer runs than orders. Source: checkout specification, BURN.
    #[must_use]
    pub fn has_run_left(&self) -> bool {
        self.runs < self.orders.len()
    }

    /// Counts a run that shows its first question.
    pub const fn begin_run(&mut self) {
        self.runs = self.runs.saturating_add(1);
    }

    /// Returns the families that have an item at hand.
    #[must_use]
    pub fn at_hand(&self, model: &Model, consent: &Consent, today: Day) -> Vec<FamilyId> {
        let families: BTreeSet<FamilyId> = self
            .fresh
            .values()
            .filter(|item| consent.allows(item.made_of) && consent.allows(item.source(today)))
            .filter_map(|item| item.family(model, today))
            .collect();
        families.into_iter().collect()
    }

    /// Takes any item of a family out and burns it, with all that it gives away.
    ///
    /// Returns it and the names of all that are burnt.
    pub fn draw(
        &mut self,
        family: FamilyId,
        model: &Model,
        consent: &Consent,
        today: Day,
        dice: &mut Dice,
    ) -> Option<(Item, Vec<ItemId>)> {
        let fits = |item: &&Item| {
            let allowed = consent.allows(item.made_of) && consent.allows(item.source(today));
            allowed && item.family(model, today) == Some(family)
        };
        let fitting: Vec<ItemId> = self.fresh.values().filter(fits).map(|item| item.id).collect();
        let drawn = self.fresh.get(dice.one_of(&fitting)?)?.clone();
        let burnt = self.burn(&drawn);
        Some((drawn, burnt))
    }

    fn burn(&mut self, shown: &Item) -> Vec<ItemId> {
        self.spent.insert((shown.event, shown.asks));
        self.spent.extend(shown.shows.iter().map(|facet| (shown.event, *facet)));
        // An item that shows what was asked would confirm an answer, so it goes too.
        let goes =
            |other: &&Item| other.id == shown.id || shown.reveals(other) || other.reveals(shown);
        let names: Vec<ItemId> = self.fresh.values().filter(goes).map(|item| item.id).collect();
        let gone: Vec<Item> = names.iter().filter_map(|id| self.fresh.remove(id)).collect();
        self.burnt.extend(gone.into_iter().map(|item| (item.id, item)));
        names
    }

    /// Returns an item that was burnt.
    #[must_use]
    pub fn lookup_burnt(&self, item: ItemId) -> Option<&Item> {
        self.burnt.get(&item)
    }

    /// Deletes the items of a source with their tags, fresh and burnt; returns their names.
    pub fn purge(&mut self, source: Source) -> Vec<ItemId> {
        let orders = [Source::OrderRecent, Source::OrderOld];
        let gone = |item: &Item| {
            item.made_of == source || (orders.contains(&item.made_of) && orders.contains(&source))
        };
        let all = self.fresh.values().chain(self.burnt.values());
        let names: Vec<ItemId> = all.filter(|item| gone(item)).map(|item| item.id).collect();
        self.fresh.retain(|_, item| !gone(item));
        self.burnt.retain(|_, item| !gone(item));
        names
    }

    /// Counts the questions with options and those whose answer is none of them.
    #[must_use]
    pub fn truths(&self) -> Truths {
        let mut truths = Truths::default();
        for item in self.fresh.values().chain(self.burnt.values()) {
            if matches!(item.prompt, Prompt::Choice(_)) {
                truths.choices = truths.choices.saturating_add(1);
                let last = choice::NAMED_OPTIONS;
                let none = matches!(item.truth, Truth::Option(place) if usize::from(place) == last);
                truths.none = truths.none.saturating_add(u32::from(none));
            }
        }
        truths
    }

    /// Returns how many items are at hand.
    #[must_use]
    pub fn fresh(&self) -> usize {
        self.fresh.len()
    }
}

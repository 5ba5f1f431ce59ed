//! Entries: who has paid for which tickets, and with what.
//!
//! Owns the list in its order, which is the order of tickets, refunds and gifts. Nothing is ever
//! taken out of it. May not know prices or states of a sale. Next: [`super::draw`].

use super::draw::{Digest, Ticket};
use baton_protocol::ids::{PersonId, TicketId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What has become of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Active,
    /// It was cancelled while the sale was open, and paid back.
    Cancelled,
    /// Its payment was taken back, and is not in the pot.
    Void,
    /// Its payment was taken back after the draw; the operator bears that, the pot still has it.
    ChargedBack,
}

/// One payment for tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who.
    pub person: PersonId,
    /// The name under which the person stands in the public list.
    pub holder: Digest,
    /// The person's own number, which counts where there is no beacon.
    pub nonce: Digest,
    /// The tickets.
    pub tickets: Vec<TicketId>,
    /// What was paid. **Units** won.
    pub paid: i64,
    /// How much of it in mileage.
    pub mileage: i64,
    /// What has become of it.
    pub standing: Standing,
}

impl Entry {
    /// Returns how many tickets it is.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.tickets.len()).unwrap_or(u64::MAX)
    }

    /// Returns what was paid in money. **Units** won.
    #[must_use]
    pub const fn cash(&self) -> i64 {
        self.paid.saturating_sub(self.mileage)
    }
}

/// All entries of a sale.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entries {
    list: Vec<Entry>,
    places: BTreeMap<PersonId, Vec<usize>>,
    tickets: BTreeMap<TicketId, usize>,
    active: u64,
}

impl Entries {
    /// Adds an entry at the end.
    pub fn add(&mut self, entry: Entry) {
        self.active = self.active.saturating_add(entry.count());
        for ticket in &entry.tickets {
            self.tickets.entry(*ticket).or_insert(self.list.len());
        }
        self.places.entry(entry.person.clone()).or_default().push(self.list.len());
        self.list.push(entry);
    }

    /// Changes what has become of an entry.
    pub fn set(&mut self, place: usize, standing: Standing) {
        let Some(entry) = self.list.get_mut(place) else { return };
        if entry.standing == Standing::Active {
            self.active = self.active.saturating_sub(entry.count());
        }
        entry.standing = standing;
    }

    /// Returns how many tickets count.
    #[must_use]
    pub const fn active(&self) -> u64 {
        self.active
    }

    /// Returns all entries in their order.
    #[must_use]
    pub fn all(&self) -> &[Entry] {
        &self.list
    }

    /// Returns those that count.
    pub fn counting(&self) -> impl Iterator<Item = &Entry> {
        self.list.iter().filter(|entry| entry.standing == Standing::Active)
    }

    /// Finds an entry by its place.
    #[must_use]
    pub fn lookup(&self, place: usize) -> Option<&Entry> {
        self.list.get(place)
    }

    /// Returns the places of a person's entries.
    #[must_use]
    pub fn of(&self, person: &PersonId) -> &[usize] {
        self.places.get(person).map_or(&[], Vec::as_slice)
    }

    /// Returns how many tickets of a person count.
    #[must_use]
    pub fn held(&self, person: &PersonId) -> u64 {
        let entries = self.of(person).iter().filter_map(|place| self.list.get(*place));
        let active = entries.filter(|entry| entry.standing == Standing::Active);
        active.fold(0, |sum, entry| sum.saturating_add(entry.count()))
    }

    /// Finds the place of the entry to which a ticket belongs.
    #[must_use]
    pub fn place_of(&self, ticket: TicketId) -> Option<usize> {
        self.tickets.get(&ticket).copied()
    }

    /// Returns the public list of tickets that count, and for each the place of its entry.
    #[must_use]
    pub fn listed(&self) -> (Arc<[Ticket]>, Arc<[usize]>) {
        let active = self.list.iter().enumerate();
        let active = active.filter(|(_, entry)| entry.standing == Standing::Active);
        let tickets = active.flat_map(|(place, entry)| {
            let holder = entry.holder;
            entry.tickets.iter().map(move |id| (Ticket { id: *id, holder }, place))
        });
        let (tickets, places): (Vec<Ticket>, Vec<usize>) = tickets.unzip();
        (tickets.into(), places.into())
    }
}

/// Adds up won by person, in the order in which persons first appear.
#[must_use]
pub fn gathered(parts: impl Iterator<Item = (PersonId, i64)>) -> Vec<(PersonId, i64)> {
    let mut places: BTreeMap<PersonId, usize> = BTreeMap::new();
    let mut sums: Vec<(PersonId, i64)> = Vec::new();
    for (person, won) in parts {
        let place = *places.entry(person.clone()).or_insert(sums.len());
        match sums.get_mut(place) {
            Some((_, sum)) => *sum = sum.saturating_add(won),
            None => sums.push((person, won)),
        }
    }
    sums
}

//! The units of a sale after the draw: who is asked, who has paid, who has got it.
//!
//! Owns the walk through the order: every ticket of a person who was asked once, or is out, is left
//! out. May not book anything but what a walk asks for. Next: [`super::settle`].

use super::effect::{Effect, Out};
use super::input::Report;
use crate::raffle::draw::Order;
use crate::raffle::entry::{Entries, Standing};
use crate::raffle::figures::Figures;
use crate::time::Timestamp;
use baton_protocol::ids::PersonId;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How long a candidate may take for the second payment: 72 hours, in milliseconds.
pub const OFFER_MS: u64 = 72 * 60 * 60 * 1_000;
/// How long after delivery silence counts as approval: 7 days, in milliseconds.
pub const APPROVAL_MS: u64 = 7 * 24 * 60 * 60 * 1_000;

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// A candidate is asked for the second payment.
    Offered {
        /// Who.
        person: PersonId,
        /// Until when.
        until: Timestamp,
    },
    /// It is paid, or costs nothing more, and is to be delivered.
    Paid {
        /// By whom.
        person: PersonId,
        /// What the delivery service said last.
        report: Option<Report>,
    },
    /// It has arrived.
    Delivered {
        /// At whom.
        person: PersonId,
        /// What the delivery service said last.
        report: Report,
        /// When silence counts as approval.
        approve_by: Timestamp,
    },
    /// It is approved, and the seller has earned it.
    Settled {
        /// By whom.
        person: PersonId,
    },
    /// Nobody is left to be asked.
    Untaken,
}

impl Unit {
    /// Returns the person who has it or is asked.
    #[must_use]
    pub const fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Offered { person, .. }
            | Self::Paid { person, .. }
            | Self::Delivered { person, .. }
            | Self::Settled { person } => Some(person),
            Self::Untaken => None,
        }
    }

    /// Returns the person who has paid for it and has not approved yet.
    #[must_use]
    pub const fn buyer(&self) -> Option<&PersonId> {
        match self {
            Self::Paid { person, .. } | Self::Delivered { person, .. } => Some(person),
            Self::Offered { .. } | Self::Settled { .. } | Self::Untaken => None,
        }
    }

    /// Returns the person for whom it is settled.
    #[must_use]
    pub const fn owner(&self) -> Option<&PersonId> {
        match self {
            Self::Settled { person } => Some(person),
            Self::Offered { .. } | Self::Paid { .. } | Self::Delivered { .. } | Self::Untaken => {
                None
            }
        }
    }

    /// Returns the next point in time at which something happens by itself.
    #[must_use]
    pub const fn deadline(&self) -> Option<Timestamp> {
        match self {
            Self::Offered { until, .. } => Some(*until),
            Self::Delivered { approve_by, .. } => Some(*approve_by),
            Self::Paid { .. } | Self::Settled { .. } | Self::Untaken => None,
        }
    }
}

/// A sale after its draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The units, in the order of the draw.
    pub units: Vec<Unit>,
    /// The figures.
    pub figures: Arc<Figures>,
    /// Persons whose second payment was taken back by their banks after delivery.
    pub unpaid: BTreeSet<PersonId>,
    order: Arc<Order>,
    places: Arc<[usize]>,
    next: usize,
    out: BTreeSet<PersonId>,
}

impl Drawn {
    pub(super) fn new(order: Order, places: Arc<[usize]>, figures: Figures) -> Self {
        Self {
            units: vec![Unit::Untaken; figures.p2.len()],
            figures: Arc::new(figures),
            unpaid: BTreeSet::new(),
            order: Arc::new(order),
            places,
            next: 0,
            out: BTreeSet::new(),
        }
    }

    /// Returns the order.
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// Asks the next person in the order for a unit, or leaves it untaken.
    pub(super) fn offer(&mut self, unit: usize, entries: &Entries, now: Timestamp, out: &mut Out) {
        let next = self.next_person(entries);
        let won = self.figures.p2_of(unit);
        let offered = match next {
            None => Unit::Untaken,
            Some(person) if won == 0 => {
                out.send(Effect::Deliver { unit, person: person.clone() });
                Unit::Paid { person, report: None }
            }
            Some(person) => {
                let until = now.after_ms(OFFER_MS);
                out.send(Effect::Ask { unit, person: person.clone(), won, until });
                Unit::Offered { person, until }
            }
        };
        self.set(unit, offered);
    }

    fn next_person(&mut self, entries: &Entries) -> Option<PersonId> {
        loop {
            let ticket = self.order.lookup(self.next)?;
            self.next = self.next.saturating_add(1);
            let place = usize::try_from(ticket).ok().and_then(|ticket| self.places.get(ticket));
            let Some(entry) = place.and_then(|place| entries.lookup(*place)) else { continue };
            if entry.standing == Standing::Active && self.out.insert(entry.person.clone()) {
                return Some(entry.person.clone());
            }
        }
    }

    /// Leaves a person out of every redraw.
    pub(super) fn bar(&mut self, person: PersonId) {
        self.out.insert(person);
    }

    pub(super) fn set(&mut self, unit: usize, to: Unit) {
        if let Some(place) = self.units.get_mut(unit) {
            *place = to;
        }
    }

    /// Finds the unit that a person has or is asked for.
    #[must_use]
    pub fn unit_of(&self, person: &PersonId) -> Option<(usize, &Unit)> {
        self.units.iter().enumerate().find(|(_, unit)| unit.person() == Some(person))
    }

    /// Says whether nothing is open any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.units.iter().all(|unit| matches!(unit, Unit::Settled { .. } | Unit::Untaken))
    }

    /// Returns those who have a unit: it is paid, delivered or settled.
    pub fn buyers(&self) -> impl Iterator<Item = &PersonId> {
        self.units.iter().filter_map(|unit| unit.buyer().or_else(|| unit.owner()))
    }
}

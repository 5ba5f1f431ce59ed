//! A program's whole tree in one call, where its toolkit keeps one: GTK 3 and 4 do.
//!
//! Owns reading `Cache.GetItems`. A snapshot is as old as the call: it finds controls, and a
//! control itself is asked what it shows. Next: [`super::tree`], which walks it.

use super::bus::{Bus, Target};
use crate::entry::seams::Fault;
use std::collections::BTreeMap;
use zbus::OwnedObjectPath;

/// Where a program keeps its tree. Source: at-spi2-core, `xml/Cache.xml`.
const CACHE: &str = "/org/a11y/atspi/cache";

/// The name on the bus and the path of an object.
pub(super) type Reference = (String, OwnedObjectPath);
/// Object, program, parent, place in parent, number of children, interfaces, name, role,
/// description, states. Older toolkits send other parts, and then there is no snapshot.
type Row = (Reference, Reference, Reference, i32, i32, Vec<String>, String, u32, String, Vec<u32>);

/// One object as it was.
#[derive(Debug)]
pub(super) struct Seen {
    /// Its accessible name.
    pub label: String,
    /// The number of its role.
    pub role: u32,
    /// Its states.
    pub state: u64,
    children: Vec<(i32, String)>,
    children_told: usize,
}

/// A program's objects by path.
#[derive(Debug, Default)]
pub(super) struct Snapshot(BTreeMap<String, Seen>);

impl Snapshot {
    /// Takes one of a program. Empty where its toolkit keeps no tree.
    pub(super) fn take(bus: &Bus, program: &str) -> Result<Self, Fault> {
        let to = Target { name: program, path: CACHE, interface: "org.a11y.atspi.Cache" };
        match bus.call::<_, Vec<Row>>(to, "GetItems", &()) {
            Ok(rows) => Ok(Self::of(program, rows)),
            // A silent program is silent in a walk too; any other answer is "not here".
            Err(fault @ Fault::Silent(_)) => Err(fault),
            Err(Fault::Gone(_) | Fault::Broken { .. }) => Ok(Self::default()),
        }
    }

    fn of(program: &str, rows: Vec<Row>) -> Self {
        let mut seen = BTreeMap::new();
        let mut places = Vec::new();
        for ((_, path), _, (parent_of, parent), place, children, _, label, role, _, words) in rows {
            let path = path.to_string();
            if parent_of == program {
                places.push((parent.to_string(), place, path.clone()));
            }
            let state = state_of(&words);
            let children_told = usize::try_from(children).unwrap_or_default();
            let one = Seen { label, role, state, children: Vec::new(), children_told };
            seen.insert(path, one);
        }
        for (parent, place, path) in places {
            if let Some(parent) = seen.get_mut(&parent) {
                parent.children.push((place, path));
            }
        }
        seen.values_mut().for_each(|one| one.children.sort());
        Self(seen)
    }

    /// Returns an object as it was.
    pub(super) fn get(&self, path: &str) -> Option<&Seen> {
        self.0.get(path)
    }
}

impl Seen {
    /// Returns the paths of its children in reading order, or nothing where the snapshot lacks
    /// some: toolkits add a new part a moment after they show it, and leave out large tables.
    pub(super) fn children(&self) -> Option<impl DoubleEndedIterator<Item = &str>> {
        let whole = self.children.len() >= self.children_told;
        whole.then(|| self.children.iter().map(|(_, path)| path.as_str()))
    }
}

/// Reads a set of states from its two words.
pub(super) fn state_of(words: &[u32]) -> u64 {
    let word = |place: usize| u64::from(words.get(place).copied().unwrap_or_default());
    word(0) | (word(1) << 32)
}

#[cfg(test)]
mod tests;

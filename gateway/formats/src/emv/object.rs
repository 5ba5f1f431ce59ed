//! Objects of id, length in characters and value, at one level.
//!
//! Owns the writing that EMVCo MPM 1.1, 3.2 defines, for the whole and for templates alike. Empty
//! values are read, since real codes have them; [`super::rules`] refuses them. Next:
//! [`super::checksum`].

use super::fault::{Place, QrFault};
use super::id::Id;

/// The most characters of a value: what two digits of length can say.
pub const VALUE_CHARACTERS_MAX: usize = 99;

/// A name and a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its name.
    pub id: Id,
    /// Its value, of at most [`VALUE_CHARACTERS_MAX`] characters.
    pub value: String,
}

/// The parts of an object that has some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    id: Id,
    parts: Vec<Object>,
}

impl Template {
    /// Starts a template without parts.
    #[must_use]
    pub const fn new(id: Id) -> Self {
        Self { id, parts: Vec::new() }
    }

    /// Reads the value of an object as parts.
    ///
    /// # Errors
    /// [`QrFault::HeadInvalid`], [`QrFault::Cut`], [`QrFault::Twice`] or [`QrFault::Control`], with
    /// the place of the part.
    pub fn parse(id: Id, value: &str) -> Result<Self, QrFault> {
        Ok(Self { id, parts: read(value, Some(id))? })
    }

    /// Returns the template with a part at its end.
    ///
    /// # Errors
    /// As [`super::Payload::with`]; [`QrFault::LengthInvalid`] of the template when it grows over
    /// [`VALUE_CHARACTERS_MAX`].
    pub fn with(mut self, id: Id, value: &str) -> Result<Self, QrFault> {
        add(&mut self.parts, Place::part(self.id, id), value)?;
        if self.to_value().chars().count() > VALUE_CHARACTERS_MAX {
            return Err(QrFault::LengthInvalid { place: Place::outer(self.id) });
        }
        Ok(self)
    }

    /// Returns the id of the object that holds the parts.
    #[must_use]
    pub const fn id(&self) -> Id {
        self.id
    }

    /// Looks up a part.
    #[must_use]
    pub fn text(&self, id: Id) -> Option<&str> {
        lookup(&self.parts, id)
    }

    /// Returns whose template it is: a reverse domain, an application identifier or a UUID.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.text(Id::OWNER)
    }

    /// Returns the parts in their order.
    #[must_use]
    pub fn parts(&self) -> &[Object] {
        &self.parts
    }

    /// Writes the value of the object that holds the parts.
    #[must_use]
    pub fn to_value(&self) -> String {
        let mut value = String::new();
        write(&self.parts, &mut value);
        value
    }
}

/// Reads a text as objects; every character must belong to one.
pub(super) fn read(text: &str, template: Option<Id>) -> Result<Vec<Object>, QrFault> {
    let mut objects = Vec::new();
    let mut seen = 0_u128;
    let mut after = template.map(Place::outer);
    let mut rest = text;
    while !rest.is_empty() {
        let (id, length, tail) = head(rest).ok_or(QrFault::HeadInvalid { after })?;
        let place = Place { template, id };
        let (value, tail) = take(tail, length).ok_or(QrFault::Cut { place })?;
        if value.chars().any(char::is_control) {
            return Err(QrFault::Control { place });
        }
        let bit = 1_u128 << id.number();
        if seen & bit != 0 {
            return Err(QrFault::Twice { place });
        }
        seen |= bit;
        after = Some(place);
        objects.push(Object { id, value: value.to_owned() });
        rest = tail;
    }
    Ok(objects)
}

/// Writes objects one after another.
pub(super) fn write(objects: &[Object], out: &mut String) {
    for Object { id, value } in objects {
        out.push_str(&format!("{id}{:02}", value.chars().count()));
        out.push_str(value);
    }
}

/// Adds an object that every reader accepts.
pub(super) fn add(objects: &mut Vec<Object>, place: Place, value: &str) -> Result<(), QrFault> {
    if lookup(objects, place.id).is_some() {
        return Err(QrFault::Twice { place });
    }
    if !(1..=VALUE_CHARACTERS_MAX).contains(&value.chars().count()) {
        return Err(QrFault::LengthInvalid { place });
    }
    if value.chars().any(char::is_control) {
        return Err(QrFault::Control { place });
    }
    objects.push(Object { id: place.id, value: value.to_owned() });
    Ok(())
}

pub(super) fn lookup(objects: &[Object], id: Id) -> Option<&str> {
    objects.iter().find(|object| object.id == id).map(|object| object.value.as_str())
}

fn head(text: &str) -> Option<(Id, usize, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let (id, length) = digits.split_at_checked(2)?;
    Some((Id::new(two_digits(id)?)?, usize::from(two_digits(length)?), rest))
}

/// Reads two digits; a sign, which a number could have, is not one.
fn two_digits(text: &str) -> Option<u8> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

/// Splits a text after a number of characters, or returns nothing when it has fewer.
fn take(text: &str, characters: usize) -> Option<(&str, &str)> {
    let ends = text.char_indices().map(|(place, _)| place).chain([text.len()]);
    let end = ends.into_iter().nth(characters)?;
    text.split_at_checked(end)
}

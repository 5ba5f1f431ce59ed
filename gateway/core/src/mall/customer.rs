//! Who buys: a member or a guest, and where to reach them.
//!
//! Owns what keeps personal data out of logs: nothing here prints more than a first letter. May not
//! know orders. Next: [`super::member`].

use baton_protocol::ids::MemberId;
use std::fmt;

/// Bytes of each field of a contact: a long Korean address in UTF-8, twice.
pub const CONTACT_FIELD_BYTES_MAX: usize = 400;

/// An e-mail address, in small letters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Email(String);

/// A contact that nobody could be reached by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactInvalid {
    /// It is no address of the form name@place.
    #[error("the e-mail address needs a name, an @ and a place")]
    Email,
    /// A field is empty.
    #[error("the field {0} is empty")]
    Empty(&'static str),
    /// A field is longer than [`CONTACT_FIELD_BYTES_MAX`].
    #[error("the field {0} is too long")]
    TooLong(&'static str),
}

impl Email {
    /// Reads an address. Large and small letters are one; nothing else of it is judged.
    ///
    /// # Errors
    /// [`ContactInvalid::Email`].
    pub fn parse(text: &str) -> Result<Self, ContactInvalid> {
        let text = text.trim().to_lowercase();
        let halves = text.split_once('@').filter(|(name, place)| {
            !name.is_empty() && place.contains('.') && !place.contains('@')
        });
        let printable = text.chars().all(|sign| !sign.is_whitespace() && !sign.is_control());
        if halves.is_none() || !printable || text.len() > CONTACT_FIELD_BYTES_MAX {
            return Err(ContactInvalid::Email);
        }
        Ok(Self(text))
    }

    /// Returns the address, for sending a mail to it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…@…", self.0.chars().next().unwrap_or('?'))
    }
}

/// Who buys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Customer {
    /// Somebody who is registered.
    Member(MemberId),
    /// Somebody who is not; known again by the address.
    Guest(Email),
}

/// Where an order goes and who is told of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    name: String,
    email: Email,
    phone: String,
    address: String,
}

impl Contact {
    /// Makes a contact.
    ///
    /// # Errors
    /// Each variant of [`ContactInvalid`] as it says.
    pub fn new(
        name: &str,
        email: Email,
        phone: &str,
        address: &str,
    ) -> Result<Self, ContactInvalid> {
        for (field, text) in [("name", name), ("phone", phone), ("address", address)] {
            if text.trim().is_empty() {
                return Err(ContactInvalid::Empty(field));
            }
            if text.len() > CONTACT_FIELD_BYTES_MAX {
                return Err(ContactInvalid::TooLong(field));
            }
        }
        let [name, phone, address] = [name, phone, address].map(|text| text.trim().to_owned());
        Ok(Self { name, email, phone, address })
    }

    /// Returns the name on the parcel.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the address that mails go to.
    #[must_use]
    pub const fn email(&self) -> &Email {
        &self.email
    }

    /// Returns the telephone number.
    #[must_use]
    pub fn phone(&self) -> &str {
        &self.phone
    }

    /// Returns where parcels go.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({:?})", self.email)
    }
}

#[cfg(test)]
mod tests;

//! What EMVCo demands of a merchant-presented code beyond its form.
//!
//! Owns the tables of mandatory objects, lengths and characters (EMVCo MPM 1.1, tables 3.1 to 3.9).
//! Reserved ids are let through. Next: [`super::merchant`], which reads a code that passes.

use super::fault::{Place, QrFault};
use super::id::Id;
use super::object::{Object, Template, lookup};
use super::payload::{Payload, invalid};
use std::ops::RangeInclusive;

/// Whether an object must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Mandatory,
    Optional,
}
use Presence::{Mandatory, Optional};

/// What a value may consist of.
#[derive(Clone, Copy)]
enum Class {
    /// Digits.
    Numeric,
    /// Latin letters.
    Letters,
    /// Visible ASCII and blanks.
    Special,
    /// Any writing.
    Any,
    /// Some of the letters A, M and E, each once.
    Requests,
}
use Class::{Any, Letters, Numeric, Requests, Special};

/// One object: id, presence, characters, how many of them.
struct Row(Id, Presence, Class, RangeInclusive<usize>);

const OUTER: &[Row] = &[
    Row(Id::INITIATION, Optional, Numeric, 2..=2),
    Row(Id::CATEGORY, Mandatory, Numeric, 4..=4),
    Row(Id::CURRENCY, Mandatory, Numeric, 3..=3),
    Row(Id::AMOUNT, Optional, Special, 1..=13),
    Row(Id::TIP, Optional, Numeric, 2..=2),
    Row(Id::FEE_FIXED, Optional, Special, 1..=13),
    Row(Id::FEE_PERCENT, Optional, Special, 1..=5),
    Row(Id::COUNTRY, Mandatory, Letters, 2..=2),
    Row(Id::NAME, Mandatory, Special, 1..=25),
    Row(Id::CITY, Mandatory, Special, 1..=15),
    Row(Id::POSTAL, Optional, Special, 1..=10),
];

const OWNED: &[Row] = &[Row(Id::OWNER, Mandatory, Special, 1..=32)];

const ADDITIONAL: &[Row] = &[
    Row(Id::at(1), Optional, Special, 1..=25),
    Row(Id::at(2), Optional, Special, 1..=25),
    Row(Id::at(3), Optional, Special, 1..=25),
    Row(Id::at(4), Optional, Special, 1..=25),
    Row(Id::at(5), Optional, Special, 1..=25),
    Row(Id::at(6), Optional, Special, 1..=25),
    Row(Id::at(7), Optional, Special, 1..=25),
    Row(Id::at(8), Optional, Special, 1..=25),
    Row(Id::at(9), Optional, Requests, 1..=3),
    Row(Id::at(10), Optional, Special, 1..=20),
    Row(Id::at(11), Optional, Special, 3..=3),
];

const LANGUAGE: &[Row] = &[
    Row(Id::at(0), Mandatory, Letters, 2..=2),
    Row(Id::at(1), Mandatory, Any, 1..=25),
    Row(Id::at(2), Optional, Any, 1..=15),
];

impl Payload {
    /// Checks the code against every rule of EMVCo.
    ///
    /// # Errors
    /// The first object that is [`QrFault::Missing`] or [`QrFault::Unexpected`], has
    /// [`QrFault::LengthInvalid`] or [`QrFault::ValueInvalid`], or a template's fault of form.
    pub fn check(&self) -> Result<(), QrFault> {
        keep(self.objects(), OUTER, None)?;
        for object in self.objects() {
            self.check_object(object)?;
        }
        let accounts = Id::NETWORK_FIRST..=Id::ACCOUNT_LAST;
        if !self.objects().iter().any(|object| accounts.contains(&object.id)) {
            return Err(QrFault::Missing { place: Place::outer(Id::NETWORK_FIRST) });
        }
        self.initiation()?;
        self.amount()?;
        self.tip()?;
        Ok(())
    }

    fn check_object(&self, object: &Object) -> Result<(), QrFault> {
        if object.value.is_empty() {
            return Err(QrFault::LengthInvalid { place: Place::outer(object.id) });
        }
        if !object.id.is_template() {
            let network = (Id::NETWORK_FIRST..Id::ACCOUNT_FIRST).contains(&object.id);
            let fits = !network || Special.fits(&object.value);
            return if fits { Ok(()) } else { Err(invalid(object.id)) };
        }
        let template = Template::parse(object.id, &object.value)?;
        let rows = match object.id {
            Id::ADDITIONAL => ADDITIONAL,
            Id::LANGUAGE => LANGUAGE,
            _ => OWNED,
        };
        keep(template.parts(), rows, Some(object.id))?;
        if let Some(empty) = template.parts().iter().find(|part| part.value.is_empty()) {
            return Err(QrFault::LengthInvalid { place: Place::part(object.id, empty.id) });
        }
        Ok(())
    }
}

impl Class {
    fn fits(self, value: &str) -> bool {
        let each = |allowed: fn(&u8) -> bool| value.bytes().all(|byte| allowed(&byte));
        match self {
            Self::Numeric => each(u8::is_ascii_digit),
            Self::Letters => each(u8::is_ascii_alphabetic),
            Self::Special => each(|byte| (b' '..=b'~').contains(byte)),
            Self::Any => true,
            Self::Requests => {
                let once = |letter| value.matches(letter).count() <= 1;
                each(|byte| b"AME".contains(byte)) && ['A', 'M', 'E'].into_iter().all(once)
            }
        }
    }
}

fn keep(objects: &[Object], rows: &[Row], template: Option<Id>) -> Result<(), QrFault> {
    for Row(id, presence, class, lengths) in rows {
        let place = Place { template, id: *id };
        let Some(value) = lookup(objects, *id) else {
            match presence {
                Presence::Mandatory => return Err(QrFault::Missing { place }),
                Presence::Optional => continue,
            }
        };
        if !lengths.contains(&value.chars().count()) {
            return Err(QrFault::LengthInvalid { place });
        }
        if !class.fits(value) {
            return Err(QrFault::ValueInvalid { place });
        }
    }
    Ok(())
}

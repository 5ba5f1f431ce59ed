//! Every object at every level, in the order of the bytes, without recursion or allocation.
//!
//! Owns the descent. Next: [`super::write`].

use super::fault::{DEPTH_MAX, TlvFault};
use super::form::Form;
use super::object::{Object, Objects, read};

/// All objects of a run of bytes; one that holds others comes before them. A fault ends the walk.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    level: Objects<'a>,
    above: [Option<Objects<'a>>; DEPTH_MAX],
}

/// Starts a walk.
#[must_use]
pub fn walk(bytes: &[u8], form: Form) -> Walk<'_> {
    Walk { level: read(bytes, form), above: [None; DEPTH_MAX] }
}

/// Reads every level and keeps nothing.
///
/// # Errors
/// The first [`TlvFault`] from left to right.
pub fn check(bytes: &[u8], form: Form) -> Result<(), TlvFault> {
    walk(bytes, form).try_for_each(|object| object.map(drop))
}

impl<'a> Walk<'a> {
    fn descend(&mut self, object: Object<'a>) -> Result<Object<'a>, TlvFault> {
        if object.tag.is_constructed() {
            let path = object.path();
            let depth = self.level.path().tags().len();
            let place = self.above.get_mut(depth).ok_or(TlvFault::TooDeep { path })?;
            *place = Some(std::mem::replace(&mut self.level, object.objects()?));
        }
        Ok(object)
    }

    fn ascend(&mut self) -> Option<()> {
        let depth = self.level.path().tags().len().checked_sub(1)?;
        self.level = self.above.get_mut(depth)?.take()?;
        Some(())
    }

    fn end(&mut self, fault: TlvFault) -> TlvFault {
        self.level = read(&[], Form::STRICT);
        fault
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Result<Object<'a>, TlvFault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(object) = self.level.next() {
                let object = object.and_then(|object| self.descend(object));
                return Some(object.map_err(|fault| self.end(fault)));
            }
            self.ascend()?;
        }
    }
}

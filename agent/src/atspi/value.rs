//! Writing by setting a control's value at once, through the accessibility interface.
//!
//! Owns that one call. Focus, input method, CapsLock and a window in front do not matter to it.
//! Next: [`crate::entry::prepare`], which reads back.

use super::bus::{Bus, Target};
use super::tree::address;
use crate::config::recipe::EntryWay;
use crate::entry::cause::Cause;
use crate::entry::seams::{Answer, Control, Fault, Guard, Place, Stop, Window, Writer};
use std::rc::Rc;

/// Seam 3 over AT-SPI.
#[derive(Debug)]
pub struct SetValue {
    bus: Rc<Bus>,
}

impl SetValue {
    /// Makes the writer.
    #[must_use]
    pub const fn new(bus: Rc<Bus>) -> Self {
        Self { bus }
    }

    fn set(&self, field: &Control, text: &str) -> Result<(), Fault> {
        let (name, path) = address(field)?;
        let to = Target { name: &name, path: &path, interface: "org.a11y.atspi.EditableText" };
        let done: bool = self.bus.call(to, "SetTextContents", &(text))?;
        if done {
            return Ok(());
        }
        let what = "the field refused a value".to_owned();
        Err(Fault::Broken { place: "accessibility", what })
    }
}

impl Writer for SetValue {
    fn way(&self) -> EntryWay {
        EntryWay::SetValue
    }

    fn can_write(&mut self, _: &str) -> Result<Answer, Fault> {
        Ok(Answer::Yes)
    }

    fn clear(&mut self, place: Place<'_>, _: &mut dyn Guard) -> Result<(), Stop> {
        Ok(self.set(place.field, "")?)
    }

    fn write(&mut self, place: Place<'_>, text: &str, _: &mut dyn Guard) -> Result<(), Stop> {
        Ok(self.set(place.field, text)?)
    }

    fn key(&mut self, _: &Window, _: &str, _: &mut dyn Guard) -> Result<(), Stop> {
        Err(Stop::Guarded(Cause::Unwritable))
    }
}

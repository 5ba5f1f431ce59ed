//! Drawn controls as Microsoft Active Accessibility (MSAA) tells them.
//!
//! Owns what its roles and state bits are in a recipe. Next: [`super::automation`], which newer
//! programs have instead.

use super::drawn::{Marks, Part};
use baton_win32::window::Handle;
use baton_win32::{Failed, accessible};

/// State bits. Source: `oleacc.h`, `STATE_SYSTEM_UNAVAILABLE` and the next four.
const UNAVAILABLE: u32 = 0x0000_0001;
/// See [`UNAVAILABLE`].
const FOCUSED: u32 = 0x0000_0004;
/// See [`UNAVAILABLE`].
const READ_ONLY: u32 = 0x0000_0040;
/// See [`UNAVAILABLE`].
const INVISIBLE: u32 = 0x0000_8000;
/// See [`UNAVAILABLE`].
const PROTECTED: u32 = 0x2000_0000;

/// What MSAA's roles are in a recipe. Source: `oleacc.h`, `ROLE_SYSTEM_…`.
const ROLES: &[(u32, &str)] = &[
    (23, "status bar"),
    (24, "table"),
    (29, "table cell"),
    (33, "list"),
    (34, "list item"),
    (41, "label"),
    (42, "text"),
    (43, "push button"),
    (44, "check box"),
    (45, "radio button"),
    (46, "combo box"),
];

impl Part for accessible::Part {
    fn inside(window: Handle) -> Result<Self, Failed> {
        Self::inside(window)
    }

    /// Nothing is kept of a part: each question goes to the part itself.
    fn again(&self) -> Result<Self, Failed> {
        Ok(self.clone())
    }

    fn is_simple(&self) -> bool {
        self.is_simple()
    }

    fn parts(&self) -> Result<Vec<Self>, Failed> {
        self.parts()
    }

    fn role(&self) -> Result<&'static str, Failed> {
        let number = self.role()?;
        let known = ROLES.iter().find(|(known, _)| *known == number);
        Ok(known.map_or("unknown", |(_, role)| *role))
    }

    fn marks(&self) -> Result<Marks, Failed> {
        let state = self.state()?;
        Ok(Marks {
            hidden: state & INVISIBLE != 0,
            disabled: state & UNAVAILABLE != 0,
            focused: state & FOCUSED != 0,
            read_only: state & READ_ONLY != 0,
            protected: state & PROTECTED != 0,
        })
    }

    fn name(&self) -> Result<Option<String>, Failed> {
        self.name()
    }

    fn value(&self) -> Result<Option<String>, Failed> {
        self.value()
    }

    fn set_value(&self, text: &str) -> Result<(), Failed> {
        self.set_value(text)
    }

    fn press(&self) -> Result<(), Failed> {
        self.press()
    }

    fn take_focus(&self) -> Result<(), Failed> {
        self.take_focus()
    }
}

//! Drawn controls as Microsoft UI Automation tells them.
//!
//! Owns what its control types are in a recipe. Not yet run on a real Windows machine, and Wine 8
//! has nothing of it. Next: [`super::writers`].

use super::drawn::{Marks, Part};
use baton_win32::window::Handle;
use baton_win32::{Failed, automation};

/// What control types are in a recipe. Source: `UIAutomationClient.h`, `UIA_…ControlTypeId`.
const ROLES: &[(i32, &str)] = &[
    (50_000, "push button"),
    (50_002, "check box"),
    (50_003, "combo box"),
    (50_004, "text"),
    (50_007, "list item"),
    (50_008, "list"),
    (50_013, "radio button"),
    (50_017, "status bar"),
    (50_020, "label"),
    (50_028, "table"),
    (50_029, "list item"),
    (50_036, "table"),
];

impl Part for automation::Part {
    fn inside(window: Handle) -> Result<Self, Failed> {
        Self::inside(window)
    }

    fn again(&self) -> Result<Self, Failed> {
        self.again()
    }

    fn is_simple(&self) -> bool {
        false
    }

    fn parts(&self) -> Result<Vec<Self>, Failed> {
        self.parts()
    }

    fn role(&self) -> Result<&'static str, Failed> {
        let kind = self.kind()?;
        let known = ROLES.iter().find(|(known, _)| *known == kind);
        Ok(known.map_or("unknown", |(_, role)| *role))
    }

    fn marks(&self) -> Result<Marks, Failed> {
        Ok(Marks {
            hidden: self.is_offscreen()?,
            disabled: !self.is_enabled()?,
            focused: self.is_focused()?,
            read_only: self.is_read_only()?,
            protected: self.is_password()?,
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

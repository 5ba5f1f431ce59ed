//! Controls that a program draws itself, as accessibility knows them.
//!
//! Owns walking that tree and writing into it, alike for both ways to see it ([`super::msaa`],
//! [`super::automation`]). A control is named by its way from the window with role and name, and
//! is gone once another stands there. Dialogs are windows: [`super::controls`] sees them.

use super::controls::{ANSWER_MAX, Controls};
use super::{broken, handle};
use crate::config::recipe::{EntryWay, Selector};
use crate::entry::cause::Cause;
use crate::entry::seams::{
    Answer, Control, ControlTree, Facts, Fault, Found, Guard, Place, Reading, Stop, Window, Writer,
};
use baton_win32::window::Handle;
use baton_win32::{Failed, message};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use zeroize::Zeroizing;

/// The most controls of one walk: a large POS screen has some 600.
const NODES_MAX: usize = 4_000;
/// The most that is remembered; a recipe has about ten controls.
const REMEMBERED_MAX: usize = 256;
/// What separates the parts of a control's name here.
const SEPARATOR: char = '|';

/// A part of a window, as one of the two ways tells it.
pub trait Part: Clone {
    /// Returns the inside of a window.
    ///
    /// # Errors
    /// As all of these: [`Failed`].
    fn inside(window: Handle) -> Result<Self, Failed>;
    /// Returns it so that all that is asked of it is as it is now.
    ///
    /// # Errors
    /// [`Failed::Gone`] when it is no more, where anything is kept of it.
    fn again(&self) -> Result<Self, Failed>;
    /// Tells whether it certainly has no parts.
    fn is_simple(&self) -> bool;
    /// Lists its parts, in reading order.
    ///
    /// # Errors
    /// [`Failed`].
    fn parts(&self) -> Result<Vec<Self>, Failed>;
    /// Returns what it is called in a recipe, `unknown` where it is nothing of these.
    ///
    /// # Errors
    /// [`Failed`].
    fn role(&self) -> Result<&'static str, Failed>;
    /// Returns how it is.
    ///
    /// # Errors
    /// [`Failed`].
    fn marks(&self) -> Result<Marks, Failed>;
    /// Returns its name.
    ///
    /// # Errors
    /// [`Failed`].
    fn name(&self) -> Result<Option<String>, Failed>;
    /// Returns what it holds.
    ///
    /// # Errors
    /// [`Failed`].
    fn value(&self) -> Result<Option<String>, Failed>;
    /// Sets what it holds.
    ///
    /// # Errors
    /// [`Failed`].
    fn set_value(&self, text: &str) -> Result<(), Failed>;
    /// Does what a click on it would do.
    ///
    /// # Errors
    /// [`Failed`].
    fn press(&self) -> Result<(), Failed>;
    /// Gives it the focus.
    ///
    /// # Errors
    /// [`Failed`].
    fn take_focus(&self) -> Result<(), Failed>;
}

/// How a part is.
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    /// It is not shown.
    pub hidden: bool,
    /// Nobody could use it.
    pub disabled: bool,
    /// Keys would go to it.
    pub focused: bool,
    /// What it holds cannot be changed.
    pub read_only: bool,
    /// It does not show what it holds.
    pub protected: bool,
}

/// Seam 2 over such parts.
#[derive(Debug)]
pub struct Drawn<P>(pub Rc<Memory<P>>);

/// What was found before, so that not every question walks the tree: a call takes a millisecond.
#[derive(Debug)]
pub struct Memory<P> {
    insides: RefCell<BTreeMap<Handle, P>>,
    controls: RefCell<BTreeMap<Control, P>>,
    found: RefCell<BTreeMap<(Handle, String), Control>>,
}

impl<P> Default for Memory<P> {
    fn default() -> Self {
        Self {
            insides: RefCell::default(),
            controls: RefCell::default(),
            found: RefCell::default(),
        }
    }
}

impl<P: Part> Memory<P> {
    /// Returns the inside of a window whose program answers.
    fn inside(&self, window: Handle) -> Result<P, Fault> {
        // A call over MSAA waits for ever; a message tells first whether anybody answers.
        message::answers(window, ANSWER_MAX)?;
        let known = self.insides.borrow().get(&window).cloned();
        if let Some(known) = known {
            let there = known.again().and_then(|inside| inside.role().map(|_| inside));
            if let Some(inside) = gone(there)? {
                return Ok(inside);
            }
            self.forget();
        }
        let inside = P::inside(window)?;
        remember(&self.insides, window, &inside);
        Ok(inside)
    }

    fn forget(&self) {
        self.insides.borrow_mut().clear();
        self.controls.borrow_mut().clear();
        self.found.borrow_mut().clear();
    }

    /// Returns what this selector found before, if it is still there and visible.
    fn recalled(&self, key: &(Handle, String)) -> Option<Control> {
        let control = self.found.borrow().get(key).cloned()?;
        let (_, marks) = self.of(&control).ok()?;
        (!marks.hidden).then_some(control)
    }

    /// Finds a control again, and makes sure that it is still what it was.
    fn of(&self, control: &Control) -> Result<(Seen<P>, Marks), Fault> {
        let foreign = || broken("this control is of another surface".to_owned());
        let parts: Vec<&str> = control.0.splitn(4, SEPARATOR).collect();
        let [number, way, ..] = parts.as_slice() else { return Err(foreign()) };
        let window = number.parse().ok().and_then(Handle::of).ok_or_else(foreign)?;
        let inside = self.inside(window)?;
        let known = self.controls.borrow().get(control).cloned();
        let part = match known {
            Some(part) => part.again().map_err(Fault::from),
            None => go(inside, way),
        };
        match part.and_then(|part| Seen::of(part, (*way).to_owned())) {
            Ok((seen, marks)) if seen.control(window) == *control => Ok((seen, marks)),
            Ok(_) | Err(Fault::Gone(_)) => {
                self.forget();
                Err(Fault::Gone("the control"))
            }
            Err(fault) => Err(fault),
        }
    }
}

fn remember<K: Ord, V: Clone>(known: &RefCell<BTreeMap<K, V>>, key: K, value: &V) {
    let mut known = known.borrow_mut();
    if known.len() >= REMEMBERED_MAX {
        known.clear();
    }
    known.insert(key, value.clone());
}

/// Goes a control's way from the inside of its window.
fn go<P: Part>(inside: P, way: &str) -> Result<P, Fault> {
    let mut part = inside;
    for step in way.split('.').filter(|step| !step.is_empty()) {
        let at = step.parse::<usize>().ok();
        let next = part.parts()?.into_iter().nth(at.unwrap_or(usize::MAX));
        part = next.ok_or(Fault::Gone("the control"))?;
    }
    Ok(part)
}

/// A part that was come upon, with its way from the window.
struct Seen<P> {
    part: P,
    way: String,
    role: &'static str,
    name: String,
}

impl<P: Part> Seen<P> {
    fn of(part: P, way: String) -> Result<(Self, Marks), Fault> {
        let marks = part.marks()?;
        let role = match part.role()? {
            "text" if marks.protected => "password text",
            role => role,
        };
        let name = part.name()?.unwrap_or_default();
        // A label may hold its text as its value, as some toolkits have it.
        let name = if name.is_empty() && role == "label" { part.value()? } else { Some(name) };
        Ok((Self { part, way, role, name: name.unwrap_or_default() }, marks))
    }

    fn control(&self, window: Handle) -> Control {
        let Self { way, role, name, .. } = self;
        let number = window.number();
        Control(format!("{number}{SEPARATOR}{way}{SEPARATOR}{role}{SEPARATOR}{name}"))
    }
}

/// Visits the visible parts of a window that a selector describes, in reading order.
fn walk<P: Part>(
    memory: &Memory<P>,
    window: Handle,
    selector: &Selector,
    mut visit: impl FnMut(Seen<P>),
) -> Result<(), Fault> {
    let mut open = vec![(memory.inside(window)?, String::new())];
    let (mut nodes, mut label) = (0_usize, None);
    while let Some((part, way)) = open.pop() {
        nodes = nodes.saturating_add(1);
        if nodes > NODES_MAX {
            return Err(broken("the window has too many controls".to_owned()));
        }
        // What cannot be meant is asked nothing more than what it is.
        let simple = part.is_simple();
        if simple && !meant(gone(part.role())?, selector) {
            continue;
        }
        let Some((seen, marks)) = gone(Seen::of(part, way))? else { continue };
        if marks.hidden {
            continue;
        }
        let before = label.clone();
        if seen.role == "label" {
            label = Some(seen.name.clone());
        }
        if !simple {
            let parts = gone(seen.part.parts())?.unwrap_or_default().into_iter().enumerate();
            let parts = parts.map(|(at, part)| (part, format!("{}.{at}", seen.way)));
            open.extend(parts.collect::<Vec<_>>().into_iter().rev());
        }
        if fits(&seen, before.as_deref(), selector) {
            visit(seen);
        }
    }
    Ok(())
}

/// Tells whether a part of this role may be what a selector describes, or its label.
fn meant(found: Option<&str>, selector: &Selector) -> bool {
    let Some(found) = found else { return false };
    let Some(wanted) = &selector.role else { return true };
    wanted.ends_with(found) || (found == "label" && selector.label.is_some())
}

/// A part that went away during a walk is no fault.
fn gone<T, E: Into<Fault>>(answer: Result<T, E>) -> Result<Option<T>, Fault> {
    match answer.map_err(Into::into) {
        Ok(there) => Ok(Some(there)),
        Err(Fault::Gone(_)) => Ok(None),
        Err(fault @ (Fault::Silent(_) | Fault::Broken { .. })) => Err(fault),
    }
}

fn fits<P>(seen: &Seen<P>, label: Option<&str>, selector: &Selector) -> bool {
    let role = selector.role.as_ref().is_none_or(|wanted| wanted == seen.role);
    let name = selector.name.as_ref().is_none_or(|wanted| wanted.fit(&seen.name).is_some());
    let labelled = selector
        .label
        .as_ref()
        .is_none_or(|wanted| label.is_some_and(|label| wanted.fit(label).is_some()));
    role && name && labelled
}

impl<P: Part> ControlTree for Drawn<P> {
    fn find(&mut self, window: &Window, selector: &Selector) -> Result<Found, Fault> {
        let window = handle(window)?;
        let key = (window, format!("{selector:?}"));
        if let Some(control) = self.0.recalled(&key) {
            return Ok(Found::One(control));
        }
        let mut fit = Vec::new();
        walk(&self.0, window, selector, |seen| fit.push(seen))?;
        if let Some(place) = selector.place {
            fit = fit.into_iter().skip(place).take(1).collect();
        }
        Ok(match (fit.pop(), fit.len()) {
            (Some(seen), 0) => {
                let control = seen.control(window);
                remember(&self.0.controls, control.clone(), &seen.part);
                remember(&self.0.found, key, &control);
                Found::One(control)
            }
            (None, _) => Found::None,
            (Some(_), others) => Found::Many(others.saturating_add(1)),
        })
    }

    fn shown(&mut self, window: &Window, selector: &Selector) -> Result<Option<String>, Fault> {
        let mut first = None;
        walk(&self.0, handle(window)?, selector, |seen| {
            first.get_or_insert(seen.name);
        })?;
        Ok(first)
    }

    fn facts(&mut self, control: &Control) -> Result<Facts, Fault> {
        let (seen, marks) = self.0.of(control)?;
        Ok(Facts {
            showing: Answer::of(!marks.hidden),
            enabled: Answer::of(!marks.disabled),
            focused: Answer::of(marks.focused),
            editable: Answer::of(seen.role.ends_with("text") && !marks.read_only),
        })
    }

    fn read(&mut self, control: &Control) -> Result<Reading, Fault> {
        let (seen, _) = self.0.of(control)?;
        if seen.role == "password text" {
            return Ok(Reading::Hidden);
        }
        Ok(Reading::Text(Zeroizing::new(seen.part.value()?.unwrap_or_default())))
    }

    fn press(&mut self, control: &Control) -> Result<(), Fault> {
        Ok(self.0.of(control)?.0.part.press()?)
    }

    fn focus(&mut self, control: &Control) -> Result<(), Fault> {
        Ok(self.0.of(control)?.0.part.take_focus()?)
    }

    fn modal(&mut self, window: &Window) -> Result<Option<String>, Fault> {
        Controls.modal(window)
    }
}

/// Seam 3 over such parts.
#[derive(Debug)]
pub struct PutValue<P>(pub Rc<Memory<P>>);

impl<P: Part> Writer for PutValue<P> {
    fn way(&self) -> EntryWay {
        EntryWay::SetValue
    }

    fn can_write(&mut self, _: &str) -> Result<Answer, Fault> {
        Ok(Answer::Yes)
    }

    fn clear(&mut self, place: Place<'_>, guard: &mut dyn Guard) -> Result<(), Stop> {
        self.write(place, "", guard)
    }

    fn write(&mut self, place: Place<'_>, text: &str, _: &mut dyn Guard) -> Result<(), Stop> {
        self.0.of(place.field)?.0.part.set_value(text).map_err(Fault::from)?;
        Ok(())
    }

    fn key(&mut self, _: &Window, _: &str, _: &mut dyn Guard) -> Result<(), Stop> {
        Err(Stop::Guarded(Cause::Unwritable))
    }
}

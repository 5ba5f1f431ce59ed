//! The accessibility tree: exactly one control by role and name, remembered while it lives.
//!
//! Owns walking, the memory of found controls and the questions to one control. A walk looks at
//! visible parts only, and asks the program for all of them at once where it can. Next:
//! [`super::value`], which writes; `lesson` below this file describes what a person shows.

mod lesson;

use super::bus::{Bus, Target};
use super::snapshot::{Reference, Snapshot, state_of};
use crate::config::recipe::Selector;
use crate::entry::seams::{
    Answer, Control, ControlTree, Facts, Fault, Found, Reading, Window, WindowId,
};
use std::collections::BTreeMap;
use std::rc::Rc;
use zeroize::Zeroizing;

/// The most controls of one walk: a large POS screen has some 600.
const NODES_MAX: usize = 4_000;
/// The most remembered controls; a recipe has about ten.
const REMEMBERED_MAX: usize = 256;
/// Prefix of every interface.
const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
/// Where the registry lists the programs.
const ROOT: &str = "/org/a11y/atspi/accessible/root";
/// Who tells programs that somebody listens.
const REGISTRY: Target<'_> = Target {
    name: "org.a11y.atspi.Registry",
    path: "/org/a11y/atspi/registry",
    interface: "org.a11y.atspi.Registry",
};
/// What separates the parts of a control's name here; bus names and paths cannot hold it.
const SEPARATOR: char = '|';
/// The role of fields that never show their text.
const ROLE_SECRET: &str = "password text";
/// Roles whose many parts are walked only for a cell of theirs: they are most of a large window. A
/// toggle button's are the entries of a menu that is not open.
const FULL: &[&str] = &["tree table", "table", "menu bar", "toggle button"];
/// Bits of a state set. Source: `AtspiStateType`.
const EDITABLE: u64 = 1 << 7;
/// See [`EDITABLE`].
const ENABLED: u64 = 1 << 8;
/// See [`EDITABLE`].
const FOCUSED: u64 = 1 << 12;
/// See [`EDITABLE`].
const MODAL: u64 = 1 << 16;
/// See [`EDITABLE`].
const SENSITIVE: u64 = 1 << 24;
/// See [`EDITABLE`].
const SHOWING: u64 = 1 << 25;
/// "Labelled by". Source: `AtspiRelationType`.
const LABELLED_BY: u32 = 2;

/// Seam 2 over AT-SPI.
#[derive(Debug)]
pub struct Tree {
    pub(super) bus: Rc<Bus>,
    processes: BTreeMap<String, u32>,
    remembered: BTreeMap<(Control, String), Control>,
    roles: BTreeMap<(String, u32), String>,
    kept: Option<(String, Rc<Snapshot>)>,
    frames: BTreeMap<WindowId, Node>,
}

/// One accessible object.
#[derive(Debug, Clone)]
struct Node {
    name: String,
    path: String,
}

/// What a walk knows of an object; the name is asked for later where it is not known.
struct Part {
    role: String,
    label: Option<String>,
}

impl Tree {
    /// Connects to the accessibility bus of this session.
    ///
    /// # Errors
    /// [`Fault`] where there is no session bus or no accessibility bus.
    pub fn open() -> Result<Self, Fault> {
        let session = Bus::session()?;
        let to = Target { name: "org.a11y.Bus", path: "/org/a11y/bus", interface: "org.a11y.Bus" };
        let address: String = session.call(to, "GetAddress", &())?;
        let bus = Rc::new(Bus::at(&address, "accessibility bus")?);
        // Programs keep a tree to be asked for only while somebody listens to something: this is
        // rare. One that knows no such call keeps none, and is walked.
        let listened: (&str, &[&str], &str) = ("window:create", &[], "");
        bus.call::<_, ()>(REGISTRY, "RegisterEvent", &listened).ok();
        Ok(Self {
            bus,
            processes: BTreeMap::new(),
            remembered: BTreeMap::new(),
            roles: BTreeMap::new(),
            kept: None,
            frames: BTreeMap::new(),
        })
    }

    /// Returns the bus, for the writer.
    #[must_use]
    pub fn bus(&self) -> Rc<Bus> {
        Rc::clone(&self.bus)
    }

    fn children(&self, of: &Node) -> Result<Vec<Node>, Fault> {
        let children: Vec<Reference> = self.bus.call(of.on(ACCESSIBLE), "GetChildren", &())?;
        let node = |(name, path): Reference| Node { name, path: path.to_string() };
        Ok(children.into_iter().map(node).collect())
    }

    fn state(&self, of: &Node) -> Result<u64, Fault> {
        let words: Vec<u32> = self.bus.call(of.on(ACCESSIBLE), "GetState", &())?;
        Ok(state_of(&words))
    }

    fn role(&self, of: &Node) -> Result<String, Fault> {
        self.bus.call(of.on(ACCESSIBLE), "GetRoleName", &())
    }

    fn label(&self, of: &Node) -> Result<String, Fault> {
        let value = self.bus.property(of.on(ACCESSIBLE), "Name")?;
        Ok(String::try_from(value).unwrap_or_default())
    }

    /// Returns the text of the label that says what a control is.
    fn labelled(&self, of: &Node) -> Result<Option<String>, Fault> {
        let relations: Vec<(u32, Vec<Reference>)> =
            self.bus.call(of.on(ACCESSIBLE), "GetRelationSet", &())?;
        let mut by = relations.into_iter().filter(|(kind, _)| *kind == LABELLED_BY);
        let Some((name, path)) = by.next().and_then(|(_, of)| of.into_iter().next()) else {
            return Ok(None);
        };
        self.label(&Node { name, path: path.to_string() }).map(Some)
    }

    /// Keeps those that the label of the selector names.
    fn labelled_so(&self, nodes: Vec<Node>, selector: &Selector) -> Result<Vec<Node>, Fault> {
        let Some(wanted) = &selector.label else { return Ok(nodes) };
        let mut fit = Vec::new();
        for node in nodes {
            let label = gone(self.labelled(&node))?.flatten();
            if label.is_some_and(|label| wanted.fit(&label).is_some()) {
                fit.push(node);
            }
        }
        Ok(fit)
    }

    fn process(&mut self, name: &str) -> Result<u32, Fault> {
        if let Some(process) = self.processes.get(name) {
            return Ok(*process);
        }
        let to = Target {
            name: "org.freedesktop.DBus",
            path: "/org/freedesktop/DBus",
            interface: "org.freedesktop.DBus",
        };
        let process = self.bus.call(to, "GetConnectionUnixProcessID", &(name))?;
        if self.processes.len() >= REMEMBERED_MAX {
            self.processes.clear();
        }
        self.processes.insert(name.to_owned(), process);
        Ok(process)
    }

    fn programs(&mut self, window: &Window) -> Result<Vec<Node>, Fault> {
        let root = Node { name: REGISTRY.name.to_owned(), path: ROOT.to_owned() };
        let mut programs = Vec::new();
        for program in self.children(&root)? {
            // A program that just ended is still listed for a moment.
            let Ok(process) = self.process(&program.name) else { continue };
            if window.process.is_none_or(|wanted| wanted == process) {
                programs.push(program);
            }
        }
        Ok(programs)
    }

    /// Finds the window's own frame: the one visible top level of its program with its title. Once
    /// found it stays, for some programs write what is entered into the title.
    fn frame(&mut self, window: &Window) -> Result<Node, Fault> {
        if let Some(frame) = self.frames.get(&window.id)
            && gone(self.state(frame))?.is_some_and(|state| state & SHOWING != 0)
        {
            return Ok(frame.clone());
        }
        let mut fit = Vec::new();
        for program in self.programs(window)? {
            for frame in self.children(&program)? {
                if self.label(&frame)? == window.title && self.state(&frame)? & SHOWING != 0 {
                    fit.push(frame);
                }
            }
        }
        match (fit.pop(), fit.len()) {
            (Some(frame), 0) => {
                if self.frames.len() >= REMEMBERED_MAX {
                    self.frames.clear();
                }
                self.frames.insert(window.id, frame.clone());
                Ok(frame)
            }
            (Some(_), _) => Err(broken("two windows of the program have the same title")),
            (None, _) => Err(Fault::Gone("the window in the accessibility tree")),
        }
    }

    /// Walks the visible part of a window in reading order, and calls `visit` with what fits role.
    fn walk(
        &mut self,
        snapshot: &Snapshot,
        frame: &Node,
        selector: &Selector,
        visit: &mut dyn FnMut(&Node, String),
    ) -> Result<(), Fault> {
        let mut open = vec![frame.clone()];
        let mut seen = 0_usize;
        while let Some(node) = open.pop() {
            seen = seen.saturating_add(1);
            if seen > NODES_MAX {
                return Err(broken("the window has too many controls"));
            }
            let Some(part) = gone(self.part(snapshot, &node))?.flatten() else { continue };
            if selector.role.as_ref().is_none_or(|wanted| *wanted == part.role) {
                let label = match part.label {
                    Some(label) => Some(label),
                    None => gone(self.label(&node))?,
                };
                label.into_iter().for_each(|label| visit(&node, label));
            }
            if FULL.contains(&part.role.as_str()) && selector.role.as_deref() != Some("table cell")
            {
                continue;
            }
            let children = snapshot.get(&node.path).and_then(|seen| seen.children());
            match children {
                Some(paths) => {
                    let child =
                        |path: &str| Node { name: node.name.clone(), path: path.to_owned() };
                    open.extend(paths.rev().map(child));
                }
                None => {
                    let children = gone(self.children(&node))?.unwrap_or_default();
                    open.extend(children.into_iter().rev());
                }
            }
        }
        Ok(())
    }

    /// What a walk must know of one object, from the snapshot or from itself; nothing of a hidden
    /// one.
    fn part(&mut self, snapshot: &Snapshot, node: &Node) -> Result<Option<Part>, Fault> {
        let Some(seen) = snapshot.get(&node.path) else {
            if self.state(node)? & SHOWING == 0 {
                return Ok(None);
            }
            return Ok(Some(Part { role: self.role(node)?, label: None }));
        };
        if seen.state & SHOWING == 0 {
            return Ok(None);
        }
        let key = (node.name.clone(), seen.role);
        let role = match self.roles.get(&key) {
            Some(role) => role.clone(),
            // A snapshot numbers roles; what a number is called is asked once.
            None => self.role(node)?,
        };
        if self.roles.len() >= REMEMBERED_MAX {
            self.roles.clear();
        }
        self.roles.insert(key, role.clone());
        Ok(Some(Part { role, label: Some(seen.label.clone()) }))
    }

    fn fits(selector: &Selector, label: &str) -> bool {
        selector.name.as_ref().is_none_or(|name| name.fit(label).is_some())
    }

    /// A remembered control, if it is still what it was.
    fn recalled(&self, key: &(Control, String), selector: &Selector) -> Option<Control> {
        let control = self.remembered.get(key)?;
        let node = Node::of(control).ok()?;
        let showing = self.state(&node).ok()? & SHOWING != 0;
        let label = self.label(&node).ok()?;
        let nodes = self.labelled_so(vec![node], selector).ok()?;
        (showing && !nodes.is_empty() && Self::fits(selector, &label)).then(|| control.clone())
    }

    /// Takes a snapshot of a frame's program, and keeps it for the next search.
    fn snapshot(&mut self, frame: &Node) -> Result<Rc<Snapshot>, Fault> {
        let taken = Rc::new(Snapshot::take(&self.bus, &frame.name)?);
        self.kept = Some((frame.name.clone(), Rc::clone(&taken)));
        Ok(taken)
    }

    /// Finds what a selector describes, in a snapshot that may be old.
    fn matches(
        &mut self,
        snapshot: &Snapshot,
        frame: &Node,
        selector: &Selector,
    ) -> Result<Vec<Node>, Fault> {
        let mut fit = Vec::new();
        self.walk(snapshot, frame, selector, &mut |node, label| {
            if Self::fits(selector, &label) {
                fit.push(node.clone());
            }
        })?;
        fit = self.labelled_so(fit, selector)?;
        if let Some(place) = selector.place {
            fit = fit.into_iter().skip(place).take(1).collect();
        }
        Ok(fit)
    }

    fn remember(&mut self, key: &(Control, String), node: &Node) -> Result<Control, Fault> {
        let control = Control(node.key(&self.role(node)?));
        if self.remembered.len() >= REMEMBERED_MAX {
            self.remembered.clear();
        }
        self.remembered.insert(key.clone(), control.clone());
        Ok(control)
    }
}

impl ControlTree for Tree {
    fn find(&mut self, window: &Window, selector: &Selector) -> Result<Found, Fault> {
        let frame = self.frame(window)?;
        let key = (Control(frame.key("")), format!("{selector:?}"));
        if let Some(control) = self.recalled(&key, selector) {
            return Ok(Found::One(control));
        }
        // What the last snapshot shows is asked whether it still is what it was.
        let kept = self.kept.clone().filter(|(program, _)| *program == frame.name);
        if let Some((_, snapshot)) = kept
            && let [node] = self.matches(&snapshot, &frame, selector)?.as_slice()
            && gone(self.remember(&key, node))?.is_some()
            && let Some(control) = self.recalled(&key, selector)
        {
            return Ok(Found::One(control));
        }
        let snapshot = self.snapshot(&frame)?;
        let fit = self.matches(&snapshot, &frame, selector)?;
        let (Some(node), 1) = (fit.first(), fit.len()) else {
            return Ok(if fit.is_empty() { Found::None } else { Found::Many(fit.len()) });
        };
        Ok(Found::One(self.remember(&key, node)?))
    }

    fn shown(&mut self, window: &Window, selector: &Selector) -> Result<Option<String>, Fault> {
        let frame = self.frame(window)?;
        let mut first = None;
        let snapshot = self.snapshot(&frame)?;
        self.walk(&snapshot, &frame, selector, &mut |_, label| {
            if first.is_none() && Self::fits(selector, &label) {
                first = Some(label);
            }
        })?;
        Ok(first)
    }

    fn facts(&mut self, control: &Control) -> Result<Facts, Fault> {
        let state = self.state(&Node::of(control)?)?;
        let enabled = state & (ENABLED | SENSITIVE) == ENABLED | SENSITIVE;
        Ok(Facts {
            showing: Answer::of(state & SHOWING != 0),
            enabled: Answer::of(enabled),
            focused: Answer::of(state & FOCUSED != 0),
            editable: Answer::of(state & EDITABLE != 0),
        })
    }

    fn read(&mut self, control: &Control) -> Result<Reading, Fault> {
        if control.0.ends_with(ROLE_SECRET) {
            return Ok(Reading::Hidden);
        }
        let node = Node::of(control)?;
        let text: String = self.bus.call(node.on("org.a11y.atspi.Text"), "GetText", &(0, -1))?;
        Ok(Reading::Text(Zeroizing::new(text)))
    }

    fn press(&mut self, control: &Control) -> Result<(), Fault> {
        let node = Node::of(control)?;
        let done: bool = self.bus.call(node.on("org.a11y.atspi.Action"), "DoAction", &(0_i32))?;
        if done { Ok(()) } else { Err(broken("the control refused to be pressed")) }
    }

    fn focus(&mut self, control: &Control) -> Result<(), Fault> {
        let node = Node::of(control)?;
        // Some toolkits answer "no" to a control that has the focus already: its state says more.
        let _: bool = self.bus.call(node.on("org.a11y.atspi.Component"), "GrabFocus", &())?;
        Ok(())
    }

    fn modal(&mut self, window: &Window) -> Result<Option<String>, Fault> {
        for program in self.programs(window)? {
            for frame in gone(self.children(&program))?.unwrap_or_default() {
                let Some(state) = gone(self.state(&frame))? else { continue };
                if state & MODAL == 0 || state & SHOWING == 0 {
                    continue;
                }
                match gone(self.label(&frame))? {
                    Some(title) if title != window.title => return Ok(Some(title)),
                    _ => {}
                }
            }
        }
        Ok(None)
    }
}

impl Node {
    pub(super) fn of(control: &Control) -> Result<Self, Fault> {
        let mut parts = control.0.split(SEPARATOR);
        match (parts.next(), parts.next()) {
            (Some(name), Some(path)) => Ok(Self { name: name.to_owned(), path: path.to_owned() }),
            _ => Err(broken("this control is of another surface")),
        }
    }

    fn key(&self, role: &str) -> String {
        let Self { name, path } = self;
        format!("{name}{SEPARATOR}{path}{SEPARATOR}{role}")
    }

    fn on<'a>(&'a self, interface: &'a str) -> Target<'a> {
        Target { name: &self.name, path: &self.path, interface }
    }
}

/// Names the object of a control, for the writer beside this file.
pub(super) fn address(control: &Control) -> Result<(String, String), Fault> {
    Node::of(control).map(|node| (node.name, node.path))
}

/// A part that went away during a walk is no fault.
fn gone<T>(answer: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(there) => Ok(Some(there)),
        Err(Fault::Gone(_)) => Ok(None),
        Err(fault @ (Fault::Silent(_) | Fault::Broken { .. })) => Err(fault),
    }
}

fn broken(what: &str) -> Fault {
    Fault::Broken { place: "accessibility", what: what.to_owned() }
}

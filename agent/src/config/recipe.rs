//! A recipe: how an app's code gets into one POS program, as data that shops can share.
//!
//! Owns the file's words and what of them fits together; unknown keys are refused with their name.
//! May not look at a screen. Next: [`crate::entry`], which follows it; `signature` beside this
//! file, which says who wrote it.

use super::amount::Amount;
use super::pattern::Pattern;
use super::view::View;
use baton_protocol::ids::AppId;
use baton_protocol::work::DeclineReason;
use serde::Deserialize;
use std::net::SocketAddr;

/// The version of the file's words that this program reads.
pub const VERSION: u32 = 1;
/// The most bytes of a recipe: the longest of the shipped ones has a tenth.
pub const RECIPE_BYTES_MAX: usize = 32 * 1024;
/// The longest wait for a POS program's result, in milliseconds: below the gateway's
/// `execute_paired_ms` of 30 s, so that the agent speaks before it is given up.
pub const WAIT_MS_MAX: u64 = 25_000;
/// The most activate steps: a person needs fewer to reach a payment window.
const STEPS_MAX: usize = 16;

/// How to enter a code for one app into one POS program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The version of these words.
    pub recipe: u32,
    /// Whose codes it enters.
    pub app: AppId,
    /// The POS program, for people.
    pub program: String,
    /// On what kind of screen it lives.
    pub surface: Surface,
    /// The browser's debugging address, for [`Surface::Web`] only.
    #[serde(default)]
    pub browser: Option<String>,
    /// The POS program's window.
    pub window: WindowRule,
    /// What must be visible there before anything is done.
    #[serde(default)]
    pub state: Vec<Selector>,
    /// How the input window is brought up.
    #[serde(default)]
    pub activate: Vec<Step>,
    /// The input window, if activation opens another one.
    #[serde(default)]
    pub input: Option<WindowRule>,
    /// Who may have opened the input window.
    #[serde(default)]
    pub input_opens: InputOpens,
    /// Where the code goes.
    pub field: Selector,
    /// Where the amount to pay is shown; without it amounts are not compared.
    #[serde(default)]
    pub amount: Option<Amount>,
    /// How it gets there.
    pub entry: Entry,
    /// How it is handed over, once.
    pub submit: Submit,
    /// What the POS program shows afterwards.
    pub outcome: Outcomes,
    /// How the input window is left again, when nothing was submitted.
    #[serde(default)]
    pub cancel: Vec<Step>,
}

/// A kind of screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// A Linux desktop: X11 windows, AT-SPI controls.
    X11,
    /// A Windows desktop: windows and controls by their messages.
    Win32,
    /// A Windows desktop: windows, and what their programs draw in them, by accessibility.
    Msaa,
    /// A Windows desktop: windows, and what only UI Automation sees in them.
    Uia,
    /// A page in a browser, over its debugging protocol.
    Web,
}

/// Which window: every given part must agree, and exactly one window may.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowRule {
    /// Its title, or the page's title.
    pub title: Pattern,
    /// Its class, or the page's address.
    #[serde(default)]
    pub class: Option<Pattern>,
}

/// Which control: every given part must agree, and exactly one control may.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selector {
    /// Its role in the accessibility tree; for [`Surface::Win32`] that word, or its class.
    #[serde(default)]
    pub role: Option<String>,
    /// Its accessible name, or its text where it has no name; for [`Surface::Uia`] its name, or the
    /// `AutomationId` that its program gave it.
    #[serde(default)]
    pub name: Option<Pattern>,
    /// The text of the label that says what it is, not for [`Surface::Web`].
    #[serde(default)]
    pub label: Option<Pattern>,
    /// Which one in reading order, from 0, where several agree and their order never changes.
    #[serde(default)]
    pub place: Option<usize>,
    /// The number that its program gave it, for [`Surface::Win32`] only.
    #[serde(default)]
    pub id: Option<i32>,
    /// A CSS selector, for [`Surface::Web`] only.
    #[serde(default)]
    pub css: Option<String>,
}

/// One step towards the input window, or away from it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Bring the window to the front.
    Raise {},
    /// Press a control through its accessibility action.
    Press(Selector),
    /// Press a control if it can be pressed now, and go on if it cannot.
    PressIfEnabled(Selector),
    /// Press a key, guarded.
    Key(String),
    /// Put the focus into a control.
    Focus(Selector),
    /// Wait until a control is visible.
    Await(Selector),
}

/// How the code gets into the field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The ways to try, in this order.
    pub ways: Vec<EntryWay>,
    /// Whether the field must be empty by itself first: a program whose form comes up late would
    /// else have its last entry written over.
    #[serde(default)]
    pub starts: Starts,
    /// How long the field may take to show what was entered, in milliseconds.
    #[serde(default = "read_back_ms")]
    pub read_back_ms: u64,
}

/// Who may have opened the input window before an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputOpens {
    /// The agent alone, by the activate steps; one that is open already is a dialog in the way.
    #[default]
    ByAgent,
    /// The cashier too: one that is open over the POS window is used as it is, and left open.
    ByAnyone,
}

/// What the field may hold before an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Starts {
    /// Anything; it is cleared.
    #[default]
    Anyhow,
    /// Nothing; it is waited for, and refused where it does not come.
    Empty,
}

/// A way of entering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryWay {
    /// The accessibility interface sets the field's value at once.
    SetValue,
    /// Keys, each guarded.
    Keys,
}

/// How the code is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Submit {
    /// Press a control.
    Press(Selector),
    /// Press a key, guarded.
    Key(String),
}

/// What the POS program may show afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// How long to wait for one of them, in milliseconds.
    pub within_ms: u64,
    /// The outcomes; the first that fits counts.
    pub any: Vec<Expected>,
    /// The receipt printer that the POS program is told to use, where receipts say what came of it.
    #[serde(default)]
    pub printer: Option<Printer>,
    /// The view of the POS program's database, where its rows say what came of it.
    #[serde(default)]
    pub view: Option<View>,
}

/// A receipt printer that the agent is: the POS program prints to it, and the agent reads along.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printer {
    /// The loopback address where it listens, as network printers do on port 9100.
    #[serde(default)]
    pub listen: Option<SocketAddr>,
    /// Or the serial port that it reads: one end of a virtual pair whose other end the POS has.
    #[serde(default)]
    pub serial: Option<String>,
    /// Bits a second of that port.
    #[serde(default = "baud")]
    pub baud: u32,
    /// The real printer, which gets every byte; without it nothing comes out on paper.
    #[serde(default)]
    pub forward: Option<SocketAddr>,
}

/// One outcome and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// What it says.
    pub says: Says,
    /// In which window; without it the input window.
    #[serde(default)]
    pub window: Option<WindowRule>,
    /// A control that must be visible there, with `{reference}`, `{amount}` and `{last4}` in its
    /// name where the POS shows them.
    #[serde(default)]
    pub shows: Option<Selector>,
    /// Or the input window closes while `window` is still there. Weak: a person may have closed it.
    #[serde(default)]
    pub closes: Option<Closes>,
    /// Or what the receipt says, with the same slots: all its words, one space between two.
    #[serde(default)]
    pub prints: Option<Pattern>,
    /// Or what the view's word is, in a row that was not there before the submit.
    #[serde(default)]
    pub view: Option<String>,
    /// Why, for [`Says::Declined`].
    #[serde(default)]
    pub reason: Option<DeclineReason>,
}

/// Which window closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closes {
    /// The one into which the code went.
    Input,
}

/// What an outcome says about the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// The POS program took the code; whether it was charged, it does not say.
    Taken,
    /// It was charged, with the shown amount and reference.
    Approved,
    /// It was conclusively not charged.
    Declined,
    /// The POS program itself does not know.
    Unknown,
}

/// Why a file is not a recipe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipeInvalid {
    /// Too long.
    #[error("{0} bytes; a recipe has at most {RECIPE_BYTES_MAX}")]
    TooLong(usize),
    /// A word or value is wrong; the text names it.
    #[error("{0}")]
    Words(String),
    /// Written for another version of this program.
    #[error("recipe = {0}, and this program reads recipe = {VERSION}")]
    Version(u32),
    /// Two parts do not fit together.
    #[error("{key}: {rule}")]
    Unfit {
        /// Which key.
        key: &'static str,
        /// What it must be.
        rule: &'static str,
    },
}

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    /// Each variant of [`RecipeInvalid`] as it says.
    pub fn parse(text: &str) -> Result<Self, RecipeInvalid> {
        if text.len() > RECIPE_BYTES_MAX {
            return Err(RecipeInvalid::TooLong(text.len()));
        }
        let read: Self = toml::from_str(text)
            .map_err(|wrong| RecipeInvalid::Words(wrong.to_string().trim_end().to_owned()))?;
        read.check()?;
        Ok(read)
    }

    /// Returns the window into which the code goes.
    #[must_use]
    pub fn input(&self) -> &WindowRule {
        self.input.as_ref().unwrap_or(&self.window)
    }

    fn check(&self) -> Result<(), RecipeInvalid> {
        if self.recipe != VERSION {
            return Err(RecipeInvalid::Version(self.recipe));
        }
        must(!self.entry.ways.is_empty(), "entry.ways", "names at least one way")?;
        let web = self.surface == Surface::Web;
        must(web == self.browser.is_some(), "browser", "is there for surface = \"web\" only")?;
        let steps = self.activate.len() <= STEPS_MAX && self.cancel.len() <= STEPS_MAX;
        must(steps, "activate, cancel", "have at most 16 steps each")?;
        let opens = self.input_opens == InputOpens::ByAgent || self.input.is_some();
        must(opens, "input_opens", "is there with an [input] only")?;
        let wait = (1..=WAIT_MS_MAX).contains(&self.outcome.within_ms);
        must(wait, "outcome.within_ms", "is between 1 and 25000")?;
        must(self.entry.read_back_ms <= 5_000, "entry.read_back_ms", "is at most 5000")?;
        must(!self.outcome.any.is_empty(), "outcome.any", "names at least one outcome")?;
        for selector in self.selectors() {
            let numbered = selector.id.is_some();
            let given = [selector.name.is_some(), selector.label.is_some(), numbered];
            let named = selector.role.is_some() || given.contains(&true);
            must(named || selector.css.is_some(), "selector", "has a role, a name or css")?;
            let win32 = self.surface == Surface::Win32;
            must(win32 || !numbered, "id", "is there for surface = \"win32\" only")?;
            must(web == selector.css.is_some(), "css", "is there for surface = \"web\" only")?;
            let desktop = selector.role.is_some() || selector.label.is_some();
            must(!(web && desktop), "role, label", "are not for surface = \"web\"")?;
        }
        self.check_amount()?;
        let prints = self.outcome.any.iter().any(|expected| expected.prints.is_some());
        let printer = self.outcome.printer.as_ref();
        must(prints == printer.is_some(), "outcome.printer", "is there for `prints` only")?;
        printer.map_or(Ok(()), Printer::check)?;
        self.check_view()?;
        self.outcome.any.iter().try_for_each(Expected::check)
    }

    fn check_view(&self) -> Result<(), RecipeInvalid> {
        let words = self.outcome.any.iter().filter(|expected| expected.view.is_some());
        let view = self.outcome.view.as_ref();
        let named = words.clone().next().is_some() == view.is_some();
        must(named, "outcome.view", "is there for `view` in an outcome only")?;
        let plain = view.is_none_or(View::is_plain);
        must(plain, "outcome.view", "has names of letters, digits and _ only")?;
        let charged = words.clone().any(|expected| expected.says == Says::Approved);
        let referred = view.is_some_and(|view| view.reference.is_some());
        must(!charged || referred, "outcome.view.reference", "is there where one says approved")
    }

    fn check_amount(&self) -> Result<(), RecipeInvalid> {
        let Some(amount) = &self.amount else { return Ok(()) };
        amount.check().map_err(|(key, rule)| RecipeInvalid::Unfit { key, rule })?;
        let apart = amount.window.is_some() || amount.shows != self.field;
        must(apart, "amount.shows", "is another control than the field")
    }

    fn selectors(&self) -> impl Iterator<Item = &Selector> {
        let steps = self.activate.iter().chain(&self.cancel).filter_map(Step::selector);
        let shown = self.outcome.any.iter().filter_map(|expected| expected.shows.as_ref());
        let submit = match &self.submit {
            Submit::Press(selector) => Some(selector),
            Submit::Key(_) => None,
        };
        let amount = self.amount.as_ref().map(|amount| &amount.shows);
        let fixed = [&self.field].into_iter().chain(amount).chain(submit);
        self.state.iter().chain(steps).chain(fixed).chain(shown)
    }
}

impl Step {
    fn selector(&self) -> Option<&Selector> {
        match self {
            Self::Press(selector)
            | Self::PressIfEnabled(selector)
            | Self::Focus(selector)
            | Self::Await(selector) => Some(selector),
            Self::Raise {} | Self::Key(_) => None,
        }
    }
}

impl Printer {
    fn check(&self) -> Result<(), RecipeInvalid> {
        let one = self.listen.is_some() != self.serial.is_some();
        must(one, "outcome.printer", "has either listen or serial")?;
        // Receipts name people and what they bought: nothing from outside may send or read them.
        let near = self.listen.is_none_or(|listen| listen.ip().is_loopback());
        must(near, "outcome.printer.listen", "is an address of this machine, 127.0.0.1")
    }
}

impl Expected {
    /// Returns the pattern that an outcome's text fits, if it has one.
    #[must_use]
    pub fn pattern(&self) -> Option<&Pattern> {
        let shown = self.shows.as_ref().and_then(|shows| shows.name.as_ref());
        self.prints.as_ref().or(shown)
    }

    fn check(&self) -> Result<(), RecipeInvalid> {
        let given = [self.shows.is_some(), self.prints.is_some(), self.closes.is_some()];
        let given = given.into_iter().chain([self.view.is_some()]);
        let one = given.filter(|given| *given).count() == 1;
        must(one, "outcome.any", "has one of shows, prints, closes and view")?;
        let placed = self.window.is_none() || self.prints.is_none() && self.view.is_none();
        must(placed, "outcome.any.window", "is not for `prints` and `view`")?;
        let weak = self.closes.is_none() || self.window.is_some() && self.says == Says::Taken;
        must(weak, "outcome.any.closes", "names a window that stays, and says \"taken\" only")?;
        let holds = |slot| self.pattern().is_some_and(|pattern| pattern.has(slot));
        let charged = self.view.is_some() || holds("reference") && holds("amount");
        must(
            self.says != Says::Approved || charged,
            "outcome.any.shows.name, prints",
            "has {reference} and {amount} where it says approved",
        )?;
        must(
            (self.says == Says::Declined) == self.reason.is_some(),
            "outcome.any.reason",
            "is there for says = \"declined\" only",
        )
    }
}

const fn read_back_ms() -> u64 {
    300
}

const fn baud() -> u32 {
    9_600
}

fn must(holds: bool, key: &'static str, rule: &'static str) -> Result<(), RecipeInvalid> {
    if holds { Ok(()) } else { Err(RecipeInvalid::Unfit { key, rule }) }
}

#[cfg(test)]
mod tests;

//! Writes a recipe by watching a person use the POS: click the field, choose the button, done.
//!
//! Owns the questions and the text. It presses and writes nothing in the POS. What cannot be seen,
//! the outcome above all, is left as a question in the file. Next: `baton-agent recipe try`.

pub mod amount;

use crate::clock::clock;
use crate::config::recipe::{Recipe, RecipeInvalid};
use crate::entry::seams::Fault;
use baton_protocol::ids::AppId;
use std::io::Write;
use std::path::Path;

/// The kind of screen that is watched.
const SURFACE: &str = if cfg!(windows) { "win32" } else { "x11" };
/// How long a person may take to click the field, in milliseconds.
const PERSON_MS: u64 = 120_000;

/// Why no recipe was written.
#[derive(Debug, thiserror::Error)]
pub enum TeachFault {
    /// The screen cannot be watched.
    #[error(transparent)]
    Screen(#[from] Fault),
    /// The file cannot be written, or the terminal not be spoken to.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// Nobody clicked a field.
    #[error("no text field took the focus within two minutes")]
    NoField,
    /// The written recipe would be refused.
    #[error("the recipe would be refused: {0}")]
    Recipe(#[from] RecipeInvalid),
    /// There is no desktop to watch here.
    #[error("teach watches X11 and Windows desktops; write recipes for other screens by hand")]
    NoDesktop,
}

/// A control that was pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointed {
    /// Its role.
    pub role: String,
    /// Its name, empty where it has none.
    pub name: String,
    /// Its place among the visible ones of the same role and name.
    pub place: usize,
    /// How many of those there are.
    pub of: usize,
}

/// What a person showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Title of the window.
    pub title: String,
    /// Its class.
    pub class: String,
    /// The field that was clicked.
    pub field: Pointed,
    /// The first label of the window, which tells this screen from others.
    pub state: Option<String>,
    /// The buttons of the window.
    pub buttons: Vec<String>,
    /// The control that perhaps shows the amount to pay.
    pub amount: Option<amount::Proposal>,
}

/// Watches until a text field outside of this terminal takes the focus, then writes the recipe.
///
/// # Errors
/// Each variant of [`TeachFault`] as it says.
pub fn teach(file: &Path, app: &AppId) -> Result<(), TeachFault> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "Open the POS's payment screen and click into the field for the code.")?;
    let lesson = watch()?;
    writeln!(out, "Seen: a {} in the window \"{}\".", lesson.field.role, lesson.title)?;
    match &lesson.amount {
        Some(amount) => writeln!(out, "Perhaps the amount to pay: \"{}\".", amount.seen)?,
        None => writeln!(out, "Nothing seen that looks like the amount to pay.")?,
    }
    let text = recipe(app, &lesson);
    Recipe::parse(&text)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).open(file)?.write_all(text.as_bytes())?;
    let file = file.display();
    writeln!(out, "Written: {file}. Set its submit and outcome, then: recipe try {file}")?;
    Ok(())
}

/// Writes what a person showed as a recipe.
#[must_use]
pub fn recipe(app: &AppId, lesson: &Lesson) -> String {
    let Lesson { title, class, field, state, buttons, amount } = lesson;
    let quote = |text: &str| toml::Value::String(text.to_owned()).to_string();
    // The amount of this sale does not tell this screen from others.
    let summed = |label: &&String| amount.as_ref().is_some_and(|amount| amount.seen == **label);
    let state = state.as_ref().filter(|label| !summed(label)).map_or_else(String::new, |label| {
        format!("[[state]]\nrole = \"label\"\nname = {}\n\n", quote(label))
    });
    let mut found = format!("role = {}\n", quote(&field.role));
    if !field.name.is_empty() {
        found.push_str(&format!("name = {}\n", quote(&field.name)));
    }
    if field.of > 1 {
        found.push_str(&format!("place = {}\n", field.place));
    }
    let amount = amount::part(amount.as_ref());
    let list = buttons.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ");
    let submit = buttons.last().map_or_else(
        || "key = \"Return\"".to_owned(),
        |name| format!("press = {{ role = \"push button\", name = {} }}", quote(name)),
    );
    format!(
        "recipe = 1\napp = {}\nprogram = {}\nsurface = \"{SURFACE}\"\n\n\
         [window]\ntitle = {}\nclass = {}\n\n{state}[[activate]]\nraise = {{}}\n\n\
         [field]\n{found}\n{amount}\n[entry]\nways = [\"set_value\", \"keys\"]\n\n\
         # The window's buttons: {list}. Which one hands the code over?\n[submit]\n{submit}\n\n\
         # What does the POS show afterwards? \"taken\" leaves the answer to the destination.\n\
         [outcome]\nwithin_ms = 15000\n\n[[outcome.any]]\nsays = \"taken\"\n\
         shows = {{ role = \"label\", name = \"SET THIS TO WHAT IS SHOWN\" }}\n",
        quote(&app.to_string()),
        quote(title),
        quote(title),
        quote(class),
    )
}

#[cfg(target_os = "linux")]
fn watch() -> Result<Lesson, TeachFault> {
    use crate::atspi::Tree;
    use crate::entry::seams::WindowSource;
    use crate::x11::Display;
    use crate::x11::windows::X11Windows;
    use std::rc::Rc;
    use std::time::Duration;

    let monotonic_ms = clock().monotonic_ms;
    let mut windows = X11Windows(Rc::new(Display::open(monotonic_ms)?));
    let mut tree = Tree::open()?;
    let end = monotonic_ms().saturating_add(PERSON_MS);
    while monotonic_ms() < end {
        if let Some(window) = windows.front()? {
            // A window that closes while it is looked at is no lesson.
            if let Ok(Some(lesson)) = tree.lesson(&window) {
                return Ok(lesson);
            }
        }
        windows.watch(Duration::from_millis(100))?;
    }
    Err(TeachFault::NoField)
}

#[cfg(windows)]
fn watch() -> Result<Lesson, TeachFault> {
    use crate::win32::lesson::lesson;
    use baton_win32::wait::pause;
    use std::time::Duration;

    let monotonic_ms = clock().monotonic_ms;
    let end = monotonic_ms().saturating_add(PERSON_MS);
    while monotonic_ms() < end {
        // A window that closes while it is looked at is no lesson.
        if let Ok(Some(lesson)) = lesson() {
            return Ok(lesson);
        }
        pause(Duration::from_millis(100));
    }
    Err(TeachFault::NoField)
}

#[cfg(not(any(target_os = "linux", windows)))]
fn watch() -> Result<Lesson, TeachFault> {
    let _ = (clock(), PERSON_MS);
    Err(TeachFault::NoDesktop)
}

#[cfg(test)]
mod tests;

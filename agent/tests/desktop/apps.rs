//! The programs of the matrix, each with its recipe and its own record of what was submitted.
//!
//! Owns starting and ending them. The record is written by the program under test and never by the
//! agent. Next: `run`.

use crate::condition::Condition;
use crate::gnucash::{Book, entered};
use crate::session::end_group;
use crate::tryton::Shop;
use baton_agent::config::pattern::Pattern;
use baton_agent::config::recipe::{Recipe, Selector};
use baton_agent::entry::Opened;
use baton_agent::entry::printer::Open;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;

/// The names of all programs, in the order of the table.
pub const NAMES: [&str; 9] = [
    "zenity-set-value",
    "zenity-keys",
    "zenity-receipt",
    "web-pos",
    "gnucash",
    "gnucash-keys",
    "tryton",
    "tryton-keys",
    "tryton-opens",
];

/// A program of the matrix and the way into it.
pub struct App {
    pub name: &'static str,
    pub recipe: Recipe,
    /// Conditions that cannot be brought about with it, each with the reason.
    pub absent: &'static [(Condition, &'static str)],
    /// What is visible in its window when it is up, whichever screen it shows.
    pub up: [Selector; 2],
    /// How a dummy code is entered and cleared first, as `doctor` does when an agent starts: a
    /// large program builds a dialog slowly the first time, once a day.
    pub rehearsal: Option<Recipe>,
    /// Who brings the input window up, where there is one apart from the program's window.
    pub opened: Opened,
    /// The receipt printer that it prints to.
    pub printer: Option<Arc<Open>>,
    start: Start,
}

/// How a program is started.
enum Start {
    Zenity,
    /// With this debugging port.
    Web(u16),
    Tryton(Rc<Shop>),
    Gnucash(Rc<Book>),
}

/// Where a program's own record is.
enum Record {
    File(PathBuf),
    Sale(Rc<Shop>, u64),
    Book(PathBuf),
}

/// A program that runs.
pub struct Running {
    child: Child,
    record: Record,
}

/// Makes the programs that are asked for; what several share is started once.
pub fn all(folder: &Path, wanted: impl Fn(&str) -> bool) -> anyhow::Result<Vec<App>> {
    let tills = NAMES.into_iter().any(|name| name.starts_with("tryton") && wanted(name));
    let shop = tills.then(Shop::open).transpose()?.map(Rc::new);
    let books = wanted("gnucash") || wanted("gnucash-keys");
    let book = books.then(|| Book::make(folder)).transpose()?.map(Rc::new);
    let mut apps = Vec::new();
    for name in NAMES.into_iter().filter(|name| wanted(name)) {
        apps.push(match (name, &shop, &book) {
            ("zenity-set-value", _, _) => zenity_app(name, ZENITY)?,
            ("zenity-keys", _, _) => zenity_app(name, &by_keys(ZENITY)?)?,
            ("zenity-receipt", _, _) => printing(name)?,
            ("web-pos", _, _) => web()?,
            ("gnucash", _, Some(book)) => gnucash(name, GNUCASH, book)?,
            ("gnucash-keys", _, Some(book)) => gnucash(name, &by_keys(GNUCASH)?, book)?,
            ("tryton", Some(shop), _) => tryton(name, TRYTON, shop, Opened::ByPerson)?,
            ("tryton-keys", Some(shop), _) => {
                tryton(name, &by_keys(TRYTON)?, shop, Opened::ByPerson)?
            }
            ("tryton-opens", Some(shop), _) => tryton(name, TRYTON, shop, Opened::ByAgent)?,
            (other, _, _) => anyhow::bail!("no program is called {other}"),
        });
    }
    Ok(apps)
}

/// The same recipe with keys only: nothing but the guard then stands between them and a wrong
/// window.
fn by_keys(text: &str) -> anyhow::Result<String> {
    let keys = text.replace("[\"set_value\"]", "[\"keys\"]");
    let (enter, pressed) =
        ("key = \"Return\"", "[submit]\npress = { role = \"push button\", name = \"OK\" }");
    anyhow::ensure!(keys != text && keys.contains(pressed), "the recipe has other words");
    Ok(keys.replace(pressed, &format!("[submit]\n{enter}")))
}

impl App {
    /// Makes one that is up when its field is there.
    fn new(name: &'static str, recipe: Recipe, start: Start) -> Self {
        let up = [recipe.field.clone(), recipe.field.clone()];
        let (rehearsal, opened, printer) = (None, Opened::ByAgent, None);
        Self { name, recipe, absent: &[], up, rehearsal, opened, printer, start }
    }

    pub fn start(&self, folder: &Path, condition: Condition) -> anyhow::Result<Running> {
        let record = folder.join("record");
        std::fs::write(&record, "")?;
        let (child, record) = match &self.start {
            Start::Zenity => {
                let port = self.printer.as_ref().and_then(|printer| printer.listens());
                (zenity(&record, condition, port)?, Record::File(record))
            }
            Start::Web(port) => (web_pos(folder, &record, condition, *port)?, Record::File(record)),
            Start::Tryton(shop) => {
                let (child, sale) = shop.serve(condition)?;
                (child, Record::Sale(Rc::clone(shop), sale))
            }
            Start::Gnucash(book) => {
                let (child, book) = book.open(folder, condition)?;
                (child, Record::Book(book))
            }
        };
        Ok(Running { child, record })
    }
}

impl Running {
    /// Returns the process group.
    pub fn group(&self) -> u32 {
        self.child.id()
    }

    /// Returns what the program recorded.
    pub fn record(&self) -> anyhow::Result<Vec<String>> {
        match &self.record {
            Record::File(file) => {
                let text = std::fs::read_to_string(file)?;
                Ok(text.lines().map(str::to_owned).collect())
            }
            Record::Sale(shop, sale) => shop.codes(*sale),
            Record::Book(book) => entered(book),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end_group(&mut self.child);
    }
}

/// What a receipt says of the outcome.
const RECEIPT: &str = r#"[outcome]
within_ms = 6000
printer = { listen = "127.0.0.1:0" }
[[outcome.any]]
says = "approved"
prints = "*Total {amount} Approval {reference} Card {last4}"
"#;
/// The recipes as shops get them.
const ZENITY: &str = include_str!("../../../config/recipes/zenity.toml");
/// See [`ZENITY`].
const GNUCASH: &str = include_str!("../../../config/recipes/gnucash.toml");
/// See [`ZENITY`].
const TRYTON: &str = include_str!("../../../config/recipes/tryton.toml");

fn gnucash(name: &'static str, text: &str, book: &Rc<Book>) -> anyhow::Result<App> {
    let mut app = App::new(name, Recipe::parse(text)?, Start::Gnucash(Rc::clone(book)));
    app.up = [visible("push button", "New")?, visible("push button", "Save")?];
    app.rehearsal = Some(Recipe::parse(GNUCASH)?);
    app.opened = Opened::ByPerson;
    app.absent = &[(Condition::SlowPublish, "its book is a file, and files are written at once")];
    Ok(app)
}

fn tryton(name: &'static str, text: &str, shop: &Rc<Shop>, opened: Opened) -> anyhow::Result<App> {
    let mut app = App::new(name, Recipe::parse(text)?, Start::Tryton(Rc::clone(shop)));
    app.recipe.outcome.within_ms = 6_000;
    app.up = [visible("push button", "Pay")?, visible("label", "Party")?];
    app.rehearsal = Some(Recipe::parse(TRYTON)?);
    app.opened = opened;
    Ok(app)
}

fn zenity_app(name: &'static str, text: &str) -> anyhow::Result<App> {
    Ok(App::new(name, Recipe::parse(text)?, Start::Zenity))
}

/// The same program, which shows nothing afterwards and prints a receipt.
fn printing(name: &'static str) -> anyhow::Result<App> {
    let (head, _) = ZENITY.split_once("[outcome]").unwrap_or_default();
    let mut app = zenity_app(name, &format!("{head}{RECEIPT}"))?;
    app.printer = Open::of(&app.recipe.outcome)?;
    Ok(app)
}

fn visible(role: &str, name: &str) -> anyhow::Result<Selector> {
    let name = Some(Pattern::parse(name)?);
    Ok(Selector {
        role: Some(role.to_owned()),
        name,
        label: None,
        id: None,
        place: None,
        css: None,
    })
}

fn zenity(
    record: &Path,
    condition: Condition,
    printer: Option<SocketAddr>,
) -> anyhow::Result<Child> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desktop/zenity_pos");
    let prompt = if condition == Condition::WrongScreen { "Quantity" } else { "Payment code" };
    let late = if condition == Condition::SlowPublish { "1.2" } else { "0" };
    let mut command = Command::new(program);
    command.arg(record).args([prompt, late]).process_group(0);
    command.args(printer.map(|printer| printer.port().to_string()));
    Ok(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

/// The web POS with a debugging port that is free now.
fn web() -> anyhow::Result<App> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut recipe = Recipe::parse(include_str!("../../../config/recipes/web-pos.toml"))?;
    recipe.browser = Some(format!("http://127.0.0.1:{port}"));
    recipe.outcome.within_ms = 6_000;
    let mut app = App::new("web-pos", recipe, Start::Web(port));
    app.absent = &[(Condition::PersonCancels, "a page shows no notice")];
    Ok(app)
}

fn web_pos(folder: &Path, record: &Path, condition: Condition, port: u16) -> anyhow::Result<Child> {
    let prompt = if condition == Condition::WrongScreen { "Quantity" } else { "Payment code" };
    let late_ms = if condition == Condition::SlowPublish { "1200" } else { "0" };
    let modal = if condition == Condition::Modal { "true" } else { "false" };
    let profile = folder.join("browser");
    std::fs::remove_dir_all(&profile).ok();
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("web-pos").arg(record).args([prompt, late_ms, modal, &port.to_string()]);
    command.arg(profile).process_group(0);
    Ok(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

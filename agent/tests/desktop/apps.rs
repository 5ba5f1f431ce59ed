//! The programs of the matrix, each with its recipe and its own record of what was submitted.
//!
//! Owns starting and ending them. The record is written by the program under test and never by the
//! agent. Next: `run`.

use crate::condition::Condition;
use crate::session::end_group;
use baton_agent::config::recipe::Recipe;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A program of the matrix and the way into it.
pub struct App {
    pub name: &'static str,
    pub recipe: Recipe,
    /// Conditions that cannot be brought about with it, each with the reason.
    pub absent: &'static [(Condition, &'static str)],
    start: Start,
}

/// How a program is started.
enum Start {
    Zenity,
    /// With this debugging port.
    Web(u16),
}

/// A program that runs.
pub struct Running {
    child: Child,
    record: PathBuf,
}

pub fn all() -> anyhow::Result<Vec<App>> {
    let text = include_str!("zenity.toml");
    let keys = text.replace("[\"set_value\"]", "[\"keys\"]");
    let (enter, pressed) =
        ("key = \"Return\"", "press = { role = \"push button\", name = \"OK\" }");
    anyhow::ensure!(keys != text && keys.contains(pressed), "the recipe has other words");
    let keys = keys.replace(pressed, enter);
    let app = |name, text: &str| -> anyhow::Result<App> {
        Ok(App { name, recipe: Recipe::parse(text)?, absent: &[], start: Start::Zenity })
    };
    Ok(vec![app("zenity-set-value", text)?, app("zenity-keys", &keys)?, web()?])
}

impl App {
    pub fn start(&self, folder: &Path, condition: Condition) -> anyhow::Result<Running> {
        let record = folder.join("record");
        std::fs::write(&record, "")?;
        let child = match self.start {
            Start::Zenity => zenity(&record, condition)?,
            Start::Web(port) => web_pos(folder, &record, condition, port)?,
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
        let text = std::fs::read_to_string(&self.record)?;
        Ok(text.lines().map(str::to_owned).collect())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end_group(&mut self.child);
    }
}

fn zenity(record: &Path, condition: Condition) -> anyhow::Result<Child> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desktop/zenity_pos");
    let prompt = if condition == Condition::WrongScreen { "Quantity" } else { "Payment code" };
    let late = if condition == Condition::SlowPublish { "1.2" } else { "0" };
    let mut command = Command::new(program);
    command.arg(record).args([prompt, late]).process_group(0);
    Ok(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

/// The web POS with a debugging port that is free now.
fn web() -> anyhow::Result<App> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut recipe = Recipe::parse(include_str!("../../../config/recipes/web-pos.toml"))?;
    recipe.browser = Some(format!("http://127.0.0.1:{port}"));
    recipe.outcome.within_ms = 6_000;
    Ok(App { name: "web-pos", recipe, absent: &[], start: Start::Web(port) })
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

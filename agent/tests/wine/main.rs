//! The acceptance matrix on Windows programs: real controls × what goes wrong at a counter.
//!
//! Owns arguments, the programs and exit; a Windows program, started by `agent/tests/wine/run`.
//! `--runs 200` is the long form, `--condition NAME` chooses, `--picture FILE` draws the table;
//! `--blind` takes the guard away, so that the keyboard's hook alone must keep keys out of wrong
//! windows; `whole` plays payments in one process and in two. Next: `scene`.

#[path = "../desktop/clock.rs"]
mod clock;
#[path = "../desktop/condition.rs"]
mod condition;
mod pair;
mod scene;
#[path = "../desktop/table.rs"]
mod table;
#[path = "../desktop/villain.rs"]
mod villain;
#[path = "../desktop/watched.rs"]
mod watched;
mod whole;

use baton_agent::config::recipe::Recipe;
use condition::Condition;
use scene::Scene;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use table::Table;
use villain::Villain;
use watched::Sight;

/// Runs of each cell in the short form.
const RUNS_SHORT: usize = 1;

struct Arguments {
    runs: usize,
    conditions: Vec<Condition>,
    sight: Sight,
    /// Where the table is drawn.
    picture: Option<String>,
}

/// A program of the matrix and the way into it.
pub struct App {
    pub name: &'static str,
    pub recipe: Recipe,
    pub program: PathBuf,
}

fn main() -> anyhow::Result<ExitCode> {
    let own = std::env::current_exe()?;
    let beside = |name: &str| own.with_file_name(name);
    if std::env::args().nth(1).is_some_and(|word| word == "whole") {
        let (agent, pos) = (beside("baton-agent.exe"), beside("pos.exe"));
        whole::run(&agent, &pos)?;
        let villain = Villain::start(Command::new(beside("villain.exe")))?;
        pair::run(&agent, &pos, &villain)?;
        return Ok(ExitCode::SUCCESS);
    }
    let arguments = read()?;
    let villain = Villain::start(Command::new(beside("villain.exe")))?;
    scene::witness(&villain)?;
    let folder = tempfile::tempdir()?;
    let mut table = Table::default();
    for app in apps(&beside("pos.exe"), &beside("drawn.exe"))? {
        for condition in &arguments.conditions {
            if let Some(why) = absent(*condition) {
                table.leave_out(format!("{} {}: {why}", app.name, condition.word()));
                continue;
            }
            for number in 0..arguments.runs {
                let (condition, sight) = (*condition, arguments.sight);
                let scene = Scene { app: &app, condition, villain: &villain, number, sight };
                let row = scene.run(folder.path())?;
                eprintln!("{} {} {row:?}", app.name, condition.word());
                table.add(app.name, condition, row);
            }
        }
    }
    table.print();
    if let Some(file) = &arguments.picture {
        std::fs::write(file, table.picture())?;
    }
    Ok(if table.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn apps(pos: &Path, drawn: &Path) -> anyhow::Result<Vec<App>> {
    let text = include_str!("pos.toml");
    let keys = text.replace("[\"set_value\"]", "[\"keys\"]");
    let pressed = "press = { role = \"push button\", name = \"Pay\" }";
    anyhow::ensure!(keys != text && keys.contains(pressed), "the recipe has other words");
    let keys = keys.replace(pressed, "key = \"Return\"");
    let app = |name, text: &str, program: &Path| -> anyhow::Result<App> {
        Ok(App { name, recipe: Recipe::parse(text)?, program: program.to_owned() })
    };
    Ok(vec![
        app("win32-set-value", text, pos)?,
        app("win32-keys", &keys, pos)?,
        app("msaa-set-value", include_str!("drawn.toml"), drawn)?,
    ])
}

/// Conditions that Wine cannot bring about, each with the reason.
const fn absent(condition: Condition) -> Option<&'static str> {
    match condition {
        Condition::Hangul => Some("Wine has no Hangul input method; needs a real Windows machine"),
        Condition::PersonCancels
        | Condition::Clean
        | Condition::DecoyInFront
        | Condition::FocusThief
        | Condition::CapsLock
        | Condition::Modal
        | Condition::Grabbed
        | Condition::WrongScreen
        | Condition::SlowPublish
        | Condition::KilledAfterSubmit
        | Condition::PersonTypes
        | Condition::Stalled => None,
    }
}

fn read() -> anyhow::Result<Arguments> {
    let (runs, conditions, sight) = (RUNS_SHORT, Vec::new(), Sight::Guarded);
    let mut arguments = Arguments { runs, conditions, sight, picture: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| anyhow::anyhow!("{word} needs a value"));
        match word.as_str() {
            "--short" => {}
            "--blind" => arguments.sight = Sight::Blind,
            "--runs" => arguments.runs = value()?.parse()?,
            "--picture" => arguments.picture = Some(value()?),
            "--condition" => arguments.conditions.push(Condition::of(&value()?)?),
            other => anyhow::bail!("unknown argument {other}"),
        }
    }
    if arguments.conditions.is_empty() {
        arguments.conditions = Condition::ALL.to_vec();
    }
    Ok(arguments)
}

//! The acceptance matrix: real programs × what goes wrong at a counter, with witnesses apart.
//!
//! Owns arguments and exit. `matrix` runs the short form, `matrix --runs 200` the long one;
//! `--app NAME` and `--condition NAME` choose. It fails on any character in a wrong window, double
//! submit or false "accepted". `--minutes N` stops early, `--picture FILE` draws the table.
//! `--blind` takes the guard away, and must fail. Next: `session`.

mod apps;
mod clock;
mod condition;
mod decoy;
mod gnucash;
mod input_method;
mod opening;
mod run;
mod session;
mod table;
mod tryton;
mod villain;
mod watched;
mod web_pos;

use apps::NAMES;
use condition::Condition;
use session::Session;
use std::process::ExitCode;
use watched::Sight;

/// Set in the process that runs inside the session, for the agent's drivers read their
/// environment.
const INSIDE: &str = "BATON_MATRIX_INSIDE";
/// How long all runs may take, in minutes, where nothing else is said: the long form takes a night.
const MINUTES_MAX: u64 = 720;
/// Runs of each cell in the short form.
const RUNS_SHORT: usize = 1;

struct Arguments {
    runs: usize,
    apps: Vec<String>,
    conditions: Vec<Condition>,
    sight: Sight,
    /// After which no further run is begun.
    minutes: u64,
    /// Where the table is drawn.
    picture: Option<String>,
}

fn main() -> anyhow::Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == "decoy") {
        decoy::run()?;
        return Ok(ExitCode::SUCCESS);
    }
    if words.first().is_some_and(|word| word == "web-pos") {
        web_pos::run(&words[1..])?;
        return Ok(ExitCode::SUCCESS);
    }
    let arguments = read(&words)?;
    if std::env::var_os(INSIDE).is_some() {
        return inside(&arguments);
    }
    let session = Session::start()?;
    let own = std::env::current_exe()?;
    let mut command = session.command(&own.to_string_lossy());
    let status = command.args(&words).env(INSIDE, "1").status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn inside(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let table = run::all(arguments)?;
    table.print();
    if let Some(file) = &arguments.picture {
        std::fs::write(file, table.picture())?;
    }
    Ok(if table.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(words: &[String]) -> anyhow::Result<Arguments> {
    let mut arguments = Arguments {
        runs: RUNS_SHORT,
        apps: Vec::new(),
        conditions: Vec::new(),
        sight: Sight::Guarded,
        minutes: MINUTES_MAX,
        picture: None,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| anyhow::anyhow!("{word} needs a value"));
        match word.as_str() {
            "--short" => {}
            "--blind" => arguments.sight = Sight::Blind,
            "--runs" => arguments.runs = value()?.parse()?,
            "--minutes" => arguments.minutes = value()?.parse()?,
            "--picture" => arguments.picture = Some(value()?.clone()),
            "--app" => {
                let name = value()?;
                anyhow::ensure!(NAMES.contains(&name.as_str()), "no program is called {name}");
                arguments.apps.push(name.clone());
            }
            "--condition" => arguments.conditions.push(Condition::of(value()?)?),
            other => anyhow::bail!("unknown argument {other}"),
        }
    }
    if arguments.conditions.is_empty() {
        arguments.conditions = Condition::ALL.to_vec();
    }
    Ok(arguments)
}

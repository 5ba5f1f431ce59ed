//! One run: a program is started, something goes wrong, the agent enters a code, witnesses speak.
//!
//! Owns bringing each condition about and judging a run by what program and decoy recorded.

use crate::Arguments;
use crate::apps::{App, Running, all as apps};
use crate::clock::{now, pause, until};
use crate::condition::Condition;
use crate::input_method::Ibus;
use crate::opening::{Opening, TimedWindows};
use crate::table::{End, Row, Table, Times};
use crate::villain::Villain;
use crate::watched::{Deed, Moments, Shared, Sight, WatchedGuard, WatchedOutcome};
use baton_agent::clock::clock;
use baton_agent::config::recipe::{Recipe, Step};
use baton_agent::entry::observe::Observed;
use baton_agent::entry::prepare::prepare;
use baton_agent::entry::printer::with_printer;
use baton_agent::entry::seams::{Desk, Found, WindowId};
use baton_agent::entry::submit::{Ended, submit};
use baton_agent::entry::{GivenUp, Opened, Order, Work};
use baton_agent::surface;
use baton_agent::workbench::{Trial, follow};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use rustix::process::{Pid, Signal, kill_process_group};
use std::cell::{Cell, RefCell};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Longer than any run.
const TTL_MS: u64 = 20_000;
/// How long a large program goes on starting after its controls are there.
const STARTING_MS: u64 = 800;
/// How long it reads a sale again.
const AGAIN_MS: u64 = 300;
/// How long a stalled program does not answer.
const STALL_MS: u64 = 1_000;

pub fn all(arguments: &Arguments) -> anyhow::Result<Table> {
    let mut table = Table::default();
    let mut decoy = Command::new(std::env::current_exe()?);
    decoy.arg("decoy");
    let villain = Villain::start(decoy)?;
    let (begun, limit) = (now(), Duration::from_secs(arguments.minutes.saturating_mul(60)));
    let folder = tempfile::tempdir()?;
    let wanted = |name: &str| arguments.apps.is_empty() || arguments.apps.iter().any(|n| n == name);
    for app in apps(folder.path(), wanted)? {
        for condition in &arguments.conditions {
            if let Some((_, why)) = app.absent.iter().find(|(absent, _)| absent == condition) {
                table.leave_out(format!("{} {}: {why}", app.name, condition.word()));
                continue;
            }
            // An input method is a matter of the session, not of one run.
            let hangul = (*condition == Condition::Hangul).then(Ibus::start).transpose()?;
            for number in 0..arguments.runs {
                if begun.elapsed() > limit {
                    table.leave_out(format!(
                        "{} {}: {number} runs, then its time was over",
                        app.name,
                        condition.word()
                    ));
                    break;
                }
                let (condition, sight) = (*condition, arguments.sight);
                let scene = Scene { app: &app, condition, villain: &villain, number, sight };
                let row = scene.run(folder.path())?;
                eprintln!("{} {} {row:?}", app.name, condition.word());
                table.add(app.name, condition, row);
            }
            drop(hangul);
        }
    }
    Ok(table)
}

struct Scene<'a> {
    app: &'a App,
    condition: Condition,
    villain: &'a Villain,
    number: usize,
    sight: Sight,
}

impl Scene<'_> {
    fn run(&self, folder: &std::path::Path) -> anyhow::Result<Row> {
        let running = self.app.start(folder, self.condition)?;
        // A browser takes no connection before it is up.
        let opened = until(20, || open(self.app, self.sight).ok());
        let Watched { mut desk, moments, opening } = match opened {
            Some(opened) => opened,
            None => open(self.app, self.sight)?,
        };
        let mut window = self.wait(&mut desk)?;
        if self.app.rehearsal.is_some() {
            // A large program shows its window again, with another title, while it starts.
            pause(STARTING_MS);
            window = self.wait(&mut desk)?;
        }
        if let Some(rehearsal) = self.app.rehearsal.as_ref()
            && self.condition != Condition::WrongScreen
        {
            if self.app.opened == Opened::ByPerson {
                window = self.pay(&mut desk)?;
            }
            self.rehearse(&mut desk, rehearsal)?;
            // It reads its sale again when a dialog was closed; no customer pays in that moment.
            pause(AGAIN_MS);
        }
        self.villain.keys();
        self.arrange(window, &running, &moments)?;

        let code = format!("c{:04}aBc{:05}", self.number, self.number * 7 % 99_991);
        opening.set(Opening::default());
        let (end, submitted_ms) = self.enter(&mut desk, &moments, &code);
        // A window that a person opened was there before.
        let opening = opening.get().took.filter(|_| self.app.opened == Opened::ByAgent);

        self.villain.settle()?;
        self.tidy()?;
        // A program that records late would be caught here.
        let settled = until(3, || (running.record().ok()?.len() == 1).then_some(()));
        if settled.is_some() || matches!(end, End::Refused(_)) {
            pause(50);
        }
        let record = running.record()?;
        Ok(Row {
            end,
            wrong_window: self.villain.keys(),
            garbled: record.iter().filter(|line| **line != code).count(),
            recorded: record.iter().filter(|line| **line == code).count(),
            times: submitted_ms.map(|submitted_ms| Times {
                submitted_ms,
                opening_ms: millis(opening.unwrap_or_default()),
            }),
        })
    }

    /// Enters a dummy code and clears it again, as `doctor` does.
    fn rehearse(&self, desk: &mut Desk, recipe: &Recipe) -> anyhow::Result<()> {
        let found = follow(desk, recipe, &Trial::dummy(), clock().monotonic_ms);
        anyhow::ensure!(found.is_well(), "rehearsing {}: {found}", self.app.name);
        let left = until(5, || {
            let windows = desk.windows.list().ok()?;
            let input = recipe.input.as_ref();
            let open = windows.iter().any(|window| input.is_some_and(|rule| rule.fits(window)));
            (open == (self.app.opened == Opened::ByPerson)).then_some(())
        });
        anyhow::ensure!(
            left.is_some(),
            "{} does not leave its input window as it was",
            self.app.name
        );
        Ok(())
    }

    /// The cashier brings the input window up, with the button that the recipe names.
    fn pay(&self, desk: &mut Desk) -> anyhow::Result<WindowId> {
        let recipe = &self.app.recipe;
        let press = recipe.activate.iter().find_map(|step| {
            let Step::Press(selector) = step else { return None };
            Some(selector)
        });
        let (Some(button), Some(input)) = (press, &recipe.input) else {
            anyhow::bail!("{} has no input window", self.app.name);
        };
        let main = desk.windows.list()?.into_iter().find(|window| recipe.window.fits(window));
        let main = main.ok_or_else(|| anyhow::anyhow!("{} is gone", self.app.name))?;
        let Found::One(button) = desk.controls.find(&main, button)? else {
            anyhow::bail!("{} has no such button", self.app.name);
        };
        desk.controls.press(&button)?;
        let open = until(10, || {
            let window = desk.windows.list().ok()?.into_iter().find(|window| input.fits(window))?;
            let field = desk.controls.find(&window, &recipe.field).ok()?;
            matches!(field, Found::One(_)).then_some(window.id)
        });
        // The program gives its first field the focus a moment later.
        pause(300);
        open.ok_or_else(|| anyhow::anyhow!("{} opens no input window", self.app.name))
    }

    /// Waits until the program's window and its controls are there.
    fn wait(&self, desk: &mut Desk) -> anyhow::Result<WindowId> {
        let recipe = &self.app.recipe;
        let there = until(15, || {
            let mut windows = desk.windows.list().ok()?;
            windows.retain(|window| recipe.window.fits(window));
            let window = windows.pop()?;
            let mut up = |selector| desk.controls.find(&window, selector).ok();
            let up = self.app.up.iter().any(|selector| matches!(up(selector), Some(Found::One(_))));
            up.then_some(window.id)
        });
        there.ok_or_else(|| anyhow::anyhow!("{} did not start", self.app.name))
    }

    fn arrange(&self, window: WindowId, pos: &Running, moments: &Shared) -> anyhow::Result<()> {
        let villain = self.villain.clone();
        let group = pos.group();
        // The keys of a code are 13; every run has its own moment among them.
        moments.borrow_mut().keys_left = self.number * 5 % 13;
        let at_key = |deed: Box<dyn FnMut()>| moments.borrow_mut().at_key = Deed::from(deed);
        match self.condition {
            Condition::DecoyInFront => villain.order("front")?,
            // Either between two keys, or while they are sent.
            Condition::FocusThief if self.number.is_multiple_of(2) => {
                at_key(Box::new(move || villain.order("front").unwrap_or_default()));
            }
            Condition::FocusThief => at_key(Box::new(move || villain.hint("front"))),
            Condition::PersonTypes => at_key(Box::new(move || villain.hint("type"))),
            // Types what the agent waits for, sees the notice and cancels.
            Condition::PersonCancels => drop(std::thread::spawn(move || {
                for _ in 0..8 {
                    villain.order("type").unwrap_or_default();
                    pause(120);
                }
                villain.order("cancel").unwrap_or_default();
            })),
            Condition::CapsLock => villain.order("caps")?,
            Condition::Modal => villain.order(&format!("over {}", window.0))?,
            Condition::Grabbed => villain.order("grab")?,
            Condition::KilledAfterSubmit => {
                // Before, while and after the program takes it.
                let wait_ms = self.number as u64 % 8 * 25;
                let kill: Box<dyn FnMut()> = Box::new(move || {
                    pause(wait_ms);
                    signal(group, Signal::KILL);
                });
                moments.borrow_mut().after_submit = Some(kill);
            }
            Condition::Stalled => {
                std::thread::spawn(move || {
                    pause(20);
                    signal(group, Signal::STOP);
                    pause(STALL_MS);
                    signal(group, Signal::CONT);
                });
            }
            Condition::Clean
            | Condition::Hangul
            | Condition::WrongScreen
            | Condition::SlowPublish => {}
        }
        // The window manager and the program settle what the villain did.
        pause(if matches!(self.condition, Condition::CapsLock) { 450 } else { 60 });
        Ok(())
    }

    fn enter(&self, desk: &mut Desk, moments: &Shared, code: &str) -> (End, Option<u64>) {
        let monotonic_ms = clock().monotonic_ms;
        let order = Order {
            transaction: TransactionId::new(Uuid::from_u128(7)),
            code: Zeroizing::new(code.to_owned()),
            amount: Money::new(4_500, Currency::KRW),
            deadline_ms: monotonic_ms() + TTL_MS,
            given_up: GivenUp::default(),
        };
        let work = Work { recipe: &self.app.recipe, order: &order, monotonic_ms };
        let start = now();
        let entered = match prepare(desk, &work) {
            Ok(entered) => entered,
            Err(refused) => {
                eprintln!("refused: {}; left: {:?}", refused.cause, refused.residue);
                return (End::Refused(refused.cause.word()), None);
            }
        };
        moments.borrow_mut().submitting = true;
        let end = match submit(desk, &work, &entered) {
            Ended::Submitted(Observed::Unknown(_)) => End::Unknown("silent"),
            Ended::Submitted(_) => End::Accepted(entered.evidence.word()),
            Ended::NotPressed { cause, .. } => End::Unknown(cause.word()),
        };
        let submitted = moments.borrow().submitted_at;
        (end, submitted.map(|at| millis(at - start)))
    }

    fn tidy(&self) -> anyhow::Result<()> {
        if self.condition == Condition::CapsLock {
            self.villain.order("caps")?;
        }
        self.villain.order("hide")
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The agent's way to a program, and what is seen on it.
struct Watched {
    desk: Desk,
    moments: Shared,
    opening: Rc<Cell<Opening>>,
}

fn open(app: &App, sight: Sight) -> anyhow::Result<Watched> {
    let moments = Rc::new(RefCell::new(Moments::default()));
    let opening = Rc::new(Cell::new(Opening::default()));
    let desk = surface::open(&app.recipe, clock().monotonic_ms)?;
    let mut desk = with_printer(desk, app.printer.as_ref());
    let (windows, seen, input) = (desk.windows, Rc::clone(&opening), app.recipe.input.clone());
    desk.windows = Box::new(TimedWindows { windows, seen, input });
    desk.guard = Box::new(WatchedGuard(desk.guard, Rc::clone(&moments), sight));
    desk.outcome = Box::new(WatchedOutcome(desk.outcome, Rc::clone(&moments)));
    Ok(Watched { desk, moments, opening })
}

fn signal(group: u32, signal: Signal) {
    let group = i32::try_from(group).ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        kill_process_group(group, signal).ok();
    }
}

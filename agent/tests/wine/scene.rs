//! One run: a Windows program is started, something goes wrong, the agent enters a code, witnesses
//! speak.
//!
//! Owns bringing each condition about and judging a run by what program and decoy recorded.

use crate::App;
use crate::clock::{now, pause, until};
use crate::condition::Condition;
use crate::table::{End, Row, Times};
use crate::villain::Villain;
use crate::watched::{Deed, Moments, Shared, Sight, WatchedGuard, WatchedOutcome};
use baton_agent::clock::clock;
use baton_agent::config::recipe::EntryWay;
use baton_agent::entry::observe::Observed;
use baton_agent::entry::prepare::prepare;
use baton_agent::entry::seams::{Desk, Found, WindowId};
use baton_agent::entry::submit::{Ended, submit};
use baton_agent::entry::{GivenUp, Order, Work};
use baton_agent::surface;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use std::cell::RefCell;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Longer than any run.
const TTL_MS: u64 = 20_000;

pub struct Scene<'a> {
    pub app: &'a App,
    pub condition: Condition,
    pub villain: &'a Villain,
    pub number: usize,
    pub sight: Sight,
}

/// The program, ended with its run or in the middle of it.
#[derive(Clone)]
struct Running(Rc<RefCell<Child>>);

impl Running {
    fn end(&self) {
        let mut child = self.0.borrow_mut();
        child.kill().ok();
        child.wait().ok();
    }
}

impl Scene<'_> {
    pub fn run(&self, folder: &Path) -> anyhow::Result<Row> {
        let record = folder.join("record");
        std::fs::write(&record, "")?;
        let running = self.start(&record)?;
        let row = self.play(&running, &record);
        running.end();
        row
    }

    fn play(&self, running: &Running, record: &Path) -> anyhow::Result<Row> {
        let (mut desk, moments) = self.open()?;
        let window = self.wait(&mut desk, running.0.borrow().id())?;
        self.villain.keys();
        self.arrange(window, running, &moments)?;

        let code = format!("c{:04}aBc{:05}", self.number, self.number * 7 % 99_991);
        let (end, submitted_ms) = self.enter(&mut desk, &moments, &code);

        self.villain.settle()?;
        self.tidy()?;
        let recorded = || -> anyhow::Result<Vec<String>> {
            Ok(std::fs::read_to_string(record)?.lines().map(str::to_owned).collect())
        };
        // A program that records late would be caught here.
        let settled = until(1, || (recorded().ok()?.len() == 1).then_some(()));
        if settled.is_some() || matches!(end, End::Refused(_)) {
            pause(50);
        }
        let record = recorded()?;
        Ok(Row {
            end,
            wrong_window: self.villain.keys(),
            garbled: record.iter().filter(|line| **line != code).count(),
            recorded: record.iter().filter(|line| **line == code).count(),
            times: submitted_ms.map(|submitted_ms| Times { submitted_ms, opening_ms: 0 }),
        })
    }

    fn start(&self, record: &Path) -> anyhow::Result<Running> {
        let wrong = self.condition == Condition::WrongScreen;
        let prompt = if wrong { "Quantity" } else { "Payment code" };
        let late_ms = if self.condition == Condition::SlowPublish { "1200" } else { "0" };
        let modal = if self.condition == Condition::Modal { "modal" } else { "plain" };
        let mut command = Command::new(&self.app.program);
        command.arg(record).args([prompt, late_ms, modal]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        Ok(Running(Rc::new(RefCell::new(child))))
    }

    fn open(&self) -> anyhow::Result<(Desk, Shared)> {
        let moments = Rc::new(RefCell::new(Moments::default()));
        let mut desk = surface::open(&self.app.recipe, clock().monotonic_ms)?;
        desk.guard = Box::new(WatchedGuard(desk.guard, Rc::clone(&moments), self.sight));
        desk.outcome = Box::new(WatchedOutcome(desk.outcome, Rc::clone(&moments)));
        Ok((desk, moments))
    }

    /// Waits until the program's window and its controls are there, and no window of the last run.
    fn wait(&self, desk: &mut Desk, process: u32) -> anyhow::Result<WindowId> {
        let recipe = &self.app.recipe;
        let there = until(20, || {
            let mut windows = desk.windows.list().ok()?;
            let dialog = windows.iter().any(|window| window.title == "Low paper");
            windows.retain(|window| recipe.window.fits(window));
            let window = windows.pop().filter(|window| window.process == Some(process))?;
            let mut field = recipe.field.clone();
            field.label = None;
            let found = desk.controls.find(&window, &field).ok()?;
            let ready = windows.is_empty() && matches!(found, Found::One(_));
            (ready && dialog == (self.condition == Condition::Modal)).then_some(window.id)
        });
        there.ok_or_else(|| anyhow::anyhow!("{} did not start", self.app.name))
    }

    fn arrange(&self, window: WindowId, pos: &Running, moments: &Shared) -> anyhow::Result<()> {
        let (villain, pos) = (self.villain.clone(), pos.clone());
        // The keys of a code are 13, two looks follow, then Return: every run has its own moment.
        moments.borrow_mut().keys_left = self.number * 5 % 16;
        let keys = self.app.recipe.entry.ways.contains(&EntryWay::Keys);
        let at_key = |deed: Box<dyn FnMut()>| moments.borrow_mut().at_key = Deed::from(deed);
        match self.condition {
            Condition::DecoyInFront => villain.order("front")?,
            // Where no key is guarded, before everything.
            Condition::FocusThief if !keys => villain.order("front")?,
            Condition::PersonTypes if !keys => villain.order("type")?,
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
            Condition::Grabbed => villain.order("grab")?,
            Condition::KilledAfterSubmit => {
                // Before, while and after the program takes it.
                let wait_ms = self.number as u64 % 8 * 25;
                let kill: Box<dyn FnMut()> = Box::new(move || {
                    pause(wait_ms);
                    pos.end();
                });
                moments.borrow_mut().after_submit = Some(kill);
            }
            Condition::Stalled => villain.order(&format!("stall {}", window.0))?,
            Condition::Clean
            | Condition::Hangul
            | Condition::Modal
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
        let ms = submitted.map(|at| u64::try_from((at - start).as_millis()).unwrap_or(u64::MAX));
        (end, ms)
    }

    fn tidy(&self) -> anyhow::Result<()> {
        if self.condition == Condition::CapsLock {
            self.villain.order("caps")?;
        }
        self.villain.order("hide")
    }
}

/// Sees whether the decoy tells a key that is typed into it, for a witness that sees nothing would
/// find every run in order.
pub fn witness(villain: &Villain) -> anyhow::Result<()> {
    villain.order("front")?;
    pause(500);
    villain.keys();
    villain.order("type")?;
    let seen = until(3, || (villain.keys() > 0).then_some(()));
    villain.order("hide")?;
    anyhow::ensure!(seen.is_some(), "the decoy does not tell the keys that it gets");
    Ok(())
}

//! What came of the runs, counted by program and condition.
//!
//! Owns counting, printing, drawing and the four rules that must hold.

use crate::condition::Condition;
use std::collections::{BTreeMap, BTreeSet};

/// Width of a column and height of half a row in the picture, in pixels.
const COLUMN: usize = 205;
/// See [`COLUMN`].
const ROW: usize = 22;
/// Colours of the picture.
const INK: &str = "#1b2631";
/// See [`INK`].
const GREY: &str = "#6b7680";
/// See [`INK`].
const GREEN: &str = "#1b7a3d";
/// See [`INK`].
const RED: &str = "#b71c1c";

/// What one run was.
#[derive(Debug)]
pub struct Row {
    /// Accepted, refused or unknown, with the cause.
    pub end: End,
    /// Keys that the decoy got.
    pub wrong_window: usize,
    /// What the program recorded that was not exactly the code.
    pub garbled: usize,
    /// How often it recorded the code.
    pub recorded: usize,
    /// How long it took, where there was a submit.
    pub times: Option<Times>,
}

/// How long an entry took, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// From the command to the submit.
    pub submitted_ms: u64,
    /// Of that, how long the program took to open its input window; 0 where the agent opened none.
    pub opening_ms: u64,
}

/// How a run ended for the agent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    Accepted(&'static str),
    Refused(&'static str),
    Unknown(&'static str),
}

/// Counts of all cells.
#[derive(Default)]
pub struct Table {
    cells: BTreeMap<(String, Condition), Cell>,
    absent: Vec<String>,
}

#[derive(Default)]
struct Cell {
    ends: BTreeMap<End, usize>,
    wrong_window: usize,
    double: usize,
    false_accepted: usize,
    times: Vec<Times>,
}

impl Table {
    pub fn add(&mut self, app: &str, condition: Condition, row: Row) {
        let cell = self.cells.entry((app.to_owned(), condition)).or_default();
        let accepted = matches!(row.end, End::Accepted(_));
        let refused = matches!(row.end, End::Refused(_));
        cell.wrong_window += row.wrong_window;
        cell.double += usize::from(row.recorded > 1) + usize::from(refused && row.recorded > 0);
        cell.false_accepted +=
            usize::from(accepted && row.recorded != 1) + usize::from(row.garbled > 0);
        cell.times.extend(row.times);
        *cell.ends.entry(row.end).or_default() += 1;
    }

    pub fn leave_out(&mut self, line: String) {
        self.absent.push(line);
    }

    pub fn print(&self) {
        println!(
            "{:18} {:20} {:>5} {:>6} {:>6} {:>6} {:>7} {:>7}  ends",
            "app", "condition", "runs", "wrong", "double", "false", "p95 ms", "opening"
        );
        for ((app, condition), cell) in &self.cells {
            let ends: Vec<_> = cell.ends.iter().map(|(end, n)| format!("{n} {end}")).collect();
            println!(
                "{app:18} {:20} {:>5} {:>6} {:>6} {:>6} {:>7} {:>7}  {}",
                condition.word(),
                cell.ends.values().sum::<usize>(),
                cell.wrong_window,
                cell.double,
                cell.false_accepted,
                cell.p95(|times| times.submitted_ms).map(|ms| ms.to_string()).unwrap_or_default(),
                cell.opening().map(|ms| ms.to_string()).unwrap_or_default(),
                ends.join(", ")
            );
        }
        println!("p95 ms: command to submit; opening: of it, the program's own until its window");
        self.absent.iter().for_each(|line| println!("left out: {line}"));
    }

    /// Draws the table as a picture: programs across, conditions down.
    pub fn picture(&self) -> String {
        let apps: BTreeSet<&String> = self.cells.keys().map(|(app, _)| app).collect();
        let conditions: BTreeSet<Condition> = self.cells.keys().map(|(_, c)| *c).collect();
        let mut texts = String::new();
        let mut text = |x: usize, y: usize, colour: &str, words: &str| {
            let at = format!("x=\"{x}\" y=\"{y}\" fill=\"{colour}\"");
            texts.push_str(&format!("<text {at}>{words}</text>\n"));
        };
        for (column, app) in apps.iter().enumerate() {
            text(COLUMN * (column + 1), ROW, INK, app);
        }
        for (row, condition) in conditions.iter().enumerate() {
            let y = ROW * (2 * row + 3);
            text(10, y, INK, condition.word());
            for (column, app) in apps.iter().enumerate() {
                let x = COLUMN * (column + 1);
                match self.cells.get(&((*app).clone(), *condition)) {
                    None => text(x, y, GREY, "-"),
                    Some(cell) => {
                        let [first, second] = cell.words();
                        let colour = if cell.faults() == 0 { GREEN } else { RED };
                        text(x, y, colour, &first);
                        text(x, y + ROW - 6, GREY, &second);
                    }
                }
            }
        }
        let (wide, high) = (COLUMN * (apps.len() + 1), ROW * (2 * conditions.len() + 3));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" \
             font-family=\"sans-serif\" font-size=\"13\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{texts}</svg>\n"
        )
    }

    /// Tells whether no cell has what must never be, and a clean counter always serves.
    pub fn holds(&self) -> bool {
        let clean = |condition: Condition, cell: &Cell| {
            let all: usize = cell.ends.values().sum();
            let accepted = cell.ends.iter().filter(|(end, _)| matches!(end, End::Accepted(_)));
            let accepted: usize = accepted.map(|(_, n)| n).sum();
            condition != Condition::Clean || accepted * 1_000 >= all * 999
        };
        !self.cells.is_empty()
            && self
                .cells
                .iter()
                .all(|((_, condition), cell)| cell.faults() == 0 && clean(*condition, cell))
    }
}

impl Cell {
    fn faults(&self) -> usize {
        self.wrong_window + self.double + self.false_accepted
    }

    /// What stands in its place of the picture: how it ended, and runs, faults and time.
    fn words(&self) -> [String; 2] {
        let runs: usize = self.ends.values().sum();
        let most = self.ends.iter().max_by_key(|(_, number)| **number);
        let most = most.map(|(end, number)| format!("{number} {end}")).unwrap_or_default();
        let p95 = self.p95(|times| times.submitted_ms);
        let p95 = p95.map(|ms| format!(", p95 {ms} ms")).unwrap_or_default();
        [most, format!("{runs} runs, {} faults{p95}", self.faults())]
    }

    /// Returns nothing where the agent opened no window.
    fn opening(&self) -> Option<u64> {
        self.p95(|times| times.opening_ms).filter(|ms| *ms > 0)
    }

    fn p95(&self, part: impl Fn(&Times) -> u64) -> Option<u64> {
        let mut sorted: Vec<u64> = self.times.iter().map(part).collect();
        sorted.sort_unstable();
        sorted.get(sorted.len().saturating_sub(1) * 95 / 100).copied()
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Accepted(evidence) => write!(f, "accepted ({evidence})"),
            Self::Refused(cause) => write!(f, "refused ({cause})"),
            Self::Unknown(why) => write!(f, "unknown ({why})"),
        }
    }
}

//! What was measured, and how it is told: percentiles of all samples, rates, processor time.
//!
//! Owns sums and words only. Nothing is estimated: a percentile is one of the sorted samples.
//! Next: `main.rs`, which prints.

use std::collections::BTreeMap;

/// Ticks of processor time in a second: fixed for programs on Linux (`USER_HZ`).
const TICKS_A_SECOND: f64 = 100.0;
/// Place of `utime` in `/proc/PID/stat`, counted after the program's name (proc(5)).
const USER_TICKS_PLACE: usize = 11;

/// How one payment ended for its phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Final and approved.
    Approved,
    /// Final and not approved, or refused at once; with the word for it.
    Refused(String),
    /// The phone does not know; with the reason.
    Other(String),
}

/// One payment.
#[derive(Debug, Clone)]
pub struct Sample {
    /// From its intended start to its end, in microseconds.
    pub latency_us: u64,
    /// Its end.
    pub end: End,
    /// Whether it counts, or only warmed up or wound down.
    pub counted: Counted,
}

/// Whether a sample lies in the measured time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// It does.
    Yes,
    /// It does not; only the check of the database needs it.
    No,
}

/// Everything about one run.
#[derive(Debug, Default)]
pub struct Figures {
    /// Payments that count.
    pub sent: usize,
    /// Of these, approved.
    pub approved: usize,
    /// Of these, refused.
    pub refused: usize,
    /// Of these, not known.
    pub other: usize,
    /// All approved ones, counted or not.
    pub approved_in_all: usize,
    /// All whose end is not known, counted or not.
    pub other_in_all: usize,
    /// How often a payment had to wait because no terminal was free.
    pub waited: usize,
    /// Why payments were not approved, and how often.
    pub reasons: BTreeMap<String, usize>,
    /// Length of the measured time, in seconds.
    pub seconds: f64,
    /// Processor time of the gateway in the measured time, in seconds.
    pub gateway_cpu_s: f64,
    /// The same of this tool: phones, terminals and acquirer.
    pub tool_cpu_s: f64,
    latencies_us: Vec<u64>,
}

impl Figures {
    /// Sums up all samples of a run.
    pub fn of(samples: Vec<Sample>, seconds: f64, waited: usize) -> Self {
        let mut figures = Self { seconds, waited, ..Self::default() };
        for Sample { latency_us, end, counted } in samples {
            figures.add(&end, counted);
            if counted == Counted::Yes && end == End::Approved {
                figures.latencies_us.push(latency_us);
            }
            if let End::Refused(reason) | End::Other(reason) = end {
                *figures.reasons.entry(reason).or_default() += 1;
            }
        }
        figures.latencies_us.sort_unstable();
        figures
    }

    fn add(&mut self, end: &End, counted: Counted) {
        let one = usize::from(counted == Counted::Yes);
        self.sent += one;
        match end {
            End::Approved => {
                self.approved += one;
                self.approved_in_all += 1;
            }
            End::Refused(_) => self.refused += one,
            End::Other(_) => {
                self.other += one;
                self.other_in_all += 1;
            }
        }
    }

    /// Returns approved payments a second.
    pub fn rate(&self) -> f64 {
        if self.seconds > 0.0 { self.approved as f64 / self.seconds } else { 0.0 }
    }

    /// Returns the sample at so many thousandths of all approved ones, in milliseconds.
    pub fn latency_ms(&self, thousandths: usize) -> f64 {
        let last = self.latencies_us.len().saturating_sub(1);
        let sample = self.latencies_us.get(last * thousandths / 1_000);
        sample.copied().unwrap_or_default() as f64 / 1_000.0
    }

    /// Tells the run in a few lines.
    pub fn tell(&self) -> String {
        let mut lines = format!(
            "  sent {}, approved {}, refused {}, other {}; {:.0}/s over {:.1} s\n  \
             latency ms: p50 {:.1}  p90 {:.1}  p99 {:.1}  max {:.1}   waited for a terminal: {}\n  \
             processor: gateway {:.1} s ({:.2} ms a payment), this tool {:.1} s",
            self.sent,
            self.approved,
            self.refused,
            self.other,
            self.rate(),
            self.seconds,
            self.latency_ms(500),
            self.latency_ms(900),
            self.latency_ms(990),
            self.latency_ms(1_000),
            self.waited,
            self.gateway_cpu_s,
            self.gateway_cpu_s * 1_000.0 / (self.approved.max(1) as f64),
            self.tool_cpu_s,
        );
        for (reason, count) in &self.reasons {
            lines.push_str(&format!("\n  not approved: {count} × {reason}"));
        }
        lines
    }
}

/// Which way a goal is met.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// By this much or more.
    AtLeast(f64),
    /// By this much or less.
    AtMost(f64),
}

/// Writes one row of the table of goals.
pub fn row(what: &str, figure: f64, unit: &str, goal: Option<Goal>) -> String {
    let (goal, verdict) = match goal {
        None => (String::new(), ""),
        Some(Goal::AtLeast(least)) => {
            (format!("≥ {least}"), if figure >= least { "met" } else { "missed" })
        }
        Some(Goal::AtMost(most)) => {
            (format!("≤ {most}"), if figure <= most { "met" } else { "missed" })
        }
    };
    format!("  {what:<58} {figure:>9.1} {unit:<5} {goal:<8} {verdict}")
}

/// Reads the processor time of a process, in seconds; 0 if it has gone.
pub fn cpu_seconds_of(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let Some((_, after_name)) = stat.rsplit_once(')') else { return 0.0 };
    let ticks = after_name.split_whitespace().skip(USER_TICKS_PLACE).take(2);
    ticks.filter_map(|word| word.parse::<f64>().ok()).sum::<f64>() / TICKS_A_SECOND
}

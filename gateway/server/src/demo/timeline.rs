//! One act as a person reads it: every hop, when it was reached, and how long it took.
//!
//! Owns the drawing and the sentence that names the hop at which an act stopped.

use super::phone::Followed;
use baton_link::executor::{Seen, Step};
use baton_protocol::work::State;
use std::fmt::Write as _;
use std::io::Write as _;

/// Columns of the longest bar.
const BAR_COLUMNS_MAX: u64 = 24;

/// What the two places behind the gateway are called in this act.
pub struct Places {
    /// Who executes.
    pub device: &'static str,
    /// Who decides.
    pub server: &'static str,
}

/// Something that happened beside the payment.
#[derive(Debug, Clone, Copy)]
pub struct Note {
    /// When, in microseconds since 1970.
    pub at_us: u64,
    /// What.
    pub text: &'static str,
}

struct Hop {
    at_us: u64,
    text: String,
}

/// Says a line to the person who watches; if nobody reads any more, the demo goes on to its end.
pub fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").unwrap_or_default();
}

/// Draws the timeline.
#[must_use]
pub fn draw(followed: &Followed, steps: &[Seen], places: &Places, notes: &[Note]) -> String {
    let mut hops = hops(followed, steps, places);
    hops.extend(notes.iter().map(|note| Hop { at_us: note.at_us, text: note.text.to_owned() }));
    hops.sort_by_key(|hop| hop.at_us);
    let start = followed.sent_us;
    let end = hops.iter().map(|hop| hop.at_us).max().unwrap_or(start);
    let whole = end.saturating_sub(start).max(1);
    let mut drawn = String::from("    at ms  took ms\n");
    let mut before = start;
    for hop in &hops {
        let at = hop.at_us.saturating_sub(start);
        let took = hop.at_us.saturating_sub(before);
        before = before.max(hop.at_us);
        let columns = usize::try_from(took * BAR_COLUMNS_MAX / whole).unwrap_or(0);
        let bar = "▇".repeat(columns);
        // Writing to a String cannot fail.
        writeln!(drawn, "  {:>7} {:>8}  {}  {bar}", millis(at), millis(took), hop.text)
            .unwrap_or_default();
    }
    drawn.trim_end().to_owned()
}

/// Says at which hop an act stopped, and why as far as anybody knows.
#[must_use]
pub fn explain(followed: &Followed, steps: &[Seen], places: &Places) -> String {
    let reached = |step| steps.iter().any(|seen| seen.step == step);
    let hop = if !reached(Step::CommandReceived) {
        format!("gateway → {}", places.device)
    } else if !reached(Step::Submitted) || !reached(Step::Answered) {
        format!("{} → {}", places.device, places.server)
    } else {
        format!("{} → gateway", places.server)
    };
    let (state, reason) = followed
        .last()
        .map_or((State::Received, None), |event| (event.state, event.reason.as_deref()));
    let why = match reason {
        Some("unreachable") => format!(
            "the {} cannot be reached at its address, so nothing was sent and nothing charged; \
             check the address in Table 2 and whether it is running",
            places.server
        ),
        Some(reason) => reason.replace('_', " "),
        None => "no reason was given".to_owned(),
    };
    format!("stopped at hop {hop}: {} — {why}", state.word())
}

fn hops(followed: &Followed, steps: &[Seen], places: &Places) -> Vec<Hop> {
    let mut hops = vec![
        Hop { at_us: followed.sent_us, text: "phone touches and asks the gateway".to_owned() },
        Hop {
            at_us: followed.answered_us,
            text: "gateway has it durably and says so to the phone".to_owned(),
        },
    ];
    hops.extend(steps.iter().map(|seen| Hop { at_us: seen.at_us, text: said(seen.step, places) }));
    for (at_us, event) in &followed.events {
        if matches!(event.state, State::Received | State::Dispatched) {
            continue;
        }
        let text = if event.state == State::Unknown {
            "phone sees: checking (outcome not known yet)".to_owned()
        } else {
            format!("phone sees: {}", event.state.word())
        };
        hops.push(Hop { at_us: *at_us, text });
    }
    hops
}

fn said(step: Step, places: &Places) -> String {
    let Places { device, server } = places;
    match step {
        Step::CommandReceived => format!("{device} receives the command"),
        Step::Submitted => format!("{device} has it in its journal and asks the {server}"),
        Step::Answered => format!("{server} has answered the {device}"),
        Step::Shown => format!("{device} shows the gateway's final word"),
    }
}

fn millis(us: u64) -> String {
    format!("{}.{}", us / 1_000, us % 1_000 / 100)
}

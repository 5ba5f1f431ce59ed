//! The picture of a run: every hub's load over time against its threshold, and what was diverted.
//!
//! Owns which figures are drawn. May not run anything. Next: nothing; `chart.rs` draws.

use super::outcome::{Outcome, Series};
use crate::chart::{Chart, Line, Look, Panel};

/// Draws a run of our rule, with another rule's load behind it.
#[must_use]
pub fn picture(name: &str, ours: &Outcome, other: &Outcome) -> String {
    let panels = ours.series.iter().zip(&other.series).map(|(ours, other)| panel(ours, other));
    let title = format!("{name}: orders at each hub, J {:.1} ms", ours.j_s * 1_000.0);
    Chart { title, panels: panels.collect() }.svg()
}

fn panel(ours: &Series, other: &Series) -> Panel {
    let line = |title: &str, look, values: Vec<f64>| Line { title: title.to_owned(), look, values };
    let floats = |values: &[u32]| values.iter().copied().map(f64::from).collect::<Vec<f64>>();
    // The other rule may rise far beyond; what is above twice the threshold is not drawn.
    let roof = f64::from(ours.threshold) * 2.0;
    let capped = floats(&other.inside).into_iter().map(|value| value.min(roof)).collect();
    Panel {
        title: ours.name.clone(),
        limit: Some((f64::from(ours.threshold), format!("threshold {}", ours.threshold))),
        lines: vec![
            line("diverted elsewhere, orders/s", Look::Area, ours.diverted()),
            line("what the seed says", Look::Line(1), capped),
            line("ours", Look::Line(0), floats(&ours.inside)),
        ],
    }
}

impl Series {
    /// Returns how many orders of own zones went elsewhere or waited, second by second.
    fn diverted(&self) -> Vec<f64> {
        let kept = self.kept.iter().copied().chain(std::iter::repeat(0));
        self.home
            .iter()
            .zip(kept)
            .map(|(home, kept)| f64::from(home.saturating_sub(kept)))
            .collect()
    }
}

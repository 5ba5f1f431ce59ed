//! `[health]`: when a destination is believed to be well, and how much it is asked at once.
//!
//! Owns names and defaults of what only the gateway needs; devices are not told. What each figure
//! does stands in `core/relay/health` and `core/relay/lanes`.

use baton_core::relay::health::Figures;
use serde::{Deserialize, Serialize};

/// The settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HealthSettings {
    /// Failed new requests in a row that open the circuit.
    pub failures_in_row: u32,
    /// Failures of one terminal that count among them, unless the destination itself said them.
    pub failures_of_terminal: u32,
    /// Failed share of the outcomes in the window that opens the circuit, in percent.
    pub failed_percent: usize,
    /// Outcomes that the window must hold before their share counts.
    pub outcomes_min: usize,
    /// Length of the window, in milliseconds.
    pub window_ms: u64,
    /// How long an open circuit refuses before it tries, in milliseconds; doubles each time.
    pub rest_ms: u64,
    /// The longest such rest, in milliseconds.
    pub rest_ms_max: u64,
    /// New requests that pass at a time while it is tried.
    pub trials: u32,
    /// After how long as many pass again if nothing was heard of them, in milliseconds.
    pub trial_ms: u64,
    /// How long a line may be idle before an echo, in milliseconds.
    pub echo_idle_ms: u64,
    /// Pause between echoes while the destination does not answer, in milliseconds.
    pub echo_pause_ms: u64,
    /// The longest pause when echoes are answered and questions are not, in milliseconds.
    pub echo_pause_ms_max: u64,
    /// Missed echoes in a row that mean "line down".
    pub echo_misses: u32,
    /// Inquiries and reversals that one destination is asked at a time.
    pub errands_running_max: usize,
    /// Inquiries and reversals that wait for their turn at one destination.
    pub errands_waiting_max: usize,
}

impl Default for HealthSettings {
    fn default() -> Self {
        let figures = Figures::default();
        Self {
            failures_in_row: figures.failures_in_row,
            failures_of_terminal: figures.failures_of_terminal,
            failed_percent: figures.failed_percent,
            outcomes_min: figures.outcomes_min,
            window_ms: figures.window_ms,
            rest_ms: figures.rest_ms,
            rest_ms_max: figures.rest_ms_max,
            trials: figures.trials,
            trial_ms: figures.trial_ms,
            echo_idle_ms: figures.echo_idle_ms,
            echo_pause_ms: figures.echo_pause_ms,
            echo_pause_ms_max: figures.echo_pause_ms_max,
            echo_misses: figures.echo_misses,
            errands_running_max: 128,
            errands_waiting_max: 16_384,
        }
    }
}

impl HealthSettings {
    /// Returns the figures of the machine.
    #[must_use]
    pub const fn figures(&self) -> Figures {
        Figures {
            failures_in_row: self.failures_in_row,
            failures_of_terminal: self.failures_of_terminal,
            failed_percent: self.failed_percent,
            outcomes_min: self.outcomes_min,
            window_ms: self.window_ms,
            rest_ms: self.rest_ms,
            rest_ms_max: self.rest_ms_max,
            trials: self.trials,
            trial_ms: self.trial_ms,
            echo_idle_ms: self.echo_idle_ms,
            echo_pause_ms: self.echo_pause_ms,
            echo_pause_ms_max: self.echo_pause_ms_max,
            echo_misses: self.echo_misses,
        }
    }
}

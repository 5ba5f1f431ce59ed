//! The figures of a destination's health, each with its name and unit.
//!
//! Owns the defaults and why they are so. The gateway's configuration overrides them; devices never
//! see them. Next: [`super`], the machine that uses them.

/// When a destination is believed to be well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Failed new requests in a row that open the circuit.
    pub failures_in_row: u32,
    /// Failures of one terminal that count in a row, unless the destination itself said them.
    pub failures_of_terminal: u32,
    /// Failed share of the outcomes in the window that opens the circuit, in percent.
    pub failed_percent: usize,
    /// Outcomes that the window must hold before their share means anything.
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
}

impl Default for Figures {
    /// Echo after 60 s idle and two misses are the relay's timer table. Five failures in a row, or
    /// half of twenty in 10 s, do not happen to a destination that is well. A pause of 3 s lets an
    /// outcome be known within 15 s of the destination's return: pause, a greeting of at most 3 s
    /// and an answer of at most 8 s.
    fn default() -> Self {
        Self {
            failures_in_row: 5,
            failures_of_terminal: 2,
            failed_percent: 50,
            outcomes_min: 20,
            window_ms: 10_000,
            rest_ms: 3_000,
            rest_ms_max: 30_000,
            trials: 3,
            trial_ms: 5_000,
            echo_idle_ms: 60_000,
            echo_pause_ms: 3_000,
            echo_pause_ms_max: 60_000,
            echo_misses: 2,
        }
    }
}

//! What can be wrong with a link.
//!
//! Owns the words. Next: `pipe`, which does it to bytes.

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From whoever connected.
    Up,
    /// Back to it.
    Down,
}

/// The state of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weather {
    /// Everything passes.
    #[default]
    Clear,
    /// Nobody listens: new connections are refused, standing ones are cut.
    Refusing,
    /// Half open: both sides stay connected and nothing that they send arrives, ever.
    HalfOpen,
    /// Bytes trickle.
    Slow,
    /// Every piece comes so much later.
    Late {
        /// In milliseconds.
        ms: u64,
    },
    /// A connection passes so many more bytes that way, and is then cut in the middle of them.
    CutAfter {
        /// Fewer than a message has.
        bytes: usize,
        /// Which way is counted.
        way: Way,
    },
}

/// Weather, and how often everything was cut so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sky {
    pub weather: Weather,
    pub cuts: u64,
}

impl Weather {
    /// Returns a word for reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Refusing => "refuse",
            Self::HalfOpen => "half-open",
            Self::Slow => "slow",
            Self::Late { .. } => "late",
            Self::CutAfter { way: Way::Up, .. } => "cut-request",
            Self::CutAfter { way: Way::Down, .. } => "cut-answer",
        }
    }
}

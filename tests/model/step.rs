//! What can happen in the model, one thing at a time, with a label that a person can follow.
//!
//! Owns messages and steps as data, so that a failing run prints as a readable trace. May not
//! decide anything. Next: `world.rs`.

use super::destination::Mood;
use baton_protocol::link::Upward;
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, State, Verdict};
use std::fmt;

/// Something on the network. Once sent it can be delivered at any time, and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    Command {
        epoch: u64,
        ttl_ms: u64,
    },
    Cancel {
        epoch: u64,
    },
    Commit(State),
    Up(Upward),
    /// The device's request to the destination, by number.
    Authorise(u8),
    Answer(Verdict),
    Inquire(u32),
    Inquired(u32, InquiryAnswer),
    Reverse,
    ReverseAnswered(ReversalAnswer),
}

/// Whether the power lasts through a step's effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    On,
    /// It fails after so many of them, and comes back.
    FailsAfter(usize),
}

impl Power {
    pub const fn effects(self) -> usize {
        match self {
            Self::On => usize::MAX,
            Self::FailsAfter(effects) => effects,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Route,
    Reject,
    GatewayDeadline,
    Cancel,
    AskNow,
    GatewayRestart,
    Resolve(State),
    UndoByHand,
    /// The destination answers again after a silence.
    DestinationBack,
    Prepared,
    NotPrepared,
    Ttl,
    Silent,
    DeviceRestart,
    PosShows,
    Connect,
    Deliver(Message),
    Authorise(u8, Mood),
    /// The clock moves to this moment.
    Clock(u64),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route => f.write_str("gateway routes"),
            Self::Reject => f.write_str("gateway rejects"),
            Self::GatewayDeadline => f.write_str("gateway deadline"),
            Self::Cancel => f.write_str("shopper cancels"),
            Self::AskNow => f.write_str("a person has it asked"),
            Self::GatewayRestart => f.write_str("gateway restarts"),
            Self::Resolve(state) => write!(f, "people resolve: {}", state.word()),
            Self::UndoByHand => f.write_str("a person undoes the charge"),
            Self::DestinationBack => f.write_str("destination is back"),
            Self::Prepared => f.write_str("device submits"),
            Self::NotPrepared => f.write_str("device finds the way blocked"),
            Self::Ttl => f.write_str("device ttl"),
            Self::Silent => f.write_str("device hears nothing"),
            Self::DeviceRestart => f.write_str("device restarts"),
            Self::PosShows => f.write_str("pos shows approved"),
            Self::Connect => f.write_str("device connects"),
            Self::Deliver(message) => write!(f, "{message}"),
            Self::Authorise(number, Mood::Yes) => write!(f, "destination takes request {number}"),
            Self::Authorise(number, Mood::No) => write!(f, "destination declines request {number}"),
            Self::Clock(to_ms) => write!(f, "clock {to_ms}"),
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command { epoch, .. } => write!(f, "device <- command of epoch {epoch}"),
            Self::Cancel { epoch } => write!(f, "device <- cancel of epoch {epoch}"),
            Self::Commit(state) => write!(f, "device <- commit {}", state.word()),
            Self::Up(upward) => write!(f, "gateway <- {}", word(upward)),
            Self::Authorise(number) => write!(f, "destination <- request {number}"),
            Self::Answer(verdict) => write!(f, "device <- {}", verdict_word(verdict)),
            Self::Inquire(number) => write!(f, "destination <- inquiry {number}"),
            Self::Inquired(number, answer) => {
                write!(f, "gateway <- inquiry {number}: {}", answer_word(answer))
            }
            Self::Reverse => f.write_str("destination <- reversal"),
            Self::ReverseAnswered(answer) => {
                write!(f, "gateway <- reversal: {}", reversal_word(*answer))
            }
        }
    }
}

impl Message {
    /// What tells worlds apart: inquiries count by whether they left late enough, not by number.
    pub fn told_apart(&self, late: impl Fn(u32) -> bool) -> String {
        match self {
            Self::Inquire(number) => format!("inquiry, late: {}", late(*number)),
            Self::Inquired(number, answer) => format!("{answer:?}, late: {}", late(*number)),
            Self::Command { .. }
            | Self::Cancel { .. }
            | Self::Commit(_)
            | Self::Up(_)
            | Self::Authorise(_)
            | Self::Answer(_)
            | Self::Reverse
            | Self::ReverseAnswered(_) => self.to_string(),
        }
    }
}

const fn word(upward: &Upward) -> &'static str {
    match upward {
        Upward::Accepted { .. } => "accepted",
        Upward::Result { verdict, .. } => verdict_word(verdict),
        Upward::Fenced { .. } => "fenced",
        Upward::NotReady { .. } => "not ready",
        Upward::Shown { .. } => "shown",
        Upward::Ask { .. } => "question",
        Upward::Contradicted { .. } => "contradiction",
        Upward::Scanned { .. } | Upward::Typed { .. } => "counter news",
        Upward::Sightings(_) => "sightings",
        Upward::Hello { .. } | Upward::Ack | Upward::Journal { .. } | Upward::Later => "link news",
    }
}

const fn verdict_word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Approved { .. } => "approved",
        Verdict::Declined { .. } => "declined",
        Verdict::Unknown { .. } => "unknown",
    }
}

const fn answer_word(answer: &InquiryAnswer) -> &'static str {
    match answer {
        InquiryAnswer::Approved { .. } => "approved",
        InquiryAnswer::Declined { .. } => "declined",
        InquiryAnswer::ExpiredUnused => "expired unused",
        InquiryAnswer::NotFound => "not found",
        InquiryAnswer::NoAnswer => "no answer",
    }
}

const fn reversal_word(answer: ReversalAnswer) -> &'static str {
    match answer {
        ReversalAnswer::Accepted => "accepted",
        ReversalAnswer::OriginalUnknown => "original unknown",
        ReversalAnswer::Refused => "refused",
        ReversalAnswer::NoAnswer => "no answer",
    }
}

//! Every timer of the relay, each with its own name; one document for gateway, devices and console.
//!
//! Owns the defaults. Source of each figure: the transaction table in the architecture document,
//! section "Timers". Nothing here is called just "timeout". Next: [`crate::link`].

use serde::{Deserialize, Serialize};

/// The timers, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// A command not acknowledged for so long is sent again.
    pub acknowledge_ms: u64,
    /// How often a command is sent before only a reconnect sends it again.
    pub acknowledge_tries: u32,
    /// How long a standalone terminal may take before the outcome counts as unknown.
    pub execute_standalone_ms: u64,
    /// The same for a POS agent, which may have to wait for a person.
    pub execute_paired_ms: u64,
    /// Pauses between inquiries and between reversals; the last one repeats.
    pub inquiry_pauses_ms: Vec<u64>,
    /// How long an unknown standalone payment is inquired before it is reversed.
    pub decide_ms: u64,
    /// How long before people look at it.
    pub suspense_ms: u64,
    /// Pause between inquiries once people look at it.
    pub suspense_inquiry_ms: u64,
    /// The longest life of a payment code.
    pub code_life_ms: u64,
    /// How far two clocks may differ.
    pub clock_skew_ms: u64,
    /// How long a message may still be on its way.
    pub message_life_ms: u64,
    /// Pause between heartbeats on the device link; two misses close it.
    pub heartbeat_ms: u64,
    /// How long an opened sale waits for its touch.
    pub sale_life_ms: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            acknowledge_ms: 1_000,
            acknowledge_tries: 3,
            execute_standalone_ms: 10_000,
            execute_paired_ms: 30_000,
            inquiry_pauses_ms: vec![500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000],
            decide_ms: 25_000,
            suspense_ms: 24 * 3_600_000,
            suspense_inquiry_ms: 3_600_000,
            code_life_ms: 180_000,
            clock_skew_ms: 30_000,
            message_life_ms: 120_000,
            heartbeat_ms: 10_000,
            sale_life_ms: 120_000,
        }
    }
}

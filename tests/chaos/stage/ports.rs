//! Free ports that stay ours.
//!
//! Owns the range. A killed program must find its port free again, so ports are taken below those
//! that outgoing connections get. Next: `settings`.

use crate::dice::Dice;
use anyhow::Context;
use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener};

/// Ports are taken from here.
const PORTS: std::ops::Range<u16> = 12_000..30_000;
/// Ports that are tried before the machine counts as full.
const TRIES_MAX: usize = 4_000;

/// Ports that were free when the run began.
pub struct Ports(VecDeque<SocketAddr>);

impl Ports {
    /// Finds so many.
    ///
    /// # Errors
    /// When the machine has too few.
    pub fn find(seed: u64, count: usize) -> anyhow::Result<Self> {
        let mut dice = Dice::new(seed ^ u64::from(std::process::id()));
        let mut held = Vec::new();
        for _ in 0..TRIES_MAX {
            let span = u64::from(PORTS.end - PORTS.start);
            let port = PORTS.start + u16::try_from(dice.below(span)).unwrap_or(0);
            if let Ok(listener) = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))) {
                held.push(listener);
            }
            if held.len() == count {
                let places = held.iter().filter_map(|one| one.local_addr().ok());
                return Ok(Self(places.collect()));
            }
        }
        anyhow::bail!("no {count} free ports between {} and {}", PORTS.start, PORTS.end)
    }

    /// Takes one.
    ///
    /// # Errors
    /// When none is left.
    pub fn take(&mut self) -> anyhow::Result<SocketAddr> {
        self.0.pop_front().context("too few ports were looked for")
    }
}

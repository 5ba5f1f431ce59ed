//! Sightings of every source of the settings, in the order in which they came.
//!
//! Owns the door: a sniffer on a serial port, a recording, this machine's own Bluetooth. A source
//! that cannot hear says so and comes back by itself. Next: `bluez.rs` (feature `bluez`).

use super::{Sighting, recorded};
use crate::scan::{Heard, Kind, Scans, SerialSettings, SourceSettings};
use baton_link::clock::Clock;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Sightings that may wait: a shop's beacons speak ten times a second, and what is older than a
/// second says little about where a phone is.
const WAITING_MAX: usize = 256;

/// What a source has to say.
#[derive(Debug)]
pub enum Noticed {
    /// It can hear.
    Ready {
        /// Which source.
        source: Arc<str>,
    },
    /// It heard a beacon.
    Sighting {
        /// Which source.
        source: Arc<str>,
        /// What it heard.
        sighting: Sighting,
    },
    /// It cannot hear.
    Trouble {
        /// Which source.
        source: Arc<str>,
        /// What is wrong, for people.
        reason: String,
    },
}

/// Settings of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SightingSource {
    /// A sniffer on a serial port.
    Sniffer(SerialSettings),
    /// A recording, played once at the pace of its times.
    Recording(PathBuf),
    /// This machine's own Bluetooth.
    #[cfg(feature = "bluez")]
    Bluez(super::bluez::BluezSettings),
}

/// What all sources hear.
#[derive(Debug)]
pub struct Sightings {
    noticed: mpsc::Receiver<Noticed>,
    _tasks: JoinSet<()>,
}

/// One source's way into [`Sightings`].
#[derive(Debug, Clone)]
pub(super) struct Outlet {
    source: Arc<str>,
    sender: mpsc::Sender<Noticed>,
}

impl Sightings {
    /// Starts every source; each runs until this is dropped.
    ///
    /// **Order** call it on a tokio runtime.
    #[must_use]
    pub fn start(sources: Vec<(String, SightingSource)>, clock: Clock) -> Self {
        let (sender, noticed) = mpsc::channel(WAITING_MAX);
        let mut tasks = JoinSet::new();
        for (name, settings) in sources {
            let out = Outlet { source: name.as_str().into(), sender: sender.clone() };
            match settings {
                SightingSource::Sniffer(settings) => {
                    let source = vec![(name, SourceSettings::Serial(settings))];
                    tasks.spawn(sniff(Scans::start(source, clock), out));
                }
                SightingSource::Recording(path) => drop(tasks.spawn(play(path, out))),
                #[cfg(feature = "bluez")]
                SightingSource::Bluez(settings) => {
                    tasks.spawn(super::bluez::run(settings, out, clock));
                }
            }
        }
        Self { noticed, _tasks: tasks }
    }

    /// Waits for the next; nothing when there is no source, or each has come to its end.
    ///
    /// **Repeat** it may be dropped while it waits and asked again; nothing is lost by that.
    pub async fn next(&mut self) -> Option<Noticed> {
        self.noticed.recv().await
    }
}

impl Outlet {
    pub(super) async fn ready(&self) {
        self.send(Noticed::Ready { source: Arc::clone(&self.source) }).await;
    }

    pub(super) async fn sighting(&self, sighting: Sighting) {
        self.send(Noticed::Sighting { source: Arc::clone(&self.source), sighting }).await;
    }

    pub(super) async fn trouble(&self, reason: String) {
        self.send(Noticed::Trouble { source: Arc::clone(&self.source), reason }).await;
    }

    /// Waits for room; the source is ended when nobody takes sightings any more.
    async fn send(&self, noticed: Noticed) {
        if self.sender.send(noticed).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

async fn sniff(mut scans: Scans, out: Outlet) {
    while let Some(heard) = scans.next().await {
        match heard {
            Heard::Ready { .. } => out.ready().await,
            Heard::Trouble { reason, .. } => out.trouble(reason).await,
            Heard::Refused { refusal, .. } => tracing::debug!(%refusal, "sniffer"),
            Heard::Scan(scan) => {
                if let Kind::Beacon(sighting) = scan.kind {
                    out.sighting(sighting).await;
                }
            }
        }
    }
}

async fn play(path: PathBuf, out: Outlet) {
    let sightings = match recorded::read(&path) {
        Ok(sightings) => sightings,
        Err(fault) => return out.trouble(fault.to_string()).await,
    };
    out.ready().await;
    let mut before_ms = sightings.first().map_or(0, |first| first.at_ms);
    for sighting in sightings {
        let pause_ms = sighting.at_ms.saturating_sub(before_ms);
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        before_ms = sighting.at_ms;
        out.sighting(sighting).await;
    }
}

#[cfg(test)]
mod tests;

//! From what is heard of beacons to what the gateway is told: thinned, gathered, sent now or never.
//!
//! Owns which frames say whose they are, and how often one beacon is told of. May not keep anything
//! for later: what finds no connection is forgotten. Signing and sending are `baton-link`'s
//! `reports`. Next: the gateway, which hands it to the store's server.

use super::{Noticed, Sighting, Sightings};
use baton_formats::beacon::{AltBeacon, Eddystone, Frame, IBeacon};
use baton_link::clock::Clock;
use baton_link::reports::{NotSent, Reports};
use baton_protocol::sighting::{self, BeaconIdentity, BeaconKind, SIGHTINGS_MAX};
use std::collections::BTreeMap;
use std::time::Duration;

/// Pause between two reports, in milliseconds. It is also how often one beacon is told of: they
/// speak up to ten times a second, and a person does not walk away in one.
pub const PAUSE_MS: u64 = 1_000;
/// How old a sighting may be when it is told, in milliseconds: half of what may be matched, so that
/// a store's server has the other half. It holds back a recording that is played again.
pub const HEARD_MS_MAX: u64 = 5_000;

/// Who was heard.
type Whose = (BeaconKind, BeaconIdentity);

/// What was heard and is not told yet: of each beacon the strongest sighting.
#[derive(Debug, Default)]
pub struct Gathered {
    heard: BTreeMap<Whose, sighting::Sighting>,
    told_at_ms: Option<u64>,
}

/// What became of one sighting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gathering {
    /// It is told of with the next report, or one of the same beacon that was stronger is.
    Kept,
    /// It says of nobody who it is: a web address, or how a beacon's battery does.
    Nobody,
    /// It was heard too long ago, or in the future.
    NotNow,
    /// So many stronger ones were heard that it has no place.
    Weak,
}

impl Gathered {
    /// Takes what was heard.
    pub fn hear(&mut self, seen: &Sighting, now_ms: u64) -> Gathering {
        let Some((kind, identity)) = whose(&seen.frame) else { return Gathering::Nobody };
        if seen.at_ms > now_ms || now_ms.saturating_sub(seen.at_ms) > HEARD_MS_MAX {
            return Gathering::NotNow;
        }
        let (at_ms, signal_dbm) = (seen.at_ms, seen.signal_dbm);
        let key = (kind, identity.clone());
        let found = sighting::Sighting { at_ms, signal_dbm, kind, identity };
        if let Some(before) = self.heard.get_mut(&key) {
            if before.signal_dbm <= signal_dbm {
                *before = found;
            }
            return Gathering::Kept;
        }
        if self.heard.len() >= SIGHTINGS_MAX {
            return self.hear_instead(key, found);
        }
        self.heard.insert(key, found);
        Gathering::Kept
    }

    /// Returns what is to be told now, strongest first; nothing while the pause lasts.
    pub fn take(&mut self, now_ms: u64) -> Option<Vec<sighting::Sighting>> {
        if self.next_deadline(now_ms)? > now_ms {
            return None;
        }
        self.told_at_ms = Some(now_ms);
        let heard = std::mem::take(&mut self.heard).into_values();
        let fresh = heard.filter(|one| now_ms.saturating_sub(one.at_ms) <= HEARD_MS_MAX);
        let mut fresh: Vec<_> = fresh.collect();
        fresh.sort_by_key(|one| std::cmp::Reverse(one.signal_dbm));
        (!fresh.is_empty()).then_some(fresh)
    }

    /// Returns when there is something to tell, if anything was heard.
    #[must_use]
    pub fn next_deadline(&self, now_ms: u64) -> Option<u64> {
        if self.heard.is_empty() {
            return None;
        }
        // A clock that was set back ends the pause.
        let told = self.told_at_ms.filter(|told| *told <= now_ms);
        Some(told.map_or(now_ms, |told| told.saturating_add(PAUSE_MS)))
    }

    /// Puts a sighting in the place of the weakest one, if it is stronger.
    fn hear_instead(&mut self, key: Whose, found: sighting::Sighting) -> Gathering {
        let weakest = self.heard.iter().min_by_key(|(_, one)| one.signal_dbm);
        let Some((weakest, _)) = weakest.filter(|(_, one)| one.signal_dbm < found.signal_dbm)
        else {
            return Gathering::Weak;
        };
        let weakest = weakest.clone();
        self.heard.remove(&weakest);
        self.heard.insert(key, found);
        Gathering::Kept
    }
}

/// Tells the gateway what is heard, until nobody hears any more.
///
/// **Order** what is heard is told at once after a quiet second, and then once a second.
pub async fn serve(mut sightings: Sightings, mut reports: Option<Reports>, clock: Clock) {
    let mut gathered = Gathered::default();
    loop {
        let now_ms = clock.unix_ms();
        // Before anything else is heard: a shop full of beacons must not put it off.
        tell(&mut gathered, reports.as_mut(), now_ms);
        let deadline = gathered.next_deadline(now_ms);
        let noticed = tokio::select! {
            noticed = sightings.next() => noticed,
            () = passed(deadline, now_ms) => continue,
        };
        match noticed {
            None => return tell(&mut gathered, reports.as_mut(), clock.unix_ms()),
            Some(Noticed::Ready { source }) => tracing::info!(%source, "hears beacons"),
            Some(Noticed::Trouble { source, reason }) => {
                tracing::warn!(%source, %reason, "beacons");
            }
            Some(Noticed::Sighting { source, sighting }) => {
                let became = gathered.hear(&sighting, clock.unix_ms());
                let signal_dbm = sighting.signal_dbm;
                tracing::debug!(%source, signal_dbm, ?became, "heard");
            }
        }
    }
}

fn tell(gathered: &mut Gathered, reports: Option<&mut Reports>, now_ms: u64) {
    let (Some(heard), Some(reports)) = (gathered.take(now_ms), reports) else { return };
    let count = heard.len();
    match reports.send(heard) {
        Ok(()) => tracing::debug!(count, "sightings reported"),
        Err(why @ (NotSent::Waiting | NotSent::Stopped)) => {
            tracing::debug!(%why, count, "not told")
        }
        Err(why @ NotSent::Sign(_)) => tracing::warn!(%why, count, "sightings not reported"),
    }
}

async fn passed(deadline_ms: Option<u64>, now_ms: u64) {
    match deadline_ms {
        Some(at_ms) => {
            tokio::time::sleep(Duration::from_millis(at_ms.saturating_sub(now_ms))).await
        }
        None => std::future::pending().await,
    }
}

/// Whose frame it is, if it says so.
fn whose(frame: &Frame) -> Option<(BeaconKind, BeaconIdentity)> {
    let (kind, bytes) = match frame {
        Frame::IBeacon(IBeacon { uuid, major, minor, .. }) => {
            let bytes = [&uuid.0[..], &major.to_be_bytes(), &minor.to_be_bytes()].concat();
            (BeaconKind::Ibeacon, bytes)
        }
        Frame::AltBeacon(AltBeacon { id, .. }) => (BeaconKind::Altbeacon, id.to_vec()),
        Frame::Eddystone(Eddystone::Uid { namespace, instance, .. }) => {
            (BeaconKind::EddystoneUid, [&namespace[..], instance].concat())
        }
        Frame::Eddystone(Eddystone::Ephemeral { id, .. }) => {
            (BeaconKind::EddystoneEid, id.0.to_vec())
        }
        Frame::Eddystone(
            Eddystone::Url { .. } | Eddystone::Telemetry(_) | Eddystone::EncryptedTelemetry { .. },
        ) => return None,
    };
    Some((kind, BeaconIdentity::new(bytes).ok()?))
}

#[cfg(test)]
mod tests;

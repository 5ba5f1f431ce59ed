//! What every part of the gateway shares: clock, records, tables, secrets, listeners, timers.
//!
//! Owns nothing of its own; it is built once and handed around. Next: [`crate::wiring`].

use crate::clock::Clock;
use crate::edges::Edges;
use crate::health::HealthBoard;
use crate::identity::{Guesses, Spent};
use crate::notices::Notices;
use crate::sales::Sales;
use crate::sightings::Sightings;
use crate::tables::TablesHandle;
use crate::vault::Vault;
use baton_destinations::{Plugins, Secret};
use baton_protocol::ids::DestinationId;
use baton_protocol::policy::Policy;
use baton_records::Records;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The shared parts.
pub struct World {
    /// The one clock.
    pub clock: Clock,
    /// The store and its writer.
    pub records: Records,
    /// Table 1 and Table 2.
    pub tables: Arc<TablesHandle>,
    /// Digest and seal.
    pub vault: Vault,
    /// Who is told.
    pub notices: Notices,
    /// Open sales.
    pub sales: Sales,
    /// What terminals heard of beacons.
    pub sightings: Sightings,
    /// Tokens of devices that were used.
    pub spent: Spent,
    /// Wrong enrolment codes of late.
    pub guesses: Guesses,
    /// Which destinations take new requests.
    pub health: HealthBoard,
    /// How much strangers may ask.
    pub edges: Edges,
    /// The timers in force.
    pub policy: Arc<Policy>,
    /// The name that tokens must carry as `aud`.
    pub audience: String,
    /// HMAC keys by destination.
    pub secrets: BTreeMap<DestinationId, Secret>,
    /// Providers' plugins, if there is a folder of them.
    pub plugins: Option<Arc<Plugins>>,
}

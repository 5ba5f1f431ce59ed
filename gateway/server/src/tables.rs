//! The snapshot of Table 1 and Table 2 that every request reads, with the keys ready for use.
//!
//! Owns following the database: the revision is looked at twenty times a second and at once after
//! a change of our own, so a live change of a pairing is in force for the next touch. A device that
//! was suspended is reported, so that its connection is cut. Next: [`crate::touch`].

use baton_core::relay::lookup::{Standing, Tables};
use baton_core::relay::plan::Executor;
use baton_formats::emv::CodeRules;
use baton_protocol::ids::{AppId, OperatorName, ShopId};
use baton_records::directory::{AppKey, Device, Directory};
use baton_records::{Fault, Records};
use jsonwebtoken::{Algorithm, DecodingKey};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

/// Pause between looks at the revision, in milliseconds: a person who changed a pairing and then
/// touches cannot be faster. One look is one read of one row.
const LOOK_MS: u64 = 50;

/// An app's key, parsed.
pub struct TokenKey {
    /// The only algorithm taken.
    pub algorithm: Algorithm,
    /// The only `kid` taken.
    pub key_id: String,
    /// What verifies.
    pub key: DecodingKey,
}

/// One picture of the tables.
pub struct Snapshot {
    /// Both tables.
    pub tables: Tables,
    /// Keys of apps, parsed once.
    pub app_keys: BTreeMap<AppId, TokenKey>,
    /// Shops by digest of their tokens.
    pub shop_tokens: BTreeMap<String, ShopId>,
    /// Devices.
    pub devices: BTreeMap<Executor, Device>,
    /// Operators by digest of their tokens.
    pub operators: BTreeMap<String, OperatorName>,
    /// Whose a scanned code is: the scheme of each rule is an app.
    pub code_rules: CodeRules,
}

/// The current picture.
#[derive(Default)]
pub struct TablesHandle {
    current: RwLock<Arc<Snapshot>>,
    suspended: Mutex<Vec<Executor>>,
}

impl TablesHandle {
    /// Returns the picture as it is now; it does not change under the caller.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the tables again if their revision grew.
    ///
    /// # Errors
    /// [`Fault`] when the database fails; the old picture stays.
    pub async fn refresh(&self, records: &Records) -> Result<(), Fault> {
        if records.tables_revision().await? > self.snapshot().tables.revision {
            self.replace(&Arc::new(Snapshot::of(records.directory().await?)));
        }
        Ok(())
    }

    /// Puts a picture in the place of an older one, and remembers devices that it suspends. Two who
    /// read at the same time may come here in any order: the older picture must not stay.
    fn replace(&self, after: &Arc<Snapshot>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.tables.revision >= after.tables.revision {
            return;
        }
        let before = std::mem::replace(&mut *current, after.clone());
        let were = before.devices.keys().filter(|one| before.is_active(one));
        let suspended = were.filter(|one| !after.is_active(one)).cloned();
        self.suspended.lock().unwrap_or_else(PoisonError::into_inner).extend(suspended);
    }

    /// Takes the devices that were suspended since the last call, whoever read the tables.
    fn take_suspended(&self) -> Vec<Executor> {
        std::mem::take(&mut self.suspended.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Follows the database until the program ends; `suspended` is told of devices to cut.
pub async fn follow(
    handle: Arc<TablesHandle>,
    records: Records,
    suspended: impl Fn(Vec<Executor>),
) {
    let mut looks = tokio::time::interval(Duration::from_millis(LOOK_MS));
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Err(fault) = handle.refresh(&records).await {
            tracing::warn!(%fault, "the tables could not be read again");
        }
        let devices = handle.take_suspended();
        if !devices.is_empty() {
            suspended(devices);
        }
    }
}

impl Default for Snapshot {
    fn default() -> Self {
        Self::of(Directory::default())
    }
}

impl Snapshot {
    fn is_active(&self, executor: &Executor) -> bool {
        self.devices.get(executor).is_some_and(|one| one.standing == Standing::Active)
    }

    fn of(directory: Directory) -> Self {
        let Directory { tables, app_keys, devices, shop_tokens, operators, code_rules } = directory;
        let rules: Vec<String> = code_rules.into_iter().map(|one| one.rule).collect();
        let code_rules = CodeRules::parse(&rules.join("\n")).unwrap_or_else(|fault| {
            tracing::error!(%fault, "no scanned code is taken: set the rules of codes again");
            CodeRules::none()
        });
        let parsed = app_keys.into_iter().filter_map(|(app, key)| match token_key(&key) {
            Some(key) => Some((app, key)),
            None => {
                tracing::error!(%app, "the key of this app cannot be read; its tokens are refused");
                None
            }
        });
        let app_keys = parsed.collect();
        Self { tables, app_keys, shop_tokens, devices, operators, code_rules }
    }
}

/// Parses an app's key; the algorithm is pinned to it.
#[must_use]
pub fn token_key(key: &AppKey) -> Option<TokenKey> {
    let pem = key.public_key_pem.as_bytes();
    let (algorithm, parsed) = match key.algorithm.as_str() {
        "EdDSA" => (Algorithm::EdDSA, DecodingKey::from_ed_pem(pem)),
        "ES256" => (Algorithm::ES256, DecodingKey::from_ec_pem(pem)),
        _ => return None,
    };
    Some(TokenKey { algorithm, key_id: key.key_id.clone(), key: parsed.ok()? })
}

#[cfg(test)]
mod tests;

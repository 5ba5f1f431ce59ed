//! Table 1 and Table 2 as one consistent snapshot, with the keys of apps and devices.
//!
//! Owns reading them and the device's own columns (key, epoch, enrolment). Changes by people are
//! in [`crate::admin`]. The gateway's `tables.rs` keeps the snapshot fresh.

use crate::admin::CodeRule;
use crate::rows::{self, number, parsed, text, unreadable};
use crate::{Fault, Records};
use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{App, Destination, ExecuteAt, Shop, Standing, Tables, Terminal};
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_protocol::enrol::Role;
use baton_protocol::ids::{AppId, OperatorName, ShopId};
use baton_protocol::phone::DestinationKind;
use baton_protocol::target::{Profile, Target, Way};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Connection, Row, Transaction};
use std::collections::BTreeMap;

/// The highest number that a device is believed to have obeyed: far over a connection a second for
/// all of a device's life, and far under what the database holds.
const EPOCH_OBEYED_MAX: u64 = 1 << 48;

const CODE_RULES: &str = "SELECT * FROM code_rules ORDER BY place";

const OPERATORS: &str = "SELECT * FROM operators WHERE token_digest IS NOT NULL";

/// The key that signs an app's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppKey {
    /// `EdDSA` or `ES256`; the only algorithm taken for this key.
    pub algorithm: String,
    /// The only `kid` taken for this app.
    pub key_id: String,
    /// The public key in PEM.
    pub public_key_pem: String,
}

/// A terminal or agent as the link knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Whose it is.
    pub shop: ShopId,
    /// Its Ed25519 key in base64url, once it has enrolled.
    pub public_key: Option<String>,
    /// Whether it may connect.
    pub standing: Standing,
}

/// Everything that routing and authentication look up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directory {
    /// Both tables.
    pub tables: Tables,
    /// Keys of apps.
    pub app_keys: BTreeMap<AppId, AppKey>,
    /// Shops by the digests of their tokens.
    pub shop_tokens: BTreeMap<String, ShopId>,
    /// Devices by what they are.
    pub devices: BTreeMap<Executor, Device>,
    /// Operators by the digests of their tokens.
    pub operators: BTreeMap<String, OperatorName>,
    /// Whose a scanned code is: rules in their order.
    pub code_rules: Vec<CodeRule>,
}

/// What came of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enrolment {
    /// The device is known from now on.
    Done {
        /// What it is.
        role: Role,
        /// Its id.
        id: String,
    },
    /// The code is wrong, used or too old.
    CodeInvalid,
    /// The code is for the other kind of device; nothing was changed, and it can still be used.
    RoleWrong {
        /// For which kind it is.
        role: Role,
    },
}

impl Records {
    /// Returns the number of the newest change of the tables.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn tables_revision(&self) -> Result<i64, Fault> {
        let question = "SELECT revision FROM tables_revision WHERE id = 1";
        Ok(sqlx::query_scalar(question).fetch_one(&self.pool).await?)
    }

    /// Reads both tables and all keys in one consistent picture.
    ///
    /// # Errors
    /// [`Fault`] when the database fails or a row cannot be read.
    pub async fn directory(&self) -> Result<Directory, Fault> {
        let mut picture = self.pool.begin().await?;
        let mut directory = Directory::default();
        let revision = "SELECT revision FROM tables_revision WHERE id = 1";
        directory.tables.revision = sqlx::query_scalar(revision).fetch_one(&mut *picture).await?;
        for row in all(&mut picture, "SELECT * FROM shops").await? {
            let shop = Shop { id: parsed(&row, "id")?, name: text(&row, "name")? };
            directory.tables.shops.insert(shop.id.clone(), shop);
        }
        for row in all(&mut picture, "SELECT * FROM shop_tokens").await? {
            directory.shop_tokens.insert(text(&row, "token_digest")?, parsed(&row, "shop")?);
        }
        for row in all(&mut picture, "SELECT * FROM agents").await? {
            directory.devices.insert(Executor::Agent(parsed(&row, "id")?), device(&row)?);
        }
        for row in all(&mut picture, "SELECT * FROM terminals").await? {
            let terminal = terminal(&row)?;
            let executor = Executor::Terminal(terminal.id.clone());
            directory.devices.insert(executor, device(&row)?);
            directory.tables.terminals.insert(terminal.id.clone(), terminal);
        }
        for row in all(&mut picture, "SELECT * FROM destinations").await? {
            let destination = destination(&row)?;
            directory.tables.destinations.insert(destination.id.clone(), destination);
        }
        for row in all(&mut picture, "SELECT * FROM apps").await? {
            let (app, key) = app(&row)?;
            directory.app_keys.insert(app.id.clone(), key);
            directory.tables.apps.insert(app.id.clone(), app);
        }
        for row in all(&mut picture, OPERATORS).await? {
            directory.operators.insert(text(&row, "token_digest")?, parsed(&row, "name")?);
        }
        for row in all(&mut picture, CODE_RULES).await? {
            let rule = CodeRule { app: parsed(&row, "app")?, rule: text(&row, "rule")? };
            directory.code_rules.push(rule);
        }
        picture.commit().await?;
        Ok(directory)
    }

    /// Raises a device's fencing number above `obeyed`, the highest that the device has seen, and
    /// returns it: every connection has its own.
    ///
    /// # Errors
    /// [`Fault`] when the database fails or the device is not in the tables.
    pub async fn next_epoch(&self, executor: &Executor, obeyed: u64) -> Result<u64, Fault> {
        let (statement, id) = match executor {
            Executor::Terminal(id) => (
                "UPDATE terminals SET epoch = CASE WHEN epoch < $1 THEN $1 ELSE epoch END + 1 \
                 WHERE id = $2 RETURNING epoch",
                id.to_string(),
            ),
            Executor::Agent(id) => (
                "UPDATE agents SET epoch = CASE WHEN epoch < $1 THEN $1 ELSE epoch END + 1 \
                 WHERE id = $2 RETURNING epoch",
                id.to_string(),
            ),
            // The gateway has no connection to itself that could be fenced.
            Executor::Gateway(_) => return Err(Fault(sqlx::Error::RowNotFound)),
        };
        let obeyed = i64::try_from(obeyed.min(EPOCH_OBEYED_MAX)).unwrap_or_default();
        let query = sqlx::query_scalar(statement).bind(obeyed).bind(id);
        let raised = query.fetch_one(&self.pool).await;
        let epoch: i64 = raised.map_err(|error| {
            let fault = Fault(error);
            self.writer.learn(&fault);
            fault
        })?;
        u64::try_from(epoch).map_err(|why| unreadable("epoch", why))
    }

    /// Spends an enrolment code and stores the device's key; `role` is what the device says it is,
    /// where it says so.
    ///
    /// **Repeat** a code works once, whatever became of the answer.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn enrol(
        &self,
        code_digest: &str,
        public_key: &str,
        role: Option<Role>,
        now: Timestamp,
    ) -> Result<Enrolment, Fault> {
        let mut connection = self.pool.acquire().await?;
        let made = enrol_on(&mut connection, code_digest, public_key, role, now).await;
        self.give_back(connection, made).await
    }
}

async fn enrol_on(
    connection: &mut AnyConnection,
    code_digest: &str,
    public_key: &str,
    said: Option<Role>,
    now: Timestamp,
) -> Result<Enrolment, Fault> {
    let mut change = connection.begin().await?;
    let spend = "UPDATE enrolments SET used_ms = $1 \
                 WHERE code_digest = $2 AND used_ms IS NULL AND expires_ms > $3 \
                 RETURNING role, device";
    let spent = sqlx::query(spend).bind(now.ms()).bind(code_digest.to_owned()).bind(now.ms());
    let Some(row) = spent.fetch_optional(&mut *change).await? else {
        return Ok(Enrolment::CodeInvalid);
    };
    let id = text(&row, "device")?;
    let (role, keep) = match text(&row, "role")?.as_str() {
        "terminal" => (Role::Terminal, "UPDATE terminals SET public_key = $1 WHERE id = $2"),
        _ => (Role::Agent, "UPDATE agents SET public_key = $1 WHERE id = $2"),
    };
    if said.is_some_and(|said| said != role) {
        change.rollback().await?;
        return Ok(Enrolment::RoleWrong { role });
    }
    let keep = sqlx::query(keep).bind(public_key.to_owned()).bind(id.clone());
    keep.execute(&mut *change).await?;
    crate::admin::journal_begins(&mut change, role.word(), &id, now).await?;
    let note = format!("{} {id} enrolled", role.word());
    crate::admin::note(&mut change, &id, &note, now).await?;
    change.commit().await?;
    Ok(Enrolment::Done { role, id })
}

async fn all(
    picture: &mut Transaction<'_, Any>,
    question: &'static str,
) -> Result<Vec<AnyRow>, Fault> {
    Ok(sqlx::query(question).fetch_all(&mut **picture).await?)
}

fn device(row: &AnyRow) -> Result<Device, Fault> {
    number(row, "epoch")?;
    Ok(Device {
        shop: parsed(row, "shop")?,
        public_key: row.try_get("public_key")?,
        standing: rows::standing(row)?,
    })
}

fn terminal(row: &AnyRow) -> Result<Terminal, Fault> {
    let agent: Option<String> = row.try_get("agent")?;
    Ok(Terminal {
        id: parsed(row, "id")?,
        shop: parsed(row, "shop")?,
        agent: agent.map(|id| id.parse()).transpose().map_err(|why| unreadable("agent", why))?,
        amount_from: rows::amount_from(row)?,
        standing: rows::standing(row)?,
    })
}

fn destination(row: &AnyRow) -> Result<Destination, Fault> {
    let id: baton_protocol::ids::DestinationId = parsed(row, "id")?;
    let address = text(row, "address")?;
    let way = match text(row, "way")?.as_str() {
        "iso8583" => Way::Iso8583 { address },
        "http" => Way::Http { base_url: address },
        "plugin" => Way::Plugin { name: address },
        other => return Err(unreadable("way", format!("{other:?} is no way"))),
    };
    let profile: Option<String> = row.try_get("profile")?;
    let profile =
        profile.map(Profile::new).transpose().map_err(|why| unreadable("profile", why))?;
    let capabilities = text(row, "capabilities")?;
    Ok(Destination {
        id: id.clone(),
        kind: rows::word(row, "kind", DestinationKind::lookup)?,
        target: Target::new(id, way).with_profile(profile),
        capabilities: Capabilities::parse(&capabilities)
            .map_err(|why| unreadable("capabilities", why))?,
        execute_at: rows::word(row, "execute_at", ExecuteAt::lookup)?,
        standing: rows::standing(row)?,
    })
}

fn app(row: &AnyRow) -> Result<(App, AppKey), Fault> {
    let app = App {
        id: parsed(row, "id")?,
        destination: parsed(row, "destination")?,
        standing: rows::standing(row)?,
    };
    let key = AppKey {
        algorithm: text(row, "algorithm")?,
        key_id: text(row, "key_id")?,
        public_key_pem: text(row, "public_key_pem")?,
    };
    Ok((app, key))
}

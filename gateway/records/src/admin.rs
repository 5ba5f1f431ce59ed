//! Changes that people make to shops, terminals, pairings, agents, apps and destinations.
//!
//! Owns the statements and the history: each change raises the revision and leaves a line saying
//! who, when and what, in the same transaction. May not judge: the command line checks its words.

mod codes;
mod people;

pub use codes::CodeRule;
pub(crate) use people::journal_begins;

use crate::rows::{amount_from_word, standing_word};
use crate::webhooks::{self, WebhookChange};
use crate::{Fault, Records};
use baton_core::relay::lookup::{AmountFrom, Destination, ExecuteAt, Standing};
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_protocol::enrol::Role;
use baton_protocol::ids::{AgentId, AppId, DestinationId, OperatorName, ShopId, TerminalId};
use baton_protocol::target::{Profile, Way};
use sqlx::{Any, AnyConnection, Connection, Transaction};

use crate::directory::AppKey;

/// One change of the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new shop.
    ShopAdd {
        /// Its id.
        id: ShopId,
        /// The name over its door.
        name: String,
    },
    /// A token with which a shop's order system opens sales.
    ShopTokenAdd {
        /// Whose.
        shop: ShopId,
        /// Digest of the token.
        token_digest: String,
    },
    /// A new terminal, not paired.
    TerminalAdd {
        /// Its id.
        id: TerminalId,
        /// Whose it is.
        shop: ShopId,
        /// Who names the amount there.
        amount_from: AmountFrom,
    },
    /// A new agent.
    AgentAdd {
        /// Its id.
        id: AgentId,
        /// Whose it is.
        shop: ShopId,
    },
    /// Table 1: which agent a terminal is paired with, or none.
    Pair {
        /// Which terminal.
        terminal: TerminalId,
        /// With whom.
        agent: Option<AgentId>,
    },
    /// A new destination.
    DestinationAdd(Box<Destination>),
    /// Another address of a destination.
    DestinationMove {
        /// Which one.
        id: DestinationId,
        /// Where it is now.
        address: String,
    },
    /// Another profile of a destination, or none.
    DestinationProfile {
        /// Which one.
        id: DestinationId,
        /// What it does differently from others of its way.
        profile: Option<Profile>,
    },
    /// Somebody else sends the work of standalone terminals to a destination; what is under way
    /// ends where it began.
    DestinationExecuteAt {
        /// Which one.
        id: DestinationId,
        /// Who does.
        execute_at: ExecuteAt,
    },
    /// Table 2: a new app.
    AppAdd {
        /// Its id.
        id: AppId,
        /// Where its work goes.
        destination: DestinationId,
        /// What signs its tokens.
        key: AppKey,
    },
    /// Whose a scanned code is: all rules, in the order in which they are tried.
    CodeRules(Vec<CodeRule>),
    /// Stops a device or lets it go on.
    DeviceStanding {
        /// Which one.
        device: Executor,
        /// What it may.
        standing: Standing,
    },
    /// A person who may look after exceptions.
    OperatorAdd {
        /// The name, which is nobody else's ever.
        name: OperatorName,
        /// Digest of the token.
        token_digest: String,
        /// When.
        at: Timestamp,
    },
    /// That person may not any more; what they proposed falls.
    OperatorRemove {
        /// Who.
        name: OperatorName,
        /// When.
        at: Timestamp,
    },
    /// A device's journal is taken as it is, although it is not what the gateway knew.
    JournalAccept {
        /// Whose.
        device: Executor,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// A one-time code with which a device makes itself known.
    EnrolmentIssue {
        /// Digest of the code.
        code_digest: String,
        /// What the device will be.
        device: Executor,
        /// When the code ends.
        expires: Timestamp,
    },
    /// Who is told of events.
    Webhook(WebhookChange),
}

impl Records {
    /// Makes one change, with its line of history, and returns the new revision.
    ///
    /// # Errors
    /// [`Fault`] when the database fails, the id exists, or what it points at does not exist.
    pub async fn change(&self, change: &Change, who: &str, now: Timestamp) -> Result<i64, Fault> {
        let mut connection = self.pool.acquire().await?;
        let made = change_on(&mut connection, change, who, now).await;
        self.give_back(connection, made).await
    }

    /// Reads the newest lines of history: revision, time, who, what.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn history(&self, limit: i64) -> Result<Vec<(i64, i64, String, String)>, Fault> {
        let question = "SELECT revision, at_ms, who, change FROM table_history \
                        ORDER BY revision DESC LIMIT $1";
        Ok(sqlx::query_as(question).bind(limit).fetch_all(&self.pool).await?)
    }
}

async fn change_on(
    connection: &mut AnyConnection,
    change: &Change,
    who: &str,
    now: Timestamp,
) -> Result<i64, Fault> {
    let mut work = connection.begin().await?;
    make(&mut work, change).await?;
    let revision = note(&mut work, who, &line(change), now).await?;
    work.commit().await?;
    Ok(revision)
}

pub(crate) async fn note(
    work: &mut Transaction<'_, Any>,
    who: &str,
    line: &str,
    now: Timestamp,
) -> Result<i64, Fault> {
    let raise =
        "UPDATE tables_revision SET revision = revision + 1 WHERE id = 1 RETURNING revision";
    let revision: i64 = sqlx::query_scalar(raise).fetch_one(&mut **work).await?;
    let keep = "INSERT INTO table_history (revision, at_ms, who, change) VALUES ($1, $2, $3, $4)";
    let keep = sqlx::query(keep).bind(revision).bind(now.ms());
    keep.bind(who.to_owned()).bind(line.to_owned()).execute(&mut **work).await?;
    Ok(revision)
}

async fn make(work: &mut Transaction<'_, Any>, change: &Change) -> Result<(), Fault> {
    let (statement, values): (&'static str, Vec<Option<String>>) = match change {
        Change::ShopAdd { id, name } => {
            ("INSERT INTO shops (id, name) VALUES ($1, $2)", some([id.as_str(), name]))
        }
        Change::ShopTokenAdd { shop, token_digest } => (
            "INSERT INTO shop_tokens (token_digest, shop) VALUES ($1, $2)",
            some([token_digest, shop.as_str()]),
        ),
        Change::TerminalAdd { id, shop, amount_from } => (
            "INSERT INTO terminals (id, shop, amount_from, standing, epoch) \
             VALUES ($1, $2, $3, 'active', 0)",
            some([id.as_str(), shop.as_str(), amount_from_word(*amount_from)]),
        ),
        Change::AgentAdd { id, shop } => (
            "INSERT INTO agents (id, shop, standing, epoch) VALUES ($1, $2, 'active', 0)",
            some([id.as_str(), shop.as_str()]),
        ),
        Change::Pair { terminal, agent } => (
            "UPDATE terminals SET agent = $2 WHERE id = $1",
            vec![Some(terminal.to_string()), agent.as_ref().map(ToString::to_string)],
        ),
        Change::DestinationAdd(destination) => destination_add(destination),
        Change::DestinationMove { id, address } => {
            ("UPDATE destinations SET address = $2 WHERE id = $1", some([id.as_str(), address]))
        }
        Change::DestinationProfile { id, profile } => (
            "UPDATE destinations SET profile = $2 WHERE id = $1",
            vec![Some(id.to_string()), profile.as_ref().map(|text| text.as_str().to_owned())],
        ),
        Change::DestinationExecuteAt { id, execute_at } => (
            "UPDATE destinations SET execute_at = $2 WHERE id = $1",
            some([id.as_str(), execute_at.word()]),
        ),
        Change::AppAdd { id, destination, key } => (
            "INSERT INTO apps (id, destination, standing, algorithm, key_id, public_key_pem) \
             VALUES ($1, $2, 'active', $3, $4, $5)",
            some([
                id.as_str(),
                destination.as_str(),
                &key.algorithm,
                &key.key_id,
                &key.public_key_pem,
            ]),
        ),
        Change::DeviceStanding { device, standing } => device_standing(device, *standing),
        Change::EnrolmentIssue { code_digest, device, expires } => {
            return enrolment_issue(work, code_digest, device, *expires).await;
        }
        Change::CodeRules(rules) => return codes::replace(work, rules).await,
        Change::Webhook(change) => return webhooks::make(work, change).await,
        Change::OperatorAdd { .. }
        | Change::OperatorRemove { .. }
        | Change::JournalAccept { .. } => return people::make(work, change).await,
    };
    let query = values.into_iter().fold(sqlx::query(statement), |query, value| query.bind(value));
    let changed = query.execute(&mut **work).await?.rows_affected();
    if changed == 1 { Ok(()) } else { Err(Fault(sqlx::Error::RowNotFound)) }
}

fn some<const N: usize>(values: [&str; N]) -> Vec<Option<String>> {
    values.iter().map(|value| Some((*value).to_owned())).collect()
}

fn destination_add(destination: &Destination) -> (&'static str, Vec<Option<String>>) {
    let (way, address) = match &destination.target.way {
        Way::Iso8583 { address } => ("iso8583", address),
        Way::Http { base_url } => ("http", base_url),
        Way::Plugin { name } => ("plugin", name),
    };
    let capabilities = destination.capabilities.to_string();
    let kind = destination.kind.word();
    let standing = standing_word(destination.standing);
    let mut values = some([destination.id.as_str(), kind, way, address, &capabilities, standing]);
    values.push(destination.target.profile.as_ref().map(|profile| profile.as_str().to_owned()));
    values.extend(some([destination.execute_at.word()]));
    (
        "INSERT INTO destinations \
         (id, kind, way, address, capabilities, standing, profile, execute_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values,
    )
}

fn device_standing(device: &Executor, standing: Standing) -> (&'static str, Vec<Option<String>>) {
    let standing = standing_word(standing);
    match device {
        Executor::Terminal(id) => {
            ("UPDATE terminals SET standing = $2 WHERE id = $1", some([id.as_str(), standing]))
        }
        Executor::Agent(id) => {
            ("UPDATE agents SET standing = $2 WHERE id = $1", some([id.as_str(), standing]))
        }
        Executor::Gateway(id) => {
            ("UPDATE destinations SET standing = $2 WHERE id = $1", some([id.as_str(), standing]))
        }
    }
}

async fn enrolment_issue(
    work: &mut Transaction<'_, Any>,
    code_digest: &str,
    device: &Executor,
    expires: Timestamp,
) -> Result<(), Fault> {
    let (role, id) = match device {
        Executor::Terminal(id) => (Role::Terminal, id.to_string()),
        Executor::Agent(id) => (Role::Agent, id.to_string()),
        // Nobody enrols at a destination: there is no such device.
        Executor::Gateway(_) => return Err(Fault(sqlx::Error::RowNotFound)),
    };
    // A code for a device that is not there would enrol nothing, and say that it did. It is one
    // statement, for SQLite lets a change that has read first write only while nobody else wrote.
    let statement = match role {
        Role::Terminal => {
            "INSERT INTO enrolments (code_digest, role, device, expires_ms) \
             SELECT $1, $2, id, CAST($4 AS BIGINT) FROM terminals WHERE id = $3"
        }
        Role::Agent => {
            "INSERT INTO enrolments (code_digest, role, device, expires_ms) \
             SELECT $1, $2, id, CAST($4 AS BIGINT) FROM agents WHERE id = $3"
        }
    };
    let query = sqlx::query(statement).bind(code_digest.to_owned()).bind(role.word());
    let issued = query.bind(id).bind(expires.ms()).execute(&mut **work).await?.rows_affected();
    if issued == 0 {
        return Err(Fault(sqlx::Error::RowNotFound));
    }
    Ok(())
}

/// The line of history; it names no key and no code.
fn line(change: &Change) -> String {
    match change {
        Change::ShopAdd { id, name } => format!("shop {id} added as {name:?}"),
        Change::ShopTokenAdd { shop, .. } => format!("token issued to shop {shop}"),
        Change::TerminalAdd { id, shop, .. } => format!("terminal {id} added to shop {shop}"),
        Change::AgentAdd { id, shop } => format!("agent {id} added to shop {shop}"),
        Change::Pair { terminal, agent: Some(agent) } => {
            format!("terminal {terminal} paired with agent {agent}")
        }
        Change::Pair { terminal, agent: None } => format!("terminal {terminal} made standalone"),
        Change::DestinationAdd(destination) => {
            format!("destination {} added as {:?}", destination.id, destination.target.way)
        }
        Change::DestinationMove { id, address } => format!("destination {id} moved to {address}"),
        Change::DestinationProfile { id, profile: Some(_) } => {
            format!("destination {id} has another profile")
        }
        Change::DestinationProfile { id, profile: None } => {
            format!("destination {id} has no profile")
        }
        Change::DestinationExecuteAt { id, execute_at } => {
            format!("work for {id} is executed at the {}", execute_at.word())
        }
        Change::AppAdd { id, destination, key } => {
            format!("app {id} added for {destination} with {} key {}", key.algorithm, key.key_id)
        }
        Change::CodeRules(rules) => format!("codes are told apart by {} rules", rules.len()),
        Change::DeviceStanding { device, standing } => {
            format!("{device} is {}", standing_word(*standing))
        }
        Change::EnrolmentIssue { device, .. } => format!("enrolment code issued for {device}"),
        Change::Webhook(change) => webhooks::line(change),
        Change::OperatorAdd { name, .. } => format!("operator {name} added"),
        Change::OperatorRemove { name, .. } => format!("operator {name} removed"),
        Change::JournalAccept { device, reason, .. } => {
            format!("journal of {device} accepted: {reason}")
        }
    }
}

//! Webhooks: who wants to be told of which tenant's events, and how far each receiver has come.
//!
//! Owns their rows, their changes by people, the lease that makes one gateway deliver, and the
//! progress of a receiver, written all or nothing. What may go when is decided in
//! `core/relay/delivery.rs`. Secrets come and go sealed. Next: [`crate::admin`].

use crate::events::Tenant;
use crate::rows::{number, parsed, standing, standing_word, text, time, unreadable};
use crate::{Fault, Records};
use baton_core::relay::delivery::{Event, Kept, Progress, Trial};
use baton_core::relay::lookup::Standing;
use baton_core::time::Timestamp;
use baton_protocol::ids::WebhookId;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Connection, Row, Transaction};

/// One webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Which one.
    pub id: WebhookId,
    /// Whose events it is told.
    pub tenant: Tenant,
    /// Where they go.
    pub url: String,
    /// The secret that signs, sealed.
    pub secret: String,
    /// The secret before it, sealed, and until when it signs too.
    pub former: Option<(String, Timestamp)>,
    /// Whether it is told anything.
    pub standing: Standing,
    /// The last event that is over or kept by itself.
    pub read_up_to: i64,
}

/// What people change of webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookChange {
    /// A new one; it is told what happens from now on.
    Add {
        /// Its id.
        id: WebhookId,
        /// Whose events.
        tenant: Tenant,
        /// Where they go.
        url: String,
        /// Its secret, sealed.
        secret: String,
    },
    /// Another secret; the present one signs beside it until a time.
    Rotate {
        /// Which one.
        id: WebhookId,
        /// The new secret, sealed.
        secret: String,
        /// Until when both sign.
        both_until: Timestamp,
    },
    /// Stops it, or lets it go on where it stopped. Going on tries again what was given up.
    Standing {
        /// Which one.
        id: WebhookId,
        /// What it may.
        standing: Standing,
    },
    /// Forgets it and what it was not told.
    Remove {
        /// Which one.
        id: WebhookId,
    },
}

/// What a receiver has not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookBacklog {
    /// Events that wait for another attempt, or behind one that does.
    pub waiting: i64,
    /// Events that were given up.
    pub parked: i64,
}

/// Another gateway delivers now; nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ProgressFault {
    /// The lease is another's, or the webhook was removed.
    #[error("another gateway delivers now, or the webhook is gone")]
    NotHolder,
    /// The database failed.
    #[error(transparent)]
    Failed(#[from] Fault),
}

impl Records {
    /// Reads every webhook.
    ///
    /// # Errors
    /// [`Fault`] when the database fails or a row cannot be read.
    pub async fn webhooks(&self) -> Result<Vec<WebhookRow>, Fault> {
        let rows = sqlx::query("SELECT * FROM webhooks ORDER BY id").fetch_all(&self.pool).await?;
        rows.iter().map(webhook).collect()
    }

    /// Finds a webhook.
    ///
    /// # Errors
    /// [`Fault`] when the database fails or the row cannot be read.
    pub async fn lookup_webhook(&self, id: &WebhookId) -> Result<Option<WebhookRow>, Fault> {
        let query = sqlx::query("SELECT * FROM webhooks WHERE id = $1").bind(id.to_string());
        query.fetch_optional(&self.pool).await?.as_ref().map(webhook).transpose()
    }

    /// Reads the events of a webhook that are kept by themselves and not given up.
    ///
    /// # Errors
    /// [`Fault`] when the database fails or a row cannot be read.
    pub async fn webhook_events(&self, id: &WebhookId) -> Result<Vec<Kept>, Fault> {
        let question = "SELECT * FROM webhook_events WHERE webhook = $1 AND parked_ms IS NULL \
                        ORDER BY seq";
        let rows = sqlx::query(question).bind(id.to_string()).fetch_all(&self.pool).await?;
        rows.iter().map(kept).collect()
    }

    /// Counts what a receiver has not taken and the cursor has passed.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn webhook_backlog(&self, id: &WebhookId) -> Result<WebhookBacklog, Fault> {
        let question = "SELECT COUNT(*) AS total, COUNT(parked_ms) AS parked \
                        FROM webhook_events WHERE webhook = $1";
        let row = sqlx::query(question).bind(id.to_string()).fetch_one(&self.pool).await?;
        let (total, parked) = (number(&row, "total")?, number(&row, "parked")?);
        Ok(WebhookBacklog { waiting: total.saturating_sub(parked), parked })
    }

    /// Takes or renews the lease to deliver; says whether this gateway has it until then.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn hold_webhooks(
        &self,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Lease, Fault> {
        let take = "UPDATE webhook_lease SET holder = $1, until_ms = $2 \
                    WHERE id = 1 AND (holder = $3 OR until_ms < $4)";
        let take = sqlx::query(take).bind(holder.to_owned()).bind(until.ms());
        let take = take.bind(holder.to_owned()).bind(now.ms());
        let taken = take.execute(&self.pool).await?.rows_affected();
        Ok(if taken == 1 { Lease::Ours } else { Lease::Others })
    }

    /// Gives the lease back, so that another gateway need not wait for its end.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn release_webhooks(&self, holder: &str) -> Result<(), Fault> {
        let give = "UPDATE webhook_lease SET until_ms = 0 WHERE id = 1 AND holder = $1";
        sqlx::query(give).bind(holder.to_owned()).execute(&self.pool).await?;
        Ok(())
    }

    /// Writes a receiver's progress, all or nothing, if this gateway still delivers.
    ///
    /// # Errors
    /// Each variant of [`ProgressFault`] as it says; nothing is written then.
    pub async fn record_progress(
        &self,
        id: &WebhookId,
        holder: &str,
        progress: &Progress,
        now: Timestamp,
    ) -> Result<(), ProgressFault> {
        let mut connection = self.pool.acquire().await.map_err(Fault)?;
        let made = progress_on(&mut connection, id, holder, progress, now).await;
        match self.give_back(connection, made).await? {
            Lease::Ours => Ok(()),
            Lease::Others => Err(ProgressFault::NotHolder),
        }
    }
}

/// Who delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// This gateway.
    Ours,
    /// Another one.
    Others,
}

async fn progress_on(
    connection: &mut AnyConnection,
    id: &WebhookId,
    holder: &str,
    progress: &Progress,
    now: Timestamp,
) -> Result<Lease, Fault> {
    let mut work = connection.begin().await?;
    // The write comes first: SQLite then waits its turn before it has read anything.
    let advance = "UPDATE webhooks SET read_up_to = $1 WHERE id = $2 AND EXISTS \
                   (SELECT 1 FROM webhook_lease WHERE webhook_lease.id = 1 AND holder = $3)";
    let advance = sqlx::query(advance).bind(progress.cursor).bind(id.to_string());
    let advanced = advance.bind(holder.to_owned()).execute(&mut *work).await?.rows_affected();
    if advanced != 1 {
        work.rollback().await?;
        return Ok(Lease::Others);
    }
    for kept in &progress.keep {
        keep(&mut work, id, kept, None).await?;
    }
    for parked in &progress.parked {
        keep(&mut work, id, parked, Some(now)).await?;
    }
    for seq in &progress.done {
        let forget = "DELETE FROM webhook_events WHERE webhook = $1 AND seq = $2";
        sqlx::query(forget).bind(id.to_string()).bind(*seq).execute(&mut *work).await?;
    }
    work.commit().await?;
    Ok(Lease::Ours)
}

async fn keep(
    work: &mut Transaction<'_, Any>,
    id: &WebhookId,
    kept: &Kept,
    parked: Option<Timestamp>,
) -> Result<(), Fault> {
    let (attempts, since, again) = match kept.trial {
        Trial::Untried => (0, 0, 0),
        Trial::Failed { attempts, since, again_at } => {
            (i64::from(attempts), since.ms(), again_at.ms())
        }
    };
    let put = "INSERT INTO webhook_events \
               (webhook, seq, transaction_id, at_ms, attempts, since_ms, again_ms, parked_ms) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
               ON CONFLICT (webhook, seq) DO UPDATE SET attempts = excluded.attempts, \
               since_ms = excluded.since_ms, again_ms = excluded.again_ms, \
               parked_ms = excluded.parked_ms";
    let put = sqlx::query(put).bind(id.to_string()).bind(kept.event.seq);
    let put = put.bind(kept.event.transaction.to_string()).bind(kept.event.at.ms());
    let put = put.bind(attempts).bind(since).bind(again).bind(parked.map(Timestamp::ms));
    put.execute(&mut **work).await?;
    Ok(())
}

/// Carries out a change within the transaction that also writes its line of history.
pub(crate) async fn make(
    work: &mut Transaction<'_, Any>,
    change: &WebhookChange,
) -> Result<(), Fault> {
    let changed = match change {
        WebhookChange::Add { id, tenant, url, secret } => {
            let (app, shop) = match tenant {
                Tenant::App(app) => (Some(app.to_string()), None),
                Tenant::Shop(shop) => (None, Some(shop.to_string())),
            };
            let add = "INSERT INTO webhooks (id, app, shop, url, secret, former_until_ms, \
                       standing, read_up_to) \
                       VALUES ($1, $2, $3, $4, $5, 0, 'active', \
                       (SELECT seq FROM audit_head WHERE id = 1))";
            let add = sqlx::query(add).bind(id.to_string()).bind(app).bind(shop);
            add.bind(url.clone()).bind(secret.clone()).execute(&mut **work).await?
        }
        WebhookChange::Rotate { id, secret, both_until } => {
            let rotate = "UPDATE webhooks SET former_secret = secret, secret = $1, \
                          former_until_ms = $2 WHERE id = $3";
            let rotate = sqlx::query(rotate).bind(secret.clone()).bind(both_until.ms());
            rotate.bind(id.to_string()).execute(&mut **work).await?
        }
        WebhookChange::Standing { id, standing } => {
            if *standing == Standing::Active {
                let again = "UPDATE webhook_events SET parked_ms = NULL, attempts = 0 \
                             WHERE webhook = $1 AND parked_ms IS NOT NULL";
                sqlx::query(again).bind(id.to_string()).execute(&mut **work).await?;
            }
            let stand = "UPDATE webhooks SET standing = $1 WHERE id = $2";
            let stand = sqlx::query(stand).bind(standing_word(*standing)).bind(id.to_string());
            stand.execute(&mut **work).await?
        }
        WebhookChange::Remove { id } => {
            let forget = "DELETE FROM webhook_events WHERE webhook = $1";
            sqlx::query(forget).bind(id.to_string()).execute(&mut **work).await?;
            let remove = sqlx::query("DELETE FROM webhooks WHERE id = $1").bind(id.to_string());
            remove.execute(&mut **work).await?
        }
    };
    if changed.rows_affected() == 1 { Ok(()) } else { Err(Fault(sqlx::Error::RowNotFound)) }
}

/// The line of history; it names no secret.
pub(crate) fn line(change: &WebhookChange) -> String {
    match change {
        WebhookChange::Add { id, tenant, url, .. } => {
            format!("webhook {id} tells {tenant} at {url:?}")
        }
        WebhookChange::Rotate { id, .. } => format!("webhook {id} has another secret"),
        WebhookChange::Standing { id, standing } => {
            format!("webhook {id} is {}", standing_word(*standing))
        }
        WebhookChange::Remove { id } => format!("webhook {id} removed"),
    }
}

fn webhook(row: &AnyRow) -> Result<WebhookRow, Fault> {
    let (app, shop): (Option<String>, Option<String>) = (row.try_get("app")?, row.try_get("shop")?);
    let tenant = match (app, shop) {
        (Some(_), None) => Tenant::App(parsed(row, "app")?),
        (None, Some(_)) => Tenant::Shop(parsed(row, "shop")?),
        (Some(_), Some(_)) | (None, None) => {
            return Err(unreadable("app", "a webhook is told of one app or of one shop"));
        }
    };
    let former: Option<String> = row.try_get("former_secret")?;
    let until = time(row, "former_until_ms")?;
    Ok(WebhookRow {
        id: parsed(row, "id")?,
        tenant,
        url: text(row, "url")?,
        secret: text(row, "secret")?,
        former: former.map(|secret| (secret, until)),
        standing: standing(row)?,
        read_up_to: number(row, "read_up_to")?,
    })
}

fn kept(row: &AnyRow) -> Result<Kept, Fault> {
    let event = Event {
        seq: number(row, "seq")?,
        transaction: parsed(row, "transaction_id")?,
        at: time(row, "at_ms")?,
    };
    let attempts = u32::try_from(number(row, "attempts")?);
    let attempts = attempts.map_err(|why| unreadable("attempts", why))?;
    let trial = match attempts {
        0 => Trial::Untried,
        attempts => {
            let (since, again_at) = (time(row, "since_ms")?, time(row, "again_ms")?);
            Trial::Failed { attempts, since, again_at }
        }
    };
    Ok(Kept { event, trial })
}

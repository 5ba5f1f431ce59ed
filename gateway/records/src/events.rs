//! The events of one tenant: the steps of its transactions, in the order of the audit chain.
//!
//! Owns the tenant rule of events: every question names an app or a shop and sees nothing of the
//! others. An event holds no code, no member and no digest. Next: [`crate::webhooks`].

use crate::rows::{money, number, parsed, text, unreadable};
use crate::{Fault, Records};
use baton_core::time::Timestamp;
use baton_protocol::ids::{AppId, ShopId, TerminalId, TouchId, TransactionId};
use baton_protocol::money::Money;
use baton_protocol::work::State;
use serde::Deserialize;
use sqlx::any::AnyRow;
use std::fmt;

/// Steps of all tenants that one page looks through: some ten milliseconds of reading.
const STEPS_LOOKED_THROUGH_MAX: i64 = 10_000;

/// Whose events are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenant {
    /// An app: its transactions at every shop.
    App(AppId),
    /// A shop: the transactions of every app at its terminals.
    Shop(ShopId),
}

/// A page of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsRead {
    /// The events.
    pub events: Vec<EventRow>,
    /// There are no others up to this number; the next page is read after it.
    pub up_to: i64,
    /// The newest step of all tenants when the page was read.
    pub head: i64,
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(id) => write!(f, "app {id}"),
            Self::Shop(id) => write!(f, "shop {id}"),
        }
    }
}

/// One step of one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its number in the audit chain, which is also the cursor.
    pub seq: i64,
    /// Which transaction.
    pub transaction: TransactionId,
    /// Its touch.
    pub touch: TouchId,
    /// Where.
    pub terminal: TerminalId,
    /// Whose terminal it is.
    pub shop: ShopId,
    /// Through which app.
    pub app: AppId,
    /// What it was for, in a stable word.
    pub purpose: String,
    /// How much.
    pub amount: Money,
    /// Where it stood after this step.
    pub state: State,
    /// Why, in a stable word.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What an event reads of a step's body; everything else in it stays inside.
#[derive(Deserialize)]
struct Body {
    to: State,
    t: i64,
    reason: Option<String>,
}

impl Records {
    /// Reads a tenant's events after a number, oldest first, at most `limit`; looks through so
    /// many steps at most as a page may cost.
    ///
    /// # Errors
    /// [`Fault`] when the database fails or a row cannot be read.
    pub async fn events_after(
        &self,
        tenant: &Tenant,
        after: i64,
        limit: i64,
    ) -> Result<EventsRead, Fault> {
        // The head comes first: every step up to it is there to be read.
        let head = "SELECT seq FROM audit_head WHERE id = 1";
        let head: i64 = sqlx::query_scalar(head).fetch_one(&self.pool).await?;
        let end = after.saturating_add(STEPS_LOOKED_THROUGH_MAX).min(head);
        let (question, id) = match tenant {
            Tenant::App(id) => (
                "SELECT audit.seq, audit.body, transactions.* FROM audit \
                 JOIN transactions ON transactions.id = audit.transaction_id \
                 WHERE audit.seq > $1 AND audit.seq <= $2 AND audit.app = $3 \
                 ORDER BY audit.seq LIMIT $4",
                id.to_string(),
            ),
            Tenant::Shop(id) => (
                "SELECT audit.seq, audit.body, transactions.* FROM audit \
                 JOIN transactions ON transactions.id = audit.transaction_id \
                 WHERE audit.seq > $1 AND audit.seq <= $2 AND audit.shop = $3 \
                 ORDER BY audit.seq LIMIT $4",
                id.to_string(),
            ),
        };
        let query = sqlx::query(question).bind(after).bind(end).bind(id).bind(limit);
        let rows = query.fetch_all(&self.pool).await?;
        let events: Vec<EventRow> = rows.iter().map(event).collect::<Result<_, _>>()?;
        let full = i64::try_from(events.len()).is_ok_and(|many| many >= limit);
        let last = events.last().filter(|_| full).map(|last| last.seq);
        Ok(EventsRead { events, up_to: last.unwrap_or(end.max(after)), head })
    }

    /// Reads one event of a tenant.
    ///
    /// # Errors
    /// [`Fault`] when the database fails or the row cannot be read.
    pub async fn lookup_event(&self, tenant: &Tenant, seq: i64) -> Result<Option<EventRow>, Fault> {
        let found = self.events_after(tenant, seq.saturating_sub(1), 1).await?.events;
        Ok(found.into_iter().find(|event| event.seq == seq))
    }
}

fn event(row: &AnyRow) -> Result<EventRow, Fault> {
    let body: Body =
        serde_json::from_str(&text(row, "body")?).map_err(|why| unreadable("body", why))?;
    Ok(EventRow {
        seq: number(row, "seq")?,
        transaction: parsed(row, "id")?,
        touch: parsed(row, "touch")?,
        terminal: parsed(row, "terminal")?,
        shop: parsed(row, "shop")?,
        app: parsed(row, "app")?,
        purpose: text(row, "purpose")?,
        amount: money(row)?,
        state: body.to,
        reason: body.reason,
        at: Timestamp::from_ms(body.t),
    })
}

//! What went through a destination in a stretch of time, as the books have it.
//!
//! Owns the one question. Which of it counts is decided by `core/relay/settlement.rs`. Next:
//! [`crate::export`].

use crate::{Fault, Records, rows};
use baton_core::relay::transaction::Purpose;
use baton_core::time::Timestamp;
use baton_protocol::ids::DestinationId;
use baton_protocol::money::Money;
use baton_protocol::work::State;
use sqlx::Row;

/// One sum of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turnover {
    /// Of what.
    pub purpose: Purpose,
    /// In which state.
    pub state: State,
    /// How many.
    pub count: i64,
    /// Their sum.
    pub sum: Money,
}

impl Records {
    /// Sums what was accepted from `from` to before `to` for a destination, by purpose, state and
    /// currency.
    ///
    /// # Errors
    /// [`Fault`] when the database fails, or a sum does not fit 64 bits.
    pub async fn turnover(
        &self,
        destination: &DestinationId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Turnover>, Fault> {
        let sums = "SELECT purpose, state, currency, COUNT(*) AS pieces, \
                    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor FROM transactions \
                    WHERE destination = $1 AND accepted_ms >= $2 AND accepted_ms < $3 \
                    GROUP BY purpose, state, currency ORDER BY currency, purpose, state";
        let sums = sqlx::query(sums).bind(destination.to_string()).bind(from.ms()).bind(to.ms());
        let sums = sums.fetch_all(&self.pool).await?;
        let turnover = |row: &sqlx::any::AnyRow| {
            Ok(Turnover {
                purpose: rows::word(row, "purpose", rows::purpose)?,
                state: rows::word(row, "state", State::lookup)?,
                count: row.try_get("pieces")?,
                sum: rows::money(row)?,
            })
        };
        sums.iter().map(turnover).collect()
    }
}

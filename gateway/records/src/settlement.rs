//! What went through a destination in a stretch of time, as the books have it.
//!
//! Owns the one question; decides nothing. Only what is approved counts: a payment that was
//! reversed was never known to be charged, or it would be approved. Points are not money and are
//! left out. Next: [`crate::export`].

use crate::{Fault, Records, rows};
use baton_core::relay::transaction::Purpose;
use baton_core::time::Timestamp;
use baton_protocol::ids::DestinationId;
use baton_protocol::money::{Currency, Money};
use sqlx::Row;

/// One sum of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turnover {
    /// Payment, refund or void.
    pub purpose: Purpose,
    /// How many.
    pub count: i64,
    /// Their sum.
    pub sum: Money,
}

impl Records {
    /// Sums what was accepted from `from` to before `to` for a destination and is approved, by
    /// purpose and currency.
    ///
    /// # Errors
    /// [`Fault`] when the database fails, or a sum does not fit 64 bits.
    pub async fn turnover(
        &self,
        destination: &DestinationId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Turnover>, Fault> {
        let sums = "SELECT purpose, currency, COUNT(*) AS pieces, \
                    CAST(SUM(amount_minor) AS BIGINT) AS amount_minor FROM transactions \
                    WHERE destination = $1 AND accepted_ms >= $2 AND accepted_ms < $3 \
                    AND state = 'approved' AND purpose IN ('payment', 'refund', 'void') \
                    AND currency <> $4 GROUP BY purpose, currency ORDER BY currency, purpose";
        let sums = sqlx::query(sums).bind(destination.to_string()).bind(from.ms()).bind(to.ms());
        let sums = sums.bind(Currency::POINTS.to_string()).fetch_all(&self.pool).await?;
        let turnover = |row: &sqlx::any::AnyRow| {
            Ok(Turnover {
                purpose: rows::word(row, "purpose", rows::purpose)?,
                count: row.try_get("pieces")?,
                sum: rows::money(row)?,
            })
        };
        sums.iter().map(turnover).collect()
    }

    /// Counts what was accepted from `from` to before `to` for a destination and is not over.
    ///
    /// # Errors
    /// [`Fault`] when the database fails.
    pub async fn not_over(
        &self,
        destination: &DestinationId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<i64, Fault> {
        let count = "SELECT COUNT(*) FROM transactions WHERE destination = $1 \
                     AND accepted_ms >= $2 AND accepted_ms < $3 AND final_ms IS NULL";
        let count = sqlx::query_scalar(count).bind(destination.to_string());
        Ok(count.bind(from.ms()).bind(to.ms()).fetch_one(&self.pool).await?)
    }
}

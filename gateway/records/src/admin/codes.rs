//! The rules that say whose a scanned code is.
//!
//! Owns the statements: the table is replaced as a whole, for its order is its meaning. What a rule
//! says, `baton-formats` knows; here it is a line of text for one app.

use crate::Fault;
use baton_protocol::ids::AppId;
use sqlx::{Any, Transaction};

/// One rule, for one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRule {
    /// Whose codes it knows.
    pub app: AppId,
    /// The rule, in the notation of `baton-formats`, with the app in front.
    pub rule: String,
}

pub(super) async fn replace(
    work: &mut Transaction<'_, Any>,
    rules: &[CodeRule],
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM code_rules").execute(&mut **work).await?;
    for (place, CodeRule { app, rule }) in (1_i64..).zip(rules) {
        let statement = "INSERT INTO code_rules (place, app, rule) VALUES ($1, $2, $3)";
        let query = sqlx::query(statement).bind(place).bind(app.to_string()).bind(rule.clone());
        query.execute(&mut **work).await?;
    }
    Ok(())
}

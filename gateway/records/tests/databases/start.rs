//! A start after millions of transactions reads only what is open.
//!
//! Owns the plans of both databases for the questions that a start asks. Next: `parts`.

use super::books::addresses;
use super::parts::*;
use baton_records::Records;
use baton_records::relay::QUESTIONS_AT_START;
use baton_records::writer::Grouping;
use sqlx::{AnyPool, Row};

/// Final transactions beside two open ones: enough that no planner likes to read them all.
const FINAL_ROWS: i64 = 20_000;

async fn fill(pool: &AnyPool, postgres: bool) {
    let columns = "touch, terminal, executor_role, executor, app, shop, destination, capabilities, \
                   route, purpose, amount_minor, currency, state, version, prior, since_ms, \
                   reversal_decided, accepted_ms";
    let copy = if postgres {
        format!(
            "INSERT INTO transactions (id, code_digest, final_ms, {columns}) \
             SELECT 'x' || n, 'x' || n, 1, {columns} \
             FROM transactions, generate_series(1, $1) AS n \
             WHERE id = '00000000-0000-0000-0000-000000000001'"
        )
    } else {
        format!(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $1) \
             INSERT INTO transactions (id, code_digest, final_ms, {columns}) \
             SELECT 'x' || n, 'x' || n, 1, {columns} FROM transactions, n \
             WHERE id = '00000000-0000-0000-0000-000000000001'"
        )
    };
    let query = sqlx::query(sqlx::AssertSqlSafe(copy)).bind(FINAL_ROWS);
    query.execute(pool).await.unwrap();
}

async fn plan(pool: &AnyPool, postgres: bool, question: &str) -> String {
    let (explain, column) = if postgres { ("EXPLAIN", 0) } else { ("EXPLAIN QUERY PLAN", 3) };
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{explain} {question}")));
    let rows = rows.fetch_all(pool).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.get(column)).collect();
    lines.join("\n")
}

#[tokio::test]
async fn a_start_reads_open_rows_by_their_index_among_many_that_are_final() {
    for (postgres, address) in addresses().await {
        let records = Records::open(&address, Grouping::Group).await.unwrap();
        records.writer.commit(opening(1)).await.unwrap();
        records.writer.commit(opening(2)).await.unwrap();
        let pool = AnyPool::connect(&address).await.unwrap();
        fill(&pool, postgres).await;
        if postgres {
            sqlx::query("ANALYZE").execute(&pool).await.unwrap();
        }

        for question in QUESTIONS_AT_START {
            let plan = plan(&pool, postgres, question).await;
            let table = if question.contains("FROM sales") { "sales" } else { "transactions" };
            // PostgreSQL reads the few sales there are as it likes: they are one page.
            let scans = match (postgres, table) {
                (true, "sales") => false,
                (true, _) => plan.contains("Seq Scan"),
                (false, _) => !plan.contains(&format!("{table}_open")),
            };
            assert!(!scans, "{question}\n{plan}");
        }
        let open = records.open_transactions().await.unwrap();
        assert_eq!(open.len(), 2);
        assert!(open[0].facts.id < open[1].facts.id);
        records.close().await;
    }
}

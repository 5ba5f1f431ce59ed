//! Reads every book of a finished run from outside: database, journals, destinations, POS.
//!
//! Owns the SQL and the files. It shares no code with the product's own reading except the journal
//! export, which is part of what is tested. Next: `check`.

use crate::book::Pages;
use crate::faults::Victim;
use crate::history::{
    AuditLine, Charge, Epoch, History, Journal, JournalLine, LedgerLine, OutboxLine, PosSale,
    SaleLine, Touch, Transaction, Uses,
};
use crate::plan::{POINTS_FIRST, TILLS};
use crate::stage::{Stage, devices, name_of};
use anyhow::Context;
use baton_link::enrol::JOURNAL_FILE;
use baton_protocol::work::MembershipAction;
use baton_simulators::pos::entry::SaleResult;
use baton_simulators::{pos, read_ledger};
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{AnyPool, Row};
use std::path::Path;

/// How long the checker waits for the database, in seconds: nobody else uses it then.
const DATABASE_S_MAX: u64 = 10;

/// Opens the database as a stranger would.
///
/// # Errors
/// When it cannot be opened.
pub async fn open(database: &str) -> anyhow::Result<AnyPool> {
    sqlx::any::install_default_drivers();
    let patience = std::time::Duration::from_secs(DATABASE_S_MAX);
    let options = AnyPoolOptions::new().max_connections(1).acquire_timeout(patience);
    options.connect(database).await.context("the checker cannot open the database")
}

/// Counts what is open and not for people to decide, and what executors are still owed.
///
/// # Errors
/// When the database fails.
pub async fn open_ends(pool: &AnyPool) -> anyhow::Result<(i64, i64)> {
    let open = "SELECT COUNT(*) FROM transactions WHERE final_ms IS NULL \
                AND NOT (state = 'suspense' AND route = 'P' AND currency = 'PTS')";
    let owed = "SELECT COUNT(*) FROM outbox WHERE transaction_id NOT IN \
                (SELECT id FROM transactions WHERE state = 'suspense')";
    Ok((
        sqlx::query_scalar(open).fetch_one(pool).await?,
        sqlx::query_scalar(owed).fetch_one(pool).await?,
    ))
}

/// Lays the phones' memory beside every book.
///
/// # Errors
/// When one of them cannot be read (I0).
pub async fn history(stage: &Stage, pool: &AnyPool, pages: Pages) -> anyhow::Result<History> {
    let mut history = History {
        asked: pages.asked,
        told: pages.told,
        surprises: pages.surprises,
        journals: journals(stage)?,
        charges: charges(stage)?,
        points_first: POINTS_FIRST,
        pos_sales: pos_sales(&stage.folder)?,
        ..History::default()
    };
    let head = sqlx::query("SELECT seq, hash FROM audit_head").fetch_one(pool).await?;
    history.audit_head = (head.try_get("seq")?, head.try_get("hash")?);
    history.touches = all(pool, "SELECT * FROM touches", touch).await?;
    history.transactions = all(pool, "SELECT * FROM transactions ORDER BY id", transaction).await?;
    history.audit = all(pool, "SELECT * FROM audit ORDER BY seq", audit).await?;
    history.ledger = all(pool, "SELECT * FROM ledger WHERE phase = 'posted'", ledger).await?;
    history.outbox = all(pool, "SELECT * FROM outbox", outbox).await?;
    history.sales = all(pool, "SELECT * FROM sales", sale).await?;
    for table in ["SELECT id, epoch FROM terminals", "SELECT id, epoch FROM agents"] {
        history.epochs.extend(all(pool, table, epoch).await?);
    }
    Ok(history)
}

type Read<T> = Result<T, sqlx::Error>;

async fn all<T>(
    pool: &AnyPool,
    question: &'static str,
    read: fn(&AnyRow) -> Read<T>,
) -> anyhow::Result<Vec<T>> {
    let rows = sqlx::query(question).fetch_all(pool).await?;
    let read: Read<Vec<T>> = rows.iter().map(read).collect();
    read.with_context(|| format!("a row of `{question}` cannot be read"))
}

fn touch(row: &AnyRow) -> Read<Touch> {
    Ok(Touch {
        id: row.try_get("id")?,
        app: row.try_get("app")?,
        key: row.try_get("request_key")?,
        terminal: row.try_get("terminal")?,
    })
}

fn transaction(row: &AnyRow) -> Read<Transaction> {
    Ok(Transaction {
        id: row.try_get("id")?,
        touch: row.try_get("touch")?,
        terminal: row.try_get("terminal")?,
        executor: row.try_get("executor")?,
        route: row.try_get("route")?,
        app: row.try_get("app")?,
        destination: row.try_get("destination")?,
        shop: row.try_get("shop")?,
        amount: row.try_get("amount_minor")?,
        currency: row.try_get("currency")?,
        code_digest: row.try_get("code_digest")?,
        state: row.try_get("state")?,
        accepted_ms: row.try_get("accepted_ms")?,
        final_ms: row.try_get("final_ms")?,
    })
}

fn audit(row: &AnyRow) -> Read<AuditLine> {
    Ok(AuditLine {
        seq: row.try_get("seq")?,
        prev: row.try_get("prev")?,
        hash: row.try_get("hash")?,
        body: row.try_get("body")?,
    })
}

fn ledger(row: &AnyRow) -> Read<LedgerLine> {
    Ok(LedgerLine {
        transaction: row.try_get("transaction_id")?,
        account: row.try_get("account")?,
        currency: row.try_get("currency")?,
        debit: row.try_get("debit")?,
        credit: row.try_get("credit")?,
    })
}

fn outbox(row: &AnyRow) -> Read<OutboxLine> {
    Ok(OutboxLine {
        transaction: row.try_get("transaction_id")?,
        executor: row.try_get("executor")?,
        message: row.try_get("message")?,
        sealed: row.try_get("sealed")?,
    })
}

fn sale(row: &AnyRow) -> Read<SaleLine> {
    Ok(SaleLine {
        id: row.try_get("id")?,
        state: row.try_get("state")?,
        touch: row.try_get("touch")?,
        amount: row.try_get("amount_minor")?,
    })
}

fn epoch(row: &AnyRow) -> Read<Epoch> {
    Ok(Epoch { device: row.try_get("id")?, epoch: row.try_get("epoch")? })
}

fn journals(stage: &Stage) -> anyhow::Result<Vec<Journal>> {
    let read = |victim: Victim| {
        let folder = stage.state_of(victim);
        let device = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut text = Vec::new();
        baton_link::journal::export(&folder.join(JOURNAL_FILE), &mut text)
            .with_context(|| format!("the journal of {device} cannot be exported"))?;
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let lines: Result<Vec<JournalLine>, _> = lines.map(serde_json::from_slice).collect();
        Ok(Journal { lines: lines.with_context(|| format!("journal of {device}"))?, device })
    };
    devices().map(read).collect()
}

fn charges(stage: &Stage) -> anyhow::Result<Vec<Charge>> {
    let mut charges = Vec::new();
    for (file, destination) in
        [("wallet.ledger", "wallet"), ("acquirer.ledger", "card"), ("membership.ledger", "points")]
    {
        let entries = read_ledger(&stage.folder.join(file))?;
        charges.extend(entries.into_iter().map(|entry| Charge {
            destination: destination.to_owned(),
            transaction: entry.transaction_id.to_string(),
            code_sha: entry.code_digest,
            uses: if entry.action.is_some() { Uses::Often } else { Uses::Once },
            action: entry.action.map_or("", action_word).to_owned(),
            amount: entry.amount,
            currency: entry.currency.to_string(),
            charges: entry.charges,
            reversed: entry.reversed,
        }));
    }
    Ok(charges)
}

const fn action_word(action: MembershipAction) -> &'static str {
    match action {
        MembershipAction::Accrue => "accrue",
        MembershipAction::Redeem => "redeem",
        MembershipAction::Balance => "balance",
    }
}

fn pos_sales(folder: &Path) -> anyhow::Result<Vec<PosSale>> {
    let mut sales = Vec::new();
    for number in 0..TILLS {
        let name = name_of(Victim::Pos(number));
        sales.extend(pos::read_sales(&folder.join(format!("{name}.ledger")))?);
    }
    let word = |result: &SaleResult| match result {
        SaleResult::Approved { .. } => "approved",
        SaleResult::Declined { .. } => "declined",
        SaleResult::Unknown { .. } => "unknown",
    };
    let sales = sales.iter().map(|sale| PosSale {
        transaction: sale.transaction_id.to_string(),
        status: word(&sale.result).to_owned(),
    });
    Ok(sales.collect())
}

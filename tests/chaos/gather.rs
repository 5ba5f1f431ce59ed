//! Collects every book of a finished run into one folder, for the checker or any other one.
//!
//! Owns who writes what: the gateway and the devices export their own books with their own
//! programs; the run adds what it knows of the world, and what the gateway must have erased or sent
//! by now, which no export shows. Next: `history`, which reads the folder.

use crate::book::Pages;
use crate::faults::Victim;
use crate::history::read::{EXPORT, JOURNALS, WORLD, write, write_cast};
use crate::history::{AppOf, Cast, Charge, OutboxLine, POINTS, PosSale, SaleLine, Uses};
use crate::plan::{POINTS_FIRST, Place, TILLS, places};
use crate::process::beside;
use crate::stage::{SHOP, Stage, devices, name_of, settings_of, terminal_of};
use anyhow::Context;
use baton_protocol::work::MembershipAction;
use baton_simulators::pos::entry::SaleResult;
use baton_simulators::{pos, read_ledger};
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{AnyPool, Row};
use std::fs::{File, create_dir_all};
use std::path::Path;
use std::process::{Command, Stdio};

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

/// Writes every book of the run into `books`, a folder that is not there yet.
///
/// # Errors
/// When a program refuses its export (I0) or the database cannot be read.
pub async fn collect(stage: &Stage, pages: &Pages, books: &Path) -> anyhow::Result<()> {
    create_dir_all(books.join(WORLD))?;
    create_dir_all(books.join(JOURNALS))?;
    let gateway = beside("baton-gateway")?;
    let config = settings_of(&stage.folder, Victim::Gateway);
    let mut export = Command::new(&gateway);
    export.arg("export").arg("--out").arg(books.join(EXPORT)).arg("--config").arg(&config);
    succeed(export.stdout(Stdio::null()))?;
    let mut surprises = pages.surprises.clone();
    let mut verify = Command::new(&gateway);
    verify.args(["audit", "verify", "--config"]).arg(&config);
    let verified = verify.output()?;
    if !verified.status.success() {
        let said = String::from_utf8_lossy(&verified.stdout);
        surprises.push(format!("`audit verify` says: {}", said.trim()));
    }
    for victim in devices() {
        export_journal(stage, victim, books)?;
    }
    let pool = open(&stage.database).await?;
    write_cast(books, &cast(&pool).await?)?;
    let sales = "SELECT sales.id, sales.state, sales.amount_minor, touches.request_key \
                 FROM sales LEFT JOIN touches ON touches.id = sales.touch";
    write(books, "sales.jsonl", &all(&pool, sales, sale).await?)?;
    write(books, "outbox.jsonl", &all(&pool, "SELECT * FROM outbox", outbox).await?)?;
    pool.close().await;
    write(books, "asked.jsonl", &pages.asked)?;
    write(books, "told.jsonl", &pages.told)?;
    write(books, "surprises.jsonl", &surprises)?;
    write(books, "charges.jsonl", &charges(stage)?)?;
    write(books, "pos.jsonl", &pos_sales(&stage.folder)?)
}

fn export_journal(stage: &Stage, victim: Victim, books: &Path) -> anyhow::Result<()> {
    let agent = matches!(victim, Victim::Agent(_));
    let program = beside(if agent { "baton-agent" } else { "baton-relay-device" })?;
    let name = format!("{}.jsonl", name_of(victim));
    let mut export = Command::new(program);
    export.args(["journal", "export", "--config"]).arg(settings_of(&stage.folder, victim));
    succeed(export.stdout(File::create(books.join(JOURNALS).join(name))?))
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let output = command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn()?.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{command:?} failed: {}", said.trim());
    Ok(())
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

async fn cast(pool: &AnyPool) -> anyhow::Result<Cast> {
    let head = sqlx::query("SELECT seq, hash FROM audit_head").fetch_one(pool).await?;
    let epoch = |row: &AnyRow| Ok((row.try_get("id")?, row.try_get("epoch")?));
    let mut epochs = all(pool, "SELECT id, epoch FROM terminals", epoch).await?;
    epochs.extend(all(pool, "SELECT id, epoch FROM agents", epoch).await?);
    let app = |destination: &str, currency: &str| AppOf {
        destination: destination.to_owned(),
        currency: currency.to_owned(),
    };
    let apps = [
        ("wallet-app", app("wallet", "KRW")),
        ("card-app", app("card", "KRW")),
        ("points-app", app("points", POINTS)),
    ];
    let device = |place: Place| match place {
        Place::Counter(number) => name_of(Victim::Device(number)),
        Place::Till(number) => name_of(Victim::Agent(number)),
    };
    Ok(Cast {
        shop: SHOP.to_owned(),
        points_first: POINTS_FIRST,
        apps: apps.into_iter().map(|(id, app)| (id.to_owned(), app)).collect(),
        devices: places().map(|place| (terminal_of(place), device(place))).collect(),
        epochs: epochs.into_iter().collect(),
        audit_head: (head.try_get("seq")?, head.try_get("hash")?),
    })
}

fn outbox(row: &AnyRow) -> Read<OutboxLine> {
    let sealed: Option<String> = row.try_get("sealed")?;
    Ok(OutboxLine {
        transaction: row.try_get("transaction_id")?,
        executor: row.try_get("executor")?,
        message: row.try_get("message")?,
        sealed: sealed.is_some(),
    })
}

fn sale(row: &AnyRow) -> Read<SaleLine> {
    Ok(SaleLine {
        id: row.try_get("id")?,
        state: row.try_get("state")?,
        key: row.try_get("request_key")?,
        amount: row.try_get("amount_minor")?,
    })
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
            original: entry.original.map(|original| original.to_string()),
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

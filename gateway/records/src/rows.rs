//! Rows as the database keeps them, and the words that enums have there.
//!
//! Owns the mapping between rows and the types of core. A row that does not map is a fault of the
//! store and says which column; it is never guessed. Next: [`crate::writer`].

use crate::Fault;
use crate::uptime::Uptime;
use baton_core::ledger::Phase;
use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{AmountFrom, Standing};
use baton_core::relay::plan::{Executor, Route};
use baton_core::relay::sale::Sale;
use baton_core::relay::transaction::{Facts, Links, Original, Purpose, ReversalDecided, Stored};
use baton_core::time::Timestamp;
use baton_protocol::evidence::{Cause, Entry, Evidence, Outcome};
use baton_protocol::ids::{AppId, RequestKey, ShopId, TerminalId, TouchId, TransactionId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::phone::SaleState;
use baton_protocol::work::State;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::str::FromStr;

/// A request of a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchRow {
    /// Which touch.
    pub id: TouchId,
    /// Who asked.
    pub app: AppId,
    /// The phone's key.
    pub key: RequestKey,
    /// Digest of the body: the same key with another one is refused.
    pub fingerprint: String,
    /// End and `jti` of the token that this request spent.
    pub token_id: String,
    /// Where.
    pub terminal: TerminalId,
    /// When.
    pub created: Timestamp,
}

/// A transaction at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionRow {
    /// What never changes.
    pub facts: Facts,
    /// Where it stands.
    pub stored: Stored,
    /// The version that must be in the store for this row to be written; 0 for none.
    pub prior: u32,
    /// The state that must be in the store besides; nothing for a new row.
    pub prior_state: Option<State>,
    /// Why it ended, in a stable word.
    pub reason: Option<String>,
    /// What was given back of it or is being given back, in minor units. Read only: it is written
    /// with [`crate::writer::Fact::GivenBack`].
    pub refunded_minor: i64,
    /// When it came, by the machine's own clock; written with a new row and never changed.
    pub uptime: Option<Uptime>,
    /// What its device told of its own work. Read only: it is written with
    /// [`crate::writer::Fact::Told`], and no machine ever sees it.
    pub told: Told,
}

/// What a device told of its own work on a transaction, for people who look at a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// What stands behind its verdict.
    pub evidence: Option<Evidence>,
    /// Why it did not do it.
    pub cause: Option<Cause>,
}

impl Told {
    /// Tells whether there is nothing to keep.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.evidence.is_none() && self.cause.is_none()
    }
}

/// What is written of that. Nothing is written when the transaction is not this executor's; what is
/// not told again stays as it was told before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldRow {
    /// Of which transaction.
    pub transaction: TransactionId,
    /// Who told it.
    pub executor: Executor,
    /// What.
    pub told: Told,
}

/// A merchant's request to give something back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRow {
    /// Who asked.
    pub shop: ShopId,
    /// The merchant's key.
    pub key: RequestKey,
    /// Digest of what was asked: the same key with something else is refused.
    pub fingerprint: String,
    /// The transaction that gives it back.
    pub transaction: TransactionId,
    /// When.
    pub created: Timestamp,
}

/// What an executor must still be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// About which transaction.
    pub transaction: TransactionId,
    /// To whom.
    pub executor: Executor,
    /// What.
    pub message: OutboxMessage,
}

/// The kinds of messages that wait for an executor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboxMessage {
    /// The command, or its cancellation: the transaction's state says which.
    Work {
        /// The command, sealed.
        sealed: String,
    },
    /// The final word, until the executor has shown it.
    Word,
}

/// One step for the audit chain; the writer adds number and hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Which transaction stepped.
    pub transaction: TransactionId,
    /// Its touch.
    pub touch: TouchId,
    /// Whose app it went through: that app may read the step.
    pub app: AppId,
    /// Whose terminal it went through: that shop may read the step.
    pub shop: ShopId,
    /// Canonical JSON: keys sorted, no blanks.
    pub body: String,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// For which transaction.
    pub transaction: TransactionId,
    /// What was made of the entry.
    pub phase: Phase,
    /// Its place in the entry.
    pub line: i64,
    /// Where.
    pub account: String,
    /// Which side and how much; one of both is zero.
    pub debit: Money,
    /// The other side.
    pub credit: Money,
}

/// A sale and its terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRow {
    /// Where it waits.
    pub terminal: TerminalId,
    /// The sale.
    pub sale: Sale,
}

const PURPOSES: [Purpose; 6] = [
    Purpose::Payment,
    Purpose::Accrue,
    Purpose::Redeem,
    Purpose::Balance,
    Purpose::Refund,
    Purpose::Void,
];

/// Returns the word of a purpose in the database, on the wire and in exports.
#[must_use]
pub const fn purpose_word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Payment => "payment",
        Purpose::Accrue => "accrue",
        Purpose::Redeem => "redeem",
        Purpose::Balance => "balance",
        Purpose::Refund => "refund",
        Purpose::Void => "void",
    }
}

/// A transaction has at most one row of each place in each stage: what is reserved, how it ended.
pub(crate) const fn stage(phase: Phase) -> i64 {
    match phase {
        Phase::Pending => 0,
        Phase::Posted | Phase::Voided => 1,
    }
}

/// Returns the word of a prior state; the empty one for none.
pub(crate) fn prior_state_word(state: Option<State>) -> &'static str {
    state.map_or("", State::word)
}

pub(crate) const fn sale_word(state: SaleState) -> &'static str {
    match state {
        SaleState::Open => "open",
        SaleState::Taken => "taken",
        SaleState::Paid => "paid",
        SaleState::Closed => "closed",
        SaleState::Expired => "expired",
    }
}

pub(crate) const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "active",
        Standing::Suspended => "suspended",
    }
}

pub(crate) const fn amount_from_word(from: AmountFrom) -> &'static str {
    match from {
        AmountFrom::Phone => "phone",
        AmountFrom::Sale => "sale",
    }
}

pub(crate) fn executor_words(executor: &Executor) -> (&'static str, &str) {
    match executor {
        Executor::Terminal(id) => ("terminal", id.as_str()),
        Executor::Agent(id) => ("agent", id.as_str()),
        Executor::Gateway(id) => ("gateway", id.as_str()),
    }
}

/// Makes the fault of a column that does not map.
pub(crate) fn unreadable(column: &str, why: impl std::fmt::Display) -> Fault {
    Fault(sqlx::Error::Decode(format!("column {column}: {why}").into()))
}

pub(crate) fn text(row: &AnyRow, column: &str) -> Result<String, Fault> {
    Ok(row.try_get(column)?)
}

pub(crate) fn number(row: &AnyRow, column: &str) -> Result<i64, Fault> {
    Ok(row.try_get(column)?)
}

pub(crate) fn time(row: &AnyRow, column: &str) -> Result<Timestamp, Fault> {
    number(row, column).map(Timestamp::from_ms)
}

pub(crate) fn parsed<T: FromStr>(row: &AnyRow, column: &str) -> Result<T, Fault>
where
    T::Err: std::fmt::Display,
{
    text(row, column)?.parse().map_err(|why| unreadable(column, why))
}

/// Reads a word of a closed list.
pub(crate) fn word<T>(
    row: &AnyRow,
    column: &str,
    lookup: impl Fn(&str) -> Option<T>,
) -> Result<T, Fault> {
    let text = text(row, column)?;
    lookup(&text).ok_or_else(|| unreadable(column, format!("{text:?} is no known word")))
}

pub(crate) fn standing(row: &AnyRow) -> Result<Standing, Fault> {
    word(row, "standing", |text| {
        [Standing::Active, Standing::Suspended].into_iter().find(|s| standing_word(*s) == text)
    })
}

pub(crate) fn amount_from(row: &AnyRow) -> Result<AmountFrom, Fault> {
    word(row, "amount_from", |text| {
        [AmountFrom::Phone, AmountFrom::Sale].into_iter().find(|s| amount_from_word(*s) == text)
    })
}

pub(crate) fn money(row: &AnyRow) -> Result<Money, Fault> {
    let letters = text(row, "currency")?;
    let currency = Currency::from_letters(&letters).map_err(|why| unreadable("currency", why))?;
    Ok(Money::new(number(row, "amount_minor")?, currency))
}

pub(crate) fn executor(row: &AnyRow) -> Result<Executor, Fault> {
    match text(row, "executor_role")?.as_str() {
        "terminal" => Ok(Executor::Terminal(parsed(row, "executor")?)),
        "agent" => Ok(Executor::Agent(parsed(row, "executor")?)),
        "gateway" => Ok(Executor::Gateway(parsed(row, "executor")?)),
        other => Err(unreadable("executor_role", format!("{other:?} is no role"))),
    }
}

pub(crate) fn touch(row: &AnyRow) -> Result<TouchRow, Fault> {
    Ok(TouchRow {
        id: parsed(row, "id")?,
        app: parsed(row, "app")?,
        key: parsed(row, "request_key")?,
        fingerprint: text(row, "fingerprint")?,
        token_id: text(row, "token_id")?,
        terminal: parsed(row, "terminal")?,
        created: time(row, "created_ms")?,
    })
}

pub(crate) fn transaction(row: &AnyRow) -> Result<TransactionRow, Fault> {
    let capabilities = text(row, "capabilities")?;
    let facts = Facts {
        id: parsed(row, "id")?,
        touch: parsed(row, "touch")?,
        terminal: parsed(row, "terminal")?,
        app: parsed(row, "app")?,
        shop: parsed(row, "shop")?,
        destination: parsed(row, "destination")?,
        capabilities: Capabilities::parse(&capabilities)
            .map_err(|why| unreadable("capabilities", why))?,
        route: word(row, "route", Route::lookup)?,
        executor: executor(row)?,
        purpose: word(row, "purpose", purpose)?,
        amount: money(row)?,
        code_digest: text(row, "code_digest")?,
        accepted_at: time(row, "accepted_ms")?,
        links: links(row)?,
    };
    let version =
        |column| u32::try_from(number(row, column)?).map_err(|why| unreadable(column, why));
    let decided = number(row, "reversal_decided")? != 0;
    let doubt_since: Option<i64> = row.try_get("doubt_since_ms")?;
    let stored = Stored {
        state: word(row, "state", State::lookup)?,
        version: version("version")?,
        since: time(row, "since_ms")?,
        doubt_since: doubt_since.map(Timestamp::from_ms),
        reversal: if decided { ReversalDecided::Yes } else { ReversalDecided::No },
    };
    Ok(TransactionRow {
        facts,
        stored,
        prior: version("prior")?,
        prior_state: State::lookup(&text(row, "prior_state")?),
        reason: row.try_get("reason")?,
        refunded_minor: number(row, "refunded_minor")?,
        uptime: uptime(row)?,
        told: told(row)?,
    })
}

/// The word of a kind that no entry has: nothing was entered that could be looked at.
const NO_ENTRY: &str = "none";

/// Writes evidence as the column has it.
pub(crate) fn evidence_words(evidence: Evidence) -> String {
    format!("{} {}", evidence.entry.map_or(NO_ENTRY, Entry::word), evidence.outcome.word())
}

fn told(row: &AnyRow) -> Result<Told, Fault> {
    let words: Option<String> = row.try_get("told_evidence")?;
    let cause: Option<String> = row.try_get("told_cause")?;
    let evidence = words.as_deref().and_then(|words| words.split_once(' '));
    let evidence = evidence.map(|(entry, outcome)| Evidence {
        entry: Some(entry).filter(|word| *word != NO_ENTRY).map(Entry::lookup),
        outcome: Outcome::lookup(outcome),
    });
    Ok(Told { evidence, cause: cause.as_deref().map(Cause::lookup) })
}

fn uptime(row: &AnyRow) -> Result<Option<Uptime>, Fault> {
    let boot: Option<String> = row.try_get("boot")?;
    let ms: Option<i64> = row.try_get("boot_ms")?;
    Ok(boot.zip(ms).map(|(boot, ms)| Uptime { boot, ms }))
}

pub(crate) fn purpose(word: &str) -> Option<Purpose> {
    PURPOSES.into_iter().find(|one| purpose_word(*one) == word)
}

fn links(row: &AnyRow) -> Result<Links, Fault> {
    let original = parsed_if_there(row, "original")?.map(|id| {
        let purpose = word(row, "original_purpose", purpose)?;
        Ok::<_, Fault>(Original { id, purpose })
    });
    Ok(Links {
        original: original.transpose()?,
        after: parsed_if_there(row, "after_half")?,
        then: parsed_if_there(row, "then_half")?,
    })
}

fn parsed_if_there(row: &AnyRow, column: &str) -> Result<Option<TransactionId>, Fault> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|id| id.parse()).transpose().map_err(|why| unreadable(column, why))
}

pub(crate) fn refund(row: &AnyRow) -> Result<RefundRow, Fault> {
    Ok(RefundRow {
        shop: parsed(row, "shop")?,
        key: parsed(row, "request_key")?,
        fingerprint: text(row, "fingerprint")?,
        transaction: parsed(row, "transaction_id")?,
        created: time(row, "created_ms")?,
    })
}

pub(crate) fn outbox(row: &AnyRow) -> Result<OutboxRow, Fault> {
    let sealed: Option<String> = row.try_get("sealed")?;
    Ok(OutboxRow {
        transaction: parsed(row, "transaction_id")?,
        executor: executor(row)?,
        message: sealed.map_or(OutboxMessage::Word, |sealed| OutboxMessage::Work { sealed }),
    })
}

pub(crate) fn sale(row: &AnyRow) -> Result<SaleRow, Fault> {
    let states =
        [SaleState::Open, SaleState::Taken, SaleState::Paid, SaleState::Closed, SaleState::Expired];
    let touch: Option<String> = row.try_get("touch")?;
    let sale = Sale {
        id: parsed(row, "id")?,
        amount: money(row)?,
        order_ref: text(row, "order_ref")?,
        state: word(row, "state", |text| states.into_iter().find(|s| sale_word(*s) == text))?,
        touch: touch.map(|id| id.parse()).transpose().map_err(|why| unreadable("touch", why))?,
        expires_at: time(row, "expires_ms")?,
    };
    Ok(SaleRow { terminal: parsed(row, "terminal")?, sale })
}

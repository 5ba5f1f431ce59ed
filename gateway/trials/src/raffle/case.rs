//! A life of a sale as a file: its terms, what happens, and what is expected of it.
//!
//! Owns the names of fields and steps. Next: [`super::life`], which plays it.

use anyhow::{Context, bail};
use baton_core::raffle::law::Country;
use baton_core::raffle::protection::Caps;
use baton_core::raffle::share::Bps;
use baton_core::raffle::terms::{
    Closing, Deposit, Losers, Plan, Pool, PriceStep, Proposal, Remainder, Terms,
};
use baton_core::time::Timestamp;
use baton_protocol::ids::PersonId;
use serde::Deserialize;
use serde_json::Value;

/// When a sale that is played opens and closes, in milliseconds since 1970.
pub const OPENS_MS: i64 = 1_776_556_800_000;
/// Ten days later, enough for every entry of a script, a second each.
pub const CLOSES_MS: i64 = OPENS_MS + 10 * 24 * 3_600 * 1_000;

/// A life.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// What it shows.
    #[serde(default)]
    pub note: String,
    /// Its terms.
    pub spec: Spec,
    /// What happens.
    pub script: Vec<Vec<Value>>,
    /// What is expected, if the file says so.
    pub expected: Option<Expected>,
}

/// The terms of a life.
#[derive(Debug, Clone, Deserialize)]
pub struct Spec {
    unit_price: i64,
    qty: u32,
    np: u32,
    p1_unit: u32,
    fee: i64,
    max_entries: u8,
    deposit: SpecDeposit,
    surplus_mileage_bps: u16,
    remainder: SpecRemainder,
    consolation_bps: u16,
    close_at_np: bool,
    commission_bps: u16,
    comp_bps: u16,
    cancel_penalty_bps: u16,
    #[serde(default)]
    losers: SpecLosers,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SpecDeposit {
    Fixed(i64),
    Bps(u16),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SpecRemainder {
    Operator,
    Spread,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SpecLosers {
    #[default]
    Pool,
    PaidBack,
    PaidBackAsMileage,
}

/// What is expected of a life.
#[derive(Debug, Clone, Deserialize)]
#[expect(non_snake_case, reason = "the names of the formulas")]
pub struct Expected {
    /// The first price.
    pub P1: i64,
    /// The total.
    pub T: i64,
    /// The deposit.
    pub deposit: i64,
    /// The state at the end.
    pub state: String,
    /// Tickets that count.
    pub Nr: Option<u64>,
    /// What they have paid.
    pub S: Option<i64>,
    /// What is missing.
    pub shortage: Option<i64>,
    /// What is too much.
    pub surplus: Option<i64>,
    /// The second prices.
    pub p2_by_unit: Option<Vec<i64>>,
    /// What a losing ticket gets of the surplus.
    pub mileage_per_losing_ticket: Option<i64>,
    /// Who has a unit at the end.
    pub final_buyers: Vec<String>,
    /// What each step answers.
    pub returns: Vec<Option<String>>,
    /// What is booked.
    pub journal: Vec<Booked>,
    /// What is on the accounts at the end.
    pub balances_debit_minus_credit: std::collections::BTreeMap<String, i64>,
}

/// An entry of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Booked {
    /// The event.
    pub event: String,
    /// The lines.
    pub lines: Vec<BookedLine>,
}

/// A line of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BookedLine {
    /// The account, as the journal writes it.
    pub account: String,
    /// Left.
    pub debit: i64,
    /// Right.
    pub credit: i64,
}

/// A step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The seller's deposit is there.
    PayDeposit,
    /// Mileage is given away.
    GrantMileage(PersonId, i64),
    /// A person buys so many tickets, so much of it with mileage.
    Enter(PersonId, u32, i64),
    /// A person cancels.
    CancelEntry(PersonId),
    /// The closing time comes.
    Close,
    /// The order is told.
    Draw(Vec<u32>),
    /// A candidate pays.
    PayP2(PersonId),
    /// A candidate gives up.
    Forfeit(PersonId),
    /// The next deadline passes.
    Timeout,
    /// A buyer withdraws.
    Withdraw(PersonId),
    /// The goods arrive.
    Deliver(PersonId),
    /// A buyer approves.
    Approve(PersonId),
    /// The seller does not deliver.
    SellerDefault,
    /// The seller cancels.
    CancelBySeller,
    /// The operator stops the sale.
    Kill,
    /// A bank takes a first payment back.
    Chargeback(PersonId),
    /// A bank takes a second payment back.
    ChargebackP2(PersonId),
    /// What is owed after a failure is paid.
    PaySeller,
    /// All mileage of a person expires.
    ExpireMileage(PersonId),
    /// The payment gateway keeps a fee.
    PgFee(i64),
    /// The payment gateway pays out.
    PgPayout(i64),
}

impl Step {
    /// Reads a step: its name, then what belongs to it.
    ///
    /// # Errors
    /// Says what a step may be.
    pub fn read(words: &[Value]) -> anyhow::Result<Self> {
        let name = words.first().and_then(Value::as_str).context("a step begins with its name")?;
        let person = || -> anyhow::Result<PersonId> {
            let name = words.get(1).and_then(Value::as_str).context("the person is missing")?;
            Ok(name.parse()?)
        };
        let number =
            |place| words.get(place).and_then(Value::as_i64).context("a number is missing");
        Ok(match name {
            "pay_deposit" => Self::PayDeposit,
            "grant_mileage" => Self::GrantMileage(person()?, number(2)?),
            "enter" => {
                let mileage = if words.len() > 3 { number(3)? } else { 0 };
                Self::Enter(person()?, u32::try_from(number(2)?)?, mileage)
            }
            "cancel_entry" => Self::CancelEntry(person()?),
            "close" => Self::Close,
            "draw" => {
                let order = words.get(1).context("the order is missing")?;
                Self::Draw(serde_json::from_value(order.clone())?)
            }
            "pay_p2" => Self::PayP2(person()?),
            "forfeit" => Self::Forfeit(person()?),
            "timeout" | "p2_timeout" if words.len() < 2 => Self::Timeout,
            // Of one candidate: the machine does the same as for a forfeit.
            "timeout" | "p2_timeout" => Self::Forfeit(person()?),
            "withdraw" | "withdraw_p2" | "withdraw_after_p2" => Self::Withdraw(person()?),
            "deliver" | "delivered" => Self::Deliver(person()?),
            "approve" => Self::Approve(person()?),
            "seller_default" => Self::SellerDefault,
            "cancel_by_seller" => Self::CancelBySeller,
            "kill" => Self::Kill,
            "chargeback" => Self::Chargeback(person()?),
            "chargeback_p2" => Self::ChargebackP2(person()?),
            "pay_seller" => Self::PaySeller,
            "expire_mileage" => Self::ExpireMileage(person()?),
            "pg_fee" => Self::PgFee(number(1)?),
            "pg_payout" => Self::PgPayout(number(1)?),
            other => bail!("there is no step {other}: see the list in gateway/docs/raffle.md"),
        })
    }
}

impl Spec {
    /// Makes the terms; the draw is told.
    ///
    /// # Errors
    /// What makes no terms.
    pub fn terms(&self) -> anyhow::Result<Terms> {
        let bps = |value| Bps::new(value).context("basis points are 0 to 10000");
        let remainder = match self.remainder {
            SpecRemainder::Operator => Remainder::Operator,
            SpecRemainder::Spread => Remainder::Spread,
        };
        let losers = match self.losers {
            SpecLosers::Pool => Losers::Pool(Pool {
                surplus_mileage: bps(self.surplus_mileage_bps)?,
                remainder,
                consolation: bps(self.consolation_bps)?,
            }),
            SpecLosers::PaidBack => Losers::PaidBack,
            SpecLosers::PaidBackAsMileage => Losers::PaidBackAsMileage,
        };
        let proposal = Proposal {
            shop: "shop".parse()?,
            country: Country::KR,
            unit_price: self.unit_price,
            quantity: self.qty,
            parts: self.np,
            price_step: match self.p1_unit {
                1 => PriceStep::One,
                10 => PriceStep::Ten,
                100 => PriceStep::Hundred,
                other => bail!("p1_unit is 1, 10 or 100, not {other}"),
            },
            fee: self.fee,
            entries_max: self.max_entries,
            deposit: match self.deposit {
                SpecDeposit::Fixed(won) => Deposit::Fixed(won),
                SpecDeposit::Bps(share) => Deposit::Share(bps(share)?),
            },
            losers,
            closing: if self.close_at_np { Closing::WhenFull } else { Closing::AtTime },
            closes_at: Timestamp::from_ms(CLOSES_MS),
            commission: bps(self.commission_bps)?,
            compensation: bps(self.comp_bps)?,
            cancel_penalty: bps(self.cancel_penalty_bps)?,
            caps: Caps::NONE,
            plan: Plan::Rehearsal,
        };
        Ok(Terms::new(proposal)?)
    }
}

/// Reads one life, or all under "cases".
///
/// # Errors
/// What is no JSON, or lacks a field.
pub fn read_all(text: &str) -> anyhow::Result<Vec<Case>> {
    let mut value: Value = serde_json::from_str(text)?;
    match value.get_mut("cases").map(Value::take) {
        Some(cases) => Ok(serde_json::from_value(cases)?),
        None => Ok(vec![serde_json::from_value(value)?]),
    }
}

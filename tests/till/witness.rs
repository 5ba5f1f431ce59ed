//! What Tryton's own database says about the one sale; neither agent nor gateway writes there.
//!
//! Owns the questions. An answer that must come is waited for; two rows where one must be are one
//! too many. Next: [`crate::acts`].

use crate::clock::until;
use crate::tryton::Shop;
use anyhow::{Context, ensure};

/// How long an entry may take to be written down, in seconds: seen are 1 to 5.
const WRITTEN_S: u64 = 60;
/// What the sale costs; each question goes on with the sale's number.
const COSTS: &str =
    "SELECT sum(quantity * unit_gross_price)::int FROM sale_point_sale_line WHERE sale = ";
/// Whose it is.
const MEMBER: &str = "SELECT coalesce(baton_member, '') FROM sale_point_sale WHERE id = ";
/// How much was paid.
const PAID: &str = "SELECT amount::int FROM sale_point_payment WHERE sale = ";
/// Everything, a row a payment.
const ALL: &str = "
    SELECT concat('sale ', s.id, ' is ', s.state, ', member ', coalesce(s.baton_member, 'none'),
        ', ', CASE WHEN p.id IS NULL THEN 'no payment' ELSE concat('payment ', p.id, ' of ',
            p.amount, ' by ', m.name, ', code …', right(p.baton_code, 4)) END)
    FROM sale_point_sale s LEFT JOIN (sale_point_payment p
        JOIN sale_point_payment_method m ON m.id = p.method) ON p.sale = s.id
    WHERE s.id = ";

/// The database, asked about one sale.
pub struct Witness {
    pub shop: Shop,
    /// Tryton's number of the sale that stands on the till.
    pub sale: u64,
}

impl Witness {
    /// What the sale costs, in won.
    pub fn costs(&self) -> anyhow::Result<i64> {
        self.row(COSTS)?.parse().context("the sale costs nothing")
    }

    /// The member on the sale, once there is one.
    pub fn member(&self) -> anyhow::Result<String> {
        self.once("no member", || Ok(Some(self.row(MEMBER)?).filter(|row| !row.is_empty())))
    }

    /// The code of the one payment, and how much, once there is one.
    pub fn paid(&self) -> anyhow::Result<(String, i64)> {
        let codes = self.once("no payment", || {
            Ok(Some(self.shop.codes(self.sale)?).filter(|codes| !codes.is_empty()))
        })?;
        let [code] = codes.as_slice() else {
            anyhow::bail!("Tryton's database has {} payments instead of one", codes.len());
        };
        Ok((code.clone(), self.row(PAID)?.parse()?))
    }

    /// Everything that is there.
    pub fn all(&self) -> anyhow::Result<String> {
        self.row(ALL)
    }

    fn once<T>(
        &self,
        nothing: &str,
        ask: impl Fn() -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        let found = until(WRITTEN_S, || ask().transpose());
        found.with_context(|| format!("sale {} has {nothing} in Tryton's database", self.sale))?
    }

    fn row(&self, question: &str) -> anyhow::Result<String> {
        let rows = self.shop.ask(&format!("{question}{}", self.sale))?;
        let rows: Vec<&str> = rows.lines().collect();
        ensure!(rows.len() == 1, "Tryton's database has {} rows instead of one", rows.len());
        Ok(rows.first().copied().unwrap_or_default().to_owned())
    }
}

//! The sale itself: open, send to the destination, remember the result.
//!
//! Owns the rule "one sale at a time". A reference that was sold before gets the same result again
//! unless that was unknown; then the destination is asked again under the same reference. Next:
//! [`super::scanner`].

use super::Config;
use super::entry::{Entered, EntryRequest, Sale, SaleResult, Source};
use crate::clock;
use crate::ledger::Appender;
use baton_destinations::{Authorize, Client};
use baton_protocol::ids::{AppId, TerminalId};
use baton_protocol::work::{DeclineReason, Work};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) struct Shop {
    terminal: TerminalId,
    apps: BTreeMap<AppId, Client>,
    one_at_a_time: tokio::sync::Mutex<()>,
    book: Mutex<SalesBook>,
}

struct SalesBook {
    sales: Vec<Sale>,
    appender: Appender,
}

impl Shop {
    pub(super) fn open(config: Config) -> anyhow::Result<Self> {
        let (appender, sales) = Appender::open(config.ledger.as_deref())?;
        let mut apps = BTreeMap::new();
        for app in config.apps {
            let client = Client::new(&app.target, app.secret, config.limits)?;
            apps.insert(app.app, client);
        }
        let book = Mutex::new(SalesBook { sales, appender });
        let one_at_a_time = tokio::sync::Mutex::new(());
        Ok(Self { terminal: config.terminal, apps, one_at_a_time, book })
    }

    /// Sells, or says busy while another sale is open.
    pub(super) async fn try_enter(&self, entry: EntryRequest, source: Source) -> Entered {
        match self.one_at_a_time.try_lock() {
            Ok(_open) => self.sell(entry, source).await,
            Err(_) => Entered::Busy,
        }
    }

    /// Sells once the open sale is done: a scanner has no way to be told "busy".
    pub(super) async fn enter(&self, entry: EntryRequest, source: Source) -> Entered {
        let _open = self.one_at_a_time.lock().await;
        self.sell(entry, source).await
    }

    /// Every sale, oldest first.
    pub(super) fn sales(&self) -> Vec<Sale> {
        self.book().sales.clone()
    }

    async fn sell(&self, entry: EntryRequest, source: Source) -> Entered {
        let Some(client) = self.apps.get(&entry.app_id) else { return Entered::AppUnknown };
        let Some(work) = entry.work() else { return Entered::EntryInvalid };
        if let Some(sale) = self.known(&entry) {
            return Entered::Sold(sale);
        }
        let amount = work.amount();
        let result = self.send(client, &entry, work).await;
        let sale = Sale {
            transaction_id: entry.transaction_id,
            app_id: entry.app_id,
            action: entry.action,
            source,
            at_ms: clock::now_ms(),
            amount: amount.minor,
            currency: amount.currency,
            result,
        };
        self.remember(sale)
    }

    async fn send(&self, client: &Client, entry: &EntryRequest, work: Work) -> SaleResult {
        if let Err(unreachable) = client.prepare().await {
            tracing::warn!(app = %entry.app_id, %unreachable, "nothing was sent");
            return SaleResult::Declined { reason: DeclineReason::Refused };
        }
        let ask = Authorize {
            transaction: entry.transaction_id,
            terminal: self.terminal.clone(),
            app: entry.app_id.clone(),
            work,
            at_ms: clock::now_ms(),
        };
        client.authorize(&ask).await.into()
    }

    fn known(&self, entry: &EntryRequest) -> Option<Sale> {
        let book = self.book();
        let sale = book.sales.iter().rfind(|sale| sale.transaction_id == entry.transaction_id)?;
        let certain = !matches!(sale.result, SaleResult::Unknown { .. });
        certain.then(|| sale.clone())
    }

    fn remember(&self, sale: Sale) -> Entered {
        let mut book = self.book();
        book.appender.add(&sale);
        book.sales.push(sale.clone());
        match book.appender.flush() {
            Ok(()) => Entered::Sold(sale),
            Err(_) => Entered::LedgerUnwritable,
        }
    }

    fn book(&self) -> MutexGuard<'_, SalesBook> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

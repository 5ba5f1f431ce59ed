//! The destinations: a card acquirer, a wallet and a membership provider, each on a free port.
//!
//! Owns starting them and reading what they have charged, which is the truth about the money.
//! Next: [`super::tables`].

use anyhow::Context;
use baton_protocol::ids::{DestinationId, TransactionId};
use baton_protocol::target::Way;
use baton_simulators::{Delays, Entry, Running, acquirer, membership, wallet};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// All destinations.
pub struct Servers {
    /// Speaks ISO 8583, takes any code once.
    pub card: Server,
    /// Speaks HTTP, takes the codes that it gave out.
    pub wallet: Server,
    /// Speaks HTTP, knows members.
    pub points: Server,
}

/// One destination.
pub struct Server {
    /// Its id in Table 2.
    pub id: DestinationId,
    /// Where it is and how it speaks.
    pub way: Way,
    running: Running,
}

impl Servers {
    pub(super) async fn start(delays: Delays) -> anyhow::Result<Self> {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let members = membership::demonstration_members();
        let (ledger, secret) = (None, None);
        let card = acquirer::Config {
            listen,
            admin: Some(listen),
            ledger: ledger.clone(),
            delays,
            members: members.clone(),
            speech: acquirer::Speech::default(),
        };
        let card = acquirer::start(card).await?;
        let wallet = wallet::Config { listen, ledger: ledger.clone(), delays, secret };
        let wallet = wallet::start(wallet).await?;
        let points = membership::Config { listen, ledger, delays, secret: None, members };
        let points = membership::start(points).await?;
        let http = |address: SocketAddr| Way::Http { base_url: format!("http://{address}") };
        let address = card.address.to_string();
        Ok(Self {
            card: Server::new("card-host", Way::Iso8583 { address }, card)?,
            wallet: Server::new("wallet", http(wallet.address), wallet)?,
            points: Server::new("points", http(points.address), points)?,
        })
    }
}

impl Server {
    fn new(id: &str, way: Way, running: Running) -> anyhow::Result<Self> {
        Ok(Self { id: id.parse()?, way, running })
    }

    /// Everything that it ever booked.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ledger(&self) -> anyhow::Result<Vec<Entry>> {
        let address = self.running.admin_address.unwrap_or(self.running.address);
        let answer = reqwest::get(format!("http://{address}/ledger")).await?;
        answer.json().await.context("the destination's ledger could not be read")
    }

    /// How often clients signed on and off; only the card acquirer counts it.
    ///
    /// # Errors
    /// When it does not answer, or has no such page.
    pub async fn greetings(&self) -> anyhow::Result<[u64; 2]> {
        let address = self.running.admin_address.unwrap_or(self.running.address);
        let answer = reqwest::get(format!("http://{address}/greetings")).await?;
        let counts: BTreeMap<String, u64> = answer.json().await?;
        let count = |name: &str| counts.get(name).copied().context("a count is missing");
        Ok([count("sign_ons")?, count("sign_offs")?])
    }

    /// Lets it say something on every line: `cut-over` or `sign-off`; only the card acquirer does.
    ///
    /// # Errors
    /// When it does not answer, or does not know the word.
    pub async fn announce(&self, word: &str) -> anyhow::Result<()> {
        let address = self.running.admin_address.unwrap_or(self.running.address);
        let said = reqwest::Client::new().post(format!("http://{address}/{word}")).send().await?;
        said.error_for_status()?;
        Ok(())
    }

    /// What it booked for one transaction.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn entry(&self, transaction: TransactionId) -> anyhow::Result<Option<Entry>> {
        let ledger = self.ledger().await?;
        Ok(ledger.into_iter().find(|entry| entry.transaction_id == transaction))
    }

    /// How often a transaction is charged in the end: charges less reversals.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn net(&self, transaction: TransactionId) -> anyhow::Result<i64> {
        let entry = self.entry(transaction).await?;
        Ok(entry.map_or(0, |entry| i64::from(entry.charges) - i64::from(entry.reversed)))
    }
}

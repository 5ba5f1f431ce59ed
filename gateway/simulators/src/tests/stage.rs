//! Starts simulators on free ports and asks them through the real client.

use crate::{Delays, Entry, Running, acquirer, membership, wallet};
use baton_destinations::{Authorize, Client, Inquire, Limits, Reverse};
use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::ids::{InquiryId, TransactionId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::target::{Target, Way};
use baton_protocol::work::{InquiryAnswer, MembershipAction, ReversalAnswer, Verdict, Work};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use uuid::Uuid;

pub(super) const AMOUNT: Money = Money::new(4_500, Currency::KRW);
/// Late answers that no test lives to see.
pub(super) const NEVER: Delays = Delays { short_ms: 600_000, long_ms: 600_000 };
pub(super) const LIMITS: Limits =
    Limits { connect_ms: 5_000, answer_ms: 5_000, answer_bytes_max: 4_096, echo_idle_ms: 60_000 };
/// For answers that never come.
pub(super) const QUICK: Limits = Limits { answer_ms: 250, ..LIMITS };

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Acquirer,
    Wallet,
    Membership,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Acquirer, Self::Wallet, Self::Membership];
}

/// One destination and where its ledger is shown.
pub(super) struct Stage {
    kind: Kind,
    pub(super) running: Running,
}

pub(super) fn free() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

impl Stage {
    pub(super) async fn new(kind: Kind) -> Self {
        Self::start(kind, None, NEVER).await
    }

    pub(super) async fn with_ledger(kind: Kind, ledger: &Path) -> Self {
        Self::start(kind, Some(ledger.to_owned()), NEVER).await
    }

    pub(super) async fn start(kind: Kind, ledger: Option<PathBuf>, delays: Delays) -> Self {
        let listen = free();
        let members = membership::demonstration_members();
        let running = match kind {
            Kind::Acquirer => {
                let admin = Some(free());
                let speech = acquirer::Speech::default();
                let config = acquirer::Config { listen, admin, ledger, delays, members, speech };
                acquirer::start(config).await
            }
            Kind::Wallet => {
                let secret = None;
                wallet::start(wallet::Config { listen, ledger, delays, secret }).await
            }
            Kind::Membership => {
                let secret = None;
                let config = membership::Config { listen, ledger, delays, secret, members };
                membership::start(config).await
            }
        };
        Self { kind, running: running.unwrap() }
    }

    pub(super) fn target(&self) -> Target {
        target(self.kind, self.running.address)
    }

    pub(super) fn client(&self, limits: Limits) -> Client {
        Client::new(&self.target(), None, limits).unwrap()
    }

    /// Work that this destination does, with this code or member id.
    pub(super) fn work(&self, entry: &str) -> Work {
        match self.kind {
            Kind::Acquirer | Kind::Wallet => payment(entry),
            Kind::Membership => member(entry, MembershipAction::Accrue, 30),
        }
    }

    pub(super) async fn ledger(&self) -> Vec<Entry> {
        let address = self.running.admin_address.unwrap_or(self.running.address);
        let response = reqwest::get(format!("http://{address}/ledger")).await.unwrap();
        response.json().await.unwrap()
    }

    /// What the ledger says of a transaction: charged minus reversed.
    pub(super) async fn net(&self, transaction: TransactionId) -> i64 {
        let entries = self.ledger().await;
        let entry = entries.into_iter().find(|entry| entry.transaction_id == transaction);
        entry.map_or(0, |entry| i64::from(entry.charges) - i64::from(entry.reversed))
    }
}

pub(super) fn target(kind: Kind, address: SocketAddr) -> Target {
    let way = match kind {
        Kind::Acquirer => Way::Iso8583 { address: address.to_string() },
        Kind::Wallet | Kind::Membership => Way::Http { base_url: format!("http://{address}") },
    };
    Target::new("d".parse().unwrap(), way)
}

pub(super) fn payment(code: &str) -> Work {
    Work::Payment { code: PaymentCode::parse(code.to_owned()).unwrap(), amount: AMOUNT }
}

pub(super) fn member(id: &str, action: MembershipAction, points: i64) -> Work {
    Work::Membership { member_id: MemberId::parse(id.to_owned()).unwrap(), action, points }
}

pub(super) fn transaction(number: u128) -> TransactionId {
    TransactionId::new(Uuid::from_u128(number))
}

pub(super) async fn authorize(client: &Client, number: u128, work: &Work) -> Verdict {
    let ask = Authorize {
        transaction: transaction(number),
        terminal: "T-100".parse().unwrap(),
        app: "pay".parse().unwrap(),
        work: work.clone(),
        at_ms: 1_700_000_000_000,
    };
    client.authorize(&ask).await
}

pub(super) async fn inquire(client: &Client, number: u128, amount: Money) -> InquiryAnswer {
    let ask = Inquire {
        inquiry: InquiryId::new(Uuid::from_u128(number + 1_000_000)),
        transaction: transaction(number),
        terminal: "T-100".parse().unwrap(),
        app: "pay".parse().unwrap(),
        amount,
        at_ms: 1_700_000_000_000,
    };
    client.inquire(&ask).await
}

pub(super) async fn reverse(client: &Client, number: u128, amount: Money) -> ReversalAnswer {
    let ask = Reverse {
        transaction: transaction(number),
        terminal: "T-100".parse().unwrap(),
        app: "pay".parse().unwrap(),
        amount,
        at_ms: 1_700_000_000_000,
    };
    client.reverse(&ask).await
}

/// Asks a wallet for a code, as a phone does.
pub(super) async fn issue(stage: &Stage, body: &str) -> String {
    let url = format!("http://{}/v1/codes", stage.running.address);
    let request = reqwest::Client::new().post(url).header("content-type", "application/json");
    let response = request.body(body.to_owned()).send().await.unwrap();
    response.json::<wallet::CodeAnswer>().await.unwrap().code
}

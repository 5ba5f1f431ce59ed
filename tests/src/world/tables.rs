//! Who is who: two shops with their terminals, the apps, and the changes that write them down.
//!
//! Owns what an operator enters elsewhere. The `counter` is standalone, the `till` is paired, the
//! `kiosk` takes amounts only from sales, `spare` is never connected. Next: [`super::devices`].

use super::servers::Servers;
use super::setting::Wishes;
use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{AmountFrom, Destination, ExecuteAt, Standing};
use baton_gateway::demo::apps::{AppSigner, DemoApps};
use baton_gateway::vault::{plain_digest, random_text};
use baton_protocol::ids::{AgentId, ShopId, TerminalId};
use baton_protocol::phone::DestinationKind;
use baton_protocol::target::{Target, Way};
use baton_records::admin::Change;

/// The name of the gateway, which tokens carry as `aud`.
pub const AUDIENCE: &str = "baton-test";
/// A member whom the membership provider knows; starts with 1,000 points.
pub const MEMBER: &str = "M-1001";

/// Everybody's ids.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The shop where everything happens.
    pub shop: ShopId,
    /// The token of its order system.
    pub shop_token: String,
    /// Executes by itself.
    pub counter: TerminalId,
    /// Paired with the agent.
    pub till: TerminalId,
    /// Beside the POS.
    pub agent: AgentId,
    /// Takes amounts only from sales; never connected.
    pub kiosk: TerminalId,
    /// Never connected.
    pub spare: TerminalId,
    /// Another shop.
    pub other_shop: ShopId,
    /// The token of the other shop's order system.
    pub other_token: String,
    /// The other shop's terminal.
    pub other_counter: TerminalId,
}

impl Cast {
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            shop: "corner-cafe".parse()?,
            shop_token: random_text(32)?,
            counter: "counter-1".parse()?,
            till: "till-1".parse()?,
            agent: "pos-1".parse()?,
            kiosk: "kiosk-1".parse()?,
            spare: "spare-1".parse()?,
            other_shop: "book-shop".parse()?,
            other_token: random_text(32)?,
            other_counter: "books-1".parse()?,
        })
    }
}

pub(super) fn apps(servers: &Servers) -> anyhow::Result<DemoApps> {
    let wallet_url = match &servers.wallet.way {
        Way::Http { base_url } => base_url.clone(),
        Way::Iso8583 { .. } | Way::Plugin { .. } => anyhow::bail!("the wallet speaks HTTP"),
    };
    let signer = |id: &str| AppSigner::generate(id.parse()?, AUDIENCE);
    Ok(DemoApps {
        card: signer("card-app")?,
        wallet: signer("wallet-app")?,
        membership: signer("points-app")?,
        wallet_url,
    })
}

pub(super) fn changes(
    cast: &Cast,
    servers: &Servers,
    apps: &DemoApps,
    wishes: &Wishes,
) -> anyhow::Result<Vec<Change>> {
    let mut changes = shops(cast);
    changes.extend(destinations(servers, &wishes.wallet_can)?);
    let app = |signer: &AppSigner, destination: &baton_protocol::ids::DestinationId| {
        let (id, destination) = (signer.app().clone(), destination.clone());
        Change::AppAdd { id, destination, key: signer.public() }
    };
    changes.extend([
        app(&apps.card, &servers.card.id),
        app(&apps.wallet, &servers.wallet.id),
        app(&apps.membership, &servers.points.id),
    ]);
    Ok(changes)
}

fn shops(cast: &Cast) -> Vec<Change> {
    let shop = |id: &ShopId, name: &str| Change::ShopAdd { id: id.clone(), name: name.to_owned() };
    let token = |shop: &ShopId, token: &str| {
        let token_digest = plain_digest(token);
        Change::ShopTokenAdd { shop: shop.clone(), token_digest }
    };
    let terminal = |id: &TerminalId, shop: &ShopId, amount_from| {
        let (id, shop) = (id.clone(), shop.clone());
        Change::TerminalAdd { id, shop, amount_from }
    };
    vec![
        shop(&cast.shop, "Corner Café"),
        shop(&cast.other_shop, "Book Shop"),
        token(&cast.shop, &cast.shop_token),
        token(&cast.other_shop, &cast.other_token),
        terminal(&cast.counter, &cast.shop, AmountFrom::Phone),
        terminal(&cast.till, &cast.shop, AmountFrom::Phone),
        terminal(&cast.spare, &cast.shop, AmountFrom::Phone),
        terminal(&cast.kiosk, &cast.shop, AmountFrom::Sale),
        terminal(&cast.other_counter, &cast.other_shop, AmountFrom::Phone),
        Change::AgentAdd { id: cast.agent.clone(), shop: cast.shop.clone() },
        Change::Pair { terminal: cast.till.clone(), agent: Some(cast.agent.clone()) },
    ]
}

fn destinations(servers: &Servers, wallet_can: &str) -> anyhow::Result<Vec<Change>> {
    use DestinationKind::{Acquirer, Membership, Wallet};
    let rows = [
        (&servers.card, Acquirer, "C1,C2,C3,C4,C5,C7"),
        (&servers.wallet, Wallet, wallet_can),
        (&servers.points, Membership, "C2,C3,C4,C5,C7"),
    ];
    let change = |(server, kind, capabilities): (&super::servers::Server, _, &str)| {
        let target = Target::new(server.id.clone(), server.way.clone());
        anyhow::Ok(Change::DestinationAdd(Box::new(Destination {
            id: server.id.clone(),
            kind,
            target,
            capabilities: Capabilities::parse(capabilities)?,
            execute_at: ExecuteAt::Terminal,
            standing: Standing::Active,
        })))
    };
    rows.into_iter().map(change).collect()
}

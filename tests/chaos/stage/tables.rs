//! What an operator enters before the first payment: Table 1, Table 2 and enrolment codes.
//!
//! Owns the capabilities of the destinations. Their addresses are those of the proxies before
//! them. Next: `phone`.

use super::{SHOP, Stage, devices, name_of, terminal_of};
use crate::faults::{Victim, Wire};
use crate::plan::{Place, places};
use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{AmountFrom, Destination, ExecuteAt, Standing};
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_gateway::clock::wall_ms;
use baton_gateway::vault::{plain_digest, random_text};
use baton_protocol::ids::DestinationId;
use baton_protocol::phone::DestinationKind;
use baton_protocol::target::{Target, Way};
use baton_records::Records;
use baton_records::admin::Change;
use baton_records::writer::Grouping;

/// Life of enrolment codes, in milliseconds: the product's own.
const ENROLMENT_MS: u64 = 600_000;

/// Writes the tables and returns a one-time code for each device.
///
/// # Errors
/// When the database refuses.
pub async fn fill(stage: &Stage) -> anyhow::Result<Vec<(Victim, String)>> {
    let records = Records::open(&stage.database, Grouping::Group).await?;
    let now = Timestamp::from_ms(wall_ms());
    let mut codes = Vec::new();
    for change in changes(stage)? {
        records.change(&change, "chaos", now).await?;
    }
    for victim in devices() {
        let name = name_of(victim);
        let device = if matches!(victim, Victim::Agent(_)) {
            Executor::Agent(name.parse()?)
        } else {
            Executor::Terminal(name.parse()?)
        };
        let code = random_text(8)?;
        let expires = now.after_ms(ENROLMENT_MS);
        let issue = Change::EnrolmentIssue { code_digest: plain_digest(&code), device, expires };
        records.change(&issue, "chaos", now).await?;
        codes.push((victim, code));
    }
    records.close().await;
    Ok(codes)
}

fn changes(stage: &Stage) -> anyhow::Result<Vec<Change>> {
    let shop = || SHOP.parse();
    let mut changes = vec![
        Change::ShopAdd { id: shop()?, name: "Chaos".to_owned() },
        Change::ShopTokenAdd { shop: shop()?, token_digest: plain_digest(&stage.shop_token) },
    ];
    changes.extend(destinations(stage)?);
    for (app, at) in
        [(&stage.wallet_app, "wallet"), (&stage.card_app, "card"), (&stage.points_app, "points")]
    {
        let (id, destination) = (app.app().clone(), at.parse()?);
        changes.push(Change::AppAdd { id, destination, key: app.public() });
    }
    for place in places() {
        let (id, amount_from) = (terminal_of(place).parse()?, AmountFrom::Phone);
        changes.push(Change::TerminalAdd { id, shop: shop()?, amount_from });
        if let Place::Till(number) = place {
            let agent: baton_protocol::ids::AgentId = name_of(Victim::Agent(number)).parse()?;
            changes.push(Change::AgentAdd { id: agent.clone(), shop: shop()? });
            let terminal = terminal_of(place).parse()?;
            changes.push(Change::Pair { terminal, agent: Some(agent) });
        }
    }
    Ok(changes)
}

fn destinations(stage: &Stage) -> anyhow::Result<Vec<Change>> {
    let http = |wire| Way::Http { base_url: format!("http://{}", stage.addresses.front(wire)) };
    let card = Way::Iso8583 { address: stage.addresses.front(Wire::Card).to_string() };
    let rows = [
        ("wallet", DestinationKind::Wallet, http(Wire::Wallet), "C1,C2,C3,C4,C5,C6,C7"),
        ("card", DestinationKind::Acquirer, card, "C1,C2,C3,C4,C5,C7"),
        ("points", DestinationKind::Membership, http(Wire::Points), "C2,C3,C4,C5,C7"),
    ];
    let change = |(name, kind, way, capabilities): (&str, _, _, &str)| {
        let id: DestinationId = name.parse()?;
        anyhow::Ok(Change::DestinationAdd(Box::new(Destination {
            target: Target::new(id.clone(), way),
            id,
            kind,
            capabilities: Capabilities::parse(capabilities)?,
            execute_at: ExecuteAt::Terminal,
            standing: Standing::Active,
        })))
    };
    rows.into_iter().map(change).collect()
}

//! `baton-gateway admin webhook`: who is told of events, where, and signed with what.
//!
//! Owns the words and what they print. A secret is shown once, when it is made; the database keeps
//! it sealed with the gateway's key file. Called by [`super`].

use super::{make, now};
use anyhow::Context;
use baton_core::relay::delivery::Answer;
use baton_core::relay::lookup::Standing;
use baton_gateway::clock::wall_ms;
use baton_gateway::config::Config;
use baton_gateway::vault::{Vault, random_text};
use baton_gateway::webhooks::address::check_url;
use baton_gateway::webhooks::post::Receiver;
use baton_protocol::event::Ping;
use baton_protocol::ids::{AppId, ShopId, WebhookId};
use baton_records::Records;
use baton_records::admin::Change;
use baton_records::events::Tenant;
use baton_records::webhooks::WebhookChange;
use clap::{Args, Subcommand};

/// Characters of a secret: 260 bits, more than the signature's 256.
const SECRET_CHARACTERS: usize = 52;

#[derive(Subcommand)]
pub enum WebhookWord {
    /// Adds a receiver, which is told what happens from now on; its secret is shown once.
    Add(NewWebhook),
    /// Shows every receiver and what it has not taken.
    List,
    /// Makes another secret, shown once; for a day both sign.
    Rotate { id: WebhookId },
    /// Sends a ping once and says what came back.
    Test { id: WebhookId },
    /// Stops telling it; nothing is lost.
    Suspend { id: WebhookId },
    /// Goes on where it stopped, and tries again what was given up.
    Resume { id: WebhookId },
    /// Forgets it and what it was not told.
    Remove { id: WebhookId },
}

#[derive(Args)]
pub struct NewWebhook {
    id: WebhookId,
    #[command(flatten)]
    whose: Whose,
    /// Where events are posted: http or https.
    #[arg(long)]
    url: String,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Whose {
    /// Tells of this app's transactions, at every shop.
    #[arg(long)]
    app: Option<AppId>,
    /// Tells of the transactions at this shop's terminals, through every app.
    #[arg(long)]
    shop: Option<ShopId>,
}

pub async fn run(
    records: &Records,
    who: &str,
    word: WebhookWord,
    config: &Config,
) -> anyhow::Result<()> {
    let standing = |id, standing| Change::Webhook(WebhookChange::Standing { id, standing });
    match word {
        WebhookWord::Add(new) => add(records, who, new, config).await,
        WebhookWord::List => list(records).await,
        WebhookWord::Rotate { id } => rotate(records, who, id, config).await,
        WebhookWord::Test { id } => test(records, &id, config).await,
        WebhookWord::Suspend { id } => make(records, who, standing(id, Standing::Suspended)).await,
        WebhookWord::Resume { id } => make(records, who, standing(id, Standing::Active)).await,
        WebhookWord::Remove { id } => {
            make(records, who, Change::Webhook(WebhookChange::Remove { id })).await
        }
    }
}

async fn add(records: &Records, who: &str, new: NewWebhook, config: &Config) -> anyhow::Result<()> {
    let NewWebhook { id, whose, url } = new;
    let tenant = match (whose.app, whose.shop) {
        (Some(app), None) => Tenant::App(app),
        (None, Some(shop)) => Tenant::Shop(shop),
        (Some(_), Some(_)) | (None, None) => anyhow::bail!("name --app or --shop, one of them"),
    };
    check_url(&url, config.webhooks.reach())?;
    let (text, secret) = new_secret(&id, config)?;
    make(records, who, Change::Webhook(WebhookChange::Add { id, tenant, url, secret })).await?;
    println!("secret (shown once): {text}");
    Ok(())
}

async fn rotate(
    records: &Records,
    who: &str,
    id: WebhookId,
    config: &Config,
) -> anyhow::Result<()> {
    let (text, secret) = new_secret(&id, config)?;
    let both_until = now().after_ms(config.webhooks.both_secrets_ms);
    make(records, who, Change::Webhook(WebhookChange::Rotate { id, secret, both_until })).await?;
    println!("secret (shown once): {text}");
    Ok(())
}

/// Makes a secret and its sealed form.
fn new_secret(id: &WebhookId, config: &Config) -> anyhow::Result<(String, String)> {
    let text = random_text(SECRET_CHARACTERS)?;
    let sealed = Vault::open(&config.gateway.key_file)?.seal_secret(id, &text)?;
    Ok((text, sealed))
}

async fn test(records: &Records, id: &WebhookId, config: &Config) -> anyhow::Result<()> {
    let row = records.lookup_webhook(id).await?.context("there is no such webhook")?;
    let vault = Vault::open(&config.gateway.key_file)?;
    let receiver = Receiver::of(&row, &vault, &config.webhooks)?;
    let at_ms = wall_ms();
    let ping = serde_json::to_string(&Ping::at(at_ms))?;
    let posted = receiver.post(0, 1, ping, at_ms).await;
    match posted.answer {
        Answer::Taken => println!("taken: {}", posted.words),
        Answer::Gone | Answer::Failed => anyhow::bail!("not taken: {}", posted.words),
    }
    Ok(())
}

async fn list(records: &Records) -> anyhow::Result<()> {
    for row in records.webhooks().await? {
        let backlog = records.webhook_backlog(&row.id).await?;
        let head = records.events_after(&row.tenant, row.read_up_to, 1).await?.head;
        let behind = head.saturating_sub(row.read_up_to);
        let standing = match row.standing {
            Standing::Active => "active",
            Standing::Suspended => "suspended",
        };
        let former = row.former.filter(|(_, until)| *until > now());
        let secrets = if former.is_some() { ", two secrets" } else { "" };
        println!(
            "{}  {standing}{secrets}  {} → {}\n    {behind} steps behind, {} waiting, {} given up",
            row.id, row.tenant, row.url, backlog.waiting, backlog.parked,
        );
    }
    Ok(())
}

//! `baton-gateway admin`: what an installer or operator changes and looks at.
//!
//! Owns the words and their checks. Changes go into the database with a line of history; a running
//! gateway follows within a blink, and a stopped one finds them when it starts.

mod code;
mod destination;
mod exceptions;
mod people;
mod plugin;
mod reconcile;
mod sightings;
mod webhook;
mod words;

use anyhow::Context;
use baton_core::relay::lookup::Standing;
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_gateway::clock::wall_ms;
use baton_gateway::config::Config;
use baton_gateway::demo::apps::{phone_token, public_pem};
use baton_gateway::tables::token_key;
use baton_gateway::vault::{plain_digest, random_text};
use baton_protocol::enrol::Role;
use baton_protocol::ids::AppId;
use baton_records::admin::Change;
use baton_records::directory::AppKey;
use baton_records::writer::Grouping;
use baton_records::{Fault, Obstacle, Records};
use jsonwebtoken::EncodingKey;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;
pub use words::Admin;
use words::{AgentWord, AppWord, ShopWord, TerminalWord, Word};

/// Characters of an enrolment code: 40 bits, read out over the phone without mistakes.
const CODE_CHARACTERS: usize = 8;
/// Life of an enrolment code, in milliseconds.
const CODE_LIFE_MS: u64 = 600_000;
/// Characters of a shop's token: 160 bits.
const TOKEN_CHARACTERS: usize = 32;
/// Lines of history that are shown.
const HISTORY_LINES_MAX: i64 = 50;

pub async fn run(admin: Admin) -> anyhow::Result<ExitCode> {
    let config = Config::read(admin.config.as_deref())?;
    if let Word::App(AppWord::Key { out }) = &admin.word {
        return make_app_key(out);
    }
    if let Word::App(AppWord::Token { id, key, key_id }) = &admin.word {
        return sign_token(id, key, key_id, &config.gateway.name);
    }
    if let Word::Plugin(word) = admin.word {
        return plugin::run(word, &config.plugins).await;
    }
    let records = Records::open(&config.records.database, Grouping::Group).await?;
    let done = carry_out(&records, admin.word, &admin.who, &config).await;
    records.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn carry_out(
    records: &Records,
    word: Word,
    who: &str,
    config: &Config,
) -> anyhow::Result<()> {
    match word {
        Word::Shop(ShopWord::Add { id, name }) => {
            make(records, who, Change::ShopAdd { id, name }).await
        }
        Word::Shop(ShopWord::Token { id }) => {
            let token = random_text(TOKEN_CHARACTERS)?;
            let token_digest = plain_digest(&token);
            make(records, who, Change::ShopTokenAdd { shop: id, token_digest }).await?;
            println!("token (shown once): {token}");
            Ok(())
        }
        Word::Terminal(word) => terminal(records, who, word).await,
        Word::Agent(word) => agent(records, who, word).await,
        Word::Operator(word) => people::operator(records, who, word).await,
        Word::Pair { terminal, agent } => {
            make(records, who, Change::Pair { terminal, agent: Some(agent) }).await
        }
        Word::Unpair { terminal } => {
            make(records, who, Change::Pair { terminal, agent: None }).await
        }
        Word::Destination(word) => destination::run(records, who, word, config).await,
        Word::App(AppWord::Add { id, destination, key, algorithm, key_id }) => {
            let public_key_pem = fs::read_to_string(&key)
                .with_context(|| format!("cannot read the public key {}", key.display()))?;
            let key = AppKey { algorithm, key_id, public_key_pem };
            token_key(&key).context("the file is no public key in PEM for that algorithm")?;
            make(records, who, Change::AppAdd { id, destination, key }).await
        }
        Word::App(AppWord::Key { .. } | AppWord::Token { .. }) | Word::Plugin(_) => Ok(()),
        Word::Code(word) => code::run(records, who, word).await,
        Word::Sightings(line) => sightings::run(records, line, config).await,
        Word::Webhook(word) => webhook::run(records, who, word, config).await,
        Word::Exceptions => exceptions::list(records).await,
        Word::Transaction { id } => exceptions::show(records, id).await,
        Word::Tables => show_tables(records).await,
        Word::History => show_history(records).await,
    }
}

async fn terminal(records: &Records, who: &str, word: TerminalWord) -> anyhow::Result<()> {
    match word {
        TerminalWord::Add { id, shop, amount_from } => {
            let amount_from = amount_from.into();
            make(records, who, Change::TerminalAdd { id, shop, amount_from }).await
        }
        TerminalWord::Enrol { id } => issue(records, who, Executor::Terminal(id)).await,
        TerminalWord::List => people::devices(records, Role::Terminal).await,
        TerminalWord::Accept { id, reason } => {
            people::accept(records, who, Executor::Terminal(id), reason).await
        }
        TerminalWord::Suspend { id } => {
            stand(records, who, Executor::Terminal(id), Standing::Suspended).await
        }
        TerminalWord::Resume { id } => {
            stand(records, who, Executor::Terminal(id), Standing::Active).await
        }
    }
}

async fn agent(records: &Records, who: &str, word: AgentWord) -> anyhow::Result<()> {
    match word {
        AgentWord::Add { id, shop } => make(records, who, Change::AgentAdd { id, shop }).await,
        AgentWord::Enrol { id } => issue(records, who, Executor::Agent(id)).await,
        AgentWord::List => people::devices(records, Role::Agent).await,
        AgentWord::Accept { id, reason } => {
            people::accept(records, who, Executor::Agent(id), reason).await
        }
        AgentWord::Suspend { id } => {
            stand(records, who, Executor::Agent(id), Standing::Suspended).await
        }
        AgentWord::Resume { id } => {
            stand(records, who, Executor::Agent(id), Standing::Active).await
        }
    }
}

async fn stand(
    records: &Records,
    who: &str,
    device: Executor,
    standing: Standing,
) -> anyhow::Result<()> {
    make(records, who, Change::DeviceStanding { device, standing }).await
}

async fn issue(records: &Records, who: &str, device: Executor) -> anyhow::Result<()> {
    let code = random_text(CODE_CHARACTERS)?;
    let code_digest = plain_digest(&code);
    let expires = now().after_ms(CODE_LIFE_MS);
    make(records, who, Change::EnrolmentIssue { code_digest, device, expires }).await?;
    println!("enrolment code (once, within 10 minutes): {code}");
    Ok(())
}

async fn make(records: &Records, who: &str, change: Change) -> anyhow::Result<()> {
    let made = records.change(&change, who, now()).await;
    let revision = made.map_err(|fault| unchanged(&fault))?;
    println!("done (revision {revision})");
    Ok(())
}

/// Says why nothing was changed, in words for whoever typed the ids.
fn unchanged(fault: &Fault) -> anyhow::Error {
    let why = match fault.obstacle() {
        Obstacle::Taken => "there is one of that id already; `admin tables` shows all".to_owned(),
        Obstacle::Dangling => {
            "an id that it names does not exist; `admin tables` shows all".to_owned()
        }
        Obstacle::Absent => "there is no such id in this gateway's database; `admin tables` shows \
                             all, and `--config` says which database"
            .to_owned(),
        Obstacle::Database => fault.to_string(),
    };
    anyhow::anyhow!("nothing was changed: {why}")
}

async fn show_tables(records: &Records) -> anyhow::Result<()> {
    let directory = records.directory().await?;
    println!("Table 1: terminal → agent");
    for terminal in directory.tables.terminals.values() {
        let agent = terminal.agent.as_ref().map_or("(standalone)", |agent| agent.as_str());
        println!("  {} → {agent}   shop {}, {:?}", terminal.id, terminal.shop, terminal.standing);
    }
    println!("Table 2: app → destination");
    for app in directory.tables.apps.values() {
        let Some(destination) = directory.tables.destinations.get(&app.destination) else {
            continue;
        };
        println!("  {} → {}", app.id, destination.id);
    }
    println!("Destinations: who sends the work of standalone terminals, and what can be relied on");
    for destination in directory.tables.destinations.values() {
        let (id, way, by) = (&destination.id, &destination.target.way, destination.execute_at);
        let capabilities = destination.capabilities;
        println!("  {id}   {way:?}, by the {}, {capabilities}", by.word());
    }
    Ok(())
}

async fn show_history(records: &Records) -> anyhow::Result<()> {
    for (revision, at_ms, who, change) in records.history(HISTORY_LINES_MAX).await? {
        println!("{revision:>6}  {at_ms}  {who}: {change}");
    }
    Ok(())
}

/// Makes a key pair for an app that is being tried: private file, public file beside it.
fn make_app_key(out: &Path) -> anyhow::Result<ExitCode> {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    let pair = Ed25519KeyPair::generate().context("no key could be made")?;
    let private = pair.to_pkcs8v1().context("the key could not be written")?;
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(out)
        .with_context(|| format!("cannot make {}; is there a key already?", out.display()))?;
    file.write_all(private_pem(private.as_ref()).as_bytes())?;
    let public = out.with_extension("pub.pem");
    fs::write(&public, public_pem(pair.public_key().as_ref()))
        .with_context(|| format!("cannot write {}", public.display()))?;
    println!("private key {} (keep it), public key {}", out.display(), public.display());
    Ok(ExitCode::SUCCESS)
}

fn sign_token(app: &AppId, key: &Path, key_id: &str, audience: &str) -> anyhow::Result<ExitCode> {
    let pem = fs::read(key).with_context(|| format!("cannot read {}", key.display()))?;
    let key =
        EncodingKey::from_ed_pem(&pem).context("the file is no Ed25519 private key in PEM")?;
    println!("{}", phone_token(&key, app, key_id, audience)?);
    Ok(ExitCode::SUCCESS)
}

fn private_pem(document: &[u8]) -> String {
    use base64::Engine;
    let body = base64::engine::general_purpose::STANDARD.encode(document);
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

fn now() -> Timestamp {
    Timestamp::from_ms(wall_ms())
}

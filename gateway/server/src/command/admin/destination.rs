//! `baton-gateway admin destination`: payment and membership servers, and what they really speak.
//!
//! Owns the words and what they print. A profile is read and tried before anything is written. A
//! probe signs on and off with nothing that could move money. Called by [`super`].

use super::reconcile::ReconcileWord;
use super::{make, reconcile};
use anyhow::{Context, bail};
use baton_core::relay::capability::{Capabilities, Class};
use baton_core::relay::lookup::{self, ExecuteAt, Standing};
use baton_destinations::probe::{Judgement, probe};
use baton_destinations::{Client, Dialect, Limits, Secret, Stock, StockFault};
use baton_gateway::config::Config;
use baton_plugin_api::documents::Kind as PluginKind;
use baton_plugin_host::Manifest;
use baton_protocol::ids::DestinationId;
use baton_protocol::phone::DestinationKind;
use baton_protocol::target::{Profile, Target, Way};
use baton_records::Records;
use baton_records::admin::Change;
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum DestinationWord {
    /// Adds a destination.
    Add(NewDestination),
    /// Changes its address.
    Move { id: DestinationId, address: String },
    /// Gives it another profile, or none; terminals use it from their next command on.
    Profile(NewProfile),
    /// Says who sends it the work of terminals without a POS, from the next payment on.
    ExecuteAt {
        id: DestinationId,
        #[arg(value_enum)]
        place: Place,
    },
    /// Asks one that speaks ISO 8583 to sign on, says what fits and what differs; moves no money.
    Probe(ProbeWord),
    /// Compares one business day with a destination that does so; moves no money.
    Reconcile(ReconcileWord),
}

#[derive(Args)]
pub struct NewDestination {
    id: DestinationId,
    #[arg(long, value_enum)]
    kind: Kind,
    /// How to speak to it.
    #[arg(long, value_enum)]
    way: WayName,
    /// `host:port` for iso8583, `http://host:port` for http, its name for plugin.
    #[arg(long)]
    address: String,
    /// What it can do, C1 to C7, separated by commas.
    #[arg(long)]
    capabilities: String,
    /// What it does differently from others of its way, as a TOML file; see
    /// config/destinations/.
    #[arg(long)]
    profile: Option<PathBuf>,
    /// Who sends it the work of terminals without a POS.
    #[arg(long, value_enum, default_value = "terminal")]
    execute_at: Place,
}

#[derive(Args)]
pub struct NewProfile {
    id: DestinationId,
    /// The profile, as a TOML file; see config/destinations/.
    #[arg(required_unless_present = "none")]
    file: Option<PathBuf>,
    /// It speaks as the others of its way do.
    #[arg(long, conflicts_with = "file")]
    none: bool,
}

#[derive(Args)]
pub struct ProbeWord {
    /// One of the table; without it give an address.
    #[arg(required_unless_present = "address")]
    id: Option<DestinationId>,
    /// `host:port` of a server that is in no table yet, or another one than the table's.
    #[arg(long)]
    address: Option<String>,
    /// The profile to try instead of the table's.
    #[arg(long)]
    profile: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    Acquirer,
    Wallet,
    Membership,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Place {
    /// The terminal itself.
    Terminal,
    /// The gateway, where shops cannot reach it or may not have its key.
    Gateway,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum WayName {
    Iso8583,
    Http,
    Plugin,
}

pub async fn run(
    records: &Records,
    who: &str,
    word: DestinationWord,
    config: &Config,
) -> anyhow::Result<()> {
    match word {
        DestinationWord::Add(new) => {
            let destination = new.destination(config)?;
            let class = destination.capabilities.class();
            make(records, who, Change::DestinationAdd(Box::new(destination))).await?;
            println!("{}", class_sentence(class));
            Ok(())
        }
        DestinationWord::Move { id, address } => {
            make(records, who, Change::DestinationMove { id, address }).await
        }
        DestinationWord::Profile(NewProfile { id, file, none: _ }) => {
            let profile = file.as_deref().map(read_profile).transpose()?;
            let target = stored(records, &id).await?.with_profile(profile.clone());
            check_address(&target, secret(config, &id)?)?;
            make(records, who, Change::DestinationProfile { id, profile }).await
        }
        DestinationWord::ExecuteAt { id, place } => {
            let execute_at = place.in_the_table();
            make(records, who, Change::DestinationExecuteAt { id, execute_at }).await
        }
        DestinationWord::Probe(word) => ask(records, word, config).await,
        DestinationWord::Reconcile(word) => reconcile::run(records, word, config).await,
    }
}

async fn ask(records: &Records, word: ProbeWord, config: &Config) -> anyhow::Result<()> {
    let known = match &word.id {
        Some(id) => Some(stored(records, id).await?),
        None => None,
    };
    let (stored_address, stored_profile) = match known.map(|target| (target.way, target.profile)) {
        Some((Way::Iso8583 { address }, profile)) => (Some(address), profile),
        Some((Way::Http { .. } | Way::Plugin { .. }, _)) => {
            bail!("a probe is for ISO 8583; this one speaks otherwise")
        }
        None => (None, None),
    };
    let address = word.address.or(stored_address).context("give --address host:port")?;
    let profile = match &word.profile {
        Some(file) => Some(read_profile(file)?),
        None => stored_profile,
    };
    let secret = word.id.as_ref().map(|id| secret(config, id)).transpose()?.flatten();
    let dialect = Dialect::of(profile.as_ref().map(Profile::as_str), secret.as_ref())?;
    println!("asking {address} to sign on; nothing that could move money is sent");
    let tell = |finding: &_| println!("{finding}");
    let findings = probe(&address, &dialect, Limits::default(), tell).await;
    if findings.iter().any(|one| one.judgement == Judgement::Wrong) {
        bail!("what is WRONG above keeps payments from working; change the profile, probe again");
    }
    println!("the destination fits");
    Ok(())
}

pub(super) async fn stored(records: &Records, id: &DestinationId) -> anyhow::Result<Target> {
    let directory = records.directory().await?;
    let found = directory.tables.destinations.get(id);
    Ok(found
        .with_context(|| format!("no destination is called {id}; see admin tables"))?
        .target
        .clone())
}

/// The key that the configuration names for a destination, if it names one.
pub(super) fn secret(config: &Config, id: &DestinationId) -> anyhow::Result<Option<Secret>> {
    let Some(credentials) = config.destinations.get(id) else { return Ok(None) };
    let file = &credentials.secret_file;
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the secret {}", file.display()))?;
    Ok(Some(Secret::new(text.trim().to_owned())))
}

impl NewDestination {
    fn destination(self, config: &Config) -> anyhow::Result<lookup::Destination> {
        let kind = match self.kind {
            Kind::Acquirer => DestinationKind::Acquirer,
            Kind::Wallet => DestinationKind::Wallet,
            Kind::Membership => DestinationKind::Membership,
        };
        let way = match self.way {
            WayName::Iso8583 => Way::Iso8583 { address: self.address },
            WayName::Http => Way::Http { base_url: self.address },
            WayName::Plugin => Way::Plugin { name: self.address },
        };
        let profile = self.profile.as_deref().map(read_profile).transpose()?;
        let target = Target::new(self.id.clone(), way).with_profile(profile);
        let capabilities = Capabilities::parse(&self.capabilities)?;
        check_address(&target, secret(config, &self.id)?)?;
        if let Way::Plugin { name } = &target.way {
            check_promises(config, name, kind, capabilities)?;
        }
        let (id, standing) = (self.id, Standing::Active);
        let execute_at = self.execute_at.in_the_table();
        Ok(lookup::Destination { id, kind, target, capabilities, execute_at, standing })
    }
}

impl Place {
    const fn in_the_table(self) -> ExecuteAt {
        match self {
            Self::Terminal => ExecuteAt::Terminal,
            Self::Gateway => ExecuteAt::Gateway,
        }
    }
}

/// A client that can be made is an address that can be dialled and a profile that reads.
fn check_address(target: &Target, secret: Option<Secret>) -> anyhow::Result<()> {
    match target.way {
        Way::Plugin { .. } if target.profile.is_some() => bail!("a plugin takes no profile"),
        Way::Plugin { .. } => Ok(()),
        Way::Http { .. } | Way::Iso8583 { .. } => {
            Ok(Client::new(target, secret, Limits::default()).map(drop)?)
        }
    }
}

/// A plugin that lies in the folder must promise what the table will rely on. One that does not lie
/// there may come later, so its name alone is enough; that is said.
fn check_promises(
    config: &Config,
    name: &str,
    kind: DestinationKind,
    relied_on: Capabilities,
) -> anyhow::Result<()> {
    let lies_there = |found: &Manifest| found.name == name;
    let stocked = match Stock::open(&config.plugins) {
        Ok(stock) => stock.list().into_iter().filter_map(|one| one.found.ok()).find(lies_there),
        Err(StockFault::NoFolder) => None,
        Err(fault) => return Err(fault.into()),
    };
    let Some(manifest) = stocked else {
        println!("no plugin {name} is taken here yet; see admin plugin list");
        return Ok(());
    };
    let wanted = match kind {
        DestinationKind::Membership => PluginKind::Membership,
        DestinationKind::Acquirer | DestinationKind::Wallet => PluginKind::Destination,
    };
    let provided = manifest.provides.iter().find(|one| one.kind == wanted);
    let provided = provided.with_context(|| format!("plugin {name} is no {wanted}"))?;
    let promised = Capabilities::parse(&provided.capabilities.to_string())?;
    match promised.lacks(relied_on) {
        Some(one) => bail!(
            "plugin {name} does not promise {}; its manifest says {}",
            one.word(),
            provided.capabilities
        ),
        None => Ok(()),
    }
}

/// Reads the file of a profile; what it says is checked by whoever makes a client of it.
fn read_profile(file: &Path) -> anyhow::Result<Profile> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the profile {}", file.display()))?;
    Ok(Profile::new(text)?)
}

const fn class_sentence(class: Class) -> &'static str {
    match class {
        Class::Automatic => "class automatic: unknown outcomes are resolved by inquiry or reversal",
        Class::Manual => {
            "class manual: this destination cannot resolve unknown outcomes by itself, so each one \
             goes to people; tell the merchant"
        }
    }
}

//! The conformance kit: which cases there are, and what they are run with.
//!
//! Owns the run: one plugin as a gateway would run it, a network that can lose and change answers,
//! and ids that are new for each question. Next: [`crate::border`], [`crate::payments`],
//! [`crate::points`].

use crate::faulty::Faulty;
use crate::report::{Case, Outcome, Report};
use crate::{Check, border, payments, points};
use anyhow::{Context, Result};
use aws_lc_rs::rand;
use baton_plugin_api::documents::describe::Description;
use baton_plugin_api::documents::{Kind, Operation};
use baton_plugin_api::{Capabilities, Capability};
use baton_plugin_host::manifest::{Manifest, Permissions};
use baton_plugin_host::settings::StandardError;
use baton_plugin_host::{CallFault, Plugin, Release, Settings};
use std::collections::VecDeque;
use std::fs;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What a plugin has for one call, in milliseconds: the gateway's own limit for an answer.
const CALL_MS: u64 = 8_000;

/// Everything that a case needs.
pub(crate) struct Kit {
    pub(crate) plugin: Plugin,
    pub(crate) network: Arc<Faulty>,
    pub(crate) member: Option<String>,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    description: Description,
    codes: Mutex<VecDeque<String>>,
}

/// Runs everything and reports.
pub(crate) fn run(check: &Check) -> Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new().context("the runtime does not start")?;
    let report = runtime.block_on(cases(check))?;
    report.print()?;
    if let Some(file) = &check.junit {
        fs::write(file, report.junit()).with_context(|| format!("{}", file.display()))?;
    }
    Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

async fn cases(check: &Check) -> Result<Report> {
    let (kit, name) = match Kit::start(check).await {
        Ok(kit) => {
            let name = format!("{} {}", kit.description.name, kit.description.version);
            (kit, name)
        }
        Err(cause) => {
            let failed = Outcome::Failed(format!("{cause:#}"));
            let case = Case::new("abi", "the library loads and describes itself", failed);
            return Ok(Report { name: check.library.display().to_string(), cases: vec![case] });
        }
    };
    let loaded = Case::new("abi", "the library loads and describes itself", Outcome::Passed);
    let mut cases = vec![loaded];
    cases.extend(border::cases(&kit).await);
    if kit.capabilities(Kind::Destination).is_some() {
        cases.extend(payments::cases(&kit).await);
    }
    if kit.capabilities(Kind::Membership).is_some() {
        cases.extend(points::cases(&kit).await);
    }
    Ok(Report { name, cases })
}

impl Kit {
    async fn start(check: &Check) -> Result<Self> {
        let network = Arc::new(Faulty::new()?);
        let mut settings = Settings::new(network.clone());
        if check.verbose {
            settings.errors = StandardError::Inherited;
        }
        let description = Plugin::describe(&check.library, &settings).await?;
        let secrets = check.secrets.iter().cloned().collect();
        settings.secrets.insert(description.name.clone(), secrets);
        let permissions = Permissions {
            hosts: check.hosts.clone(),
            secrets: check.secrets.iter().map(|(name, _)| name.clone()).collect(),
        };
        let hash = "0".repeat(64);
        let manifest = Manifest::describing(&description, "checked.so", hash, permissions)?;
        let release = Release::unverified(&check.library, manifest)?;
        let mut codes: VecDeque<String> = check.codes.iter().cloned().collect();
        if let Some(file) = &check.codes_file {
            let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
            codes.extend(text.lines().map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned));
        }
        Ok(Self {
            plugin: Plugin::alone(release, &settings)?,
            network,
            member: check.member.clone(),
            amount: check.amount,
            currency: check.currency.clone(),
            description,
            codes: Mutex::new(codes),
        })
    }

    pub(crate) fn capabilities(&self, kind: Kind) -> Option<&Capabilities> {
        let provided = self.description.provides.iter().find(|one| one.kind == kind)?;
        Some(&provided.capabilities)
    }

    pub(crate) fn promises(&self, kind: Kind, capability: Capability) -> bool {
        self.capabilities(kind).is_some_and(|all| all.has(capability))
    }

    /// Takes a code that no case has used.
    pub(crate) fn code(&self) -> Result<String, Outcome> {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.pop_front().ok_or_else(|| Outcome::skipped("no fresh code left; give more --code"))
    }

    pub(crate) async fn ask<O: Operation>(&self, ask: &O) -> Result<O::Answer, CallFault> {
        self.plugin.ask(ask, Self::within()).await
    }

    pub(crate) const fn within() -> Duration {
        Duration::from_millis(CALL_MS)
    }
}

/// Makes an id as the gateway's are: a UUID. Source: RFC 9562, version 4.
pub(crate) fn id() -> String {
    let mut bytes = [0_u8; 16];
    rand::fill(&mut bytes).unwrap_or_default();
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = (*version & 0x0F) | 0x40;
    *variant = (*variant & 0x3F) | 0x80;
    let text = hex::encode(bytes);
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    let parts: Vec<&str> = parts.into_iter().filter_map(|part| text.get(part)).collect();
    parts.join("-")
}

/// What most cases come to.
pub(crate) fn expect(good: bool, why: impl Into<String>) -> Result<(), Outcome> {
    if good { Ok(()) } else { Err(Outcome::Failed(why.into())) }
}

/// Turns a fault into a failed case.
pub(crate) fn faultless<T>(answer: Result<T, CallFault>) -> Result<T, Outcome> {
    answer.map_err(|fault| Outcome::Failed(fault.to_string()))
}

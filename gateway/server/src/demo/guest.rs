//! A provider's own plugin in the demo: checked, put into the demo's folder, paid through once.
//!
//! Owns what an operator does for it elsewhere: the folder of plugins, trusted keys, secrets, its
//! rows in Table 2. The terminal and the gateway each run it. Next: [`super::plug`].

use super::apps::AppSigner;
use anyhow::{Context, bail};
use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{Destination, ExecuteAt, Standing};
use baton_destinations::{PluginSecret, PluginSettings, Stock};
use baton_plugin_api::documents::Kind;
use baton_plugin_host::Manifest;
use baton_protocol::ids::TerminalId;
use baton_protocol::phone::DestinationKind;
use baton_protocol::target::{Target, Way};
use baton_records::admin::Change;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// What its payment is about, in won; and its points.
const AMOUNT: i64 = 1_000;

/// What a person wants shown.
#[derive(Debug, Clone)]
pub struct PluginWish {
    /// The folder with plugin.toml and the library.
    pub folder: PathBuf,
    /// The file with the public key of who signed it.
    pub key: PathBuf,
    /// Secrets by name.
    pub secrets: Vec<(String, String)>,
    /// The code to pay with, or the member who gets points.
    pub code: String,
}

/// The plugin on the stage.
pub struct Guest {
    /// Its app.
    pub app: AppSigner,
    /// Where it lies, for the gateway and the terminal.
    pub settings: PluginSettings,
    manifest: Manifest,
    kind: DestinationKind,
    capabilities: Capabilities,
    code: String,
}

impl Guest {
    /// Checks the plugin and puts it where gateway and terminal look.
    ///
    /// # Errors
    /// When it is refused, with the reason.
    pub async fn invite(wish: &PluginWish, stage: &Path, audience: &str) -> anyhow::Result<Self> {
        let mut settings = PluginSettings {
            folder: stage.join("plugins"),
            keys: wish.key.clone(),
            ..PluginSettings::default()
        };
        let manifest = Stock::open(&settings)?.put(&wish.folder).await?;
        for (name, value) in &wish.secrets {
            let file = stage.join(format!("secret-{}", settings.secrets.len()));
            fs::write(&file, value).context("the demo's folder cannot be written")?;
            let (plugin, name) = (manifest.name.clone(), name.clone());
            settings.secrets.push(PluginSecret { plugin, name, file });
        }
        let Some(provided) = manifest.provides.first() else { bail!("it provides nothing") };
        let kind = match provided.kind {
            Kind::Destination => DestinationKind::Wallet,
            Kind::Membership => DestinationKind::Membership,
        };
        Ok(Self {
            app: AppSigner::generate("guest-app".parse()?, audience)?,
            kind,
            capabilities: Capabilities::parse(&provided.capabilities.to_string())?,
            manifest,
            settings,
            code: wish.code.clone(),
        })
    }

    /// Returns its rows of Table 2.
    ///
    /// # Errors
    /// None for ids that are ids.
    pub fn changes(&self) -> anyhow::Result<[Change; 2]> {
        let id: baton_protocol::ids::DestinationId = "guest".parse()?;
        let way = Way::Plugin { name: self.manifest.name.clone() };
        let destination = Destination {
            id: id.clone(),
            kind: self.kind,
            target: Target::new(id.clone(), way),
            capabilities: self.capabilities,
            execute_at: ExecuteAt::Terminal,
            standing: Standing::Active,
        };
        let (app, key) = (self.app.app().clone(), self.app.public());
        Ok([
            Change::DestinationAdd(Box::new(destination)),
            Change::AppAdd { id: app, destination: id, key },
        ])
    }

    /// Returns the title of its act.
    #[must_use]
    pub fn title(&self) -> String {
        let (name, version) = (&self.manifest.name, self.manifest.version);
        let what = match self.kind {
            DestinationKind::Membership => "points",
            DestinationKind::Acquirer | DestinationKind::Wallet => "payment",
        };
        format!("Guest: {what} through the plugin {name} {version}, standalone")
    }

    /// Returns the body of its touch.
    #[must_use]
    pub fn touch(&self, terminal: &TerminalId) -> Value {
        let app = self.app.app();
        match self.kind {
            DestinationKind::Membership => json!({
                "terminal_id": terminal,
                "membership": {
                    "app_id": app, "member_id": self.code, "action": "accrue", "points": AMOUNT,
                },
            }),
            DestinationKind::Acquirer | DestinationKind::Wallet => json!({
                "terminal_id": terminal,
                "payment": {
                    "app_id": app, "code": self.code, "amount": AMOUNT, "currency": "KRW",
                },
            }),
        }
    }
}

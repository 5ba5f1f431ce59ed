//! `baton-gateway admin plugin`: providers' libraries in the plugins folder of the configuration.
//!
//! Owns the words and what they print; checks and the folder are the shelf's. Needs no database: a
//! running gateway follows its folder within a second. Called by [`super`].

use baton_destinations::{PluginSettings, Stock, StockFault};
use baton_plugin_host::{Manifest, Refusal};
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum PluginWord {
    /// Checks a plugin, starts it once, and puts it into the folder; an older version of it goes.
    Add {
        /// The folder with plugin.toml and the library.
        folder: PathBuf,
    },
    /// Shows what lies in the folder, and why a plugin is not taken.
    List,
    /// Takes a plugin out of the folder; payments through it are refused before they are sent.
    Remove {
        /// Its name.
        name: String,
    },
}

pub async fn run(word: PluginWord, settings: &PluginSettings) -> anyhow::Result<ExitCode> {
    let stock = Stock::open(settings)?;
    match word {
        PluginWord::Add { folder } => {
            let manifest = stock.put(&folder).await.map_err(advised)?;
            println!("{}", line(&manifest));
            println!(
                "a running gateway has it within a second; terminals have folders of their own"
            );
            Ok(ExitCode::SUCCESS)
        }
        PluginWord::List => Ok(list(&stock)),
        PluginWord::Remove { name } => {
            for place in stock.take_out(&name)? {
                println!("removed {}", place.display());
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Says what to do beside what is wrong, where that is not the plugin's maker's to say.
fn advised(fault: StockFault) -> anyhow::Error {
    let advice = match &fault {
        StockFault::Refused(Refusal::KeyUnknown { .. }) => Some(
            "nothing was changed; if you trust this provider, add its public key to the file of \
             plugins.keys",
        ),
        StockFault::Refused(Refusal::Unsigned) => {
            Some("nothing was changed; ask the provider for a signed plugin")
        }
        StockFault::Refused(_)
        | StockFault::NoFolder
        | StockFault::Settings(_)
        | StockFault::Older { .. }
        | StockFault::Different { .. }
        | StockFault::Unknown { .. }
        | StockFault::File { .. } => None,
    };
    anyhow::Error::new(fault).context(advice.unwrap_or("nothing was changed"))
}

/// Non-zero when a plugin that lies there is not taken.
fn list(stock: &Stock) -> ExitCode {
    let stocked = stock.list();
    if stocked.is_empty() {
        println!("no plugins");
    }
    let mut code = ExitCode::SUCCESS;
    for one in stocked {
        match one.found {
            Ok(manifest) => println!("{}", line(&manifest)),
            Err(refusal) => {
                println!("REFUSED  {}: {refusal}", one.place.display());
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn line(manifest: &Manifest) -> String {
    let kinds = manifest.provides.iter().map(|one| format!("{} {}", one.kind, one.capabilities));
    let kinds: Vec<String> = kinds.collect();
    let hosts = match manifest.permissions.hosts.as_slice() {
        [] => "no host".to_owned(),
        hosts => hosts.join(" "),
    };
    let (name, version) = (&manifest.name, manifest.version);
    format!("{name} {version}  {}  asks {hosts}", kinds.join("; "))
}

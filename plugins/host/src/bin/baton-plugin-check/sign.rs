//! Keys, signed manifests, and whether a gateway would take them.
//!
//! Owns the files that it writes: a private key that only its owner may read, and `plugin.toml`.
//! Next: [`baton_plugin_host::manifest`].

use anyhow::{Context, Result, ensure};
use baton_plugin_host::manifest::{MANIFEST_FILE, Manifest, Permissions};
use baton_plugin_host::release::sha256;
use baton_plugin_host::{Plugin, Release, Settings, SigningKey, TrustedKeys, Web};
use clap::Args;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What a manifest needs that the library does not say.
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// The private key's file.
    #[arg(long)]
    key: PathBuf,
    /// Origin that the plugin may reach, `https://host`; may be repeated.
    #[arg(long = "host", value_name = "ORIGIN")]
    hosts: Vec<String>,
    /// Name of a secret that the plugin asks for; may be repeated.
    #[arg(long = "secret", value_name = "NAME")]
    secrets: Vec<String>,
    /// The library; `plugin.toml` is written beside it.
    library: PathBuf,
}

pub(crate) fn key(file: &Path) -> Result<ExitCode> {
    let key = SigningKey::generate()?;
    let mut private = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("{}", file.display()))?;
    writeln!(private, "{}", key.reveal())?;
    writeln!(io::stdout(), "{} # {}", key.public(), key.id())?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn sign(command: &Sign) -> Result<ExitCode> {
    let text = fs::read_to_string(&command.key);
    let key = SigningKey::parse(&text.with_context(|| format!("{}", command.key.display()))?)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let settings = Settings::new(Arc::new(Web::new()?));
    let told = runtime.block_on(Plugin::describe(&command.library, &settings))?;
    let file = command.library.file_name().and_then(|name| name.to_str());
    let file = file.context("the library's file name is not plain")?;
    let permissions =
        Permissions { hosts: command.hosts.clone(), secrets: command.secrets.clone() };
    let hash = sha256(&fs::read(&command.library)?);
    let mut manifest = Manifest::describing(&told, file, hash, permissions)?;
    manifest.sign(&key)?;
    let path = command.library.with_file_name(MANIFEST_FILE);
    fs::write(&path, manifest.write()?).with_context(|| format!("{}", path.display()))?;
    writeln!(io::stdout(), "{} signed by {}", path.display(), key.id())?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn verify(trust: &Path, folder: &Path) -> Result<ExitCode> {
    let text = fs::read_to_string(trust).with_context(|| format!("{}", trust.display()))?;
    let release = Release::open(folder, &TrustedKeys::parse(&text)?)?;
    let manifest = release.manifest();
    ensure!(!manifest.signatures.is_empty(), "manifest is not signed");
    writeln!(io::stdout(), "{} {} would be taken", manifest.name, manifest.version)?;
    Ok(ExitCode::SUCCESS)
}

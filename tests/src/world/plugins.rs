//! A provider's workshop: signs sample plugins and drops them into a folder that programs follow.
//!
//! Owns the folder, the key and the secrets. The sample libraries are built as dependencies of this
//! crate and lie beside the test programs. Next: [`super::books`].

use anyhow::{Context, ensure};
use baton_destinations::{PluginSecret, PluginSettings};
use baton_plugin_host::manifest::{MANIFEST_FILE, Manifest, Permissions};
use baton_plugin_host::release::sha256;
use baton_plugin_host::{Plugin, Settings, SigningKey, Version, Web};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// A folder of plugins, and what makes them.
pub struct Workshop {
    folder: TempDir,
    key: SigningKey,
    program: PathBuf,
}

/// One secret that programs give to a plugin.
pub struct Given {
    plugin: String,
    name: String,
    value: String,
}

impl Given {
    /// Gives a plugin a secret by the name that its manifest asks for.
    #[must_use]
    pub fn new(plugin: &str, name: &str, value: &str) -> Self {
        Self { plugin: plugin.to_owned(), name: name.to_owned(), value: value.to_owned() }
    }
}

impl Workshop {
    /// Opens one; `program` is started as the plugins' processes.
    ///
    /// # Errors
    /// When there is no place for it.
    pub fn open(program: &str) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("baton-workshop-").tempdir()?;
        let key = SigningKey::generate().context("no key could be made")?;
        for part in ["plugins", "bench"] {
            fs::create_dir(folder.path().join(part))?;
        }
        fs::write(folder.path().join("keys"), key.public())?;
        Ok(Self { folder, key, program: program.into() })
    }

    /// The settings of a program `who` that follows the folder and gives its plugins secrets.
    ///
    /// # Errors
    /// When a secret cannot be written.
    pub fn settings(&self, who: &str, given: &[Given]) -> anyhow::Result<PluginSettings> {
        let at = self.folder.path();
        let secret = |one: &Given| {
            let file = at.join(format!("{who}.{}", one.name));
            fs::write(&file, &one.value)?;
            let (plugin, name) = (one.plugin.clone(), one.name.clone());
            anyhow::Ok(PluginSecret { plugin, name, file })
        };
        Ok(PluginSettings {
            folder: at.join("plugins"),
            keys: at.join("keys"),
            versions: at.join(format!("{who}.versions")),
            secrets: given.iter().map(secret).collect::<Result<_, _>>()?,
            program: self.program.clone(),
            ..PluginSettings::default()
        })
    }

    /// Signs a sample library that may ask these hosts and for these secrets, and drops it into the
    /// folder at once, as a whole.
    ///
    /// # Errors
    /// When it is not beside the test programs, or cannot be described or written.
    pub async fn ship(&self, library: &str, may: Permissions) -> anyhow::Result<()> {
        fs::rename(self.signed(library, may, None).await?, self.place(library))?;
        Ok(())
    }

    /// Signs a sample library, if wished as if it were of another version, and returns the folder
    /// in which it waits to be shipped.
    ///
    /// # Errors
    /// As [`Workshop::ship`].
    pub async fn signed(
        &self,
        library: &str,
        may: Permissions,
        version: Option<&str>,
    ) -> anyhow::Result<PathBuf> {
        let program = std::env::current_exe()?;
        let beside = program.parent().context("the test program lies in a folder")?;
        let file = format!("lib{library}.so");
        let path = beside.join(&file);
        ensure!(path.is_file(), "{} is built with the tests", path.display());
        let mut settings = Settings::new(Arc::new(Web::new()?));
        settings.program.clone_from(&self.program);
        let told = Plugin::describe(&path, &settings).await?;
        let mut manifest = Manifest::describing(&told, &file, sha256(&fs::read(&path)?), may)?;
        if let Some(version) = version {
            manifest.version = Version::parse(version)?;
        }
        manifest.sign(&self.key)?;
        let bench =
            self.folder.path().join("bench").join(format!("{library}-{}", manifest.version));
        fs::create_dir(&bench)?;
        fs::copy(&path, bench.join(&file))?;
        fs::write(bench.join(MANIFEST_FILE), manifest.write()?)?;
        Ok(bench)
    }

    /// Takes a plugin out of the folder.
    ///
    /// # Errors
    /// When it is not there.
    pub fn take_away(&self, library: &str) -> anyhow::Result<()> {
        Ok(fs::remove_dir_all(self.place(library))?)
    }

    fn place(&self, library: &str) -> PathBuf {
        self.folder.path().join("plugins").join(library)
    }
}

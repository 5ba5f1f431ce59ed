//! What the tests of this crate stand on: libraries, settings, questions, a network that waits.
//!
//! Owns no rule. The sample libraries are built as dependencies and lie beside the test programs.
//! Next: the tests.
#![expect(dead_code, reason = "each test program uses its own part")]

use baton_plugin_api::documents::Code;
use baton_plugin_api::documents::destination::{Authorize, Verdict};
use baton_plugin_api::documents::http::{Body, HttpAnswer, HttpOutcome, HttpRequest};
use baton_plugin_host::manifest::{MANIFEST_FILE, Manifest, Permissions};
use baton_plugin_host::release::{Release, sha256};
use baton_plugin_host::{CallFault, Network, Plugin, Settings, SigningKey, Web};
use futures_util::future::BoxFuture;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Long enough for any machine; nobody waits for it to pass.
pub const PATIENT: Duration = Duration::from_secs(30);
/// What a plugin that hangs is given.
pub const HANGING: Duration = Duration::from_millis(700);
/// The origin that the tests' manifests allow.
pub const ALLOWED: &str = "http://allowed.test";

/// Finds a sample library beside this test program.
pub fn library(name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let path = program.parent().unwrap().join(format!("lib{name}.so"));
    assert!(path.is_file(), "{} is built with the tests", path.display());
    path
}

pub fn settings() -> Settings {
    let mut settings = Settings::new(Arc::new(Web::new().unwrap()));
    if std::env::var_os("BATON_TEST_ERRORS").is_some() {
        settings.errors = baton_plugin_host::settings::StandardError::Inherited;
    }
    settings.program = env!("CARGO_BIN_EXE_baton-plugin-check").into();
    settings
}

pub fn permissions() -> Permissions {
    Permissions { hosts: vec![ALLOWED.to_owned()], secrets: Vec::new() }
}

/// Loads a library without a signature, with the manifest that it deserves.
pub async fn alone(library: &Path, permissions: Permissions, settings: &Settings) -> Plugin {
    let told = Plugin::describe(library, settings).await.unwrap();
    let manifest = Manifest::describing(&told, "any.so", "0".repeat(64), permissions).unwrap();
    Plugin::alone(Release::unverified(library, manifest).unwrap(), settings).unwrap()
}

pub async fn misbehaving(settings: &Settings) -> Plugin {
    alone(&library("misbehaving"), permissions(), settings).await
}

pub fn authorize(code: &str) -> Authorize {
    Authorize {
        transaction_id: "01a20667-bfbb-7166-a798-5fcbd28e605d".to_owned(),
        terminal_id: "counter-1".to_owned(),
        app_id: "my-app".to_owned(),
        code: Code::new(code.to_owned()),
        amount: 4_500,
        currency: "KRW".to_owned(),
        at_ms: 1_795_403_792_314,
    }
}

pub async fn ask(plugin: &Plugin, code: &str, within: Duration) -> Result<Verdict, CallFault> {
    plugin.ask(&authorize(code), within).await
}

/// Asks with a code that nothing is wrong with.
pub async fn serves(plugin: &Plugin) -> bool {
    matches!(ask(plugin, "FINE-1", PATIENT).await, Ok(Verdict::Approved { amount: 4_500, .. }))
}

/// Makes a signed folder of a library.
pub async fn folder(at: &Path, library: &Path, key: &SigningKey, settings: &Settings) -> PathBuf {
    let told = Plugin::describe(library, settings).await.unwrap();
    let folder = at.join(format!("{}-{}", told.name, told.version));
    fs::create_dir_all(&folder).unwrap();
    fs::copy(library, folder.join("plugin.so")).unwrap();
    let hash = sha256(&fs::read(library).unwrap());
    let mut manifest = Manifest::describing(&told, "plugin.so", hash, permissions()).unwrap();
    manifest.sign(key).unwrap();
    fs::write(folder.join(MANIFEST_FILE), manifest.write().unwrap()).unwrap();
    folder
}

/// Compiles the plugin in C; nothing, and a word about it, where there is no compiler.
pub fn in_c(at: &Path, name: &str, defines: &[&str]) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = at.join(format!("{name}.so"));
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"])
        .args(defines)
        .arg("-I")
        .arg(here.join("../api/include"))
        .arg(here.join("tests/stage/plugin.c"))
        .arg("-o")
        .arg(&library)
        .status();
    match compiled {
        Ok(status) => {
            assert!(status.success(), "the plugin in C compiles");
            Some(library)
        }
        Err(_) => {
            println!("there is no cc here: the plugin in C is not tried");
            None
        }
    }
}

/// A network on which every request waits for leave.
#[derive(Debug)]
pub struct Held {
    pub arrived: Arc<Semaphore>,
    pub leave: Arc<Semaphore>,
}

impl Held {
    pub fn new() -> Arc<Self> {
        let (arrived, leave) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        Arc::new(Self { arrived, leave })
    }

    /// Waits until one more request is on its way.
    pub async fn one_arrived(&self) {
        self.arrived.acquire().await.unwrap().forget();
    }

    /// Lets one request go.
    pub fn let_one_go(&self) {
        self.leave.add_permits(1);
    }
}

impl Network for Held {
    fn send(&self, _: HttpRequest, _: Duration) -> BoxFuture<'_, HttpOutcome> {
        self.arrived.add_permits(1);
        Box::pin(async {
            self.leave.acquire().await.unwrap().forget();
            let answer = HttpAnswer { status: 204, headers: Vec::new(), body: Body::default() };
            HttpOutcome::Answered(answer)
        })
    }
}

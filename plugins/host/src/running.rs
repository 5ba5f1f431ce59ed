//! One version of a plugin, as it is asked.
//!
//! Owns the choice between a process of its own and the program's, and what an end without a result
//! means. Next: [`crate::plugin`].

use crate::door::{HostDoor, RunningCall};
use crate::fault::{CallFault, Lost, NotAsked};
use crate::lane::{Lane, LaneEnd};
use crate::library::Foul;
use crate::manifest::Manifest;
use crate::process::{CallEnd, Launch};
use crate::release::Release;
use crate::settings::Settings;
use crate::trusted::Trusted;
use baton_plugin_api::documents::describe::Description;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One version. Whoever calls holds it, so that calls end on the version on which they began.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) manifest: Arc<Manifest>,
    way: RunningWay,
}

#[derive(Debug)]
enum RunningWay {
    Apart(Lane),
    Within(Trusted),
}

impl Running {
    /// Takes a release; one that is not trusted starts with its first call.
    ///
    /// # Errors
    /// Why a trusted one cannot be loaded.
    pub(crate) fn new(release: Release, settings: &Settings) -> Result<Self, String> {
        let launch = launch(release, settings);
        let manifest = Arc::clone(&launch.manifest);
        let way = if settings.trusted.contains(&manifest.name) {
            let calls_max = settings.limits.calls_max;
            let trusted = Trusted::load(&launch.library, &manifest, launch.door, calls_max)?;
            RunningWay::Within(trusted)
        } else {
            RunningWay::Apart(Lane::new(launch))
        };
        Ok(Self { manifest, way })
    }

    /// Makes sure that it can be asked.
    pub(crate) async fn warm(&self) -> Result<(), NotAsked> {
        match &self.way {
            RunningWay::Apart(lane) => lane.warm().await,
            RunningWay::Within(_) => Ok(()),
        }
    }

    pub(crate) async fn pid(&self) -> Option<i32> {
        match &self.way {
            RunningWay::Apart(lane) => lane.pid().await,
            RunningWay::Within(_) => None,
        }
    }

    pub(crate) async fn call(
        &self,
        call: &Arc<RunningCall>,
        request: Vec<u8>,
    ) -> Result<Vec<u8>, CallFault> {
        let done = match &self.way {
            RunningWay::Apart(lane) => lane.call(call, request).await,
            RunningWay::Within(trusted) => trusted.call(call, request).await,
        };
        done.map_err(|end| fault(&self.manifest.name, end))
    }
}

/// Asks a library what it is, whatever its manifest says.
pub(crate) async fn described(
    release: Release,
    settings: &Settings,
) -> Result<Description, String> {
    launch(release, settings).describe().await
}

fn launch(release: Release, settings: &Settings) -> Launch {
    let manifest = Arc::new(release.manifest);
    let door = Arc::new(door(&manifest, settings));
    Launch {
        program: settings.program.clone(),
        limits: settings.limits,
        errors: settings.errors,
        manifest,
        library: release.library,
        door,
    }
}

fn door(manifest: &Manifest, settings: &Settings) -> HostDoor {
    let given = settings.secrets.get(&manifest.name);
    let named = manifest.permissions.secrets.iter();
    let secrets: BTreeMap<_, _> =
        named.filter_map(|name| Some((name.clone(), given?.get(name)?.clone()))).collect();
    HostDoor {
        plugin: manifest.name.clone(),
        origins: manifest.origins(),
        secrets,
        network: Arc::clone(&settings.network),
    }
}

/// Once a process took a call, nothing that it says about not having acted is believed.
fn fault(plugin: &str, end: LaneEnd) -> CallFault {
    let plugin = plugin.to_owned();
    let end = match end {
        LaneEnd::NotAsked(cause) => return CallFault::NotAsked { plugin, cause },
        LaneEnd::Asked(end) => end,
    };
    let cause = match end {
        CallEnd::NotTaken | CallEnd::Late => Lost::Late,
        CallEnd::Died(how) => Lost::Died { how },
        CallEnd::Foul(Foul::Panicked) => Lost::Panicked,
        CallEnd::Foul(Foul::Malformed) => Lost::Malformed,
        CallEnd::Foul(Foul::Unsupported) => Lost::Unsupported,
        CallEnd::Foul(Foul::TooLarge) => Lost::Lied { what: "a result too large".to_owned() },
        CallEnd::Foul(Foul::Lied(what)) => Lost::Lied { what: what.to_owned() },
    };
    CallFault::Lost { plugin, cause }
}

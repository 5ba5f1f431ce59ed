//! A plugin inside the program's own process, for operators who trust it.
//!
//! Owns the same calls with the same bounds, except what only a process of its own can give: a
//! crash is the program's crash, and a call that hangs keeps its thread for ever. Next:
//! [`crate::running`].

use crate::calls::FRAME_BYTES_MAX;
use crate::door::{HostDoor, RunningCall};
use crate::fault::NotAsked;
use crate::lane::LaneEnd;
use crate::library::{Door, Library};
use crate::manifest::Manifest;
use crate::process::CallEnd;
use crate::release::Sealed;
use baton_plugin_api::documents::Versioned;
use baton_plugin_api::documents::describe::Description;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout_at;

/// A library that is loaded here. It is never unloaded.
pub(crate) struct Trusted {
    library: Arc<Library>,
    door: Arc<HostDoor>,
    places: Arc<Semaphore>,
}

/// The host's functions for one call on a thread of its own.
struct DirectDoor {
    door: Arc<HostDoor>,
    call: Arc<RunningCall>,
    runtime: Handle,
}

impl Trusted {
    /// Loads the library.
    ///
    /// # Errors
    /// Why not, in words.
    pub(crate) fn load(
        library: &Sealed,
        manifest: &Manifest,
        door: Arc<HostDoor>,
        calls_max: usize,
    ) -> Result<Self, String> {
        let memory = library.descriptor().map_err(|cause| cause.to_string())?;
        let library = Library::load(memory).map_err(|cause| cause.to_string())?;
        let description = library.describe().map_err(|_| "it does not describe itself")?;
        let description: Versioned<Description> = serde_json::from_slice(&description)
            .map_err(|_| "its description cannot be read".to_owned())?;
        match manifest.differs(&description.body) {
            None => {
                let places = Arc::new(Semaphore::new(calls_max));
                Ok(Self { library: Arc::new(library), door, places })
            }
            Some(difference) => Err(difference),
        }
    }

    /// Asks one request.
    pub(crate) async fn call(
        &self,
        call: &Arc<RunningCall>,
        request: Vec<u8>,
    ) -> Result<Vec<u8>, LaneEnd> {
        let busy = || LaneEnd::NotAsked(NotAsked::Busy);
        let place = timeout_at(call.deadline, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.map_err(|_| busy())?.map_err(|_| busy())?;
        let (library, runtime) = (Arc::clone(&self.library), Handle::current());
        let door = DirectDoor { door: Arc::clone(&self.door), call: Arc::clone(call), runtime };
        let called = spawn_blocking(move || {
            let done = library.call(&door, &request);
            // Kept until the plugin returns, however late: threads that hang are bounded.
            drop(place);
            done
        });
        let end = match timeout_at(call.deadline, called).await {
            Ok(Ok(Ok(result))) => return Ok(result),
            Ok(Ok(Err(foul))) => CallEnd::Foul(foul),
            Ok(Err(_)) => CallEnd::Died("its thread ended".to_owned()),
            Err(_) => CallEnd::Late,
        };
        Err(LaneEnd::Asked(end))
    }
}

impl Door for DirectDoor {
    fn http(&self, request: &[u8]) -> Option<Vec<u8>> {
        let answer = self.runtime.block_on(self.door.http(&self.call, request));
        Some(answer).filter(|answer| answer.len() <= FRAME_BYTES_MAX)
    }

    fn secret(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.door.secret(name)
    }

    fn log(&self, level: u32, text: &[u8]) {
        self.door.log(&self.call, level, text);
    }
}

impl std::fmt::Debug for Trusted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trusted")
    }
}

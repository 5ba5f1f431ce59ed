//! A plugin by its name, whichever version of it runs.
//!
//! Owns the one door through which everybody asks: typed questions in, typed answers out, with a
//! deadline, and an answer only when it speaks of what was asked. Next: [`crate::plugins`].

use crate::door::RunningCall;
use crate::fault::{CallFault, Lost, NotAsked};
use crate::manifest::Manifest;
use crate::refusal::Refusal;
use crate::release::Release;
use crate::running::{self, Running};
use crate::settings::Settings;
use baton_plugin_api::abi::REQUEST_BYTES_MAX;
use baton_plugin_api::documents::describe::Description;
use baton_plugin_api::documents::{DOCUMENT_VERSION, Operation, OperationName, Request, Versioned};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;

/// A plugin. Cheap to clone; clones stay valid over updates and after removal.
#[derive(Debug, Clone)]
pub struct Plugin {
    name: Arc<str>,
    current: Arc<RwLock<Option<Arc<Running>>>>,
}

impl Plugin {
    /// Makes a plugin that stands in no list, for tests and the conformance kit.
    ///
    /// # Errors
    /// [`Refusal::Unstartable`] when it is trusted and cannot be loaded.
    pub fn alone(release: Release, settings: &Settings) -> Result<Self, Refusal> {
        let running = Running::new(release, settings);
        Ok(Self::new(running.map_err(|cause| Refusal::Unstartable { cause })?))
    }

    /// Asks a library what it is, in a process of its own, without trusting or keeping it.
    ///
    /// # Errors
    /// [`Refusal`] when it cannot be read or does not come up.
    pub async fn describe(library: &Path, settings: &Settings) -> Result<Description, Refusal> {
        let release = Release::unverified(library, Manifest::draft())?;
        let described = running::described(release, settings).await;
        described.map_err(|cause| Refusal::Unstartable { cause })
    }

    pub(crate) fn new(running: Running) -> Self {
        let name = running.manifest.name.as_str().into();
        Self { name, current: Arc::new(RwLock::new(Some(Arc::new(running)))) }
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the manifest of the version that takes the next call; nothing after removal.
    #[must_use]
    pub fn manifest(&self) -> Option<Arc<Manifest>> {
        self.current().map(|running| Arc::clone(&running.manifest))
    }

    /// Returns the process that takes the next call, if one runs.
    pub async fn pid(&self) -> Option<i32> {
        match self.current() {
            Some(running) => running.pid().await,
            None => None,
        }
    }

    /// Asks, and checks that the answer speaks of what was asked.
    ///
    /// A call goes on when its caller is dropped, until its deadline.
    ///
    /// **Order** inside a tokio runtime. **Repeat** safe after [`CallFault::NotAsked`], otherwise
    /// only with C2.
    ///
    /// # Errors
    /// [`CallFault`]: `NotAsked` is certain, `Lost` is an unknown outcome.
    pub async fn ask<O: Operation>(
        &self,
        ask: &O,
        within: Duration,
    ) -> Result<O::Answer, CallFault> {
        let not_asked = |cause| CallFault::NotAsked { plugin: self.name.to_string(), cause };
        let request = Request { v: DOCUMENT_VERSION, operation: O::NAME, body: ask };
        let request = serde_json::to_vec(&request);
        let request = request.map_err(|_| not_asked(NotAsked::TooLarge))?;
        let result = self.ask_bytes(O::NAME, request, ask.shown(), within).await?;
        let lost = |cause| CallFault::Lost { plugin: self.name.to_string(), cause };
        let answer: Versioned<O::Answer> =
            serde_json::from_slice(&result).map_err(|_| lost(Lost::Garbled))?;
        if answer.v != DOCUMENT_VERSION {
            return Err(lost(Lost::Garbled));
        }
        ask.check(&answer.body).map_err(|mismatch| lost(Lost::Mismatch(mismatch)))?;
        Ok(answer.body)
    }

    /// Asks with bytes as they are and returns bytes as they come, for the conformance kit.
    /// `shown` is what must not appear in a log.
    ///
    /// # Errors
    /// As [`Plugin::ask`].
    pub async fn ask_bytes(
        &self,
        operation: OperationName,
        request: Vec<u8>,
        shown: Option<&str>,
        within: Duration,
    ) -> Result<Vec<u8>, CallFault> {
        let plugin = || self.name.to_string();
        let not_asked = |cause| CallFault::NotAsked { plugin: plugin(), cause };
        let running = self.current().ok_or_else(|| not_asked(NotAsked::Removed))?;
        let kind = operation.kind();
        if running.manifest.capabilities(kind).is_none() {
            return Err(not_asked(NotAsked::KindMissing { kind }));
        }
        if request.len() > REQUEST_BYTES_MAX {
            return Err(not_asked(NotAsked::TooLarge));
        }
        let call = Arc::new(RunningCall::new(operation, shown, Instant::now() + within));
        // A task of its own: a caller that goes away must not tear a call in two.
        let called = tokio::spawn(async move { running.call(&call, request).await });
        called.await.unwrap_or_else(|_| {
            let how = "this program is stopping".to_owned();
            Err(CallFault::Lost { plugin: plugin(), cause: Lost::Died { how } })
        })
    }

    /// Makes sure that it can be asked: starts its process if none runs.
    ///
    /// # Errors
    /// [`CallFault::NotAsked`].
    pub async fn prepare(&self) -> Result<(), CallFault> {
        let not_asked = |cause| CallFault::NotAsked { plugin: self.name.to_string(), cause };
        let running = self.current().ok_or_else(|| not_asked(NotAsked::Removed))?;
        running.warm().await.map_err(not_asked)
    }

    /// Puts another version in place, or none. Running calls end on the old one.
    pub(crate) fn replace(&self, next: Option<Running>) {
        let next = next.map(Arc::new);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *current, next);
        drop(current);
        drop(old);
    }

    fn current(&self) -> Option<Arc<Running>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

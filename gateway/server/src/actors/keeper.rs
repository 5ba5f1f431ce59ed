//! Starts actors where they are needed and makes a new one when one is gone.
//!
//! Owns the way from an id to an address, and the threads on which actors live. A panic removes an
//! actix actor for good, so a lost one is replaced here: by the next message for it, and by a look
//! around every second for those that have open transactions. Next: [`crate::sockets`].

use super::desk::{Ask, Back, Cut, DeskActor, online_of};
use super::destination::{DestinationActor, Leave};
use crate::touch::Online;
use crate::world::World;
use actix::prelude::*;
use baton_core::relay::plan::Executor;
use baton_protocol::ids::DestinationId;
use baton_records::writer::Condition;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Pause between two looks at actors that should be alive, in milliseconds.
const LOOK_MS: u64 = 1_000;
/// How long a phone waits to learn whether a terminal is there, in milliseconds.
const ONLINE_WAIT_MS: u64 = 500;
/// How long a desk that is full may take to hear that a destination is back, in milliseconds: after
/// that its own timers have asked anyway.
const WAKE_WAIT_MS: u64 = 5_000;

/// How long signing off everywhere may take, in milliseconds: a client gives an answer 1 s.
const LEAVE_WAIT_MS: u64 = 2_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Needed,
    NotNeeded,
}

/// The keeper; a handle that is cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    inner: Arc<Inner>,
}

struct Inner {
    world: Arc<World>,
    threads: Vec<ArbiterHandle>,
    next_thread: AtomicUsize,
    desks: Mutex<BTreeMap<Executor, Addr<DeskActor>>>,
    destinations: Mutex<BTreeMap<DestinationId, Addr<DestinationActor>>>,
}

impl Keeper {
    /// Makes a keeper whose actors live on these threads.
    #[must_use]
    pub fn new(world: Arc<World>, threads: Vec<ArbiterHandle>) -> Self {
        let inner = Inner {
            world,
            threads,
            next_thread: AtomicUsize::new(0),
            desks: Mutex::default(),
            destinations: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Returns the desk of an executor, started now if it is not running.
    #[must_use]
    pub fn desk(&self, executor: &Executor) -> Addr<DeskActor> {
        self.desk_on(executor, || self.thread())
    }

    /// Returns the desk of an executor if there is one; starts none.
    #[must_use]
    pub fn running_desk(&self, executor: &Executor) -> Option<Addr<DeskActor>> {
        let desks = self.inner.desks.lock().unwrap_or_else(PoisonError::into_inner);
        desks.get(executor).filter(|address| address.connected()).cloned()
    }

    /// As [`Self::desk`] for an executor that is connecting: a new desk lives on the thread of its
    /// socket, so that a frame reaches it without waking another thread.
    #[must_use]
    pub fn desk_here(&self, executor: &Executor) -> Addr<DeskActor> {
        self.desk_on(executor, Arbiter::current)
    }

    fn desk_on(&self, executor: &Executor, thread: impl Fn() -> ArbiterHandle) -> Addr<DeskActor> {
        let mut desks = self.inner.desks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(address) = desks.get(executor).filter(|address| address.connected()) {
            return address.clone();
        }
        let actor = DeskActor::new(self.world(), self.clone(), executor.clone());
        let address = DeskActor::start_in_arbiter(&thread(), move |_| actor);
        desks.insert(executor.clone(), address.clone());
        address
    }

    /// Returns the actor of a destination, started now if it is not running.
    #[must_use]
    pub fn destination(&self, id: &DestinationId) -> Addr<DestinationActor> {
        let destinations = &self.inner.destinations;
        let mut destinations = destinations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(address) = destinations.get(id).filter(|address| address.connected()) {
            return address.clone();
        }
        let actor = DestinationActor::new(self.world(), self.clone(), id.clone());
        let address = DestinationActor::start_in_arbiter(&self.thread(), move |_| actor);
        destinations.insert(id.clone(), address.clone());
        address
    }

    /// Asks whether an executor is connected; one without a desk is not.
    pub async fn online(&self, executor: &Executor) -> Online {
        let Some(desk) = self.running_desk(executor) else { return Online::No };
        let answer = desk.send(Ask).timeout(Duration::from_millis(ONLINE_WAIT_MS)).await;
        online_of(answer.unwrap_or(false))
    }

    /// Tells every desk that a destination answers again. A desk with open work runs, so none that
    /// has something to ask is missed.
    pub fn wake(&self, destination: &DestinationId) {
        let desks = self.inner.desks.lock().unwrap_or_else(PoisonError::into_inner);
        for desk in desks.values() {
            let back = Back { destination: destination.clone() };
            let Err(SendError::Full(back)) = desk.try_send(back) else { continue };
            let told = desk.send(back).timeout(Duration::from_millis(WAKE_WAIT_MS));
            actix::spawn(async move {
                if told.await.is_err() {
                    tracing::debug!("a full desk was not told; its timers ask");
                }
            });
        }
    }

    /// Cuts the connection of an executor.
    pub fn cut(&self, executor: &Executor) {
        if self.desk(executor).try_send(Cut).is_err() {
            tracing::warn!(%executor, "its desk is full; its connection ends with its token");
        }
    }

    /// Cuts every connection, because the gateway stops.
    pub fn cut_all(&self) {
        let desks = self.inner.desks.lock().unwrap_or_else(PoisonError::into_inner);
        for (executor, desk) in desks.iter() {
            if desk.try_send(Cut).is_err() {
                tracing::debug!(%executor, "its desk is full; the connection ends with the socket");
            }
        }
    }

    /// Signs off at every destination, because the gateway stops. **Order** after the last request
    /// was answered: nothing is asked afterwards. Takes two seconds at most.
    pub async fn leave_destinations(&self) {
        let all: Vec<Addr<DestinationActor>> = {
            let destinations = &self.inner.destinations;
            let destinations = destinations.lock().unwrap_or_else(PoisonError::into_inner);
            destinations.values().cloned().collect()
        };
        let limit = Duration::from_millis(LEAVE_WAIT_MS);
        let left = all.iter().map(|destination| destination.send(Leave).timeout(limit));
        let silent = futures_util::future::join_all(left).await;
        let silent = silent.iter().filter(|left| left.is_err()).count();
        if silent > 0 {
            tracing::warn!(silent, "destinations were not signed off in time");
        }
    }

    /// Starts a desk for every executor that has open transactions, now and every second.
    pub async fn watch(self) {
        let mut looks = tokio::time::interval(Duration::from_millis(LOOK_MS));
        let mut look = Look::Needed;
        loop {
            looks.tick().await;
            // Desks that ended because the store takes nothing come back when it does.
            if self.world().records.writer.condition() != Condition::Well {
                continue;
            }
            if self.forget_gone() == Look::Needed {
                look = Look::Needed;
            }
            if look == Look::NotNeeded {
                continue;
            }
            match self.world().records.open_transactions().await {
                Ok(open) => {
                    for row in open {
                        // Asking for the address starts the actor; it reads its own work.
                        let _started = self.desk(&row.facts.executor);
                        let _awake = self.destination(&row.facts.destination);
                    }
                    look = Look::NotNeeded;
                }
                Err(fault) => tracing::warn!(%fault, "open transactions could not be read"),
            }
        }
    }

    /// Forgets desks that have ended; if there were any, their open work needs a new one.
    fn forget_gone(&self) -> Look {
        let mut desks = self.inner.desks.lock().unwrap_or_else(PoisonError::into_inner);
        let before = desks.len();
        desks.retain(|_, address| address.connected());
        if desks.len() < before { Look::Needed } else { Look::NotNeeded }
    }

    fn world(&self) -> Arc<World> {
        self.inner.world.clone()
    }

    fn thread(&self) -> ArbiterHandle {
        let place = self.inner.next_thread.fetch_add(1, Ordering::Relaxed);
        let threads = &self.inner.threads;
        let chosen = threads.get(place % threads.len().max(1)).cloned();
        chosen.unwrap_or_else(Arbiter::current)
    }
}

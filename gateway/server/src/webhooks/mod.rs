//! Webhooks: app backends and shops are told of their transactions, at least once, in order.
//!
//! | chapter | what it does |
//! |---|---|
//! | [`worker`] | one gateway holds the lease and runs a task for each webhook |
//! | [`round`] | one webhook: read, send what may go, record how far it is |
//! | [`document`] | the words of an event |
//! | [`post`] | one signed request, and what its answer means |
//! | [`address`] | where a request may go: nowhere inside, unless it is allowed |
//!
//! Which event may go when is decided in `core/relay/delivery.rs`. The source is the audit chain,
//! so an event is as durable as the step that it tells. Stopping and dying are the same here: what
//! was not recorded as taken is sent again.

pub mod address;
pub mod document;
pub mod post;
mod round;
mod worker;

use crate::config::Webhooks as Settings;
use crate::world::World;
use actix::Arbiter;
use std::sync::Arc;
use tokio::sync::oneshot;

/// The running deliveries, on a thread of their own.
pub struct Webhooks {
    stop: oneshot::Sender<()>,
    stopped: oneshot::Receiver<()>,
    thread: Arbiter,
}

impl Webhooks {
    /// Starts delivering.
    #[must_use]
    pub fn start(world: Arc<World>, settings: Settings) -> Self {
        let (stop, asked) = oneshot::channel();
        let (done, stopped) = oneshot::channel();
        let thread = Arbiter::new();
        let work = async move {
            worker::run(world, settings, asked).await;
            done.send(()).unwrap_or_default();
        };
        if !thread.spawn(work) {
            tracing::error!("no thread for webhooks; nobody is told of events");
        }
        Self { stop, stopped, thread }
    }

    /// Cuts what is under way and gives the lease back.
    pub async fn stop(self) {
        drop(self.stop);
        // A thread that has ended has nothing left to stop.
        self.stopped.await.unwrap_or_default();
        self.thread.stop();
    }
}

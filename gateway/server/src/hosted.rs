//! A gateway on a thread of its own, for programs that are not actix systems themselves.
//!
//! Owns that thread. Used by the demo and the tests; `main` runs the gateway directly.

use crate::config::Config;
use crate::demo::DemoOffer;
use crate::wiring::start;
use crate::world::World;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A gateway that runs beside the caller.
pub struct Hosted {
    /// Where phones, order systems and devices come.
    pub public: SocketAddr,
    /// Where operators come.
    pub operator: SocketAddr,
    /// What its parts share.
    pub world: Arc<World>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Hosted {
    /// Starts a gateway and returns when it listens.
    ///
    /// # Errors
    /// The words of the [`crate::StartFault`].
    pub async fn start(config: Config, demo: DemoOffer) -> Result<Self, String> {
        let (ready, started) = oneshot::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new().name("gateway".to_owned()).spawn(move || {
            actix::System::new().block_on(async move {
                match start(&config, demo).await {
                    Ok(running) => {
                        let news = (running.public, running.operator, running.world());
                        if ready.send(Ok(news)).is_ok() {
                            stopped.await.unwrap_or_default();
                        }
                        running.stop().await;
                    }
                    Err(fault) => ready.send(Err(fault.to_string())).unwrap_or_default(),
                }
            });
        });
        let thread = thread.map_err(|fault| format!("no thread for the gateway: {fault}"))?;
        let started = started.await.map_err(|_| "the gateway's thread ended".to_owned())?;
        let (public, operator, world) = started?;
        Ok(Self { public, operator, world, stop: Some(stop), thread: Some(thread) })
    }

    /// Stops the gateway and waits until it is gone.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        let Some(thread) = self.thread.take() else { return };
        let joined = tokio::task::spawn_blocking(move || thread.join().is_ok()).await;
        if !joined.unwrap_or(false) {
            tracing::error!("the gateway's thread ended in disorder");
        }
    }
}

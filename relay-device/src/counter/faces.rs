//! The faces that the settings name, each a task of its own.
//!
//! Owns starting them. A face that fails is said and tried again; none keeps the terminal from
//! taking payments. Nothing comes next.

use super::customer::{self, CustomerSettings};
use super::lamp::{self, Lamps};
use super::{Counter, screen, sound};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Pause before the screen's address is tried again, in seconds.
const LISTEN_AGAIN_S: u64 = 5;

/// What the settings name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaceSettings {
    /// Where the screen's page is served; always a loopback address.
    pub screen: Option<SocketAddr>,
    /// The customer's display.
    pub customer: Option<CustomerSettings>,
    /// Lamps.
    pub lamps: Lamps,
    /// The program that plays tones, with its arguments; empty, none.
    pub sound: Vec<String>,
}

/// Running faces; they end when this is dropped.
#[derive(Debug)]
pub struct Faces {
    _tasks: JoinSet<()>,
}

impl Faces {
    /// Starts them.
    ///
    /// **Order** call it on a tokio runtime.
    #[must_use]
    pub fn start(settings: FaceSettings, counter: &Counter) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(counter.clone().keep_time());
        if let Some(address) = settings.screen {
            tasks.spawn(serve(address, counter.clone()));
        }
        if let Some(customer) = settings.customer {
            tasks.spawn(customer::run(customer, counter.clone()));
        }
        if !settings.lamps.is_empty() {
            tasks.spawn(lamp::run(settings.lamps, counter.clone()));
        }
        if !settings.sound.is_empty() {
            tasks.spawn(sound::run(settings.sound, counter.clone()));
        }
        Self { _tasks: tasks }
    }
}

/// The address may be held by the program that is being replaced.
async fn serve(address: SocketAddr, counter: Counter) {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => {
                let place = listener.local_addr().unwrap_or(address);
                tracing::info!(screen = %format_args!("http://{place}/"), "screen");
                return screen::serve(listener, counter).await;
            }
            Err(fault) => tracing::warn!(%address, %fault, "screen"),
        }
        tokio::time::sleep(Duration::from_secs(LISTEN_AGAIN_S)).await;
    }
}

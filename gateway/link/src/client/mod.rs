//! The device's end of the link: one task that dials, greets, carries frames and dials again.
//!
//! Owns the connection and the session, which survives reconnects in memory. May not decide
//! anything about money. In order: `dial` opens a WebSocket, `talk` carries frames until it breaks.
//! Next: [`crate::executor`], which receives the events.

mod dial;
mod talk;

use crate::backoff::{PAUSE_MS_MAX, pause_ms};
use crate::clock::Clock;
use crate::enrol::Identity;
use crate::journal::Head;
use crate::keys::DeviceKey;
use crate::reports::REPORTS_WAITING_MAX;
use crate::session::Session;
use baton_protocol::link::{Downward, Upward};
use baton_protocol::policy::Policy;
use dial::{Address, DialFault};
use std::sync::Arc;
use std::time::Duration;
use talk::End;
use tokio::sync::{mpsc, watch};

/// Reports waiting for the task: a command makes three, one command runs at a time.
const REPORTS_MAX: usize = 64;
/// Events waiting for the device: the gateway keeps one command in flight.
const EVENTS_MAX: usize = 64;
/// Questions of the counter waiting for the task: people scan and type one after the other.
const ASKS_MAX: usize = 4;
/// How long a report may wait for room, in seconds: longer means that the gateway takes nothing;
/// the journal answers when it asks again.
const REPORT_S_MAX: u64 = 1;

/// Who dials where.
#[derive(Debug, Clone)]
pub struct LinkConfig {
    /// Who this device is and where its gateway is.
    pub identity: Identity,
    /// Program and version, for people.
    pub program: String,
    /// The program's clocks.
    pub clock: Clock,
    /// The highest fencing number that the journal has obeyed.
    pub epoch_highest: u64,
}

/// What the link tells the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// The gateway greeted; commands may come.
    Online {
        /// The fencing number of this connection.
        epoch: u64,
        /// The timers in force.
        policy: Box<Policy>,
    },
    /// The connection broke; the task dials again by itself.
    Offline,
    /// The gateway said this; each message once and in order.
    Message(Downward),
}

/// The gateway's address cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "gateway address {0} is not of the form http://host:port; where TLS is wanted, let a proxy \
     beside this device speak it"
)]
pub struct GatewayInvalid(pub String);

/// Refuses an address that no link could be opened to.
pub(crate) fn check_gateway(gateway: &str) -> Result<(), GatewayInvalid> {
    Address::parse(gateway).map(|_| ())
}

/// The device's grip on its link. Dropping it ends the task.
#[derive(Debug)]
pub struct Handle {
    reports: mpsc::Sender<Upward>,
    asks: mpsc::Sender<Upward>,
    sightings: mpsc::Sender<Upward>,
    stop: watch::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

/// The link of one device.
#[derive(Debug)]
pub struct Link {
    config: LinkConfig,
    address: Address,
    key: Arc<DeviceKey>,
    head: watch::Receiver<Head>,
    events: mpsc::Sender<LinkEvent>,
    reports: mpsc::Receiver<Upward>,
    asks: mpsc::Receiver<Upward>,
    sightings: mpsc::Receiver<Upward>,
    stop: watch::Receiver<()>,
    session: Session<Upward>,
    session_name: Option<String>,
}

impl Link {
    /// Starts the task. `head` names the journal's end, which each greeting carries.
    ///
    /// # Errors
    /// [`GatewayInvalid`] when the identity's gateway is not an `http://` address.
    pub fn start(
        config: LinkConfig,
        key: Arc<DeviceKey>,
        head: watch::Receiver<Head>,
    ) -> Result<(Handle, mpsc::Receiver<LinkEvent>), GatewayInvalid> {
        let address = Address::parse(&config.identity.gateway)?;
        let (events, incoming) = mpsc::channel(EVENTS_MAX);
        let (outgoing, reports) = mpsc::channel(REPORTS_MAX);
        let (asking, asks) = mpsc::channel(ASKS_MAX);
        let (hearing, sightings) = mpsc::channel(REPORTS_WAITING_MAX);
        let (stop, stopped) = watch::channel(());
        let (session, session_name) = (Session::new(), None);
        let link = Self {
            config,
            address,
            key,
            head,
            events,
            reports,
            asks,
            sightings,
            stop: stopped,
            session,
            session_name,
        };
        let task = tokio::spawn(link.run());
        let handle = Handle { reports: outgoing, asks: asking, sightings: hearing, stop, task };
        Ok((handle, incoming))
    }

    async fn run(mut self) {
        let mut failures = 0_u32;
        loop {
            let pause = match self.connection(&mut failures).await {
                End::Stopped => return,
                End::Lost(reason) => {
                    failures = failures.saturating_add(1);
                    tracing::info!(device = %self.config.identity.id, %reason, "link is down");
                    pause_ms(failures, dial::random_byte())
                }
                End::Refused(reason) => {
                    failures = failures.saturating_add(1);
                    tracing::warn!(device = %self.config.identity.id, %reason, "link is refused");
                    PAUSE_MS_MAX
                }
            };
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(pause)) => {}
                _ = self.stop.changed() => return,
            }
        }
    }

    async fn connection(&mut self, failures: &mut u32) -> End {
        let now_s = self.config.clock.unix_ms() / 1_000;
        let dialled = tokio::select! {
            dialled = dial::dial(&self.address, &self.key, &self.config.identity, now_s) => dialled,
            _ = self.stop.changed() => return End::Stopped,
        };
        match dialled {
            Ok(socket) => {
                let end = self.talk(socket, failures).await;
                if *failures == 0 && self.events.send(LinkEvent::Offline).await.is_err() {
                    return End::Stopped;
                }
                end
            }
            Err(DialFault::Refused(reason)) => End::Refused(reason),
            Err(DialFault::Down(reason)) => End::Lost(reason),
        }
    }
}

impl Handle {
    /// Hands a report to the link, which keeps it until the gateway has taken it.
    ///
    /// A report that finds no room for a second is dropped with a warning: the gateway asks again
    /// and the journal answers.
    pub async fn send(&self, report: Upward) {
        let wait = Duration::from_secs(REPORT_S_MAX);
        if self.reports.send_timeout(report, wait).await.is_err() {
            tracing::warn!("the link took no report for a second; the gateway will ask again");
        }
    }

    /// Hands over what is of use only now: it goes out on the connection that stands, or never.
    ///
    /// # Errors
    /// The message, when too many wait already.
    pub fn ask(&self, ask: Upward) -> Result<(), Upward> {
        self.asks.try_send(ask).map_err(|full| full.into_inner())
    }

    /// Returns the way in for what was heard: behind reports and questions, and never kept.
    pub(crate) fn sightings(&self) -> mpsc::Sender<Upward> {
        self.sightings.clone()
    }

    /// Ends the task after what was handed over is written, if the connection stands.
    pub async fn stop(self) {
        let Self { reports, asks, sightings, stop, task } = self;
        drop(reports);
        drop(asks);
        drop(sightings);
        drop(stop);
        if task.await.is_err() {
            tracing::error!("the link task had failed before it was stopped");
        }
    }
}

#[cfg(test)]
pub(crate) mod stand_in;
#[cfg(test)]
mod tests;

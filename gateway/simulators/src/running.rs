//! A simulator that runs, and how to stop it.
//!
//! Owns the sockets' life: after `stop` the port is free and the ledger file closed. Next: the four
//! programs, each of which returns one.

use actix_web::dev::ServerHandle;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App, HttpServer};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long an idle HTTP connection is kept, in seconds: longer than a client's pause between
/// questions, so that it seldom meets a connection which is just being closed.
const KEEP_ALIVE_S: u64 = 75;

/// Pause before looking again whether the last HTTP connection is gone, in milliseconds.
const GONE_PAUSE_MS: u64 = 5;
/// How often to look: two seconds together; a stopped worker needs a few milliseconds.
const GONE_LOOKS_MAX: u32 = 400;

/// A running simulator.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where an acquirer shows its ledger over HTTP, if it was told to.
    pub admin_address: Option<SocketAddr>,
    /// The POS program's serial port for a scanner, if it was told to have one.
    pub serial_path: Option<PathBuf>,
    stops: Vec<Stop>,
}

pub(crate) enum Stop {
    Http(HttpStop),
    Task(JoinHandle<()>),
}

pub(crate) struct HttpStop {
    handle: ServerHandle,
    task: JoinHandle<std::io::Result<()>>,
    /// Held by every connection: actix says "stopped" a little before its worker lets them go.
    alive: Weak<Alive>,
}

struct Alive;

impl Running {
    pub(crate) const fn new(address: SocketAddr, stops: Vec<Stop>) -> Self {
        Self { address, admin_address: None, serial_path: None, stops }
    }

    pub(crate) fn add(&mut self, stop: Stop) {
        self.stops.push(stop);
    }

    /// Stops at once, as if killed: open questions stay unanswered.
    pub async fn stop(self) {
        for stop in self.stops {
            match stop {
                Stop::Http(http) => http.stop().await,
                Stop::Task(task) => {
                    task.abort();
                    let _ = task.await;
                }
            }
        }
    }
}

impl HttpStop {
    async fn stop(self) {
        self.handle.stop(false).await;
        let _ = self.task.await;
        for _ in 0..GONE_LOOKS_MAX {
            if self.alive.strong_count() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(GONE_PAUSE_MS)).await;
        }
        tracing::warn!("an http connection outlives its server");
    }
}

/// Serves HTTP routes on one worker thread.
pub(crate) fn serve<R>(listen: SocketAddr, routes: R) -> anyhow::Result<(SocketAddr, Stop)>
where
    R: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let listener = TcpListener::bind(listen)?;
    let address = listener.local_addr()?;
    let alive = Arc::new(Alive);
    let watched = Arc::downgrade(&alive);
    let app = move || App::new().app_data(Data::from(Arc::clone(&alive))).configure(routes.clone());
    let server = HttpServer::new(app)
        .workers(1)
        .tcp_nodelay(true)
        .keep_alive(Duration::from_secs(KEEP_ALIVE_S))
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    let task = tokio::spawn(server);
    Ok((address, Stop::Http(HttpStop { handle, task, alive: watched })))
}

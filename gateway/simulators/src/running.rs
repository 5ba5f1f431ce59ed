//! A simulator that runs, and how to stop it.
//!
//! Owns the sockets' life: after `stop` the port is free and the ledger file closed. Next: the four
//! programs, each of which returns one.

use actix_web::dev::ServerHandle;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long an idle HTTP connection is kept, in seconds: longer than a client's pause between
/// questions, so that it seldom meets a connection which is just being closed.
const KEEP_ALIVE_S: u64 = 75;

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
    Http(ServerHandle, JoinHandle<std::io::Result<()>>),
    Task(JoinHandle<()>),
}

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
                Stop::Http(handle, task) => {
                    handle.stop(false).await;
                    let _ = task.await;
                }
                Stop::Task(task) => {
                    task.abort();
                    let _ = task.await;
                }
            }
        }
    }
}

/// Serves HTTP routes on one worker thread.
pub(crate) fn serve<R>(listen: SocketAddr, routes: R) -> anyhow::Result<(SocketAddr, Stop)>
where
    R: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let listener = TcpListener::bind(listen)?;
    let address = listener.local_addr()?;
    let server = HttpServer::new(move || App::new().configure(routes.clone()))
        .workers(1)
        .keep_alive(Duration::from_secs(KEEP_ALIVE_S))
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    let task = tokio::spawn(server);
    Ok((address, Stop::Http(handle, task)))
}

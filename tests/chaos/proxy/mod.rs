//! A small TCP proxy that stands in a link and breaks it on command.
//!
//! Owns one address, where it leads, and the weather on it. May not read what passes: it knows
//! bytes only. Chapters: `weather` (what can be wrong), `pipe` (one connection). Next: `stage`.

mod pipe;
#[cfg(test)]
mod tests;
mod weather;

use crate::clock::pause;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use weather::Sky;
pub use weather::{Way, Weather};

/// Pause before an address that is still taken is tried again, in milliseconds.
const AGAIN_MS: u64 = 20;

/// One link. Dropping it ends the link.
#[derive(Debug)]
pub struct Proxy {
    sky: watch::Sender<Sky>,
    tally: Arc<Tally>,
    task: JoinHandle<()>,
}

/// What a proxy did, to prove that its faults bite.
#[derive(Debug, Default)]
pub struct Tally {
    connections: AtomicU64,
    cut: AtomicU64,
    swallowed_bytes: AtomicU64,
}

impl Proxy {
    /// Starts listening at `at`; every connection leads to `to`.
    pub fn start(at: SocketAddr, to: SocketAddr) -> Self {
        let (sky, seen) = watch::channel(Sky::default());
        let tally = Arc::new(Tally::default());
        let task = tokio::spawn(listen(at, to, seen, tally.clone()));
        Self { sky, tally, task }
    }

    /// Changes the weather. Connections that lost bytes stay mute even when it clears.
    pub fn set(&self, weather: Weather) {
        self.sky.send_modify(|sky| {
            sky.weather = weather;
            // An address that refuses has lost its program, so it has no connections either.
            sky.cuts += u64::from(weather == Weather::Refusing);
        });
    }

    /// Cuts every connection that stands now.
    pub fn cut(&self) {
        self.sky.send_modify(|sky| sky.cuts += 1);
    }

    /// Returns how many connections there were, how many were cut, and how many bytes vanished.
    pub fn tally(&self) -> (u64, u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let Tally { connections, cut, swallowed_bytes } = &*self.tally;
        (read(connections), read(cut), read(swallowed_bytes))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(at: SocketAddr, to: SocketAddr, mut sky: watch::Receiver<Sky>, tally: Arc<Tally>) {
    loop {
        if sky.borrow_and_update().weather == Weather::Refusing {
            if sky.changed().await.is_err() {
                return;
            }
            continue;
        }
        let Ok(listener) = TcpListener::bind(at).await else {
            pause(AGAIN_MS).await;
            continue;
        };
        if accept(&listener, to, &mut sky, &tally).await.is_err() {
            return;
        }
    }
}

/// Takes connections until the weather says to refuse them.
async fn accept(
    listener: &TcpListener,
    to: SocketAddr,
    sky: &mut watch::Receiver<Sky>,
    tally: &Arc<Tally>,
) -> Result<(), watch::error::RecvError> {
    loop {
        tokio::select! {
            changed = sky.changed() => {
                changed?;
                if sky.borrow_and_update().weather == Weather::Refusing {
                    return Ok(());
                }
            }
            accepted = listener.accept() => {
                let Ok((near, _)) = accepted else { continue };
                tally.connections.fetch_add(1, Ordering::Relaxed);
                let (seen, tally) = (sky.clone(), tally.clone());
                tokio::spawn(connection(near, to, seen, tally));
            }
        }
    }
}

async fn connection(near: TcpStream, to: SocketAddr, sky: watch::Receiver<Sky>, tally: Arc<Tally>) {
    // Whoever comes while nobody stands behind the proxy loses the connection at once.
    let Ok(far) = TcpStream::connect(to).await else { return };
    pipe::join(near, far, sky, &tally).await;
}

//! Seam 5 by reading along with the receipt printer: the agent is the printer that the POS program
//! knows, and hands every byte on to the real one.
//!
//! Owns the port and its threads. It is open from the agent's start, for a POS prints every sale.
//! May not judge what a receipt says. Next: [`super::receipt`], which reads them.

use super::Order;
use super::receipt::{Heard, Paper};
use super::seams::{Desk, Fault, Outcome, Screen, Showed, Window};
use crate::config::recipe::{Expected, Outcomes};
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long nothing comes until a receipt without a cut counts as whole, in milliseconds: programs
/// send one in a single piece.
const QUIET_MS: u64 = 800;
/// How long the real printer may take some bytes, in milliseconds, before it is given up.
const FORWARD_MS: u64 = 2_000;
/// How long until a serial port that went away is opened again, in milliseconds.
const REOPEN_MS: u64 = 1_000;
/// The most receipts that wait to be looked at: an entry looks every 20 ms.
const RECEIPTS_MAX: usize = 32;
/// The most connections at once: a POS has one, and opens the next before it closes it.
const CONNECTIONS_MAX: usize = 8;
/// "No fault, paper there", the answer to every ask for the printer's state. Source: Epson's
/// ESC/POS reference, DLE EOT.
const WELL: u8 = 0x12;

/// A printer that is open; it closes when dropped.
#[derive(Debug)]
pub struct Open {
    shared: Arc<Shared>,
    listens: Option<SocketAddr>,
    expected: Vec<Expected>,
}

#[derive(Debug, Default)]
struct Shared {
    receipts: Mutex<VecDeque<String>>,
    forward: Option<SocketAddr>,
    connections: AtomicUsize,
    closed: AtomicBool,
}

/// Lets a desk look at the receipts of its printer, where it has one.
#[must_use]
pub fn with_printer(mut desk: Desk, printer: Option<&Arc<Open>>) -> Desk {
    if let Some(printer) = printer {
        desk.outcome = printer.over(desk.outcome);
    }
    desk
}

/// The receipts, and behind them another way to see an outcome.
pub struct Receipts {
    open: Arc<Open>,
    behind: Box<dyn Outcome>,
}

impl Open {
    /// Opens the printer of a recipe, if it has one.
    ///
    /// # Errors
    /// [`Fault::Broken`] where the address is taken, or no thread can be started.
    pub fn of(outcomes: &Outcomes) -> Result<Option<Arc<Self>>, Fault> {
        let Some(printer) = &outcomes.printer else { return Ok(None) };
        let shared = Arc::new(Shared { forward: printer.forward, ..Shared::default() });
        let listens = match (printer.listen, &printer.serial) {
            (Some(address), _) => Some(listen(&shared, address)?),
            (None, Some(path)) => {
                read_port(&shared, path.clone(), printer.baud)?;
                None
            }
            (None, None) => None,
        };
        let expected = outcomes.any.clone();
        Ok(Some(Arc::new(Self { shared, listens, expected })))
    }

    /// Returns the address where it listens, if it does.
    #[must_use]
    pub const fn listens(&self) -> Option<SocketAddr> {
        self.listens
    }

    /// Looks at receipts first, then at what stands behind.
    #[must_use]
    pub fn over(self: &Arc<Self>, behind: Box<dyn Outcome>) -> Box<dyn Outcome> {
        Box::new(Receipts { open: Arc::clone(self), behind })
    }

    fn find(&self) -> Option<Showed> {
        let receipts = self.shared.receipts.lock().unwrap_or_else(PoisonError::into_inner);
        receipts.iter().find_map(|text| {
            let mut expected = self.expected.iter().enumerate();
            expected.find_map(|(which, expected)| {
                let pattern = expected.prints.as_ref()?;
                pattern.fit(text)?;
                let (text, pattern) = (text.clone(), Some(pattern.clone()));
                Some(Showed { which, text, pattern })
            })
        })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
        if let Some(address) = self.listens {
            // The listening thread waits for a connection: this is its last.
            TcpStream::connect_timeout(&address, Duration::from_millis(FORWARD_MS)).ok();
        }
    }
}

impl Outcome for Receipts {
    fn look(&mut self, screen: Screen<'_>, input: &Window) -> Result<Option<Showed>, Fault> {
        match self.open.find() {
            Some(showed) => Ok(Some(showed)),
            None => self.behind.look(screen, input),
        }
    }

    fn expect(&mut self, order: &Order) {
        self.behind.expect(order);
    }

    fn forget(&mut self) {
        let shared = &self.open.shared;
        shared.receipts.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.behind.forget();
    }
}

impl std::fmt::Debug for Receipts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receipts").field("open", &self.open).finish_non_exhaustive()
    }
}

impl Shared {
    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    fn add(&self, receipt: String) {
        let mut receipts = self.receipts.lock().unwrap_or_else(PoisonError::into_inner);
        if receipts.len() >= RECEIPTS_MAX {
            receipts.pop_front();
        }
        receipts.push_back(receipt);
    }

    /// Reads receipts until the other side hangs up.
    fn read(&self, mut port: impl Read + Write) {
        let mut real = self.forward.map(Real::new);
        let mut paper = Paper::default();
        let mut part = [0; 1_024];
        while !self.is_closed() {
            match port.read(&mut part) {
                Ok(0) => break,
                Ok(read) => {
                    let bytes = part.get(..read).unwrap_or_default();
                    if let Some(real) = &mut real {
                        real.print(bytes);
                    }
                    for heard in paper.feed(bytes) {
                        match heard {
                            Heard::Receipt(text) => self.add(text),
                            Heard::StatusAsked => drop(port.write_all(&[WELL])),
                        }
                    }
                }
                Err(fault) if quiet(&fault) => {
                    paper.tear().into_iter().for_each(|text| self.add(text));
                }
                Err(_) => break,
            }
        }
        paper.tear().into_iter().for_each(|text| self.add(text));
    }
}

/// The printer with paper in it.
struct Real {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Real {
    const fn new(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// Prints, and connects anew once where that fails; a printer that is off loses the bytes.
    fn print(&mut self, bytes: &[u8]) {
        for _ in 0..2 {
            let open = match self.stream.take() {
                Some(open) => Some(open),
                None => self.connect(),
            };
            let Some(mut open) = open else { break };
            if open.write_all(bytes).is_ok() {
                self.stream = Some(open);
                return;
            }
        }
        tracing::warn!(printer = %self.address, "the receipt printer takes nothing");
    }

    fn connect(&self) -> Option<TcpStream> {
        let limit = Duration::from_millis(FORWARD_MS);
        let stream = TcpStream::connect_timeout(&self.address, limit).ok()?;
        stream.set_write_timeout(Some(limit)).ok()?;
        Some(stream)
    }
}

fn listen(shared: &Arc<Shared>, address: SocketAddr) -> Result<SocketAddr, Fault> {
    let listener = TcpListener::bind(address).map_err(|fault| broken(&fault))?;
    let address = listener.local_addr().map_err(|fault| broken(&fault))?;
    let shared = Arc::clone(shared);
    start("receipt printer", move || {
        for stream in listener.incoming().map_while(Result::ok) {
            if shared.is_closed() {
                break;
            }
            let kept = Duration::from_millis(QUIET_MS);
            let timed = stream.set_read_timeout(Some(kept)).is_ok();
            if !timed || shared.connections.load(Ordering::Acquire) >= CONNECTIONS_MAX {
                continue;
            }
            shared.connections.fetch_add(1, Ordering::AcqRel);
            let reading = Arc::clone(&shared);
            let started = start("receipts", move || {
                reading.read(stream);
                reading.connections.fetch_sub(1, Ordering::AcqRel);
            });
            if started.is_err() {
                break;
            }
        }
    })?;
    Ok(address)
}

fn read_port(shared: &Arc<Shared>, path: String, baud: u32) -> Result<(), Fault> {
    let shared = Arc::clone(shared);
    start("receipts", move || {
        while !shared.is_closed() {
            let port = tokio_serial::new(&path, baud).timeout(Duration::from_millis(QUIET_MS));
            match port.open() {
                Ok(port) => shared.read(port),
                Err(fault) => tracing::debug!(path, %fault, "receipt port"),
            }
            std::thread::sleep(Duration::from_millis(REOPEN_MS));
        }
    })
}

fn start(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Fault> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    thread.spawn(work).map(drop).map_err(|fault| broken(&fault))
}

fn quiet(fault: &std::io::Error) -> bool {
    matches!(fault.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

fn broken(fault: &std::io::Error) -> Fault {
    Fault::Broken { place: "receipt printer", what: fault.to_string() }
}

#[cfg(test)]
mod tests;

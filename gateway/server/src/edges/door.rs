//! The door of one listener: how many connections are open, from where, and which are held for
//! nothing.
//!
//! Owns a second handle on every socket, because the HTTP library watches neither the second head
//! of a connection nor an answer that nobody reads. What is in progress is never cut here.

use crate::clock::Clock;
use crate::http::problem::Problem;
use actix_web::rt::net::TcpStream;
use baton_core::time::Timestamp;
use baton_protocol::refusal::RefusalCode;
use std::collections::BTreeMap;
use std::io::Write;
use std::net::{IpAddr, Ipv6Addr, Shutdown};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Pause between two looks at the connections, in milliseconds: a twentieth of the shortest limit
/// that it holds.
const LOOK_MS: u64 = 250;
/// Bits of an IPv6 address that name a network, all of which one customer has (RFC 6177).
const NETWORK_SEGMENTS: usize = 4;

/// What a door allows.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Connections in all.
    pub connections_max: usize,
    /// Connections from one address.
    pub per_address_max: usize,
    /// How long a head may take, in milliseconds.
    pub head_ms: u64,
    /// How long an idle connection is kept, in milliseconds.
    pub idle_ms: u64,
    /// How long an answer may stay unread, in milliseconds.
    pub unread_ms: u32,
}

/// The door.
pub struct Door {
    rules: Rules,
    clock: Clock,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    next: u64,
    guests: BTreeMap<u64, Arc<Guest>>,
    addresses: BTreeMap<IpAddr, usize>,
}

struct Guest {
    address: IpAddr,
    socket: std::net::TcpStream,
    waiting: Mutex<Waiting>,
}

/// What the gateway waits for on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    /// The head of the first request, since then.
    FirstHead(Timestamp),
    /// The head of another request, since then.
    NextHead(Timestamp),
    /// Nothing: a request is being answered, or the connection was cut.
    Nothing,
}

/// A connection that was let in; dropped with it.
pub struct Entered {
    door: Arc<Door>,
    number: u64,
    guest: Arc<Guest>,
}

/// A request in progress; while it lives, its connection is left alone.
pub struct Busy {
    guest: Arc<Guest>,
    clock: Clock,
}

impl Door {
    /// Opens a door with nobody inside.
    #[must_use]
    pub fn new(rules: Rules, clock: Clock) -> Self {
        Self { rules, clock, book: Mutex::default() }
    }

    /// Lets a connection in, or tells it why not and closes it.
    pub fn enter(self: &Arc<Self>, stream: &TcpStream) -> Option<Entered> {
        let address = network(stream.peer_addr().ok()?.ip());
        let socket = stream.as_fd().try_clone_to_owned().ok().map(std::net::TcpStream::from)?;
        let mut book = self.book();
        let code = self.refusal(&book, address);
        if let Some(code) = code {
            drop(book);
            metrics::counter!("baton_connections_refused_total", "code" => code.word())
                .increment(1);
            send_off(&socket, code);
            return None;
        }
        self.limit_unread(stream);
        let waiting = Mutex::new(Waiting::FirstHead(self.clock.now()));
        let guest = Arc::new(Guest { address, socket, waiting });
        let number = book.next;
        book.next = number.wrapping_add(1);
        book.guests.insert(number, guest.clone());
        *book.addresses.entry(address).or_default() += 1;
        drop(book);
        Some(Entered { door: self.clone(), number, guest })
    }

    /// Returns how many are inside.
    #[must_use]
    pub fn inside(&self) -> usize {
        self.book().guests.len()
    }

    /// Cuts connections that are held for nothing, until the program ends.
    pub async fn watch(self: Arc<Self>) {
        let mut looks = tokio::time::interval(Duration::from_millis(LOOK_MS));
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            self.cut_overdue();
        }
    }

    fn cut_overdue(&self) {
        let now = self.clock.now();
        let guests: Vec<Arc<Guest>> = self.book().guests.values().cloned().collect();
        for guest in guests {
            let mut waiting = guest.waiting();
            match *waiting {
                Waiting::FirstHead(since) if now.since_ms(since) > self.rules.head_ms => {
                    *waiting = Waiting::Nothing;
                    send_off(&guest.socket, RefusalCode::RequestSlow);
                }
                Waiting::NextHead(since) if now.since_ms(since) > self.next_head_ms() => {
                    *waiting = Waiting::Nothing;
                    close(&guest.socket);
                }
                Waiting::FirstHead(_) | Waiting::NextHead(_) | Waiting::Nothing => {}
            }
        }
    }

    /// A connection may be idle first and then take as long as any other for its head.
    const fn next_head_ms(&self) -> u64 {
        self.rules.idle_ms.saturating_add(self.rules.head_ms)
    }

    fn refusal(&self, book: &Book, address: IpAddr) -> Option<RefusalCode> {
        if book.guests.len() >= self.rules.connections_max {
            return Some(RefusalCode::Overloaded);
        }
        let from_there = book.addresses.get(&address).copied().unwrap_or_default();
        (from_there >= self.rules.per_address_max).then_some(RefusalCode::RateLimited)
    }

    /// An answer that a client does not take off the wire ends its connection.
    fn limit_unread(&self, stream: &TcpStream) {
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, self.rules.unread_ms)
        {
            tracing::debug!(%error, "a connection has no limit for unread answers");
        }
        #[cfg(not(target_os = "linux"))]
        let _ = (stream, self.rules.unread_ms);
    }

    fn leave(&self, number: u64, address: IpAddr) {
        let mut book = self.book();
        book.guests.remove(&number);
        let left = book.addresses.get(&address).copied().unwrap_or_default().saturating_sub(1);
        if left == 0 {
            book.addresses.remove(&address);
        } else {
            book.addresses.insert(address, left);
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entered {
    /// Marks a request as being answered, until what is returned is dropped.
    #[must_use]
    pub fn busy(&self) -> Busy {
        *self.guest.waiting() = Waiting::Nothing;
        Busy { guest: self.guest.clone(), clock: self.door.clock }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.door.leave(self.number, self.guest.address);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        *self.guest.waiting() = Waiting::NextHead(self.clock.now());
    }
}

impl Guest {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says why and closes. Nothing else is being written here, and the socket never blocks.
fn send_off(mut socket: &std::net::TcpStream, code: RefusalCode) {
    // A client that does not even take these bytes learns nothing.
    socket.write_all(Problem::of(code).message().as_bytes()).unwrap_or_default();
    close(socket);
}

/// Wakes the HTTP library, which then finds the connection ended and forgets it.
fn close(socket: &std::net::TcpStream) {
    socket.shutdown(Shutdown::Both).unwrap_or_default();
}

/// One customer's IPv6 addresses count as one.
fn network(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address.to_canonical() else { return address.to_canonical() };
    let mut segments = six.segments();
    segments.iter_mut().skip(NETWORK_SEGMENTS).for_each(|segment| *segment = 0);
    IpAddr::V6(Ipv6Addr::from(segments))
}

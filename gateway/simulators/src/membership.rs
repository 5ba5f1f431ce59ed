//! A membership server: members with points, over HTTP/JSON.
//!
//! Owns nothing but its start; the rules are in [`crate::book`], the routes in [`crate::web`]. It
//! takes no payment codes. A balance is answered in the field `balance`. Next: [`crate::pos`].

use crate::book::Book;
use crate::outcome::Codes;
use crate::running::{Running, serve};
use crate::web::{Counter, Delays, routes};
use baton_destinations::Secret;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// How a membership server starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The ledger file; memory only without one.
    pub ledger: Option<PathBuf>,
    /// How late the late answers are.
    pub delays: Delays,
    /// The key of request signatures; unsigned requests are taken without one.
    pub secret: Option<Secret>,
    /// The members and the points that they start with.
    pub members: BTreeMap<String, i64>,
}

/// The members that demonstrations start with.
#[must_use]
pub fn demonstration_members() -> BTreeMap<String, i64> {
    BTreeMap::from([("M-1001".to_owned(), 1_000), ("M-1002".to_owned(), 0)])
}

/// Starts a membership server.
///
/// # Errors
/// When the address is taken or the ledger cannot be read.
#[expect(clippy::unused_async, reason = "all simulators start the same way")]
pub async fn start(config: Config) -> anyhow::Result<Running> {
    let book = Book::open(Codes::Refused, &config.members, config.ledger.as_deref())?;
    let counter = Counter::new(book, config.delays, config.secret);
    let (address, stop) = serve(config.listen, move |service| routes(service, &counter))?;
    Ok(Running::new(address, vec![stop]))
}

//! A POS program: enters a code, sends it to the app's destination by itself, shows the result.
//!
//! Owns its two ways in: HTTP (`POST /entries`, which an agent's recipe uses like an input window)
//! and a serial port for a scanner. One sale at a time. It speaks to destinations through
//! `baton-destinations`, with the transaction id as its reference. Reading order: [`entry`],
//! [`shop`] (the sale), [`scanner`] (the serial port and its line format), [`page`].

pub mod entry;
mod page;
pub mod scanner;
mod shop;

use crate::ledger::read_lines;
use crate::running::{Running, Stop, serve};
use crate::web::error;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, PayloadConfig, get, post};
use baton_destinations::{Limits, Secret};
use baton_protocol::ids::{AppId, TerminalId};
use baton_protocol::target::Target;
use entry::{Entered, Sale, Source};
use scanner::Scanner;
use shop::Shop;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest body taken, in bytes: an entry has under 400.
const BODY_BYTES_MAX: usize = 4 * 1024;

/// One app's destination, as this POS program is set up.
#[derive(Debug, Clone)]
pub struct PosApp {
    /// Which app.
    pub app: AppId,
    /// Where its codes go.
    pub target: Target,
    /// The key of request signatures, if the destination wants them.
    pub secret: Option<Secret>,
}

/// Whether there is a serial port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serial {
    /// A pseudo terminal is opened; [`Running::serial_path`] names it.
    Open,
    /// None.
    Absent,
}

/// How a POS program starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The file of its sales; memory only without one.
    pub ledger: Option<PathBuf>,
    /// The terminal id that it names to destinations.
    pub terminal: TerminalId,
    /// Which app goes where.
    pub apps: Vec<PosApp>,
    /// How long it waits for a destination.
    pub limits: Limits,
    /// Whether there is a serial port for a scanner.
    pub serial: Serial,
}

/// Starts a POS program.
///
/// # Errors
/// When the address is taken, a target cannot be dialled as written, or no pseudo terminal is left.
#[expect(clippy::unused_async, reason = "all simulators start the same way")]
pub async fn start(config: Config) -> anyhow::Result<Running> {
    let (listen, serial) = (config.listen, config.serial);
    let shop = Arc::new(Shop::open(config)?);
    let served = Arc::clone(&shop);
    let (address, stop) = serve(listen, move |service| {
        service
            .app_data(Data::from(Arc::clone(&served)))
            .app_data(PayloadConfig::new(BODY_BYTES_MAX))
            .route("/", get().to(show))
            .route("/sales", get().to(sales))
            .route("/entries", post().to(enter));
    })?;
    let mut running = Running::new(address, vec![stop]);
    if serial == Serial::Open {
        let scanner = Scanner::open()?;
        running.serial_path = Some(scanner.path().to_owned());
        running.add(Stop::Task(tokio::spawn(scanner.read(shop))));
    }
    Ok(running)
}

/// Reads the file of a POS program's sales, oldest first.
///
/// # Errors
/// When the file cannot be read, or a line other than a torn last one is damaged.
pub fn read_sales(path: &Path) -> io::Result<Vec<Sale>> {
    read_lines(path)
}

async fn enter(shop: Data<Shop>, body: Bytes) -> HttpResponse {
    let Ok(entry) = serde_json::from_slice(&body) else { return error(422, "body_invalid") };
    match shop.try_enter(entry, Source::Window).await {
        Entered::Sold(sale) => HttpResponse::Ok().json(sale.answer()),
        Entered::Busy => error(409, "busy"),
        Entered::AppUnknown => error(422, "app_unknown"),
        Entered::EntryInvalid => error(422, "entry_invalid"),
        Entered::LedgerUnwritable => error(503, "ledger_unwritable"),
    }
}

async fn sales(shop: Data<Shop>) -> HttpResponse {
    HttpResponse::Ok().json(shop.sales())
}

async fn show(shop: Data<Shop>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page::page(&shop.sales()))
}

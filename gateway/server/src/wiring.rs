//! Every part of the gateway and who knows whom, on one page.
//!
//! Owns start and stop. The order of start: store, tables, sales, actors with their open work, and
//! only then the listeners, so that nobody is answered by half a gateway. Next: [`crate::http`].

use crate::actors::keeper::Keeper;
use crate::clock::Clock;
use crate::config::{Commits, Config};
use crate::demo::DemoOffer;
use crate::edges::door::{self, Door};
use crate::edges::{Edges, Places, files};
use crate::health::HealthBoard;
use crate::http;
use crate::http::border::Border;
use crate::identity::{Guesses, Spent};
use crate::notices::Notices;
use crate::sales::Sales;
use crate::sightings::Sightings;
use crate::tables::{TablesHandle, follow};
use crate::vault::{Vault, VaultFault};
use crate::webhooks::Webhooks;
use crate::world::World;
use actix::Arbiter;
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App, HttpServer};
use baton_destinations::{Secret, ShelfFault, open_plugins};
use baton_protocol::phone::SaleState;
use baton_protocol::work::State;
use baton_records::rows::SaleRow;
use baton_records::writer::Grouping;
use baton_records::{Fault, OpenFault, Records};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Threads of the operator's listener: a few people and one monitoring system.
const OPERATOR_WORKERS: usize = 1;
/// Connections a listener's thread may hold while they are being told that there are too many.
const REFUSED_AT_ONCE: usize = 256;

/// Why the gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The database cannot be used.
    #[error(transparent)]
    Open(#[from] OpenFault),
    /// The database failed while it was read.
    #[error(transparent)]
    Read(#[from] Fault),
    /// The key file cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultFault),
    /// A destination's secret cannot be read.
    #[error("cannot read the secret of destination {destination} from {path}: {why}")]
    Secret {
        /// Whose.
        destination: String,
        /// Where it should be.
        path: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// The settings of plugins cannot be used; a plugin that is refused is no such fault.
    #[error(transparent)]
    Plugins(#[from] ShelfFault),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {why}; is another gateway running there?")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// What the system said.
        why: std::io::Error,
    },
    /// Metrics cannot be collected.
    #[error("metrics cannot be collected in this process")]
    Metrics,
}

/// A running gateway.
pub struct Running {
    /// Where phones, order systems and devices come.
    pub public: SocketAddr,
    /// Where operators come.
    pub operator: SocketAddr,
    world: Arc<World>,
    keeper: Keeper,
    servers: Vec<ServerHandle>,
    threads: Vec<Arbiter>,
    webhooks: Webhooks,
}

impl Running {
    /// Returns what its parts share.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        self.world.clone()
    }

    /// Returns when the disk has failed: what is not on it now may never be, so the process must
    /// end at once and without another answer.
    pub async fn broken(&self) {
        self.world.records.writer.broken().await;
    }

    /// Takes no more requests, ends the running ones, takes leave of destinations, then ends
    /// actors, then the store.
    pub async fn stop(self) {
        self.world.notices.close();
        self.webhooks.stop().await;
        self.keeper.cut_all();
        futures_util::future::join_all(self.servers.iter().map(|server| server.stop(true))).await;
        self.keeper.leave_destinations().await;
        for thread in &self.threads {
            thread.stop();
        }
        self.world.records.close().await;
    }
}

/// Builds and starts the whole gateway. Must be called in an actix system.
///
/// # Errors
/// Each variant of [`StartFault`] as it says; nothing listens then.
pub async fn start(config: &Config, demo: DemoOffer) -> Result<Running, StartFault> {
    let metrics = metrics_handle()?;
    let world = Arc::new(build_world(config).await?);
    load_sales(&world).await?;
    let threads: Vec<Arbiter> =
        (0..config.gateway.workers.max(1)).map(|_| Arbiter::new()).collect();
    let keeper = Keeper::new(world.clone(), threads.iter().map(Arbiter::handle).collect());
    actix_web::rt::spawn(keeper.clone().watch());
    let cutter = keeper.clone();
    let suspended = move |devices: Vec<_>| devices.iter().for_each(|device| cutter.cut(device));
    actix_web::rt::spawn(follow(world.tables.clone(), world.records.clone(), suspended));

    let shared =
        Shared { world: world.clone(), keeper: keeper.clone(), demo: Data::new(demo), metrics };
    let [for_public, for_operators] = shares(config, world.clock);
    let (public_server, public) =
        listen(config, config.listen.public, &shared, for_public, http::public)?;
    let (operator_server, operator) =
        listen(config, config.listen.operator, &shared, for_operators, http::operator)?;
    let servers = vec![public_server.handle(), operator_server.handle()];
    actix_web::rt::spawn(public_server);
    actix_web::rt::spawn(operator_server);
    let webhooks = Webhooks::start(world.clone(), config.webhooks.clone());
    tracing::info!(%public, %operator, database = kind_of(config), "gateway ready");
    Ok(Running { public, operator, world, keeper, servers, threads, webhooks })
}

#[derive(Clone)]
struct Shared {
    world: Arc<World>,
    keeper: Keeper,
    demo: Data<DemoOffer>,
    metrics: PrometheusHandle,
}

/// What one listener has for itself.
struct Share {
    border: Border,
    workers: usize,
}

/// Each listener has places and threads of its own, so that operators are answered while the
/// public one is under attack.
fn shares(config: &Config, clock: Clock) -> [Share; 2] {
    let limits = &config.limits;
    let operators_max = limits.operator_connections_max;
    let fit = files::allow(limits.connections_max.saturating_add(operators_max));
    let rules = |connections_max, per_address_max| door::Rules {
        connections_max,
        per_address_max,
        head_ms: limits.request_head_ms,
        idle_ms: limits.idle_ms,
        unread_ms: limits.unread_ms,
    };
    let share = |rules: door::Rules, in_flight_max, workers| {
        let door = Arc::new(Door::new(rules, clock));
        actix_web::rt::spawn(door.clone().watch());
        Share { border: Border { door, in_flight: Places::new(in_flight_max) }, workers }
    };
    let public_max = fit.saturating_sub(operators_max);
    let public = rules(public_max, limits.connections_per_address_max);
    let operators = rules(operators_max, operators_max);
    [
        share(public, limits.requests_in_flight_max, config.gateway.workers.max(1)),
        share(operators, operators_max, OPERATOR_WORKERS),
    ]
}

fn listen(
    config: &Config,
    address: SocketAddr,
    shared: &Shared,
    share: Share,
    routes: fn(&mut ServiceConfig),
) -> Result<(Server, SocketAddr), StartFault> {
    let fault = |why| StartFault::Listen { address, why };
    let shared = shared.clone();
    let door = share.border.door.clone();
    let border = Data::new(share.border);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(border.clone())
            .app_data(Data::from(shared.world.clone()))
            .app_data(Data::new(shared.keeper.clone()))
            .app_data(Data::new(shared.metrics.clone()))
            .app_data(shared.demo.clone())
            .configure(|more| crate::demo::offer::routes(more, &shared.demo))
            .configure(routes)
            .wrap(from_fn(http::border::guard))
    })
    .on_connect(move |socket, data| {
        let stream = socket.downcast_ref::<TcpStream>();
        if let Some(entered) = stream.and_then(|stream| door.enter(stream)) {
            data.insert(entered);
        }
    })
    .workers(share.workers)
    // The door counts, refuses and watches; the library's own bounds only stand behind it.
    .max_connections(config.limits.connections_max.saturating_add(REFUSED_AT_ONCE))
    .client_request_timeout(Duration::ZERO)
    .keep_alive(Duration::from_millis(config.limits.idle_ms))
    .tcp_nodelay(true)
    .shutdown_timeout(config.limits.stop_s)
    .disable_signals()
    .bind(address)
    .map_err(fault)?;
    let bound = server.addrs().first().copied().unwrap_or(address);
    Ok((server.run(), bound))
}

async fn build_world(config: &Config) -> Result<World, StartFault> {
    let vault = Vault::open(&config.gateway.key_file)?;
    let grouping = match config.records.commits {
        Commits::Group => Grouping::Group,
        Commits::PerFact => Grouping::PerFact,
    };
    let records = Records::open(&config.records.database, grouping).await?;
    let tables = Arc::new(TablesHandle::default());
    tables.refresh(&records).await?;
    let clock = Clock::start();
    Ok(World {
        clock,
        edges: Edges::new(config.limits.clone(), clock),
        records,
        tables,
        vault,
        notices: Notices::default(),
        sales: Sales::default(),
        sightings: Sightings::new(clock.now()),
        spent: Spent::default(),
        guesses: Guesses::default(),
        health: HealthBoard::new(config.health),
        policy: Arc::new(config.timers.clone()),
        audience: config.gateway.name.clone(),
        secrets: secrets(config)?,
        plugins: open_plugins(&config.plugins)?,
    })
}

fn secrets(
    config: &Config,
) -> Result<BTreeMap<baton_protocol::ids::DestinationId, Secret>, StartFault> {
    let mut secrets = BTreeMap::new();
    for (destination, credentials) in &config.destinations {
        let path = &credentials.secret_file;
        let text = std::fs::read_to_string(path).map_err(|why| StartFault::Secret {
            destination: destination.to_string(),
            path: path.display().to_string(),
            why,
        })?;
        secrets.insert(destination.clone(), Secret::new(text.trim().to_owned()));
    }
    Ok(secrets)
}

/// Puts the sales of the last run on the board; one whose touch came to its end is settled now.
async fn load_sales(world: &World) -> Result<(), StartFault> {
    for mut row in world.records.open_sales().await? {
        if row.sale.state == SaleState::Taken {
            settle(world, &mut row).await?;
        }
        world.sales.put(&row.terminal, &row.sale);
    }
    Ok(())
}

async fn settle(world: &World, row: &mut SaleRow) -> Result<(), StartFault> {
    let Some(touch) = row.sale.touch else { return Ok(()) };
    let transactions = world.records.transactions_of(touch).await?;
    if transactions.is_empty() {
        row.sale.settle(State::Rejected);
    }
    for transaction in transactions.iter().filter(|one| one.stored.state.is_final()) {
        row.sale.settle(transaction.stored.state);
    }
    Ok(())
}

/// One recorder a process: tests start several gateways in one.
fn metrics_handle() -> Result<PrometheusHandle, StartFault> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let handle = HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().ok());
    handle.clone().ok_or(StartFault::Metrics)
}

fn kind_of(config: &Config) -> &str {
    config.records.database.split(':').next().unwrap_or_default()
}

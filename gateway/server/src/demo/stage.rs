//! The demo's stage: gateway, simulators, one terminal, one agent, in a temporary folder.
//!
//! Owns what an installer does by hand elsewhere: tables, enrolment codes, settings of devices.
//! Everything talks over real sockets on loopback and free ports; the folder goes at the end.

use super::apps::{AppSigner, DemoApps};
use super::guest::{Guest, PluginWish};
use super::offer::DemoOffer;
use super::plug::Plug;
use crate::config::{Config, Gateway, Listen, RecordsAt};
use crate::hosted::Hosted;
use crate::vault::{plain_digest, random_text};
use anyhow::Context;
use baton_agent::Agent;
use baton_agent::config::{AppDriver, DriverKind, HttpSettings, ScannerSettings};
use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{AmountFrom, Destination, ExecuteAt, Standing};
use baton_core::relay::plan::Executor;
use baton_link::executor::Seen;
use baton_protocol::enrol::Role;
use baton_protocol::ids::{AgentId, AppId, DestinationId, ShopId, TerminalId};
use baton_protocol::phone::DestinationKind;
use baton_protocol::target::{Target, Way};
use baton_records::admin::Change;
use baton_relay_device::{Device, Extras};
use baton_simulators::{Delays, acquirer, membership, pos, wallet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::mpsc;

/// Steps of devices that may wait to be printed: a flow has four.
const STEPS_WAITING_MAX: usize = 1_024;
/// The name that the demo's tokens carry as `aud`.
const AUDIENCE: &str = "baton-demo";
/// How long devices may take to connect, in milliseconds, before the demo says that they did not.
const CONNECT_MS: u64 = 10_000;

/// What a person asked of the demo.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// Where the public listener goes; port 0 takes a free one.
    pub public: SocketAddr,
    /// Where the operator's listener goes.
    pub operator: SocketAddr,
    /// Another address for the card host, to see what happens when it is wrong.
    pub card_host: Option<String>,
    /// A provider's own plugin, which plays an act too.
    pub plugin: Option<PluginWish>,
}

/// The ids of everything on the stage.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The shop.
    pub shop: ShopId,
    /// The terminal that executes by itself.
    pub counter: TerminalId,
    /// The terminal beside the POS.
    pub till: TerminalId,
    /// The agent on the POS.
    pub agent: AgentId,
    /// The token of the shop's order system.
    pub shop_token: String,
}

/// The stage while it stands.
pub struct Stage {
    /// Who is on it.
    pub cast: Cast,
    /// The apps; shared with the gateway's demo route.
    pub apps: Arc<DemoApps>,
    /// What connects the wallet.
    pub plug: Arc<Plug>,
    /// The gateway.
    pub gateway: Hosted,
    /// The provider's plugin, if there is one.
    pub guest: Option<Guest>,
    /// Steps of both devices.
    pub steps: mpsc::Receiver<Seen>,
    pos_address: SocketAddr,
    simulators: Vec<baton_simulators::Running>,
    devices: Vec<baton_link::device::Running>,
    folder: TempDir,
}

struct Servers {
    card: DestinationId,
    wallet: DestinationId,
    points: DestinationId,
    card_way: Way,
    wallet_way: Way,
    points_way: Way,
    wallet_url: String,
    plug: Arc<Plug>,
}

impl Stage {
    /// Starts everything and waits until both devices are connected.
    ///
    /// # Errors
    /// When a port, a folder or a thread is refused; what was started is stopped.
    pub async fn set(wishes: Wishes) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("baton-demo-").tempdir()?;
        let cast = cast()?;
        let (mut simulators, servers) = start_servers(&wishes).await?;
        let apps = Arc::new(make_apps(&servers)?);
        let guest = match &wishes.plugin {
            Some(wish) => Some(Guest::invite(wish, folder.path(), AUDIENCE).await?),
            None => None,
        };
        let plugins = guest.as_ref().map(|guest| guest.settings.clone()).unwrap_or_default();
        let config = Config { plugins: plugins.clone(), ..config_of(&wishes, folder.path()) };
        let plug = servers.plug.clone();
        let gateway = Hosted::start(config, DemoOffer::On(apps.clone(), plug.clone())).await;
        let gateway = gateway.map_err(anyhow::Error::msg)?;
        fill_tables(&gateway, &cast, &servers, &apps).await?;
        if let Some(guest) = &guest {
            write_down(&gateway, &guest.changes()?).await?;
        }
        let till_pos = pos::start(pos_config(&cast, &servers, &apps)).await?;
        let pos_address = till_pos.address;
        let port = till_pos.serial_path.clone().context("the POS has no serial port")?;
        simulators.push(till_pos);
        let (observer, steps) = mpsc::channel(STEPS_WAITING_MAX);
        let url = format!("http://{}", gateway.public);
        let terminal_state = folder.path().join("relay-device");
        enrol(&gateway, Executor::Terminal(cast.counter.clone()), &url, &terminal_state).await?;
        let agent_state = folder.path().join("agent");
        enrol(&gateway, Executor::Agent(cast.agent.clone()), &url, &agent_state).await?;
        let state = terminal_state;
        let terminal = baton_relay_device::Config { state, plugins, ..Default::default() };
        let extras = Extras { destinations: None, observer: Some(observer.clone()) };
        let agent = agent_config(agent_state, pos_address, &port, &apps);
        let devices =
            vec![Device::start(&terminal, extras)?, Agent::start(&agent, Some(observer))?];
        let stage = Self {
            cast,
            apps,
            plug,
            gateway,
            guest,
            steps,
            pos_address,
            simulators,
            devices,
            folder,
        };
        stage.wait_for_devices().await?;
        Ok(stage)
    }

    /// Returns the lines that a newcomer reads first.
    #[must_use]
    pub fn summary(&self) -> String {
        format!(
            "  gateway      http://{}   (SQLite in {})\n  \
             terminal     {} standalone\n  \
             POS          http://{}   entered by agent {} for terminal {}\n",
            self.gateway.public,
            self.folder.path().display(),
            self.cast.counter,
            self.pos_address,
            self.cast.agent,
            self.cast.till,
        )
    }

    /// Returns what a person can try now.
    #[must_use]
    pub fn invitation(&self) -> String {
        format!(
            "\nTry it yourself:\n  \
             pay at the terminal   http://{public}/t/{counter}\n  \
             pay at the POS        http://{public}/t/{till}\n  \
             watch it arrive       http://{operator}/live\n  \
             the POS program       http://{pos}/\n  \
             pull the wallet's plug in the middle of its next payment, and put it in again:\n    \
               curl -X POST http://{operator}/demo/plug/middle\n    \
               curl -X POST http://{operator}/demo/plug/in\n\
             Ctrl-C stops everything.",
            public = self.gateway.public,
            operator = self.gateway.operator,
            counter = self.cast.counter,
            till = self.cast.till,
            pos = self.pos_address,
        )
    }

    /// Stops everything; the folder is removed.
    pub async fn clear(self) {
        for device in self.devices {
            device.stop().await;
        }
        self.gateway.stop().await;
        for simulator in self.simulators {
            simulator.stop().await;
        }
        if let Err(fault) = self.folder.close() {
            tracing::warn!(%fault, "the demo's folder could not be removed");
        }
    }

    async fn wait_for_devices(&self) -> anyhow::Result<()> {
        let phone = super::phone::Phone::new(&self.gateway, &self.apps.wallet);
        let limit = std::time::Duration::from_millis(CONNECT_MS);
        for terminal in [&self.cast.counter, &self.cast.till] {
            let online = tokio::time::timeout(limit, phone.until_online(terminal)).await;
            online.with_context(|| format!("terminal {terminal} did not connect"))??;
        }
        Ok(())
    }
}

fn cast() -> anyhow::Result<Cast> {
    Ok(Cast {
        shop: "corner-cafe".parse()?,
        counter: "counter-1".parse()?,
        till: "till-1".parse()?,
        agent: "pos-1".parse()?,
        shop_token: random_text(32)?,
    })
}

async fn start_servers(
    wishes: &Wishes,
) -> anyhow::Result<(Vec<baton_simulators::Running>, Servers)> {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let delays = Delays::default();
    let card = acquirer::start(acquirer::Config {
        listen,
        admin: None,
        ledger: None,
        delays,
        members: Default::default(),
        speech: acquirer::Speech::default(),
    });
    let card = card.await?;
    let wallet = wallet::start(wallet::Config { listen, ledger: None, delays, secret: None });
    let wallet = wallet.await?;
    let members = membership::demonstration_members();
    let points = membership::start(membership::Config {
        listen,
        ledger: None,
        delays,
        secret: None,
        members,
    });
    let points = points.await?;
    let card_address = wishes.card_host.clone().unwrap_or_else(|| card.address.to_string());
    let plug = Plug::before(wallet.address).await?;
    let http = |address: SocketAddr| Way::Http { base_url: format!("http://{address}") };
    let servers = Servers {
        card: "card-host".parse()?,
        wallet: "wallet".parse()?,
        points: "points".parse()?,
        card_way: Way::Iso8583 { address: card_address },
        wallet_way: http(plug.address),
        points_way: http(points.address),
        wallet_url: format!("http://{}", wallet.address),
        plug,
    };
    Ok((vec![card, wallet, points], servers))
}

fn make_apps(servers: &Servers) -> anyhow::Result<DemoApps> {
    let signer = |id: &str| AppSigner::generate(id.parse()?, AUDIENCE);
    Ok(DemoApps {
        card: signer("card-app")?,
        wallet: signer("wallet-app")?,
        membership: signer("points-app")?,
        wallet_url: servers.wallet_url.clone(),
    })
}

fn config_of(wishes: &Wishes, folder: &Path) -> Config {
    let database = format!("sqlite:{}", folder.join("baton.sqlite").display());
    Config {
        listen: Listen { public: wishes.public, operator: wishes.operator },
        gateway: Gateway {
            name: AUDIENCE.to_owned(),
            key_file: folder.join("gateway.key"),
            ..Gateway::default()
        },
        records: RecordsAt { database, ..RecordsAt::default() },
        ..Config::default()
    }
}

async fn fill_tables(
    gateway: &Hosted,
    cast: &Cast,
    servers: &Servers,
    apps: &DemoApps,
) -> anyhow::Result<()> {
    let destination = |id: &DestinationId, kind, way: &Way, capabilities: &str| {
        anyhow::Ok(Change::DestinationAdd(Box::new(Destination {
            id: id.clone(),
            kind,
            target: Target::new(id.clone(), way.clone()),
            capabilities: Capabilities::parse(capabilities)?,
            execute_at: ExecuteAt::Terminal,
            standing: Standing::Active,
        })))
    };
    let shop = || cast.shop.clone();
    let terminal = |id: &TerminalId| Change::TerminalAdd {
        id: id.clone(),
        shop: shop(),
        amount_from: AmountFrom::Phone,
    };
    let app = |signer: &AppSigner, destination: &DestinationId| Change::AppAdd {
        id: signer.app().clone(),
        destination: destination.clone(),
        key: signer.public(),
    };
    let token_digest = plain_digest(&cast.shop_token);
    use DestinationKind::{Acquirer, Membership, Wallet};
    let changes = [
        Change::ShopAdd { id: shop(), name: "Corner Café".to_owned() },
        Change::ShopTokenAdd { shop: shop(), token_digest },
        terminal(&cast.counter),
        terminal(&cast.till),
        Change::AgentAdd { id: cast.agent.clone(), shop: shop() },
        Change::Pair { terminal: cast.till.clone(), agent: Some(cast.agent.clone()) },
        destination(&servers.card, Acquirer, &servers.card_way, "C1,C2,C3,C4,C5,C7")?,
        destination(&servers.wallet, Wallet, &servers.wallet_way, "C1,C2,C3,C4,C5,C6,C7")?,
        destination(&servers.points, Membership, &servers.points_way, "C2,C3,C4,C5,C7")?,
        app(&apps.card, &servers.card),
        app(&apps.wallet, &servers.wallet),
        app(&apps.membership, &servers.points),
    ];
    write_down(gateway, &changes).await
}

async fn write_down(gateway: &Hosted, changes: &[Change]) -> anyhow::Result<()> {
    let world = &gateway.world;
    for change in changes {
        world.records.change(change, "demo", world.clock.now()).await?;
    }
    world.tables.refresh(&world.records).await?;
    Ok(())
}

fn pos_config(cast: &Cast, servers: &Servers, apps: &DemoApps) -> pos::Config {
    let app = |app: &AppId, destination: &DestinationId, way: &Way| pos::PosApp {
        app: app.clone(),
        target: Target::new(destination.clone(), way.clone()),
        secret: None,
    };
    pos::Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        ledger: None,
        terminal: cast.till.clone(),
        apps: vec![
            app(apps.card.app(), &servers.card, &servers.card_way),
            app(apps.wallet.app(), &servers.wallet, &servers.wallet_way),
            app(apps.membership.app(), &servers.points, &servers.points_way),
        ],
        limits: baton_destinations::Limits::default(),
        serial: pos::Serial::Open,
    }
}

fn agent_config(
    state: PathBuf,
    pos_address: SocketAddr,
    port: &Path,
    apps: &DemoApps,
) -> baton_agent::Config {
    let scanned = AppDriver { app: apps.membership.app().clone(), driver: DriverKind::Scanner };
    baton_agent::Config {
        state,
        driver: DriverKind::Http,
        http: HttpSettings { base_url: format!("http://{pos_address}"), ..HttpSettings::default() },
        scanner: ScannerSettings { port: port.display().to_string(), ..ScannerSettings::default() },
        apps: vec![scanned],
        ..baton_agent::Config::default()
    }
}

async fn enrol(gateway: &Hosted, device: Executor, url: &str, state: &Path) -> anyhow::Result<()> {
    let code = random_text(8)?;
    let role = match &device {
        Executor::Terminal(_) => Role::Terminal,
        Executor::Agent(_) => Role::Agent,
        Executor::Gateway(_) => anyhow::bail!("the gateway does not enrol with itself"),
    };
    let world = &gateway.world;
    let now = world.clock.now();
    let code_digest = plain_digest(&code);
    let issue = Change::EnrolmentIssue { code_digest, device, expires: now.after_ms(600_000) };
    world.records.change(&issue, "demo", now).await?;
    baton_link::enrol::enrol(url, &code, role, state).await?;
    Ok(())
}

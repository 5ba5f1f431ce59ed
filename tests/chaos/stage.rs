//! The stage: a folder, free ports, tables, enrolled devices, and every program running.
//!
//! Owns the settings of all programs. Timers are the product's own `[timers]`, shortened so that
//! doubt ends in seconds; nothing else of the product is changed. Next: `phone`.

use crate::clock::pause;
use crate::dice::Dice;
use crate::plan::{COUNTERS, Place, Rail, Victim};
use crate::process::Program;
use anyhow::Context;
use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{AmountFrom, Destination, Standing};
use baton_core::relay::plan::Executor;
use baton_core::time::Timestamp;
use baton_gateway::clock::wall_ms;
use baton_gateway::config::{Config, Gateway, Listen, RecordsAt};
use baton_gateway::demo::apps::AppSigner;
use baton_gateway::vault::{plain_digest, random_text};
use baton_protocol::enrol::Role;
use baton_protocol::phone::DestinationKind;
use baton_protocol::policy::Policy;
use baton_protocol::target::{Target, Way};
use baton_records::Records;
use baton_records::admin::Change;
use baton_records::writer::Grouping;
use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The gateway's name, which tokens carry as `aud`.
const AUDIENCE: &str = "baton-chaos";
/// Ports are taken from here, below those that outgoing connections get: a killed program must find
/// its port free again.
const PORTS: std::ops::Range<u16> = 18_000..30_000;
/// Ports that are tried before the machine counts as full.
const PORT_TRIES_MAX: usize = 200;
/// How long a program may take until it answers, in milliseconds: ten times what was seen.
const READY_MS_MAX: u64 = 20_000;
/// Pause between two looks, in milliseconds.
const LOOK_MS: u64 = 20;
/// What X-LATE20 waits, in milliseconds: longer than a device waits for an answer.
const LATE_MS: u64 = 4_000;
/// Level of every program's log: the most that each can say.
const LOG_LEVEL: &str = "trace";

/// Everything that runs, and where it is.
pub struct Stage {
    pub folder: PathBuf,
    pub database: String,
    pub public: SocketAddr,
    pub operator: SocketAddr,
    pub wallet: SocketAddr,
    pub policy: Policy,
    pub wallet_app: AppSigner,
    pub card_app: AppSigner,
    pub shop_token: String,
    programs: BTreeMap<Victim, Mutex<Program>>,
}

struct Ports {
    public: SocketAddr,
    operator: SocketAddr,
    wallet: SocketAddr,
    acquirer: SocketAddr,
    pos: SocketAddr,
}

/// The timers of the run.
pub fn timers() -> Policy {
    Policy {
        acknowledge_ms: 500,
        execute_standalone_ms: 3_000,
        execute_paired_ms: 5_000,
        inquiry_pauses_ms: vec![200, 400, 800, 1_000],
        decide_ms: 5_000,
        code_life_ms: CODE_LIFE_MS,
        clock_skew_ms: 1_000,
        message_life_ms: 9_000,
        heartbeat_ms: 1_000,
        ..Policy::default()
    }
}

/// Life of the wallet's codes, in milliseconds: phones of this run are served in far less.
pub const CODE_LIFE_MS: u64 = 20_000;

/// Returns the id of a place's terminal.
pub fn terminal_of(place: Place) -> String {
    match place {
        Place::Counter(number) => format!("counter-{number}"),
        Place::Till => "till".to_owned(),
    }
}

impl Stage {
    /// Sets everything up and waits until every terminal is online.
    ///
    /// # Errors
    /// When a program is missing, does not start or does not answer in time.
    pub async fn set(folder: &Path, database: String, seed: u64) -> anyhow::Result<Self> {
        let ports = ports(seed)?;
        let stage = Self {
            folder: folder.to_owned(),
            database,
            public: ports.public,
            operator: ports.operator,
            wallet: ports.wallet,
            policy: timers(),
            wallet_app: AppSigner::generate("wallet-app".parse()?, AUDIENCE)?,
            card_app: AppSigner::generate("card-app".parse()?, AUDIENCE)?,
            shop_token: random_text(32)?,
            programs: programs(folder, &ports)?,
        };
        stage.write_settings(&ports)?;
        let codes = stage.fill_tables(&ports).await?;
        for victim in [Victim::Wallet, Victim::Acquirer, Victim::Pos, Victim::Gateway] {
            stage.with(victim, Program::start)?;
        }
        stage.until_ready().await?;
        let url = format!("http://{}", stage.public);
        for (victim, code) in codes {
            let role = if victim == Victim::Agent { Role::Agent } else { Role::Terminal };
            baton_link::enrol::enrol(&url, &code, role, &stage.state_of(victim)).await?;
            stage.with(victim, Program::start)?;
        }
        stage.until_online().await?;
        Ok(stage)
    }

    /// Returns the app of a rail.
    pub fn app(&self, rail: Rail) -> &AppSigner {
        match rail {
            Rail::Wallet => &self.wallet_app,
            Rail::Card => &self.card_app,
        }
    }

    /// Does something to one program.
    ///
    /// # Errors
    /// What the deed says.
    pub fn with(
        &self,
        victim: Victim,
        what: impl FnOnce(&mut Program) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let program = self.programs.get(&victim).context("no such program on the stage")?;
        what(&mut program.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns how often each program was killed, and how often frozen.
    pub fn blows(&self) -> Vec<(String, usize, usize)> {
        let counted = |program: &Mutex<Program>| {
            let program = program.lock().unwrap_or_else(PoisonError::into_inner);
            (program.name().to_owned(), program.kills, program.freezes)
        };
        self.programs.values().map(counted).collect()
    }

    /// Looks at every program; says which ended by themselves, and starts those again.
    ///
    /// # Errors
    /// When one does not start again.
    pub fn look(&self) -> anyhow::Result<Vec<String>> {
        let mut ended = Vec::new();
        for victim in self.programs.keys() {
            let mut seen = None;
            self.with(*victim, |program| {
                seen = program.look()?;
                Ok(())
            })?;
            ended.extend(seen);
        }
        Ok(ended)
    }

    /// Stops everything, as a power cut would.
    pub fn stop(&self) {
        for program in self.programs.values() {
            program.lock().unwrap_or_else(PoisonError::into_inner).kill();
        }
    }

    /// Returns the folder of a device's state.
    pub fn state_of(&self, victim: Victim) -> PathBuf {
        self.folder.join(name_of(victim))
    }

    /// Waits until every terminal is online.
    ///
    /// # Errors
    /// Names the terminal that is not.
    pub async fn until_online(&self) -> anyhow::Result<()> {
        let counters = (0..COUNTERS).map(Place::Counter);
        for place in counters.chain([Place::Till]) {
            let terminal = terminal_of(place);
            let url = format!("http://{}/v1/terminals/{terminal}/resolve", self.public);
            let mut waited_ms = 0;
            while !self.online(&url).await {
                anyhow::ensure!(waited_ms < READY_MS_MAX, "terminal {terminal} is not online");
                waited_ms += LOOK_MS;
                pause(LOOK_MS).await;
            }
        }
        Ok(())
    }

    async fn online(&self, url: &str) -> bool {
        let Ok(token) = self.wallet_app.token() else { return false };
        let asked = reqwest::Client::new().post(url).bearer_auth(token).send().await;
        let Ok(answer) = asked else { return false };
        let answer: serde_json::Value = answer.json().await.unwrap_or_default();
        answer["online"] == true
    }

    async fn until_ready(&self) -> anyhow::Result<()> {
        let mut waited_ms = 0;
        loop {
            let url = format!("http://{}/readyz", self.public);
            if reqwest::get(url).await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if let Some(ended) = self.look()?.first() {
                anyhow::bail!("{ended}; see its log in {}", self.folder.display());
            }
            anyhow::ensure!(waited_ms < READY_MS_MAX, "the gateway does not become ready");
            waited_ms += LOOK_MS;
            pause(LOOK_MS).await;
        }
    }

    fn write_settings(&self, ports: &Ports) -> anyhow::Result<()> {
        let config = Config {
            listen: Listen { public: ports.public, operator: ports.operator },
            gateway: Gateway {
                name: AUDIENCE.to_owned(),
                key_file: self.folder.join("gateway.key"),
                ..Gateway::default()
            },
            records: RecordsAt { database: self.database.clone(), ..RecordsAt::default() },
            timers: self.policy.clone(),
            ..Config::default()
        };
        std::fs::write(self.folder.join("gateway.toml"), toml::to_string(&config)?)?;
        for number in 0..COUNTERS {
            let victim = Victim::Device(number);
            let settings = format!(
                "state = {:?}\n[destinations]\nconnect_ms = 1000\nanswer_ms = 2500\n",
                self.state_of(victim),
            );
            std::fs::write(settings_of(&self.folder, victim), settings)?;
        }
        let settings = format!(
            "state = {:?}\ndriver = \"http\"\n[http]\nbase_url = \"http://{}\"\n\
             connect_ms = 1000\nanswer_ms = 3500\n",
            self.state_of(Victim::Agent),
            ports.pos,
        );
        Ok(std::fs::write(settings_of(&self.folder, Victim::Agent), settings)?)
    }

    async fn fill_tables(&self, ports: &Ports) -> anyhow::Result<Vec<(Victim, String)>> {
        let records = Records::open(&self.database, Grouping::Group).await?;
        let now = Timestamp::from_ms(wall_ms());
        let mut codes = Vec::new();
        for change in self.changes(ports)? {
            records.change(&change, "chaos", now).await?;
        }
        let counters = (0..COUNTERS).map(Victim::Device);
        for victim in counters.chain([Victim::Agent]) {
            let name = name_of(victim);
            let device = if victim == Victim::Agent {
                Executor::Agent(name.parse()?)
            } else {
                Executor::Terminal(name.parse()?)
            };
            let code = random_text(8)?;
            let expires = now.after_ms(600_000);
            let issue =
                Change::EnrolmentIssue { code_digest: plain_digest(&code), device, expires };
            records.change(&issue, "chaos", now).await?;
            codes.push((victim, code));
        }
        records.close().await;
        Ok(codes)
    }

    fn changes(&self, ports: &Ports) -> anyhow::Result<Vec<Change>> {
        let shop = || "shop".parse();
        let destination = |name: &str, kind, way, capabilities: &str| {
            let id: baton_protocol::ids::DestinationId = name.parse()?;
            anyhow::Ok(Change::DestinationAdd(Box::new(Destination {
                target: Target { destination: id.clone(), way },
                id,
                kind,
                capabilities: Capabilities::parse(capabilities)?,
                standing: Standing::Active,
            })))
        };
        let wallet = Way::Http { base_url: format!("http://{}", ports.wallet) };
        let card = Way::Iso8583 { address: ports.acquirer.to_string() };
        let mut changes = vec![
            Change::ShopAdd { id: shop()?, name: "Chaos".to_owned() },
            Change::ShopTokenAdd { shop: shop()?, token_digest: plain_digest(&self.shop_token) },
            Change::AgentAdd { id: "agent".parse()?, shop: shop()? },
            destination("wallet", DestinationKind::Wallet, wallet, "C1,C2,C3,C4,C5,C6,C7")?,
            destination("card", DestinationKind::Acquirer, card, "C1,C2,C3,C4,C5,C7")?,
        ];
        for (app, at) in [(&self.wallet_app, "wallet"), (&self.card_app, "card")] {
            let (id, destination) = (app.app().clone(), at.parse()?);
            changes.push(Change::AppAdd { id, destination, key: app.public() });
        }
        let counters = (0..COUNTERS).map(Place::Counter);
        for place in counters.chain([Place::Till]) {
            let (id, amount_from) = (terminal_of(place).parse()?, AmountFrom::Phone);
            changes.push(Change::TerminalAdd { id, shop: shop()?, amount_from });
        }
        let agent = Some("agent".parse()?);
        changes.push(Change::Pair { terminal: "till".parse()?, agent });
        Ok(changes)
    }
}

fn programs(folder: &Path, ports: &Ports) -> anyhow::Result<BTreeMap<Victim, Mutex<Program>>> {
    let new = |name: &str, binary: &str| Program::new(name, binary, folder, LOG_LEVEL);
    let text = |path: PathBuf| path.display().to_string();
    let ledger = |name: &str| text(folder.join(format!("{name}.ledger")));
    let late = LATE_MS.to_string();
    let mut programs = BTreeMap::new();
    let config = text(folder.join("gateway.toml"));
    let gateway = new("gateway", "baton-gateway")?.with(&["serve", "--config", &config]);
    programs.insert(Victim::Gateway, Mutex::new(gateway));
    for (victim, name, at) in
        [(Victim::Wallet, "wallet", ports.wallet), (Victim::Acquirer, "acquirer", ports.acquirer)]
    {
        let program = new(name, "baton-sim")?.with(&[name, "--listen", &at.to_string()]);
        let program = program.with(&["--ledger", &ledger(name), "--late-short-ms", &late]);
        programs.insert(victim, Mutex::new(program));
    }
    let pos = new("pos", "baton-sim")?.with(&["pos", "--listen", &ports.pos.to_string()]);
    let app = format!("wallet-app=http://{}", ports.wallet);
    let pos = pos.with(&["--ledger", &ledger("pos"), "--terminal", "till", "--app", &app]);
    programs.insert(Victim::Pos, Mutex::new(pos));
    let counters = (0..COUNTERS).map(Victim::Device);
    for victim in counters.chain([Victim::Agent]) {
        let binary = if victim == Victim::Agent { "baton-agent" } else { "baton-relay-device" };
        let settings = text(settings_of(folder, victim));
        let device = new(&name_of(victim), binary)?.with(&["run", "--config", &settings]);
        programs.insert(victim, Mutex::new(device));
    }
    Ok(programs)
}

fn name_of(victim: Victim) -> String {
    match victim {
        Victim::Gateway => "gateway".to_owned(),
        Victim::Device(number) => terminal_of(Place::Counter(number)),
        Victim::Agent => "agent".to_owned(),
        Victim::Wallet => "wallet".to_owned(),
        Victim::Acquirer => "acquirer".to_owned(),
        Victim::Pos => "pos".to_owned(),
    }
}

fn settings_of(folder: &Path, victim: Victim) -> PathBuf {
    folder.join(format!("{}.toml", name_of(victim)))
}

fn ports(seed: u64) -> anyhow::Result<Ports> {
    let mut dice = Dice::new(seed ^ u64::from(std::process::id()));
    let mut held = Vec::new();
    for _ in 0..PORT_TRIES_MAX {
        let span = u64::from(PORTS.end - PORTS.start);
        let port = PORTS.start + u16::try_from(dice.below(span)).unwrap_or(0);
        if let Ok(listener) = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))) {
            held.push(listener);
        }
        let places: Vec<SocketAddr> = held.iter().filter_map(|one| one.local_addr().ok()).collect();
        if let [public, operator, wallet, acquirer, pos] = places[..] {
            return Ok(Ports { public, operator, wallet, acquirer, pos });
        }
    }
    anyhow::bail!("no five free ports between {} and {}", PORTS.start, PORTS.end)
}

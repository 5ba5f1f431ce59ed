//! The stage: a folder, free ports, tables, enrolled devices, proxies, and every program running.
//!
//! Owns who runs and which proxy stands where. Nothing of the product is changed but its own
//! settings. Chapters: `ports`, `settings` (files of all programs), `tables` (what an operator
//! enters), `cast` (the programs and their arguments). Next: `phone`.

mod cast;
pub mod ports;
mod settings;
mod tables;

use crate::clock::pause;
use crate::disk::Disk;
use crate::faults::{Blow, CLOCK_DEVICE, DISK_DEVICE, Victim, Wire};
use crate::plan::{COUNTERS, Place, Rail, TILLS, places};
use crate::process::Program;
use crate::proxy::Proxy;
use crate::shim::Shim;
use anyhow::Context;
use baton_gateway::demo::apps::AppSigner;
use baton_gateway::vault::random_text;
use baton_protocol::enrol::Role;
use baton_protocol::policy::Policy;
pub use cast::{member, name_of, settings_of};
use ports::Ports;
pub use settings::{CODE_LIFE_MS, timers};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The shop of every terminal.
pub const SHOP: &str = "shop";
/// The gateway's name, which tokens carry as `aud`.
pub const AUDIENCE: &str = "baton-chaos";
/// How long a program may take until it answers, in milliseconds: ten times what was seen.
const READY_MS_MAX: u64 = 60_000;
/// Pause between two looks, in milliseconds.
const LOOK_MS: u64 = 20;

/// Everything that runs, and where it is.
pub struct Stage {
    pub folder: PathBuf,
    pub database: String,
    pub addresses: Addresses,
    pub policy: Policy,
    pub wallet_app: AppSigner,
    pub card_app: AppSigner,
    pub points_app: AppSigner,
    pub shop_token: String,
    programs: BTreeMap<Victim, Mutex<Program>>,
    proxies: BTreeMap<Wire, Proxy>,
    disks: BTreeMap<Victim, Disk>,
    shims: BTreeMap<Victim, Shim>,
}

/// Where programs listen, and where the proxies before them do.
pub struct Addresses {
    pub public: SocketAddr,
    pub operator: SocketAddr,
    pub wallet: SocketAddr,
    pub acquirer: SocketAddr,
    pub membership: SocketAddr,
    pub pos: Vec<SocketAddr>,
    fronts: BTreeMap<Wire, SocketAddr>,
}

/// What differs between runs.
pub struct Setting {
    pub database: String,
    pub policy: Policy,
    /// The level of every program's log.
    pub log_level: &'static str,
    /// How many payments the disks must hold.
    pub payments: usize,
    pub seed: u64,
}

/// Returns the id of a place's terminal.
pub fn terminal_of(place: Place) -> String {
    match place {
        Place::Counter(number) => format!("counter-{number}"),
        Place::Till(number) => format!("till-{number}"),
    }
}

/// Every device: counters and agents.
pub fn devices() -> impl Iterator<Item = Victim> {
    (0..COUNTERS).map(Victim::Device).chain((0..TILLS).map(Victim::Agent))
}

impl Stage {
    /// Sets everything up and waits until every terminal is online.
    ///
    /// # Errors
    /// When a program is missing, does not start or does not answer in time.
    pub async fn set(folder: &Path, setting: Setting) -> anyhow::Result<Self> {
        let addresses = Addresses::find(setting.seed)?;
        let stage = Self {
            folder: folder.to_owned(),
            programs: cast::programs(folder, &addresses, setting.log_level)?,
            proxies: addresses.proxies(),
            disks: disks(folder, &setting)?,
            shims: shims(folder)?,
            database: setting.database,
            policy: setting.policy,
            wallet_app: AppSigner::generate("wallet-app".parse()?, AUDIENCE)?,
            card_app: AppSigner::generate("card-app".parse()?, AUDIENCE)?,
            points_app: AppSigner::generate("points-app".parse()?, AUDIENCE)?,
            shop_token: random_text(32)?,
            addresses,
        };
        for (victim, shim) in &stage.shims {
            stage.with(*victim, |program| {
                program.slip(shim.clone());
                Ok(())
            })?;
        }
        settings::write(&stage)?;
        let codes = tables::fill(&stage).await?;
        let servers = [Victim::Wallet, Victim::Acquirer, Victim::Membership, Victim::Gateway];
        for victim in (0..TILLS).map(Victim::Pos).chain(servers) {
            stage.with(victim, Program::start)?;
        }
        stage.until_ready().await?;
        for (victim, code) in codes {
            let role =
                if matches!(victim, Victim::Agent(_)) { Role::Agent } else { Role::Terminal };
            let url = format!("http://{}", stage.addresses.front(wire_of(victim)));
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
            Rail::Points => &self.points_app,
        }
    }

    /// Returns where phones find the gateway.
    pub fn phones(&self) -> SocketAddr {
        self.addresses.front(Wire::Phones)
    }

    /// Returns the proxy of a link.
    ///
    /// # Errors
    /// When there is none.
    pub fn proxy(&self, wire: Wire) -> anyhow::Result<&Proxy> {
        self.proxies.get(&wire).context("no proxy stands in that link")
    }

    /// Returns a program's disk, if it has one of its own.
    pub fn disk(&self, victim: Victim) -> Option<&Disk> {
        self.disks.get(&victim)
    }

    /// Returns what was slipped under a program.
    pub fn shim(&self, victim: Victim) -> Option<&Shim> {
        self.shims.get(&victim)
    }

    /// Tells whether this machine lets us do that.
    pub fn can(&self, blow: Blow) -> bool {
        let clock = |victim| self.shim(victim).is_some_and(Shim::has_clock);
        match blow {
            Blow::FullDisk { victim, .. } => self.disk(victim).is_some(),
            Blow::Clock { victim, .. } => clock(victim),
            Blow::ClockRestart { .. } => clock(Victim::Gateway),
            Blow::Fsync => self.shim(Victim::Gateway).is_some_and(Shim::has_fsync),
            Blow::Kill { .. } | Blow::Freeze { .. } | Blow::Cut { .. } | Blow::Weather { .. } => {
                true
            }
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

    /// Sums up what all proxies did: connections, cut ones, swallowed bytes.
    pub fn tally(&self) -> (u64, u64, u64) {
        self.proxies
            .values()
            .map(Proxy::tally)
            .fold((0, 0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2))
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

    /// Copies the small disks into the folder, which stays longer than they do.
    ///
    /// # Errors
    /// As [`Disk::keep`].
    pub fn keep_disks(&self) -> anyhow::Result<()> {
        self.disks.values().try_for_each(Disk::keep)
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
        for place in places() {
            let terminal = terminal_of(place);
            let public = self.addresses.public;
            let url = format!("http://{public}/v1/terminals/{terminal}/resolve");
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

    /// Waits until the gateway says that it is ready.
    ///
    /// # Errors
    /// When it ends or takes too long.
    pub async fn until_ready(&self) -> anyhow::Result<()> {
        let mut waited_ms = 0;
        loop {
            let url = format!("http://{}/readyz", self.addresses.public);
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
}

fn disks(folder: &Path, setting: &Setting) -> anyhow::Result<BTreeMap<Victim, Disk>> {
    let mut disks = BTreeMap::new();
    // PostgreSQL has its own disk, which is not ours to fill.
    let gateway = setting.database.starts_with("sqlite:").then_some(Victim::Gateway);
    for victim in gateway.into_iter().chain([DISK_DEVICE]) {
        if let Some(disk) = Disk::mount(&folder.join(name_of(victim)), setting.payments)? {
            disks.insert(victim, disk);
        }
    }
    Ok(disks)
}

fn shims(folder: &Path) -> anyhow::Result<BTreeMap<Victim, Shim>> {
    let gateway = Shim::default().with_clock(folder, "gateway")?.with_fsync(folder)?;
    let device = Shim::default().with_clock(folder, &name_of(CLOCK_DEVICE))?;
    Ok(BTreeMap::from([(Victim::Gateway, gateway), (CLOCK_DEVICE, device)]))
}

/// Returns the link between a device and the gateway.
pub const fn wire_of(victim: Victim) -> Wire {
    match victim {
        Victim::Device(number) => Wire::Device(number),
        Victim::Agent(number) => Wire::Agent(number),
        Victim::Pos(number) => Wire::Pos(number),
        Victim::Wallet => Wire::Wallet,
        Victim::Acquirer => Wire::Card,
        Victim::Membership => Wire::Points,
        Victim::Gateway => Wire::Phones,
    }
}

impl Addresses {
    fn find(seed: u64) -> anyhow::Result<Self> {
        let links = || {
            let devices = devices().map(wire_of);
            let pos = (0..TILLS).map(Wire::Pos);
            devices.chain(pos).chain([Wire::Phones, Wire::Wallet, Wire::Card, Wire::Points])
        };
        let servers = 5 + TILLS;
        let mut ports = Ports::find(seed, servers + links().count())?;
        let mut pos = Vec::new();
        for _ in 0..TILLS {
            pos.push(ports.take()?);
        }
        let mut fronts = BTreeMap::new();
        for wire in links() {
            fronts.insert(wire, ports.take()?);
        }
        Ok(Self {
            public: ports.take()?,
            operator: ports.take()?,
            wallet: ports.take()?,
            acquirer: ports.take()?,
            membership: ports.take()?,
            pos,
            fronts,
        })
    }

    /// Returns where a link's proxy listens.
    pub fn front(&self, wire: Wire) -> SocketAddr {
        self.fronts.get(&wire).copied().unwrap_or(self.public)
    }

    fn proxies(&self) -> BTreeMap<Wire, Proxy> {
        let start = |(wire, at): (&Wire, &SocketAddr)| {
            let to = match *wire {
                Wire::Phones | Wire::Device(_) | Wire::Agent(_) => self.public,
                Wire::Pos(number) => self.pos.get(number).copied().unwrap_or(self.public),
                Wire::Wallet => self.wallet,
                Wire::Card => self.acquirer,
                Wire::Points => self.membership,
            };
            (*wire, Proxy::start(*at, to))
        };
        self.fronts.iter().map(start).collect()
    }
}

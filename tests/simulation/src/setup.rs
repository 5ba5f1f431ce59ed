//! The small town in which a run happens: shops, terminals, agents, apps and destinations.
//!
//! Owns the kinds of destinations (what each declares is what it then does) and Tables 1 and 2.
//! May not change during a run. Next: `store.rs`.

use crate::dice::Dice;
use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{
    AmountFrom, App, Destination, ExecuteAt, Shop, Standing, Tables, Terminal,
};
use baton_core::relay::plan::Executor;
use baton_protocol::ids::{AgentId, AppId, DestinationId, ShopId, TerminalId};
use baton_protocol::phone::DestinationKind;
use baton_protocol::policy::Policy;
use baton_protocol::target::{Target, Way};

/// Standalone terminals of a town, and as many again with an agent less one.
const STANDALONE_MAX: usize = 4;
/// Terminals that are paired with an agent.
const PAIRED_MAX: usize = 3;

/// How a destination answers about a code that ended unused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It says so.
    Told,
    /// "Not found", as before.
    Silent,
}

/// A kind of destination.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// What Table 2 declares.
    pub declared: &'static str,
    /// How it speaks of a dead code.
    pub ended: Ended,
    /// Whether it moves points.
    pub membership: bool,
}

const fn kind(declared: &'static str, ended: Ended) -> Kind {
    Kind { declared, ended, membership: false }
}

/// The automatic class, then the manual one, then a membership provider.
pub const KINDS: [Kind; 9] = [
    kind("C1,C2,C3,C4,C5,C6,C7", Ended::Told),
    kind("C1,C2,C3,C4,C5,C7", Ended::Silent),
    kind("C1,C3,C4,C6,C7", Ended::Told),
    kind("C1,C3,C4,C6,C7", Ended::Silent),
    kind("C1,C3,C6,C7", Ended::Told),
    kind("C1,C3,C4,C5,C6", Ended::Told),
    kind("C1,C3,C7", Ended::Silent),
    kind("", Ended::Silent),
    Kind { declared: "C2,C3,C4,C5", ended: Ended::Silent, membership: true },
];

/// The first kinds are asked most: they are what shops have.
const KIND_WEIGHTS: [u64; 9] = [5, 3, 3, 3, 1, 1, 1, 1, 2];

/// Everything that stands before the first event.
#[derive(Debug, Clone)]
pub struct Town {
    /// Tables 1 and 2.
    pub tables: Tables,
    /// Terminals in the order of their devices' first names.
    pub terminals: Vec<TerminalId>,
    /// Who executes for each terminal: a place in `executors`.
    pub executor_of: Vec<usize>,
    /// Devices and agents.
    pub executors: Vec<Executor>,
    /// Apps, one a destination.
    pub apps: Vec<AppId>,
    /// Destinations' ids.
    pub destinations: Vec<DestinationId>,
    /// Their kinds.
    pub kinds: Vec<Kind>,
    /// The timers.
    pub policy: Policy,
}

impl Town {
    /// Builds the town of a seed.
    ///
    /// # Errors
    /// Never for the names that it makes; the ids' own rules say so.
    pub fn new(dice: &mut Dice) -> anyhow::Result<Self> {
        // Suspense after an hour, not after a day: the same rules in fewer events.
        let policy =
            Policy { suspense_ms: 3_600_000, suspense_inquiry_ms: 600_000, ..Policy::default() };
        let mut town = Self {
            tables: Tables::default(),
            terminals: Vec::new(),
            executor_of: Vec::new(),
            executors: Vec::new(),
            apps: Vec::new(),
            destinations: Vec::new(),
            kinds: Vec::new(),
            policy,
        };
        let shop: ShopId = "shop".parse()?;
        let named = Shop { id: shop.clone(), name: "Corner".to_owned() };
        town.tables.shops.insert(shop.clone(), named);
        let standalone = dice.between(2, STANDALONE_MAX as u64);
        let paired = dice.between(1, PAIRED_MAX as u64);
        for number in 0..standalone + paired {
            town.add_terminal(number, number >= standalone, &shop, dice)?;
        }
        for number in 0..dice.between(3, 5) {
            let kind = if number == 0 { KINDS[0] } else { weighed(dice) };
            town.add_destination(number, kind)?;
        }
        Ok(town)
    }

    fn add_terminal(
        &mut self,
        number: u64,
        paired: bool,
        shop: &ShopId,
        dice: &mut Dice,
    ) -> anyhow::Result<()> {
        let id: TerminalId = format!("t-{number}").parse()?;
        let agent: Option<AgentId> =
            if paired { Some(format!("a-{number}").parse()?) } else { None };
        let amount_from = if dice.one_in(7) { AmountFrom::Sale } else { AmountFrom::Phone };
        let standing = Standing::Active;
        let executor =
            agent.clone().map_or_else(|| Executor::Terminal(id.clone()), Executor::Agent);
        let row = Terminal { id: id.clone(), shop: shop.clone(), agent, amount_from, standing };
        self.tables.terminals.insert(id.clone(), row);
        self.terminals.push(id);
        self.executor_of.push(self.executors.len());
        self.executors.push(executor);
        Ok(())
    }

    fn add_destination(&mut self, number: u64, kind: Kind) -> anyhow::Result<()> {
        let id: DestinationId = format!("d-{number}").parse()?;
        let app: AppId = format!("app-{number}").parse()?;
        let way = Way::Http { base_url: "http://d".to_owned() };
        let row = Destination {
            id: id.clone(),
            kind: if kind.membership {
                DestinationKind::Membership
            } else {
                DestinationKind::Wallet
            },
            target: Target::new(id.clone(), way),
            capabilities: Capabilities::parse(kind.declared)?,
            execute_at: ExecuteAt::Terminal,
            standing: Standing::Active,
        };
        self.tables.destinations.insert(id.clone(), row);
        let standing = Standing::Active;
        let asked = App { id: app.clone(), destination: id.clone(), standing };
        self.tables.apps.insert(app.clone(), asked);
        self.apps.push(app);
        self.destinations.push(id);
        self.kinds.push(kind);
        Ok(())
    }

    /// Tells whether this executor enters codes into a POS.
    #[must_use]
    pub fn paired(&self, executor: usize) -> bool {
        matches!(self.executors[executor], Executor::Agent(_))
    }
}

fn weighed(dice: &mut Dice) -> Kind {
    let mut rest = dice.below(KIND_WEIGHTS.iter().sum());
    for (kind, weight) in KINDS.iter().zip(KIND_WEIGHTS) {
        if rest < weight {
            return *kind;
        }
        rest -= weight;
    }
    KINDS[0]
}

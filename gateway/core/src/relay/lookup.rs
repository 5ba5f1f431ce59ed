//! Step 2: Table 1 (terminal → paired agent or none) and Table 2 (app → destination).
//!
//! Owns the shape of both tables and the two lookups. May not load them: `records/relay.rs` does,
//! `server/tables.rs` keeps the snapshot. Next: [`super::plan`].

use super::capability::Capabilities;
use baton_protocol::ids::{AgentId, AppId, DestinationId, ShopId, TerminalId};
use baton_protocol::phone::DestinationKind;
use baton_protocol::target::Target;
use std::collections::BTreeMap;

/// Whether a thing may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It may.
    Active,
    /// An operator stopped it.
    Suspended,
}

/// Who names the amount at a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountFrom {
    /// The phone may, unless a sale is open.
    Phone,
    /// Only an open sale.
    Sale,
}

/// Who sends the work of a terminal without a POS to a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExecuteAt {
    /// The terminal, from the shop.
    #[default]
    Terminal,
    /// The gateway: the destination lets in no shop, or its key may lie in none.
    Gateway,
}

impl ExecuteAt {
    /// Returns the word used in the database and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Gateway => "gateway",
        }
    }

    /// Finds one by its word.
    #[must_use]
    pub fn lookup(word: &str) -> Option<Self> {
        [Self::Terminal, Self::Gateway].into_iter().find(|one| one.word() == word)
    }
}

/// A row of Table 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    /// Which terminal.
    pub id: TerminalId,
    /// Whose it is.
    pub shop: ShopId,
    /// The POS agent that it is paired with, or none.
    pub agent: Option<AgentId>,
    /// Who names the amount.
    pub amount_from: AmountFrom,
    /// Whether it may be used.
    pub standing: Standing,
}

/// A row of Table 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Which app.
    pub id: AppId,
    /// Where its work goes.
    pub destination: DestinationId,
    /// Whether it may be used.
    pub standing: Standing,
}

/// A payment or membership server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Which one.
    pub id: DestinationId,
    /// What it does.
    pub kind: DestinationKind,
    /// Where it is.
    pub target: Target,
    /// What it can do.
    pub capabilities: Capabilities,
    /// Who sends the work of standalone terminals to it.
    pub execute_at: ExecuteAt,
    /// Whether it may be used.
    pub standing: Standing,
}

/// A shop, as far as phones may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// Which one.
    pub id: ShopId,
    /// The name over its door.
    pub name: String,
}

/// One consistent picture of all tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tables {
    /// Grows with every change; a snapshot with a lower number is older.
    pub revision: i64,
    /// Shops by id.
    pub shops: BTreeMap<ShopId, Shop>,
    /// Table 1.
    pub terminals: BTreeMap<TerminalId, Terminal>,
    /// Table 2.
    pub apps: BTreeMap<AppId, App>,
    /// What Table 2 points at.
    pub destinations: BTreeMap<DestinationId, Destination>,
}

impl Tables {
    /// Finds a terminal that may be used.
    #[must_use]
    pub fn lookup_terminal(&self, id: &TerminalId) -> Option<&Terminal> {
        self.terminals.get(id).filter(|terminal| terminal.standing == Standing::Active)
    }

    /// Finds an app that may be used, with its destination.
    #[must_use]
    pub fn lookup_app(&self, id: &AppId) -> Option<(&App, &Destination)> {
        let app = self.apps.get(id).filter(|app| app.standing == Standing::Active)?;
        let destination = self.destinations.get(&app.destination)?;
        (destination.standing == Standing::Active).then_some((app, destination))
    }
}

//! Step 3: where a piece of work runs. On the terminal, or beside the shop's POS.
//!
//! Owns the choice of route. May not ask whether anybody is online: [`super::desk`] does that.
//! Next: [`super::desk`].

use super::capability::Capabilities;
use super::lookup::{Destination, ExecuteAt, Tables, Terminal};
use baton_protocol::ids::{AgentId, AppId, DestinationId, ShopId, TerminalId};
use baton_protocol::phone::DestinationKind;
use baton_protocol::refusal::RefusalCode;
use baton_protocol::target::Target;
use baton_protocol::work::Work;
use std::fmt;

/// Which way a transaction goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// S: the terminal sends the code to the destination, or the gateway does for it.
    Standalone,
    /// P: the agent enters the code into the POS, which sends it.
    Paired,
}

impl Route {
    /// Returns the letter used in exports and the database.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Standalone => "S",
            Self::Paired => "P",
        }
    }

    /// Finds a route by its letter.
    #[must_use]
    pub fn lookup(letter: &str) -> Option<Self> {
        [Self::Standalone, Self::Paired].into_iter().find(|route| route.letter() == letter)
    }
}

/// Who executes commands: one desk, one connection, one command at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Executor {
    /// A relay terminal.
    Terminal(TerminalId),
    /// A POS agent.
    Agent(AgentId),
    /// The gateway itself, at this destination: refunds and voids, and whatever Table 2 has it
    /// execute there; as many at a time as come.
    Gateway(DestinationId),
}

impl Executor {
    /// Whether it is a device, with a journal and a connection of its own.
    #[must_use]
    pub const fn is_device(&self) -> bool {
        !matches!(self, Self::Gateway(_))
    }
}

impl fmt::Display for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Terminal(id) => write!(f, "terminal {id}"),
            Self::Agent(id) => write!(f, "agent {id}"),
            Self::Gateway(id) => write!(f, "gateway at {id}"),
        }
    }
}

/// The way of one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Whose terminal was touched.
    pub shop: ShopId,
    /// Which way.
    pub route: Route,
    /// Who executes.
    pub executor: Executor,
    /// Who decides about the money.
    pub destination: DestinationId,
    /// What that one can do.
    pub capabilities: Capabilities,
    /// Where it is, for a terminal; a POS and the gateway know it.
    pub target: Option<Target>,
}

/// Returns who executes what is asked of this destination at this terminal.
#[must_use]
pub fn executor(terminal: &Terminal, destination: &Destination) -> Executor {
    match (&terminal.agent, destination.execute_at) {
        (Some(agent), _) => Executor::Agent(agent.clone()),
        (None, ExecuteAt::Terminal) => Executor::Terminal(terminal.id.clone()),
        (None, ExecuteAt::Gateway) => Executor::Gateway(destination.id.clone()),
    }
}

/// Looks both tables up and plans one transaction.
///
/// # Errors
/// [`RefusalCode::TerminalUnknown`], [`RefusalCode::AppUnknown`], or
/// [`RefusalCode::AppKindWrong`] when a membership is asked of a payment app or the other way.
pub fn plan(
    tables: &Tables,
    terminal: &TerminalId,
    app: &AppId,
    work: &Work,
) -> Result<Plan, RefusalCode> {
    let terminal = tables.lookup_terminal(terminal).ok_or(RefusalCode::TerminalUnknown)?;
    let (_, destination) = tables.lookup_app(app).ok_or(RefusalCode::AppUnknown)?;
    let membership = matches!(work, Work::Membership { .. });
    if membership != (destination.kind == DestinationKind::Membership) {
        return Err(RefusalCode::AppKindWrong);
    }
    let executor = executor(terminal, destination);
    let route = if terminal.agent.is_some() { Route::Paired } else { Route::Standalone };
    let by_terminal = matches!(executor, Executor::Terminal(_));
    Ok(Plan {
        shop: terminal.shop.clone(),
        route,
        executor,
        destination: destination.id.clone(),
        capabilities: destination.capabilities,
        target: by_terminal.then(|| destination.target.clone()),
    })
}
